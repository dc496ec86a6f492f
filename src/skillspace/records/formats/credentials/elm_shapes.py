"""The shapes of the European Learning Model v3 that a reader of skills needs, and no others."""

from __future__ import annotations

import re

from pydantic import Field

from skillspace.records.formats.credentials.elm_terms import QUALITY, country_said
from skillspace.records.formats.edge import (
    Day,
    Edge,
    Many,
    MaybeWords,
    Moment,
    Objects,
    PartialDay,
    Phrase,
    Text,
    Valid,
)  # fmt: skip

_EQF = re.compile(r"(?:/eqf/|^(?:EQF\s*)?(?:Level\s*)?)([1-8])$", re.IGNORECASE)


class Concept(Edge):
    """A term of a vocabulary: URI, notation, label."""

    id: str | None = None
    pref_label: MaybeWords = None
    notation: str | None = None

    @property
    def eqf(self) -> str | None:
        """The level of the European Qualifications Framework that it is, 1 to 8."""
        words = (self.id, self.notation, self.pref_label.text if self.pref_label else None)
        return next((match[1] for word in words if word and (match := _EQF.search(word.strip()))), None)

    @property
    def said(self) -> str | None:
        """Its label, else its notation."""
        return self.pref_label.text if self.pref_label else self.notation

    def country(self, name: str | None = None) -> str | None:
        """The words for the country that it is; `name` is what its place is called."""
        label = self.pref_label.text if self.pref_label else None
        return country_said(self.id, notation=self.notation, label=label, name=name)


class Note(Edge):
    """Words in languages."""

    note_literal: MaybeWords = None
    subject: Objects[Concept] = ()

    def is_on(self, about: str) -> bool:
        """Whether it is on this subject."""
        return any(each.id == about for each in self.subject)


class Numbered(Edge):
    """What something is called in a scheme."""

    notation: str | None = None
    scheme_name: Text = None


class Address(Edge):
    """Where something is: its country, the whole of it in lines, and its postcode as one of its identifiers."""

    country_code: Objects[Concept] = ()
    full_address: Objects[Note] = ()
    identifier: Objects[Numbered] = ()


class Location(Edge):
    """A place by its address; DC4EU's names the country itself."""

    address: Objects[Address] = ()
    spatial: Objects[Concept] = ()
    geographic_name: MaybeWords = None

    @property
    def country(self) -> str | None:
        """The words for its country."""
        name = self.geographic_name.text if self.geographic_name else None
        terms = (*(code for address in self.address for code in address.country_code), *self.spatial)
        return next((found for term in terms if (found := term.country(name))), None)


class Outcome(Edge):
    """A learning outcome and the skills it relates to."""

    title: MaybeWords = None
    related_esco: Many[Concept] = Field(default=(), validation_alias="relatedESCOSkill")
    related_skill: Many[Concept] = ()


class Credit(Edge):
    """Credit points in a framework (ECTS, ECVET)."""

    point: str | int | float
    framework: Concept | None = None

    @property
    def kind(self) -> str | None:
        """The framework's name."""
        label = self.framework.pref_label if self.framework else None
        return (self.framework.notation if self.framework else None) or (label.text if label else None)


class Scheme(Edge):
    """A grading scheme."""

    title: MaybeWords = None


class Page(Edge):
    """A page on the web."""

    title: MaybeWords = None
    content_url: Text = Field(default=None, validation_alias="contentURL")


class Phone(Edge):
    """A telephone."""

    phone_number: Text = None


class Contact(Edge):
    """How to reach somebody."""

    address: Objects[Address] = ()
    email_address: Objects[Concept] = ()
    phone: Objects[Phone] = ()
    contact_form: Objects[Page] = ()


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
    mode: Objects[Concept] = ()
    volume_of_learning: Text = None
    additional_note: Objects[Note] = ()
    dc_type: Objects[Concept] = ()
    identifier: Objects[Concept] = ()
    education_subject: Objects[Concept] = ()
    thematic_area: Objects[Concept] = ()
    homepage: Objects[Page] = ()
    proven_by: Objects[Specification] = ()


class Organisation(Edge):
    """An issuer or awarding body."""

    id: str | None = None
    legal_name: MaybeWords = None
    pref_label: MaybeWords = None
    alt_label: MaybeWords = None
    location: Objects[Location] = ()

    @property
    def name(self) -> str | None:
        """The name people know."""
        return next((words.text for words in (self.legal_name, self.pref_label, self.alt_label) if words), None)


class Awarding(Edge):
    """Who awarded, and when."""

    awarding_body: Many[Organisation] = ()
    awarding_date: Moment = None
    location: Objects[Location] = ()

    @property
    def country(self) -> str | None:
        """Where it was awarded, else where the body is that awarded it."""
        places = (*self.location, *(place for body in self.awarding_body for place in body.location))
        return next((found for place in places if (found := place.country)), None)


class Period(Edge):
    """From when to when."""

    start_date: PartialDay = None
    end_date: PartialDay = None


class Claim(Edge):
    """Something the person achieved or took part in."""

    type: Many[str] = ()
    title: MaybeWords = None
    description: MaybeWords = None
    specified_by: Many[Specification] = ()
    proven_by: Many[Claim] = ()
    has_part: Many[Claim] = ()
    was_derived_from: Many[Claim] = ()
    awarded_by: Many[Awarding] = ()
    credit_point: Many[Credit] = ()
    credit_received: Many[Credit] = ()
    grade: Many[Note] = ()
    temporal: Many[Period] = ()

    @property
    def words(self) -> Phrase | None:
        """Its title, else that of what it is an instance of."""
        return self.title or next((spec.title for spec in self.specified_by if spec.title), None)

    @property
    def eqf(self) -> str | None:
        """The level of the European Qualifications Framework, where its specification states one."""
        levels = (each for s in self.specified_by for spec in (s, *s.qualification) for each in spec.eqf_level)
        return next((found for concept in levels if (found := concept.eqf)), None)

    @property
    def marks(self) -> tuple[str | None, str | None]:
        """(grade, its scheme), of the claim itself or of an assessment that proves it."""
        notes = (note.note_literal for proof in (self, *self.proven_by) for note in proof.grade)
        schemes = (g.title for proof in self.proven_by for s in proof.specified_by for g in s.grading_scheme)
        grade = next((words.text for words in notes if words), None)
        return grade, next((words.text for words in schemes if words), None)

    @property
    def mode(self) -> str | None:
        """In which form one takes part."""
        return next((found for spec in self.specified_by for each in spec.mode if (found := each.said)), None)

    @property
    def workload(self) -> str | None:
        """How long it takes, as a duration (ISO 8601)."""
        return next((spec.volume_of_learning for spec in self.specified_by if spec.volume_of_learning), None)

    @property
    def assessment(self) -> str | None:
        """Of which type the assessment is that proves it."""
        taken = [spec for proof in self.proven_by for spec in proof.specified_by]
        asked = [each for spec in self.specified_by for each in spec.proven_by]
        return next((found for spec in (*taken, *asked) for each in spec.dc_type if (found := each.said)), None)

    @property
    def field(self) -> str | None:
        """The area it belongs to: in words of its own, else of the list (ISCED-F)."""
        areas = (each for spec in self.specified_by for each in (*spec.education_subject, *spec.thematic_area))
        return next((found for each in areas if (found := each.said)), None)

    @property
    def url(self) -> str | None:
        """Its page on the web."""
        pages = (page.content_url for spec in self.specified_by for page in spec.homepage)
        return next((found for found in pages if found), None)

    @property
    def number(self) -> str | None:
        """What it is called where it is given, such as the code of a course."""
        return next((each.notation for spec in self.specified_by for each in spec.identifier if each.notation), None)

    @property
    def quality(self) -> str | None:
        """How the quality is assured."""
        notes = (each for spec in self.specified_by for each in spec.additional_note)
        return next((each.note_literal.text for each in notes if each.note_literal and each.is_on(QUALITY)), None)

    @property
    def credits(self) -> Credit | None:
        """The credits it brings."""
        found = (*self.credit_received, *self.credit_point, *(c for s in self.specified_by for c in s.credit_point))
        return next(iter(found), None)


class Person(Edge):
    """The credential's subject."""

    id: str | None = None
    identifier: Objects[Concept] = ()
    given_name: MaybeWords = None
    family_name: MaybeWords = None
    full_name: MaybeWords = None
    date_of_birth: Day = None
    citizenship_country: Objects[Concept] = ()
    location: Objects[Location] = ()
    contact_point: Objects[Contact] = ()
    homepage: Objects[Page] = ()
    additional_note: Objects[Note] = ()
    has_claim: Many[Claim]

    @property
    def name(self) -> str | None:
        """The identifier: an address, else the first number that the credential gives them."""
        return self.id or next((number.notation for number in self.identifier if number.notation), None)


class Credential(Valid):
    """A European digital credential."""

    id: str | None = None
    type: Many[str]
    issuer: Organisation | str | None = None
    display_parameter: Many[Scheme] = ()
    credential_profiles: Many[Concept | str] = ()
    credential_subject: Many[Person]
    issued: Moment = None
    day_issued: Day = Field(default=None, validation_alias="validFrom")
