"""Sample pages of partners that can be asked too: off, waiting, on its way, answered, given up."""

from __future__ import annotations

from skillspace.market.matching_service import NoAnswer
from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.partners import NONE_CAME
from skillspace.portal.views.common import Page, SkillTag
from skillspace.portal.views.partners import PartnerCard, PartnerJob, PartnersPage
from tests.gallery.content import NOW, Words, person_chrome, places, skill
from tests.gallery.paths import sample_match


def partner_pages(t: Words) -> dict[str, Page]:
    """The page with partners, and with none."""
    where, chrome = places(t), person_chrome(t, "opportunities", "/opportunities/partners")
    named = [skill(t, name) for name in ("analyse data", "query languages", "write reports", "English")]
    jobs = (
        PartnerJob(
            title=t("Data analyst in a museum", "Analyste de données dans un musée", "Dataanalytiker på ett museum"),
            match=sample_match(t),
            href="https://jobs.example/4711",
        ),
        PartnerJob(title=t("Planner", "Planificateur", "Planerare"), match=sample_match(t)),
    )
    sent = tuple(SkillTag(uri=one.uri, label=one.label, level=one.level) for one in named)
    answered = PartnerCard(
        did="did:web:agency.example",
        place=where["agency"],
        state="answered",
        grant_id="g1",
        answered=NOW,
        jobs=jobs,
        sent=sent,
        region="Stockholms län",
    )
    cards = (
        answered,
        PartnerCard(
            did="did:web:coach.example",
            place=where["coach"],
            state="failed",
            grant_id="g2",
            reason=translator(t.language).gettext(NONE_CAME[NoAnswer.SILENT]),
            answered=NOW,
            sent=sent,
        ),
        PartnerCard(did="did:web:school.example", place=where["school"], state="asking", grant_id="g3", sent=sent),
        PartnerCard(did="did:web:training.example", place=where["training"], state="waiting", grant_id="g4"),
        PartnerCard(did="did:web:employer.example", place=where["employer"]),
    )
    return {"partners": PartnersPage(chrome=chrome, partners=cards), "partners-none": PartnersPage(chrome=chrome)}
