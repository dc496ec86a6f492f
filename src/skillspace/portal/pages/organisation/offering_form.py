"""The form of an offering: publish one, or change what is offered and under which terms."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Offering as Offered
from skillspace.exchange.catalog.model import ROLE
from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import LANGUAGES
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.offerings import FORMATS, ONE, offered_as
from skillspace.portal.pages.organisation.terms_form import purposes_of, terms_form, written_terms
from skillspace.portal.pages.organisation.wording import ROLES, in_language, naming
from skillspace.portal.pages.sentences import explain
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connector import OfferingFormPage
from skillspace.trust.policy import offer_rules

PATH = "/org/offering/edit"
MOST_TEXT = 4000


def router(frame: Frame) -> APIRouter:
    """Return the form's routes."""
    routes = frame.router("Offerings")

    @routes.get(PATH)
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            name = visit.asked("id")
            return visit.show(_form(visit, offered_as(visit, name) if name else _blank(visit), is_new=not name))

    @routes.post(PATH)
    def publish(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            name = visit.field("offering")
            before = offered_as(visit, name) if name else _blank(visit)
            sent = before
            try:
                sent = _sent(visit, before, is_new=not name)
                _check(visit, sent, is_new=not name)
                sent = replace(sent, policy=written_terms(visit, before.policy))
                sent = replace(sent, purposes=purposes_of(sent.policy))
                visit.rooms.exchange.catalog.publish(visit.work, sent)
            except BadInput as fault:
                page = _form(visit, sent, is_new=not name, problem=_problem(fault, visit))
                return visit.show(page, 400)
            act = "offering.change" if name else "offering.publish"
            journal.note(visit.work, account, act, thing=sent.id, title=in_language(sent.title, visit.language))
        return visit.go(f"{ONE}?{urlencode({'id': sent.id})}", "published")

    return routes


def _blank(visit: Visit) -> Offered:
    """Return what a new offering starts from: guidance only, copies gone after a month."""
    return Offered(
        id="",
        title={},
        description={},
        kinds=(),
        personal=False,
        purposes=(),
        media_type="application/json",
        policy=offer_rules(purposes=["guidance"], keep_days=30),
        updated=visit.work.now,
        retention_days=30,
    )


def _sent(visit: Visit, before: Offered, *, is_new: bool) -> Offered:
    """Return the offering as the form says, its terms left as they were."""
    name = visit.field("id").strip() if is_new else before.id
    days = visit.field("retention").strip()
    roles = [f"{ROLE}{role}" for role in visit.fields("role") if role in ROLES]
    return replace(
        before,
        id=name,
        title=_texts(visit, "title", dict(before.title)),
        description=_texts(visit, "text", dict(before.description)),
        kinds=_listed(visit, "kinds"),
        personal=visit.field("personal") == "yes",
        media_type=visit.field("media_type").strip()[:200] or "application/octet-stream",
        formats=tuple(one for one in FORMATS if one in visit.fields("format")),
        visible_to=tuple(dict.fromkeys([*roles, *_listed(visit, "others")])),
        retention_days=int(days) if _is_days(days) else None,
        updated=visit.work.now,
    )


def _check(visit: Visit, sent: Offered, *, is_new: bool) -> None:
    """Raise BadInput, in the reader's language, for what the catalog itself would not notice."""
    words, days = visit.words, visit.field("retention").strip()
    if is_new and visit.rooms.exchange.catalog.offering(visit.work, sent.id) is not None:
        raise BadInput(words.gettext("This identifier is in use already; choose another one."))
    if days and not _is_days(days):
        raise BadInput(words.gettext("Copies are kept for a number of days."))


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6


def _texts(visit: Visit, field: str, before: dict[str, str]) -> dict[str, str]:
    """Return the texts in the portal's languages as sent, in others as they were."""
    kept = {language: text for language, text in before.items() if language not in LANGUAGES}
    sent = {language: visit.field(f"{field}-{language}").strip()[:MOST_TEXT] for language in LANGUAGES}
    return kept | {language: text for language, text in sent.items() if text}


def _listed(visit: Visit, field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in visit.field(field).split(",") if word.strip()))


def _problem(fault: BadInput, visit: Visit) -> str:
    sentence, detail = explain(fault, visit.words)
    return sentence or detail


def _form(visit: Visit, shown: Offered, *, is_new: bool, problem: str = "") -> OfferingFormPage:
    words = visit.words
    roles = {name.removeprefix(ROLE) for name in shown.visible_to if name.startswith(ROLE)}
    others = [name for name in shown.visible_to if name.removeprefix(ROLE) not in ROLES]
    written = visit.field("rules") if problem and visit.field("as") == "json" else ""
    return OfferingFormPage(
        chrome=visit.chrome("offerings", path=ONE),
        id="" if is_new else shown.id,
        name=shown.id,
        texts=tuple(
            (code, name, shown.title.get(code, ""), shown.description.get(code, "")) for code, name in LANGUAGES.items()
        ),
        kinds=", ".join(shown.kinds),
        is_personal=shown.personal,
        media_type=shown.media_type,
        formats=tuple(
            Choice(value=code, label=words.gettext(text), is_chosen=code in shown.formats)
            for code, text in FORMATS.items()
        ),
        roles=tuple(Choice(value=code, label=naming(words)(code), is_chosen=code in roles) for code in ROLES),
        others=", ".join(others),
        retention="" if shown.retention_days is None else str(shown.retention_days),
        terms=terms_form(shown.policy, words, json=written),
        problem=problem,
    )
