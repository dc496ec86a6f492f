"""The authority's side: who applied, who is admitted, and the credentials that say so."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Refused
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_secret, new_urn
from skillspace.records import credentials
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import PeerClient
from skillspace.trust.membership.machine import AUTHORITY, MEMBER, MEMBERSHIP, MemberState
from skillspace.trust.membership.model import (
    DCP_CONTEXT,
    MEMBERSHIP_CREDENTIAL,
    ROLES,
    Application,
    Member,
)
from skillspace.trust.membership.store import invitations, member, members, to_member
from skillspace.wire.jose import SigningKey

VALID_FOR = timedelta(days=90)
RENEW_BEFORE = timedelta(days=30)
LOOK_FOR_RENEWALS = timedelta(hours=6)


class Authority:
    """Keeps the register of a data space and signs membership credentials."""

    def __init__(self, *, did: str, key: SigningKey, data_space: str, peers: PeerClient) -> None:
        self._did = did
        self._key = key
        self._data_space = data_space
        self._peers = peers

    def invite(self, work: Work, *, name: str, roles: frozenset[str], valid_for: timedelta = timedelta(days=14)) -> str:
        """Return a code that admits one organisation at once, with these roles at most; only its hash is kept."""
        _check_roles(roles)
        code = new_secret(16)
        row = {"code_hash": _hash(code), "name": name, "roles": sorted(roles), "expires": work.now + valid_for}
        work.insert(invitations, row)
        return code

    def apply(self, work: Work, did: str, application: Application) -> Member:
        """Note that `did` asks to join; a valid invitation admits at once. Asking twice changes nothing."""
        roles = frozenset(application.roles)
        _check_roles(roles)
        row = work.one(sa.select(members).where(members.c.did == did))
        if row is not None and row["state"] not in (MemberState.REFUSED, MemberState.LEFT):
            return to_member(row)
        if row is not None:
            MEMBERSHIP.step(MemberState(row["state"]), "apply", MEMBER)
        record: dict[str, object] = {"did": did, "name": application.name, "roles": sorted(roles)}
        record |= {"address": application.address, "state": MemberState.REQUESTED, "since": work.now, "until": None}
        work.upsert(members, record, on=("did",))
        if application.invitation is not None:
            self._use_invitation(work, did, roles, application.invitation)
            return self.move(work, did, "admit")
        return member(work, did)

    def move(self, work: Work, did: str, move: str) -> Member:
        """Admit, refuse or suspend an organisation by the table; admitting sends a fresh credential."""
        state = MEMBERSHIP.step(member(work, did).state, move, AUTHORITY)
        until = work.now + VALID_FOR if state is MemberState.ADMITTED else None
        work.update(members, members.c.did == did, state=state, since=work.now, until=until)
        if state is MemberState.ADMITTED:
            work.enqueue("membership.deliver", {"did": did}, key=f"membership.deliver {did}")
        work.publish(Event(name=f"membership.{state}", about=did))
        return member(work, did)

    def register(self, work: Work) -> list[Member]:
        """Return every organisation that ever applied, newest first."""
        return [to_member(row) for row in work.rows(sa.select(members).order_by(members.c.since.desc()))]

    def credential(self, organisation: Member, at: datetime) -> str:
        """Sign a membership credential (VC 1.1 as JWT) for an admitted organisation."""
        if organisation.state is not MemberState.ADMITTED or organisation.until is None:
            raise Refused(f"{organisation.name} is {organisation.state}; only admitted organisations get a credential.")
        subject = {"memberOf": self._data_space, "name": organisation.name, "roles": sorted(organisation.roles)}
        return credentials.issue(
            MEMBERSHIP_CREDENTIAL,
            subject,
            issuer_key=self._key,
            issuer_did=self._did,
            subject_did=organisation.did,
            valid_until=organisation.until,
            at=at,
        )

    def tasks(self, book: TaskBook) -> None:
        """Register what the authority does later: delivering credentials and renewing them in time."""
        book.on_task("membership.deliver", self._deliver)
        book.on_task("membership.renew", self._renew)

    def _deliver(self, run: TaskRun) -> None:
        did = str(run.payload["did"])
        with run.reading() as work:
            organisation, at = member(work, did), work.now
        if organisation.state is MemberState.ADMITTED and did != self._did:
            container = {
                "credentialType": MEMBERSHIP_CREDENTIAL,
                "payload": self.credential(organisation, at),
                "format": "jwt",
            }
            message = {
                "@context": [DCP_CONTEXT],
                "type": "CredentialMessage",
                "issuerPid": new_urn(),
                "holderPid": did,
                "status": "ISSUED",
                "credentials": [container],
            }
            self._peers.call("POST", did, f"{self._peers.service(did, 'CredentialService')}/credentials", message)
        with run.finishing():
            pass

    def _renew(self, run: TaskRun) -> None:
        with run.finishing(again_after=LOOK_FOR_RENEWALS) as work:
            ending = (members.c.state == MemberState.ADMITTED) & (members.c.until < work.now + RENEW_BEFORE)
            for row in work.rows(sa.select(members.c.did).where(ending)):
                work.update(members, members.c.did == row["did"], until=work.now + VALID_FOR)
                work.enqueue("membership.deliver", {"did": row["did"]}, key=f"membership.deliver {row['did']}")

    def _use_invitation(self, work: Work, did: str, roles: frozenset[str], code: str) -> None:
        row = work.one(sa.select(invitations).where(invitations.c.code_hash == _hash(code)))
        if row is None or row["used_by"] is not None or row["expires"] < work.now:
            raise Refused("This invitation is unknown, used or over; ask the authority for a new one.")
        if not roles <= set(row["roles"]):
            raise Refused(f"The invitation does not cover the roles {', '.join(sorted(roles - set(row['roles'])))}.")
        work.update(invitations, invitations.c.code_hash == row["code_hash"], used_by=did)


def _check_roles(roles: frozenset[str]) -> None:
    if unknown := roles - ROLES:
        raise BadInput(f"Unknown roles: {', '.join(sorted(unknown))}. Known are {', '.join(sorted(ROLES))}.")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
