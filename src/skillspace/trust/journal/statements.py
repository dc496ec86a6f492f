"""Signed statements about a journal: a node's checkpoint of its own, and a witness's acknowledgement of another's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver
from skillspace.trust.journal.model import Acknowledgement, Checkpoint
from skillspace.wire.jose import SigningKey, read_unverified, sign_jwt, verify_jwt

CHECKPOINT_TYPE = "journal-checkpoint+jwt"
ACKNOWLEDGEMENT_TYPE = "journal-acknowledgement+jwt"
MAX_BYTES = 4096
_HASH = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{3}Z")
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,290}")


def sign_checkpoint(key: SigningKey, *, did: str, number: int, head: str, at: datetime) -> Checkpoint:
    """Sign that the log of `did` ends at `number` with the hash `head`."""
    claims = {"iss": did, "number": number, "hash": head, "at": iso(at)}
    token = sign_jwt(claims, key, typ=CHECKPOINT_TYPE)
    return Checkpoint(did=did, number=number, hash=head, at=from_iso(iso(at)), token=token)


def sign_acknowledgement(key: SigningKey, *, witness: str, about: Checkpoint, at: datetime) -> str:
    """Sign that `witness` holds a checkpoint."""
    claims = {"iss": witness, "sub": about.did, "number": about.number, "hash": about.hash, "at": iso(at)}
    return sign_jwt(claims, key, typ=ACKNOWLEDGEMENT_TYPE)


def read_checkpoint(token: str) -> Checkpoint:
    """Read a checkpoint WITHOUT checking who signed it (`check_signature` does); raise BadInput unless it is one."""
    claims = _claims(token, CHECKPOINT_TYPE, {"iss", "number", "hash", "at"})
    return Checkpoint(
        did=_did(claims["iss"]), number=_number(claims), hash=_hash(claims), at=_moment(claims), token=token
    )


def read_acknowledgement(token: str) -> Acknowledgement:
    """Read an acknowledgement WITHOUT checking who signed it; raise BadInput unless it is one."""
    claims = _claims(token, ACKNOWLEDGEMENT_TYPE, {"iss", "sub", "number", "hash", "at"})
    return Acknowledgement(
        witness=_did(claims["iss"]),
        did=_did(claims["sub"]),
        number=_number(claims),
        hash=_hash(claims),
        at=_moment(claims),
        token=token,
    )


def check_signature(token: str, signer: str, resolve_key: KeyResolver) -> None:
    """Check that `signer` signed a statement; raise InvalidSignature, or what `resolve_key` raises."""
    kid = read_unverified(token, max_bytes=MAX_BYTES)[0].get("kid")
    if not isinstance(kid, str) or not kid:
        raise BadInput("The statement does not name the key it was signed with.")
    verify_jwt(token, resolve_key(signer, kid), max_bytes=MAX_BYTES)


def _claims(token: object, kind: str, names: set[str]) -> Mapping[str, object]:
    if not isinstance(token, str):  # a database may give bytes where somebody put them
        raise BadInput("A statement is a text.")
    header, claims = read_unverified(token, max_bytes=MAX_BYTES)
    if header.get("typ") != kind:
        raise BadInput(f"This token is no {kind.removesuffix('+jwt').replace('-', ' ')}.")
    if set(claims) != names:
        raise BadInput(f"A {kind.removesuffix('+jwt').replace('-', ' ')} says {', '.join(sorted(names))}, all of it.")
    return claims


def _number(claims: Mapping[str, object]) -> int:
    number = claims["number"]
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number < 2**53:
        raise BadInput("The number of an entry is a whole number from 1.")
    return number


def _hash(claims: Mapping[str, object]) -> str:
    found = claims["hash"]
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise BadInput("A hash is written with 64 hexadecimal digits.")
    return found


def _did(found: object) -> str:
    if not isinstance(found, str) or not _DID.fullmatch(found):
        raise BadInput("The statement names no DID.")
    return found


def _moment(claims: Mapping[str, object]) -> datetime:
    found = claims["at"]
    if not isinstance(found, str) or not _MOMENT.fullmatch(found):
        raise BadInput("A moment is written in UTC with milliseconds, such as 2026-11-21T08:00:00.000Z.")
    try:
        return from_iso(found)
    except (ValueError, OverflowError):
        raise BadInput(f"{found} is not a moment a calendar knows.") from None
