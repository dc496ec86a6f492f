"""Koski's shape of a school record: Finland's national register of study rights, subjects, grades and certificates.

Facts follow the register's public schema (Finnish National Agency for Education, EUPL 1.1+). The national identity
number a document may hold is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from pydantic import Field

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Day, Edge, Envelope, Many, MaybeWords, Phrase, evidence, fit
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

# Kinds of completed study that end in a certificate of the state's own system (code set suorituksentyyppi).
_STATE_CERTIFICATES = {
    "aikuistenperusopetuksenoppimaara",
    "ahvenanmaanperusopetuksenoppimaara",
    "ammatillinentutkinto",
    "diatutkintovaihe",
    "ebtutkinto",
    "ibtutkinto",
    "lukionoppimaara",
    "lukionoppimaara2019",
    "perusopetuksenoppimaara",
    "valtionhallinnonkielitutkinto",
    "yleinenkielitutkinto",
    "ylioppilastutkinto",
}
_SCHOOL_YEARS = {"perusopetuksenvuosiluokka", "ahvenanmaanperusopetuksenvuosiluokka"}


class Code(Edge):
    """A value of a code set, with its name where the document carries one."""

    value: str | None = Field(default=None, validation_alias="koodiarvo")
    code_set: str | None = Field(default=None, validation_alias="koodistoUri")
    name: MaybeWords = Field(default=None, validation_alias="nimi")

    @property
    def words(self) -> Phrase:
        """The name, else the bare code."""
        return self.name or Phrase(self.value or "?", None)


class Organisation(Edge):
    """A school or authority."""

    oid: str | None = None
    name: MaybeWords = Field(default=None, validation_alias="nimi")


class Module(Edge):
    """What was studied."""

    code: Code = Field(validation_alias="tunniste")
    title: MaybeWords = Field(default=None, validation_alias="nimi")
    language: Code | None = Field(default=None, validation_alias="kieli")

    @property
    def named(self) -> bool:
        """Whether the document gives it a name and not only a code."""
        return bool(self.title or self.code.name)


class Grade(Edge):
    """One assessment of it."""

    grade: Code = Field(validation_alias="arvosana")
    day: Day = Field(default=None, validation_alias="päivä")
    approved: bool | None = Field(default=None, validation_alias="hyväksytty")


class Confirmation(Edge):
    """Who confirmed that it is complete, and when."""

    day: Day = Field(validation_alias="päivä")
    organisation: Organisation | None = Field(default=None, validation_alias="myöntäjäOrganisaatio")


class Study(Edge):
    """A completed or running study, or a part of one."""

    kind: Code | None = Field(default=None, validation_alias="tyyppi")
    module: Module = Field(validation_alias="koulutusmoduuli")
    grades: Many[Grade] = Field(default=(), validation_alias="arviointi")
    confirmed: Confirmation | None = Field(default=None, validation_alias="vahvistus")
    parts: Many[Study] = Field(default=(), validation_alias="osasuoritukset")


class Right(Edge):
    """A right to study at one school."""

    school: Organisation | None = Field(default=None, validation_alias="oppilaitos")
    provider: Organisation | None = Field(default=None, validation_alias="koulutustoimija")
    studies: Many[Study] = Field(validation_alias="suoritukset")


class Learner(Edge):
    """Whose record it is; only the register's own identifier is read."""

    oid: str | None = None


class Document(Edge):
    """The whole document."""

    learner: Learner = Field(validation_alias="henkilö")
    rights: Many[Right] = Field(validation_alias="opiskeluoikeudet")


def recognises(document: object) -> bool:
    """Whether this is a Koski document."""
    return isinstance(document, Mapping) and "opiskeluoikeudet" in document


def read(document: object, envelope: Envelope) -> Record:
    """Read a Koski document; raises UnreadableFile naming what is missing."""
    koski = fit(Document, document, "Koski record")
    studies = [study for right in koski.rights for study in right.studies]
    if not studies:
        raise UnreadableFile("This Koski record cannot be read: opiskeluoikeudet holds no suoritukset.")
    confirmations = [study.confirmed for study in studies if study.confirmed]
    days = [each.day for each in confirmations if each.day]
    first = koski.rights[0]
    bodies = [first.school, first.provider, *(each.organisation for each in confirmations)]
    school = next((body for body in bodies if body and (body.name or body.oid)), Organisation())
    oid = f"urn:oid:{school.oid}" if school.oid else None
    issuer = envelope.speaker_of(oid or (school.name.text if school.name else None))
    record = Record(
        id=envelope.name_of(None),
        kind=RecordKind.SCHOOL_RECORD,
        title=_words(studies[0]).text,
        issuer=issuer,
        issuer_name=school.name.text if school.name else issuer,
        issued=max(days, default=None),
        proof=envelope.proof,
        subject=f"urn:oid:{koski.learner.oid}" if koski.learner.oid else None,
        media_type=envelope.media_type,
        format="school",
    )
    return replace(record, assertions=tuple(a for study in studies for a in _assertions(study, record)))


def _assertions(study: Study, record: Record) -> Iterator[SkillAssertion]:
    kind = study.kind.value if study.kind else None
    state = kind in _STATE_CERTIFICATES
    # A school year is confirmed too, but closes nothing; and a bare code of a local study tells a reader nothing.
    if study.confirmed and study.confirmed.day and (state or study.module.named) and kind not in _SCHOOL_YEARS:
        level = ValidationLevel.RECOGNISED if state else ValidationLevel.CERTIFIED
        yield _assertion(record, study, level, study.confirmed.day, None)
    for part in study.parts:
        if grade := _best(part):
            yield _assertion(record, part, ValidationLevel.ASSESSED, grade.day, grade)


def _assertion(
    record: Record, study: Study, validation: ValidationLevel, day: date | None, grade: Grade | None
) -> SkillAssertion:
    words = _words(study)
    said = f"grade {grade.grade.words.text}" if grade else f"confirmed {day}"
    return SkillAssertion(
        concept=None,
        label=words.text,
        language=words.language,
        level=grade.grade.value if grade else None,
        level_scheme=grade.grade.code_set if grade else None,
        validation=validation,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=day or record.issued,
        evidence=evidence(record.id, record.title, record.kind, words.text, said),
    )


def _best(study: Study) -> Grade | None:
    """The last assessment that was approved; a later failed attempt takes nothing back."""
    approved = [grade for grade in study.grades if grade.approved]
    return approved[-1] if approved else None


def _words(study: Study) -> Phrase:
    named = study.module.title or study.module.code.words
    if not study.module.named and study.confirmed and study.kind:
        named = Phrase(f"{study.kind.words.text} {named.text}", study.kind.words.language)
    return (
        Phrase(f"{named.text} ({study.module.language.words.text})", named.language) if study.module.language else named
    )
