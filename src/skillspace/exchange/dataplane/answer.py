"""An answer of the data plane: the whole, a part, or nothing new (RFC 9110 §13 to §15), packed where that pays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import Response
from fastapi.responses import JSONResponse

from skillspace.exchange.dataplane.ranges import NotInRange, Span, asked_span, is_known, write_digest
from skillspace.exchange.dataplane.sending import Sending, packed
from skillspace.exchange.dataplane.sources import Payload
from skillspace.exchange.door import accepts_gzip
from skillspace.kernel.errors import Refused, SkillspaceError

#: Media types that are text and shrink; everything else is sent as it is.
_SHRINKS = ("text/", "application/json", "application/x-ndjson", "application/xml")
_SHRINKS_ENDINGS = ("+json", "+xml")


def answer(payload: Payload, asked: Mapping[str, str], method: str, stands: Callable[[], bool]) -> Response:
    """Answer a request whose headers (lower-case names) are `asked`; the payload is closed when all is sent."""
    headers = dict(payload.headers)
    headers |= {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    headers["Content-Type"] = payload.media_type
    if payload.etag is not None and method in ("GET", "HEAD") and is_known(asked.get("if-none-match"), payload.etag):
        payload.close()
        return Response(status_code=304, headers=headers | {"ETag": f'"{payload.etag}"'})
    if payload.digest is not None:
        headers["Repr-Digest"] = write_digest(payload.digest)
    if "range" not in asked and accepts_gzip(asked.get("accept-encoding")) and _shrinks(payload.media_type):
        return _packed(payload, headers, stands)
    if payload.etag is not None:
        headers["ETag"] = f'"{payload.etag}"'
    return _plain(payload, asked, headers, method, stands)


def refusal(fault: SkillspaceError) -> Response:
    """Say no as JSON: a refusal is 403 whatever its kind, so that nobody learns which tokens exist."""
    status = 403 if isinstance(fault, Refused) else fault.http_status
    return JSONResponse({"code": fault.code, "message": fault.message}, status, {"Cache-Control": "no-store"})


def _packed(payload: Payload, headers: dict[str, str], stands: Callable[[], bool]) -> Response:
    """The packed form is the same data but not the same bytes (RFC 9110 §8.8.1), and has no known length."""
    headers["Content-Encoding"] = "gzip"
    headers.pop("Repr-Digest", None)
    if payload.etag is not None:
        headers["ETag"] = f'W/"{payload.etag}"'
    return Sending(payload, status=payload.status, headers=headers, stands=stands, pieces=packed(payload.pieces()))


def _plain(
    payload: Payload, asked: Mapping[str, str], headers: dict[str, str], method: str, stands: Callable[[], bool]
) -> Response:
    content = payload.content
    if content is None:
        return Sending(payload, status=payload.status, headers=headers, stands=stands)
    headers["Accept-Ranges"] = "bytes"
    try:
        span = asked_span(asked, payload.etag, content.length) if method == "GET" else None
    except NotInRange as fault:
        headers["Content-Range"] = f"bytes */{content.length}"
        payload.close()
        return JSONResponse(
            {"code": fault.code, "message": fault.message}, 416, {"Content-Range": headers["Content-Range"]}
        )
    if span is None:
        headers["Content-Length"] = str(content.length)
        part = (0, content.length)
        return Sending(payload, status=200, headers=headers, stands=stands, part=part)
    return _part(payload, headers, span, stands)


def _part(payload: Payload, headers: dict[str, str], span: Span, stands: Callable[[], bool]) -> Response:
    assert payload.content is not None  # noqa: S101 - a span was cut from it
    headers |= {"Content-Range": str(span), "Content-Length": str(span.count)}
    pieces = payload.content.read(span.first, span.count)
    return Sending(payload, status=206, headers=headers, stands=stands, pieces=pieces, part=(span.first, span.count))


def _shrinks(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind.startswith(_SHRINKS) or kind.endswith(_SHRINKS_ENDINGS)
