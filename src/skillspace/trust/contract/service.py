"""Contracts, as other rooms ask for them: what binds two members, what there is, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.contract import binding
from skillspace.trust.contract.differences import Change, diff, offering_diff
from skillspace.trust.contract.evidence import export
from skillspace.trust.contract.machine import ContractState, OfferState, SeatState
from skillspace.trust.contract.model import Binding, Offering, Participation, Terms
from skillspace.trust.contract.reading import read_offering
from skillspace.trust.contract.store import (
    Row,
    bound,
    contract_row,
    contracts,
    document_of,
    offers_of,
    orders,
    seats_of,
    terms_of,
    versions,
)
from skillspace.trust.contract.strictness import looser


@dataclass(frozen=True, kw_only=True)
class ContractHead:
    """A contract as a list shows it. `revision` counts its changes; `stops` is when a notice of termination is over."""

    id: str
    title: str
    kind: str
    state: ContractState
    orchestrator: str
    version: int
    starts: datetime
    ends: datetime
    stops: datetime | None
    reason: str
    since: datetime
    revision: int


@dataclass(frozen=True, kw_only=True)
class Member:
    """One participation. `document` is what both sides signed; `fault` why this node does not believe it."""

    id: str
    contract: str
    member: str
    role: str
    state: SeatState
    suspended_for: tuple[str, ...]
    reason: str
    since: datetime
    leaves: datetime | None
    sign_by: datetime | None
    is_waiting: bool
    document: Participation | None
    fault: str


@dataclass(frozen=True, kw_only=True)
class Talk:
    """An offering under negotiation: its last word, the other side's before it, and what changed between the two."""

    id: str
    participation: str
    opener: str
    state: OfferState
    round: int
    offering: Offering
    before: Offering | None
    changes: tuple[Change, ...]


class Contracts:
    """What this node knows of contracts, its own and those others keep.

    `demands_contract` says that this data space lets nobody agree about data without a contract.
    """

    def __init__(self, *, own_did: str, demands_contract: bool = False) -> None:
        self._own_did = own_did
        self._demands = demands_contract

    def demands(self, work: Work, *, provider: str, consumer: str, dataset: str) -> bool:
        """Tell whether these two need a contract in force: all do, or one that both signed speaks of these data."""
        return self._demands or binding.is_covered(work, provider=provider, consumer=consumer, dataset=dataset)

    def binding(
        self,
        work: Work,
        *,
        provider: str,
        consumer: str,
        dataset: str,
        purpose: str | None = None,
        at: datetime | None = None,
    ) -> Binding | None:
        """Return the contract in force that lets `consumer` use `provider`'s data set, or None.

        `at` is now or later: what a participation was before its last change is in the journal, not here.
        """
        return binding.binding(
            work,
            self._own_did,
            provider=provider,
            consumer=consumer,
            dataset=dataset,
            purpose=purpose,
            at=at or work.now,
        )

    def why_not(
        self,
        work: Work,
        *,
        provider: str,
        consumer: str,
        dataset: str,
        purpose: str | None = None,
        at: datetime | None = None,
    ) -> list[str]:
        """Return why no contract binds these two about the data set, in words; nothing where one does."""
        return binding.reasons_against(
            work,
            self._own_did,
            provider=provider,
            consumer=consumer,
            dataset=dataset,
            purpose=purpose,
            at=at or work.now,
        )

    def binding_by_hash(
        self, work: Work, contract: str, terms_hash: str, *, provider: str, consumer: str, dataset: str
    ) -> Binding | None:
        """Return the binding if it still is under this contract and these very terms, else None."""
        found = self.binding(work, provider=provider, consumer=consumer, dataset=dataset)
        return found if found is not None and (found.contract, found.terms_hash) == (contract, terms_hash) else None

    def allows_agreement(
        self, work: Work, provider: str, consumer: str, dataset: str, policy: Mapping[str, object]
    ) -> list[str]:
        """Return why these two may not agree about the data set under `policy`; nothing where they may.

        Where a contract binds them, the policy is at least as strict as the one agreed on there. Where none speaks of
        these data between them, they may unless the data space demands a contract.
        """
        found = self.binding(work, provider=provider, consumer=consumer, dataset=dataset)
        if found is not None:
            return looser(policy, found.policy)
        if self.demands(work, provider=provider, consumer=consumer, dataset=dataset):
            return self.why_not(work, provider=provider, consumer=consumer, dataset=dataset)
        return []

    def listed(self, work: Work, *, limit: int = 500) -> list[ContractHead]:
        """Return the contracts this node keeps or takes part in, the latest changed first."""
        rows = work.rows(sa.select(contracts).order_by(contracts.c.since.desc(), contracts.c.id).limit(limit))
        return [_head(row) for row in rows]

    def find(self, work: Work, contract: str) -> ContractHead:
        """Return a contract; raise NotFound."""
        return _head(contract_row(work, contract))

    def terms(self, work: Work, contract: str, version: int | None = None) -> Terms:
        """Return a version of a contract, the current one by default; raise NotFound."""
        return terms_of(work, contract, version or contract_row(work, contract)["version"])

    def history(self, work: Work, contract: str) -> list[tuple[Terms, list[Change]]]:
        """Return every version, oldest first, each with what changed since the one before."""
        numbers = sa.select(versions.c.version).where(versions.c.contract == contract).order_by(versions.c.version)
        known = [terms_of(work, contract, row["version"]) for row in work.rows(numbers)]
        return [(new, diff(old, new) if old else []) for old, new in zip([None, *known], known, strict=False)]

    def members(self, work: Work, contract: str) -> list[Member]:
        """Return every participation this node knows of, the latest changed last."""
        return [_member(row) for row in seats_of(work, contract)]

    def talks(self, work: Work, participation: str) -> list[Talk]:
        """Return the offerings of a participation under negotiation, agreed or dropped."""
        return [_talk(row) for row in offers_of(work, participation)]

    def datasets(self, work: Work, provider: str) -> list[str]:
        """Return the data sets a provider brings to contracts here."""
        query = sa.select(bound.c.dataset).where(bound.c.provider == provider).distinct().order_by(bound.c.dataset)
        return [str(row["dataset"]) for row in work.rows(query)]

    def waiting_orders(self, work: Work, contract: str) -> list[str]:
        """Return what this node asked the orchestrator for and has no answer to yet."""
        waiting = (orders.c.contract == contract) & (orders.c.state == "waiting")
        rows = work.rows(sa.select(orders.c.body).where(waiting).order_by(orders.c.number))
        return [str(row["body"]["act"]["move"]) for row in rows]

    def refusals(self, work: Work, contract: str, *, limit: int = 20) -> list[tuple[str, str]]:
        """Return what the orchestrator refused, latest first: the move, and its reason."""
        refused = (orders.c.contract == contract) & (orders.c.state == "refused")
        rows = work.rows(sa.select(orders).where(refused).order_by(orders.c.number.desc()).limit(limit))
        return [(str(row["body"]["act"]["move"]), str(row["reason"])) for row in rows]

    def export(self, work: Work, contract: str) -> dict[str, Any]:
        """Return a contract with all signatures and keys, to be checked anywhere (`check_contract`)."""
        return export(work, contract)


def _head(row: Row) -> ContractHead:
    shown = {name: row[name] for name in ContractHead.__dataclass_fields__}
    return ContractHead(**{**shown, "state": ContractState(row["state"])})


def _member(row: Row) -> Member:
    names = ("id", "contract", "member", "role", "reason", "since", "leaves", "sign_by", "fault")
    return Member(
        state=SeatState(row["state"]),
        suspended_for=tuple(row["suspended_for"]),
        is_waiting=row["waiting"] is not None,
        document=document_of(row),
        **{name: row[name] for name in names},
    )


def _talk(row: Row) -> Talk:
    offering = read_offering(row["content"])
    before = read_offering(row["before"]) if row["before"] else None
    return Talk(
        id=row["id"],
        participation=row["participation"],
        opener=row["opener"],
        state=OfferState(row["state"]),
        round=row["round"],
        offering=offering,
        before=before,
        changes=tuple(offering_diff(before, offering)) if before else (),
    )
