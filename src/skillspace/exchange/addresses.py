"""Where a peer speaks the protocol: its DID document names its version document, which names a path for each version
(DSP 2025-1 §4). Peers without a DID are named with their address by the operator."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from skillspace.exchange.dialects import SPOKEN, Dialect, dialect
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.identity import PeerClient
from skillspace.trust.identity.peers import read_object
from skillspace.wire.outbound import Outbound

WELL_KNOWN = "/.well-known/dspace-version"
KEEP_SECONDS = 300.0
MAX_DOCUMENT_BYTES = 64 * 1024
_PATH = re.compile(r"/[A-Za-z0-9/._~:-]*|")


@dataclass(frozen=True, kw_only=True)
class Address:
    """A base address without a trailing slash, and the dialect spoken below it."""

    base: str
    dialect: Dialect


class Addresses:
    """Finds where peers speak and keeps it for five minutes; `known` has version documents' roots by participant."""

    def __init__(self, peers: PeerClient, outbound: Outbound, known: Mapping[str, str] | None = None) -> None:
        self._peers = peers
        self._outbound = outbound
        self._known = dict(known or {})
        self._kept: dict[str, tuple[float, Mapping[str, str]]] = {}

    def find(self, peer: str, version: str | None = None) -> Address:
        """Return where `peer` speaks `version`, or else the version we like best of those it speaks.

        Raises NotFound when it speaks none of ours, BadInput when its version document cannot be read, PeerUnreachable.
        """
        bases = self.bases(peer)
        for one in SPOKEN if version is None else (dialect(version),):
            if one.version in bases:
                return Address(base=bases[one.version], dialect=one)
        wanted = version or ", ".join(one.version for one in SPOKEN)
        raise NotFound(
            f"{peer} does not speak the Dataspace Protocol {wanted}, but {', '.join(sorted(bases)) or 'none'}."
        )

    def bases(self, peer: str) -> Mapping[str, str]:
        """Return every version a peer publishes with its base address, spoken here or not."""
        kept = self._kept.get(peer)
        if kept and time.monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        root = self._root(peer)
        reply = self._outbound.send("GET", root + WELL_KNOWN, max_bytes=MAX_DOCUMENT_BYTES)
        if reply.status != 200:
            raise NotFound(f"{peer} publishes no version document (answer {reply.status}).")
        bases = {version: root + path for version, path in _paths(read_object(reply.body), peer).items()}
        self._kept[peer] = (time.monotonic(), bases)
        return bases

    def _root(self, peer: str) -> str:
        if peer in self._known:
            return self._known[peer].rstrip("/").removesuffix(WELL_KNOWN)
        service = self._peers.service(peer, "DataService")
        if not service.endswith(WELL_KNOWN):
            raise BadInput(f"The DataService of {peer} does not end in {WELL_KNOWN}.")
        return service.removesuffix(WELL_KNOWN)


def version_document(auth: Mapping[str, Any], own_id: str, prefix: str = "") -> dict[str, Any]:
    """Write our version document: plain JSON, open to everyone, an entry for each dialect (DSP 2025-1 §4)."""
    kind = {"identifierType": "did:web"} if own_id.startswith("did:web:") else {}
    described = {"auth": dict(auth)} if auth else {}
    entries = [
        {"version": one.version, "path": f"{prefix}/{one.version}", "binding": "HTTPS", **kind, **described}
        for one in SPOKEN
    ]
    return {"protocolVersions": entries}


def segment(name: str) -> str:
    """Write an identifier as one segment of an address; colons stay, so that a urn remains readable."""
    return quote(name, safe=":")


def _paths(document: Mapping[str, Any], peer: str) -> dict[str, str]:
    versions = document.get("protocolVersions", document.get("dspace:protocolVersions"))
    found: dict[str, str] = {}
    for entry in versions if isinstance(versions, list) else []:
        if not isinstance(entry, dict):
            continue
        version = entry.get("version", entry.get("dspace:version"))
        path = entry.get("path", entry.get("dspace:path"))
        if not isinstance(version, str) or entry.get("binding", "HTTPS") != "HTTPS":
            continue
        # A path that did not begin with a slash could change the host it is appended to.
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            raise BadInput(f"The version document of {peer} names a path that cannot be used.")
        found.setdefault(version, path.rstrip("/"))
    return found
