"""The table of transfers. Secrets in it (address, grant, hash of a token) go when the transfer stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.parties import CONSUMER
from skillspace.exchange.transfer.machine import TRANSFER, TransferState
from skillspace.exchange.transfer.model import Transfer
from skillspace.storage.database import Moment, Work, metadata

_STATES = ", ".join(f"'{state}'" for state in sorted(TRANSFER.states))

transfers = sa.Table(
    "transfer",
    metadata,
    sa.Column("pid", sa.String, primary_key=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("peer", sa.String, nullable=False),
    sa.Column("peer_pid", sa.String, nullable=True),
    sa.Column("callback", sa.String, nullable=True),
    sa.Column("version", sa.String, nullable=True),
    sa.Column("agreement", sa.String, nullable=False, index=True),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("format", sa.String, nullable=False),
    sa.Column("reference", sa.String, nullable=True, index=True),
    sa.Column("address", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("token_hash", sa.String, nullable=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.UniqueConstraint("role", "peer", "peer_pid", name="transfer_of_peer"),
    sa.CheckConstraint(f"state IN ({_STATES})", name="transfer_state"),
    sa.CheckConstraint("role IN ('consumer', 'provider')", name="transfer_role"),
)


_LATEST = sa.select(transfers).order_by(transfers.c.made.desc()).limit(1).with_for_update()
_BY_PID = _LATEST.where(transfers.c.pid == sa.bindparam("this"))
_CHANGE = sa.update(transfers).where(transfers.c.pid == sa.bindparam("this"))


def add(work: Work, transfer: Transfer) -> Transfer:
    """Store a new transfer."""
    row = {column.name: getattr(transfer, column.name) for column in transfers.columns}
    work.insert(transfers, row | {"state": transfer.state.value})
    return transfer


def change(work: Work, transfer: Transfer, **changes: Any) -> Transfer:
    """Change a transfer, which was read in this transaction, and return it as it is now."""
    changes |= {"changed": work.now}
    work.connection.execute(_CHANGE, changes | {"this": transfer.pid})
    return replace(transfer, **changes)


def one(work: Work, pid: str) -> Transfer | None:
    """Return a transfer by our identifier, held against others until the transaction ends."""
    row = work.one(_BY_PID, this=pid)
    return _transfer(row) if row else None


def of_peer(work: Work, role: str, peer: str, peer_pid: str) -> Transfer | None:
    """Return the transfer the peer knows under `peer_pid`."""
    mine = (transfers.c.role == role) & (transfers.c.peer == peer) & (transfers.c.peer_pid == peer_pid)
    return _first(work, mine)


def living(work: Work, agreement: str, reference: str) -> Transfer | None:
    """Return the consumer's transfer under this reference that is not over."""
    mine = (transfers.c.role == CONSUMER) & (transfers.c.reference == reference)
    return _first(work, mine & (transfers.c.agreement == agreement) & transfers.c.state.not_in(sorted(TRANSFER.final)))


def listed(work: Work) -> list[Transfer]:
    """Return all transfers, the last changed first."""
    query = sa.select(transfers).order_by(transfers.c.changed.desc(), transfers.c.pid)
    return [_transfer(row) for row in work.rows(query)]


def _first(work: Work, where: sa.ColumnElement[bool]) -> Transfer | None:
    row = work.one(_LATEST.where(where))
    return _transfer(row) if row else None


def _transfer(row: Mapping[str, Any]) -> Transfer:
    return Transfer(**dict(row) | {"state": TransferState(row["state"])})
