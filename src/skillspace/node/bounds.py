"""What bounds every use of people's data besides a yes: the data space's contracts, and what people restricted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from skillspace.kernel.errors import NotFound
from skillspace.people.guardians import Guardians
from skillspace.storage.database import Work
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.rights import RightsRoom


class Bounds:
    """Answers the release gate, and whoever wants to use what it got."""

    def __init__(self, *, own_did: str, contracts: Enforcing, rights: RightsRoom, guardians: Guardians) -> None:
        self._own_did = own_did
        self._rights = rights
        self._guardians = guardians
        self.why_no_contract = contracts.why_not
        self._contracts = contracts

    def contract_rules(
        self, work: Work, provider: str, consumer: str, dataset: str, purpose: str
    ) -> Iterable[Mapping[str, object]]:
        """Return what the contract between the two says, as policies."""
        return self._contracts.rules(work, provider, consumer, dataset, purpose)

    def why_restricted(self, work: Work, intermediary: str, subject: str, dataset: str, grant: str) -> str | None:
        """Return why a person's data are only to be kept now, or None.

        Where this node keeps the person, restrictions are known by the person, and not by a pseudonym.
        """
        if intermediary == self._own_did:
            with suppress(NotFound):
                subject = self._guardians.consents.find(work, grant).person
        return self._rights.restrictions.is_restricted(work, intermediary, subject, grant, dataset=dataset)
