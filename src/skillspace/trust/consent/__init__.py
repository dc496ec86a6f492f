"""Consent: people are asked, answer, and stop; grants travel as credentials; one gate releases personal data.

The intermediary runs `Consents` and its `UseDesk`; every node runs `HeldGrants`, the `Gate` and `ConsentTasks`.
`consent_of` puts them together for a node.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database
from skillspace.trust.consent.api import Authenticate, router
from skillspace.trust.consent.desk import UseDesk
from skillspace.trust.consent.gate import Gate, Release
from skillspace.trust.consent.held import HeldGrant, HeldGrants
from skillspace.trust.consent.machine import GRANT, GrantState
from skillspace.trust.consent.model import Direction, Grant, Use
from skillspace.trust.consent.ports import FindAgreement, FindMember, KindsOffered, Peers
from skillspace.trust.consent.pseudonym import subject_for
from skillspace.trust.consent.receipts import check_receipt
from skillspace.trust.consent.service import Consents
from skillspace.trust.consent.tasks import ConsentTasks
from skillspace.wire.jose import SigningKey

__all__ = [
    "GRANT",
    "Consent",
    "Consents",
    "Direction",
    "Gate",
    "Grant",
    "GrantState",
    "HeldGrant",
    "HeldGrants",
    "Release",
    "Use",
    "check_receipt",
    "consent_of",
    "subject_for",
]


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The room of one node. `consents` is None unless the node is an intermediary."""

    held: HeldGrants
    gate: Gate
    tasks: ConsentTasks
    consents: Consents | None
    desk: UseDesk | None

    def router(self, authenticate: Authenticate, database: Database) -> APIRouter:
        """Return the room's doors for other nodes, under ``/consent`` of the node's address."""
        return router(held=self.held, desk=self.desk, authenticate=authenticate, database=database)


def consent_of(
    *,
    own_did: str,
    own_name: str,
    key: SigningKey,
    database: Database,
    resolve_key: KeyResolver,
    peers: Peers,
    find_member: FindMember,
    find_agreement: FindAgreement,
    kinds_offered: KindsOffered,
    is_intermediary: bool,
    country: str = "SE",
) -> Consent:
    """Put the room together for a node; what it needs of others comes as callables (`ports`)."""
    consents = Consents(own_did=own_did, own_name=own_name, key=key, country=country) if is_intermediary else None
    desk = UseDesk(consents) if consents else None
    held = HeldGrants(own_did=own_did, key=key, resolve_key=resolve_key, clock=database.clock)
    gate = Gate(
        own_did=own_did,
        database=database,
        resolve_key=resolve_key,
        peers=peers,
        find_member=find_member,
        find_agreement=find_agreement,
        kinds_offered=kinds_offered,
        held=held,
        desk=desk,
    )
    tasks = ConsentTasks(peers=peers, resolve_key=resolve_key, held=held, consents=consents, clock=database.clock)
    return Consent(held=held, gate=gate, tasks=tasks, consents=consents, desk=desk)
