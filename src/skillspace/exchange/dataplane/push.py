"""Pushing: a stored task sends a dataset to the consumer's sink, goes on where it stopped, and ends the transfer."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx2 as httpx
import structlog

from skillspace.exchange.dataplane import sending
from skillspace.exchange.dataplane.plane import Asked, DataPlane
from skillspace.exchange.dataplane.pull import refused
from skillspace.exchange.dataplane.ranges import Span, write_digest
from skillspace.exchange.dataplane.sources import Content, Payload, PullRequest
from skillspace.exchange.messages import HTTP_PUSH
from skillspace.exchange.parties import PROVIDER
from skillspace.exchange.transfer import Transfer, Transfers, TransferState
from skillspace.exchange.transfer.steps import PUSH
from skillspace.kernel.errors import BadInput, Conflict, NotFound, PeerUnreachable, Refused, Unavailable
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.wire.outbound import Outbound

log = structlog.get_logger()

MAX_REPLY_BYTES = 64 * 1024
#: So much goes in one request; after each the sink says how far it came.
PORTION = 64 * 1024 * 1024
#: As many pushes run at once; each keeps one of the node's worker threads busy.
AT_ONCE = 2
SOON = timedelta(milliseconds=500)
#: A refusal may cross our peer's own message that explains it; so often it is tried before the transfer is ended.
TRIES_WHEN_REFUSED = 3


class Stopped(Conflict):
    """The transfer is not started any more."""


@dataclass(frozen=True, kw_only=True)
class _Sink:
    """The consumer's end: where it is, what opens it, how far it came; `offset` is None where it cannot go on."""

    endpoint: str
    headers: Mapping[str, str]
    offset: int | None
    is_whole: bool = False


class Pushes:
    """Sends what transfers of the format HttpData-PUSH ask for, as provider."""

    def __init__(self, *, plane: DataPlane, transfers: Transfers, database: Database, outbound: Outbound) -> None:
        self._plane = plane
        self._transfers = transfers
        self._database = database
        self._outbound = outbound
        self._seats = threading.BoundedSemaphore(AT_ONCE)

    def register(self, book: TaskBook) -> None:
        """Take the task that a started push leaves."""
        book.on_task(PUSH, self._run)

    def _run(self, run: TaskRun) -> None:
        pid = str(run.payload["transfer"])
        if not self._seats.acquire(blocking=False):
            with run.finishing(again_after=SOON):
                return
        try:
            self._push(pid)
        except Stopped:
            with run.finishing() as work:
                self._again_if_resumed(work, pid)
        except (Refused, BadInput, NotFound, Conflict) as fault:
            if isinstance(fault, Refused) and run.attempt < TRIES_WHEN_REFUSED:
                raise
            log.warning("data.push_failed", transfer=pid, why=fault.message)
            with run.finishing() as work:
                if self._started(work, pid) is not None:
                    self._transfers.terminate(work, pid, fault.message)
        else:
            with run.finishing() as work:
                if self._started(work, pid) is not None:
                    self._transfers.complete(work, pid)
        finally:
            self._seats.release()

    def _again_if_resumed(self, work: Work, pid: str) -> None:
        """Go on when the transfer was resumed between our noticing and now: that left no second task."""
        if self._started(work, pid) is not None:
            work.enqueue(PUSH, {"transfer": pid})

    def _started(self, work: Work, pid: str) -> Transfer | None:
        try:
            found = self._transfers.transfer(work, pid)
        except NotFound:
            return None
        is_ours = found.role == PROVIDER and found.format == HTTP_PUSH and found.address is not None
        return found if is_ours and found.state is TransferState.STARTED else None

    def _asked(self, pid: str) -> tuple[Transfer, PullRequest]:
        with self._database.reading() as work:
            transfer = self._started(work, pid)
            request = self._plane.request(work, transfer, Asked()) if transfer else None
        if transfer is None or request is None:
            raise Stopped()
        return transfer, request

    def _push(self, pid: str) -> None:
        transfer, request = self._asked(pid)
        payload = self._plane.open(request, is_push=True)
        try:
            sink = self._greet(transfer, payload)
            if sink.is_whole:
                return
            if sink.offset is None:
                self._send_whole("POST", transfer, sink, payload)
            elif payload.content is None:
                self._send_whole("PUT", transfer, sink, payload)
            else:
                self._send_portions(transfer, sink, payload.content)
        finally:
            payload.close()

    def _greet(self, transfer: Transfer, payload: Payload) -> _Sink:
        """Ask the sink how far it came (HEAD); one that does not say so gets everything in one request."""
        assert transfer.address is not None  # noqa: S101 - asked before
        endpoint, token = transfer.address["endpoint"], transfer.address["token"]
        headers = {"Content-Type": payload.media_type}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if payload.etag:
            headers["ETag"] = f'"{payload.etag}"'
        if payload.digest:
            headers["Repr-Digest"] = write_digest(payload.digest)
        asked = {name: text for name, text in headers.items() if name == "Authorization"}
        try:
            reply = self._call("HEAD", endpoint, asked)
        except PeerUnreachable:
            # A sink that knows no HEAD may answer 501; one that is not there will not answer what comes next either.
            return _Sink(endpoint=endpoint, headers=headers, offset=None)
        told = reply.headers.get("upload-offset", "")
        if reply.status_code >= 300 or not told.isdecimal():
            return _Sink(endpoint=endpoint, headers=headers, offset=None)
        check_limit(reply.headers.get("upload-limit", ""), payload, transfer.peer)
        is_same = reply.headers.get("upload-tag", "").strip('"') == (payload.etag or "")
        return _Sink(
            endpoint=endpoint,
            headers=headers,
            offset=int(told) if is_same and payload.etag else 0,
            is_whole=reply.headers.get("upload-complete") == "?1",
        )

    def _send_portions(self, transfer: Transfer, sink: _Sink, content: Content) -> None:
        at, length = sink.offset or 0, content.length
        while True:
            if at >= length:
                # Also what makes a sink look again that has all of it and did not say so, and what sends no bytes.
                reply = self._end(transfer, sink, length)
            else:
                span = Span(first=at, last=min(at + PORTION, length) - 1, length=length)
                headers = {"Content-Range": str(span), "Content-Length": str(span.count)}
                pieces = self._while_it_stands(transfer, _exactly(content.read(span.first, span.count), span.count))
                reply = self._send("PUT", transfer, sink, headers, pieces)
            if reply.status_code in (200, 201, 204):
                return
            told = reply.headers.get("upload-offset", "")
            if reply.status_code != 308 or not told.isdecimal() or not at < int(told) <= length:
                raise PeerUnreachable(f"{transfer.peer} does not say how far the data came; it will be asked again.")
            at = int(told)

    def _end(self, transfer: Transfer, sink: _Sink, length: int) -> httpx.Response:
        if length == 0:
            return self._send("PUT", transfer, sink, {"Content-Length": "0"}, [])
        return self._send("PUT", transfer, sink, {"Content-Range": f"bytes */{length}", "Content-Length": "0"}, [])

    def _send_whole(self, method: str, transfer: Transfer, sink: _Sink, payload: Payload) -> None:
        content, headers, pieces = payload.content, {}, payload.pieces()
        if content is not None:
            headers, pieces = {"Content-Length": str(content.length)}, _exactly(pieces, content.length)
        self._send(method, transfer, sink, headers, self._while_it_stands(transfer, pieces))

    def _send(
        self, method: str, transfer: Transfer, sink: _Sink, more: Mapping[str, str], pieces: Iterable[bytes]
    ) -> httpx.Response:
        reply = self._call(method, sink.endpoint, dict(sink.headers) | dict(more), pieces)
        if reply.status_code == 308:
            return reply
        if reply.status_code in (409, 412):
            raise PeerUnreachable(f"{transfer.peer} has other bytes than we thought; it will be asked again.")
        if reply.status_code >= 300:
            raise refused(reply, transfer.peer)
        return reply

    def _call(
        self, method: str, endpoint: str, headers: Mapping[str, str], pieces: Iterable[bytes] | None = None
    ) -> httpx.Response:
        try:
            with self._outbound.stream(method, endpoint, headers=headers, content=pieces) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_REPLY_BYTES:
                        break
                return httpx.Response(response.status_code, headers=_told(response), content=bytes(body))
        except httpx.InvalidURL as fault:
            raise BadInput("The consumer gave an address that cannot be called.") from fault

    def _while_it_stands(self, transfer: Transfer, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass pieces on; raise Stopped, which breaks the request off, once the transfer is not started any more."""
        looked = time.monotonic()
        for piece in pieces:
            if time.monotonic() - looked >= sending.LOOK_AGAIN_SECONDS:
                with self._database.reading() as work:
                    now = self._started(work, transfer.pid)
                if now is None or now.address != transfer.address:
                    raise Stopped()
                looked = time.monotonic()
            yield piece


def _exactly(pieces: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Pass pieces on; raise Unavailable when there are fewer bytes than were announced."""
    for piece in pieces:
        count -= len(piece)
        yield piece
    if count:
        raise Unavailable("The data changed while they were sent; they are sent anew.")


def check_limit(told: str, payload: Payload, peer: str) -> None:
    """Raise BadInput when the data are larger than a sink says it takes, rather than send them in vain."""
    found = re.search(r"max-size=(\d{1,18})", told)
    if found and payload.content is not None and payload.content.length > int(found.group(1)):
        raise BadInput(f"{peer} takes no more than {found.group(1)} bytes.")


def _told(response: httpx.Response) -> dict[str, str]:
    """The headers without those that speak of the body on its way: it was read and unpacked."""
    about_body = ("content-", "transfer-")
    return {name: text for name, text in response.headers.items() if not name.startswith(about_body)}
