"""Sample pages of sharing and of the account, keyed by a name for the screenshot."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from babel.dates import get_day_names

from skillspace.portal.i18n import translator
from skillspace.portal.views.account import (
    Connection,
    DemoAccount,
    ErasedPage,
    ErasePage,
    ErrorPage,
    MailboxPage,
    PasskeyView,
    SignInPage,
    SignUpPage,
    WelcomePage,
    YouPage,
)
from skillspace.portal.views.common import Choice, Chrome, Notice, Page
from skillspace.portal.views.connecting import ConnectPage, ProofLine, ProofsPage, WalletPage, WaysPage
from skillspace.portal.views.sharing import (
    AskLine,
    AskPage,
    CopyView,
    DataKind,
    GivePage,
    Grant,
    GrantPage,
    GrantViewPage,
    LimitsForm,
    LogDay,
    LogEntry,
    LogPage,
    Progress,
    SharedProfile,
    SharingPage,
)
from tests.gallery.content import NOW, PEOPLE, TODAY, Words, person_chrome, places, themes
from tests.gallery.paths import sample_plan


def _kinds(t: Words) -> tuple[DataKind, ...]:
    return (
        DataKind(
            key="skills-digital",
            label=t("your data and digital skills", "vos compétences numériques", "dina digitala färdigheter"),
            explains=t(
                "names and levels, not the records",
                "noms et niveaux, pas les documents",
                "namn och nivåer, inte underlagen",
            ),
            count=8,
            is_on=False,
        ),
        DataKind(
            key="certificates",
            label=t("your certificates", "vos certificats", "dina intyg"),
            explains=t("as the school signed them", "tels que signés par l’école", "som skolan signerade dem"),
            count=3,
        ),
        DataKind(key="goal", label=t("your goal", "votre objectif", "ditt mål"), count=1),
    )


def _grants(t: Words) -> tuple[Grant, ...]:
    where = places(t)
    return (
        Grant(
            id="g1",
            place=where["coach"],
            what=(t("your skills", "vos compétences", "dina färdigheter"), t("your plan", "votre plan", "din plan")),
            why=t(
                "to plan your next step with you", "préparer avec vous la suite", "för att planera nästa steg med dig"
            ),
            since=dt.date(2026, 10, 5),
            until=dt.date(2027, 6, 30),
            uses=4,
            last_used=NOW,
        ),
        Grant(
            id="g2",
            place=where["employer"],
            what=(t("your technical skills", "vos compétences techniques", "dina tekniska färdigheter"),),
            why=t("to propose jobs to you", "vous proposer des emplois", "för att föreslå jobb"),
            since=dt.date(2026, 11, 2),
            until=dt.date(2026, 12, 31),
        ),
        Grant(
            id="g3",
            place=where["training"],
            what=(t("your certificates", "vos certificats", "dina intyg"),),
            why=t("to shorten a course", "raccourcir une formation", "för att korta en kurs"),
            since=dt.date(2026, 3, 2),
            state="REVOKED",
            ended=dt.date(2026, 5, 4),
        ),
    )


def _days(t: Words) -> tuple[LogDay, ...]:
    where = places(t)
    skills = (t("your skills", "vos compétences", "dina färdigheter"),)
    return (
        LogDay(
            day=TODAY,
            entries=(
                LogEntry(
                    at=NOW,
                    outcome="used",
                    place=where["coach"],
                    what=skills,
                    why=t("planning with you", "préparation avec vous", "planering med dig"),
                    grant_id="g1",
                ),
                LogEntry(
                    at=NOW - dt.timedelta(hours=3),
                    outcome="refused",
                    place=where["training"],
                    what=(t("your certificates", "vos certificats", "dina intyg"),),
                    reason=t(
                        "you stopped it on 4 May 2026", "vous l’avez arrêté le 4 mai 2026", "du stoppade det 4 maj 2026"
                    ),
                    grant_id="g3",
                ),
            ),
        ),
        LogDay(
            day=TODAY - dt.timedelta(days=1),
            entries=(
                LogEntry(at=NOW - dt.timedelta(days=1), outcome="asked", place=where["school"], what=skills),
                LogEntry(at=NOW - dt.timedelta(days=1, hours=2), outcome="received", place=where["university"]),
            ),
        ),
    )


def sharing_pages(t: Words) -> dict[str, Page]:
    """Asks, yeses, the log."""
    where = places(t)
    chrome = person_chrome(t, "sharing", "/sharing")
    grants = _grants(t)
    why = t("to propose an apprenticeship", "vous proposer un apprentissage", "för att föreslå en lärlingsplats")
    done = t("Stopped. They get nothing more.", "Arrêté. Plus rien ne leur parvient.", "Stoppat. De får inget mer.")
    page = SharingPage(
        chrome=replace(chrome, notice=Notice(kind="done", text=done)),
        asks=(
            AskLine(
                id="a1",
                place=where["school"],
                why=why,
                what=(t("your data and digital skills", "vos compétences numériques", "dina digitala färdigheter"),),
                asked=TODAY - dt.timedelta(days=1),
            ),
        ),
        grants=grants[:2],
        ended=grants[2:],
        days=_days(t),
    )

    day_names = get_day_names("wide", locale=t.language)
    often = t("As often as they need", "Aussi souvent que nécessaire", "Så ofta de behöver")
    form = LimitsForm(
        often=(Choice(value="", label=often),),
        times=(Choice(value="", label=t("At any time", "À tout moment", "När som helst")),),
        days=tuple(Choice(value=str(day), label=day_names[day], is_chosen=day < 5) for day in range(7)),
        where=(Choice(value="", label=t("In any country", "Dans tout pays", "I vilket land som helst")),),
    )
    profile = SharedProfile(name=PEOPLE[t.language], themes=themes(t)[:3], plan=sample_plan(t))
    return {
        "sharing": page,
        "sharing-empty": SharingPage(chrome=replace(chrome, asks_waiting=0)),
        "ask": AskPage(
            chrome=chrome,
            id="a1",
            place=where["school"],
            why=why,
            kinds=_kinds(t),
            until=dt.date(2027, 6, 30),
            earliest=TODAY,
            latest=dt.date(2027, 11, 20),
            form=form,
            terms=((t("Purpose", "Finalité", "Ändamål"), "https://example.org/purpose/apprenticeship"),),
        ),
        "grant": GrantPage(
            chrome=chrome,
            grant=grants[0],
            kinds=(replace(_kinds(t)[0], is_on=True), *_kinds(t)[1:]),
            days=_days(t)[:1],
            copies=(CopyView(place=where["coach"], given=NOW),),
            receipt_digest="sha-256:5b1c0f7a9d2e4c66",
        ),
        "grant-view": GrantViewPage(chrome=chrome, grant=grants[0], profile=profile, at=NOW),
        "log": LogPage(chrome=chrome, days=_days(t), older_href="/log?before=2026-11-18"),
        "give": GivePage(
            chrome=chrome,
            recipients=(Choice(value="guidance:c1", label=where["coach"].name),),
            kinds=(replace(_kinds(t)[0], is_on=True), *_kinds(t)[1:]),
            until=TODAY + dt.timedelta(days=90),
            earliest=TODAY,
            latest=TODAY + dt.timedelta(days=365),
            themes=themes(t),
            form=form,
        ),
        "give-nobody": GivePage(
            chrome=chrome, recipients=(), kinds=(), until=TODAY, earliest=TODAY, latest=TODAY, themes=()
        ),
        "grant-coming": GrantPage(
            chrome=chrome,
            grant=replace(grants[0], place=where["university"], is_gather=True),
            progress=Progress(
                text=t("Your records are on their way.", "Vos documents sont en route.", "Dina underlag är på väg."),
                is_moving=True,
            ),
        ),
    }


def account_pages(t: Words) -> dict[str, Page]:
    """The door, settings, and the pages that say no."""
    where = places(t)
    chrome = person_chrome(t, "you", "/you")
    outside = replace(chrome, viewer=None, room="", path="/sign-in")
    return {
        "sign-in": SignInPage(
            chrome=outside,
            demo_accounts=(
                DemoAccount(
                    id="alva",
                    name="Alva Exempelsson",
                    about=t(
                        "works at a factory, wants to move on",
                        "travaille en usine, veut évoluer",
                        "jobbar på fabrik, vill vidare",
                    ),
                ),
                DemoAccount(
                    id="camille",
                    name="Camille Exemplaire",
                    about=t("is looking for a job", "cherche un emploi", "söker jobb"),
                ),
                DemoAccount(id="robin", name="Robin Sample", about=t("is at school", "est au lycée", "går i skolan")),
                DemoAccount(
                    id="employer",
                    name=where["employer"].name,
                    about=t("an employer", "un employeur", "en arbetsgivare"),
                    is_organisation=True,
                ),
            ),
        ),
        "you": YouPage(
            chrome=chrome,
            name=PEOPLE[t.language],
            passkeys=(
                PasskeyView(
                    id="p1", label=t("Phone", "Téléphone", "Telefon"), added=dt.date(2026, 9, 1), last_used=TODAY
                ),
            ),
            connections=(
                Connection(
                    id="c1", place=where["university"], since=dt.date(2026, 6, 13), records=2, last_received=TODAY
                ),
            ),
        ),
        "you-home": YouPage(chrome=chrome, name=PEOPLE[t.language], home="Luleå", has_home=True),
        "you-home-unknown": YouPage(
            chrome=chrome,
            name=PEOPLE[t.language],
            home="Lulle",
            home_problem=translator(t.language).gettext(
                "We know no municipality of this name. Write its whole name, in the language spoken there."
            ),
        ),
        "you-age": YouPage(chrome=chrome, name=PEOPLE[t.language], is_age_unknown=True, today=TODAY),
        "sign-up": SignUpPage(chrome=outside, today=dt.date(2026, 11, 21)),
        "welcome": WelcomePage(chrome=outside, token="invented"),
        "erased": ErasedPage(chrome=outside),
        **_connecting(t, chrome),
        "connect": ConnectPage(
            chrome=chrome,
            code="ABCD-12",
            organisations=tuple(Choice(value=key, label=it.name) for key, it in list(where.items())[:4]),
            problem=t(
                "This code has run out. Ask for a new one.",
                "Ce code n’est plus valable. Demandez-en un autre.",
                "Koden har gått ut. Be om en ny.",
            ),
        ),
        "erase": ErasePage(chrome=chrome, skills=38, records=9, stories=2, grants=1),
        "error-403": ErrorPage(
            chrome=chrome,
            status=403,
            reason=t(
                "This record belongs to somebody else.",
                "Ce document appartient à quelqu’un d’autre.",
                "Det här underlaget är någon annans.",
            ),
        ),
        "error-404": ErrorPage(chrome=chrome, status=404),
        "error-503": ErrorPage(chrome=outside, status=503, reference="7f3a-19"),
    }


def _connecting(t: Words, chrome: Chrome) -> dict[str, Page]:
    """The other ways to connect, what a wallet is asked, and what was proven."""
    university = places(t)["university"].name
    types = ("StudentCredential",)
    wallet = WalletPage(
        chrome=chrome,
        name=university,
        organisation="c1",
        action="/you/connect/shown",
        nonce="q3Jw8mX2vK5tR7yB1nD4fG6hL9sZ0aPcE",
        audience="did:web:university.example.org",
        until=NOW,
        credentials=types,
        problem=t(
            "This is the credential alone, so it opens nothing.",
            "C’est l’attestation seule : elle n’ouvre rien.",
            "Det här är intyget ensamt, så det öppnar ingenting.",
        ),
    )
    issuer = "did:web:register.example.org"
    proofs = (
        ProofLine(identifier="did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", issuer=issuer, until=TODAY),
        ProofLine(identifier="SE-19901231-XXXX", issuer=issuer, until=TODAY),
    )
    return {
        "connect-ways": WaysPage(
            chrome=chrome,
            organisation=Choice(value="c1", label=university),
            ways=("code", "mail", "credential"),
            credentials=types,
            address="robin@example",
            problem=t("This is not an e-mail address.", "Ce n’est pas une adresse.", "Det här är ingen adress."),
        ),
        "connect-asked": ConnectPage(
            chrome=replace(chrome, is_demo=True),
            organisations=(Choice(value="c1", label=university, is_chosen=True),),
            minutes=15,
        ),
        "wallet": wallet,
        "proofs": ProofsPage(chrome=chrome, proofs=proofs, credentials=("IdentityCredential",)),
        "proofs-none": ProofsPage(chrome=chrome),
        **_mailbox_pages(t),
    }


def _mailbox_pages(t: Words) -> dict[str, Page]:
    """An address that waits beside one that is proven, none, one that cannot be reached, and a code that is wrong."""
    none = MailboxPage(chrome=person_chrome(t, "you", "/you/mailbox"))
    waiting = replace(none, proven="alva@example.org", waiting="alva.exempelsson@example.com", until=NOW)
    wrong = t("This code is not right.", "Ce code n’est pas bon.", "Koden stämmer inte.")
    no_address = t("This is not an e-mail address.", "Ce n’est pas une adresse.", "Det här är ingen adress.")
    return {
        "mailbox": waiting,
        "mailbox-none": none,
        "mailbox-wrong": replace(waiting, code="K7QF-2MXA", code_problem=wrong),
        "mailbox-no-address": replace(none, address="alva@example", address_problem=no_address),
        "mailbox-refused": replace(waiting, is_refused=True),
        "mailbox-closed": replace(none, is_open=False, proven="alva@example.org"),
    }
