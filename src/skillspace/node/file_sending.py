"""Files from the disk to the line without a detour through this program: the kernel copies them (sendfile), a thread
waits. An addition to the web server's own protocol; where it is absent, data planes send files piece by piece."""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from skillspace.exchange.dataplane.sending import FILE_SENDING

#: As many lines may be served like this at once; more are served piece by piece.
AT_ONCE = 16
#: A consumer that takes nothing for so long does not keep a thread: what is left goes piece by piece.
PATIENCE_S = 2.0
PORTION = 4 * 1024 * 1024
LOOK_MS = 200

_seats = threading.BoundedSemaphore(AT_ONCE)
_threads = ThreadPoolExecutor(AT_ONCE, "file-sending")


class FileSendingProtocol(HttpToolsProtocol):
    """Offers applications to send a part of a file as the body they announced (scope extension `FILE_SENDING`)."""

    def on_headers_complete(self) -> None:
        """Make the offer, bound to the very request it belongs to; not over TLS, where the kernel has no key."""
        super().on_headers_complete()
        if self.scheme == "http" and self.cycle is not None and self.cycle.scope is self.scope:
            extensions: dict[Any, Any] = {FILE_SENDING: partial(send_file, self.cycle)}
            self.scope["extensions"] = extensions


async def send_file(cycle: RequestResponseCycle, fd: int, first: int, count: int) -> int:
    """Send `count` bytes of the file `fd` from `first` behind what was sent before, and return how many went out.

    Fewer than asked for: the consumer is slow, or there is no seat; the caller sends the rest.
    """
    line = cycle.transport.get_extra_info("socket")
    if line is None or cycle.disconnected or not _seats.acquire(blocking=False):
        return 0
    stopped, is_handed_over = threading.Event(), False
    try:
        # The headers are on their way through the server's own buffer, and must be out first.
        while cycle.transport.get_write_buffer_size():
            if cycle.disconnected:
                return 0
            await asyncio.sleep(0.001)
        copies = os.dup(line.fileno()), os.dup(fd)
        is_handed_over = True
        work = asyncio.get_running_loop().run_in_executor(_threads, _copy, *copies, first, count, stopped)
        # Given up or not, the thread runs to its end, where it closes what is its own.
        sent = await asyncio.shield(work)
    finally:
        stopped.set()
        if not is_handed_over:
            _seats.release()
    if cycle.expected_content_length is not None:
        cycle.expected_content_length -= sent
    return sent


def _copy(line: int, file: int, first: int, count: int, stopped: threading.Event) -> int:
    """Let the kernel copy, as fast as the line takes it; the thread owns its two copies of the descriptors."""
    at, end, moved = first, first + count, time.monotonic()
    poller = select.poll()
    poller.register(line, select.POLLOUT)
    try:
        while at < end and not stopped.is_set():
            if not poller.poll(LOOK_MS):
                if time.monotonic() - moved > PATIENCE_S:
                    break
                continue
            try:
                sent = os.sendfile(line, file, at, min(PORTION, end - at))
            except BlockingIOError:
                continue
            if sent == 0:
                break
            at, moved = at + sent, time.monotonic()
    except OSError:
        # The consumer hung up; the server notices by itself.
        pass
    finally:
        os.close(line)
        os.close(file)
        _seats.release()
    return at - first
