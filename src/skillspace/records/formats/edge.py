"""The strict edge where foreign documents become typed: tolerant of what a standard allows, exact about what it asks.

Unknown members are ignored (every format here may be extended), wrong types and missing members are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, NamedTuple, TypeVar
from urllib.parse import quote

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel

T = TypeVar("T")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?![\d-])")


class Edge(BaseModel):
    """Base of the shapes read here: members in camelCase, types exact, unknown members ignored."""

    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class Phrase(NamedTuple):
    """Words and, where the document says it, their language (BCP 47)."""

    text: str
    language: str | None


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is known about a document besides its words: when and how it was read, and who is proven to have sent it.

    `signed` holds the credential whose signature was checked; `delivered_by` the DID of the member whose own,
    authenticated connection brought the document. Both None: anybody may have written it.
    """

    at: datetime
    digest: str
    media_type: str
    signed: VerifiedCredential | None = None
    delivered_by: str | None = None

    @property
    def proof(self) -> ProofStatus:
        """Whether the issuer's signature was checked."""
        return ProofStatus.UNSIGNED if self.signed is None else ProofStatus.SIGNED_BY_ISSUER

    def name_of(self, own_id: str | None, part: str | None = None) -> str:
        """The record's identifier: its own, else one made from its bytes, so that reading twice gives one record.

        `part` tells the records of one document apart.
        """
        whole = (self.signed.id if self.signed else own_id) or f"urn:sha256:{self.digest}"
        return f"{whole}#{quote(part, safe='')}" if part else whole

    def issuer_of(self, written: str | None) -> str:
        """A credential's issuer: whoever signed it, else whom it names."""
        found = self.signed.issuer if self.signed else written
        if not found:
            raise UnreadableFile("The document does not say who issued it: issuer is missing.")
        return found

    def speaker_of(self, written: str | None) -> str:
        """Who says what an unsigned statement says: whoever delivered it comes before whom it names."""
        return self.issuer_of((self.signed and self.signed.issuer) or self.delivered_by or written)


def fit(shape: type[M], document: object, what: str) -> M:
    """Return `document` as `shape`; raise UnreadableFile naming the first member that is missing or wrong."""
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the document"
        fault = "is missing" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        raise UnreadableFile(f"This {what} cannot be read: {place}: {fault}.") from None
    except RecursionError:
        raise UnreadableFile(f"This {what} cannot be read: it is nested too deeply.") from None


def phrase(value: object) -> Phrase | None:
    """Read a text or a language map (`{"sv": "kök"}`, JSON-LD 1.1 §9.8), English before the first of the others."""
    if isinstance(value, str):
        return Phrase(value.strip(), None) if value.strip() else None
    if isinstance(value, list):
        return phrase(value[0]) if value else None
    if isinstance(value, Mapping):
        worded = {str(tag): found.text for tag, text in value.items() if (found := phrase(text))}
        english = next((tag for tag in worded if tag.lower().split("-")[0] == "en"), None)
        chosen = english or next(iter(worded), None)
        return Phrase(worded[chosen], chosen) if chosen else None
    return None


def evidence(record_id: str, title: str, kind: RecordKind, *details: str | None) -> Evidence:
    """Evidence whose excerpt joins the details that exist."""
    said = "; ".join(detail for detail in details if detail)
    return Evidence(record_id=record_id, title=title, kind=kind, excerpt=said or None)


def asserted(
    record: Record,
    label: str,
    *,
    concept: str | None = None,
    language: str | None = None,
    level: str | None = None,
    scheme: str | None = None,
    validation: ValidationLevel = ValidationLevel.SELF_DECLARED,
    issued: date | None = None,
    group: str | None = None,
    said: Sequence[str | None] = (),
) -> SkillAssertion:
    """An assertion that a record's issuer makes; `said` are the words around it."""
    return SkillAssertion(
        concept=concept,
        label=label,
        language=language,
        level=level,
        level_scheme=scheme if level else None,
        validation=validation,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=issued or record.issued,
        valid_until=record.valid_until,
        evidence=evidence(record.id, record.title, record.kind, *said),
        group=group,
    )


def only(records: Sequence[Record], what: str) -> Record:
    """Return the one record of a document that may hold several; raises UnreadableFile naming `what` it holds."""
    if len(records) != 1:
        raise UnreadableFile(f"This document holds {len(records)} {what}; one was expected.")
    return records[0]


def partial_day(value: object) -> str | None:
    """Read a day that may lack its day or month (``2014``, ``2014-06``), from a longer moment its day.

    Raises ValueError on what is no such day.
    """
    if value is None or value == "":
        return None
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    match = _PARTIAL.match(text)
    if match is None:
        raise ValueError(f"{str(value)[:40]!r} is not a date such as 2014, 2014-06 or 2014-06-29")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no day of the calendar") from None
    return match[0]


def _listed(value: object) -> tuple[object, ...]:
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)


def _objects(value: object) -> tuple[object, ...]:
    return tuple(each for each in _listed(value) if isinstance(each, Mapping))


def _worded(value: object) -> Phrase:
    found = phrase(value)
    if found is None:
        raise ValueError("holds no words")
    return found


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("is not a date")
    try:
        return from_iso(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{value[:40]!r} is not an ISO 8601 date") from None


def _day(value: object) -> date | None:
    # The calendar day as written: shifting 1999-10-01T00:00+02:00 to UTC would make it the day before.
    moment = _moment(value)
    return date.fromisoformat(str(value)[:10]) if moment and str(value)[4:5] == "-" else moment and moment.date()


def _said(value: object) -> str | None:
    if value is None or isinstance(value, Mapping | list | bool):
        return None if value is None else _refuse(value)
    return str(value).strip() or None


def _refuse(value: object) -> str:
    raise ValueError(f"is not a text but a {type(value).__name__}")


M = TypeVar("M", bound=Edge)
Many = Annotated[tuple[T, ...], BeforeValidator(_listed)]
"""One or many, as JSON-LD writes a set: absent is none."""
Objects = Annotated[tuple[T, ...], BeforeValidator(_objects)]
"""One or many that are written in full; a bare address or word counts for nothing."""
Words = Annotated[Phrase, BeforeValidator(_worded)]
MaybeWords = Annotated[Phrase | None, BeforeValidator(phrase)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]
PartialDay = Annotated[str | None, BeforeValidator(partial_day)]
Text = Annotated[str | None, BeforeValidator(_said)]
"""Words or a number; nothing, or white space alone, is none."""


class Valid(Edge):
    """From when to when a credential holds, in the words of version 2.0 of its data model or of version 1.1."""

    valid_from: Moment = None
    issuance_date: Moment = None
    valid_until: Moment = None
    expiration_date: Moment = None

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """Its beginning and its end."""
        return self.valid_from or self.issuance_date, self.valid_until or self.expiration_date
