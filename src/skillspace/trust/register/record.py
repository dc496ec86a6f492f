"""An organisation's record: who answers for people's data, and each processing with its legal basis and its end.

The members of a record are those that a notice to a person must have (GDPR Art. 13(1) and (2), 14) and that a
controller keeps of its processing activities (Art. 30(1)). Words for people are written by language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from skillspace.kernel.errors import BadInput
from skillspace.wire.jose import strict_json

MAX_RECORD_BYTES = 256 * 1024

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Words = Annotated[dict[Language, Text], Field(max_length=30)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Code = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
Line = Annotated[str, Field(max_length=500)]


class Basis(StrEnum):
    """Why a processing is lawful: the six letters of GDPR Art. 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"

    @property
    def article(self) -> str:
        """The letter of the law."""
        return f"GDPR Art. 6(1)({'abcdef'[list(Basis).index(self)]})"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Part):
    """Somebody people can write to."""

    name: Line = ""
    email: Annotated[str, Field(max_length=300, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    phone: Line = ""
    address: Line = ""
    website: Line = ""


class Transfer(_Part):
    """Data that leave the European Economic Area, and what protects them there (Art. 13(1)(f))."""

    country: Country
    safeguard: Words


class Processing(_Part):
    """One thing an organisation does with people's data.

    `kinds` are kinds of data (empty: whatever comes for the purpose). `law` names the law behind a basis other than
    consent, `interests` the interests of Art. 6(1)(f), `needed` whether a person must give the data and what happens
    otherwise, `decides` how a machine decides and what that means for the person. Data are kept `keeps_days` beyond
    the end of the yes or of the purpose.
    """

    purpose: Code
    kinds: tuple[Code, ...] = Field(default=(), max_length=100)
    basis: Basis = Basis.CONSENT
    law: Words = Field(default_factory=dict)
    interests: Words = Field(default_factory=dict)
    needed: Words = Field(default_factory=dict)
    recipients: tuple[Words, ...] = Field(default=(), max_length=50)
    transfers: tuple[Transfer, ...] = Field(default=(), max_length=50)
    keeps_days: int = Field(default=0, ge=0, le=36_525)
    keeps_why: Words = Field(default_factory=dict)
    decides: Words = Field(default_factory=dict)

    def concerns(self, kinds: frozenset[str]) -> bool:
        """Tell whether any of these kinds of data is in it."""
        return not self.kinds or not kinds.isdisjoint(self.kinds)


class Duty(_Part):
    """A law by which copies of one kind must be kept for so many days after a person's yes has ended."""

    kind: Code
    days: int = Field(ge=1, le=36_525)
    law: Words = Field(min_length=1)


class Record(_Part):
    """What an organisation says of itself. `country` is its seat, `places` where it works with the data."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    country: Country
    places: tuple[Country, ...] = Field(default=(), max_length=60)
    contact: Contact = Contact()
    representative: Contact | None = None
    dpo: Contact | None = None
    processings: tuple[Processing, ...] = Field(default=(), max_length=500)
    duties: tuple[Duty, ...] = Field(default=(), max_length=100)
    reviewed: date | None = None

    @field_validator("duties")
    @classmethod
    def _one_duty_a_kind(cls, duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
        kinds = [duty.kind for duty in duties]
        if len(kinds) != len(set(kinds)):
            raise ValueError("for each kind of data one duty, the longest")
        return duties

    def works_in(self) -> tuple[str, ...]:
        """Return the countries in which the organisation works with data: its seat where it names none."""
        return self.places or (self.country,)

    def of_purpose(self, purpose: str) -> Processing:
        """Return the processing of a purpose that a person is asked for; what is not written is kept no longer."""
        for one in self.processings:
            if one.purpose == purpose and one.basis is Basis.CONSENT:
                return one
        return Processing(purpose=purpose)

    def besides(self, kinds: frozenset[str]) -> tuple[Processing, ...]:
        """Return what the organisation does with such data on another basis than consent, whatever a person says."""
        return tuple(one for one in self.processings if one.basis is not Basis.CONSENT and one.concerns(kinds))

    def duty(self, kind: str) -> Duty | None:
        """Return the duty to keep data of a kind, if there is one."""
        return next((duty for duty in self.duties if duty.kind == kind), None)

    def to_json(self) -> dict[str, object]:
        """Everything, as JSON."""
        content: dict[str, object] = self.model_dump(mode="json")
        return content


def read_record(document: bytes | str | Mapping[str, object]) -> Record:
    """Read a record from JSON; raise BadInput naming the member that is wrong."""
    if isinstance(document, bytes | str):
        if len(document) > MAX_RECORD_BYTES:
            raise BadInput(f"A record has at most {MAX_RECORD_BYTES} bytes.")
        document = strict_json(document)  # type: ignore[assignment]
    try:
        return Record.model_validate(document)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"The record's {place or 'shape'} is not as it should be: {first['msg'][:200]}.") from None


def in_language(words: Mapping[str, str], language: str) -> str:
    """Return words in a language, in English, or in whichever there is; empty where there are none."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")
