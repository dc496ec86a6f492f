"""An offering for a contract in a form: which data, for what, on which ground, under which rules; or all as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.exchange import ledger
from skillspace.exchange.odrl import rules_of
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.contract_moves import read_json, seat_of
from skillspace.portal.pages.organisation.contract_reading import OFFERING as PATH
from skillspace.portal.pages.organisation.contract_words import BASES
from skillspace.portal.pages.organisation.terms_form import terms_form, written_terms
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES, Names, in_language
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connector import RuleField
from skillspace.portal.views.contracts import BroughtPage
from skillspace.trust.contract import ContractHead, Member, Offering, Talk, Terms, read_offering
from skillspace.trust.contract.clauses.words import name as word_name

MOST_OFFERED = 500


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Contracts")

    @routes.get(PATH)
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_page(visit, _Table.of(visit, visit.asked)))

    @routes.post(PATH)
    def say(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            table = _Table.of(visit, visit.field)
            try:
                offering = _written(visit, table)
            except BadInput as fault:
                return visit.show(_page(visit, table, problem=fault.message), 400)
            table.say(visit, offering)
            act = "contract.counter" if table.talk else "contract.propose"
            title = Names(visit).title(offering.provider, offering.dataset)
            journal.note(visit.work, account, act, thing=table.head.id, title=title)
        return visit.go(f"/org/contract?{urlencode({'id': table.head.id})}", "moved")

    return routes


class _Table:
    """What is talked about: a contract, a member's part in it, and the offering once there is one."""

    def __init__(self, head: ContractHead, terms: Terms, seat: Member, talk: Talk | None, chosen: str) -> None:
        self.head, self.terms, self.seat, self.talk = head, terms, seat, talk
        provider, _, dataset = chosen.partition(" ")
        self.provider = talk.offering.provider if talk else provider
        self.dataset = talk.offering.dataset if talk else dataset

    @classmethod
    def of(cls, visit: Visit, value: Any) -> _Table:
        """Read what a request names, by its query or its form; raise NotFound."""
        room = visit.rooms.contracts.contracts
        head = room.find(visit.work, value("contract"))
        seat = seat_of(visit, head.id, value("seat"))
        talks = {one.id: one for one in room.talks(visit.work, seat.id)}
        if value("offer") and value("offer") not in talks:
            raise NotFound("There is no such offering in this contract.")
        return cls(head, room.terms(visit.work, head.id), seat, talks.get(value("offer")), value("dataset"))

    def providers(self) -> tuple[str, ...]:
        """Who may bring data here: the member, and in a contract of two either."""
        return (self.seat.member, self.head.orchestrator) if self.head.kind == "bilateral" else (self.seat.member,)

    def policy(self, visit: Visit) -> Mapping[str, Any]:
        """Return the rules to begin from: those said last, or those of the catalog. Raises NotFound."""
        if self.talk is not None:
            return self.talk.offering.policy
        rooms = visit.rooms
        if self.provider == rooms.did:
            own = rooms.exchange.catalog.offering(visit.work, self.dataset)
            if own is not None:
                return rules_of(own.policy)
        elif self.provider in self.providers():
            seen = rooms.exchange.crawler.offering(visit.work, self.provider, self.dataset)
            if seen is not None:
                return rules_of(seen.offer)
        raise NotFound("No such data set is offered by a party of this contract.")

    def say(self, visit: Visit, offering: Offering) -> None:
        """Bring it up or answer with it, as the one who keeps the contract or as a member."""
        room, work = visit.rooms.contracts, visit.work
        is_ours = self.head.orchestrator == visit.rooms.did
        round = visit.field("round")
        last = int(round) if round.isascii() and round.isdigit() else 0
        if is_ours and self.seat.member == visit.rooms.did:
            room.record.bring(work, self.head.id, offering)
        elif is_ours and self.talk:
            room.seats.counter(work, self.talk.id, last, offering)
        elif is_ours:
            room.seats.propose(work, self.seat.id, offering)
        elif self.talk:
            room.partaking.counter(work, self.talk.id, last, offering)
        else:
            room.partaking.propose(work, self.head.id, offering)


def _written(visit: Visit, table: _Table) -> Offering:
    if visit.field("as") == "json":
        return read_offering(dict(read_json(visit.field("offering"))))
    policy = written_terms(visit, table.policy(visit))
    more = [word.strip() for word in visit.field("kinds.more").split(",")]
    content = {
        "provider": table.provider,
        "dataset": table.dataset,
        "policy": policy,
        "purposes": visit.fields("purposes"),
        "kinds": [word for word in (*visit.fields("kinds"), *more) if word],
        "legal_basis": visit.field("basis"),
        "roles": visit.fields("roles"),
    }
    return read_offering(content)


def _page(visit: Visit, table: _Table, *, problem: str = "") -> BroughtPage:
    names, words = Names(visit), visit.words
    is_chosen = bool(table.dataset)
    said = table.talk.offering if table.talk else None
    policy = table.policy(visit) if is_chosen else {}
    return BroughtPage(
        chrome=visit.chrome("contracts", path="/org/contracts" if problem else None),
        contract=table.head.id,
        title=table.head.title,
        member=names.of(table.seat.member),
        seat=table.seat.id,
        offer=table.talk.id if table.talk else "",
        round=table.talk.round if table.talk else 0,
        dataset=f"{table.provider} {table.dataset}" if is_chosen else "",
        asset=names.title(table.provider, table.dataset),
        datasets=() if is_chosen else _offered(visit, table, names),
        fields=brought_fields(table.terms, said, words) if is_chosen else (),
        form=terms_form(policy, words) if is_chosen else None,
        json=_json(visit, table, policy, problem) if is_chosen else "",
        problem=problem,
    )


def _json(visit: Visit, table: _Table, policy: Mapping[str, Any], problem: str) -> str:
    if problem and visit.field("as") == "json":
        return visit.field("offering")
    begun: dict[str, object] = {
        "provider": table.provider,
        "dataset": table.dataset,
        "policy": dict(policy),
        "purposes": list(table.terms.purposes),
        "kinds": [],
        "legal_basis": "consent",
        "roles": [],
    }
    return json.dumps(table.talk.offering.content() if table.talk else begun, ensure_ascii=False, indent=2)


def _offered(visit: Visit, table: _Table, names: Names) -> tuple[Choice, ...]:
    found = []
    for provider in dict.fromkeys(table.providers()):
        if provider == visit.rooms.did:
            cut = ledger.Cut(words="", sort="title", is_down=False, offset=0, limit=MOST_OFFERED)
            ids = ledger.offerings(visit.work, cut, provider, visit.language)[1]
            own = [visit.rooms.exchange.catalog.offering(visit.work, one) for one in ids]
            offered = [(one.id, in_language(one.title, visit.language)) for one in own if one is not None]
        else:
            seen = ledger.offered_by(visit.work, provider, limit=MOST_OFFERED)
            offered = [(dataset, in_language(title, visit.language)) for dataset, title in seen]
        found += [
            Choice(value=f"{provider} {dataset}", label=f"{title or dataset} · {names.of(provider)}")
            for dataset, title in offered
        ]
    return tuple(found)


def brought_fields(terms: Terms, said: Offering | None, words: Translator) -> tuple[RuleField, ...]:
    """Return what is said of data besides their rules, as fields; `said` is the last word about them."""
    purposes = said.purposes if said else terms.purposes
    kinds = said.kinds if said else ()
    return (
        _ticks(
            "purposes",
            words.gettext("Purposes"),
            {one: PURPOSES.get(one) or word_name(one, words.language) for one in terms.purposes},
            purposes,
            words,
        ),
        _ticks("kinds", words.gettext("Kinds of data"), KINDS, kinds, words, has_more=True),
        RuleField(
            name="basis",
            label=words.gettext("Why the law allows it"),
            kind="select",
            choices=tuple(
                Choice(value=code, label=words.gettext(text), is_chosen=bool(said and said.legal_basis == code))
                for code, text in BASES.items()
            ),
        ),
        _ticks(
            "roles",
            words.gettext("For members in these roles (none ticked: in any)"),
            {role.role: role.role for role in terms.roles},
            said.roles if said else (),
            words,
        ),
    )


def _ticks(
    name: str,
    label: str,
    catalogue: Mapping[str, str],
    chosen: tuple[str, ...],
    words: Translator,
    *,
    has_more: bool = False,
) -> RuleField:
    return RuleField(
        name=name,
        label=label,
        kind="choices" if has_more else "ticks",
        value=", ".join(one for one in chosen if one not in catalogue),
        choices=tuple(
            Choice(value=code, label=words.gettext(text), is_chosen=code in chosen) for code, text in catalogue.items()
        ),
    )
