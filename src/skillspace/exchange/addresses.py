"""Where a peer speaks the protocol: its DID document names its version document, which names the path (DSP §4)."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

from skillspace.exchange.messages import PROTOCOL
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.identity import PeerClient
from skillspace.trust.identity.peers import read_object
from skillspace.wire.outbound import Outbound

WELL_KNOWN = "/.well-known/dspace-version"
KEEP_SECONDS = 300.0
MAX_DOCUMENT_BYTES = 64 * 1024
_PATH = re.compile(r"/[A-Za-z0-9/._~:-]*|")


class Addresses:
    """Finds the base address of a peer and keeps it for five minutes."""

    def __init__(self, peers: PeerClient, outbound: Outbound) -> None:
        self._peers = peers
        self._outbound = outbound
        self._kept: dict[str, tuple[float, str]] = {}

    def base(self, did: str) -> str:
        """Return the address below which `did` speaks DSP 2025-1, without a trailing slash.

        Raises NotFound when it does not, BadInput when its version document cannot be read, PeerUnreachable.
        """
        kept = self._kept.get(did)
        if kept and time.monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        service = self._peers.service(did, "DataService")
        if not service.endswith(WELL_KNOWN):
            raise BadInput(f"The DataService of {did} does not end in {WELL_KNOWN}.")
        reply = self._outbound.send("GET", service, max_bytes=MAX_DOCUMENT_BYTES)
        if reply.status != 200:
            raise NotFound(f"{did} publishes no version document (answer {reply.status}).")
        base = service.removesuffix(WELL_KNOWN) + _path(read_object(reply.body), did)
        self._kept[did] = (time.monotonic(), base)
        return base


def version_document() -> dict[str, Any]:
    """Write our version document: plain JSON, open to everyone (DSP 2025-1 §4)."""
    auth = {"protocol": "DCP", "version": "1.0", "profile": ["vc11-sl2021/jwt"]}
    entry = {"version": PROTOCOL, "path": f"/{PROTOCOL}", "binding": "HTTPS", "identifierType": "did:web", "auth": auth}
    return {"protocolVersions": [entry]}


def segment(name: str) -> str:
    """Write an identifier as one segment of an address; colons stay, so that a urn remains readable."""
    return quote(name, safe=":")


def _path(document: dict[str, Any], did: str) -> str:
    versions = document.get("protocolVersions")
    for entry in versions if isinstance(versions, list) else []:
        if isinstance(entry, dict) and entry.get("version") == PROTOCOL and entry.get("binding") == "HTTPS":
            path = entry.get("path")
            # A path that did not begin with a slash could change the host it is appended to.
            if isinstance(path, str) and _PATH.fullmatch(path):
                return path.rstrip("/")
            raise BadInput(f"The version document of {did} names a path that cannot be used.")
    raise NotFound(f"{did} does not speak the Dataspace Protocol {PROTOCOL}.")
