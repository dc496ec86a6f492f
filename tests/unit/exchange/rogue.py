"""A peer that behaves badly: a real HTTP server that answers whatever a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request, kept with its body, and the answer the test wants."""

    server: Server

    def answer(self) -> None:
        """Answer as told."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.content: dict[str, Any] = json.loads(body) if body else {}
        self.server.asked.append((self.command, self.path, self.content))
        self.server.answers[min(len(self.server.asked), len(self.server.answers)) - 1](self)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the library's names

    def say(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, text in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


class Server(ThreadingHTTPServer):
    """The server; `answers` are given one after the other, the last one for good."""

    daemon_threads = True

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests want."""


@contextmanager
def rogue(*answers: Answer) -> Iterator[Server]:
    """Run a rogue peer within the block."""
    server = Server(list(answers))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def says(status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> Answer:
    """Answer always the same."""
    return lambda handler: handler.say(status, body, kind, **headers)
