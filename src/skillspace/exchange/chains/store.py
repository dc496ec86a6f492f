"""The tables of chains: what this node asked for, hop by hop, and the parts it plays in its own and others' chains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.chains.machine import CHAIN, PART, ChainState, PartState
from skillspace.exchange.chains.model import Chain, Hop, Part
from skillspace.storage.database import Moment, Work, metadata


def _among(states: frozenset[Any]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


chains = sa.Table(
    "chain",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("deadline", Moment, nullable=False),
    sa.Column("within_s", sa.Integer, nullable=False),
    sa.Column("max_bytes", sa.BigInteger, nullable=False),
    sa.Column("wants_result", sa.Boolean, nullable=False),
    sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.CheckConstraint(f"state IN ({_among(CHAIN.states)})", name="chain_state"),
)

hops = sa.Table(
    "chain_hop",
    metadata,
    sa.Column("chain", sa.String, sa.ForeignKey("chain.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("participant", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=True),
    sa.Column("grant", sa.String, nullable=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("was_told", sa.Boolean, nullable=False),
    sa.Column("hand_on", sa.Text, nullable=True),
    sa.Column("statement", sa.Text, nullable=True),
    sa.Column("said", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("changed", Moment, nullable=False),
    sa.CheckConstraint(f"state IN ({_among(PART.states)})", name="chain_hop_state"),
)

parts = sa.Table(
    "chain_part",
    metadata,
    sa.Column("chain", sa.String, primary_key=True),
    sa.Column("hop", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("asker", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("previous", sa.String, nullable=True),
    sa.Column("previous_dataset", sa.String, nullable=True),
    sa.Column("dataset", sa.String, nullable=True),
    sa.Column("next", sa.String, nullable=True),
    sa.Column("grant", sa.String, nullable=True, index=True),
    sa.Column("given", sa.Text, nullable=True),
    sa.Column("is_personal", sa.Boolean, nullable=False),
    sa.Column("wants_result", sa.Boolean, nullable=False),
    sa.Column("max_bytes", sa.BigInteger, nullable=False),
    sa.Column("deadline", Moment, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("agreement", sa.String, nullable=True),
    sa.Column("negotiation", sa.String, nullable=True, index=True),
    sa.Column("transfer", sa.String, nullable=True, index=True),
    sa.Column("served", sa.String, nullable=True),
    sa.Column("input_digest", sa.String, nullable=True),
    sa.Column("input_bytes", sa.BigInteger, nullable=True),
    sa.Column("output_digest", sa.String, nullable=True),
    sa.Column("output_bytes", sa.BigInteger, nullable=True),
    sa.Column("media_type", sa.String, nullable=True),
    sa.Column("hand_on", sa.Text, nullable=True),
    sa.Column("statement", sa.Text, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.CheckConstraint(f"state IN ({_among(PART.states)})", name="chain_part_state"),
)

_OPEN = parts.c.state.not_in(sorted(PART.final))


def add_chain(work: Work, chain: Chain) -> None:
    """Store a new chain with its hops."""
    row = {column.name: getattr(chain, column.name) for column in chains.columns}
    work.insert(chains, row | {"state": chain.state.value})
    for hop in chain.hops:
        mine = {column.name: getattr(hop, column.name) for column in hops.columns if column.name != "chain"}
        work.insert(hops, mine | {"chain": chain.id, "state": hop.state.value})


def change_chain(work: Work, chain: Chain, **changes: Any) -> Chain:
    """Change a chain that was read in this transaction, and return it as it is now."""
    changes |= {"changed": work.now}
    work.update(chains, chains.c.id == chain.id, **changes)
    return replace(chain, **changes)


def change_hop(work: Work, chain: str, number: int, **changes: Any) -> None:
    """Change one hop of a chain."""
    this = (hops.c.chain == chain) & (hops.c.number == number)
    work.update(hops, this, **changes, changed=work.now)


def one_chain(work: Work, chain: str) -> Chain | None:
    """Return a chain with its hops, held against others until the transaction ends."""
    row = work.one(sa.select(chains).where(chains.c.id == chain).with_for_update())
    return _chain(work, row) if row else None


def listed_chains(work: Work, *, limit: int) -> list[Chain]:
    """Return chains with their hops, the last changed first."""
    query = sa.select(chains).order_by(chains.c.changed.desc(), chains.c.id).limit(limit)
    return [_chain(work, row) for row in work.rows(query)]


def add_part(work: Work, part: Part) -> Part:
    """Store a part, over an earlier attempt at it."""
    row = {column.name: getattr(part, column.name) for column in parts.columns}
    row |= {"state": part.state.value, "terms": [dict(one) for one in part.terms]}
    work.upsert(parts, row, on=("chain",))
    return part


def change_part(work: Work, part: Part, **changes: Any) -> Part:
    """Change a part that was read in this transaction, and return it as it is now."""
    changes |= {"changed": work.now}
    stored = changes | ({"terms": [dict(one) for one in changes["terms"]]} if "terms" in changes else {})
    work.update(parts, parts.c.chain == part.chain, **stored)
    return replace(part, **changes)


def one_part(work: Work, chain: str) -> Part | None:
    """Return our part in a chain, held against others until the transaction ends."""
    row = work.one(sa.select(parts).where(parts.c.chain == chain).with_for_update())
    return _part(row) if row else None


def listed_parts(work: Work, *, limit: int) -> list[Part]:
    """Return the parts this node plays, the last changed first."""
    query = sa.select(parts).order_by(parts.c.changed.desc(), parts.c.chain).limit(limit)
    return [_part(row) for row in work.rows(query)]


def open_parts(work: Work) -> int:
    """Count the parts that are not over."""
    return int(work.connection.execute(sa.select(sa.func.count()).select_from(parts).where(_OPEN)).scalar_one())


def parts_by(work: Work, column: str, value: str, *, is_open: bool = True) -> list[Part]:
    """Return the (open) parts with this grant, transfer or negotiation."""
    query = sa.select(parts).where(parts.c[column] == value)
    return [_part(row) for row in work.rows(query.where(_OPEN) if is_open else query)]


def keys_with_files(work: Work) -> set[tuple[str, int, int]]:
    """Return chain, hop and attempt of every part that may have files: open ones, and results that were kept."""
    query = sa.select(parts.c.chain, parts.c.hop, parts.c.attempt)
    rows = work.rows(query.where(_OPEN | (parts.c.state == PartState.KEPT.value)))
    return {(row["chain"], row["hop"], row["attempt"]) for row in rows}


def _chain(work: Work, row: Mapping[str, Any]) -> Chain:
    found = work.rows(sa.select(hops).where(hops.c.chain == row["id"]).order_by(hops.c.number))
    return Chain(**dict(row) | {"state": ChainState(row["state"]), "hops": tuple(map(_hop, found))})


def _hop(row: Mapping[str, Any]) -> Hop:
    content = {name: value for name, value in row.items() if name != "chain"}
    return Hop(**content | {"state": PartState(row["state"])})


def _part(row: Mapping[str, Any]) -> Part:
    return Part(**dict(row) | {"state": PartState(row["state"]), "terms": tuple(row["terms"])})
