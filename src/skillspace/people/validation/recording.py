"""What a recognition becomes in the person's records: an assertion that rests on the trail, which is kept with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.people.profile import Arrival, Problem
from skillspace.people.validation.model import Case
from skillspace.records.credentials import KeyResolver
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion
from skillspace.records.trail import HopKind, HopStanding, Replay, Trail, replay
from skillspace.trust.identity import Peer

FORMAT = "recognition-trail"
#: Under which names the person's records tell that something counts no more.
_GONE = {HopStanding.TAKEN_BACK: "CredentialRevoked", HopStanding.SUSPENDED: "CredentialSuspended"}


def recognised(
    case: Case, subject: str, sender: Peer, trail: Trail | None, resolve_key: KeyResolver, at: datetime
) -> Arrival:
    """Replay the trail that came with a recognition, and return the document to keep.

    May fetch issuers' keys. Raises BadInput when the trail does not hold, or is not about this skill of this `subject`
    (the person's name towards the sender), by this sender.
    """
    found = replay(trail, resolve_key, at) if trail is not None else None
    if found is None or found.claim is None or trail is None:
        why = next((check.reason for check in found.checks if not check.holds), "") if found else "There is none."
        raise BadInput(f"The trail of this recognition does not hold. {why}".strip())
    last = found.checks[-1].hop
    is_theirs = found.claim.subject == subject and found.claim.concept == case.skill
    is_meant = is_theirs and found.claim.issuer == sender.did
    if not is_meant or last is None or last.kind is not HopKind.RECOGNITION:
        raise BadInput("The trail of this recognition ends in something else, or is about somebody else.")
    return arrival_of(case, trail, found)


def arrival_of(case: Case, trail: Trail, found: Replay) -> Arrival:
    """Return what a person has of a recognition by its trail as it was replayed: an assertion while that holds, and
    else the trail alone, with the reason why it counts no more."""
    name = f"recognition-{case.id}"
    gone = next((check for check in found.checks if check.standing in _GONE), None)
    problem = Problem(code=_GONE[gone.standing], message=gone.reason) if gone else None
    return Arrival(
        person=case.person,
        source=case.organisation,
        source_name=case.organisation_name,
        record_id=name,
        kind=RecordKind.ASSESSMENT.value,
        media_type="application/json",
        document=json.dumps(trail.to_json(), ensure_ascii=False, indent=1).encode(),
        record=_record(case, name, found) if problem is None else None,
        problem=problem,
    )


def taken_back(case: Case, trail: Trail) -> Arrival:
    """Return what a person has of a recognition that its maker says it took back."""
    problem = Problem(code=_GONE[HopStanding.TAKEN_BACK], message=f"{case.organisation_name} has taken this back.")
    return replace(arrival_of(case, trail, Replay(checks=(), claim=None)), problem=problem)


def _record(case: Case, name: str, found: Replay) -> Record | None:
    claim, last = found.claim, found.checks[-1].hop if found.checks else None
    if claim is None or last is None:
        return None
    title = last.title[:300]
    evidence = Evidence(record_id=name, title=title, kind=RecordKind.ASSESSMENT, excerpt=last.words or None)
    said = SkillAssertion(
        concept=claim.concept,
        label=claim.label,
        level=claim.level,
        level_scheme=claim.level_scheme,
        validation=claim.validation,
        issuer=claim.issuer,
        issuer_name=case.organisation_name,
        issued=claim.at.date(),
        valid_until=claim.until.date() if claim.until else None,
        evidence=evidence,
    )
    return Record(
        id=name,
        kind=RecordKind.ASSESSMENT,
        title=title,
        issuer=claim.issuer,
        issuer_name=case.organisation_name,
        issued=said.issued,
        valid_until=said.valid_until,
        assertions=(said,),
        proof=ProofStatus.SIGNED_BY_ISSUER,
        media_type="application/json",
        format=FORMAT,
    )
