"""One spelling for one content: what is hashed or signed apart from its text must always be the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def canonical(content: Mapping[str, object]) -> bytes:
    """Return JSON as RFC 8785 writes it, for content of texts, whole numbers, booleans, lists and ASCII names."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()
