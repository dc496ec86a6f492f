"""The organisation's record: read, changed in a form or as JSON, and the notice it makes for people."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.contracts import as_file
from skillspace.portal.pages.organisation.register_form import BASES, CONTACT, PEOPLE, TEXTS, form_of, written
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES, worded
from skillspace.portal.views.common import Choice
from skillspace.portal.views.register import DutyLine, ProcessingLine, RecordVersion, RegisterFormPage, RegisterPage
from skillspace.trust.consent import Grant, GrantState
from skillspace.trust.consent.notices.notice import write_notice
from skillspace.trust.register import Basis, Contact, Processing, Record, read_record
from skillspace.trust.register.record import in_language

PATH = "/org/register"
EDIT = "/org/register/edit"
ROLES = ("operator", "dpo")
#: Of the versions, the page shows this many.
VERSIONS = 20


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Register")

    @routes.get(PATH)
    def register(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            if visit.asked("format") == "json":
                return as_file("record.json", visit.rooms.registers.own(visit.work)[1].to_json())
            return visit.show(_page(visit))

    @routes.post(PATH)
    def bring(request: Request) -> Response:
        with frame.writing(request) as visit:
            visit.staff(*ROLES)
            try:
                _write(visit, read_record(visit.field("record")))
            except BadInput as fault:
                return visit.show(_page(visit, problem=fault.message), 400)
        return visit.go(PATH, "recorded")

    @routes.get(EDIT)
    def edit(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            return visit.show(_form(visit))

    @routes.post(EDIT)
    def change(request: Request) -> Response:
        with frame.writing(request) as visit:
            visit.staff(*ROLES)
            version, record = visit.rooms.registers.own(visit.work)
            if visit.field("version") != str(version):
                raise Conflict("Somebody changed the record meanwhile; open the form again.")
            try:
                _write(visit, written(record, visit.field, visit.language))
            except BadInput as fault:
                return visit.show(_form(visit, problem=fault.message), 400)
        return visit.go(PATH, "recorded")

    return routes


def _write(visit: Visit, record: Record) -> None:
    account = visit.staff(*ROLES)
    version = visit.rooms.registers.write(visit.work, record, by=account.name)
    journal.note(visit.work, account, "register.write", thing=f"record {version}", title=record.name)


def _form(visit: Visit, *, problem: str = "") -> RegisterFormPage:
    version, record = visit.rooms.registers.own(visit.work)
    return RegisterFormPage(
        chrome=visit.chrome("register", path=EDIT),
        version=version,
        parts=form_of(record, visit.words, visit.field if problem else None),
        problem=problem,
    )


def _page(visit: Visit, *, problem: str = "") -> RegisterPage:
    words = visit.words
    version, record = visit.rooms.registers.own(visit.work)
    wanted = visit.asked("notice")
    asked_for = [one.purpose for one in record.processings if one.basis is Basis.CONSENT]
    purpose = wanted if wanted in asked_for else next(iter(asked_for), "")
    labels = worded(asked_for, PURPOSES, words)
    notice: tuple[str, ...] = ()
    no_notice = ""
    if purpose:
        notice, no_notice = notice_of(visit.rooms.did, (version, record), purpose, words, visit.work.now)
    return RegisterPage(
        chrome=visit.chrome("register", path=PATH),
        version=version,
        facts=facts_of(record, words),
        processings=tuple(processing_line(one, words) for one in record.processings),
        duties=tuple(
            DutyLine(kind=worded([one.kind], KINDS, words)[0], days=one.days, law=in_language(one.law, words.language))
            for one in record.duties
        ),
        versions=tuple(
            RecordVersion(number=row["version"], by=row["by"], made=row["made"])
            for row in visit.rooms.registers.versions(visit.work)[:VERSIONS]
        ),
        previews=tuple(
            Choice(value=code, label=label, is_chosen=code == purpose)
            for code, label in zip(asked_for, labels, strict=True)
        ),
        notice=notice,
        no_notice=no_notice,
        json=visit.field("record") if problem else json.dumps(record.to_json(), ensure_ascii=False, indent=2),
        problem=problem,
    )


def facts_of(record: Record, words: Translator) -> tuple[tuple[str, str], ...]:
    """Return who the organisation is and who can be written to."""
    found = [
        (words.gettext("Name"), record.name),
        (words.gettext("Country"), record.country),
        (words.gettext("Works with the data in"), words.listing(record.works_in())),
    ]
    found += [(words.gettext(label), told) for key, label in PEOPLE.items() if (told := _contact(getattr(record, key)))]
    if record.reviewed:
        found.append((words.gettext("Last looked through on"), words.date(record.reviewed)))
    return tuple(found)


def _contact(one: Contact | None) -> str:
    return " · ".join(str(getattr(one, name)) for name in CONTACT if getattr(one, name)) if one else ""


def processing_line(one: Processing, words: Translator) -> ProcessingLine:
    """Return a processing in words."""
    language = words.language
    days = words.gettext("%(days)s days") % {"days": one.keeps_days}
    facts = [
        (words.gettext(label), in_language(getattr(one, name), language))
        for name, label in TEXTS.items()
        if getattr(one, name)
    ]
    if one.recipients:
        facts.append((words.gettext("Who gets it"), words.listing(in_language(it, language) for it in one.recipients)))
    if one.transfers:
        sent = [f"{it.country}: {in_language(it.safeguard, language)}" for it in one.transfers]
        facts.append((words.gettext("Outside of the EEA"), words.listing(sent)))
    return ProcessingLine(
        purpose=worded([one.purpose], PURPOSES, words)[0],
        kinds=words.listing(worded(one.kinds, KINDS, words)) if one.kinds else words.gettext("whatever comes for it"),
        basis=f"{words.gettext(BASES[one.basis])} ({one.basis.article})",
        kept=days if one.keeps_days else words.gettext("not longer than the yes or the purpose"),
        facts=tuple(facts),
    )


def notice_of(
    own: str, record: tuple[int, Record], purpose: str, words: Translator, at: datetime
) -> tuple[tuple[str, ...], str]:
    """Return the sentences a person would read if asked for this purpose now; or why no notice can be written."""
    asked = _sample(own, record[1], purpose, words, at)
    try:
        made = write_notice(asked, record=record, policy=None, country=record[1].country, before=None)
    except BadInput as fault:
        return (), fault.message
    return tuple(made.sentences(words.language, asked).values()), ""


def _sample(own: str, record: Record, purpose: str, words: Translator, at: datetime) -> Grant:
    """Return an ask that nobody made."""
    kinds = record.of_purpose(purpose).kinds or ("skills",)
    return Grant(
        id="sample", person="sample", subject="sample", provider="did:web:sample.invalid",
        provider_name=words.gettext("the organisation that has the data"), recipient=own,
        recipient_name=record.name, dataset="sample", purpose=purpose, kinds=kinds, starts=None,
        until=at + timedelta(days=365), notice_hash="", agreement=None, state=GrantState.PENDING, asked=at,
        decided=None, ended=None, reason="", note="",
    )  # fmt: skip
