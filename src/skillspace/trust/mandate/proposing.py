"""Proposing: what every new mandate must look like, and what evidence an officer must have seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.mandate.errors import EvidenceRefused
from skillspace.trust.mandate.machine import MandateState
from skillspace.trust.mandate.model import STRONG, Capacity, Evidence, Mandate, Outgrows, Scope, checked_text

MAX_EVIDENCE = 10


def proposed(
    work: Work,
    principal: str,
    agent: str,
    capacity: Capacity,
    scope: Scope,
    evidence: tuple[Evidence, ...],
    starts: datetime | None,
    ends: datetime,
    *,
    by: str,
    jointly: bool = False,
) -> Mandate:
    """Return a mandate nobody said yes to yet; raise BadInput for one that cannot be."""
    begin = starts or work.now
    if not begin < ends or ends <= work.now:
        raise BadInput("A mandate ends after it starts, and in the future.")
    _check_parties(principal, agent, capacity, jointly=jointly)
    _check_evidence(evidence)
    return Mandate(
        id=new_id("mandate"),
        principal=checked_text("person", principal),
        agent=checked_text("agent", agent),
        capacity=capacity,
        scope=Scope.of(**vars(scope)),
        evidence=evidence,
        starts=begin,
        ends=ends,
        state=MandateState.PROPOSED,
        jointly=jointly,
        outgrows=Outgrows.CONSENT if capacity is Capacity.GUARDIAN else Outgrows.NEVER,
        awaits=(),
        proposed=work.now,
        changed=work.now,
        changed_by=by,
    )


def seen_evidence(work: Work, evidence: Iterable[Evidence], officer: str, capacity: Capacity) -> tuple[Evidence, ...]:
    """Return the evidence as this officer saw it; raise EvidenceRefused when it is too little."""
    seen = tuple(replace(each, checked_by=officer, checked_at=work.now) for each in evidence)
    if not seen:
        raise EvidenceRefused("A mandate rests on at least one piece of evidence.")
    _check_evidence(seen)
    if capacity is Capacity.GUARDIAN and not any(each.type in STRONG for each in seen):
        raise EvidenceRefused("A word alone shows no guardianship: it takes a document, a register or a credential.")
    return seen


def _check_parties(principal: str, agent: str, capacity: Capacity, *, jointly: bool) -> None:
    if principal == agent:
        raise BadInput("Nobody needs a mandate to act for themselves.")
    if jointly and capacity is not Capacity.GUARDIAN:
        raise BadInput("Only guardians act jointly.")


def _check_evidence(evidence: tuple[Evidence, ...]) -> None:
    if len(evidence) > MAX_EVIDENCE:
        raise BadInput(f"At most {MAX_EVIDENCE} pieces of evidence are kept.")
    for each in evidence:
        checked_text("evidence's issuer", each.issuer)
        checked_text("evidence's reference", each.reference)
