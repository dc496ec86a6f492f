"""What contracts demand of each exchange: asked by the connector before it agrees, and by the gate at each release."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from skillspace.storage.database import Work
from skillspace.trust.contract.fitness import Rules, rules_of
from skillspace.trust.contract.model import Binding
from skillspace.trust.contract.promised import commitments_in, payments_in
from skillspace.trust.contract.service import Contracts

_MOST_KEPT = 1_000


class Enforcing:
    """The contracts of one node as rules: those of a version are read once for each role."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self._kept: OrderedDict[tuple[str, str], Rules] = OrderedDict()

    def why_not(self, work: Work, provider: str, consumer: str, dataset: str, purpose: str) -> str | None:
        """Return why no contract lets `consumer` use this data for `purpose` now; None where one does or none must.

        A contract between the two that is paused, or is not for this purpose, is no reason to do without one.
        """
        if not self._contracts.demands(work, provider=provider, consumer=consumer, dataset=dataset):
            return None
        reasons = self._contracts.why_not(work, provider=provider, consumer=consumer, dataset=dataset, purpose=purpose)
        return " ".join(reasons) or None

    def rules(self, work: Work, provider: str, consumer: str, dataset: str, purpose: str) -> tuple[Rules, ...]:
        """Return what the contract between the two says as ODRL policies; each must allow, besides the agreement's own.

        Empty where no contract binds them: whether one has to, `why_not` says. Raises UnfitClauses (NoPurposeClause)
        with the contract's name and the clause where what they signed can never be kept.
        """
        found = self._contracts.binding(work, provider=provider, consumer=consumer, dataset=dataset, purpose=purpose)
        return () if found is None else (found.policy, self._clauses(work, found))

    def facts(self, work: Work, provider: str, consumer: str, dataset: str, purpose: str) -> Mapping[str, Any]:
        """Return what the contract between the two holds itself of the facts a policy asks for (`policy.Facts`).

        What the consumer committed itself to with its signature, and what both signed as paid. Nothing that is not
        written there: it stays unknown.
        """
        found = self._contracts.binding(work, provider=provider, consumer=consumer, dataset=dataset, purpose=purpose)
        if found is None:
            return {}
        signed = self._contracts.terms(work, found.contract, found.signed)
        return {"commitments": commitments_in(signed, found.role), **payments_in(signed, consumer)}

    def _clauses(self, work: Work, found: Binding) -> Rules:
        key = (found.terms_hash, found.role)
        if key not in self._kept:
            self._kept[key] = rules_of(self._contracts.terms(work, found.contract, found.version), found.role)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]
