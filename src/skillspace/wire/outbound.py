"""Calls to other nodes: one client with bounded time, size and reach, so that no peer can lead us elsewhere."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore2 as httpcore
import httpx2 as httpx

from skillspace.kernel.errors import BadInput, PeerUnreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
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
        transport = _Transport(_Reach(self._allow))
        self._client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=3.0), transport=transport, trust_env=False)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | Iterable[bytes] | None = None,
        max_bytes: int = MAX_REPLY_BYTES,
    ) -> Reply:
        """Send one request, its body as `json` or as `content`; read its whole reply, up to `max_bytes` unpacked."""
        with self.stream(method, url, headers=headers, json=json, content=content) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > max_bytes:
                    raise BadInput(f"{_host(url)} answered with more than {max_bytes} bytes.")
            return Reply(status=response.status_code, headers=dict(response.headers), body=bytes(body))

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | Iterable[bytes] | None = None,
    ) -> Iterator[httpx.Response]:
        """Open a request whose reply is read piece by piece."""
        self._check(url)
        try:
            with self._client.stream(method, url, headers=dict(headers or {}), json=json, content=content) as response:
                if response.status_code >= 500:
                    raise PeerUnreachable(f"{_host(url)} answered {response.status_code}; it will be asked again.")
                yield response
        except httpx.TransportError as fault:
            raise PeerUnreachable(f"{_host(url)} does not answer ({type(fault).__name__}).") from fault

    def addresses(self, host: str) -> list[Address]:
        """Return where a host's name leads. Raises PeerUnreachable when nowhere, BadInput where nodes may not call."""
        found = _addresses(host)
        self._allow(host, found)
        return found

    def close(self) -> None:
        """Close every kept connection."""
        self._client.close()

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise BadInput(f"{url[:100]!r} is not an address a node can call.")
        addresses = _addresses(parts.hostname)
        if parts.scheme != "https" and not (self._loopback and all(address.is_loopback for address in addresses)):
            raise BadInput(f"{_host(url)} is not reached over HTTPS.")
        self._allow(parts.netloc[:100], addresses)

    def _allow(self, name: str, addresses: list[Address]) -> None:
        if self._loopback and all(address.is_loopback for address in addresses):
            return
        if not all(address.is_global for address in addresses):
            raise BadInput(f"{name} leads to an address inside a network; nodes only call public addresses.")


class _Reach(httpcore.SyncBackend):
    """Connects to the very addresses that were allowed: a name that soon means another place leads nowhere."""

    def __init__(self, allow: Callable[[str, list[Address]], None]) -> None:
        self._allow = allow

    def connect_tcp(self, host: str, port: int, *options: Any, **more: Any) -> httpcore.NetworkStream:
        """Look the host up, check what it means now, and try each of its addresses."""
        addresses = _addresses(host.strip("[]"))
        self._allow(host, addresses)
        *first, last = dict.fromkeys(map(str, addresses))
        for address in first:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return super().connect_tcp(address, port, *options, **more)
        return super().connect_tcp(last, port, *options, **more)


class _Transport(httpx.HTTPTransport):
    """The library's transport over connections of ours; certificates are checked against the name, as ever."""

    def __init__(self, reach: _Reach) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=40,
            max_keepalive_connections=20,
            keepalive_expiry=4.0,
            network_backend=reach,
        )


def _addresses(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise PeerUnreachable(f"{host} has no address ({fault.strerror or fault}).") from fault
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]


def _host(url: str) -> str:
    return urlsplit(url).netloc[:100]
