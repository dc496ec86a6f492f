"""What binds a provider and a consumer about a data set now, looked up at each release; and why nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.contract.machine import ContractState, SeatState
from skillspace.trust.contract.model import Binding
from skillspace.trust.contract.reading import is_within
from skillspace.trust.contract.store import Row, bound, contracts, live_seat, seats

#: A member that has not had the record's word for so long no longer builds on it.
STALE = timedelta(days=7)
_BINDS = (SeatState.IN_FORCE, SeatState.LEAVING)
_SEAT = ("state", "suspended_for", "starts", "ends", "sign_by", "leaves", "fault", "version", "terms_hash", "role")


def _lookup() -> sa.Select[Any]:
    """Offerings of a data set with the contract and the three participations they rest on: where the offering stands,
    the provider's (in a contract of two another one), and the consumer's."""
    host, giver, taker = seats.alias("host"), seats.alias("giver"), seats.alias("taker")
    columns: list[sa.ColumnElement[Any]] = [bound.c.contract, bound.c.content]
    columns += [contracts.c[name].label(f"contract_{name}") for name in ("state", "starts", "ends", "stops")]
    columns += [contracts.c[name].label(f"contract_{name}") for name in ("orchestrator", "confirmed")]
    for name, table in (("host", host), ("giver", giver), ("taker", taker)):
        columns += [table.c[column].label(f"{name}_{column}") for column in _SEAT]
    at_giver = (giver.c.member == sa.bindparam("provider")) & (giver.c.contract == bound.c.contract)
    at_taker = (taker.c.member == sa.bindparam("consumer")) & (taker.c.contract == bound.c.contract)
    return (
        sa.select(*columns)
        .select_from(bound)
        .join(host, host.c.id == bound.c.participation)
        .join(contracts, contracts.c.id == bound.c.contract)
        .join(giver, at_giver & giver.c.state.in_(_BINDS))
        .join(taker, at_taker & taker.c.state.in_(_BINDS))
        .where((bound.c.provider == sa.bindparam("provider")) & (bound.c.dataset == sa.bindparam("dataset")))
        .order_by(bound.c.contract)
    )


_LOOKUP = _lookup()


def binding(
    work: Work, own_did: str, *, provider: str, consumer: str, dataset: str, purpose: str | None, at: datetime
) -> Binding | None:
    """Return what lets `consumer` use the data set `at` a moment that is not before the last change, or None."""
    for row in work.rows(_LOOKUP, provider=provider, consumer=consumer, dataset=dataset):
        if next(_faults(row, own_did, purpose, at), None) is None:
            return _binding(row)
    return None


def reasons_against(
    work: Work, own_did: str, *, provider: str, consumer: str, dataset: str, purpose: str | None, at: datetime
) -> list[str]:
    """Return why no contract lets `consumer` use the data set, in words; nothing where one does."""
    found: list[str] = []
    for row in work.rows(_LOOKUP, provider=provider, consumer=consumer, dataset=dataset):
        faults = list(_faults(row, own_did, purpose, at))
        if not faults:
            return []
        found += faults
    if found:
        return list(dict.fromkeys(found))
    offered = (bound.c.provider == provider) & (bound.c.dataset == dataset)
    named = [row["contract"] for row in work.rows(sa.select(bound.c.contract).where(offered).distinct())]
    if not named:
        return [f"{provider} brings {dataset} to no contract that is in force here."]
    for contract in named:
        for member in dict.fromkeys((provider, consumer)):
            found += _absence(work, contract, member)
    return list(dict.fromkeys(found))


def _covering() -> sa.Select[Any]:
    """Offerings of a data set under a contract that both have signed, whatever became of it or of their parts."""
    giver, taker = seats.alias("giver"), seats.alias("taker")
    at_giver = (giver.c.member == sa.bindparam("provider")) & (giver.c.countersignature != "")
    at_taker = (taker.c.member == sa.bindparam("consumer")) & (taker.c.countersignature != "")
    return (
        sa.select(bound.c.contract)
        .join(giver, at_giver & (giver.c.contract == bound.c.contract))
        .join(taker, at_taker & (taker.c.contract == bound.c.contract))
        .where((bound.c.provider == sa.bindparam("provider")) & (bound.c.dataset == sa.bindparam("dataset")))
    )


_COVERING = _covering()


def is_covered(work: Work, *, provider: str, consumer: str, dataset: str) -> bool:
    """Tell whether a contract that both signed speaks of these data between these two, in force or not."""
    return work.one(_COVERING, provider=provider, consumer=consumer, dataset=dataset) is not None


def _faults(row: Row, own_did: str, purpose: str | None, at: datetime) -> Iterator[str]:
    """Why an offering binds nobody now; nothing where it does."""
    name = row["contract"]
    if row["contract_state"] != ContractState.IN_FORCE:
        yield f"Contract {name} is {row['contract_state']}."
    if not row["contract_starts"] <= at < row["contract_ends"]:
        yield f"Contract {name} is not for this time."
    if row["contract_stops"] is not None and at >= row["contract_stops"]:
        yield f"Contract {name} was terminated."
    if row["contract_orchestrator"] != own_did and at - row["contract_confirmed"] > STALE:
        yield f"Nothing was heard of contract {name} for {STALE.days} days."
    for who, seat in (("provider", "giver"), ("consumer", "taker"), ("offering", "host")):
        yield from _seat_faults(row, seat, f"The {who}'s participation in contract {name}", at)
    content = row["content"]
    if content["roles"] and row["taker_role"] not in content["roles"]:
        yield f"The offering is not for the role {row['taker_role']}."
    if purpose is not None and not is_within(purpose, content["purposes"]):
        yield f"The offering is not for the purpose {purpose}."


def _seat_faults(row: Row, seat: str, what: str, at: datetime) -> Iterator[str]:
    if row[f"{seat}_state"] not in _BINDS or row[f"{seat}_suspended_for"]:
        yield f"{what} is suspended."
    if row[f"{seat}_fault"]:
        yield f"{what} is not believed: {row[f'{seat}_fault']}"
    starts, ends = row[f"{seat}_starts"], row[f"{seat}_ends"]
    if starts is None or ends is None or not starts <= at < ends:
        yield f"{what} is not for this time."
    sign_by, leaves = row[f"{seat}_sign_by"], row[f"{seat}_leaves"]
    if sign_by is not None and at >= sign_by:
        yield f"{what} was not signed again in time."
    if leaves is not None and at >= leaves:
        yield f"{what} is over."


def _absence(work: Work, contract: str, member: str) -> Iterator[str]:
    seat = live_seat(work, contract, member)
    if seat is None:
        yield f"{member} has no part in contract {contract}."
    elif seat["state"] not in _BINDS:
        yield f"{member}'s part in contract {contract} is {seat['state']}."


def _binding(row: Row) -> Binding:
    # Of two versions in the time to sign the newer, both sides are bound by the older.
    older = min(("giver", "taker"), key=lambda seat: int(row[f"{seat}_version"]))
    content = row["content"]
    return Binding(
        contract=row["contract"],
        version=row[f"{older}_version"],
        terms_hash=row[f"{older}_terms_hash"],
        role=row["taker_role"],
        signed=row["taker_version"],
        policy=content["policy"],
        purposes=tuple(content["purposes"]),
        kinds=tuple(content["kinds"]),
        legal_basis=content["legal_basis"],
    )
