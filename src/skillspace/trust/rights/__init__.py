"""Rights: one press asks every organisation for what the law owes a person, and follows each answer to its end.

The intermediary runs `Rights`; every node runs the `Desk`, its `Shelf`, `Restrictions` and the tasks. `rights_of` puts
them together for a node.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from skillspace.kernel.ids import new_secret
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.trust.rights.answering import Answerers
from skillspace.trust.rights.api import Authenticate, router
from skillspace.trust.rights.cabinet import Cabinet
from skillspace.trust.rights.deadlines import Deadlines
from skillspace.trust.rights.desk import Desk
from skillspace.trust.rights.docket import Docket
from skillspace.trust.rights.hearing import Hearing
from skillspace.trust.rights.inbox import Inbox
from skillspace.trust.rights.ledger import Ledger
from skillspace.trust.rights.machine import CASE, DONE, PART, CaseState, PackageState, PartState
from skillspace.trust.rights.model import (
    AUTOMATIC,
    GROUNDS,
    Asked,
    Case,
    Correction,
    DataSubject,
    Duty,
    Ground,
    Holding,
    Line,
    Part,
    Proof,
    Request,
    Right,
    Scope,
)
from skillspace.trust.rights.ports import Answerer, Note, Organisations, Peers, Tell
from skillspace.trust.rights.replies import read_reply
from skillspace.trust.rights.restrictions import Restrictions
from skillspace.trust.rights.rounds import Rounds
from skillspace.trust.rights.service import Rights
from skillspace.trust.rights.shelf import Shelf
from skillspace.trust.rights.speech import Speech
from skillspace.trust.rights.tasks import RightsTasks
from skillspace.wire.jose import SigningKey

__all__ = [
    "AUTOMATIC",
    "CASE",
    "DONE",
    "GROUNDS",
    "PART",
    "Answerer",
    "Asked",
    "Case",
    "CaseState",
    "Correction",
    "DataSubject",
    "Deadlines",
    "Desk",
    "Duty",
    "Ground",
    "Holding",
    "Line",
    "PackageState",
    "Part",
    "PartState",
    "Proof",
    "Request",
    "Restrictions",
    "Right",
    "Rights",
    "RightsRoom",
    "Scope",
    "read_reply",
    "rights_of",
]


@dataclass(frozen=True, kw_only=True)
class RightsRoom:
    """The room of one node. `rights` and `hearing` are None unless the node is an intermediary.

    Rooms that keep something about people add an `Answerer` to `answerers`; readers ask `restrictions.is_restricted`.
    """

    desk: Desk
    inbox: Inbox
    answerers: Answerers
    restrictions: Restrictions
    shelf: Shelf
    rounds: Rounds
    tasks: RightsTasks
    rights: Rights | None
    hearing: Hearing | None

    def router(self, authenticate: Authenticate, database: Database) -> APIRouter:
        """Return the room's doors for other nodes, under ``/rights`` of the node's address."""
        return router(
            inbox=self.inbox, shelf=self.shelf, hearing=self.hearing, authenticate=authenticate, database=database
        )

    def erase(self, work: Work, person: str) -> int:
        """Forget the cases of a person whose space is here, on both sides of the desk; return how many there were."""
        for request in self.desk.erase(work, person):
            self.shelf.remove(request)
        return self.rights.erase(work, person) if self.rights is not None else 0


def rights_of(
    *,
    own_did: str,
    own_name: str,
    country: str,
    authority: str,
    key: SigningKey,
    folder: Path,
    database: Database,
    resolve_key: KeyResolver,
    peers: Peers,
    organisations: Organisations | None,
    automatic: Collection[Right] = AUTOMATIC,
    note: Note | None = None,
    tell: Tell | None = None,
) -> RightsRoom:
    """Put the room together for a node; it is an intermediary's when `organisations` is given.

    `country` is whose days and holidays the clock has, `authority` where to complain (name and address), `folder` the
    node's own folder, in which packages lie under ``rights/``.
    """
    answerers, restrictions = Answerers(), Restrictions()
    docket = Docket(
        own_did=own_did, deadlines=Deadlines(country), answerers=answerers, restrictions=restrictions, note=note
    )
    speech = Speech(own_did=own_did, key=key, country=country, authority=authority)
    shelf = Shelf(folder=folder, own_did=own_did, own_name=own_name, authority=authority, answerers=answerers)
    rights = hearing = None
    if organisations is not None:
        ledger, cabinet = Ledger(note=note, tell=tell), Cabinet(folder)
        own = Asked(did=own_did, name=own_name, subject="")
        rights = Rights(own=own, country=country, organisations=organisations, ledger=ledger, cabinet=cabinet)
        hearing = Hearing(ledger=ledger, cabinet=cabinet, resolve_key=resolve_key, clock=database.clock)
    inbox = Inbox(docket=docket, speech=speech, shelf=shelf, automatic=automatic)
    return _room(docket, speech, shelf, peers, hearing, rights, inbox)


def _room(
    docket: Docket,
    speech: Speech,
    shelf: Shelf,
    peers: Peers,
    hearing: Hearing | None,
    rights: Rights | None,
    inbox: Inbox,
) -> RightsRoom:
    desk = Desk(docket=docket, speech=speech, new_secret=new_secret)
    rounds = Rounds(docket=docket, desk=desk, shelf=shelf, hearing=hearing)
    tasks = RightsTasks(
        peers=peers,
        docket=docket,
        desk=desk,
        inbox=inbox,
        speech=speech,
        shelf=shelf,
        rounds=rounds,
        hearing=hearing,
    )
    return RightsRoom(
        desk=desk,
        inbox=inbox,
        answerers=docket.answerers,
        restrictions=docket.restrictions,
        shelf=shelf,
        rounds=rounds,
        rights=rights,
        hearing=hearing,
        tasks=tasks,
    )
