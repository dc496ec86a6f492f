"""The shapes of a LER-RS resume (HR Open 4.5) that have a place in a record, and no others."""

from __future__ import annotations

from skillspace.records.formats.edge import Edge, Many, Moment, Objects, PartialDay, Text
from skillspace.records.life import EntryKind


class Named(Edge):
    """Something with a name."""

    name: Text = None
    value: Text = None


class Address(Edge):
    """A postal address."""

    line: Text = None
    city: Text = None
    postal_code: Text = None
    country_code: Text = None
    country_sub_divisions: Many[Named] = ()


class Way(Edge):
    """A number or an address of the net; `handle` is what somebody is called there."""

    formatted_number: Text = None
    country_dialing_code: Text = None
    area_dialing_code: Text = None
    dial_number: Text = None
    address: Text = None
    url: Text = None
    name: Text = None
    handle: Text = None

    @property
    def number(self) -> str | None:
        """The whole number, put together where it is given in parts."""
        country = f"+{self.country_dialing_code}" if self.country_dialing_code else None
        parts = (country, self.area_dialing_code, self.dial_number)
        return self.formatted_number or " ".join(part for part in parts if part) or None


class Communication(Edge):
    """How to reach somebody."""

    address: Many[Address] = ()
    phone: Many[Way] = ()
    email: Many[Way] = ()
    web: Many[Way] = ()
    social: Many[Way] = ()


class PersonName(Edge):
    """A name."""

    formatted_name: Text = None
    given: Text = None
    family: Text = None


class Who(Edge):
    """The person."""

    name: PersonName | None = None
    birth_date: PartialDay = None
    citizenship: Many[Text] = ()


class Body(Edge):
    """An employer, a school, an authority."""

    name: Text = None
    trade_name: Text = None
    legal_name: Text = None
    descriptions: Many[Text] = ()
    communication: Communication | None = None
    industry_codes: Many[Text] = ()


class Place(Edge):
    """Where a position was, with what was done there."""

    city: Text = None
    country_code: Text = None
    descriptions: Many[Text] = ()


class Position(Edge):
    """A position held."""

    title: Text = None
    start: PartialDay = None
    end: PartialDay = None
    current: bool = False
    location: Place | None = None
    descriptions: Many[Text] = ()
    occupation_code: Text = None
    resource_relationship_code: Text = None

    @property
    def kind(self) -> EntryKind:
        """Work, or work that nobody is paid for."""
        is_free = (self.resource_relationship_code or "").lower() == "volunteer"
        return EntryKind.VOLUNTEERING if is_free else EntryKind.WORK


class History(Edge):
    """An employment with its positions."""

    organization: Body | None = None
    position_histories: Many[Position] = ()


class Score(Edge):
    """A mark, in words or in numbers."""

    scores_text: Many[Named] = ()
    scores_numeric: Many[Named] = ()


class Degree(Edge):
    """A degree."""

    name: Text = None
    date: PartialDay = None
    isced_education_level_code: Text = None
    degree_granted_status: Text = None
    specializations: Many[Named] = ()
    score: Objects[Score] = ()
    scores: Many[Named] = ()

    @property
    def grade(self) -> str | None:
        """The mark, in words before numbers."""
        marks = (each for score in self.score for each in (*score.scores_text, *score.scores_numeric))
        return next((each.value for each in (*marks, *self.scores) if each.value), None)


class Study(Edge):
    """A study at an institution."""

    start: PartialDay = None
    end: PartialDay = None
    current: bool = False
    institution: Body | None = None
    isced_education_level_code: Text = None
    education_degrees: Many[Degree] = ()
    programs: Many[Text] = ()
    descriptions: Many[Text] = ()


class Period(Edge):
    """From when to when."""

    valid_from: PartialDay = None
    valid_to: PartialDay = None


class Certification(Edge):
    """A certificate."""

    id: Objects[Named] = ()
    name: Text = None
    first_issued: PartialDay = None
    issued: PartialDay = None
    effective_time_period: Period | None = None
    issuing_authority: Body | None = None
    descriptions: Many[Text] = ()


class Skill(Edge):
    """A skill as the person names it."""

    name: Text = None
    description: Text = None
    comments: Many[Text] = ()
    years_of_experience: Text = None
    proficiency_level: Text = None
    definition_reference: Text = None
    reference: Text = None
    group: Text = None

    @property
    def said(self) -> tuple[str | None, ...]:
        """The words around it."""
        years = f"{self.years_of_experience} years of experience" if self.years_of_experience else None
        return (self.description, *self.comments, years)


class Tongue(Edge):
    """A language."""

    code: Text = None
    name: Text = None
    level: Text = None


class Passage(Edge):
    """Lines of a narrative."""

    name: Text = None
    lines: Many[Text] = ()


class Narrative(Edge):
    """What the person says of themselves."""

    name: Text = None
    texts: Many[Passage] = ()


class Resume(Edge):
    """The whole resume, its parts taken out of their credentials."""

    person: Who | None = None
    communication: Communication | None = None
    narratives: Many[Narrative] = ()
    employment_histories: Many[History] = ()
    education_and_learnings: Many[Study] = ()
    certifications: Many[Certification] = ()
    skills: Many[Skill] = ()
    languages: Many[Tongue] = ()


class Issued(Edge):
    """When the resume was made."""

    issuance_date: Moment = None
    id: Text = None
