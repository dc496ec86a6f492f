"""The authority's side: who applied, who is admitted, and the credentials that say so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_secret
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.claims import Definition, Issuer, Statement, offer_later
from skillspace.trust.claims.messages import VC11
from skillspace.trust.membership.legal import LegalIdentities
from skillspace.trust.membership.machine import AUTHORITY, MEMBER, MEMBERSHIP, MemberState
from skillspace.trust.membership.model import MEMBERSHIP_CREDENTIAL, ROLES, Application, Member
from skillspace.trust.membership.store import invitations, member, members, to_member

VALID_FOR = timedelta(days=90)
RENEW_BEFORE = timedelta(days=30)
LOOK_FOR_RENEWALS = timedelta(hours=6)
#: What a membership credential says of its subject, as JSON Schema.
SUBJECT_SCHEMA: Mapping[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What a membership credential says of its subject",
    "type": "object",
    "required": ["id", "memberOf", "name", "roles"],
    "properties": {
        "id": {"type": "string", "pattern": "^did:"},
        "memberOf": {"type": "string"},
        "name": {"type": "string"},
        "roles": {"type": "array", "items": {"enum": sorted(ROLES)}, "uniqueItems": True},
    },
}


class Authority:
    """Keeps the register of a data space; membership is the credential that its issuer makes for those in it."""

    def __init__(self, *, did: str, data_space: str, issuer: Issuer, legal: LegalIdentities) -> None:
        self._did = did
        self._data_space = data_space
        self._issuer = issuer
        self.legal = legal
        issuer.issues(Definition(type=MEMBERSHIP_CREDENTIAL, state=self._state, schema=SUBJECT_SCHEMA))

    def invite(self, work: Work, *, name: str, roles: frozenset[str], valid_for: timedelta = timedelta(days=14)) -> str:
        """Return a code that admits one organisation at once, with these roles at most; only its hash is kept."""
        _check_roles(roles)
        code = new_secret(16)
        row = {"code_hash": _hash(code), "name": name, "roles": sorted(roles), "expires": work.now + valid_for}
        work.insert(invitations, row)
        return code

    def apply(self, work: Work, did: str, application: Application) -> Member:
        """Note that `did` asks to join; a valid invitation admits at once. What it shows of itself is looked at later.

        Asking again changes nothing, but who is admitted is offered its credential once more: it may have been lost.
        """
        roles = frozenset(application.roles)
        _check_roles(roles)
        if application.credentials:
            self.legal.show(work, did, application.credentials)
        row = work.one(sa.select(members).where(members.c.did == did))
        if row is not None and row["state"] not in (MemberState.REFUSED, MemberState.LEFT):
            if row["state"] == MemberState.ADMITTED and did != self._did:
                offer_later(work, did, [MEMBERSHIP_CREDENTIAL], "reissue")
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
        """Admit, refuse or suspend an organisation by the table.

        Admitting offers a fresh credential; suspending takes back every one it has, before their end.
        """
        state = MEMBERSHIP.step(member(work, did).state, move, AUTHORITY)
        until = work.now + VALID_FOR if state is MemberState.ADMITTED else None
        work.update(members, members.c.did == did, state=state, since=work.now, until=until)
        if state is MemberState.ADMITTED and did != self._did:
            offer_later(work, did, [MEMBERSHIP_CREDENTIAL], "issuance")
        if state is MemberState.SUSPENDED:
            self._issuer.revoke(work, did, MEMBERSHIP_CREDENTIAL)
        work.publish(Event(name=f"membership.{state}", about=did))
        return member(work, did)

    def reissue(self, work: Work, reason: str = "proof-key-revocation") -> int:
        """Offer every member a new credential, as after a change of keys (DCP 1.0 §6.9); return how many there are."""
        rows = work.rows(sa.select(members.c.did).where(members.c.state == MemberState.ADMITTED))
        for row in rows:
            offer_later(work, row["did"], [MEMBERSHIP_CREDENTIAL], reason)
        return len(rows)

    def register(self, work: Work) -> list[Member]:
        """Return every organisation that ever applied, newest first."""
        return [to_member(row) for row in work.rows(sa.select(members).order_by(members.c.since.desc()))]

    def credential(self, work: Work, did: str) -> str:
        """Make a membership credential by our own hand; raise Refused unless `did` is admitted."""
        return self._issuer.issue(work, did, MEMBERSHIP_CREDENTIAL, VC11)

    def tasks(self, book: TaskBook) -> None:
        """Register what the authority does later: renewing credentials in time, looking at what applicants show."""
        self.legal.register(book)
        book.on_task("membership.renew", self._renew)

    def _state(self, work: Work, did: str) -> Statement:
        try:
            found = member(work, did)
        except NotFound as fault:
            raise Refused(fault.message) from fault
        if found.state is not MemberState.ADMITTED or found.until is None:
            raise Refused(f"{found.name} is {found.state}; only admitted organisations get a credential.")
        subject = {"memberOf": self._data_space, "name": found.name, "roles": sorted(found.roles)}
        return Statement(subject=subject, until=found.until)

    def _renew(self, run: TaskRun) -> None:
        with run.finishing(again_after=LOOK_FOR_RENEWALS) as work:
            ending = (members.c.state == MemberState.ADMITTED) & (members.c.until < work.now + RENEW_BEFORE)
            for row in work.rows(sa.select(members.c.did).where(ending)):
                work.update(members, members.c.did == row["did"], until=work.now + VALID_FOR)
                offer_later(work, row["did"], [MEMBERSHIP_CREDENTIAL], "reissue")

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
