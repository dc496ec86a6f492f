"""Sample pages of organisations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.portal.views.account import ErrorPage
from skillspace.portal.views.common import Choice, Comment, Listing, Page
from skillspace.portal.views.insight import (
    FitGroup,
    PeoplePage,
    PersonFit,
    SharedLine,
    SharedListPage,
    SharedProfilePage,
    SharedRefusedPage,
    StatisticsPage,
    SupplyDemand,
)
from skillspace.portal.views.organisation import (
    AgreementLine,
    AgreementsPage,
    DeadLetter,
    Event,
    Health,
    Member,
    MembersPage,
    NegotiationLine,
    NegotiationPage,
    NegotiationsPage,
    NodeLogLine,
    NodeLogPage,
    Offering,
    OfferingsPage,
    OverviewPage,
    TermChange,
    Todo,
    TransferLine,
    TransfersPage,
    Turn,
)
from skillspace.portal.views.sharing import SharedProfile
from tests.gallery.content import NOW, TODAY, Words, office_chrome, places, themes, uri
from tests.gallery.paths import sample_match, sample_plan, sample_training

EMPLOYER = ("overview", "offerings", "negotiations", "agreements", "transfers", "people", "shared", "statistics", "log")
AUTHORITY = ("overview", "members", "negotiations", "agreements", "statistics", "log")
COACH = ("overview", "shared", "statistics", "log")


def exchange_pages(t: Words) -> dict[str, Page]:
    """Overview, offerings, negotiations, agreements, transfers, members, log."""
    where = places(t)
    courses = t("Course catalogue, spring 2027", "Catalogue de formations, printemps 2027", "Kurskatalog, våren 2027")
    profiles = t(
        "Skills of people who consented", "Compétences des personnes consentantes", "Färdigheter hos dem som sagt ja"
    )
    late = t(
        "the counterpart’s membership was not live",
        "l’adhésion de l’autre n’était plus valable",
        "motpartens medlemskap gällde inte",
    )
    lines = (
        NegotiationLine(
            id="n1",
            asset=profiles,
            other=where["agency"].name,
            is_ours=True,
            state="OFFERED",
            changed=NOW,
            who=where["agency"].name,
        ),
        NegotiationLine(
            id="n2",
            asset=courses,
            other=where["training"].name,
            is_ours=True,
            state="FINALIZED",
            changed=NOW,
            who="Kim Modell",
        ),
        NegotiationLine(
            id="n3",
            asset=courses,
            other=where["school"].name,
            is_ours=False,
            state="TERMINATED",
            changed=NOW,
            who="Kim Modell",
            why=late,
        ),
    )
    until = t("kept until", "conservées jusqu’au", "sparas till")
    purpose = t("purpose", "finalité", "ändamål")
    return {
        "org-overview": OverviewPage(
            chrome=office_chrome(t, "overview", "/org", EMPLOYER),
            did="did:web:employer.example.org",
            health=Health(reachable=5, members=6, queued=12, oldest_queued=NOW, failed=1, last_crawl=NOW, expiring=2),
            todos=(Todo(text=f"{where['agency'].name}: {profiles}", href="/org/negotiations/n1", since=TODAY),),
            events=tuple(
                Event(
                    at=it.changed,
                    what=it.asset,
                    state=it.state,
                    who=it.who,
                    why=it.why,
                    href=f"/org/negotiations/{it.id}",
                )
                for it in lines
            ),
        ),
        "org-offerings": OfferingsPage(
            chrome=office_chrome(t, "offerings", "/org/offerings", EMPLOYER),
            listing=Listing(path="/org/offerings", total=2, sort="title"),
            can_publish=True,
            offerings=(
                Offering(
                    id="o1",
                    title=courses,
                    kind=t("Data set", "Jeu de données", "Datamängd"),
                    policy=t("members only", "réservé aux membres", "endast medlemmar"),
                    is_personal=False,
                    state="PUBLISHED",
                    changed=NOW,
                    agreements=3,
                ),
                Offering(
                    id="o2",
                    title=profiles,
                    kind=t("Service", "Service", "Tjänst"),
                    policy=t(
                        "members, for guidance, with consent",
                        "membres, pour l’orientation, avec accord",
                        "medlemmar, för vägledning, med samtycke",
                    ),
                    is_personal=True,
                    state="DRAFT",
                    changed=NOW,
                ),
            ),
        ),
        "org-negotiations": NegotiationsPage(
            chrome=office_chrome(t, "negotiations", "/org/negotiations", EMPLOYER),
            listing=Listing(
                path="/org/negotiations",
                total=1203,
                page=2,
                pages=25,
                sort="changed",
                is_down=True,
                export="/org/negotiations?format=csv",
            ),
            negotiations=lines,
        ),
        "org-negotiation": NegotiationPage(
            chrome=office_chrome(t, "negotiations", "/org/negotiations/n1", EMPLOYER),
            negotiation=lines[0],
            turns=(
                Turn(at=NOW - dt.timedelta(hours=5), who=where["employer"].name, is_us=True, state="REQUESTED"),
                Turn(
                    at=NOW,
                    who=where["agency"].name,
                    is_us=False,
                    state="OFFERED",
                    changes=(
                        TermChange(term=until, before="2027-12-31", after="2027-06-30"),
                        TermChange(term=purpose, before="", after=t("recruitment", "recrutement", "rekrytering")),
                    ),
                    text=t(
                        "Half a year is what our board allows.",
                        "Notre conseil autorise six mois.",
                        "Vår styrelse tillåter ett halvår.",
                    ),
                ),
            ),
            moves=(("accept", True), ("request", False), ("terminate", False)),
            terms=((until, "2027-06-30"), (purpose, t("recruitment", "recrutement", "rekrytering"))),
        ),
        "org-agreements": AgreementsPage(
            chrome=office_chrome(t, "agreements", "/org/agreements", EMPLOYER),
            listing=Listing(path="/org/agreements", total=1, sort="signed", is_down=True),
            agreements=(
                AgreementLine(
                    id="ag1",
                    asset=courses,
                    other=where["training"].name,
                    is_ours=True,
                    state="FINALIZED",
                    signed=dt.date(2026, 5, 2),
                    until=dt.date(2026, 12, 1),
                    purpose=t("guidance", "orientation", "vägledning"),
                    transfers=14,
                ),
            ),
            today=TODAY,
        ),
        "org-transfers": TransfersPage(
            chrome=office_chrome(t, "transfers", "/org/transfers", EMPLOYER),
            listing=Listing(path="/org/transfers", total=2),
            transfers=(
                TransferLine(
                    id="tp1",
                    asset=courses,
                    other=where["training"].name,
                    is_incoming=True,
                    state="COMPLETED",
                    changed=NOW,
                    who=where["training"].name,
                ),
                TransferLine(
                    id="tp2",
                    asset=profiles,
                    other=where["agency"].name,
                    is_incoming=True,
                    state="SUSPENDED",
                    changed=NOW,
                    who=where["agency"].name,
                    why=late,
                ),
            ),
        ),
        "org-transfers-empty": TransfersPage(
            chrome=office_chrome(t, "transfers", "/org/transfers", EMPLOYER),
            listing=Listing(path="/org/transfers", total=0),
        ),
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
    return {
        "org-candidates": PeoplePage(
            chrome=office_chrome(t, "people", "/org/people", EMPLOYER),
            kind="candidates",
            consented=17,
            groups=groups,
            listing=Listing(path="/org/people", total=2),
        ),
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
