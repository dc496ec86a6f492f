"""Parts of a representation and how they are spoken of: Range, Content-Range, If-Range (RFC 9110 §13 and §14)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput

_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE | re.ASCII)
_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18})", re.IGNORECASE | re.ASCII)
_DIGEST = re.compile(r"(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Bytes `first` to `last`, both of them included, of `length` in all."""

    first: int
    last: int
    length: int

    @property
    def count(self) -> int:
        """How many bytes that are."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """Write it as a Content-Range."""
        return f"bytes {self.first}-{self.last}/{self.length}"


class NotInRange(BadInput):
    """The part that was asked for lies beyond the end."""

    http_status = 416


def asked_span(headers: Mapping[str, str], etag: str | None, length: int) -> Span | None:
    """Return the part a request asks for; None for everything.

    Several parts, other units and what cannot be read are answered with everything, as RFC 9110 §14.2 allows; so is an
    If-Range that names other bytes. Raises NotInRange (416).
    """
    found = _RANGE.fullmatch(headers.get("range", "").strip(" \t"))
    if found is None or not any(found.groups()) or not _is_same(headers.get("if-range"), etag):
        return None
    first, last = found.groups()
    if first == "":
        count = min(int(last), length)
        if count == 0:
            raise NotInRange()
        return Span(first=length - count, last=length - 1, length=length)
    if last and int(last) < int(first):
        return None
    if int(first) >= length:
        raise NotInRange()
    return Span(first=int(first), last=min(int(last or length), length - 1), length=length)


def is_known(if_none_match: str | None, etag: str | None) -> bool:
    """Tell whether the caller has these bytes already (weak comparison, RFC 9110 §13.1.2)."""
    if if_none_match is None or etag is None:
        return False
    named = {one.strip().removeprefix("W/").strip('"') for one in if_none_match.split(",")}
    return etag in named or "*" in named


def read_content_range(text: str) -> Span | int:
    """Read a Content-Range: the part that is sent, or the whole length when only that is told (``bytes */N``).

    Raises BadInput for anything else.
    """
    found = _CONTENT_RANGE.fullmatch(text.strip())
    if found is None:
        raise BadInput("Content-Range cannot be read; write “bytes FIRST-LAST/LENGTH” or “bytes */LENGTH”.")
    first, last, length = found.groups()
    if first is None:
        return int(length)
    span = Span(first=int(first), last=int(last), length=int(length))
    if not span.first <= span.last < span.length:
        raise BadInput(f"Content-Range {span} names no part.")
    return span


def write_digest(digest: bytes) -> str:
    """Write a SHA-256 as Repr-Digest (RFC 9530 §3)."""
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def read_digest(text: str | None) -> bytes | None:
    """Return the SHA-256 that a Repr-Digest names; None when it names none."""
    found = _DIGEST.search(text or "")
    if found is None:
        return None
    try:
        return base64.b64decode(found.group(1), validate=True)
    except ValueError:
        return None


def _is_same(if_range: str | None, etag: str | None) -> bool:
    """If-Range holds for the same strong tag only; a date never does: we send none."""
    if if_range is None:
        return True
    return etag is not None and if_range.strip() == f'"{etag}"'
