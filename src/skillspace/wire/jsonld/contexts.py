"""JSON-LD contexts known here, byte for byte as their publishers wrote them; none is ever fetched.

Beside the documents stands their table (``index.json``): address, file, digest, where the bytes come from, licence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyld import jsonld

from skillspace.kernel.errors import BadInput

FOLDER = Path(__file__).parent / "documents"
UNKNOWN = "skillspace.unknown"


class ContextNotKnown(BadInput):
    """The document uses a JSON-LD context that is not known here; contexts are never fetched."""


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, str]]:
    entries = json.loads((FOLDER / "index.json").read_bytes())
    return {entry["address"]: entry for entry in entries}


def known() -> frozenset[str]:
    """Return the addresses of the contexts that are known."""
    return frozenset(_table())


@lru_cache(maxsize=64)
def content_of(address: str) -> bytes | None:
    """Return the bytes published at `address`, None when they are not known here."""
    entry = _table().get(address)
    return (FOLDER / entry["file"]).read_bytes() if entry else None


def load(address: str, _options: object = None) -> dict[str, Any]:
    """Return a known context as the JSON-LD library wants it; for another it raises what `canonize` makes plain."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _parsed(address),
        "tag": "static",  # so that the library keeps what it made of it
    }


@lru_cache(maxsize=64)
def _parsed(address: str) -> dict[str, Any]:
    content = content_of(address)
    if content is None:
        raise jsonld.JsonLdError(f"unknown context {address}", UNKNOWN, {"url": address})
    parsed: dict[str, Any] = json.loads(content)
    return parsed
