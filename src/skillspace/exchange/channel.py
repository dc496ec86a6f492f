"""Calls to peers on the protocol: proven by the node's authentication, written and read in the peer's dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.addresses import Address
from skillspace.exchange.messages import MAX_REASON, check_storable
from skillspace.kernel.errors import BadInput
from skillspace.trust.authentication import Authentication
from skillspace.trust.identity import PeerRefused
from skillspace.trust.identity.peers import read_object
from skillspace.wire.outbound import MAX_REPLY_BYTES, Outbound, Reply


class Channel:
    """Sends canonical messages and returns canonical answers."""

    def __init__(self, outbound: Outbound, authentication: Authentication) -> None:
        self._outbound = outbound
        self._authentication = authentication

    @property
    def own_id(self) -> str:
        """This node's identifier as participant."""
        return self._authentication.own_id

    def call(
        self, method: str, to: str, address: Address, path: str, message: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send one request and return its answer ({} when it is empty).

        Raises PeerRefused on 3xx and 4xx with the peer's own reason, PeerUnreachable on 5xx or silence, BadInput when
        the answer cannot be read.
        """
        return self.exchange(method, to, address, path, message)[0]

    def tell(self, to: str, address: Address, path: str, message: Mapping[str, Any]) -> None:
        """Send one message whose acknowledgement says nothing by its content, whatever that is; raises as `call`."""
        self._sent("POST", to, address, path, message)

    def exchange(
        self,
        method: str,
        to: str,
        address: Address,
        path: str,
        message: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_REPLY_BYTES,
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        """Send one request and return its answer with the headers that came with it, by lower-case name."""
        reply = self._sent(method, to, address, path, message, headers=headers, max_bytes=max_bytes)
        content = read_object(reply.body)
        check_storable(content)
        return (address.dialect.read(content) if "@context" in content else content), reply.headers

    def _sent(
        self,
        method: str,
        to: str,
        address: Address,
        path: str,
        message: Mapping[str, Any] | None,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_REPLY_BYTES,
    ) -> Reply:
        reply = self._outbound.send(
            method,
            address.base + path,
            headers=self._authentication.headers(to) | dict(headers or {}),
            json=address.dialect.write(message) if message is not None else None,
            max_bytes=max_bytes,
        )
        # A redirect is not followed, so nobody has taken the message.
        if reply.status >= 300:
            raise _refusal(reply.body, reply.status, to, address)
        return reply


def _refusal(body: bytes, status: int, to: str, address: Address) -> PeerRefused:
    """Read why a peer refused, in whatever form it says so."""
    try:
        content = read_object(body[:MAX_REPLY_BYTES])
        if "@context" in content:
            content = address.dialect.read(content)
    except BadInput:
        content = {}
    given = content.get("reason") or content.get("message") or content.get("detail")
    first = given[0] if isinstance(given, list) and given else given
    reason = str(first)[:MAX_REASON] if first else f"{to} answered {status} without a reason."
    return PeerRefused(reason, status=status, body=content)
