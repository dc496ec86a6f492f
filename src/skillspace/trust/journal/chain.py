"""How entries hang together: one spelling of content, salted digests, and hashes that each cover all before them.

``digest = H{content, salt}``, ``seal = H{about, at, digest, kind, number}``, ``hash = H{previous, seal}``, where H is
SHA-256 in hexadecimal over JSON as RFC 8785 writes it. The seal stands apart so that a proof can lead over the entries
of others without telling what they are about.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping

import orjson

from skillspace.kernel.errors import BadInput

#: What stands before the first entry.
GENESIS = "0" * 64
#: Beyond this, whole numbers are not the same to every reader of JSON (RFC 7493 §2.2).
LARGEST = 2**53 - 1
DEEPEST = 20
SALT = re.compile(r"[0-9a-f]{32}")


def canonical(content: Mapping[str, object]) -> str:
    """Return JSON as RFC 8785 writes it, for texts, whole numbers, booleans, null, lists and objects of ASCII names.

    The same bytes as `wire.canonical` gives. Raises BadInput for anything else.
    """
    try:
        return orjson.dumps(_plain(content, 0), option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, ValueError) as fault:
        raise BadInput(f"This cannot be written into the journal: {fault}.") from None


def fresh_salt() -> str:
    """Return 16 random bytes in hexadecimal: without them nobody can try out what a digest stands for."""
    return secrets.token_hex(16)


def digest_of(salt: str, content: str) -> str:
    """Return the digest of canonical `content` under `salt`."""
    return hashlib.sha256(f'{{"content":{content},"salt":"{salt}"}}'.encode()).hexdigest()


def seal_of(*, number: int, at: str, kind: str, about: str, digest: str) -> str:
    """Return the hash over one entry alone; raise TypeError when a field is no text."""
    fields = {"about": about, "at": at, "digest": digest, "kind": kind, "number": number}
    return hashlib.sha256(orjson.dumps(fields)).hexdigest()


def link(previous: str, seal: str) -> str:
    """Return the hash of an entry: over its seal and the hash of the entry before it."""
    return hashlib.sha256(f'{{"previous":"{previous}","seal":"{seal}"}}'.encode()).hexdigest()


def _plain(value: object, depth: int) -> object:
    """Take a value over as plain JSON; a float, a moment or a set has no spelling that everybody shares."""
    if value is None or type(value) in (str, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError("a whole number is too large")
        return int(value)
    if depth >= DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise ValueError("a name is not plain ASCII")
        return {str.__str__(name): _plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, depth + 1) for inner in value]
    raise TypeError(f"{type(value).__name__} has no place in it")
