"""From bytes to a document: JSON, XML, a table, an archive, or what a picture or a PDF carries inside.

Nothing is believed about a file but its bytes: no name, no ending, no media type.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats.files.archive import Archive
from skillspace.records.formats.files.baking import PNG, unbake_png, unbake_svg
from skillspace.records.formats.files.pdf import PDF, xml_in_pdf
from skillspace.records.formats.files.tables import looks_like_a_table, parse_table
from skillspace.records.formats.files.xml import name_of, parse_xml
from skillspace.wire.jose import strict_json

MAX_BYTES = 5 * 1024 * 1024
MAX_ARCHIVE_BYTES = 20 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


class Opened(NamedTuple):
    """A document as values: parsed JSON, an XML element, a `Table`, an `Archive`, or the text of a token."""

    document: object
    media_type: str


def open_document(document: bytes) -> Opened:
    """Return what a file holds; raises UnreadableFile saying in plain words what is wrong with it."""
    most = MAX_ARCHIVE_BYTES if document.startswith((_ZIP, _EMPTY_ZIP)) else MAX_BYTES
    if len(document) > most:
        raise UnreadableFile(f"The file is too large: {len(document):,} bytes; at most {most:,} are read.")
    if document.startswith((_ZIP, _EMPTY_ZIP)):
        return Opened(Archive(document, largest=MAX_BYTES), "application/zip")
    if document.startswith(PNG):
        return Opened(_inner(unbake_png(document)), "image/png")
    if document.startswith(PDF):
        return Opened(parse_xml(xml_in_pdf(document)), "application/pdf")
    if document.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _open_xml(document)
    text = decode(document).strip()
    is_table = not text.startswith(("{", "[")) and looks_like_a_table(text)
    return Opened(parse_table(text), "text/csv") if is_table else Opened(_inner(text), "application/json")


def _open_xml(document: bytes) -> Opened:
    if b"\0" in document:
        raise UnreadableFile("The file is XML in UTF-16 or damaged; save it as UTF-8 and try again.")
    root = parse_xml(document)
    if name_of(root) == "svg":
        return Opened(_inner(unbake_svg(root)), "image/svg+xml")
    return Opened(root, "application/xml")


def decode(document: bytes) -> str:
    """Return text of UTF-8, a byte order mark left out; raises UnreadableFile with what to do."""
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("The file is UTF-16; save it as UTF-8 and try again.")
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = " (it looks like Latin-1 or Windows-1252)" if document[error.start] >= 0xA0 else ""
        raise UnreadableFile(
            f"The file is not UTF-8{guess}: byte {error.start} does not fit. Save it as UTF-8 and try again."
        ) from None


def _inner(text: str) -> object:
    """A token stays text, for its signature is checked as it stands; JSON comes out of its wrapping."""
    return text if is_token(text) or is_selective(text) else _unwrap(_json(text))


def is_token(text: object) -> bool:
    """Whether this is a compact JWS: three parts of base64url (RFC 7515 §3.1)."""
    if not isinstance(text, str) or text.count(".") != 2:
        return False
    return all(
        part and part.isascii() and part.replace("-", "a").replace("_", "a").isalnum() for part in text.split(".")
    )


def is_selective(text: object) -> bool:
    """Whether this is an SD-JWT: a token, and disclosures after tildes (RFC 9901 §4)."""
    return isinstance(text, str) and "~" in text and is_token(text.partition("~")[0])


def _json(text: str) -> object:
    if not text:
        raise UnreadableFile("The file is empty.")
    if text[0] not in "{[":
        raise UnreadableFile("The file holds neither JSON, XML nor a table, nor is it an archive, a picture or a PDF.")
    try:
        return strict_json(text)
    except BadInput as error:
        raise UnreadableFile(error.message) from None


def _unwrap(document: object) -> object:
    """Take a document out of its wrapping: a JAdES seal (whose certificate chain is not checked here, so the result
    counts as unsigned) or the upload form of the Europass builder."""
    if isinstance(document, Mapping) and "signatures" in document and isinstance(document.get("payload"), str):
        payload = str(document["payload"])
        return _json(payload if payload.lstrip().startswith("{") else decode(_base64url(payload)))
    if isinstance(document, Mapping) and isinstance(document.get("credential"), Mapping):
        return document["credential"]
    return document


def _base64url(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise UnreadableFile("The sealed payload is neither JSON nor base64url.") from None
