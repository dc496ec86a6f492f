"""A small web server for the scenarios: it gives one file, takes what is posted, and remembers both."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Place:
    """What the server gives at /file, and what was posted to it, by path."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.posted: dict[str, list[bytes]] = {}
        self.headers: dict[str, str] = {}
        self.address = ""
        #: Told of everything that is posted, when it is.
        self.listener: Callable[[bytes], None] = lambda _content: None

    def told(self, path: str) -> list[Any]:
        """Return the JSON documents that were posted to a path."""
        return [json.loads(each) for each in self.posted.get(path, [])]


@contextmanager
def serving(content: bytes) -> Iterator[Place]:
    """Serve a place on a free port of this machine until the end of the block."""
    place = Place(content)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(200 if self.path == "/file" else 404, place.content if self.path == "/file" else b"")

        def do_POST(self) -> None:
            place.headers = {name.lower(): value for name, value in self.headers.items()}
            content = self._body()
            place.posted.setdefault(self.path, []).append(content)
            self._answer(200, b"")
            place.listener(content)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
