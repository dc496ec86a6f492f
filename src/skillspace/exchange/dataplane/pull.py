"""Pulling: one GET with the data token of the transfer and, for personal data, a token for one use of a consent; and
asking: one POST with the same token, to a place below a dataset that answers questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2 as httpx

from skillspace.exchange.messages import plain
from skillspace.exchange.transfer.model import Transfer
from skillspace.kernel.errors import BadInput, Conflict, PeerUnreachable, SkillspaceError
from skillspace.trust.identity import PeerRefused
from skillspace.trust.identity.peers import read_object
from skillspace.wire.outbound import Outbound

CONSENT_GRANT = "Consent-Grant"
MAX_REFUSAL_BYTES = 64 * 1024


@contextmanager
def pull(
    outbound: Outbound,
    transfer: Transfer,
    *,
    grant: str | None,
    etag: str | None = None,
    more: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Iterator[httpx.Response]:
    """Open the response of a pull; raise PeerRefused with the provider's reason on any 4xx.

    `etag` is that of an earlier pull; `more` are further headers, such as the Range that is asked for; `query` is what
    the source is asked beside.
    """
    if transfer.address is None:
        raise Conflict(f"The transfer {transfer.pid} has no address to pull from.")
    headers = dict(more or {}) | {"Authorization": f"Bearer {transfer.address['token']}"}
    if grant is not None:
        headers[CONSENT_GRANT] = grant
    if etag is not None:
        headers["If-None-Match"] = etag if etag.endswith('"') else f'"{etag}"'
    try:
        address = transfer.address["endpoint"]
        if query:
            address = str(httpx.URL(address).copy_merge_params(query))
        with outbound.stream("GET", address, headers=headers) as response:
            if response.status_code >= 400:
                raise refused(response, transfer.peer)
            yield response
    except httpx.DecodingError as fault:
        raise PeerUnreachable(f"{transfer.peer} sent data that cannot be unpacked; it will be asked again.") from fault
    except httpx.InvalidURL as fault:
        raise BadInput(f"{transfer.peer} gave an address that cannot be called.") from fault


def ask(outbound: Outbound, transfer: Transfer, place: str, body: bytes, *, max_bytes: int) -> bytes:
    """Send JSON to a place below a transfer's dataset and return the answer; raise PeerRefused on any 4xx."""
    if transfer.address is None:
        raise Conflict(f"The transfer {transfer.pid} has no address to ask at.")
    headers = {"Authorization": f"Bearer {transfer.address['token']}", "Content-Type": "application/json"}
    url = f"{transfer.address['endpoint'].rstrip('/')}/{place}"
    reply = outbound.send("POST", url, headers=headers, content=body, max_bytes=max_bytes)
    if reply.status >= 400:
        raise _refusal(reply.status, reply.body, transfer.peer)
    return reply.body


def refused(response: httpx.Response, peer: str) -> PeerRefused:
    """Read why a peer said no, as far as it says so in a way of ours."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_REFUSAL_BYTES:
            break
    return _refusal(response.status_code, bytes(body), peer)


def _refusal(status: int, body: bytes, peer: str) -> PeerRefused:
    try:
        content = read_object(body)
    except SkillspaceError:
        content = {}
    said = content.get("message")
    reason = said if isinstance(said, str) and said else f"{peer} answered {status}."
    return PeerRefused(plain(reason), status=status, body=content)
