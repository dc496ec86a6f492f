"""Open Badges 3.0: an achievement credential, its alignments to skills, its results.

1EdTech Open Badges 3.0: data model §B.1, VC-JWT proof §8.2, proofs inside §8.3. A badge whose proof inside cannot be
checked counts as unsigned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials import VC_CONTEXT, VC_CONTEXT_2, check_period, seal
from skillspace.records.formats.credentials.openbadges_shapes import (
    Alignment,
    Credential,
    Result,
    ResultDescription,
    number_in,
    person_in,
)
from skillspace.records.formats.credentials.openbadges_writing import CONTEXT, write_record
from skillspace.records.formats.edge import Envelope, Valid, evidence, fit
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

__all__ = ["CONTEXT", "FORMAT", "NEEDS_SIGNATURE", "TITLE", "Badge", "read", "recognises", "write", "write_record"]

FORMAT = "openbadges"
TITLE = "Open Badges 3.0"
NEEDS_SIGNATURE = True
_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d+\.\d+)?\.json")
_TYPES = {"OpenBadgeCredential", "AchievementCredential"}
# Alignments to these are to credentials or to pieces of a rubric, not to something a person can do (OB 3.0 §B.5.2).
_NOT_SKILLS = {"ceterms:Credential", "CTDL", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel"}
_NOT_REACHED = {"Enrolled", "Failed", "InProgress", "OnHold", "Withdrew"}


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What an organisation writes down: what was achieved, how, and the skills it stands for."""

    name: str
    description: str
    criteria: str
    skills: tuple[SkillClaim, ...] = ()
    achievement_id: str | None = None
    language: str | None = None
    credits: float | None = None


def recognises(document: object) -> bool:
    """Whether this says it is a badge, by its type or by its context."""
    if not isinstance(document, Mapping):
        return False
    kinds, contexts = document.get("type"), document.get("@context")
    listed = [
        *(kinds if isinstance(kinds, list) else [kinds]),
        *(contexts if isinstance(contexts, list) else [contexts]),
    ]
    if "ClrCredential" in listed:
        return False  # it holds badges, and their context, and is none
    return any(isinstance(word, str) and (word in _TYPES or _CONTEXT.fullmatch(word)) for word in listed)


def read(document: object, envelope: Envelope) -> Record:
    """Read a badge into a record; raises UnreadableFile with the reason, CredentialExpired, CredentialNotYetValid."""
    _check_type_and_context(document)
    begin, end = fit(Valid, document, "Open Badge").period
    if begin is None:
        raise UnreadableFile("This Open Badge cannot be read: validFrom is missing.")
    check_period(begin, end, envelope.at)
    badge = fit(Credential, document, "Open Badge")
    for proof in badge.proof:
        proof.check_form()
    written = badge.issuer if isinstance(badge.issuer, str) else badge.issuer.id
    name = None if isinstance(badge.issuer, str) else badge.issuer.name
    achievement = badge.credential_subject.achievement
    record = Record(
        id=envelope.name_of(badge.id),
        kind=RecordKind.BADGE,
        title=achievement.name,
        issuer=envelope.issuer_of(written),
        issuer_name=name or written,
        issued=(badge.awarded_date or begin).date(),
        valid_until=end.date() if end else None,
        proof=envelope.proof,
        subject=badge.credential_subject.id or number_in(badge.credential_subject.identifier),
        person=person_in(badge.credential_subject.identifier),
        media_type=envelope.media_type,
        format=FORMAT,
    )
    return replace(record, assertions=tuple(_assertions(badge, record)))


def write(
    badge: Badge,
    *,
    issuer: Issuer,
    subject_did: str,
    issued: datetime,
    valid_until: datetime | None = None,
    id: str | None = None,
    status: Mapping[str, object] | None = None,
) -> bytes:
    """Return a signed badge as VC-JWT with the credential's members beside the claims (OB 3.0 §8.2).

    Every skill needs its concept's URI, since an alignment without a target is no alignment; else BadInput.
    """
    if nameless := [skill.label for skill in badge.skills if skill.concept is None]:
        raise BadInput(f"Badge {badge.name!r}: give these skills a concept URI: {', '.join(nameless)}.")
    credential: dict[str, object] = {
        "@context": [VC_CONTEXT_2, CONTEXT],
        "id": id or new_urn(),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge.name,
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name},
        "validFrom": iso(issued),
        "credentialSubject": {"id": subject_did, "type": ["AchievementSubject"], **_achieved(badge)},
    }
    if valid_until is not None:
        credential["validUntil"] = iso(valid_until)
    if status is not None:
        credential["credentialStatus"] = dict(status)
    return seal(credential, issuer_key=issuer.key, issued=issued, valid_until=valid_until, merged=True).encode()


def _assertions(badge: Credential, record: Record) -> Iterator[SkillAssertion]:
    subject = badge.credential_subject
    descriptions = {each.id: each for each in subject.achievement.result_description}
    levels: dict[str, tuple[str, str | None]] = {}
    unreached: set[str] = set()
    for result in subject.result:
        described = descriptions.get(result.result_description or "")
        targets = _targets(result, described)
        if result.status in _NOT_REACHED:
            unreached.update(targets)
        elif level := _level(result, described):
            levels |= dict.fromkeys(targets, level)
    own = [a for a in subject.achievement.alignment if a.target_type not in _NOT_SKILLS]
    named = {alignment.target_url: alignment for alignment in (*own, *_result_alignments(subject.result, descriptions))}
    only = next(iter(levels.values())) if len(levels) == 1 and "" in levels else None
    for url, alignment in named.items():
        if url not in unreached:
            yield _assertion(url, alignment.target_name, levels.get(url, only), badge, record)
    if not named and "" not in unreached:
        yield _assertion(None, subject.achievement.name, levels.get(""), badge, record)


def _assertion(
    concept: str | None, label: str, level: tuple[str, str | None] | None, badge: Credential, record: Record
) -> SkillAssertion:
    achievement = badge.credential_subject.achievement
    return SkillAssertion(
        concept=concept,
        label=label,
        language=achievement.in_language or badge.in_language,
        level=level[0] if level else None,
        level_scheme=level[1] if level else None,
        validation=ValidationLevel.CERTIFIED,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=record.issued,
        valid_until=record.valid_until,
        evidence=evidence(
            record.id, record.title, record.kind, achievement.criteria.narrative, achievement.description
        ),
    )


def _targets(result: Result, described: ResultDescription | None) -> list[str]:
    """What a result is about: its own alignments, else its description's, else ("") the achievement as a whole."""
    alignments = result.alignment or (described.alignment if described else ())
    return [alignment.target_url for alignment in alignments] or [""]


def _result_alignments(results: Sequence[Result], descriptions: Mapping[str, ResultDescription]) -> list[Alignment]:
    found: list[Alignment] = []
    for result in results:
        described = descriptions.get(result.result_description or "")
        found += result.alignment or (described.alignment if described else ())
    return [alignment for alignment in found if alignment.target_type not in _NOT_SKILLS]


def _level(result: Result, described: ResultDescription | None) -> tuple[str, str | None] | None:
    scheme = described.name if described else None
    if result.achieved_level and described:
        rubric = {level.id: level for level in described.rubric_criterion_level}
        if result.achieved_level in rubric:
            reached = rubric[result.achieved_level]
            return reached.level or reached.name, scheme
    return (result.value, scheme) if result.value else None


def _check_type_and_context(document: object) -> None:
    """Name what is wrong before shapes are looked at: these two decide what every other word means (OB 3.0 §B.1.1)."""
    whole = document if isinstance(document, Mapping) else {}
    kinds, contexts = whole.get("type"), whole.get("@context")
    if not isinstance(kinds, list) or "VerifiableCredential" not in kinds or not _TYPES.intersection(map(str, kinds)):
        raise UnreadableFile(
            "This Open Badge cannot be read: type must hold VerifiableCredential and OpenBadgeCredential."
        )
    if not isinstance(contexts, list) or not contexts or contexts[0] not in (VC_CONTEXT, VC_CONTEXT_2):
        raise UnreadableFile("This Open Badge cannot be read: @context must begin with that of verifiable credentials.")
    if not any(isinstance(each, str) and _CONTEXT.fullmatch(each) for each in contexts[1:]):
        raise UnreadableFile("This Open Badge cannot be read: @context holds no Open Badges 3.0 context.")


def _achieved(badge: Badge) -> dict[str, object]:
    """The achievement, and one result for each skill that has a level."""
    leveled = [skill for skill in badge.skills if skill.level]
    descriptions = [_described(skill) for skill in leveled]
    achievement = {
        "id": badge.achievement_id or new_urn(),
        "type": ["Achievement"],
        "name": badge.name,
        "description": badge.description,
        "criteria": {"narrative": badge.criteria},
        "alignment": [_aligned(skill) for skill in badge.skills],
        "resultDescription": descriptions,
        **({"inLanguage": badge.language} if badge.language else {}),
        **({"creditsAvailable": badge.credits} if badge.credits is not None else {}),
    }
    results = [
        {"type": ["Result"], "resultDescription": described["id"], "value": skill.level}
        for described, skill in zip(descriptions, leveled, strict=True)
    ]
    earned = {"creditsEarned": badge.credits} if badge.credits is not None else {}
    return {"achievement": achievement, "result": results, **earned}


def _aligned(skill: SkillClaim) -> dict[str, object]:
    return {
        "type": ["Alignment"],
        "targetName": skill.label,
        "targetUrl": skill.concept,
        "targetFramework": "ESCO" if skill.concept and "/esco/" in skill.concept else "other",
        "targetType": "ceasn:Competency",
    }


def _described(skill: SkillClaim) -> dict[str, object]:
    return {
        "id": new_urn(),
        "type": ["ResultDescription"],
        "name": skill.level_scheme or "level",
        "resultType": "Result",
        "alignment": [_aligned(skill)],
    }
