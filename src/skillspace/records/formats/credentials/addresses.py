"""Addresses (absolute IRIs) as credentials ask for them: JSON-LD drops without a word whatever is named otherwise."""

from __future__ import annotations

import re
from urllib.parse import quote

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")


def is_iri(text: str | None) -> bool:
    """Whether this is an absolute IRI."""
    return bool(text and _IRI.fullmatch(text))


def address_of(identifier: str, sort: str) -> str:
    """The identifier where it is an address, else one made of it; `sort` says of what (``record``, ``issuer``)."""
    return identifier if is_iri(identifier) else f"urn:skillspace:{sort}:{quote(identifier, safe='')}"
