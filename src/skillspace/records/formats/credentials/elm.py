"""European Learning Model v3: diplomas, transcripts and micro-credentials as Europass digital credentials carry them.

Read: the model's JSON-LD (European Digital Credentials profile), signed as a VC-JWT or bare. Facts follow the ELM v3
application profile (European Commission, EUPL 1.2); the vocabulary URIs are those of the EU's authority tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import check_period
from skillspace.records.formats.credentials.elm_frame import CONTEXT
from skillspace.records.formats.credentials.elm_issuing import Achievement, write
from skillspace.records.formats.credentials.elm_life import entries_in
from skillspace.records.formats.credentials.elm_person import person_in
from skillspace.records.formats.credentials.elm_profiles import kind_of
from skillspace.records.formats.credentials.elm_shapes import (
    Claim,
    Credential,
    Organisation,
    Outcome,
    Person,
    Specification,
)
from skillspace.records.formats.credentials.elm_writing import lacks, write_record
from skillspace.records.formats.edge import Envelope, Phrase, evidence, fit
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

__all__ = [
    "CONTEXT", "FORMAT", "NEEDS_SIGNATURE", "TITLE", "Achievement", "lacks", "read", "recognises", "write",
    "write_record",
]  # fmt: skip

FORMAT = "elm"
TITLE = "European Learning Model v3 (Europass digital credential)"
NEEDS_SIGNATURE = True
_TYPES = ("EuropeanDigitalCredential",)
_CLAIM_TYPES = {"LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement"}


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What the surroundings of a claim say about it, handed down to its parts."""

    record: Record
    level: str | None = None
    scheme: str | None = None
    said: tuple[str, ...] = ()


def recognises(document: object) -> bool:
    """Whether this is a European digital credential."""
    kinds = document.get("type") if isinstance(document, Mapping) else None
    return any(kind in _TYPES for kind in (kinds if isinstance(kinds, list) else [kinds]))


def read(document: object, envelope: Envelope) -> Record:
    """Read a credential into a record; raises UnreadableFile, CredentialExpired or CredentialNotYetValid."""
    credential = fit(Credential, document, "European digital credential")
    if len(credential.credential_subject) != 1:
        raise UnreadableFile("This European digital credential is not about exactly one person.")
    person = credential.credential_subject[0]
    if not person.has_claim:
        raise UnreadableFile("This European digital credential cannot be read: credentialSubject.hasClaim is empty.")
    begin, end = credential.period
    begin = begin or credential.issued
    check_period(begin, end, envelope.at)
    name, issuer = _issuer(credential, person, envelope)
    first = person.has_claim[0]
    title = next((t for t in (*(d.title for d in credential.display_parameter), first.words) if t), None)
    record = Record(
        id=envelope.name_of(credential.id),
        kind=_kind(credential),
        title=title.text if title else credential.type[-1],
        issuer=issuer,
        issuer_name=name,
        issued=credential.day_issued or (begin.date() if begin else None),
        valid_until=end.date() if end else None,
        proof=envelope.proof,
        subject=person.name,
        media_type=envelope.media_type,
        format=FORMAT,
        person=person_in(person),
        entries=tuple(entries_in(person.has_claim)),
    )
    if any("Enrol" in kind for kind in credential.type):
        return record  # being admitted to a programme is not having learnt what it teaches
    told = _Told(record=record)
    return replace(record, assertions=tuple(a for claim in person.has_claim for a in _assertions(claim, told)))


def _assertions(claim: Claim, told: _Told) -> Iterator[SkillAssertion]:
    if claim.type and not _CLAIM_TYPES.intersection(claim.type):
        return
    if claim.type and "LearningEntitlement" in claim.type:
        return
    inner = _hear(claim, told)
    took_part = "LearningActivity" in claim.type
    validation = ValidationLevel.INFERRED if took_part else _validation(claim)
    specifications = [s for spec in claim.specified_by for s in (spec, *spec.teaches)]
    outcomes = [outcome for spec in specifications for outcome in spec.learning_outcome]
    for outcome in outcomes:
        yield from _of_outcome(outcome, inner, validation)
    parts = [*claim.has_part, *claim.was_derived_from]
    for part in parts:
        yield from _assertions(part, _Told(record=told.record, said=inner.said[:1]))
    # A course without stated outcomes still says something by its name; a whole qualification's name is no skill.
    words = claim.words
    if words and not (outcomes or parts or took_part or _qualifications(claim)):
        yield _assertion(None, words, inner, validation, inner.said)


def _of_outcome(outcome: Outcome, told: _Told, validation: ValidationLevel) -> Iterator[SkillAssertion]:
    said = (*told.said, outcome.title.text) if outcome.title else told.said
    related = [concept for concept in (*outcome.related_esco, *outcome.related_skill) if concept.pref_label]
    for concept in related:
        if concept.pref_label:
            yield _assertion(concept.id, concept.pref_label, told, validation, said)
    if not related and outcome.title:
        yield _assertion(None, outcome.title, told, validation, said)


def _assertion(
    concept: str | None, words: Phrase, told: _Told, validation: ValidationLevel, said: tuple[str, ...]
) -> SkillAssertion:
    record = told.record
    return SkillAssertion(
        concept=concept,
        label=words.text,
        language=words.language,
        level=told.level,
        level_scheme=told.scheme,
        validation=validation,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=record.issued,
        valid_until=record.valid_until,
        evidence=evidence(record.id, record.title, record.kind, *said),
    )


def _hear(claim: Claim, told: _Told) -> _Told:
    """Gather a claim's level, grade and credits: the level is the EQF's where given, else the grade."""
    eqf, (grade, scheme), points = claim.eqf, claim.marks, claim.credits
    words = claim.words
    said = (
        words.text if words else None,
        f"grade {grade}" if grade else None,
        f"{points.point} {points.kind or 'credits'}" if points else None,
    )
    return _Told(
        record=told.record,
        level=f"EQF {eqf}" if eqf else grade,
        scheme="EQF" if eqf else ((scheme or "grade") if grade else None),
        said=(*told.said, *(text for text in said if text and text not in told.said)),
    )


def _qualifications(claim: Claim) -> list[Specification]:
    return [s for spec in claim.specified_by for s in (spec, *spec.qualification) if "Qualification" in s.type]


def _validation(claim: Claim) -> ValidationLevel:
    """Recognised: a whole qualification placed in the European Qualifications Framework; else certified."""
    whole = [q for q in _qualifications(claim) if q.eqf_level and not q.is_partial_qualification]
    return ValidationLevel.RECOGNISED if whole else ValidationLevel.CERTIFIED


def _kind(credential: Credential) -> RecordKind:
    profiles = [p if isinstance(p, str) else p.said or "" for p in credential.credential_profiles]
    return kind_of(credential.type, profiles)


def _issuer(credential: Credential, person: Person, envelope: Envelope) -> tuple[str, str]:
    """(name, identifier): the issuer's own name, else that of the body that awarded the first claim."""
    issuer = credential.issuer
    own = Organisation(id=issuer) if isinstance(issuer, str) else issuer
    bodies = [body for awarding in person.has_claim[0].awarded_by for body in awarding.awarding_body]
    name = next((found for found in (own.name if own else None, *(body.name for body in bodies)) if found), None)
    written = own.id if own and own.id and own.id.startswith(("did:", "https://", "http://")) else name
    identifier = envelope.issuer_of(written or (own.id if own else None))
    return name or identifier, identifier
