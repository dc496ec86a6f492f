"""The rules: whether somebody may do an act for a person. Pure: all facts come in, an `Acting` or the reason comes out.

A person's own no always wins; nobody gives data away for a child but a guardian, with the child where it is asked too;
nobody gives data away for a person who decides alone unless that person's mandate names the act.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput, Refused
from skillspace.trust.mandate.errors import (
    AgeUnknown,
    MandateEnded,
    NeedsAssent,
    NeedsGuardian,
    NeedsSecondGuardian,
    NotMandated,
    Outgrown,
    OutOfScope,
    OwnActOnly,
    SaidNo,
)
from skillspace.trust.mandate.machine import MANDATE, MandateState
from skillspace.trust.mandate.model import (
    ALL,
    DECIDING,
    GIVING,
    NAMES,
    OWN_ACTS,
    ROLE,
    Act,
    Acting,
    Capacity,
    Mandate,
    Outgrows,
    Question,
    Scope,
    Stage,
    Standing,
    Word,
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All a decision rests on. `words` are the principal's own, oldest first; `another_agreed` tells whether a second
    guardian agreed to the same thing."""

    standing: Standing
    mandates: Sequence[Mandate]
    words: Sequence[Word]
    another_agreed: Callable[[Mandate], bool]
    at: datetime


def decide(asked: Question, facts: Facts) -> Acting:
    """Return who acts and as what; raise why not. With several mandates the one that reaches furthest speaks.

    Raises NotMandated, MandateEnded, Outgrown, NeedsGuardian, AgeUnknown, NeedsAssent, SaidNo, NeedsSecondGuardian,
    OutOfScope, OwnActOnly, and BadInput when an agent's act does not say what it is about.
    """
    if asked.actor == asked.principal:
        return _oneself(asked, facts.standing)
    if asked.act in OWN_ACTS:
        raise OwnActOnly(f"Nobody can do “{asked.act}” for another; the person does it themselves.")
    for name in NAMES.get(asked.act, ()):
        if not getattr(asked, name):
            raise BadInput(f"To {asked.act} for another, the {name} must be named.")
    refusals: list[tuple[int, Refused]] = []
    for mandate in facts.mandates:
        try:
            _check(asked, mandate, facts)
        except Refused as fault:
            refusals.append((_reach(fault), fault))
            continue
        return _acting(asked, mandate)
    if not refusals:
        raise NotMandated("No mandate lets this one act for this person.")
    raise max(refusals, key=lambda refusal: refusal[0])[1]


def covers(asked: Question, mandate: Mandate, at: datetime) -> bool:
    """Whether a mandate is in force and its scope holds this act, whoever has it."""
    try:
        _check_force(mandate, at)
        _check_scope(asked, mandate.scope)
    except Refused:
        return False
    return True


def is_usable(mandate: Mandate, standing: Standing, at: datetime) -> bool:
    """Whether anything at all can be done under a mandate now, as far as time and age say."""
    try:
        _check_force(mandate, at)
        check_outgrown(mandate, standing)
    except Refused:
        return False
    return mandate.capacity is not Capacity.GUARDIAN or standing.stage is not Stage.UNKNOWN


def _oneself(asked: Question, standing: Standing) -> Acting:
    """What a person does themselves: only giving data away and naming agents depends on their age."""
    if asked.act in GIVING | {Act.NAME_AGENT}:
        if standing.stage is Stage.CHILD:
            raise NeedsGuardian()
        if standing.stage is Stage.UNKNOWN:
            raise AgeUnknown()
    return _acting(asked, None)


def _check(asked: Question, mandate: Mandate, facts: Facts) -> None:
    _check_force(mandate, facts.at)
    _check_age(asked, mandate, facts.standing)
    _check_scope(asked, mandate.scope)
    if asked.act in GIVING:
        _check_giving(asked, mandate, facts)


def _check_force(mandate: Mandate, at: datetime) -> None:
    if mandate.state is MandateState.OUTGROWN:
        raise Outgrown()
    if mandate.state in MANDATE.final or at >= mandate.ends:
        raise MandateEnded(f"The mandate {mandate.id} has ended; it would have to be given anew.")
    if mandate.state is MandateState.SUSPENDED:
        raise NotMandated(f"The mandate {mandate.id} is suspended; who suspended it can let it go on.")
    if not mandate.is_in_force(at):
        raise NotMandated(f"The mandate {mandate.id} is not in force yet.")


def check_outgrown(mandate: Mandate, standing: Standing) -> None:
    """Raise Outgrown when the principal has reached the age at which this mandate falls away."""
    is_grown = standing.is_of_age if mandate.outgrows is Outgrows.MAJORITY else standing.stage is Stage.SELF
    if mandate.outgrows is not Outgrows.NEVER and is_grown:
        raise Outgrown()


def _check_age(asked: Question, mandate: Mandate, standing: Standing) -> None:
    check_outgrown(mandate, standing)
    if mandate.capacity is not Capacity.GUARDIAN:
        return
    if standing.stage is Stage.UNKNOWN:
        raise AgeUnknown("A guardian acts for a child; it is not known whether this person is one.")
    if mandate.outgrows is not Outgrows.CONSENT and asked.act in DECIDING:
        raise OwnActOnly("This young person decides alone about their data; their guardian cannot.")


def _check_scope(asked: Question, scope: Scope) -> None:
    _within("act", {asked.act.value}, scope.acts)
    _within("kind of data", set(asked.kinds), scope.kinds)
    if asked.purpose:
        _within("purpose", {asked.purpose}, scope.purposes)
    if asked.recipient and not scope.recipients & {f"{ROLE}{role}" for role in asked.roles}:
        _within("recipient", {asked.recipient}, scope.recipients)


def _within(what: str, wanted: set[str], allowed: frozenset[str]) -> None:
    if ALL not in allowed and (outside := sorted(wanted - allowed)):
        raise OutOfScope(f"The mandate does not cover the {what} “{outside[0][:100]}”.")


def _check_giving(asked: Question, mandate: Mandate, facts: Facts) -> None:
    if mandate.capacity is Capacity.GUARDIAN:
        _check_guardian_gives(asked, mandate, facts)
        return
    if facts.standing.stage is Stage.CHILD:
        raise NeedsGuardian("Only a guardian gives data away for a child.")
    if facts.standing.stage is Stage.UNKNOWN:
        raise AgeUnknown()
    if asked.act.value not in mandate.scope.acts:
        raise OutOfScope(f"To {asked.act} for another, the mandate must name it; “all” does not cover it.")
    if _said_no(asked, facts.words):
        raise SaidNo()


def _check_guardian_gives(asked: Question, mandate: Mandate, facts: Facts) -> None:
    if _said_no(asked, facts.words):
        raise SaidNo()
    if facts.standing.is_asked_too and not _said_yes(asked, facts.words):
        raise NeedsAssent()
    if mandate.jointly and not facts.another_agreed(mandate):
        raise NeedsSecondGuardian()


def _said_no(asked: Question, words: Sequence[Word]) -> bool:
    """Whether the person's newest word on this thing, or on any of the same data for the same recipient, is a no.

    A later yes to some of the data takes the no to the rest of them not back.
    """
    open_kinds = set(asked.kinds)
    for word in reversed(words):
        is_this = bool(asked.about) and word.about == asked.about
        is_alike = word.purpose == asked.purpose and word.recipient == asked.recipient
        if not (is_this or is_alike):
            continue
        touched = open_kinds if is_this and not (word.is_yes and word.kinds) else open_kinds & word.kinds
        if touched and not word.is_yes:
            return True
        open_kinds -= touched
    return False


def _said_yes(asked: Question, words: Sequence[Word]) -> bool:
    """Whether the person's newest word on this very thing is a yes, and to no less than is asked."""
    newest = next((word for word in reversed(words) if asked.about and word.about == asked.about), None)
    if newest is None or not newest.is_yes:
        return False
    return newest.purpose == asked.purpose and newest.recipient == asked.recipient and asked.kinds <= newest.kinds


def _acting(asked: Question, mandate: Mandate | None) -> Acting:
    return Acting(
        principal=asked.principal,
        actor=asked.actor,
        act=asked.act,
        about=asked.about,
        capacity=mandate.capacity if mandate else None,
        mandate_id=mandate.id if mandate else None,
    )


def _reach(fault: Refused) -> int:
    """How far a mandate came before it failed: the nearer to a yes, the more it helps to be told."""
    order: tuple[type[Refused], ...] = (MandateEnded, NotMandated, OutOfScope, OwnActOnly, NeedsGuardian, NeedsAssent)
    return next((place for place, kind in enumerate(order) if isinstance(fault, kind)), len(order))
