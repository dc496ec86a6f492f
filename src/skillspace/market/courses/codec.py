"""Courses as lines of schema.org Course, the form in which they travel and rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from skillspace.market.courses.model import Course
from skillspace.market.lines import naming_the_term, parse_line
from skillspace.market.schema_org import (
    CONTEXT,
    SYNTHETIC,
    Day,
    DefinedTerm,
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

Hours = Annotated[str, StringConstraints(pattern=r"^PT[0-9]{1,5}(\.[0-9]{1,2})?H$")]

Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class CourseInstance(Term):
    """When and where a course runs (schema.org/CourseInstance)."""

    at_type: Literal["CourseInstance"] = "CourseInstance"
    start_date: Day | None = None
    end_date: Day | None = None
    location: Location | None = None


class Cost(Term):
    """What a course costs (schema.org/Offer); the price is written as text, for numbers of JSON may round."""

    at_type: Literal["Offer"] = "Offer"
    price: Price
    price_currency: Currency


class CourseOffer(Term):
    """The wire form of a course (schema.org/Course)."""

    at_context: Literal["https://schema.org"] = CONTEXT
    at_type: Literal["Course"] = "Course"
    additional_type: Literal["urn:skillspace:SyntheticOffer"] | None = None
    identifier: Line
    name: Line
    in_language: Language
    provider: Organization
    has_course_instance: CourseInstance | None = None
    time_required: Hours | None = None
    number_of_credits: float | None = Field(default=None, gt=0, le=400)
    offers: Cost | None = None
    url: WebAddress | None = None
    teaches: list[DefinedTerm] = Field(default_factory=list, max_length=300)
    description: Text | None = None
    sd_publisher: Line


def write_course(course: Course) -> bytes:
    """Return a course as one line, without the line's end. Raises BadInput naming the term that does not fit."""
    theirs = dict(course.words)
    with naming_the_term():
        where = location(
            course.place_code, course.place_name, course.region_code, course.region_name, course.country, course.at
        )
        instance = CourseInstance(
            start_date=course.starts,
            end_date=course.ends,
            location=where,
        )
        offer = CourseOffer(
            additional_type=SYNTHETIC if course.synthetic else None,
            identifier=course.id,
            name=course.title,
            in_language=course.language,
            provider=Organization(name=course.provider),
            has_course_instance=instance if where or course.starts or course.ends else None,
            time_required=f"PT{course.hours:g}H" if course.hours else None,
            number_of_credits=course.ects,
            offers=_cost(course),
            url=course.url,
            teaches=[DefinedTerm(at_id=uri, name=theirs.get(uri)) for uri in course.skills],
            description=course.description,
            sd_publisher=course.source,
        )
    return line_of(offer)


def _cost(course: Course) -> Cost | None:
    return None if course.price is None else Cost(price=f"{course.price:f}", price_currency=course.currency or "")


def read_course(line: bytes) -> Course:
    """Read one line. Raises BadInput naming the term that is wrong."""
    offer = parse_line(line, CourseOffer)
    instance = offer.has_course_instance
    where = instance.location if instance else None
    return Course(
        id=offer.identifier,
        title=offer.name,
        language=offer.in_language,
        provider=offer.provider.name,
        place_code=where.identifier if where else None,
        place_name=where.address.address_locality if where else None,
        region_code=where.contained_in_place.identifier if where and where.contained_in_place else None,
        region_name=where.address.address_region if where else None,
        country=where.address.address_country if where else None,
        at=where.at if where else None,
        starts=instance.start_date if instance else None,
        ends=instance.end_date if instance else None,
        hours=float(offer.time_required[2:-1]) if offer.time_required else None,
        ects=offer.number_of_credits,
        price=Decimal(offer.offers.price) if offer.offers else None,
        currency=offer.offers.price_currency if offer.offers else None,
        url=offer.url,
        skills=tuple(skill.at_id for skill in offer.teaches),
        words=words_of(offer.teaches),
        synthetic=offer.additional_type is not None,
        source=offer.sd_publisher,
        description=offer.description,
    )
