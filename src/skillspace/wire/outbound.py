"""Calls to other nodes: one client with bounded time, size and reach, so that no peer can lead us elsewhere."""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
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
    127.0.0.0/8 and ::1 and nothing else, or `plain`, which admits plain HTTP to public addresses as well, for what
    proves itself whichever way it comes, such as signed lists. Redirects are not followed: a peer cannot send us to
    another place. Raises PeerUnreachable when nobody answers in time or the answer is a 5xx, BadInput when the address
    is not allowed.
    `timeout_s` is how long a peer may be silent, `answer_s` how long it may take for all of an answer, byte by byte.
    """

    def __init__(
        self, *, loopback: bool = False, plain: bool = False, timeout_s: float = 15.0, answer_s: float = 60.0
    ) -> None:
        self._loopback = loopback
        self._plain = plain
        self._answer_s = answer_s
        self._deadline = _Deadline()
        transport = _Transport(_Reach(self._allow, self._deadline))
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
        with self._in_time(), self.stream(method, url, headers=headers, json=json, content=content) as response:
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
        is_short = content is None or isinstance(content, bytes)
        try:
            with ExitStack() as opened:
                with self._in_time() if is_short else nullcontext():
                    asked = self._client.stream(method, url, headers=dict(headers or {}), json=json, content=content)
                    response = opened.enter_context(asked)
                if response.status_code >= 500:
                    raise PeerUnreachable(f"{_host(url)} answered {response.status_code}; it will be asked again.")
                yield response
        except httpx.TransportError as fault:
            raise PeerUnreachable(f"{_host(url)} does not answer ({type(fault).__name__}).") from fault
        except httpx.DecodingError:
            raise BadInput(f"{_host(url)} answered with something that cannot be unpacked.") from None
        except httpx.InvalidURL:
            raise BadInput(f"{url[:100]!r} is not an address a node can call.") from None

    def addresses(self, host: str) -> list[Address]:
        """Return where a host's name leads. Raises PeerUnreachable when nowhere, BadInput where nodes may not call."""
        found = _addresses(host)
        self._allow(host, found)
        return found

    def close(self) -> None:
        """Close every kept connection."""
        self._client.close()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Let what this thread reads within the block be there by the deadline, however it drips in."""
        former = self._deadline.moment
        self._deadline.moment = min(former, time.monotonic() + self._answer_s)
        try:
            yield
        finally:
            self._deadline.moment = former

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            is_callable = parts.scheme in ("http", "https") and parts.port != 0 and not parts.username
        except ValueError:
            is_callable = False
        if not is_callable or not parts.hostname:
            raise BadInput(f"{url[:100]!r} is not an address a node can call.")
        addresses = _addresses(parts.hostname)
        is_here = self._loopback and all(address.is_loopback for address in addresses)
        if parts.scheme != "https" and not is_here and not self._plain:
            raise BadInput(f"{_host(url)} is not reached over HTTPS.")
        self._allow(parts.netloc[:100], addresses)

    def _allow(self, name: str, addresses: list[Address]) -> None:
        if self._loopback and all(address.is_loopback for address in addresses):
            return
        if not all(address.is_global for address in addresses):
            raise BadInput(f"{name} leads to an address inside a network; nodes only call public addresses.")


class _Deadline(threading.local):
    """Until when each thread waits for what it reads."""

    moment: float = math.inf


class _Timed(httpcore.NetworkStream):
    """A connection from which nothing is read after the deadline of the thread that reads."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within what is left of the time."""
        left = self._deadline.moment - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole answer took too long")
        wait = min(left, math.inf if timeout is None else timeout)
        return self._stream.read(max_bytes, None if wait == math.inf else wait)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write as the connection does."""
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(self, *options: Any, **more: Any) -> httpcore.NetworkStream:
        """Encrypt the connection."""
        return _Timed(self._stream.start_tls(*options, **more), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Tell about the connection."""
        return self._stream.get_extra_info(info)


class _Reach(httpcore.SyncBackend):
    """Connects to the very addresses that were allowed: a name that soon means another place leads nowhere."""

    def __init__(self, allow: Callable[[str, list[Address]], None], deadline: _Deadline) -> None:
        self._allow = allow
        self._deadline = deadline

    def connect_tcp(self, host: str, port: int, *options: Any, **more: Any) -> httpcore.NetworkStream:
        """Look the host up, check what it means now, and try each of its addresses."""
        addresses = _addresses(host.strip("[]"))
        self._allow(host, addresses)
        *first, last = dict.fromkeys(map(str, addresses))
        for address in first:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return _Timed(super().connect_tcp(address, port, *options, **more), self._deadline)
        return _Timed(super().connect_tcp(last, port, *options, **more), self._deadline)


class _Transport(httpx.HTTPTransport):
    """The library's transport over connections of ours; certificates are checked against the name, as ever."""

    def __init__(self, reach: _Reach) -> None:
        super().__init__(verify=_trusted(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(),
            max_connections=40,
            max_keepalive_connections=20,
            keepalive_expiry=4.0,
            network_backend=reach,
        )


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities whose certificates count, read once: each reading takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)


def _addresses(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise PeerUnreachable(f"{host} has no address ({fault.strerror or fault}).") from fault
    except ValueError:
        raise BadInput(f"{host[:100]!r} is not a name of a host.") from None
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]


def _host(url: str) -> str:
    return urlsplit(url).netloc[:100]
