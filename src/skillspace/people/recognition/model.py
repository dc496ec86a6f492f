"""The words of recognition: the ways it goes, what an operator allows, and why somebody is not recognised."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skillspace.kernel.errors import Refused

#: How long the code of a letter connects, and how long what a wallet is asked for may take.
CODE_LASTS, NONCE_LASTS = timedelta(minutes=15), timedelta(minutes=10)
#: The field of a record that is its own number.
NUMBER = "number"
_ADDRESSES = frozenset({"email", "e-mail", "mail", "emailaddress", "email_address", "address"})


class Way(StrEnum):
    """How an organisation finds out which of its people somebody at an intermediary is."""

    CODE = "code"
    MAIL = "mail"
    CREDENTIAL = "credential"


class WayClosed(Refused):
    """This organisation does not connect people in this way; choose another."""


class TooManyLetters(Refused):
    """Too many letters were asked for; wait an hour."""

    http_status = 429


class NoHolderProof(Refused):
    """A credential alone shows not who sends it: let the wallet make a presentation of it."""


class NotRecognised(Refused):
    """What was shown is in order, and does not lead to one single record of this organisation."""


class NonceSpent(Refused):
    """This was made for another request, or came too late; begin again."""


class CredentialRule(BaseModel):
    """One line of ``[[linking.credentials]]``: the claim of a credential that names a record by one of its fields.

    `claim` is a path in the credential's subject, with dots. An e-mail address is no such claim: it changes hands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = Field(min_length=1, max_length=200)
    claim: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_:-]*(\.[A-Za-z][A-Za-z0-9_:-]*){0,4}$", max_length=200)
    field: str = Field(default=NUMBER, pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)

    @field_validator("claim", "field")
    @classmethod
    def _no_address(cls, value: str) -> str:
        if value.rpartition(".")[2].rpartition(":")[2].lower() in _ADDRESSES:
            raise ValueError("an e-mail address is never a key: name a number that belongs to one person for good")
        return value


class LinkingTerms(BaseModel):
    """How an organisation connects its people (``[linking]`` in ``node.toml``); codes on paper alone by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ways: tuple[Way, ...] = (Way.CODE,)
    credentials: tuple[CredentialRule, ...] = ()

    @model_validator(mode="after")
    def _can_be_kept(self) -> LinkingTerms:
        if Way.CREDENTIAL in self.ways and not self.credentials:
            raise ValueError("ways has “credential”: say in [[linking.credentials]] which claim names which record")
        return self
