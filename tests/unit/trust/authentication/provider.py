"""A small identity provider of a test: a real HTTP server that gives and signs access tokens (RFC 6749 §4.4)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENTS = {"client-of-school": "secret-of-school-0001", "client-of-bureau": "secret-of-bureau-0002"}
NAMES = {"client-of-school": "urn:connector:school", "client-of-bureau": "urn:connector:bureau"}


class _Handler(BaseHTTPRequestHandler):
    server: IdentityProvider

    def do_GET(self) -> None:
        """Answer with the public keys."""
        self.server.asked.append(self.path)
        if self.server.status_of_keys != 200:
            self._say(self.server.status_of_keys, {})
        else:
            self._say(200, {"keys": [key.as_dict(private=False) for key in self.server.keys]})

    def do_POST(self) -> None:
        """Give a token to a client that knows its secret."""
        self.server.asked.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        client, secret = form.get("client_id", [""])[0], form.get("client_secret", [""])[0]
        if CLIENTS.get(client) != secret or form.get("grant_type") != ["client_credentials"]:
            self._say(401, {"error": "invalid_client"})
            return
        token = self.server.token(sub=NAMES[client], aud=form.get("audience", [""])[0])
        self._say(200, {"access_token": token, "token_type": "Bearer", "expires_in": self.server.lifetime})

    def _say(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


class IdentityProvider(ThreadingHTTPServer):
    """The provider; the last of `keys` signs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys = [self._key("first")]
        self.lifetime = 300
        self.status_of_keys = 200
        self.asked: list[str] = []

    def _key(self, kid: str) -> RSAKey:
        return RSAKey.generate_key(2048, parameters={"kid": kid, "use": "sig", "alg": "RS256"})

    @property
    def issuer(self) -> str:
        """Its name and address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def public_pem(self) -> bytes:
        """The signing key as everybody can have it."""
        return self.keys[-1].as_pem(private=False)

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.keys.append(self._key(f"key-{len(self.keys)}"))

    def token(self, *, key: RSAKey | None = None, alg: str = "RS256", **changes: Any) -> str:
        """Sign a token, usual but for `changes`; a claim that is None is left out."""
        at = int(time.time())
        claims = {"iss": self.issuer, "sub": "urn:connector:bureau", "aud": "urn:connector:school", "iat": at}
        claims |= {"exp": at + self.lifetime} | changes
        present = {name: value for name, value in claims.items() if value is not None}
        signing = key or self.keys[-1]
        return jwt.encode(
            {"alg": alg, "kid": signing.kid or "first", "typ": "at+jwt"}, present, signing, algorithms=[alg]
        )


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Run one within the block."""
    made = IdentityProvider()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()
