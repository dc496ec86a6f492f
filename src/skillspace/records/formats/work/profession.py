"""Attestations of regulated professions as the European pilots write them (DC4EU): the right to practise, a training, a
development. Diplomas and transcripts of the same pilots are European digital credentials, which `elm` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import check_period
from skillspace.records.formats.edge import (
    Edge,
    Envelope,
    Many,
    MaybeWords,
    Moment,
    Objects,
    PartialDay,
    Phrase,
    Text,
    asserted,
    fit,
)
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "profession"
TITLE = "Attestations of regulated professions (DC4EU)"
NEEDS_SIGNATURE = True
_TYPES = {
    "DoctorIdCredential": "Right to practise as a physician",
    "ProfessionalIdCredential": "Right to practise a profession",
    "ProfessionalSuitabilityCredential": "Professional suitability",
    "ContinuousProfessionalDevelopmentCredential": "Continuous professional development",
    "ProfessionalTrainingCredential": "Professional training",
}
_OF_A_COURSE = "ContinuousMedicalTrainingAccreditation"


class Body(Edge):
    """A professional body."""

    id: Text = None
    legal_name: MaybeWords = None


class Level(Edge):
    """A level of the European Qualifications Framework."""

    eqf_level: Text = None


class Outcome(Edge):
    """What was learnt."""

    category: Text = None
    description: MaybeWords = None


class Named(Edge):
    """A field of study, in words."""

    name: MaybeWords = None


class Period(Edge):
    """From when to when."""

    start_date: PartialDay = None
    end_date: PartialDay = None


class Term(Edge):
    """A term of a list."""

    pref_label: MaybeWords = None


class Points(Edge):
    """Credit points."""

    point: Text = None
    framework: Term = Term()


class Training(Edge):
    """A training that was completed."""

    title: Text = None
    training_awarded: Text = None
    level: Level | None = None
    learning_outcomes: Many[Outcome] = ()
    field_of_study: Objects[Named] = ()
    training_duration: Objects[Period] = ()
    volume_of_learning: Text = None
    mode: Objects[Term] = ()
    credit_point: Objects[Points] = ()

    @property
    def eqf(self) -> str | None:
        """Its level of the European Qualifications Framework."""
        return f"EQF {self.level.eqf_level}" if self.level and self.level.eqf_level else None

    @property
    def outcomes(self) -> list[Phrase]:
        """What was learnt, where it is told."""
        told = (each.description for each in self.learning_outcomes)
        return [words for words in told if words and words.text != "..."]

    @property
    def entry(self) -> Entry:
        """The training as a study."""
        when, points = next(iter(self.training_duration), Period()), next(iter(self.credit_point), Points())
        kind, mode = points.framework.pref_label, next((each.pref_label for each in self.mode if each.pref_label), None)
        return Entry(
            kind=EntryKind.EDUCATION, title=self.title or self.training_awarded or "", since=when.start_date,
            until=when.end_date, field=next((each.name.text for each in self.field_of_study if each.name), None),
            level=self.eqf, credits=points.point, credit_scheme=kind.text if kind and points.point else None,
            workload=self.volume_of_learning, mode=mode.text if mode else None,
            outcomes=tuple(dict.fromkeys(words.text for words in self.outcomes)),
        )  # fmt: skip


class Subject(Edge):
    """The professional."""

    id: Text = None
    given_name: Text = None
    family_name: Text = None
    given: Text = Field(default=None, validation_alias="given_name")
    family: Text = Field(default=None, validation_alias="family_name")
    is_entitled: bool = Field(default=True, validation_alias="legally_entitled")
    speciality: Text = Field(default=None, validation_alias="professional_speciality")
    level: Text = Field(default=None, validation_alias="professional_level")
    qualification: Training | None = None


class Credential(Edge):
    """The attestation."""

    id: Text = None
    type: Many[str]
    issuer: Body
    issuance_date: Moment = None
    expiration_date: Moment = None
    credential_subject: Subject


def recognises(document: object) -> bool:
    """Whether this is such an attestation."""
    kinds = document.get("type") if isinstance(document, Mapping) else None
    return isinstance(kinds, list) and any(
        kind in _TYPES or kind == _OF_A_COURSE for kind in kinds if isinstance(kind, str)
    )


def read(document: object, envelope: Envelope) -> Record:
    """Read an attestation into a record; raises UnreadableFile, CredentialExpired or CredentialNotYetValid."""
    attestation = fit(Credential, document, "professional attestation")
    if _OF_A_COURSE in attestation.type:
        raise UnreadableFile("This attestation accredits a training; it says nothing of a person.")
    check_period(attestation.issuance_date, attestation.expiration_date, envelope.at)
    subject = attestation.credential_subject
    if not subject.is_entitled:
        raise UnreadableFile("This attestation says that the person is not entitled to practise.")
    issuer = envelope.issuer_of(attestation.issuer.id)
    kind = next(_TYPES[kind] for kind in attestation.type if kind in _TYPES)
    given, family = subject.given_name or subject.given, subject.family_name or subject.family
    name = " ".join(part for part in (given, family) if part)
    record = Record(
        id=envelope.name_of(attestation.id),
        kind=RecordKind.DIPLOMA,
        title=(subject.qualification.title if subject.qualification else None) or kind,
        issuer=issuer,
        issuer_name=attestation.issuer.legal_name.text if attestation.issuer.legal_name else issuer,
        issued=attestation.issuance_date.date() if attestation.issuance_date else None,
        valid_until=attestation.expiration_date.date() if attestation.expiration_date else None,
        proof=envelope.proof,
        subject=subject.id,
        media_type=envelope.media_type,
        format=FORMAT,
        person=Person(name=name, given=given, family=family) if name else None,
        entries=(subject.qualification.entry,) if subject.qualification else (),
    )
    return replace(record, assertions=tuple(_assertions(subject, kind, record)))


def _assertions(subject: Subject, kind: str, record: Record) -> Iterator[SkillAssertion]:
    training = subject.qualification
    if training is None:
        label = f"{kind}: {subject.speciality}" if subject.speciality else kind
        yield asserted(record, label, level=subject.level, scheme="level", validation=ValidationLevel.CERTIFIED)
        return
    said = (training.title, training.training_awarded)
    for words in training.outcomes:
        yield asserted(
            record, words.text, language=words.language, level=training.eqf, scheme="EQF",
            validation=ValidationLevel.CERTIFIED, said=said,
        )  # fmt: skip
    if not training.outcomes and training.title:
        yield asserted(
            record, training.title, level=training.eqf, scheme="EQF", validation=ValidationLevel.CERTIFIED, said=said
        )
