"""The room of contracts put together: the one object a node builds and the rooms above reach."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database
from skillspace.trust.contract.api import Authenticate, router
from skillspace.trust.contract.desk import Desk
from skillspace.trust.contract.moving import Moves
from skillspace.trust.contract.partaking import Partaking
from skillspace.trust.contract.ports import Note, Peers
from skillspace.trust.contract.record import Record
from skillspace.trust.contract.replica import Replica
from skillspace.trust.contract.seating import Seats
from skillspace.trust.contract.service import Contracts
from skillspace.trust.contract.tasks import ContractTasks
from skillspace.wire.jose import SigningKey


@dataclass(frozen=True, kw_only=True)
class ContractRoom:
    """The room of one node: `record` and `seats` for contracts it keeps, `partaking` for those of others."""

    own_did: str
    contracts: Contracts
    record: Record
    seats: Seats
    partaking: Partaking
    desk: Desk
    tasks: ContractTasks

    def router(self, authenticate: Authenticate, database: Database) -> APIRouter:
        """Return the room's doors for other nodes, under ``/contracts`` of the node's address."""
        return router(
            own_did=self.own_did, desk=self.desk, tasks=self.tasks, authenticate=authenticate, database=database
        )


def contract_room(
    *,
    own_did: str,
    key: SigningKey,
    resolve_key: KeyResolver,
    peers: Peers,
    note: Note | None = None,
    demands_contract: bool = False,
    countersigns_at_once: bool = True,
) -> ContractRoom:
    """Put the room together for a node. `countersigns_at_once` spares the orchestrator's people the last step."""
    moves = Moves(own_did=own_did, note=note)
    seats = Seats(key=key, moves=moves, countersigns_at_once=countersigns_at_once)
    record = Record(key=key, moves=moves, seats=seats)
    partaking = Partaking(key=key, moves=moves)
    tasks = ContractTasks(
        peers=peers,
        resolve_key=resolve_key,
        record=record,
        replica=Replica(moves),
        partaking=partaking,
        moves=moves,
    )
    return ContractRoom(
        own_did=own_did,
        contracts=Contracts(own_did=own_did, demands_contract=demands_contract),
        record=record,
        seats=seats,
        partaking=partaking,
        desk=Desk(seats, resolve_key=resolve_key),
        tasks=tasks,
    )
