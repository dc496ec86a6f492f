"""Journal: one log a node, each entry chained to all before it, its head signed and known to witnesses.

`Journal.write` is what other rooms are given; `JournalRoom` is the room of one node, put together by `journal_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter

from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.trust.journal.api import router
from skillspace.trust.journal.errors import Forked, NotYetSigned
from skillspace.trust.journal.export import check_export, export
from skillspace.trust.journal.looks import Held, Look, Looks
from skillspace.trust.journal.messages import read_answer
from skillspace.trust.journal.model import (
    FORGOTTEN,
    FORKED,
    GONE,
    Checkpoint,
    Entry,
    Finding,
    Verdict,
    WitnessAnswer,
    Wrong,
)
from skillspace.trust.journal.ports import Authenticate, Exhibit, Exhibited, Peers, Rows, Witnesses
from skillspace.trust.journal.proof import Proven, check_proof, proof
from skillspace.trust.journal.service import Journal
from skillspace.trust.journal.tasks import JournalTasks
from skillspace.trust.journal.verify import Progress, verify
from skillspace.trust.journal.witness import Witness
from skillspace.wire.jose import SigningKey

__all__ = [
    "FORGOTTEN",
    "FORKED",
    "GONE",
    "Checkpoint",
    "Entry",
    "Exhibit",
    "Exhibited",
    "Finding",
    "Forked",
    "Held",
    "Journal",
    "JournalRoom",
    "JournalTasks",
    "Look",
    "Looks",
    "NotYetSigned",
    "Progress",
    "Proven",
    "Rows",
    "Verdict",
    "Witness",
    "WitnessAnswer",
    "Wrong",
    "check_export",
    "check_proof",
    "export",
    "journal_of",
    "proof",
    "read_answer",
    "verify",
]


@dataclass(frozen=True, kw_only=True)
class JournalRoom:
    """The room of one node; other rooms add what they show of their rows to `exhibits`."""

    journal: Journal
    witness: Witness
    tasks: JournalTasks
    looks: Looks
    resolve_key: KeyResolver
    exhibits: list[Exhibited] = field(default_factory=list)

    def router(self, authenticate: Authenticate, database: Database) -> APIRouter:
        """Return the room's doors for other nodes, under ``/journal`` of the node's address."""
        return router(witness=self.witness, authenticate=authenticate, database=database)

    def start(self, work: Work) -> None:
        """Write down the rows that rooms have from before they had a journal, and start the clock."""
        for room in self.exhibits:
            self.journal.adopt(work, room)
        self.tasks.start(work)
        self.looks.start(work)

    def verify(
        self, database: Database, *, answers: Sequence[WitnessAnswer] = (), progress: Progress | None = None
    ) -> Verdict:
        """Look through this node's journal and the rows it speaks about; see `verify`."""
        return verify(
            database,
            self.exhibits,
            did=self.journal.did,
            resolve_key=self.resolve_key,
            answers=answers,
            progress=progress,
        )


def journal_of(
    *,
    did: str,
    key: SigningKey,
    database: Database,
    resolve_key: KeyResolver,
    peers: Peers,
    witnesses: Witnesses,
) -> JournalRoom:
    """Put the room together for a node; what it needs of others comes as callables (`ports`)."""
    journal = Journal(did=did, key=key)
    return JournalRoom(
        journal=journal,
        witness=Witness(did=did, key=key, resolve_key=resolve_key, journal=journal, clock=database.clock),
        tasks=JournalTasks(journal=journal, peers=peers, resolve_key=resolve_key, witnesses=witnesses),
        looks=Looks(journal=journal, peers=peers, resolve_key=resolve_key, witnesses=witnesses),
        resolve_key=resolve_key,
    )
