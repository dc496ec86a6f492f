"""The shapes of the European Learning Model v3 that a reader of skills needs, and no others."""

from __future__ import annotations

from pydantic import Field

from skillspace.records.formats.edge import Day, Edge, Many, MaybeWords, Moment


class Concept(Edge):
    """A term of a vocabulary: URI, notation, label."""

    id: str | None = None
    pref_label: MaybeWords = None
    notation: str | None = None


class Outcome(Edge):
    """A learning outcome and the skills it relates to."""

    title: MaybeWords = None
    related_esco: Many[Concept] = Field(default=(), validation_alias="relatedESCOSkill")
    related_skill: Many[Concept] = ()


class Credit(Edge):
    """Credit points in a framework (ECTS, ECVET)."""

    point: str | int | float
    framework: Concept | None = None


class Note(Edge):
    """Words in languages."""

    note_literal: MaybeWords = None


class Scheme(Edge):
    """A grading scheme."""

    title: MaybeWords = None


class Specification(Edge):
    """What an achievement, activity or assessment is an instance of; a Qualification is one of these."""

    type: Many[str] = ()
    title: MaybeWords = None
    eqf_level: Many[Concept] = ()
    credit_point: Many[Credit] = ()
    learning_outcome: Many[Outcome] = ()
    is_partial_qualification: bool | None = None
    qualification: Many[Specification] = ()
    teaches: Many[Specification] = ()
    grading_scheme: Many[Scheme] = ()


class Organisation(Edge):
    """An issuer or awarding body."""

    id: str | None = None
    legal_name: MaybeWords = None
    pref_label: MaybeWords = None
    alt_label: MaybeWords = None

    @property
    def name(self) -> str | None:
        """The name people know."""
        return next((words.text for words in (self.legal_name, self.pref_label, self.alt_label) if words), None)


class Awarding(Edge):
    """Who awarded, and when."""

    awarding_body: Many[Organisation] = ()
    awarding_date: Moment = None


class Claim(Edge):
    """Something the person achieved or took part in."""

    type: Many[str] = ()
    title: MaybeWords = None
    specified_by: Many[Specification] = ()
    proven_by: Many[Claim] = ()
    has_part: Many[Claim] = ()
    was_derived_from: Many[Claim] = ()
    awarded_by: Many[Awarding] = ()
    credit_point: Many[Credit] = ()
    credit_received: Many[Credit] = ()
    grade: Many[Note] = ()


class Person(Edge):
    """The credential's subject."""

    id: str | None = None
    has_claim: Many[Claim]


class Credential(Edge):
    """A European digital credential."""

    id: str | None = None
    type: Many[str]
    issuer: Organisation | str | None = None
    display_parameter: Many[Scheme] = ()
    credential_profiles: Many[Concept | str] = ()
    credential_subject: Many[Person]
    issuance_date: Moment = None
    issued: Moment = None
    valid_from: Moment = None
    expiration_date: Moment = None
    valid_until: Moment = None
    day_issued: Day = Field(default=None, validation_alias="validFrom")
