"""The schema.org terms that vacancies and courses share on the wire, strict: an unknown term is refused by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

CONTEXT: Final = "https://schema.org"
SYNTHETIC: Final = "urn:skillspace:SyntheticOffer"
"""The ``additionalType`` of an offer that was generated and that nobody makes."""


def _printable(text: str) -> str:
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise ValueError("control characters are not allowed")
    return text


def _day(value: Any) -> Any:
    """Take an ISO 8601 calendar day and nothing else; JSON has no dates, and strict reading would refuse the text."""
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("a day is written 2026-11-21")
    return dt.date.fromisoformat(value)


Line = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_printable)]
LONGEST_WORD = 200
Word = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_WORD), AfterValidator(_printable)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Iri = Annotated[str, StringConstraints(max_length=400, pattern=r"^(https?://|urn:|did:)[^\s<>\"]+$")]
WebAddress = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$")]
"""A link a person may follow: never ``javascript:`` or anything else a browser would run."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def _term(name: str) -> str:
    """Return the wire's word for a field: ``at_type`` is ``@type``, ``date_posted`` is ``datePosted``."""
    return f"@{name[3:]}" if name.startswith("at_") else to_camel(name)


class Term(BaseModel):
    """A strict object of schema.org, its fields named by schema.org's words: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_term, populate_by_name=True)


class Organization(Term):
    """Who offers (schema.org/Organization)."""

    at_type: Literal["Organization"] = "Organization"
    name: Line


class Address(Term):
    """Where it is, in words (schema.org/PostalAddress)."""

    at_type: Literal["PostalAddress"] = "PostalAddress"
    address_locality: Line | None = None
    address_region: Line | None = None
    address_country: Country | None = None


class Region(Term):
    """The region by its code (schema.org/AdministrativeArea)."""

    at_type: Literal["AdministrativeArea"] = "AdministrativeArea"
    identifier: Line


class GeoCoordinates(Term):
    """Where it is, in degrees north and east (schema.org/GeoCoordinates)."""

    at_type: Literal["GeoCoordinates"] = "GeoCoordinates"
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Location(Term):
    """Where it is, in codes, in words and in degrees (schema.org/Place)."""

    at_type: Literal["Place"] = "Place"
    identifier: Line | None = None
    address: Address
    contained_in_place: Region | None = None
    geo: GeoCoordinates | None = None

    @property
    def at(self) -> tuple[float, float] | None:
        """Latitude and longitude, where they are stated."""
        return (self.geo.latitude, self.geo.longitude) if self.geo else None


class DefinedTerm(Term):
    """A concept of a taxonomy; ``optional`` where it helps but is not required (schema.org/DefinedTerm).

    ``name`` is what the provider itself calls it; an offer without own words is written as it always was.
    """

    at_id: Iri
    name: Word | None = None
    additional_type: Literal["optional"] | None = None


def words_of(terms: Iterable[DefinedTerm]) -> tuple[tuple[str, str], ...]:
    """Return (URI, the provider's own word) of the concepts that have one."""
    return tuple((term.at_id, term.name) for term in terms if term.name is not None)


def location(
    code: str | None,
    name: str | None,
    region_code: str | None,
    region_name: str | None,
    country: str | None,
    at: tuple[float, float] | None,
) -> Location | None:
    """Return the place of an offer on the wire, or None where nothing at all is known of it."""
    if not any((code, name, region_code, region_name, country, at)):
        return None
    return Location(
        identifier=code,
        address=Address(address_locality=name, address_region=region_name, address_country=country),
        contained_in_place=Region(identifier=region_code) if region_code else None,
        geo=GeoCoordinates(latitude=at[0], longitude=at[1]) if at else None,
    )


def line_of(term: Term) -> bytes:
    """Write one object as one line of JSON: absent terms left out, always in the same order."""
    return term.model_dump_json(by_alias=True, exclude_none=True).encode()
