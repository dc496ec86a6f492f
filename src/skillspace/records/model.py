"""What every proof of ability becomes once read, whatever its format: a record of skill assertions, each with its
level of validation, its issuer and its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.records.life import STRICT, Entry, Language, Person

T = TypeVar("T")


class ValidationLevel(IntEnum):
    """How well an assertion is proven, weakest first; numbers may be compared."""

    SELF_DECLARED = 1
    PEER_ENDORSED = 2
    INFERRED = 3
    ASSESSED = 4
    CERTIFIED = 5
    RECOGNISED = 6


class RecordKind(StrEnum):
    """What sort of proof a record is, in the words a person would use."""

    DIPLOMA = "diploma"
    DIPLOMA_SUPPLEMENT = "diploma_supplement"
    MICRO_CREDENTIAL = "micro_credential"
    TRANSCRIPT = "transcript"
    BADGE = "badge"
    EMPLOYMENT = "employment"
    ASSESSMENT = "assessment"
    PROFILE = "profile"
    SCHOOL_RECORD = "school_record"
    STORY = "story"


class ProofStatus(StrEnum):
    """Whether the issuer's signature was checked and held."""

    SIGNED_BY_ISSUER = "signed"
    UNSIGNED = "unsigned"


class Standing(StrEnum):
    """What is known of whether an issuer took a signed record back, where it says so somewhere."""

    STANDS = "stands"
    UNASKED = "unasked"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where an assertion comes from: the record and, where there is one, the sentence that carries it."""

    __pydantic_config__ = STRICT

    record_id: str
    title: str
    kind: RecordKind
    excerpt: str | None = None


@dataclass(frozen=True, kw_only=True)
class SkillAssertion:
    """Somebody says that a person can do something.

    `concept` is the URI as the document gives it (any taxonomy; None where it gives words only), `label` and `level`
    the document's own words, `language` the label's language (BCP 47) where stated. `issuer` is a DID where the issuer
    proved one, else the name or identifier written in the document; `issuer_name` is for people to read. `group` is the
    heading under which the document lists the skill.
    """

    __pydantic_config__ = STRICT

    concept: str | None
    label: str
    language: str | None = None
    level: str | None = None
    level_scheme: str | None = None
    validation: ValidationLevel
    issuer: str
    issuer_name: str
    issued: date | None = None
    valid_until: date | None = None
    evidence: Evidence
    group: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return this assertion as JSON values (dates ISO 8601, the level of validation as its number)."""
        return dict(_ASSERTION.dump_python(self, mode="json"))

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> SkillAssertion:
        """Read what `to_json` wrote; raise BadInput naming the field that does not fit."""
        return _read(_ASSERTION, document, "skill assertion")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One document that proves, or claims, what one person can do. `subject` is that person's identifier in it.

    `occupations` are the concepts (URIs) of jobs it says the person has held, the latest first. `person`, `languages`
    and `entries` are what else it tells of them, where its format has room for it. `standing` is None where there is
    nothing to ask: it is not signed, or its issuer cannot take it back.
    """

    __pydantic_config__ = STRICT

    id: str
    kind: RecordKind
    title: str
    issuer: str
    issuer_name: str
    issued: date | None = None
    valid_until: date | None = None
    assertions: tuple[SkillAssertion, ...] = ()
    proof: ProofStatus
    subject: str | None = None
    media_type: str
    format: str
    occupations: tuple[str, ...] = ()
    person: Person | None = None
    languages: tuple[Language, ...] = ()
    entries: tuple[Entry, ...] = ()
    standing: Standing | None = None

    def to_json(self) -> dict[str, object]:
        """Return this record as JSON values."""
        return dict(_RECORD.dump_python(self, mode="json"))

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Record:
        """Read what `to_json` wrote; raise BadInput naming the field that does not fit."""
        return _read(_RECORD, document, "record")

    def at_most(self, ceiling: ValidationLevel) -> Record:
        """Return this record with every assertion held at or below `ceiling`: for what its source cannot vouch for."""
        lowered = (replace(a, validation=min(a.validation, ceiling)) for a in self.assertions)
        return replace(self, assertions=tuple(lowered))


_RECORD = TypeAdapter(Record)
_ASSERTION = TypeAdapter(SkillAssertion)


def _read(adapter: TypeAdapter[T], document: Mapping[str, object], what: str) -> T:
    try:
        return adapter.validate_json(json.dumps(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise BadInput(f"This is not a {what}: {place}: {first['msg']}.") from None
    except (TypeError, ValueError, RecursionError):
        raise BadInput(f"This is not a {what}: it is not JSON.") from None
