"""Statements that travel with their attachments: multipart/mixed, read and written (RFC 2046 §5.1; xAPI §4.1.3)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillspace.records.statements.values import NotAStatement, sha2, wrong

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
MAX_PARTS = 200
"""How many attachments come in one request at most; our own bound."""
MAX_HEADERS = 4096
_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))", re.IGNORECASE)
_HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_HASH = "x-experience-api-hash"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """The bytes that belong to an attachment; `sha2` is their hash in small hexadecimal digits."""

    sha2: str
    content_type: str
    body: bytes = field(repr=False)


def boundary_of(content_type: str) -> str:
    """Return the boundary a Content-Type names; raise NotAStatement."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise NotAStatement("The Content-Type multipart/mixed needs its boundary.")
    return found[1] or found[2]


def read_parts(body: bytes, boundary: str) -> tuple[bytes, dict[str, Attachment]]:
    """Return the JSON of the first part and the attachments in the others, by hash; raise NotAStatement.

    Lines may end without a carriage return, as some clients send them.
    """
    parts = list(_split(body, boundary))
    if not parts:
        raise NotAStatement("The first part must hold the statements, as application/json.")
    if len(parts) > MAX_PARTS + 1:
        raise NotAStatement(f"At most {MAX_PARTS} attachments come in one request.")
    headers, statements = parts[0]
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotAStatement("The first part must hold the statements, as application/json.")
    attachments = {}
    for place, (named, content) in enumerate(parts[1:], start=2):
        one = _attachment(named, content, f"part {place}")
        attachments[one.sha2] = one
    return statements, attachments


def matched(
    statements: Iterable[Mapping[str, Any]], attachments: Mapping[str, Attachment]
) -> Iterator[tuple[Mapping[str, Any], list[Attachment]]]:
    """Give each statement with the attachments that are its own.

    Raises NotAStatement when an attachment came neither as a part nor with the address it is to be had from, when a
    part belongs to no statement, and at once after the last statement.
    """
    used: set[str] = set()
    for place, statement in enumerate(statements, start=1):
        own = {}
        for number, described in enumerate(statement.get("attachments", ())):
            name = described["sha2"].lower()
            if name in attachments:
                own[name] = attachments[name]
            elif "fileUrl" not in described or described["usageType"] == SIGNATURE:
                raise wrong(f"statement {place}.attachments[{number}]", "its bytes are missing; send them as a part")
        used.update(own)
        yield statement, list(own.values())
    if used != attachments.keys():
        raise NotAStatement("A part has a hash that no attachment of a statement names.")


def write_parts(content: bytes, attachments: Sequence[Attachment]) -> tuple[str, bytes]:
    """Return statements with their attachments, as the Content-Type and the body of an answer."""
    boundary = f"skillspace-{secrets.token_hex(16)}"
    pieces = [f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode(), content]
    for one in attachments:
        pieces.append(
            f"\r\n--{boundary}\r\nContent-Type: {one.content_type}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {one.sha2}\r\n\r\n".encode()
        )
        pieces.append(one.body)
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    return f"multipart/mixed; boundary={boundary}", b"".join(pieces)


def _attachment(headers: Mapping[str, str], content: bytes, where: str) -> Attachment:
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        raise wrong(where, "an attachment has the header Content-Transfer-Encoding: binary")
    if _HASH not in headers:
        raise wrong(where, "an attachment has the header X-Experience-API-Hash")
    named = sha2(headers[_HASH], f"{where}, X-Experience-API-Hash").lower()
    if hashlib.new(_HASHES[len(named)], content).hexdigest() != named:
        raise wrong(where, "its hash is another one than X-Experience-API-Hash says")
    content_type = headers.get("content-type", "application/octet-stream")
    if not (content_type.isascii() and content_type.isprintable()):
        raise wrong(f"{where}, Content-Type", "this has characters that no header can have")
    return Attachment(sha2=named, content_type=content_type, body=content)


def _split(body: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    """Give the headers and the content of each part; raise NotAStatement when the last boundary is missing."""
    edge = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*(?=\r?\n|$)")
    begin = None
    for found in edge.finditer(body):
        if begin is not None:
            yield _part(body[begin : found.start()])
        begin = found.end()
        if found[1]:
            return
    raise NotAStatement("The parts do not end with the boundary that the Content-Type names.")


def _part(piece: bytes) -> tuple[dict[str, str], bytes]:
    piece = piece[2:] if piece.startswith(b"\r\n") else piece[1:]
    if piece.startswith((b"\r\n", b"\n")):
        return {}, piece[2:] if piece.startswith(b"\r\n") else piece[1:]
    end = re.compile(rb"\r?\n\r?\n").search(piece, 0, MAX_HEADERS)
    if end is None:
        raise NotAStatement("A part has headers, an empty line, and its content.")
    headers = {}
    for line in piece[: end.start()].decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers, piece[end.end() :]
