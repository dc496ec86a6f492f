"""Long lists of negotiations, agreements and transfers: searched, sorted and cut by the database, never read whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.catalog.matching import any_value
from skillspace.exchange.catalog.shelf import offerings as own_table
from skillspace.exchange.catalog.store import crawled_catalogs, crawled_datasets
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


def titles(work: Work, own_did: str) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return the titles, by language, of every data set that is negotiated, agreed on or carried: by provider and id.

    What is not offered any more has none. Catalogs may be long; only what is dealt with here is read of them.
    """
    tables = (negotiation_table, agreement_table, transfer_table)
    dealt_with = sa.union(*(sa.select(table.c.dataset) for table in tables)).subquery()
    wanted = sa.select(dealt_with.c.dataset)
    own = work.rows(sa.select(own_table.c.id, own_table.c.title).where(own_table.c.id.in_(wanted)))
    seen_table, state = crawled_datasets, crawled_catalogs
    shown = (seen_table.c.teller == state.c.provider) & (seen_table.c.generation == state.c.generation)
    query = sa.select(seen_table.c.provider, seen_table.c.id, seen_table.c.title)
    query = query.select_from(seen_table.join(state, shown)).where(seen_table.c.provider == seen_table.c.teller)
    seen = work.rows(query.where(seen_table.c.id.in_(wanted)))
    return {(row["provider"], row["id"]): row["title"] for row in seen} | {
        (own_did, row["id"]): row["title"] for row in own
    }


def offerings(work: Work, cut: Cut, own_did: str, language: str) -> tuple[int, list[str]]:
    """Return how many of our offerings fit the words, and the ids of those of the cut.

    `sort` is "title" (in `language`, else in English), "kinds", "updated" or "agreements".
    """
    table, agreed = own_table, agreement_table
    where: sa.ColumnElement[bool] = sa.true()
    if words := cut.words.casefold():
        dialect = work.connection.dialect.name
        titled = any_value(table, table.c.title_folded, lambda text: text.contains(words, autoescape=True), dialect)
        where = table.c.id.icontains(words, autoescape=True) | titled
    title = sa.func.coalesce(table.c.title[language].as_string(), table.c.title["en"].as_string(), table.c.id)
    in_force = (agreed.c.provider == own_did) & agreed.c.in_force.is_(True) & (agreed.c.dataset == table.c.id)
    by: dict[str, sa.ColumnElement[Any]] = {
        "title": sa.func.lower(title),
        "kinds": sa.cast(table.c.kinds, sa.String),
        "updated": table.c.updated,
        "agreements": sa.select(sa.func.count()).select_from(agreed).where(in_force).scalar_subquery(),
    }
    order = by[cut.sort]
    total = work.connection.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar_one()
    query = sa.select(table.c.id).where(where).order_by(order.desc() if cut.is_down else order, table.c.id)
    return int(total), [row["id"] for row in work.rows(query.offset(cut.offset).limit(cut.limit))]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How a peer's catalog last answered: `seen` is when it did, `error` why it did not the last time."""

    seen: datetime | None
    tried: datetime
    is_reachable: bool
    error: str
    endpoint: str
    offered: int


def contacts(work: Work) -> dict[str, Contact]:
    """Return how the catalogs that are read here last answered, by participant."""
    return {
        row["provider"]: Contact(
            seen=row["seen_at"],
            tried=row["tried_at"],
            is_reachable=row["reachable"],
            error=row["last_error"] or "",
            endpoint=row["endpoint"] or "",
            offered=row["offered"] or 0,
        )
        for row in work.rows(sa.select(crawled_catalogs))
    }


def partners(work: Work) -> set[str]:
    """Return everybody who ever was the other side of a negotiation or transfer."""
    query = sa.union(sa.select(negotiation_table.c.peer), sa.select(transfer_table.c.peer))
    return {str(peer) for (peer,) in work.connection.execute(query)}


def offered_by(work: Work, provider: str, *, limit: int) -> list[tuple[str, Mapping[str, str]]]:
    """Return the first data sets of a provider's own catalog, as (id, title by language)."""
    table, state = crawled_datasets, crawled_catalogs
    shown = (table.c.teller == state.c.provider) & (table.c.generation == state.c.generation)
    own = (table.c.teller == provider) & (table.c.provider == provider)
    query = sa.select(table.c.id, table.c.title).select_from(table.join(state, shown)).where(own)
    return [(row["id"], row["title"]) for row in work.rows(query.order_by(table.c.id).limit(limit))]


def offers_waiting(work: Work, *, limit: int = 20) -> list[Negotiation]:
    """Return the negotiations that only a person answers: those a provider came with, where it is our turn.

    That is its offer when we are the consumer, the consumer's counter-offer when we are the provider.
    """
    table = negotiation_table
    offered = (table.c.state == NegotiationState.OFFERED) & (table.c.role == CONSUMER)
    countered = (table.c.state == NegotiationState.REQUESTED) & (table.c.role == PROVIDER)
    ours = (table.c.opened_by == PROVIDER) & (offered | countered)
    rows = work.rows(sa.select(table).where(ours).order_by(table.c.changed).limit(limit))
    return [Negotiation(**{**row, "state": NegotiationState(row["state"])}) for row in rows]


def transfers_under(work: Work, agreement_ids: Collection[str]) -> dict[str, int]:
    """Return how many transfers there were under each of these agreements; one without any is left out."""
    column = transfer_table.c.agreement
    query = sa.select(column, sa.func.count()).where(column.in_(sorted(agreement_ids))).group_by(column)
    return {agreement: int(count) for agreement, count in work.connection.execute(query)}


def agreements_on(work: Work, provider: str, datasets: Collection[str]) -> dict[str, int]:
    """Return how many agreements are in force on each of these data sets of a provider; none is left out."""
    table = agreement_table
    query = sa.select(table.c.dataset, sa.func.count()).where(table.c.provider == provider, table.c.in_force.is_(True))
    query = query.where(table.c.dataset.in_(sorted(datasets)))
    return {dataset: int(count) for dataset, count in work.connection.execute(query.group_by(table.c.dataset))}


def transfers_of(work: Work, agreement_id: str, *, limit: int) -> list[Transfer]:
    """Return the latest transfers under one agreement."""
    table = transfer_table
    query = sa.select(table).where(table.c.agreement == agreement_id).order_by(table.c.changed.desc()).limit(limit)
    return [Transfer(**{**row, "state": TransferState(row["state"])}) for row in work.rows(query)]


def negotiations_with(work: Work, peer: str, *, limit: int) -> list[Negotiation]:
    """Return the latest negotiations with one peer."""
    table = negotiation_table
    query = sa.select(table).where(table.c.peer == peer).order_by(table.c.changed.desc()).limit(limit)
    return [Negotiation(**{**row, "state": NegotiationState(row["state"])}) for row in work.rows(query)]


def agreement_role(work: Work, agreement_id: str, role: str = "") -> tuple[str, str] | None:
    """Return our role in an agreement and the negotiation that made it; None when it is not known here."""
    table = agreement_table
    query = sa.select(table.c.role, table.c.negotiation).where(table.c.id == agreement_id)
    row = work.one((query.where(table.c.role == role) if role else query).order_by(table.c.role).limit(1))
    return (row["role"], row["negotiation"]) if row else None


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
