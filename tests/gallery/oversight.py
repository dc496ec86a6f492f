"""Sample pages of oversight: why and why not for an offer, and how an organisation matches a person."""

from __future__ import annotations

from skillspace.portal.i18n import translator
from skillspace.portal.views.common import Page
from skillspace.portal.views.oversight import (
    DecidedLine,
    FoundLine,
    MatchedLine,
    MatchedPage,
    NeedLine,
    WhyPage,
)
from skillspace.portal.views.rights import CaseLine
from tests.gallery.content import NOW, TODAY, Words, person_chrome, places
from tests.gallery.paths import sample_match


def oversight_pages(t: Words) -> dict[str, Page]:
    """Why a job or a training stands where it stands, and an employer's matching of the person."""
    return {**_why_pages(t), "matched": _matched(t), "matched-silent": _silent(t)}


def _why_pages(t: Words) -> dict[str, Page]:
    chrome = person_chrome(t, "opportunities", "/opportunities/why")
    planner = t("Production planner", "Planificateur de production", "Produktionsplanerare")
    needs = (
        NeedLine(label=t("statistics", "statistique", "statistik"), share=31, state="have", is_essential=True),
        NeedLine(
            label=t("plan production", "planifier la production", "planera produktion"),
            share=27,
            state="missing",
            is_essential=True,
        ),
        NeedLine(
            label=t("analyse data", "analyser des données", "analysera data"),
            share=24,
            state="close",
            is_essential=True,
            note=t(
                "Your “read tables” often goes together with “analyse data”.",
                "Votre « lire des tableaux » va souvent de pair avec « analyser des données ».",
                "Ditt ”läsa tabeller” hör ofta ihop med ”analysera data”.",
            ),
        ),
        NeedLine(label=t("German", "allemand", "tyska"), share=0.4, state="missing"),
    )
    course = t("Planning in practice", "La planification en pratique", "Planering i praktiken")
    return {
        "why-job": WhyPage(
            chrome=chrome,
            asked="job-1",
            kind="job",
            title=planner,
            href="/opportunities/jobs/job-1",
            line="Fjällverk Exempel AB · Umeå",
            near=translator(t.language).gettext(
                "About %(km)s km from the middle of %(home)s in a straight line, by where it says it is."
            )
            % {"km": 212, "home": "Luleå"},
            is_synthetic=True,
            place=214,
            of=18_402,
            covered=37,
            needs=needs,
            enough=(needs[1].label, needs[2].label),
            then=12,
        ),
        "why-training": WhyPage(
            chrome=chrome,
            asked=course,
            kind="training",
            title=course,
            href="/opportunities/trainings/t-1",
            line="Lärvägen Training · Umeå",
            place=4,
            of=37,
            target=planner,
            needs=needs[1:2],
            known=(needs[0].label,),
            unasked=(needs[3].label,),
        ),
        "why-closed": WhyPage(
            chrome=chrome,
            asked="job-2",
            kind="job",
            title=planner,
            href="/opportunities/jobs/job-2",
            line="Fjällverk Exempel AB · Umeå",
            unmet=(
                t(
                    "It is not open any more: the last day was 3 May 2026.",
                    "Elle n’est plus ouverte : le dernier jour était le 3 mai 2026.",
                    "Det är inte öppet längre: sista dagen var 3 maj 2026.",
                ),
            ),
            covered=100,
            needs=needs[:1],
            enough=None,
        ),
        "why-found": WhyPage(
            chrome=chrome,
            asked="plan",
            found=tuple(
                FoundLine(id=f"job-{number}", title=planner, where=f"Fjällverk Exempel AB · {town}", is_synthetic=True)
                for number, town in enumerate(("Umeå", "Luleå", "Kiruna"))
            ),
        ),
        "why-unknown": WhyPage(chrome=chrome, asked="https://jobs.example/77", is_unknown=True),
    }


def _matched(t: Words) -> MatchedPage:
    planner = t("Production planner", "Planificateur de production", "Produktionsplanerare")
    case = CaseLine(
        id="c9",
        title=t("Have a person look again", "Faire réexaminer par une personne", "Låt en människa titta igen"),
        opened=TODAY,
        state=t("Under way", "En cours", "Pågår"),
        kind="waiting",
        answered=0,
        asked=1,
        clock=None,
    )
    decided = DecidedLine(
        what=t(
            "A person there set you aside.", "Une personne là-bas vous a mis de côté.", "Någon där lade dig åt sidan."
        ),
        why=t(
            "A condition of the job decided.", "Une condition du poste a décidé.", "Ett villkor för jobbet avgjorde."
        ),
        words=t(
            "No licence for the workshop yet.",
            "Pas encore de permis pour l’atelier.",
            "Inget tillstånd för verkstaden än.",
        ),
        at=NOW,
    )
    three = t(
        "Matching puts you among the first three.",
        "La comparaison vous place parmi les trois premiers.",
        "Matchningen har dig bland de tre första.",
    )
    return MatchedPage(
        chrome=person_chrome(t, "sharing", "/sharing/grants/g1/matching"),
        grant_id="g1",
        place=places(t)["employer"],
        at=NOW,
        looked_at=42,
        beyond=40,
        lines=(
            MatchedLine(
                vacancy="v1", title=planner, where="Umeå", band=three, match=sample_match(t), decided=(decided,)
            ),
            MatchedLine(vacancy="v2", title=planner, where="Luleå", band=three, match=sample_match(t)),
        ),
        cases=(case,),
    )


def _silent(t: Words) -> MatchedPage:
    return MatchedPage(
        chrome=person_chrome(t, "sharing", "/sharing/grants/g1/matching"),
        grant_id="g1",
        place=places(t)["employer"],
        problem=t(
            "They cannot be asked at the moment. Try again later; you can appeal all the same.",
            "On ne peut pas les interroger pour le moment. Réessayez plus tard ; vous pouvez contester quand même.",
            "De kan inte tillfrågas just nu. Försök senare; du kan överklaga ändå.",
        ),
    )
