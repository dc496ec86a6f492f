"""A small web server on this machine, for tests: what it publishes by path, and what it was asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """What is published at `base`, by path; a path that is not there is answered 404, one that is None 500."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | None] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                body = site.pages.get(self.path)
                self.send_response(200 if body is not None else 500 if self.path in site.pages else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def publish(self, path: str, document: object) -> None:
        """Publish a document as JSON."""
        self.pages[path] = json.dumps(document).encode()


@contextmanager
def running_site() -> Iterator[Site]:
    """A site that answers until the end of the block."""
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
