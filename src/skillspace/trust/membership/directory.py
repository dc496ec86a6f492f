"""The members a node knows: a regular copy of the authority's list, which is there when the authority is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import Peer, PeerClient, PeerRefused
from skillspace.trust.membership.store import known_members

REFRESH = timedelta(seconds=30)
UNTIL_ADMITTED = timedelta(seconds=2)


class Directory:
    """Answers who is a member and with which roles, from the copy of the authority's list."""

    def __init__(self, *, authority: str, peers: PeerClient, refresh: timedelta = REFRESH) -> None:
        self._authority = authority
        self._peers = peers
        self._refresh = refresh

    def peers(self, work: Work) -> list[Peer]:
        """Return every known member, this node too, by name."""
        rows = work.rows(sa.select(known_members).order_by(known_members.c.name))
        return [Peer(did=row["did"], name=row["name"], roles=frozenset(row["roles"])) for row in rows]

    def find(self, work: Work, did: str) -> Peer | None:
        """Return one member, or None when the list has no such organisation."""
        row = work.where(known_members, did=did)
        return Peer(did=did, name=row["name"], roles=frozenset(row["roles"])) if row else None

    def addresses(self, work: Work) -> dict[str, str]:
        """Return the address of every known member, by DID, as the authority's list has it."""
        return {row["did"]: row["address"] for row in work.rows(sa.select(known_members))}

    def name(self, work: Work, did: str) -> str:
        """Return an organisation's name, or its DID where it is not known."""
        peer = self.find(work, did)
        return peer.name if peer else did

    def copied(self, work: Work) -> datetime | None:
        """Return when the authority's list was last heard, None for never; every copy names this node at least."""
        heard = work.one(sa.select(sa.func.max(known_members.c.seen, type_=known_members.c.seen.type).label("seen")))
        return heard["seen"] if heard else None

    def replace(self, work: Work, peers: list[Peer], addresses: dict[str, str] | None = None) -> None:
        """Take over a new list; who is not on it any more is forgotten."""
        for peer in peers:
            address = (addresses or {}).get(peer.did, "")
            row = {"did": peer.did, "name": peer.name, "roles": sorted(peer.roles), "address": address}
            work.upsert(known_members, row | {"seen": work.now}, on=("did",))
        work.delete(known_members, known_members.c.did.not_in([peer.did for peer in peers]))

    def tasks(self, book: TaskBook) -> None:
        """Register the regular copying."""
        book.on_task("membership.refresh", self._copy)
        # The authority itself hears of a new member at once; others at their next look.
        book.on_event("membership.admitted", lambda work, _event: work.bring_forward("membership.refresh"))

    def _copy(self, run: TaskRun) -> None:
        address = f"{self._peers.service(self._authority, 'SkillspaceNode')}/membership/members"
        try:
            listed = self._peers.call("GET", self._authority, address).get("members")
        except PeerRefused:
            # Not a member (yet): the credential may be on its way, so this is asked again soon and never given up.
            with run.finishing(again_after=UNTIL_ADMITTED):
                return
        if not isinstance(listed, list):
            raise BadInput("The authority's list of members cannot be read.")
        found = [
            Peer(did=str(entry["did"]), name=str(entry["name"]), roles=frozenset(map(str, entry["roles"])))
            for entry in listed
        ]
        with run.finishing(again_after=self._refresh) as work:
            self.replace(work, found, {str(entry["did"]): str(entry["address"]) for entry in listed})
