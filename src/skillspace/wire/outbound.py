"""Calls to other nodes: one client with bounded time, size and reach, so that no peer can lead us elsewhere."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2 as httpx

from skillspace.kernel.errors import BadInput, PeerUnreachable

MAX_REPLY_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a peer answered: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """An HTTP client for talking to peers.

    HTTPS only and public addresses only, unless `loopback` (a data space on one machine), which admits plain HTTP to
    127.0.0.0/8 and ::1 and nothing else. Redirects are not followed: a peer cannot send us to another place. Raises
    PeerUnreachable when nobody answers in time or the answer is a 5xx, BadInput when the address is not allowed.
    """

    def __init__(self, *, loopback: bool = False, timeout_s: float = 15.0) -> None:
        self._loopback = loopback
        limits = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=4.0)
        self._client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=3.0), limits=limits, trust_env=False)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        max_bytes: int = MAX_REPLY_BYTES,
    ) -> Reply:
        """Send one request and read its whole reply, up to `max_bytes` (decompressed)."""
        with self.stream(method, url, headers=headers, json=json) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > max_bytes:
                    raise BadInput(f"{_host(url)} answered with more than {max_bytes} bytes.")
            return Reply(status=response.status_code, headers=dict(response.headers), body=bytes(body))

    @contextmanager
    def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, json: object = None
    ) -> Iterator[httpx.Response]:
        """Open a request whose reply is read piece by piece."""
        self._check(url)
        try:
            with self._client.stream(method, url, headers=dict(headers or {}), json=json) as response:
                if response.status_code >= 500:
                    raise PeerUnreachable(f"{_host(url)} answered {response.status_code}; it will be asked again.")
                yield response
        except httpx.TransportError as fault:
            raise PeerUnreachable(f"{_host(url)} does not answer ({type(fault).__name__}).") from fault

    def close(self) -> None:
        """Close every kept connection."""
        self._client.close()

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise BadInput(f"{url[:100]!r} is not an address a node can call.")
        addresses = _addresses(parts.hostname)
        if self._loopback and all(address.is_loopback for address in addresses):
            return
        if parts.scheme != "https":
            raise BadInput(f"{_host(url)} is not reached over HTTPS.")
        if not all(address.is_global for address in addresses):
            raise BadInput(f"{_host(url)} leads to an address inside a network; nodes only call public addresses.")


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise PeerUnreachable(f"{host} has no address ({fault.strerror or fault}).") from fault
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]


def _host(url: str) -> str:
    return urlsplit(url).netloc[:100]
