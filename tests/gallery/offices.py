"""Sample pages of organisations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.portal.views.account import ErrorPage
from skillspace.portal.views.common import Choice, Comment, Listing, Page
from skillspace.portal.views.connecting import LinkedPage, LinkedPerson
from skillspace.portal.views.insight import (
    DecidedLine,
    FitGroup,
    PeoplePage,
    PersonFit,
    SharedLine,
    SharedListPage,
    SharedProfilePage,
    SharedRefusedPage,
    StatisticsPage,
    SupplyDemand,
    Untaken,
)
from skillspace.portal.views.organisation import (
    DeadLetter,
    Event,
    Health,
    Member,
    MembersPage,
    NodeLogLine,
    NodeLogPage,
    OverviewPage,
    Todo,
)
from skillspace.portal.views.sharing import SharedProfile
from tests.gallery.connector import ROOMS, names, negotiation_lines
from tests.gallery.content import NOW, TODAY, Words, office_chrome, places, themes, uri
from tests.gallery.paths import sample_match, sample_plan, sample_training

EMPLOYER = ROOMS
AUTHORITY = ("overview", "members", "negotiations", "agreements", "statistics", "log")
COACH = ("overview", "shared", "statistics", "log")


def node_pages(t: Words) -> dict[str, Page]:
    """Overview, members, log."""
    where, lines = places(t), negotiation_lines(t)
    profiles = names(t)[1]
    return {
        "org-overview": OverviewPage(
            chrome=office_chrome(t, "overview", "/org", EMPLOYER),
            did="did:web:employer.example.org",
            health=Health(reachable=5, members=6, queued=12, oldest_queued=NOW, failed=1, last_crawl=NOW, expiring=2),
            todos=(Todo(text=f"{where['agency'].name}: {profiles}", href="/org/negotiations/n1", since=TODAY),),
            events=tuple(
                Event(
                    at=it.changed - dt.timedelta(hours=number),
                    what=it.asset,
                    state=it.state,
                    who=it.who,
                    why=it.why,
                    href=f"/org/negotiations/{it.id}",
                )
                for number, it in enumerate(lines)
            ),
        ),
        "org-linked": _linked(t),
        "org-members": MembersPage(
            chrome=office_chrome(t, "members", "/org/members", AUTHORITY, "agency"),
            listing=Listing(path="/org/members", total=4, sort="name"),
            can_decide=True,
            applicants=(
                Member(
                    id="m9",
                    name=t("Pretend College", "Collège Fictif", "Låtsasskolan"),
                    did="did:web:college.example.org",
                    roles=(t("participant", "participant", "deltagare"),),
                    state="APPLIED",
                    since=TODAY,
                ),
            ),
            members=tuple(
                Member(
                    id=key,
                    name=it.name,
                    did=f"did:web:{key}.example.org",
                    roles=(t("participant", "participant", "deltagare"),),
                    state="ADMITTED",
                    since=dt.date(2026, 3, 1),
                    is_reachable=key != "training",
                    decided_by="Kim Modell",
                )
                for key, it in where.items()
                if key not in ("you", "agency")
            ),
        ),
        "org-log": NodeLogPage(
            chrome=office_chrome(t, "log", "/org/log", EMPLOYER),
            listing=Listing(path="/org/log", total=2, sort="at", is_down=True),
            dead=(
                DeadLetter(
                    id="d1",
                    task="catalog.crawl",
                    failed=NOW,
                    attempts=8,
                    error=f"PeerUnreachable: {where['training'].name}",
                    about=where["training"].name,
                ),
                DeadLetter(
                    id="d2",
                    task="exchange.send · agreement",
                    failed=NOW,
                    attempts=8,
                    error="SkillspaceError",
                    about=f"{profiles} · {where['training'].name}",
                    href="/org/negotiations/n1",
                    can_end=True,
                ),
            ),
            lines=(
                NodeLogLine(at=NOW, what="release", which="grant g1", who=where["coach"].name, outcome="DONE"),
                NodeLogLine(
                    at=NOW,
                    what="release",
                    which="grant g3",
                    who=where["training"].name,
                    outcome="REFUSED",
                    why="ConsentRevoked",
                ),
            ),
        ),
    }


def _overseen(t: Words, group: FitGroup) -> FitGroup:
    """Return a vacancy where people moved one up and set one aside, and one asks that they look again."""
    why = t(
        "We know something the profile does not show",
        "Nous savons quelque chose que le profil ne montre pas",
        "Vi vet något som profilen inte visar",
    )
    words = t("Worked with us in 2024.", "A travaillé chez nous en 2024.", "Arbetade hos oss 2024.")
    up, aside, back = (
        ("up", t("Move up", "Faire monter", "Flytta upp")),
        ("aside", t("Put aside", "Mettre de côté", "Lägg åt sidan")),
        (
            "back",
            t(
                "Back to the order of matching",
                "Revenir à l’ordre de la comparaison",
                "Tillbaka till matchningens ordning",
            ),
        ),
    )
    said = DecidedLine(what=t("Moved up", "Remonté", "Uppflyttad"), why=why, words=words, by="Dana Exempel", at=NOW)
    first, second = (replace(one, course=None) for one in group.people)
    return replace(
        group,
        people=(
            replace(second, place=2, standing="moved up", decided=(said,), moves=(aside, back)),
            replace(first, place=1, standing="as matched", moves=(up, aside), appeal="/org/rights/r1"),
            replace(second, name="Kim Prov", grant_id="g3", standing="set aside", decided=(said,), moves=(up, back)),
        ),
        others=(Choice(value="g4", label="Alva Exempelsson"),),
    )


def people_pages(t: Words) -> dict[str, Page]:
    """People who said yes, shared profiles, statistics."""
    match = sample_match(t)
    ends = dt.date(2027, 6, 30)
    groups = (
        FitGroup(
            id="j1",
            title=t("Junior data analyst", "Analyste de données junior", "Junior dataanalytiker"),
            where="Luleå",
            is_synthetic=True,
            people=(
                PersonFit(grant_id="g1", name="Camille Exemplaire", match=match, until=ends, course=sample_training(t)),
                PersonFit(grant_id="g2", name="Robin Sample", match=replace(match, have=match.have[:3]), until=ends),
            ),
        ),
        FitGroup(
            id="j2", title=t("Production planner", "Planificateur de production", "Produktionsplanerare"), where="Umeå"
        ),
    )
    shared = ("your skills", "vos compétences", "färdigheter")
    skills = (t("skills", shared[1].replace("vos ", ""), shared[2]), t("plan", "plan", "plan"))
    why = t("planning the next step", "préparer la suite", "planera nästa steg")
    profile = SharedProfile(name="Camille Exemplaire", themes=themes(t)[:3], plan=sample_plan(t))
    coach = office_chrome(t, "shared", "/org/shared", COACH, "coach")
    rows = (
        ("statistics", "statistique", "statistik", 38, 212),
        ("analyse data", "analyser des données", "analysera data", 214, 240),
        ("operate CNC machines", "conduire des machines à commande numérique", "köra CNC-maskiner", 96, 131),
        ("customer service", "service client", "kundservice", 1204, 610),
        ("weld metal parts", "souder des pièces métalliques", "svetsa metalldelar", None, 74),
        ("German", "allemand", "tyska", 61, None),
    )
    candidates = PeoplePage(
        chrome=office_chrome(t, "people", "/org/people", EMPLOYER),
        kind="candidates",
        consented=17,
        groups=(_overseen(t, groups[0]), groups[1]),
        reasons=(
            Choice(
                value="known",
                label=t(
                    "We know something the profile does not show",
                    "Nous savons quelque chose que le profil ne montre pas",
                    "Vi vet något som profilen inte visar",
                ),
            ),
        ),
        listing=Listing(path="/org/people", total=2),
    )
    untaken = Untaken(
        vacancy="j1",
        person="g1",
        why="known",
        words="",
        problem=t(
            "Choose a reason, and say in your words why.",
            "Choisissez une raison et dites pourquoi avec vos mots.",
            "Välj ett skäl och säg med egna ord varför.",
        ),
    )
    return {
        "org-candidates": candidates,
        "org-candidates-untaken": replace(candidates, untaken=untaken),
        "org-learners": PeoplePage(
            chrome=office_chrome(t, "people", "/org/people", EMPLOYER, "training"),
            kind="learners",
            consented=1,
            groups=groups[:1],
            listing=Listing(path="/org/people", total=1),
        ),
        "org-people-empty": PeoplePage(
            chrome=office_chrome(t, "people", "/org/people", EMPLOYER),
            kind="candidates",
            consented=0,
            listing=Listing(path="/org/people", total=0),
        ),
        "org-shared": SharedListPage(
            chrome=coach,
            listing=Listing(path="/org/shared", total=2, sort="since", is_down=True),
            shared=(
                SharedLine(
                    grant_id="g1",
                    name="Camille Exemplaire",
                    what=skills,
                    why=why,
                    since=TODAY,
                    until=ends,
                    state="ACTIVE",
                    has_news=True,
                ),
                SharedLine(
                    grant_id="g4",
                    name="Robin Sample",
                    what=skills[:1],
                    why=why,
                    since=dt.date(2026, 4, 1),
                    until=None,
                    state="REVOKED",
                ),
            ),
        ),
        "org-shared-profile": SharedProfilePage(
            chrome=coach,
            grant_id="g1",
            profile=profile,
            why=why,
            until=ends,
            read_at=NOW,
            comments=(
                Comment(
                    by="Kim Modell",
                    at=NOW,
                    text=t("Shall we talk on Friday?", "On se parle vendredi ?", "Ska vi prata på fredag?"),
                ),
            ),
            can_comment=True,
        ),
        "org-shared-refused": SharedRefusedPage(
            chrome=coach, grant_id="g4", name="Robin Sample", reason="REVOKED", on=TODAY
        ),
        "org-shared-restricted": SharedRefusedPage(
            chrome=coach, grant_id="g5", name="Robin Sample", reason="RESTRICTED"
        ),
        "org-error-403": ErrorPage(
            chrome=office_chrome(t, "", "/org/members", EMPLOYER),
            status=403,
            reason=t(
                "Only the authority admits members.",
                "Seule l’autorité admet des membres.",
                "Bara den ansvariga släpper in medlemmar.",
            ),
        ),
        "org-statistics": StatisticsPage(
            chrome=office_chrome(t, "statistics", "/org/statistics", EMPLOYER),
            territory="Övre Norrland",
            territories=(
                Choice(value="SE33", label="Övre Norrland", is_chosen=True),
                Choice(value="FRE1", label="Nord"),
            ),
            rows=tuple(
                SupplyDemand(uri=uri(en), label=t(en, fr, sv), supply=supply, demand=demand)
                for en, fr, sv, supply, demand in rows
            ),
            threshold=10,
            as_of=TODAY,
            people=2310,
            jobs=1692,
            export="/org/statistics?format=csv",
        ),
    }


def _linked(t: Words) -> Page:
    person = {"space": "Norrsken Skills Space", "intermediary": "did:web:hub.example.org"}
    signer = t("Ministry of Invention", "Ministère de l’invention", "Uppfinningsministeriet")
    return LinkedPage(
        chrome=office_chrome(t, "linked", "/org/linked", ("overview", "people", "linked", "log")),
        people=(
            LinkedPerson(number="UNI-1", name="Robin Sample", subject="s1", way="mail", since=TODAY, **person),
            LinkedPerson(
                number="UNI-2",
                name="Kim Muster",
                subject="s2",
                way="credential",
                since=TODAY,
                issuer=signer,
                **person,
            ),
            LinkedPerson(number="UNI-3", name="Sam Prov", subject="s3", way="code", since=TODAY, **person),
        ),
        shared=(("UNI-7", "UNI-9"),),
        ways=("code", "mail"),
        number="UNI-4",
        code="K7QF-2MXA",
    )
