"""Sending a payload: files straight from memory where they are at hand, everything else piece by piece in threads, and
all of it broken off when its transfer stops."""

from __future__ import annotations

import asyncio
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from skillspace.exchange.dataplane.files import PIECE, FileContent
from skillspace.exchange.dataplane.sources import Payload
from skillspace.kernel.errors import SkillspaceError

log = structlog.get_logger()

#: Something long looks this often whether its transfer still stands.
LOOK_AGAIN_SECONDS = 1.0
#: The name of an offer by the web server: to send part of a file itself; see `node.file_sending`.
FILE_SENDING = "skillspace.file-sending"
#: As many sources may keep a thread waiting at once; they have threads of their own, so that the node still answers.
THREADS = 64


#: Sends bytes of a file, from one place on, so many of them; tells how many went out.
FileSending = Callable[[int, int, int], Awaitable[int]]


class Reader:
    """Pieces read in threads: closing waits for the piece in hand, and never disturbs it."""

    def __init__(self, payload: Payload, pieces: Iterable[bytes]) -> None:
        self._payload = payload
        self._pieces = iter(pieces)
        self._lock = threading.Lock()
        self._is_closed = False

    def next(self) -> bytes | None:
        """Return the next piece, None after the last."""
        with self._lock:
            return None if self._is_closed else next(self._pieces, None)

    def close_soon(self) -> None:
        """Let go of the source without waiting: at once, or when the thread that has a piece in hand is done."""
        if self._lock.acquire(blocking=False):
            try:
                self._close()
            finally:
                self._lock.release()
        else:
            threading.Thread(target=self._close_after, daemon=True).start()

    def _close_after(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        self._is_closed = True
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()
        self._payload.close()


class Sending(Response):
    """An answer that sends `pieces` of a payload, or `file` bytes `first` and following, while `stands()` is true.

    When the transfer stops, or the source fails, the connection ends before the announced end: nobody takes a part for
    the whole.
    """

    def __init__(
        self,
        payload: Payload,
        *,
        status: int,
        headers: Mapping[str, str],
        stands: Callable[[], bool],
        pieces: Iterable[bytes] | None = None,
        part: tuple[int, int] | None = None,
        has_body: bool = True,
    ) -> None:
        super().__init__(None, status_code=status)
        # Without a body the library would announce a length of its own.
        self.raw_headers = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
        self._payload = payload
        self._stands = stands
        self._part = part
        self._reader = Reader(payload, payload.pieces() if pieces is None else pieces)
        self._has_body = has_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send, watch the transfer, and notice a consumer who went away."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if not self._has_body or scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            offer = (scope.get("extensions") or {}).get(FILE_SENDING)
            tasks = [asyncio.ensure_future(one) for one in (self._send_all(send, offer), self._watch(), _gone(receive))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            fault = None if tasks[0].cancelled() else tasks[0].exception()
            if fault is not None:
                _tell(fault, scope["path"])
        finally:
            self._reader.close_soon()

    async def _send_all(self, send: Send, offer: FileSending | None) -> None:
        content = self._payload.content
        if self._part is not None and isinstance(content, FileContent):
            await self._send_file(content, send, offer)
        else:
            limiter = _limiter()
            while True:
                piece = await to_thread.run_sync(self._reader.next, abandon_on_cancel=True, limiter=limiter)
                if piece is None:
                    break
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _send_file(self, content: FileContent, send: Send, offer: FileSending | None) -> None:
        assert self._part is not None  # noqa: S101 - asked before
        at, end = self._part[0], self._part[0] + self._part[1]
        if offer is not None and end - at >= PIECE:
            at += await offer(content.fd, at, end - at)
        while at < end:
            count = min(PIECE, end - at)
            if content.is_at_hand(at + count - 1):
                piece = content.piece(at, count)
            else:
                piece = await to_thread.run_sync(content.piece, at, count, abandon_on_cancel=True, limiter=_limiter())
            if not piece:
                raise EOFError("The file was cut while it was sent.")
            at += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            # A fast consumer never makes us wait: the others get their turn here.
            await asyncio.sleep(0)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            if not await to_thread.run_sync(self._stands, abandon_on_cancel=True):
                return


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _tell(fault: BaseException, path: str) -> None:
    """Log what broke a stream by its kind only: a source's own words may hold what must not leave it."""
    why = fault.message if isinstance(fault, SkillspaceError) else type(fault).__name__
    log.warning("data.broken_off", path=path, why=why)


def packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pack with gzip, piece by piece; a slow source's data are not held back until a block is full."""
    packer = zlib.compressobj(level=5, wbits=31)
    sent = time.monotonic()
    try:
        for piece in pieces:
            small = packer.compress(piece)
            if not small and time.monotonic() - sent >= LOOK_AGAIN_SECONDS:
                small = packer.flush(zlib.Z_SYNC_FLUSH)
            if small:
                yield small
                sent = time.monotonic()
        yield packer.flush()
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()


_limiters: dict[int, CapacityLimiter] = {}


def _limiter() -> CapacityLimiter:
    """One limiter for each event loop: it cannot be shared between them."""
    loop = id(asyncio.get_running_loop())
    if loop not in _limiters:
        if len(_limiters) > 64:
            _limiters.clear()
        _limiters[loop] = CapacityLimiter(THREADS)
    return _limiters[loop]
