"""Running a node: until it is stopped, or for the few moments in which a command needs it to answer."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI

from skillspace.kernel.errors import Conflict, Unavailable
from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.node.encryption import Encryption
from skillspace.node.file_sending import FileSendingProtocol
from skillspace.node.settings import Settings

#: So often, in seconds, a node looks whether its certificate was renewed.
LOOK_FOR_RENEWED_S = 60


#: So long, in seconds, a node that stops waits for the other side of an encrypted connection to say goodbye.
GOODBYE_S = 0.5


class _Protocol(FileSendingProtocol):
    """Ends encrypted connections when the node stops, whose other side may keep them open and say nothing."""

    def shutdown(self) -> None:
        """End the connection, or let it end after the answer that is on its way."""
        super().shutdown()
        if self.scheme == "https" and self.transport.is_closing():
            self.loop.call_later(GOODBYE_S, self.transport.abort)


class _Server(uvicorn.Server):
    """Listens before the node begins to work: those it calls ask back at once, for its DID document or credentials."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop; who connects before the node is ready waits a moment instead of finding nobody."""
        if sockets is None:
            place = self.config.bind_socket()
            place.listen(self.config.backlog)
            sockets = [place]
        super().run(sockets)


def server(node: Node, app: FastAPI | None = None) -> uvicorn.Server:
    """Return a server for a composed node (and its application, if that was made already), not running yet.

    Raises BadInput when certificate and key, where it has such, are none.
    """
    settings = node.settings
    encryption = Encryption(settings.folder, settings.tls) if settings.tls is not None else None

    async def look_for_renewed() -> None:
        if encryption is not None:
            await asyncio.to_thread(encryption.renew)

    config = uvicorn.Config(
        app or application(node),
        host=settings.host,
        port=settings.port,
        http=_Protocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=5,
        forwarded_allow_ips=[str(each) for each in settings.proxies],
        ssl_context_factory=(lambda _config, _usual: encryption.context) if encryption is not None else None,
        callback_notify=look_for_renewed,
        timeout_notify=LOOK_FOR_RENEWED_S,
    )
    return _Server(config)


def serve_forever(settings: Settings) -> None:
    """Compose and run a node until it is told to stop."""
    if _is_taken(settings):
        raise Conflict(f"Port {settings.port} on {settings.host} is in use; is the node already running?")
    server(compose(settings)).run()


@contextmanager
def answering(node: Node, *, within_s: float = 15.0) -> Iterator[None]:
    """Let a node answer in a thread of this process, unless its address already answers (it is running)."""
    if _is_taken(node.settings):
        yield
        node.stop()
        return
    with in_a_thread(server(node), within_s=within_s):
        yield


@contextmanager
def in_a_thread(running: uvicorn.Server, *, within_s: float = 15.0) -> Iterator[None]:
    """Let a server answer until the end of the block; raises Unavailable when it does not begin to."""
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + within_s
    while not running.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise Unavailable(f"Nobody began to answer on port {running.config.port}.")
        time.sleep(0.01)
    try:
        yield
    finally:
        running.should_exit = True
        thread.join(timeout=within_s)


def _is_taken(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((settings.host, settings.port)) == 0


def configure_log(level: int) -> None:
    """Plain lines, and tracebacks without the values of variables: those may be tokens or people's data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
