"""One guardian's mandate on an officer's desk: what was shown, how it came to be, and the moves open now."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.guardians import MOST_REASON, PATH, line, note, officer_of
from skillspace.portal.pages.person.guarding import PROOFS, acts_in_words, proof_form, proof_sent
from skillspace.portal.pages.person.mandates import STATES
from skillspace.portal.views.guardians import EvidenceLine, GuardianPage, StepLine, ToldLine
from skillspace.portal.words import N_
from skillspace.trust.mandate import (
    MANDATE,
    AgeUnknown,
    Capacity,
    Evidence,
    EvidenceRefused,
    Mandate,
    MandateState,
    Outgrown,
    Stage,
)
from skillspace.trust.mandate.machine import OFFICER

MOVES = {
    "confirm": N_("Confirm"),
    "refuse": N_("Refuse"),
    "suspend": N_("Pause"),
    "resume": N_("Let it go on"),
    "end": N_("End it"),
}
#: Why a confirmation or an appointment did not work, as an officer reads it.
FAULTS: Mapping[type[SkillspaceError], str] = {
    AgeUnknown: N_("Their age is not known here yet. Record it first, with evidence."),
    Outgrown: N_("This person decides alone already, so a guardian’s mandate cannot cover it."),
    EvidenceRefused: N_("This is not enough: it takes strong evidence, and a guardian who is no child."),
}
#: What an officer can put right on the form.
MENDABLE = (BadInput, AgeUnknown, Outgrown, EvidenceRefused)


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Guardians")

    @routes.get(PATH + "/{mandate_id}")
    def show(request: Request, mandate_id: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, _found(visit, mandate_id)))

    @routes.post(PATH + "/{mandate_id}")
    def move(request: Request, mandate_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                return _move(visit, _found(visit, mandate_id))
        except MENDABLE as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, _found(visit, mandate_id), in_words(visit, fault)), 400)

    return routes


def in_words(visit: Visit, fault: SkillspaceError) -> str:
    """Return why something did not work, as an officer reads it."""
    return visit.words.gettext(FAULTS[type(fault)]) if type(fault) in FAULTS else fault.message


def _found(visit: Visit, mandate_id: str) -> Mandate:
    """Return a guardian's mandate; whatever else people agreed between them does not exist for an officer."""
    _, spaces = officer_of(visit)
    found = spaces.mandates.mandates.find(visit.work, mandate_id)
    if found.capacity is not Capacity.GUARDIAN:
        raise NotFound(f"There is no mandate {mandate_id[:100]}.")
    return found


def _move(visit: Visit, found: Mandate) -> Response:
    account, spaces = officer_of(visit)
    appointing, chosen = spaces.mandates.appointing, visit.field("do")
    reason = " ".join(visit.field("why").split())
    if chosen == "confirm":
        joint = visit.field("custody") == "joint"
        appointing.confirm(visit.work, found.id, account.id, [proof_sent(visit)], jointly=joint)
    else:
        moves = {
            "refuse": appointing.refuse,
            "suspend": appointing.suspend,
            "resume": appointing.resume,
            "end": appointing.end,
        }
        if chosen not in moves:
            raise NotFound("There is nothing like this to do here.")
        if not reason or len(reason) > MOST_REASON:
            raise BadInput(visit.words.gettext("Say why, in a sentence or two: both of them read it."))
        moves[chosen](visit.work, found.id, account.id, reason)
    note(visit, account, f"guardian.{chosen}", found.id, "" if chosen == "confirm" else reason)
    return visit.go(f"{PATH}/{found.id}", f"guardian-{chosen}")


def _page(visit: Visit, found: Mandate, problem: str = "") -> GuardianPage:
    _, spaces = officer_of(visit)
    room, work = spaces.mandates, visit.work
    moves = _moves(visit, found)
    earlier = [one for one in room.mandates.of_principal(work, found.principal) if _is_earlier(one, found)]
    told = room.concerns.of_mandate(work, found.id)
    confirms = any(name == "confirm" for name, _label in moves)
    is_unknown = confirms and room.births.standing(work, found.principal, work.now).stage is Stage.UNKNOWN
    return GuardianPage(
        chrome=visit.chrome("guardians", path=f"{PATH}/{found.id}"),
        line=line(visit, found),
        acts=acts_in_words(visit, found.scope),
        evidence=tuple(_evidence(visit, one) for one in found.evidence),
        steps=_steps(visit, found),
        earlier=tuple(line(visit, one) for one in earlier),
        worries=tuple(
            ToldLine(words=one.words, said=one.said, answer=one.answer, answered=one.answered) for one in told
        ),
        moves=moves,
        proof=proof_form(visit, found.evidence[0]) if confirms and found.evidence else None,
        is_age_unknown=is_unknown,
        typed=visit.field("why")[:MOST_REASON],
        problem=problem,
    )


def _is_earlier(one: Mandate, found: Mandate) -> bool:
    same = one.agent == found.agent and one.capacity is Capacity.GUARDIAN
    return same and one.id != found.id and one.proposed <= found.proposed


def _moves(visit: Visit, found: Mandate) -> tuple[tuple[str, str], ...]:
    opened = set(MANDATE.allowed(found.state, OFFICER)) - {"accept"}
    if found.state is MandateState.PROPOSED and OFFICER in found.awaits:
        opened.add("confirm")
    if found.suspended_by not in ("", OFFICER):
        opened.discard("resume")
    return tuple((name, visit.words.gettext(label)) for name, label in MOVES.items() if name in opened)


def _evidence(visit: Visit, one: Evidence) -> EvidenceLine:
    return EvidenceLine(
        type=visit.words.gettext(PROOFS[one.type]),
        issuer=one.issuer,
        reference=one.reference,
        dated=one.dated,
        seen=one.checked_at,
    )


def _steps(visit: Visit, found: Mandate) -> tuple[StepLine, ...]:
    """Return how the mandate came to be, as the node's journal holds it; reasons are the ones officers gave."""
    reasons = {one.at: one.why for one in journal.about(visit.work, found.id)}
    entries = visit.rooms.journal.journal.entries(visit.work, kind="mandate.", about=found.id)
    steps = []
    for entry in reversed(entries):
        state = entry.kind.removeprefix("mandate.")
        word, kind = STATES[MandateState(state)] if state in set(MandateState) else (state, "waiting")
        by = str((entry.content or {}).get("changed_by", ""))
        steps.append(
            StepLine(
                state=visit.words.gettext(word),
                kind=kind,
                at=entry.at,
                by=_side(visit, found, by),
                why=reasons.get(entry.at, ""),
            )
        )
    return tuple(steps)


def _side(visit: Visit, found: Mandate, by: str) -> str:
    """Return which side moved a mandate: never a name."""
    _ = visit.words.gettext
    if not by:
        return _("the clock")
    if by in (found.principal, found.agent):
        return _("the child") if by == found.principal else _("the guardian")
    return _("an officer")
