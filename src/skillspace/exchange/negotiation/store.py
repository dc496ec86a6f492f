"""Tables of negotiations and agreements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
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


def add(work: Work, negotiation: Negotiation) -> Negotiation:
    """Store a new negotiation."""
    row = {column.name: getattr(negotiation, column.name) for column in negotiations.columns}
    work.insert(negotiations, row | {"offer": dict(negotiation.offer), "state": negotiation.state.value})
    return negotiation


def change(work: Work, pid: str, **changes: Any) -> Negotiation:
    """Change a negotiation and return it as it is now."""
    work.update(negotiations, negotiations.c.pid == pid, changed=work.now, **changes)
    found = one(work, pid)
    assert found is not None, pid  # noqa: S101  (it was read in this transaction)
    return found


def one(work: Work, pid: str) -> Negotiation | None:
    """Return a negotiation by our identifier, held against others until the transaction ends."""
    return _first(work, negotiations.c.pid == pid)


def of_peer(work: Work, role: str, peer: str, peer_pid: str) -> Negotiation | None:
    """Return the negotiation the peer knows under `peer_pid`."""
    mine = (negotiations.c.role == role) & (negotiations.c.peer == peer) & (negotiations.c.peer_pid == peer_pid)
    return _first(work, mine)


def under_way(work: Work, provider: str, dataset: str) -> Negotiation | None:
    """Return a negotiation we opened as consumer on this dataset that is not over."""
    ours = (negotiations.c.role == CONSUMER) & (negotiations.c.opened_by == CONSUMER)
    about = (negotiations.c.peer == provider) & (negotiations.c.dataset == dataset)
    return _first(work, ours & about & negotiations.c.state.not_in(sorted(NEGOTIATION.final)))


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


def _first(work: Work, where: sa.ColumnElement[bool]) -> Negotiation | None:
    query = sa.select(negotiations).where(where).order_by(negotiations.c.made.desc()).limit(1)
    row = work.one(query.with_for_update())
    return _negotiation(row) if row else None


def _negotiation(row: Mapping[str, Any]) -> Negotiation:
    return Negotiation(**dict(row) | {"state": NegotiationState(row["state"])})


def _agreement(row: Mapping[str, Any]) -> Agreement:
    kept = {name: value for name, value in row.items() if name not in ("role", "negotiation")}
    return Agreement(**kept)
