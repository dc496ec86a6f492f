"""Being a witness: the checkpoints of other nodes, kept, acknowledged, and held against each other."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, iso, now
from skillspace.kernel.errors import BadInput, Refused
from skillspace.kernel.events import Event
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.journal.model import FORKED, Checkpoint, WitnessAnswer
from skillspace.trust.journal.ports import Caller
from skillspace.trust.journal.service import Journal
from skillspace.trust.journal.statements import check_signature, read_checkpoint, sign_acknowledgement
from skillspace.trust.journal.store import forks, witnessed
from skillspace.wire.jose import SigningKey

#: Clocks may differ by this much before a checkpoint counts as coming from the future.
LEEWAY_S = 300
AUDITORS = frozenset({"authority", "auditor"})
PAGE = 500


class Witness:
    """What this node holds about the journals of others."""

    def __init__(
        self, *, did: str, key: SigningKey, resolve_key: KeyResolver, journal: Journal, clock: Clock = now
    ) -> None:
        self._did = did
        self._key = key
        self._resolve_key = resolve_key
        self._journal = journal
        self._clock = clock

    def verify(self, token: str, sender: Caller) -> Checkpoint:
        """Check a delivered checkpoint, outside of any transaction (the signer's key may have to be fetched).

        Raises Refused unless it is the sender's own, BadInput, InvalidSignature.
        """
        found = read_checkpoint(token)
        if found.did != sender.did:
            raise Refused("A node hands over checkpoints of its own journal only.")
        if (found.at - self._clock()).total_seconds() > LEEWAY_S:
            raise BadInput(f"The checkpoint is of {iso(found.at)}, which has not come yet; check the clocks.")
        check_signature(token, found.did, self._resolve_key)
        return found

    def receive(self, work: Work, checkpoint: Checkpoint) -> str | None:
        """Keep a verified checkpoint and return the signed acknowledgement; again gives the same one.

        None means that it contradicts an earlier one: another hash for a number we know, or a log that became shorter
        in time. Then both are kept, the alarm ``journal.forked`` is raised, and the answer has to be no.
        """
        same = (witnessed.c.did == checkpoint.did) & (witnessed.c.number == checkpoint.number)
        known = work.one(sa.select(witnessed).where(same))
        if known is not None and known["hash"] == checkpoint.hash:
            return str(known["acknowledgement"])
        against = known["number"] if known is not None else self._contradicted(work, checkpoint)
        if against is not None:
            self._alarm(work, checkpoint, against)
            return None
        token = sign_acknowledgement(self._key, witness=self._did, about=checkpoint, at=work.now)
        work.insert(witnessed, _row(checkpoint) | {"acknowledgement": token})
        return token

    def held(self, work: Work, did: str, *, after: int = 0) -> WitnessAnswer:
        """Return what is held about a node: at most 500 checkpoints after a number, oldest first, and every fork."""
        mine = (witnessed.c.did == did) & (witnessed.c.number > after)
        rows = work.rows(sa.select(witnessed).where(mine).order_by(witnessed.c.number).limit(PAGE))
        proofs = work.rows(sa.select(forks.c.token).where(forks.c.did == did).order_by(forks.c.number).limit(PAGE))
        return WitnessAnswer(
            witness=self._did,
            held=[(row["token"], row["acknowledgement"]) for row in rows],
            forks=[row["token"] for row in proofs],
        )

    def _contradicted(self, work: Work, new: Checkpoint) -> int | None:
        """The number of a held checkpoint that is longer and older, or shorter and younger, than this one."""
        longer = (witnessed.c.number > new.number) & (witnessed.c.at < new.at)
        shorter = (witnessed.c.number < new.number) & (witnessed.c.at > new.at)
        row = work.one(sa.select(witnessed.c.number).where((witnessed.c.did == new.did) & (longer | shorter)).limit(1))
        return row["number"] if row else None

    def _alarm(self, work: Work, new: Checkpoint, against: int) -> None:
        table = forks.c
        same = (table.did == new.did) & (table.number == new.number) & (table.hash == new.hash)
        known = work.rows(sa.select(table.number).where(table.did == new.did).limit(PAGE))
        # What proves it once proves it for ever: who signs ever more of them fills no table with it.
        if len(known) >= PAGE or work.one(sa.select(table.number).where(same)) is not None:
            return
        work.insert(forks, _row(new))
        content = {"number": new.number, "against": against, "hash": new.hash}
        self._journal.write(work, FORKED, new.did, content)
        work.publish(Event(name=FORKED, about=new.did, content=content, at=work.now))


def _row(checkpoint: Checkpoint) -> dict[str, object]:
    facts = {"did": checkpoint.did, "number": checkpoint.number, "hash": checkpoint.hash}
    return facts | {"at": checkpoint.at, "token": checkpoint.token}
