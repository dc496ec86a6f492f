"""Accreditation lists as they travel: signed by whoever keeps them, with a name, a day and an end.

A compact JWS (``typ: accreditation-list+jwt``) of our own, because no standard has one: the claims are ``iss`` (a
DID), ``iat``, ``exp``, ``list`` (its name) and ``accreditations``. A later list of the same signer and name replaces
the earlier whole, so what was taken away is not in it any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from skillspace.kernel.errors import BadInput, Refused
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.verifying import check_type, verify_by
from skillspace.trust.issuers.accreditation import Accreditation, Text
from skillspace.wire.jose import SigningKey, check_times, numeric_date, read_unverified, sign_jwt

T = TypeVar("T")
TYPE = "accreditation-list+jwt"
MAX_LIST_BYTES = 5 * 1024 * 1024
MAX_ACCREDITATIONS = 20_000


class ListEnded(Refused):
    """The list has run out; ask who keeps it for a newer one."""


@dataclass(frozen=True, kw_only=True)
class AccreditationList:
    """A list whose signature held. `digest` is that of the token, SHA-256 in hex."""

    signer: str
    name: str
    issued: datetime
    until: datetime
    accreditations: tuple[Accreditation, ...]
    digest: str


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    iss: Annotated[str, Field(pattern=r"^did:[a-z0-9]+:\S+$", max_length=300)]
    iat: int
    exp: int
    list: Text
    accreditations: Annotated[tuple[Accreditation, ...], Field(max_length=MAX_ACCREDITATIONS)]


_WHOLE = TypeAdapter(_Claims)
_MANY: TypeAdapter[tuple[Accreditation, ...]] = TypeAdapter(
    Annotated[tuple[Accreditation, ...], Field(max_length=MAX_ACCREDITATIONS, strict=True)]
)


def write_list(
    accreditations: Sequence[Accreditation],
    *,
    name: str,
    signer: str,
    key: SigningKey,
    at: datetime,
    until: datetime,
) -> str:
    """Return the accreditations as a signed list that counts from `at` to `until`; raises BadInput."""
    if until <= at:
        raise BadInput(f"A list cannot end ({until.isoformat()}) before it begins ({at.isoformat()}).")
    claims = {
        "iss": signer,
        "iat": int(at.timestamp()),
        "exp": int(until.timestamp()),
        "list": name,
        "accreditations": [each.model_dump(mode="json", exclude_defaults=True) for each in accreditations],
    }
    _claims_of(claims)
    return sign_jwt(claims, key, typ=TYPE)


def read_list(token: str, resolve_key: KeyResolver, at: datetime) -> AccreditationList:
    """Return a list whose signature holds at the moment `at`; whether its signer counts is another question.

    Raises BadInput (shape, bounds), InvalidSignature, ListEnded, TokenNotYetValid, and what `resolve_key` raises.
    """
    text = token.strip()
    header, unverified = read_unverified(text, max_bytes=MAX_LIST_BYTES)
    if "typ" not in header:
        raise BadInput(f"An accreditation list must say that it is one (typ {TYPE}).")
    check_type(header, frozenset({TYPE}))
    claims = _claims_of(unverified)
    verify_by(text, header, claims.iss, resolve_key, max_bytes=MAX_LIST_BYTES)
    issued, until = numeric_date(unverified, "iat"), numeric_date(unverified, "exp")
    assert issued is not None and until is not None  # noqa: S101, PT018 - the model has both
    if at >= until:
        raise ListEnded(f"The list “{claims.list}” of {claims.iss} ran out on {until.date().isoformat()}.")
    check_times(unverified, at=at)
    return AccreditationList(
        signer=claims.iss,
        name=claims.list,
        issued=issued,
        until=until,
        accreditations=claims.accreditations,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def signer_of(token: str) -> str:
    """Return who is said to have signed a list, before anything of it is checked; raises BadInput."""
    return _claims_of(read_unverified(token.strip(), max_bytes=MAX_LIST_BYTES)[1]).iss


def accreditations_of(content: object) -> tuple[Accreditation, ...]:
    """Return the accreditations of a JSON array, for signing; raises BadInput naming the one that does not fit."""
    return _checked(_MANY, content)


def _claims_of(claims: object) -> _Claims:
    return _checked(_WHOLE, claims)


def _checked(adapter: TypeAdapter[T], content: object) -> T:
    try:
        return adapter.validate_json(json.dumps(content))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise BadInput(f"This is no accreditation list: {place}: {first['msg']}.") from None
