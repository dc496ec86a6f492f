"""The connector under test: our own program with a decider that plays the moves each case of the kit expects.

The kit names its cases in the identifiers of datasets and agreements; what a provider or consumer then does is a table
here. Everything else (protocol, states, outbox, storage) is the node as it runs anywhere.

    python -m tests.conformance.dsp.node FOLDER PORT
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from skillspace.exchange import Offering
from skillspace.exchange.negotiation import Negotiation, NegotiationState
from skillspace.exchange.negotiation import Steps as NegotiationSteps
from skillspace.exchange.negotiation import store as negotiation_store
from skillspace.exchange.negotiation.messages import agreement_on, offer_in_message
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.exchange.transfer import Steps as TransferSteps
from skillspace.exchange.transfer import Transfer, TransferState
from skillspace.kernel.ids import new_urn
from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.node.keys import make_key
from skillspace.node.serving import server
from skillspace.node.settings import settings_of
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskRun
from skillspace.trust.contract import Agreement

OWN_ID = "urn:node:cut"
KIT_ID = "TCK_PARTICIPANT"
RULES = {"permission": [{"action": "use"}]}
#: Between a message and our own next move: the kit arms its listeners one by one.
PAUSE_MS = 100
BETWEEN_MOVES = timedelta(milliseconds=400)
NEXT = "kit.move"

N, T = NegotiationState, TransferState
Moves = Mapping[tuple[str, ...], tuple[str, ...]]


def _script(*lines: tuple[str, str, str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read lines of (cases, state, moves) into moves by (case, state)."""
    return {(case, state): tuple(moves.split()) for cases, state, moves in lines for case in cases.split()}


#: As provider of a negotiation. OFFERED and REQUESTED again after our offer is written REQUESTED2.
PROVIDING = _script(
    ("ACN0101 ACN0204 ACN0302 ACN0102 ACN0304 ACN0103 ACN0206 ACN0303", "REQUESTED", "offer"),
    ("ACN0205", "REQUESTED", "offer terminate"),
    ("ACN0102", "REQUESTED2", "terminate"),
    ("ACN0103", "ACCEPTED", "agree"),
    ("ACN0206", "ACCEPTED", "terminate"),
    ("ACN0104 ACN0301 ACN0203 ACN0207", "REQUESTED", "agree"),
    ("ACN0103 ACN0104 ACN0301", "VERIFIED", "finalize"),
    ("ACN0207", "VERIFIED", "terminate"),
    ("ACN0201", "REQUESTED", "terminate"),
)
#: As consumer of a negotiation.
CONSUMING = _script(
    ("ACNC0101 ACNC0205 ACNC0304 ACNC0305 ACNC0306", "OFFERED", "accept"),
    ("ACNC0102", "OFFERED", "request"),
    ("ACNC0103", "OFFERED", "terminate"),
    ("ACNC0101 ACNC0104 ACNC0206", "AGREED", "verify"),
    ("ACNC0203", "AGREED", "terminate"),
    ("ACNC0202", "REQUESTED", "terminate"),
)
#: As provider of a transfer.
SENDING = _script(
    ("ATP0101", "REQUESTED", "start terminate"),
    ("ATP0102", "REQUESTED", "start complete"),
    ("ATP0103", "REQUESTED", "start suspend terminate"),
    ("ATP0104", "REQUESTED", "start suspend start complete"),
    ("ATP0105", "REQUESTED", "terminate"),
    ("ATP0201 ATP0202 ATP0203 ATP0204 ATP0303 ATP0304 ATP0305 ATP0306", "REQUESTED", "start"),
)
#: As consumer of a transfer.
RECEIVING = _script(
    ("ATPC0201", "STARTED", "terminate"),
    ("ATPC0202", "STARTED", "complete"),
    ("ATPC0203", "STARTED", "suspend terminate"),
    ("ATPC0205", "REQUESTED", "terminate"),
)


class ScriptedNegotiation:
    """Plays a negotiation's moves: the first at once, further ones one after the other."""

    def must_look(self, negotiation: Negotiation) -> bool:  # noqa: ARG002 - the port
        """Ask nobody."""
        return False

    def look(self, negotiation: Negotiation) -> None:
        """Ask nobody."""

    def decide(self, work: Work, negotiation: Negotiation, seen: Any, steps: NegotiationSteps) -> None:  # noqa: ARG002
        """Make the first move of the case, and leave the others."""
        script = PROVIDING if negotiation.role == PROVIDER else CONSUMING
        again = "2" if negotiation.state is N.REQUESTED and negotiation.offers_made else ""
        _play(work, "negotiation", negotiation.pid, script.get((negotiation.dataset, negotiation.state + again), ()))


class ScriptedTransfer:
    """Plays a transfer's moves."""

    def decide(self, work: Work, transfer: Transfer, steps: TransferSteps) -> None:  # noqa: ARG002 - the port
        """Leave the moves of the case; a start that follows a pause of our own is not the beginning again."""
        script = SENDING if transfer.role == PROVIDER else RECEIVING
        _play(work, "transfer", transfer.pid, script.get((transfer.agreement, transfer.state.value), ()))


def _play(work: Work, kind: str, pid: str, moves: tuple[str, ...], after: timedelta = timedelta()) -> None:
    if moves:
        work.enqueue(NEXT, {"kind": kind, "pid": pid, "moves": list(moves)}, after=after)


class Player:
    """The task that makes moves."""

    def __init__(self, node: Node) -> None:
        self._exchange = node.exchange

    def move(self, run: TaskRun) -> None:
        """Make the next move, once the other side has named its process; then leave the rest."""
        pid, (move, *rest) = str(run.payload["pid"]), run.payload["moves"]
        rooms = self._exchange.negotiations, self._exchange.transfers
        with run.finishing() as work:
            process: Any
            if run.payload["kind"] == "negotiation":
                process, steps = rooms[0].negotiation(work, pid), rooms[0].steps
            else:
                process, steps = rooms[1].transfer(work, pid), rooms[1].steps
            if process.peer_pid is None:
                _play(work, run.payload["kind"], pid, (move, *rest), BETWEEN_MOVES)
                return
            self._make(work, process, steps, move)
            _play(work, run.payload["kind"], pid, tuple(rest), BETWEEN_MOVES)

    def _make(self, work: Work, process: Any, steps: Any, move: str) -> None:
        if move in ("terminate", "suspend"):
            getattr(steps, move)(work, process, "The case wants it.")
        elif move == "offer":
            steps.offer(work, process, offer_in_message({"@id": new_urn(), "@type": "Offer", **RULES}, process.dataset))
        elif move == "request":
            steps.request(work, process, process.offer)
        else:
            getattr(steps, move)(work, process)


class NegotiationWanted(BaseModel):
    """The kit asks us, as consumer, to open a negotiation."""

    dataset: str = Field(alias="datasetId")
    offer: str = Field(alias="offerId")
    provider: str = Field(alias="providerId")
    address: str = Field(alias="connectorAddress")


class TransferWanted(BaseModel):
    """The kit asks us, as consumer, to open a transfer."""

    agreement: str = Field(alias="agreementId")
    format: str
    provider: str = Field(alias="providerId")
    address: str = Field(alias="connectorAddress")


def webhooks(app: FastAPI, node: Node) -> None:
    """Mount the two addresses where the kit says what it wants."""
    exchange = node.exchange

    @app.post("/tck/negotiations/requests")
    def negotiation(wanted: NegotiationWanted) -> dict[str, str]:
        offer = {"@id": wanted.offer, "@type": "Offer", **RULES}
        with node.database.writing() as work:
            opened = exchange.negotiations.open(
                work, wanted.provider, wanted.dataset, offer, address=wanted.address, version="2025-1"
            )
            exchange.negotiations.steps.consider(work, opened)
        return {"pid": opened.pid}

    @app.post("/tck/transfers/requests")
    def transfer(wanted: TransferWanted) -> dict[str, str]:
        with node.database.writing() as work:
            opened = Transfer(
                pid=new_urn(),
                role=CONSUMER,
                peer=wanted.provider,
                peer_pid=None,
                callback=wanted.address,
                version="2025-1",
                agreement=wanted.agreement,
                dataset=wanted.agreement,
                format=wanted.format,
                reference=None,
                address=None,
                token_hash=None,
                state=T.REQUESTED,
                reason=None,
                made=work.now,
                changed=work.now,
            )
            exchange.transfers.open(work, opened)
            exchange.transfers.steps.consider(work, opened)
        return {"pid": opened.pid}


def cases(group: str) -> list[str]:
    """Return the identifiers of a group's cases, as the kit numbers them: 01-01 to 03-06."""
    return [f"{group}{part:02d}{number:02d}" for part in range(1, 4) for number in range(1, 8)]


def seed(node: Node) -> None:
    """Publish the datasets the kit asks for, and hold the agreements its transfers rest on."""
    with node.database.writing() as work:
        for dataset in ("CAT0101", "CAT0102", *cases("ACN")):
            node.exchange.catalog.publish(work, _offering(dataset, work))
        for name in cases("ATP"):
            _hold(work, name, provider=OWN_ID, consumer=KIT_ID)


def _offering(dataset: str, work: Work) -> Offering:
    return Offering(
        id=dataset,
        title={"en": f"Invented data set {dataset}"},
        description={},
        kinds=(),
        personal=False,
        purposes=(),
        media_type="application/json",
        policy=RULES,
        updated=work.now,
    )


def _hold(work: Work, name: str, *, provider: str, consumer: str) -> None:
    offer = offer_in_message({"@id": new_urn(), "@type": "Offer", **RULES}, name)
    finalized = Negotiation(
        pid=new_urn(),
        role=PROVIDER,
        peer=consumer,
        peer_pid=new_urn(),
        callback=None,
        version="2025-1",
        opened_by=CONSUMER,
        dataset=name,
        offer=offer,
        offers_made=0,
        state=N.FINALIZED,
        reason=None,
        agreement=name,
        made=work.now,
        changed=work.now,
    )
    negotiation_store.add(work, finalized)
    policy = agreement_on(offer, name=name, provider=provider, consumer=consumer, at=work.now)
    agreement = Agreement(
        id=name, dataset=name, provider=provider, consumer=consumer, policy=policy, made=work.now, in_force=False
    )
    negotiation_store.add_agreement(work, finalized, agreement)
    negotiation_store.put_in_force(work, finalized, True)


def main(folder: Path, port: int) -> None:
    """Make the node in `folder`, seed it, and serve until it is told to stop."""
    folder.mkdir(parents=True, exist_ok=True)
    make_key(folder, f"did:web:127.0.0.1%3A{port}")
    address = f"http://127.0.0.1:{port}"
    content = {
        "name": "Invented connector under test",
        "address": address,
        "roles": ["authority"],
        "authority": f"did:web:127.0.0.1%3A{port}",
        "loopback": True,
        "authentication": "mock",
        "participant_id": OWN_ID,
        "pause_ms": PAUSE_MS,
    }
    node = compose(
        settings_of(folder, content),
        negotiation_decider=ScriptedNegotiation(),
        transfer_decider=ScriptedTransfer(),
    )
    node.book.on_task(NEXT, Player(node).move)
    seed(node)
    app = application(node)
    webhooks(app, node)
    server(node, app).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
