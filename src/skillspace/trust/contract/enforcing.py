"""What contracts demand of each exchange: asked by the connector before it agrees, and by the gate at each release."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from skillspace.storage.database import Work
from skillspace.trust.contract.clauses import read_rules
from skillspace.trust.contract.model import Binding
from skillspace.trust.contract.service import Contracts

_MOST_KEPT = 1_000

Rules = Mapping[str, object]


class Enforcing:
    """The contracts of one node as rules: those of a version are read once for each role."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self._kept: OrderedDict[tuple[str, str], Rules] = OrderedDict()

    def why_not(self, work: Work, provider: str, consumer: str, dataset: str, purpose: str) -> str | None:
        """Return why no contract lets `consumer` use this data for `purpose` now; None where one does or none must."""
        if not self._contracts.demands(work):
            return None
        reasons = self._contracts.why_not(work, provider=provider, consumer=consumer, dataset=dataset, purpose=purpose)
        return " ".join(reasons) or None

    def rules(self, work: Work, provider: str, consumer: str, dataset: str, purpose: str) -> tuple[Rules, ...]:
        """Return what the contract between the two says as ODRL policies; each must allow, besides the agreement's own.

        Empty where no contract binds them: whether one has to, `why_not` says.
        """
        found = self._contracts.binding(work, provider=provider, consumer=consumer, dataset=dataset, purpose=purpose)
        if found is None:
            return ()
        clauses = self._clauses(work, found, consumer)
        return (found.policy, clauses) if clauses is not None else (found.policy,)

    def _clauses(self, work: Work, found: Binding, consumer: str) -> Rules | None:
        role = next((one.role for one in self._contracts.members(work, found.contract) if one.member == consumer), "")
        key = (found.terms_hash, role)
        if key in self._kept:
            return self._kept[key] or None
        terms = self._contracts.terms(work, found.contract, found.version)
        obligations = next((one.obligations for one in terms.roles if one.role == role), ())
        uses = [one.content() for one in (*terms.clauses, *obligations)]
        rules = read_rules(uses) if uses else {}
        self._kept[key] = rules
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return rules or None
