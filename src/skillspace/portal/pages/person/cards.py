"""Credentials in a person's own hands: taking one in, and showing of it what they choose to whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound, Refused, SkillspaceError, Unavailable
from skillspace.people.profile import StoredRecord
from skillspace.people.wallet import (
    SIGNED_IN,
    Candidate,
    Card,
    IntakeState,
    NotAnAnswer,
    Selection,
    Showing,
    ShowingState,
)
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.connect import reason
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.common import Place
from skillspace.portal.views.wallet import (
    CardCandidate,
    CardLine,
    CardOfferPage,
    CardRequestPage,
    CardSignInPage,
    CardsPage,
    ComingLine,
    RequestLine,
    ShowChoice,
)
from skillspace.portal.words import N_
from skillspace.trust.issuers.certified import member_that_is

PATH = "/you/cards"
MOST_TYPED = 8000
FAULTS = (BadInput, Refused, Unavailable)
#: What an issuer sends somebody back with.
BACK = ("code", "state", "iss", "error")
STATES = {
    ShowingState.ASKED: N_("waits for your answer"),
    ShowingState.SENDING: N_("on its way to them"),
    ShowingState.SHOWN: N_("shown"),
    ShowingState.REFUSING: N_("you said no"),
    ShowingState.REFUSED: N_("you said no"),
    ShowingState.FAILED: N_("they did not take it"),
}
#: What the claims of an achievement are called; a claim of another name keeps it.
CLAIMS = {
    "title": N_("Title: %(value)s"),
    "description": N_("Description: %(value)s"),
    "criteria": N_("How it was assessed: %(value)s"),
    "awarded": N_("Awarded on %(value)s"),
    "valid_until": N_("Valid until %(value)s"),
    "credits": N_("Credits: %(value)s"),
    "eqf": N_("EQF level: %(value)s"),
    "issuer_name": N_("Who gave it: %(value)s"),
    "language": N_("Language: %(value)s"),
    "name": N_("Title: %(value)s"),
}
#: Not for people to read: names that machines tell things apart by.
_SILENT = frozenset({"id", "@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus"})


def router(frame: Frame) -> APIRouter:
    """Return the pages of a wallet."""
    routes = frame.router("You")
    _sign_in_routes(routes, frame)

    @routes.get(PATH)
    def cards(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(f"{PATH}/open")
    def open_link(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            link = visit.field("link").strip()[:MOST_TYPED]
        try:
            if link.startswith("openid4vp"):
                return _gone(frame, request, f"{PATH}/requests/{spaces.wallets.look_at_request(person.id, link)}")
            seen = spaces.wallets.look_at_offer(person.id, link)
        except FAULTS as fault:
            return _again(frame, request, link, fault)
        with frame.reading(request) as visit:
            return visit.show(
                CardOfferPage(
                    chrome=visit.chrome("you", path=PATH),
                    name=seen.issuer_name,
                    address=seen.issuer,
                    title=seen.title,
                    link=link,
                    needs_pin=seen.needs_pin,
                    needs_sign_in=seen.needs_sign_in,
                )
            )

    @routes.post(f"{PATH}/take")
    def take(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            link, pin = visit.field("link").strip()[:MOST_TYPED], visit.field("pin").strip()[:64]
        try:
            spaces.wallets.take(person.id, link, pin or None)
        except FAULTS as fault:
            return _again(frame, request, link, fault)
        return _gone(frame, request, PATH, "card-taken")

    @routes.post(f"{PATH}/again")
    def again(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.wallets.try_again(visit.work, person.id, visit.field("intake"))
            return visit.go(PATH, "card-again")

    @routes.post(f"{PATH}/remove")
    def remove(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.wallets.remove(visit.work, person.id, visit.field("card"))
            return visit.go(PATH, "card-gone")

    @routes.get(f"{PATH}/requests/{{name}}")
    def asked(request: Request, name: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_request(visit, name))

    @routes.post(f"{PATH}/requests/{{name}}")
    def answer(request: Request, name: str) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                if visit.field("do") == "no":
                    spaces.wallets.refuse(visit.work, person.id, name)
                    return visit.go(f"{PATH}/requests/{name}", "declined")
                spaces.wallets.show(visit.work, person.id, name, _chosen(visit))
                return visit.go(f"{PATH}/requests/{name}", "card-shown")
        except FAULTS as fault:
            with frame.reading(request) as visit:
                return visit.show(replace(_request(visit, name), problem=reason(fault, visit)), 400)

    return routes


def _sign_in_routes(routes: APIRouter, frame: Frame) -> None:
    """The way to an issuer that wants its people to sign in, and back."""

    @routes.post(f"{PATH}/sign-in")
    def sign_in(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            link = visit.field("link").strip()[:MOST_TYPED]
        try:
            address = spaces.wallets.sign_in(person.id, link)
        except FAULTS as fault:
            return _again(frame, request, link, fault)
        with frame.reading(request) as visit:
            parts, chrome = urlsplit(address), visit.chrome("you", path=PATH)
            place = f"{parts.scheme}://{parts.netloc}"
            return visit.show(CardSignInPage(chrome=chrome, name=parts.netloc, place=place, address=address))

    @routes.get(SIGNED_IN)
    def signed_in(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            told = {name: visit.asked(name)[:MOST_TYPED] for name in BACK if visit.asked(name)}
        try:
            spaces.wallets.signed_in(person.id, told)
        except (*FAULTS, NotFound) as fault:
            return _again(frame, request, "", fault)
        return _gone(frame, request, PATH, "card-taken")


def _gone(frame: Frame, request: Request, path: str, done: str = "") -> Response:
    with frame.reading(request) as visit:
        return visit.go(path, done)


def _again(frame: Frame, request: Request, link: str, fault: SkillspaceError) -> Response:
    with frame.reading(request) as visit:
        return visit.show(replace(_page(visit), link=link, problem=reason(fault, visit)), 400)


def _page(visit: Visit) -> CardsPage:
    person, spaces = visit.person()
    coming = spaces.wallets.intakes(visit.work, person.id)
    told = {each.record_id: each for each in spaces.profile.records(visit.work, person.id)}
    return CardsPage(
        chrome=visit.chrome("you", path=PATH),
        cards=tuple(_card(visit, card, told.get(card.id)) for card in spaces.wallets.cards(visit.work, person.id)),
        coming=tuple(
            ComingLine(name=each.issuer_name, reason=each.reason or "", again=each.id if each.may_come else "")
            for each in coming
            if each.state in (IntakeState.FETCHING, IntakeState.FAILED)
        ),
        requests=tuple(_line(visit, each) for each in spaces.wallets.showings(visit.work, person.id)),
    )


def _card(visit: Visit, card: Card, told: StoredRecord | None) -> CardLine:
    return CardLine(
        id=card.id,
        title=card.title,
        place=_place(visit, card),
        facts=tuple(facts(card.claims, visit.words)),
        until=card.expires.date() if card.expires else None,
        record=f"/records/{told.id}" if told else "",
        problem=fault_sentence(told.problem.code, visit.words) if told and told.problem else "",
        code=card.token,
    )


def _line(visit: Visit, each: Showing) -> RequestLine:
    return RequestLine(
        id=each.id,
        name=each.verifier_name,
        made=each.made,
        state=visit.words.gettext(STATES[each.state]),
    )


def _request(visit: Visit, name: str) -> CardRequestPage:
    person, spaces = visit.person()
    found = spaces.wallets.showing(visit.work, person.id, name)
    is_open = found.state is ShowingState.ASKED
    questions = spaces.wallets.questions(visit.work, person.id, name) if is_open else []
    ticked = set(visit.fields("show")) if visit.request.method == "POST" else set()
    return CardRequestPage(
        chrome=visit.chrome("you", path=PATH),
        id=name,
        name=found.verifier_name,
        verifier=found.verifier,
        is_signed=found.is_signed,
        authority=found.authority,
        is_unchecked=found.is_unchecked,
        back=found.back or "",
        purpose=found.purpose,
        is_open=is_open,
        state=visit.words.gettext(STATES[found.state]),
        questions=tuple(
            tuple(_candidate(visit, question.id, each, ticked) for each in question.candidates)
            for question in questions
        ),
        told=tuple((str(each["card"]), tuple(facts(each["claims"], visit.words))) for each in found.told or ()),
        reason=found.reason or "",
    )


def _candidate(visit: Visit, question: str, each: Candidate, ticked: set[str]) -> CardCandidate:
    whole = visit.words.gettext("The whole credential")
    values = {json.dumps([question, each.card.id, choice.place]): choice for choice in each.choices}
    choices = [
        ShowChoice(value=value, words=_words(choice.place[-1], choice.value, visit.words), is_chosen=value in ticked)
        for value, choice in values.items()
    ]
    if not choices:
        value = json.dumps([question, each.card.id, None])
        choices = [ShowChoice(value=value, words=whole, is_chosen=value in ticked)]
    return CardCandidate(
        title=each.card.title,
        place=_place(visit, each.card),
        always=tuple(facts(each.always, visit.words)),
        choices=tuple(choices),
    )


def _chosen(visit: Visit) -> list[Selection]:
    """The ticks of the form, card by card; raises NotAnAnswer for one that no page of ours has."""
    places: dict[tuple[str, str], list[tuple[str | int, ...]]] = {}
    for value in visit.fields("show"):
        try:
            question, card, place = json.loads(value)
        except (ValueError, TypeError, RecursionError):
            raise NotAnAnswer() from None
        if not isinstance(question, str) or not isinstance(card, str) or not isinstance(place, list | None):
            raise NotAnAnswer()
        mine = places.setdefault((question, card), [])
        if place is not None:
            mine.append(tuple(step if isinstance(step, str | int) else str(step) for step in place))
    return [Selection(question=question, card=card, places=tuple(each)) for (question, card), each in places.items()]


def _place(visit: Visit, card: Card) -> Place:
    member = member_that_is(card.issuer, visit.rooms.directory, visit.work)
    return Place(name=card.issuer_name, is_verified=member is not None)


def facts(claims: Mapping[str, Any], words: Translator) -> Iterator[str]:
    """Tell what a credential says, one line a fact; what only machines need is left out."""
    for name, value in claims.items():
        if name in _SILENT:
            continue
        if name == "credentialSubject":
            yield from facts(_achievement(value), words)
        elif name == "skills" and isinstance(value, list):
            yield from (_words(name, each, words) for each in value)
        elif isinstance(value, str | int | float):
            yield _words(name, value, words)


def _achievement(subject: object) -> Mapping[str, Any]:
    """What a badge says was achieved, with its alignments as the skills they are."""
    told = subject.get("achievement") if isinstance(subject, dict) else None
    if not isinstance(told, dict):
        return {}
    aligned = told.get("alignment")
    skills = [{"label": each.get("targetName", "")} for each in aligned or () if isinstance(each, dict)]
    return {"description": told.get("description", ""), "skills": skills}


def _words(name: str | int, value: object, words: Translator) -> str:
    if isinstance(value, dict) and "label" in value:
        level = " ".join(str(value[part]) for part in ("level_scheme", "level") if value.get(part))
        return f"{value['label']} ({level})" if level else str(value["label"])
    if name in CLAIMS:
        return words.gettext(CLAIMS[str(name)]) % {"value": value}
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{name}: {text}"
