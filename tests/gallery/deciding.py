"""Sample pages of deciding: limits of a yes, before and after a stop, children, guardians, helpers."""

# ruff: noqa: E501  sample sentences in three languages stand side by side

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from babel.dates import get_day_names

from skillspace.portal.views.acting import ChildAskPage, ForPage, HelpersPage, MandateLine
from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.sharing import (
    AskLine,
    AskPage,
    CopyView,
    DataKind,
    GivePage,
    Grant,
    GrantPage,
    KeptCopy,
    LimitsForm,
    LogDay,
    LogEntry,
    LogPage,
    NoticeVersion,
    OtherPerson,
    SharingPage,
    StopPage,
    Stopping,
)
from skillspace.trust.mandate import child_texts
from tests.gallery.content import NOW, TODAY, Words, person_chrome, places

DAY = dt.timedelta(days=1)


def deciding_pages(t: Words) -> dict[str, Page]:
    """Everything about saying yes in full, for oneself and for others, and about taking it back."""
    return {**_yeses(t), **_together(t)}


def sample_grant(t: Words) -> Grant:
    """A living yes to a coach."""
    return Grant(
        id="g1",
        place=places(t)["coach"],
        what=(t("your skills", "vos compétences", "dina färdigheter"), t("your plan", "votre plan", "din plan")),
        why=t("to plan your next step with you", "préparer avec vous la suite", "för att planera nästa steg med dig"),
        since=dt.date(2026, 10, 5),
        until=dt.date(2027, 6, 30),
        uses=2,
        last_used=NOW,
    )


def _law(t: Words) -> str:
    return t("the Accounting Act", "la loi comptable", "bokföringslagen")


def _stopping(t: Words) -> Stopping:
    what = t("your plan", "votre plan", "din plan")
    return Stopping(
        at_once=(places(t)["coach"],),
        deletes=sample_grant(t).what,
        kept=(KeptCopy(what=what, law=_law(t), days=730),),
        loses=(
            t(
                "They no longer help you with your plan.",
                "Ils ne vous aident plus avec votre plan.",
                "De hjälper dig inte längre med din plan.",
            ),
        ),
    )


def _yeses(t: Words) -> dict[str, Page]:
    chrome, where, grant = person_chrome(t, "sharing", "/sharing"), places(t), sample_grant(t)
    skills = t("your skills", "vos compétences", "dina färdigheter")
    limits = (
        t(
            "Only these: analyse data, Python, and 3 more.",
            "Seulement : analyser des données, Python et 3 de plus.",
            "Bara dessa: analysera data, Python och 3 till.",
        ),
        t(
            "They may look 3 times. 1 is left.",
            "Ils peuvent regarder 3 fois. Il en reste 1.",
            "De får titta 3 gånger. 1 är kvar.",
        ),
        t(
            "Only on Monday and Tuesday, from 08:00 to 16:00.",
            "Seulement : lundi et mardi, de 08:00 à 16:00.",
            "Bara måndag och tisdag, från 08:00 till 16:00.",
        ),
    )
    versions = (
        NoticeVersion(
            number=2,
            is_newest=True,
            asks_again=True,
            new=(
                t(
                    "They keep it for 30 days more.",
                    "Ils le gardent 30 jours de plus.",
                    "De sparar det i 30 dagar till.",
                ),
            ),
            gone=(t("They keep it no longer.", "Ils ne le gardent pas plus longtemps.", "De sparar det inte längre."),),
        ),
        NoticeVersion(number=1, is_agreed=True),
    )
    copies = (
        CopyView(place=where["coach"], given=NOW - 9 * DAY, told=NOW - 5 * DAY, reminders=2),
        CopyView(
            place=where["training"],
            told=NOW - 5 * DAY,
            kept=(KeptCopy(what=skills, law=_law(t), until=dt.date(2028, 12, 31)),),
            receipt="#1",
        ),
        CopyView(place=where["agency"], given=NOW - 8 * DAY, told=NOW - 5 * DAY, deleted=NOW - 4 * DAY, receipt="#2"),
    )
    ended = replace(grant, state="REVOKED", ended=TODAY - 5 * DAY)
    acted = t(
        "Kim Modell did this for you, as your guardian.",
        "Kim Modell l’a fait pour vous, comme responsable légal.",
        "Kim Modell gjorde det åt dig, som vårdnadshavare.",
    )
    lines = tuple(
        LogEntry(
            at=NOW - dt.timedelta(hours=hour),
            outcome=outcome,
            place=where["coach"],
            what=(skills,),
            acted=acted if outcome == "granted" else "",
            reason="",
            grant_id="g1",
        )
        for hour, outcome in enumerate(("kept", "reminded", "deleted", "stopped", "granted"))
    )
    return {
        "grant-limits": GrantPage(
            chrome=chrome, grant=grant, limits=limits, versions=versions, acted=acted, stopping=_stopping(t)
        ),
        "grant-ended": GrantPage(chrome=chrome, grant=ended, copies=copies),
        "give-limits": _give(t),
        "stop": StopPage(chrome=chrome, grant=grant, stopping=_stopping(t)),
        "stop-unknown": StopPage(
            chrome=chrome, grant=grant, stopping=replace(_stopping(t), kept=(), is_law_unknown=True, loses=())
        ),
        "log-acted": LogPage(chrome=chrome, days=(LogDay(day=TODAY, entries=lines),)),
    }


def _give(t: Words) -> GivePage:
    own = t(
        "Only on the days and hours below",
        "Seulement aux jours et heures ci-dessous",
        "Bara de dagar och tider som står nedan",
    )
    names = get_day_names("wide", locale=t.language)
    return GivePage(
        chrome=person_chrome(t, "sharing", "/sharing/give"),
        recipients=(Choice(value="guidance:c1", label=places(t)["coach"].name),),
        kinds=(DataKind(key="skills", label=t("your skills", "vos compétences", "dina färdigheter"), is_on=True),),
        until=TODAY + 90 * DAY,
        earliest=TODAY,
        latest=TODAY + 365 * DAY,
        form=LimitsForm(
            often=(Choice(value="3", label=t("3 times", "3 fois", "3 gånger"), is_chosen=True),),
            times=(Choice(value="own", label=own, is_chosen=True),),
            days=tuple(Choice(value=str(day), label=names[day], is_chosen=day < 3) for day in range(7)),
            where=(Choice(value="", label=t("In any country", "Dans tout pays", "I vilket land som helst")),),
            is_open=True,
        ),
    )


def _together(t: Words) -> dict[str, Page]:
    chrome, where = person_chrome(t, "sharing", "/sharing"), places(t)
    kinds = t("your diplomas and your marks", "tes diplômes et tes notes", "dina diplom och betyg")
    facts = {
        "recipient": where["school"].name,
        "kinds": kinds,
        "purpose": t("to find a place for practice", "trouver un stage", "för att hitta en praktikplats"),
        "until": t("30 June 2027", "30 juin 2027", "30 juni 2027"),
    }
    texts = child_texts(t.language, "10-12", **facts)
    lines = tuple(texts["request"][part] for part in ("who", "what", "why", "until", "together", "free"))
    child = ChildAskPage(
        chrome=chrome, id="a1", place=where["school"], title=texts["request"]["title"], lines=lines,
        help=texts["request"]["help"], yes=texts["assent"]["yes"], no=texts["assent"]["no"],
        after_yes=texts["assent"]["after_yes"], guardians=("Kim Modell",), terms=((t("Purpose", "Finalité", "Ändamål"), facts["purpose"]),),
    )  # fmt: skip
    ask = AskLine(id="a1", place=where["school"], why=facts["purpose"], what=(kinds,), asked=TODAY - DAY)
    for_ask = AskPage(
        chrome=chrome, id="a1", action="/sharing/for/p1/ask/a1", place=where["school"], why=facts["purpose"],
        kinds=(DataKind(key="diploma", label=kinds),), until=dt.date(2027, 6, 30), earliest=TODAY, latest=dt.date(2027, 6, 30),
        replaces=True, for_id="p1", for_name="Robin Sample", may_say_yes=False,
        hint=t("They have not said yes themselves yet.", "Cette personne n’a pas encore dit oui elle-même.", "Personen har inte själv sagt ja än."),
    )  # fmt: skip
    return {
        "ask-child": child,
        "ask-child-said": replace(child, said="yes", said_at=NOW, guardians=()),
        "for": ForPage(
            chrome=chrome,
            id="p1",
            name="Robin Sample",
            asks=(ask,),
            grants=(sample_grant(t),),
            may_stop=frozenset({"g1"}),
        ),
        "for-empty": ForPage(chrome=chrome, id="p1", name="Robin Sample"),
        "for-ask": for_ask,
        "sharing-others": SharingPage(
            chrome=chrome,
            others=(OtherPerson(id="p1", name="Robin Sample", asks=2), OtherPerson(id="p2", name="Alex Sample")),
        ),
        **_helpers(t),
    }


def _helpers(t: Words) -> dict[str, Page]:
    chrome = person_chrome(t, "you", "/you/helpers")
    see, yes = (
        t("See what is asked of you", "Voir ce qu’on vous demande", "Se vad du får frågor om"),
        t("Say yes for you", "Dire oui pour vous", "Säga ja åt dig"),
    )
    active, waits = t("Active", "Actif", "Aktiv"), t("Waits for a yes", "Attend un oui", "Väntar på ett ja")
    coach = t("Coach", "Accompagnateur", "Vägledare")
    line = MandateLine(
        id="m1",
        name="Kim Modell",
        capacity=coach,
        acts=(see, yes),
        until=dt.date(2027, 6, 30),
        state=active,
        kind="good",
        can_end=True,
        has_document=True,
    )
    asked = replace(
        line,
        id="m2",
        name="Robin Sample",
        state=waits,
        kind="waiting",
        waits=t("It waits for you.", "Cela vous attend.", "Det väntar på dig."),
        can_accept=True,
        can_end=False,
        has_document=False,
    )
    page = HelpersPage(
        chrome=chrome,
        code="account-0f3c9a",
        mine=(line,),
        others=(
            asked,
            replace(line, id="m3", name="Alex Sample", href="/sharing/for/p2"),
            replace(
                asked,
                id="m5",
                name="account-0199f3c2a1",
                waits=t("It is being checked.", "C’est en cours de vérification.", "Det kontrolleras."),
                can_accept=False,
                can_refuse=True,
            ),
        ),
        ended=(
            replace(
                line,
                id="m4",
                state=t("Ended", "Terminé", "Avslutat"),
                kind="ended",
                reason=t("A ruling.", "Un jugement.", "En dom."),
            ),
        ),
        acts=(Choice(value="view", label=see, is_chosen=True), Choice(value="grant", label=yes)),
        capacities=(Choice(value="coach", label=coach),),
        until=TODAY + 180 * DAY,
        earliest=TODAY,
        latest=TODAY + 730 * DAY,
    )
    problem = t("Choose at least one thing they may do.", "Choisissez au moins une chose.", "Välj minst en sak.")
    return {
        "helpers": page,
        "helpers-problem": replace(page, mine=(), others=(), ended=(), problem=problem),
        "helpers-child": replace(page, others=(), ended=(), may_name=False, mine=(replace(line, can_end=False),)),
    }
