"""What a member may know of a contract, at the orchestrator: everything of its own, and of the others what it checks.

Terms of a contract of many are there for every member of the data space to read before it asks to take part; who is in
it, and with what, is known to those who are in it themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Work
from skillspace.trust.contract.machine import PARTICIPATION, SEATED, ContractState
from skillspace.trust.contract.messages import News, OfferNews, SeatNews, VersionNews
from skillspace.trust.contract.moving import own_contract
from skillspace.trust.contract.store import Row, contracts, offers, seats_of, terms_of, versions

PAGE = 100
MOST_OPEN = 200


def open_contracts(work: Work, own_did: str) -> list[dict[str, object]]:
    """Return the contracts of many that a member may ask to take part in."""
    wanted = (contracts.c.orchestrator == own_did) & (contracts.c.kind == "ecosystem")
    wanted &= contracts.c.state.in_([ContractState.OPEN, ContractState.IN_FORCE]) & contracts.c.stops.is_(None)
    rows = work.rows(sa.select(contracts).where(wanted).order_by(contracts.c.title, contracts.c.id).limit(MOST_OPEN))
    return [
        {
            "contract": row["id"],
            "title": row["title"],
            "version": row["version"],
            "roles": sorted(terms_of(work, row["id"], row["version"]).role_names),
        }
        for row in rows
    ]


def news(work: Work, contract: str, *, viewer: str, own_did: str, since: int, page: int = PAGE) -> News:
    """Return what changed since a revision, at most `page` changes; raise NotFound where the viewer may not know."""
    row = own_contract(work, contract, own_did)
    everybody = seats_of(work, contract)
    mine = [seat for seat in everybody if seat["member"] == viewer]
    has_part = any(seat["state"] not in PARTICIPATION.final for seat in mine)
    is_public = row["kind"] == "ecosystem" and row["state"] in (ContractState.OPEN, ContractState.IN_FORCE)
    if row["state"] == ContractState.DRAFT or not (mine or is_public):
        raise NotFound(f"There is no contract {contract[:100]} here.")
    shown = list(mine)
    if any(seat["state"] in SEATED for seat in mine):
        shown += [seat for seat in everybody if seat["member"] != viewer and seat["document"] is not None]
    changed = sorted(seat["revision"] for seat in shown if seat["revision"] > since)
    has_more = len(changed) > page
    until = int(changed[page - 1] if has_more else row["revision"])

    def is_due(one: Row) -> bool:
        return since < int(one["revision"]) <= until

    named = [seat["id"] for seat in mine]
    spoken = work.rows(sa.select(offers).where(offers.c.participation.in_(named)).order_by(offers.c.id))
    return News(
        contract=contract,
        state=row["state"],
        stops=iso(row["stops"]) if row["stops"] else None,
        reason=row["reason"],
        since=iso(row["since"]),
        revision=until,
        more=has_more,
        versions=_versions(work, contract, lambda one: one["revision"] > since) if has_part or is_public else [],
        participations=[_seat(seat, is_own=seat["member"] == viewer) for seat in shown if is_due(seat)],
        offers=[_offer(one) for one in spoken if is_due(one)],
    )


def _versions(work: Work, contract: str, is_wanted: Callable[[Row], bool]) -> list[VersionNews]:
    found = work.rows(sa.select(versions).where(versions.c.contract == contract).order_by(versions.c.version))
    return [VersionNews(terms=row["terms"], signature=row["signature"]) for row in found if is_wanted(row)]


def _seat(row: Row, *, is_own: bool) -> SeatNews:
    return SeatNews(
        id=row["id"],
        member=row["member"],
        role=row["role"],
        state=row["state"],
        suspended_for=row["suspended_for"],
        reason=row["reason"] if is_own else "",
        since=iso(row["since"]),
        leaves=iso(row["leaves"]) if row["leaves"] else None,
        document=row["document"],
        signature=row["signature"],
        countersignature=row["countersignature"],
        revision=row["revision"],
    )


def _offer(row: Row) -> OfferNews:
    shown: dict[str, Any] = {name: row[name] for name in OfferNews.model_fields}
    return OfferNews(**shown)
