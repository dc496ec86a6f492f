"""A node's signing key: made once, kept in a file only its owner reads."""

from __future__ import annotations

import json
import os
from pathlib import Path

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.wire.jose import SigningKey, strict_json

KEY_FILE = "keys.json"


def make_key(folder: Path, did: str) -> SigningKey:
    """Make the node's key unless it has one; the file is written whole or not at all."""
    file = folder / KEY_FILE
    if file.exists():
        return read_key(folder)
    key = SigningKey.generate(f"{did}#key-1")
    draft = folder / f".{KEY_FILE}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(key.private_jwk(), stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(file)
    return key


def read_key(folder: Path) -> SigningKey:
    """Read the node's key; raise NotFound when the folder has none, BadInput when the file was damaged."""
    file = folder / KEY_FILE
    if not file.exists():
        raise NotFound(f"{folder} has no key: make the node with “skillspace init {folder}”.")
    try:
        jwk = strict_json(file.read_bytes())
    except BadInput as fault:
        raise BadInput(f"{file} was damaged; restore it from your backup. {fault.message}") from None
    if not isinstance(jwk, dict):
        raise BadInput(f"{file} was damaged; restore it from your backup.")
    return SigningKey.from_jwk(jwk)
