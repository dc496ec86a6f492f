"""A new contract: from a template with its values in a form, or whole as JSON; what comes out is a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.contract_moves import read_json
from skillspace.portal.pages.organisation.contract_words import PARAMETERS
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connector import RuleField
from skillspace.portal.views.contracts import NewContractPage
from skillspace.trust.contract import Terms
from skillspace.trust.contract.clauses import ContractTemplate, Parameter, from_template, template, templates
from skillspace.trust.contract.clauses.words import name as word_name
from skillspace.trust.policy.vocabulary import scheme

PATH = "/org/contract/new"
#: Filled in by this node.
_OURS = "orchestrator"
_WORDS: Mapping[str, Mapping[str, str]] = {"purposes": PURPOSES, "kinds": KINDS}
_INPUTS = {"date": "date", "whole": "number"}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Contracts")

    @routes.get(PATH)
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_page(visit, visit.asked("template")))

    @routes.post(PATH)
    def draft(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            try:
                terms = _drafted(visit)
            except BadInput as fault:
                return visit.show(_page(visit, visit.field("template"), problem=fault.message), 400)
            journal.note(visit.work, account, "contract.draft", thing=terms.id, title=terms.title)
        return visit.go(f"/org/contract?{urlencode({'id': terms.id})}", "drafted")

    return routes


def _drafted(visit: Visit) -> Terms:
    record = visit.rooms.contracts.record
    if visit.field("as") == "json":
        return record.draft(visit.work, read_json(visit.field("terms")))
    chosen = template(visit.field("template"))
    values: dict[str, Any] = {name: _value(visit, one) for name, one in chosen.parameters.items() if name != _OURS}
    values = {name: value for name, value in values.items() if value not in ("", [])}
    if visit.field("title").strip():
        values["title"] = visit.field("title").strip()
    made = from_template(chosen.id, {**values, _OURS: visit.rooms.did}, at=visit.work.now)
    return record.draft(visit.work, made)


def _value(visit: Visit, one: Parameter) -> Any:
    text = visit.field(one.name).strip()
    if one.kind == "words":
        more = [word.strip() for word in visit.field(f"{one.name}.more").split(",")]
        return [word for word in (*visit.fields(one.name), *more) if word]
    if one.kind == "country":
        return text.upper()
    is_number = one.kind == "whole" and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number else text


def _page(visit: Visit, name: str, *, problem: str = "") -> NewContractPage:
    language, chrome = visit.language, visit.chrome("contracts", path=PATH)
    written = visit.field("terms") if problem else ""
    if not name:
        choices = tuple((one.id, one.title[language], one.about[language]) for one in templates())
        return NewContractPage(chrome=chrome, templates=choices, json=written, problem=problem)
    chosen = template(name)
    return NewContractPage(
        chrome=chrome,
        chosen=chosen.id,
        title=visit.field("title") if problem else chosen.title[language],
        about=chosen.about[language],
        fields=template_fields(chosen, visit.words, visit if problem else None),
        roles=tuple((role["role"], role["title"][language]) for role in chosen.roles),
        problem=problem,
    )


def template_fields(chosen: ContractTemplate, words: Translator, sent: Visit | None = None) -> tuple[RuleField, ...]:
    """Return a template's values as fields: with their defaults, or as they were sent."""
    return tuple(
        _field(one, words, _value(sent, one) if sent else one.default, words.language)
        for name, one in chosen.parameters.items()
        if name != _OURS
    )


def _field(one: Parameter, words: Translator, value: Any, language: str) -> RuleField:
    label = words.gettext(PARAMETERS[one.name]) if one.name in PARAMETERS else one.name
    if one.kind == "choice":
        choices = tuple(
            Choice(value=code, label=names[language], is_chosen=code == (value or language))
            for code, names in one.options.items()
        )
        return RuleField(name=one.name, label=label, kind="select", choices=choices)
    if one.kind == "words":
        catalogue, listed = _WORDS.get(one.scheme, {}), list(value or ())
        known = dict.fromkeys([*catalogue, *(word for word in listed if scheme(one.scheme).knows(word))])
        ticked = tuple(
            Choice(
                value=word,
                label=words.gettext(catalogue[word]) if word in catalogue else word_name(word, language),
                is_chosen=word in listed,
            )
            for word in known
        )
        more = ", ".join(word for word in listed if word not in known)
        return RuleField(name=one.name, label=label, kind="choices", value=more, choices=ticked)
    text = "" if value is None else str(value)
    return RuleField(name=one.name, label=label, kind=_INPUTS.get(one.kind, "text"), value=text)
