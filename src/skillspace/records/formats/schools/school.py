"""A school's record of a pupil: subjects with grades, competences, and the certificate that closes them.

Two shapes: our own small JSON, bare or signed as a credential, and Koski's (`koski.py`). A completed state certificate
is formally recognised when signed; graded subjects and tested competences are assessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from skillspace.kernel.clock import iso
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials import VC_CONTEXT, check_period, seal
from skillspace.records.formats.edge import Day, Edge, Envelope, Many, Moment, Phrase, Words, evidence, fit
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.schools import koski
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "school"
TITLE = "School record (own, or Finnish Koski)"
NEEDS_SIGNATURE = False
TYPE = "SchoolRecordCredential"


@dataclass(frozen=True, kw_only=True)
class GradedSubject:
    """A subject a pupil took: its grade as the school writes it, on which scale, and the skills it teaches."""

    name: str
    grade: str
    scale: str
    passed: bool = True
    skills: tuple[SkillClaim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The certificate that closes a programme: a state's own where `state` says so; `eqf` is 1 to 8."""

    name: str
    completed: date
    state: bool = True
    eqf: int | None = None


class Skill(Edge):
    """A competence: by its URI in a framework (DigComp, ESCO), with a level where one was found."""

    name: Words
    uri: str | None = None
    level: str | None = None
    level_scheme: str | None = None
    tested: bool = False


class Subject(Edge):
    """A subject with its grade."""

    name: Words
    grade: str
    scale: str
    passed: bool
    skills: Many[Skill] = ()


class Diploma(Edge):
    """The certificate."""

    name: Words
    completed: Day
    state: bool
    eqf: int | None = None


class School(Edge):
    """The school."""

    id: str | None = None
    name: str


class Report(Edge):
    """The whole record."""

    type: Literal["SchoolRecord"]
    id: str | None = None
    school: School
    pupil: str
    programme: Words
    issued: Moment
    certificate: Diploma | None = None
    subjects: Many[Subject] = ()
    competences: Many[Skill] = ()


def recognises(document: object) -> bool:
    """Whether this is a school record in either shape, bare or inside a credential, or a list of Koski's."""
    inner = _inner(document[0]) if isinstance(document, list) and document else _inner(document)
    return isinstance(inner, Mapping) and (inner.get("type") == "SchoolRecord" or koski.recognises(inner))


def read(document: object, envelope: Envelope) -> Record:
    """Read a school record; raises UnreadableFile naming what is missing."""
    inner = _inner(document)
    if koski.recognises(inner):
        return koski.read(inner, envelope)
    report = fit(Report, inner, "school record")
    check_period(report.issued, None, envelope.at)
    record = Record(
        id=envelope.name_of(report.id),
        kind=RecordKind.SCHOOL_RECORD,
        title=report.certificate.name.text if report.certificate else report.programme.text,
        issuer=envelope.speaker_of(report.school.id or report.school.name),
        issuer_name=report.school.name,
        issued=report.issued.date() if report.issued else None,
        proof=envelope.proof,
        subject=report.pupil,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    return replace(record, assertions=tuple(_assertions(report, record)))


def read_all(document: object, envelope: Envelope) -> Sequence[Record]:
    """Read the one record, or each of the list that Koski answers; raises UnreadableFile naming what is missing."""
    if not isinstance(document, list):
        return [read(document, envelope)]
    several = len(document) > 1
    return [
        read(each, replace(envelope, digest=f"{envelope.digest}#{place}") if several else envelope)
        for place, each in enumerate(document, 1)
    ]


def write(
    *,
    issuer: Issuer,
    subject_did: str,
    programme: str,
    issued: datetime,
    subjects: tuple[GradedSubject, ...] = (),
    competences: tuple[SkillClaim, ...] = (),
    certificate: Certificate | None = None,
    language: str = "en",
    id: str | None = None,
) -> bytes:
    """Return a signed school record (VC-JWT); `competences` are ones the school tested."""
    identifier = id or new_urn()
    report: dict[str, object] = {
        "type": "SchoolRecord",
        "id": identifier,
        "school": {"id": issuer.did, "name": issuer.name},
        "pupil": subject_did,
        "programme": {language: programme},
        "issued": iso(issued),
        "subjects": [_graded(each, language) for each in subjects],
        "competences": [_noted(skill, tested=True) for skill in competences],
    }
    if certificate is not None:
        eqf = {} if certificate.eqf is None else {"eqf": certificate.eqf}
        named = {"name": {language: certificate.name}, "completed": certificate.completed.isoformat()}
        report["certificate"] = {**named, "state": certificate.state, **eqf}
    credential = {
        "@context": [VC_CONTEXT],
        "id": identifier,
        "type": ["VerifiableCredential", TYPE],
        "issuer": {"id": issuer.did, "name": issuer.name},
        "issuanceDate": iso(issued),
        "credentialSubject": {"id": subject_did, "schoolRecord": report},
    }
    return seal(credential, issuer_key=issuer.key, issued=issued).encode()


def _assertions(report: Report, record: Record) -> Iterator[SkillAssertion]:
    diploma = report.certificate
    if diploma and diploma.completed:
        eqf = (f"EQF {diploma.eqf}", "EQF") if diploma.eqf else (None, None)
        proof = ValidationLevel.RECOGNISED if diploma.state else ValidationLevel.CERTIFIED
        yield _assertion(record, (None, diploma.name), eqf, proof, f"completed {diploma.completed}")
    for subject in report.subjects:
        if not subject.passed:
            continue
        said = f"{subject.name.text}: grade {subject.grade} ({subject.scale})"
        graded = (subject.grade, subject.scale)
        if not subject.skills:
            yield _assertion(record, (None, subject.name), graded, ValidationLevel.ASSESSED, said)
        for skill in subject.skills:
            own = (skill.level, skill.level_scheme) if skill.level else graded
            yield _assertion(record, (skill.uri, skill.name), own, ValidationLevel.ASSESSED, said)
    for skill in report.competences:
        proof = ValidationLevel.ASSESSED if skill.tested else ValidationLevel.SELF_DECLARED
        found = (skill.level, skill.level_scheme if skill.level else None)
        yield _assertion(record, (skill.uri, skill.name), found, proof, "tested" if skill.tested else "told")


def _assertion(
    record: Record,
    about: tuple[str | None, Phrase],
    level: tuple[str | None, str | None],
    validation: ValidationLevel,
    said: str,
) -> SkillAssertion:
    concept, words = about
    return SkillAssertion(
        concept=concept,
        label=words.text,
        language=words.language,
        level=level[0],
        level_scheme=level[1],
        validation=validation,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=record.issued,
        evidence=evidence(record.id, record.title, record.kind, said),
    )


def _graded(subject: GradedSubject, language: str) -> dict[str, object]:
    return {
        "name": {language: subject.name},
        "grade": subject.grade,
        "scale": subject.scale,
        "passed": subject.passed,
        "skills": [_noted(skill, tested=False) for skill in subject.skills],
    }


def _noted(skill: SkillClaim, *, tested: bool) -> dict[str, object]:
    noted: dict[str, object] = {"name": {skill.language: skill.label}, "tested": tested}
    optional = {"uri": skill.concept, "level": skill.level, "levelScheme": skill.level_scheme}
    return noted | {name: value for name, value in optional.items() if value is not None}


def _inner(document: object) -> object:
    """The record itself, bare or as the subject of a signed credential."""
    whole = document if isinstance(document, Mapping) else {}
    subject = whole.get("credentialSubject")
    if isinstance(subject, Mapping):
        return subject.get("schoolRecord", subject)
    return whole
