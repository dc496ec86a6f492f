"""A node's signing keys: the one it signs with, and those it retired; in a file that only its owner reads."""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.identity import RetiredKey
from skillspace.wire.jose import SigningKey, strict_json
from skillspace.wire.proof_key import ProofKey

KEY_FILE = "keys.json"
SECRET_FILE, SECRET_BYTES = "secret.key", 32
PROOF_FILE = "proof.key"


def make_key(folder: Path, did: str) -> SigningKey:
    """Make the node's key unless it has one; the file is written whole or not at all."""
    if (folder / KEY_FILE).exists():
        return read_key(folder)
    key = SigningKey.generate(f"{did}#key-1")
    _write(folder, key, ())
    return key


def rotate_key(folder: Path, did: str, *, at: datetime, until: datetime) -> SigningKey:
    """Make a new signing key, and return it; what the old one signed as an issuer is believed `until` then.

    The old key's secret is not kept. With an `until` that is not after `at` (it was stolen) nothing it signed counts
    any more. A running node goes on with the key it started with. Raises NotFound and BadInput as `read_key` does.
    """
    old, retired = read_key(folder), retired_keys(folder)
    kept = [key for key in (*retired, RetiredKey(kid=old.kid, jwk=old.public_jwk(), until=until)) if key.until > at]
    numbers = [int(kid.rpartition("-")[2]) for kid in (old.kid, *(key.kid for key in retired)) if kid[-1:].isdigit()]
    key = SigningKey.generate(f"{did}#key-{max([*numbers, 1]) + 1}")
    _write(folder, key, kept)
    return key


def own_secret(folder: Path) -> bytes:
    """Return the node's own secret for keyed hashes (32 bytes), made when it is first needed; never sent anywhere.

    It stands beside the database and not in it, so that a copy of the database alone opens nothing. Raises BadInput
    when the file was damaged.
    """
    return _secret(folder, SECRET_FILE)


def proof_key(folder: Path) -> ProofKey:
    """Return the key by which the node puts proofs inside documents, made when it is first needed; raises BadInput."""
    return ProofKey.from_seed(_secret(folder, PROOF_FILE))


def read_key(folder: Path) -> SigningKey:
    """Read the key the node signs with; NotFound when the folder has none, BadInput when the file was damaged."""
    return SigningKey.from_jwk(_read(folder))


def retired_keys(folder: Path) -> tuple[RetiredKey, ...]:
    """Read the node's retired keys, those that have ended too; raises as `read_key`."""
    found = _read(folder).get("retired", [])
    try:
        if not isinstance(found, list):
            raise TypeError
        return tuple(
            RetiredKey(
                kid=entry["jwk"]["kid"],
                jwk={str(name): str(value) for name, value in entry["jwk"].items()},
                until=from_iso(entry["until"]),
            )
            for entry in found
        )
    except (TypeError, KeyError, ValueError, AttributeError):
        raise BadInput(f"{folder / KEY_FILE} was damaged; restore it from your backup.") from None


def _secret(folder: Path, name: str) -> bytes:
    file = folder / name
    if not file.exists():
        draft = folder / f".{name}.{secrets.token_hex(8)}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(SECRET_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)  # unlike a rename, it never takes the place of one that is there
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found = file.read_bytes()
    if len(found) != SECRET_BYTES:
        raise BadInput(f"{file} was damaged; restore it from your backup.")
    return found


def _read(folder: Path) -> dict[str, object]:
    file = folder / KEY_FILE
    if not file.exists():
        raise NotFound(f"{folder} has no key: make the node with “skillspace init {folder}”.")
    try:
        jwk = strict_json(file.read_bytes())
    except BadInput as fault:
        raise BadInput(f"{file} was damaged; restore it from your backup. {fault.message}") from None
    if not isinstance(jwk, dict):
        raise BadInput(f"{file} was damaged; restore it from your backup.")
    return jwk


def _write(folder: Path, key: SigningKey, retired: list[RetiredKey] | tuple[()]) -> None:
    content: dict[str, object] = {**key.private_jwk()}
    if retired:
        content["retired"] = [{"jwk": dict(each.jwk), "until": iso(each.until)} for each in retired]
    draft = folder / f".{KEY_FILE}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(folder / KEY_FILE)
