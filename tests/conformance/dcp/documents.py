"""The DID documents of the kit's own parties, completed: this version of the kit leaves the verification relationships
out, which DCP 1.0 §4.3.3 demands of the one and every later version of the kit writes. Our node stays strict; so the
documents are served here, as the kit gives them, with the relationships that its keys are used for.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

PURPOSES = ("authentication", "assertionMethod", "capabilityInvocation")


def did(port: int, run: str, role: str) -> str:
    """Return the DID of a party of the kit; each run has its own, because the kit makes new keys each time."""
    return f"did:web:{quote(f'127.0.0.1:{port}', safe='')}:{run}:{role}"


@contextmanager
def served(port: int, kit_port: int) -> Iterator[None]:
    """Serve ``/RUN/ROLE/did.json`` until the end of the block, fetched from the kit each time."""
    place = ThreadingHTTPServer(("127.0.0.1", port), _handler(kit_port))
    thread = threading.Thread(target=place.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        place.shutdown()
        place.server_close()
        thread.join()


def completed(document: dict[str, object]) -> dict[str, object]:
    """Add the relationships to a document that has none; one that names any stays as it is."""
    methods = document.get("verificationMethod")
    if any(purpose in document for purpose in PURPOSES) or not isinstance(methods, list):
        return document
    return document | {purpose: [method["id"] for method in methods] for purpose in PURPOSES}


def _handler(kit_port: int) -> type[BaseHTTPRequestHandler]:
    class Documents(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            role = self.path.split("/")[-2]
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{kit_port}/{role}/did.json", timeout=5) as answer:
                    body = json.dumps(completed(json.load(answer))).encode()
            except (urllib.error.URLError, OSError, ValueError):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the kit's own log tells enough."""

    return Documents
