"""What the checks need: the peer as far as it is known, and the instruments that look at it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2 as httpx

from skillspace.exchange.addresses import WELL_KNOWN, Address
from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.trust.authentication import Authentication
from skillspace.trust.claims import Verifier
from skillspace.trust.identity import DidDocument, PeerClient, did_of_address
from skillspace.trust.identity.resolver import address_of_did
from skillspace.wire.outbound import Outbound

Found = TypeVar("Found")
TIMEOUT_S = 4.0


@dataclass(frozen=True, kw_only=True)
class Instruments:
    """Everything a check looks with. `known` are peers' addresses the operator wrote down, `is_member` tells whether
    the authority lists an organisation, `trust` makes the TLS context that certificates are checked with."""

    own_address: str
    authentication: Authentication
    peers: PeerClient
    known: Mapping[str, str] = field(default_factory=dict)
    is_member: Callable[[str], bool] = lambda _did: False
    verifier: Verifier | None = None
    loopback: bool = False
    clock: Clock = now
    timeout_s: float = TIMEOUT_S
    trust: Callable[[], ssl.SSLContext] = lambda: httpx.create_ssl_context(trust_env=False)

    def outbound(self) -> Outbound:
        """Return a client of its own, impatient and without memory."""
        return Outbound(loopback=self.loopback, timeout_s=self.timeout_s)

    @property
    def is_dcp(self) -> bool:
        """Whether peers prove who they are by the Decentralized Claims Protocol."""
        return self.authentication.described.get("protocol") == "DCP"


@dataclass(kw_only=True)
class Patient:
    """The peer under examination: what is known of it from the start, and what the checks learn for one another."""

    id: str
    url: str
    root: str | None = None
    document: DidDocument | None = None
    address: Address | None = None
    echo: dict[str, Any] = field(default_factory=dict)

    @property
    def is_did(self) -> bool:
        """Whether the peer has a DID whose document can be read."""
        return self.id.startswith("did:web:")

    @property
    def host(self) -> str:
        """The name of its host."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_encrypted(self) -> bool:
        """Whether it is called over TLS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def port(self) -> int:
        """The port it is called at."""
        return urlsplit(self.url).port or (443 if self.is_encrypted else 80)


def patient_of(name: str, instruments: Instruments) -> Patient:
    """Return the peer that `name` means: a DID, an address, or one the operator wrote down.

    Raises BadInput when it is none of these.
    """
    if name in instruments.known:
        root = instruments.known[name].rstrip("/").removesuffix(WELL_KNOWN)
        return Patient(id=name, url=root, root=root)
    if name.startswith("did:"):
        return Patient(id=name, url=address_of_did(name, instruments.loopback))
    try:
        parts = urlsplit(name)
        _ = parts.port
    except ValueError:
        raise BadInput(f"{name[:100]!r} is no address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadInput(f"{name[:100]!r} is no peer: give a DID (did:web:…), an address (https://…), or a known name.")
    root = name.rstrip("/").removesuffix(WELL_KNOWN).rstrip("/")
    return Patient(id=did_of_address(root), url=root, root=root)


def within(seconds: float, look: Callable[[], Found]) -> Found:
    """Return what `look` returns if it does so in time; raise PeerUnreachable when it does not.

    What takes longer goes on in a thread nobody waits for: a peer that sends a byte a second must not hold us.
    """
    answers: list[Found] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(look())
        except BaseException as fault:  # it is raised again by who waits
            faults.append(fault)

    thread = threading.Thread(target=run, name="doctor", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise PeerUnreachable(f"No whole answer came within {seconds:.0f} seconds.")
    if faults:
        raise faults[0]
    return answers[0]


def day(moment: datetime) -> str:
    """Write a day as everybody reads it."""
    return f"{moment:%Y-%m-%d}"
