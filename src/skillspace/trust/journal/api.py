"""The wire of the journal: nodes hand their checkpoints to witnesses, and read what witnesses hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query

from skillspace.kernel.errors import Refused
from skillspace.storage.database import Database
from skillspace.trust.journal.errors import Forked
from skillspace.trust.journal.messages import CheckpointDelivery, CheckpointReceived, HeldCheckpoints
from skillspace.trust.journal.ports import Authenticate
from skillspace.trust.journal.witness import AUDITORS, Witness

Authorization = Annotated[str | None, Header(alias="Authorization")]
After = Annotated[int, Query(ge=0, lt=2**53)]


def router(*, witness: Witness, authenticate: Authenticate, database: Database) -> APIRouter:
    """Return the two doors under ``/journal``: members hand over; a node reads about itself, an auditor about all."""
    routes = APIRouter(prefix="/journal", tags=["Journal"])

    @routes.post("/checkpoints")
    def receive(message: CheckpointDelivery, authorization: Authorization = None) -> CheckpointReceived:
        checkpoint = witness.verify(message.checkpoint, authenticate(authorization))
        with database.writing() as work:
            given = witness.receive(work, checkpoint)
        # Refused only now: the alarm and the proof must outlive the refusal.
        if given is None:
            raise Forked()
        return CheckpointReceived(acknowledgement=given)

    @routes.get("/checkpoints/{did}")
    def held(did: str, after: After = 0, authorization: Authorization = None) -> HeldCheckpoints:
        caller = authenticate(authorization)
        if caller.did != did and AUDITORS.isdisjoint(caller.roles):
            raise Refused("What is held about a node is for that node and for auditors.")
        with database.reading() as work:
            return HeldCheckpoints.of(witness.held(work, did, after=after))

    return routes
