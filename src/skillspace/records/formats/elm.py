"""European Learning Model v3: diplomas, transcripts and micro-credentials as Europass digital credentials carry them.

Read: the model's JSON-LD (European Digital Credentials profile), signed as a VC-JWT or bare. Facts follow the ELM v3
application profile (European Commission, EUPL 1.2); the vocabulary URIs are those of the EU's authority tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import UnreadableFile
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials import VC_CONTEXT, check_period, seal
from skillspace.records.formats.edge import Envelope, Phrase, evidence, fit
from skillspace.records.formats.elm_shapes import (
    Claim,
    Concept,
    Credential,
    Credit,
    Organisation,
    Outcome,
    Person,
    Specification,
)
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "elm"
NEEDS_SIGNATURE = True
CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
_PROFILE = {
    RecordKind.DIPLOMA: "EuropeanHigherEducationDiploma",
    RecordKind.TRANSCRIPT: "EuropeanHigherEducationTranscriptOfRecords",
}
_ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
_TYPES = ("EuropeanDigitalCredential",)
_EQF = re.compile(r"(?:/eqf/|^(?:EQF\s*)?(?:Level\s*)?)([1-8])$", re.IGNORECASE)
_CLAIM_TYPES = {"LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement"}


@dataclass(frozen=True, kw_only=True)
class Achievement:
    """What a university writes down: a qualification or a course, its outcomes, its parts.

    `eqf` is 1 to 8, `credits` ECTS points; `whole` marks a complete qualification of the national system.
    """

    title: str
    skills: tuple[SkillClaim, ...] = ()
    eqf: int | None = None
    credits: float | None = None
    grade: str | None = None
    grading_scheme: str | None = None
    whole: bool = False
    parts: tuple[Achievement, ...] = ()


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
    begin = credential.valid_from or credential.issuance_date or credential.issued
    end = credential.valid_until or credential.expiration_date
    check_period(begin, end, envelope.at)
    name, issuer = _issuer(credential, person, envelope)
    first = person.has_claim[0]
    title = next((t for t in (*(d.title for d in credential.display_parameter), _title(first)) if t), None)
    record = Record(
        id=envelope.name_of(credential.id),
        kind=_kind(credential),
        title=title.text if title else credential.type[-1],
        issuer=issuer,
        issuer_name=name,
        issued=credential.day_issued or (begin.date() if begin else None),
        valid_until=end.date() if end else None,
        proof=envelope.proof,
        subject=person.id,
        media_type=envelope.media_type,
        format=FORMAT,
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
    words = _title(claim)
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
    levels = [c for s in claim.specified_by for spec in (s, *s.qualification) for c in spec.eqf_level]
    eqf = next((found for concept in levels if (found := _eqf(concept))), None)
    graded = [(note, proof) for proof in (claim, *claim.proven_by) for note in proof.grade if note.note_literal]
    grade = graded[0][0].note_literal.text if graded and graded[0][0].note_literal else None
    schemes = [
        s.title.text for proof in claim.proven_by for g in proof.specified_by for s in g.grading_scheme if s.title
    ]
    credits = [*claim.credit_received, *claim.credit_point, *(c for s in claim.specified_by for c in s.credit_point)]
    words = _title(claim)
    said = (words.text if words else None, f"grade {grade}" if grade else None, _credit(credits))
    return _Told(
        record=told.record,
        level=f"EQF {eqf}" if eqf else grade,
        scheme="EQF" if eqf else ((schemes[0] if schemes else "grade") if grade else None),
        said=(*told.said, *(text for text in said if text and text not in told.said)),
    )


def _eqf(concept: Concept) -> str | None:
    words = (concept.id, concept.notation, concept.pref_label.text if concept.pref_label else None)
    return next((match[1] for word in words if word and (match := _EQF.search(word.strip()))), None)


def _credit(credits: Sequence[Credit]) -> str | None:
    if not credits:
        return None
    framework = credits[0].framework
    label = framework and (framework.notation or (framework.pref_label.text if framework.pref_label else None))
    return f"{credits[0].point} {label or 'credits'}"


def _qualifications(claim: Claim) -> list[Specification]:
    return [s for spec in claim.specified_by for s in (spec, *spec.qualification) if "Qualification" in s.type]


def _validation(claim: Claim) -> ValidationLevel:
    """Recognised: a whole qualification placed in the European Qualifications Framework; else certified."""
    whole = [q for q in _qualifications(claim) if q.eqf_level and not q.is_partial_qualification]
    return ValidationLevel.RECOGNISED if whole else ValidationLevel.CERTIFIED


def _title(claim: Claim) -> Phrase | None:
    return claim.title or next((spec.title for spec in claim.specified_by if spec.title), None)


def _kind(credential: Credential) -> RecordKind:
    profiles = [
        p if isinstance(p, str) else p.pref_label.text if p.pref_label else "" for p in credential.credential_profiles
    ]
    told = any("transcript" in word.lower() for word in (*credential.type, *profiles))
    return RecordKind.TRANSCRIPT if told else RecordKind.DIPLOMA


def _issuer(credential: Credential, person: Person, envelope: Envelope) -> tuple[str, str]:
    """(name, identifier): the issuer's own name, else that of the body that awarded the first claim."""
    issuer = credential.issuer
    own = Organisation(id=issuer) if isinstance(issuer, str) else issuer
    bodies = [body for awarding in person.has_claim[0].awarded_by for body in awarding.awarding_body]
    name = next((found for found in (own.name if own else None, *(body.name for body in bodies)) if found), None)
    written = own.id if own and own.id and own.id.startswith(("did:", "https://", "http://")) else name
    identifier = envelope.issuer_of(written or (own.id if own else None))
    return name or identifier, identifier


def write(
    achievements: Sequence[Achievement],
    *,
    kind: RecordKind,
    title: str,
    issuer: Issuer,
    subject_did: str,
    issued: datetime,
    valid_until: datetime | None = None,
    language: str = "en",
    id: str | None = None,
) -> bytes:
    """Return a signed European digital credential (VC-JWT): a DIPLOMA or a TRANSCRIPT with its learning outcomes."""
    organisation = {"id": issuer.did, "type": "Organisation", "legalName": {language: issuer.name}}
    credential: dict[str, object] = {
        "@context": [VC_CONTEXT, CONTEXT],
        "id": id or new_urn(),
        "type": ["VerifiableCredential", "EuropeanDigitalCredential", _PROFILE[kind]],
        "credentialSchema": {"id": "http://data.europa.eu/snb/model/ap/edc-generic-full", "type": "ShaclValidator2017"},
        "displayParameter": {"type": "DisplayParameter", "title": {language: title}},
        "issuer": organisation,
        "issuanceDate": iso(issued),
        "issued": iso(issued),
        "validFrom": iso(issued),
        "credentialSubject": {
            "id": subject_did,
            "type": "Person",
            "hasClaim": [_written(each, organisation, language) for each in achievements],
        },
    }
    if valid_until is not None:
        credential |= {"expirationDate": iso(valid_until), "validUntil": iso(valid_until)}
    return seal(credential, issuer_key=issuer.key, issued=issued, valid_until=valid_until).encode()


def _written(each: Achievement, organisation: Mapping[str, object], language: str) -> dict[str, object]:
    specification: dict[str, object] = {
        "type": "Qualification" if each.whole else "LearningAchievementSpecification",
        "title": {language: each.title},
        "learningOutcome": [_outcome(skill) for skill in each.skills],
    }
    if each.whole:
        specification["isPartialQualification"] = False
    if each.eqf is not None:
        specification["eqfLevel"] = {"id": f"http://data.europa.eu/snb/eqf/{each.eqf}", "type": "Concept"}
    if each.credits is not None:
        framework = {"id": _ECTS, "type": "Concept", "notation": "ECTS"}
        specification["creditPoint"] = {"type": "CreditPoint", "point": f"{each.credits:g}", "framework": framework}
    claim: dict[str, object] = {
        "type": "LearningAchievement",
        "title": {language: each.title},
        "awardedBy": {"type": "AwardingProcess", "awardingBody": organisation},
        "specifiedBy": specification,
    }
    if each.grade is not None:
        claim["provenBy"] = _assessment(each, language)
    if each.parts:
        claim["hasPart"] = [_written(part, organisation, language) for part in each.parts]
    return claim


def _assessment(each: Achievement, language: str) -> dict[str, object]:
    scheme = {"type": "GradingScheme", "title": {language: each.grading_scheme or "grade"}}
    return {
        "type": "LearningAssessment",
        "title": {language: each.title},
        "grade": {"type": "Note", "noteLiteral": {language: each.grade}},
        "specifiedBy": {"type": "LearningAssessmentSpecification", "gradingScheme": scheme},
    }


def _outcome(skill: SkillClaim) -> dict[str, object]:
    outcome: dict[str, object] = {"type": "LearningOutcome", "title": {skill.language: skill.label}}
    if skill.concept is not None:
        concept = {"id": skill.concept, "type": "Concept", "prefLabel": {skill.language: skill.label}}
        esco = skill.concept.startswith("http://data.europa.eu/esco/")
        outcome["relatedESCOSkill" if esco else "relatedSkill"] = concept
    return outcome
