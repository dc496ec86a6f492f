"""Vacancies as lines of schema.org JobPosting, the form in which they travel and rest."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skillspace.market.lines import naming_the_term, parse_line
from skillspace.market.schema_org import (
    CONTEXT,
    SYNTHETIC,
    Day,
    DefinedTerm,
    Iri,
    Language,
    Line,
    Location,
    Organization,
    Term,
    Text,
    WebAddress,
    line_of,
    location,
    words_of,
)
from skillspace.market.vacancies.model import Vacancy


class Occupation(Term):
    """The occupation by its URI (schema.org/Occupation)."""

    at_type: Literal["Occupation"] = "Occupation"
    at_id: Iri


class JobPosting(Term):
    """The wire form of a vacancy (schema.org/JobPosting)."""

    at_context: Literal["https://schema.org"] = CONTEXT
    at_type: Literal["JobPosting"] = "JobPosting"
    additional_type: Literal["urn:skillspace:SyntheticOffer"] | None = None
    identifier: Line
    title: Line
    in_language: Language
    hiring_organization: Organization
    job_location: Location | None = None
    relevant_occupation: Occupation | None = None
    skills: list[DefinedTerm] = Field(default_factory=list, max_length=300)
    date_posted: Day | None = None
    valid_through: Day | None = None
    url: WebAddress | None = None
    base_salary: Line | None = None
    work_hours: Line | None = None
    description: Text | None = None
    sd_publisher: Line


def write_vacancy(vacancy: Vacancy) -> bytes:
    """Return a vacancy as one line, without the line's end. Raises BadInput naming the term that does not fit."""
    theirs = dict(vacancy.words)
    with naming_the_term():
        posting = JobPosting(
            additional_type=SYNTHETIC if vacancy.synthetic else None,
            identifier=vacancy.id,
            title=vacancy.title,
            in_language=vacancy.language,
            hiring_organization=Organization(name=vacancy.employer),
            job_location=location(
                vacancy.place_code,
                vacancy.place_name,
                vacancy.region_code,
                vacancy.region_name,
                vacancy.country,
                vacancy.at,
            ),
            relevant_occupation=Occupation(at_id=vacancy.occupation) if vacancy.occupation else None,
            skills=[
                DefinedTerm(at_id=uri, name=theirs.get(uri), additional_type=None if is_essential else "optional")
                for uri, is_essential in vacancy.skills
            ],
            date_posted=vacancy.published,
            valid_through=vacancy.closes,
            url=vacancy.url,
            base_salary=vacancy.salary,
            work_hours=vacancy.hours,
            description=vacancy.text,
            sd_publisher=vacancy.source,
        )
    return line_of(posting)


def read_vacancy(line: bytes) -> Vacancy:
    """Read one line. Raises BadInput naming the term that is wrong."""
    posting = parse_line(line, JobPosting)
    where = posting.job_location
    return Vacancy(
        id=posting.identifier,
        title=posting.title,
        language=posting.in_language,
        employer=posting.hiring_organization.name,
        place_code=where.identifier if where else None,
        place_name=where.address.address_locality if where else None,
        region_code=where.contained_in_place.identifier if where and where.contained_in_place else None,
        region_name=where.address.address_region if where else None,
        country=where.address.address_country if where else None,
        at=where.at if where else None,
        occupation=posting.relevant_occupation.at_id if posting.relevant_occupation else None,
        skills=tuple((skill.at_id, skill.additional_type is None) for skill in posting.skills),
        words=words_of(posting.skills),
        published=posting.date_posted,
        closes=posting.valid_through,
        url=posting.url,
        text=posting.description,
        synthetic=posting.additional_type is not None,
        source=posting.sd_publisher,
        salary=posting.base_salary,
        hours=posting.work_hours,
    )
