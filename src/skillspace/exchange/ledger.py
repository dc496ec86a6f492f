"""Long lists of negotiations, agreements and transfers: searched, sorted and cut by the database, never read whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.negotiation import Negotiation, NegotiationState
from skillspace.exchange.negotiation.store import agreements as agreement_table
from skillspace.exchange.negotiation.store import negotiations as negotiation_table
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.exchange.transfer import Transfer, TransferState
from skillspace.exchange.transfer.store import transfers as transfer_table
from skillspace.storage.database import Work
from skillspace.trust.contract import Agreement

Titles = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Which lines of a long list are wanted.

    `words` are looked for in names of organisations (`names`: by DID) and titles of offerings (`titles`: by provider
    and data set), and in the identifiers themselves. `sort` is a column, or "asset" or "other" for those names.
    """

    words: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    titles: Titles = field(default_factory=dict)
    sort: str = "changed"
    is_down: bool = True
    offset: int = 0
    limit: int = 50


def negotiations(work: Work, cut: Cut, own_did: str) -> tuple[int, list[Negotiation]]:
    """Return how many negotiations fit the words, and those of the cut."""
    table = negotiation_table
    provider = sa.case((table.c.role == PROVIDER, own_did), else_=table.c.peer)
    total, rows = _cut(work, table, cut, other=table.c.peer, provider=provider)
    return total, [Negotiation(**{**row, "state": NegotiationState(row["state"])}) for row in rows]


def transfers(work: Work, cut: Cut, own_did: str) -> tuple[int, list[Transfer]]:
    """Return how many transfers fit the words, and those of the cut."""
    table = transfer_table
    provider = sa.case((table.c.role == PROVIDER, own_did), else_=table.c.peer)
    total, rows = _cut(work, table, cut, other=table.c.peer, provider=provider)
    return total, [Transfer(**{**row, "state": TransferState(row["state"])}) for row in rows]


def agreements(work: Work, cut: Cut) -> tuple[int, list[tuple[Agreement, bool]]]:
    """Return how many agreements fit the words, and those of the cut, each with whether we are its consumer."""
    table = agreement_table
    other = sa.case((table.c.role == CONSUMER, table.c.provider), else_=table.c.consumer)
    total, rows = _cut(work, table, cut, other=other, provider=table.c.provider)
    return total, [(_agreement(row), row["role"] == CONSUMER) for row in rows]


def offers_waiting(work: Work, *, limit: int = 20) -> list[Negotiation]:
    """Return the negotiations in which a provider came to us first with an offer: nobody but a person answers it."""
    table = negotiation_table
    ours = (table.c.state == NegotiationState.OFFERED) & (table.c.role == CONSUMER) & (table.c.opened_by == PROVIDER)
    rows = work.rows(sa.select(table).where(ours).order_by(table.c.changed).limit(limit))
    return [Negotiation(**{**row, "state": NegotiationState(row["state"])}) for row in rows]


def transfers_under(work: Work, agreement_ids: Collection[str]) -> dict[str, int]:
    """Return how many transfers there were under each of these agreements; one without any is left out."""
    column = transfer_table.c.agreement
    query = sa.select(column, sa.func.count()).where(column.in_(sorted(agreement_ids))).group_by(column)
    return {agreement: int(count) for agreement, count in work.connection.execute(query)}


def agreements_on(work: Work, provider: str) -> dict[str, int]:
    """Return how many agreements are in force on each data set of a provider."""
    table = agreement_table
    query = sa.select(table.c.dataset, sa.func.count()).where(table.c.provider == provider, table.c.in_force.is_(True))
    return {dataset: int(count) for dataset, count in work.connection.execute(query.group_by(table.c.dataset))}


def policies_with_an_end(work: Work) -> list[Mapping[str, Any]]:
    """Return the policies of agreements in force that speak of a moment; most do not, and stay unread."""
    table = agreement_table
    timed = sa.cast(table.c.policy, sa.String).contains("dateTime") & table.c.in_force.is_(True)
    return [row["policy"] for row in work.rows(sa.select(table.c.policy).where(timed))]


def _cut(
    work: Work, table: sa.Table, cut: Cut, *, other: sa.ColumnElement[str], provider: sa.ColumnElement[str]
) -> tuple[int, list[Mapping[str, Any]]]:
    asset = provider + " " + table.c.dataset
    titles = {f"{did} {dataset}": title for (did, dataset), title in cut.titles.items()}
    where = _having(cut.words, table.c.dataset, other, asset, cut.names, titles)
    counted = work.one(sa.select(sa.func.count().label("count")).select_from(table).where(where))
    by = {"asset": _rank(asset, titles), "other": _rank(other, cut.names)}.get(cut.sort)
    order = table.c[cut.sort] if by is None else by
    key = next(iter(table.primary_key.columns))
    query = sa.select(table).where(where).order_by(order.desc() if cut.is_down else order, key)
    return int(counted["count"]) if counted else 0, work.rows(query.offset(cut.offset).limit(cut.limit))


def _having(
    words: str,
    dataset: sa.ColumnElement[str],
    other: sa.ColumnElement[str],
    asset: sa.ColumnElement[str],
    names: Mapping[str, str],
    titles: Mapping[str, str],
) -> sa.ColumnElement[bool]:
    if not words:
        return sa.true()
    sought = words.casefold()
    named = [did for did, name in names.items() if sought in name.casefold()]
    titled = [key for key, title in titles.items() if sought in title.casefold()]
    literal = dataset.icontains(words, autoescape=True) | other.icontains(words, autoescape=True)
    return literal | other.in_(named) | asset.in_(titled)


def _rank(column: sa.ColumnElement[str], names: Mapping[str, str]) -> sa.ColumnElement[int]:
    """Order by what people read instead of by what the column holds; unknown ones come last."""
    ordered = sorted(names, key=lambda key: (names[key].casefold(), key))
    ranks = {key: position for position, key in enumerate(ordered)}
    return sa.case(ranks, value=column, else_=len(ranks)) if ranks else sa.literal(0) + 0


def _agreement(row: Mapping[str, Any]) -> Agreement:
    return Agreement(**{name: value for name, value in row.items() if name not in ("role", "negotiation")})
