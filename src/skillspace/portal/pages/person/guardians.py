"""Guardians: asking to be one, what a child reads about its own, and saying that something is wrong with them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.people.accounts import AccountKind
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.person.giving import end_of
from skillspace.portal.pages.person.guarding import person_of, proof_form, proof_sent, reach_form, reach_sent
from skillspace.portal.pages.person.young import band_of
from skillspace.portal.views.guardians import GuardianAskPage, GuardianCard, GuardianWrongPage, ToldLine
from skillspace.trust.mandate import (
    ALL,
    MANDATE,
    Act,
    Capacity,
    ConcernState,
    Mandate,
    MandateState,
    NeedsGuardian,
    Stage,
    guardian_texts,
)

MOST_CODE, MOST_WORDS = 100, 1000
#: Which sentence tells a child what an act of its guardian is; the yes depends on whether the child is asked first.
SENTENCES = {Act.VIEW: "view", Act.REFUSE: "refuse", Act.REVOKE: "revoke", Act.GRANT: "grant"}


def router(frame: Frame) -> APIRouter:
    """Return the pages of guardians and children."""
    routes = frame.router("You")

    @routes.get("/you/guardians")
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_form(visit))

    @routes.post("/you/guardians")
    def ask(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _ask(visit)
        except (BadInput, Conflict) as fault:
            with frame.reading(request) as visit:
                asked = visit.words.gettext(
                    "You asked this before. See “People who help you decide” for where it stands."
                )
                return visit.show(_form(visit, fault.message if isinstance(fault, BadInput) else asked), 400)

    @routes.get("/you/guardians/{mandate_id}/wrong")
    def look(request: Request, mandate_id: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_wrong(visit, _mine(visit, mandate_id)))

    @routes.post("/you/guardians/{mandate_id}/wrong")
    def tell(request: Request, mandate_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                found = _mine(visit, mandate_id)
                spaces.mandates.concerns.tell(visit.work, person.id, found.id, visit.field("words"))
                return visit.go(f"/you/guardians/{found.id}/wrong", "worry-told")
        except Conflict:
            return go(f"/you/guardians/{mandate_id}/wrong")
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext("Write at least a word, and not more than a page.")
                return visit.show(_wrong(visit, _mine(visit, mandate_id), problem), 400)

    return routes


def cards(visit: Visit) -> tuple[str, tuple[GuardianCard, ...]]:
    """Return a title and what a child reads about each of its guardians; nothing for everybody else."""
    if visit.rooms.spaces is None or visit.account.kind is not AccountKind.PERSON or not (band := band_of(visit)):
        return "", ()
    person, spaces = visit.person()
    found = spaces.mandates.mandates.of_principal(visit.work, person.id)
    living = [one for one in found if one.capacity is Capacity.GUARDIAN and one.state not in MANDATE.final]
    title = guardian_texts(visit.language, band, guardian="", since="")["title"]
    return title, tuple(_card(visit, one, _texts(visit, one, band)) for one in living)


def _form(visit: Visit, problem: str = "") -> GuardianAskPage:
    _grown_up(visit)
    return GuardianAskPage(
        chrome=visit.chrome("you", path="/you/guardians"),
        code=visit.field("code")[:MOST_CODE],
        proof=proof_form(visit),
        reach=reach_form(visit),
        problem=problem,
    )


def _grown_up(visit: Visit) -> None:
    person, spaces = visit.person()
    if spaces.mandates.mandates.standing(visit.work, person.id, visit.work.now).stage is Stage.CHILD:
        raise NeedsGuardian("A child cannot be a guardian.")


def _ask(visit: Visit) -> Response:
    """Keep the request, whoever the code names and however old they are: an officer finds that out, not the asker."""
    _grown_up(visit)
    me, spaces = visit.person()
    child = person_of(visit, visit.field("code"))
    if child is None or child.id == me.id:
        raise BadInput(visit.words.gettext("This is nobody’s code. It stands in the child’s own space, under “You”."))
    evidence, (scope, until, jointly) = proof_sent(visit), reach_sent(visit)
    spaces.mandates.appointing.request(
        visit.work,
        agent=me.id,
        principal=child.id,
        scope=scope,
        evidence=[evidence],
        ends=end_of(until),
        jointly=jointly,
    )
    return visit.go("/you/helpers", "guardian-asked")


def _mine(visit: Visit, mandate_id: str) -> Mandate:
    """Return a guardian's mandate for the child who is signed in; all others do not exist."""
    person, spaces = visit.person()
    found = spaces.mandates.mandates.find(visit.work, mandate_id)
    if found.principal != person.id or found.capacity is not Capacity.GUARDIAN or not band_of(visit):
        raise NotFound(f"There is no mandate {mandate_id[:100]}.")
    return found


def _texts(visit: Visit, mandate: Mandate, band: str) -> dict[str, str]:
    name = _name(visit, mandate.agent)
    return guardian_texts(visit.language, band, guardian=name, since=visit.words.date(mandate.starts.date()))


def _name(visit: Visit, agent: str) -> str:
    try:
        return visit.rooms.accounts.get(visit.work, agent).name
    except NotFound:
        return visit.words.gettext("somebody who is not here any more")


def _card(visit: Visit, mandate: Mandate, texts: dict[str, str]) -> GuardianCard:
    _, spaces = visit.person()
    said = {MandateState.PROPOSED: "asks", MandateState.SUSPENDED: "paused"}.get(mandate.state, "is")
    told = spaces.mandates.concerns.of_mandate(visit.work, mandate.id)
    waits = bool(told) and told[0].state is ConcernState.OPEN
    is_answered = bool(told) and not waits
    return GuardianCard(
        id=mandate.id,
        name=_name(visit, mandate.agent),
        said=texts[said],
        may=_may(visit, mandate, texts) if mandate.state is MandateState.ACTIVE else (),
        wrong=texts["wrong"],
        told=texts["told"] if waits else "",
        answer=texts["answered"] if is_answered else "",
    )


def _may(visit: Visit, mandate: Mandate, texts: dict[str, str]) -> tuple[str, ...]:
    person, spaces = visit.person()
    covered = [act for act in SENTENCES if {ALL, act.value} & mandate.scope.acts]
    standing = spaces.mandates.mandates.standing(visit.work, person.id, visit.work.now)
    names = ["grant_after" if act is Act.GRANT and standing.is_asked_too else SENTENCES[act] for act in covered]
    return tuple(texts[name] for name in (*names, *(["together"] if mandate.jointly else [])))


def _wrong(visit: Visit, mandate: Mandate, problem: str = "") -> GuardianWrongPage:
    _, spaces = visit.person()
    texts = _texts(visit, mandate, band_of(visit))
    told = spaces.mandates.concerns.of_mandate(visit.work, mandate.id)
    return GuardianWrongPage(
        chrome=visit.chrome("you", path=f"/you/guardians/{mandate.id}/wrong"),
        card=_card(visit, mandate, texts),
        help=texts["help"],
        may_tell=not any(one.state is ConcernState.OPEN for one in told),
        told=tuple(ToldLine(words=one.words, said=one.said, answer=one.answer, answered=one.answered) for one in told),
        typed=visit.field("words")[:MOST_WORDS],
        problem=problem,
    )
