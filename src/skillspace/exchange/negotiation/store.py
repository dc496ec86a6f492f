"""Tables of negotiations and agreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.negotiation.model import Negotiation, Turn
from skillspace.exchange.parties import CONSUMER
from skillspace.storage.database import Moment, Work, metadata
from skillspace.trust.contract import Agreement

_STATES = ", ".join(f"'{state}'" for state in sorted(NEGOTIATION.states))

negotiations = sa.Table(
    "negotiation",
    metadata,
    sa.Column("pid", sa.String, primary_key=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("peer", sa.String, nullable=False),
    sa.Column("peer_pid", sa.String, nullable=True),
    sa.Column("callback", sa.String, nullable=True),
    sa.Column("version", sa.String, nullable=True),
    sa.Column("opened_by", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("offer", sa.JSON, nullable=False),
    sa.Column("offers_made", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("agreement", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.UniqueConstraint("role", "peer", "peer_pid", name="negotiation_of_peer"),
    sa.Index("negotiation_by_dataset", "peer", "dataset"),
    sa.CheckConstraint(f"state IN ({_STATES})", name="negotiation_state"),
    sa.CheckConstraint("role IN ('consumer', 'provider')", name="negotiation_role"),
)

#: The history of each negotiation: what was offered by whom, one after the other.
turns = sa.Table(
    "negotiation_turn",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("negotiation", sa.String, sa.ForeignKey("negotiation.pid"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("party", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("offer", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("reason", sa.String, nullable=True),
)

agreements = sa.Table(
    "agreement",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("negotiation", sa.String, sa.ForeignKey("negotiation.pid"), nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("consumer", sa.String, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("in_force", sa.Boolean, nullable=False),
    sa.Index("agreement_by_parties", "provider", "consumer", "dataset"),
)


_LATEST = sa.select(negotiations).order_by(negotiations.c.made.desc()).limit(1).with_for_update()
_BY_PID = _LATEST.where(negotiations.c.pid == sa.bindparam("this"))
_BY_PEER = _LATEST.where(
    negotiations.c.role == sa.bindparam("role"),
    negotiations.c.peer == sa.bindparam("peer"),
    negotiations.c.peer_pid == sa.bindparam("peer_pid"),
)
_LAST_OFFER = (
    sa.select(turns.c.offer)
    .where(turns.c.negotiation == sa.bindparam("this"), turns.c.party == sa.bindparam("party"))
    .where(turns.c.offer.is_not(None))
    .order_by(turns.c.position.desc())
    .limit(1)
)
_CHANGE = sa.update(negotiations).where(negotiations.c.pid == sa.bindparam("this"))
_BY_AGREEMENT = sa.select(agreements).where(agreements.c.id == sa.bindparam("this"))


def add(work: Work, negotiation: Negotiation) -> Negotiation:
    """Store a new negotiation."""
    row = {column.name: getattr(negotiation, column.name) for column in negotiations.columns}
    work.insert(negotiations, row | {"offer": dict(negotiation.offer), "state": negotiation.state.value})
    add_turn(work, negotiation, negotiation.opened_by, offer=negotiation.offer, reason=None)
    return negotiation


def change(work: Work, negotiation: Negotiation, **changes: Any) -> Negotiation:
    """Change a negotiation, which was read in this transaction, and return it as it is now."""
    changes |= {"changed": work.now}
    work.connection.execute(_CHANGE, changes | {"this": negotiation.pid})
    return replace(negotiation, **changes)


def add_turn(
    work: Work, negotiation: Negotiation, party: str, *, offer: Mapping[str, Any] | None, reason: str | None
) -> None:
    """Write down the turn that brought a negotiation into its state."""
    row = {"negotiation": negotiation.pid, "at": work.now, "party": party, "reason": reason}
    row |= {"state": negotiation.state.value, "offer": dict(offer) if offer is not None else None}
    work.insert(turns, row)


def history(work: Work, pid: str) -> list[Turn]:
    """Return the turns of a negotiation, first to last."""
    query = sa.select(turns).where(turns.c.negotiation == pid).order_by(turns.c.position)
    names = ("at", "party", "offer", "reason")
    return [
        Turn(**{name: row[name] for name in names}, state=NegotiationState(row["state"])) for row in work.rows(query)
    ]


def last_offer(work: Work, pid: str, party: str) -> Mapping[str, Any] | None:
    """Return what a party offered last in a negotiation, None when it did not."""
    row = work.one(_LAST_OFFER, this=pid, party=party)
    return row["offer"] if row else None


def one(work: Work, pid: str) -> Negotiation | None:
    """Return a negotiation by our identifier, held against others until the transaction ends."""
    return _read(work.one(_BY_PID, this=pid))


def of_peer(work: Work, role: str, peer: str, peer_pid: str) -> Negotiation | None:
    """Return the negotiation the peer knows under `peer_pid`."""
    return _read(work.one(_BY_PEER, role=role, peer=peer, peer_pid=peer_pid))


def under_way(work: Work, provider: str, dataset: str) -> Negotiation | None:
    """Return a negotiation we opened as consumer on this dataset that is not over."""
    ours = (negotiations.c.role == CONSUMER) & (negotiations.c.opened_by == CONSUMER)
    about = (negotiations.c.peer == provider) & (negotiations.c.dataset == dataset)
    return _read(work.one(_LATEST.where(ours & about & negotiations.c.state.not_in(sorted(NEGOTIATION.final)))))


def listed(work: Work) -> list[Negotiation]:
    """Return all negotiations, the last changed first."""
    query = sa.select(negotiations).order_by(negotiations.c.changed.desc(), negotiations.c.pid)
    return [_negotiation(row) for row in work.rows(query)]


def add_agreement(work: Work, negotiation: Negotiation, agreement: Agreement) -> None:
    """Store an agreement; it comes into force when its negotiation is finalized."""
    row = {
        "id": agreement.id,
        "role": negotiation.role,
        "negotiation": negotiation.pid,
        "dataset": agreement.dataset,
        "provider": agreement.provider,
        "consumer": agreement.consumer,
        "policy": dict(agreement.policy),
        "made": agreement.made,
        "in_force": False,
    }
    work.insert(agreements, row)


def put_in_force(work: Work, negotiation: Negotiation, in_force: bool) -> None:
    """Let the agreement of a negotiation count, or stop counting."""
    work.update(agreements, agreements.c.negotiation == negotiation.pid, in_force=in_force)


def agreement(work: Work, agreement_id: str, role: str | None = None) -> Agreement | None:
    """Return an agreement by id (in one role, if both parties are this node)."""
    query = sa.select(agreements).where(agreements.c.id == agreement_id)
    if role is not None:
        query = query.where(agreements.c.role == role)
    row = work.one(query.order_by(agreements.c.in_force.desc()).limit(1))
    return _agreement(row) if row else None


def agreement_between(work: Work, provider: str, consumer: str, dataset: str) -> Agreement | None:
    """Return the newest agreement in force between two parties on a dataset."""
    parties = (agreements.c.provider == provider) & (agreements.c.consumer == consumer)
    query = sa.select(agreements).where(parties, agreements.c.dataset == dataset, agreements.c.in_force.is_(True))
    row = work.one(query.order_by(agreements.c.made.desc()).limit(1))
    return _agreement(row) if row else None


def negotiation_of(work: Work, agreement_id: str, role: str) -> str | None:
    """Return the negotiation that made an agreement."""
    query = sa.select(agreements.c.negotiation).where(agreements.c.id == agreement_id, agreements.c.role == role)
    row = work.one(query)
    return row["negotiation"] if row else None


def listed_agreements(work: Work) -> list[Agreement]:
    """Return all agreements, newest first."""
    return [_agreement(row) for row in work.rows(sa.select(agreements).order_by(agreements.c.made.desc()))]


def _read(row: Mapping[str, Any] | None) -> Negotiation | None:
    return _negotiation(row) if row else None


def _negotiation(row: Mapping[str, Any]) -> Negotiation:
    return Negotiation(**dict(row) | {"state": NegotiationState(row["state"])})


def _agreement(row: Mapping[str, Any]) -> Agreement:
    kept = {name: value for name, value in row.items() if name not in ("role", "negotiation")}
    return Agreement(**kept)
