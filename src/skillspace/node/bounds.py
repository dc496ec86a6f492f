"""What bounds every use of people's data besides a yes: the data space's contracts, and what people restricted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from skillspace.kernel.errors import NotFound
from skillspace.people.guardians import Guardians
from skillspace.storage.database import Work
from skillspace.trust.consent.errors import NoContract
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.contract.errors import UnfitClauses
from skillspace.trust.register import Record
from skillspace.trust.rights import RightsRoom

#: The newest record of an organisation with its version, None where this node knows none.
RecordOf = Callable[[Work, str], tuple[int, Record] | None]


class Bounds:
    """Answers the release gate, and whoever wants to use what it got."""

    def __init__(
        self, *, own_did: str, contracts: Enforcing, rights: RightsRoom, guardians: Guardians, record_of: RecordOf
    ) -> None:
        self._own_did = own_did
        self._record_of = record_of
        self._rights = rights
        self._guardians = guardians
        self.why_no_contract = contracts.why_not
        self._contracts = contracts

    def contract_rules(
        self, work: Work, provider: str, consumer: str, dataset: str, purpose: str
    ) -> Iterable[Mapping[str, object]]:
        """Return what the contract between the two says, as policies; raise NoContract where it cannot be kept."""
        try:
            return self._contracts.rules(work, provider, consumer, dataset, purpose)
        except UnfitClauses as fault:
            raise NoContract(fault.message) from fault

    def circumstances(self, work: Work, provider: str, consumer: str, dataset: str, purpose: str) -> Mapping[str, Any]:
        """Return the facts of a use that records and contracts hold: what none of them says stays unknown."""
        found = dict(self._contracts.facts(work, provider, consumer, dataset, purpose))
        if (known := self._record_of(work, consumer)) is not None:
            found["places"] = places_of(known[1], purpose)
        return found

    def why_restricted(self, work: Work, intermediary: str, subject: str, dataset: str, grant: str) -> str | None:
        """Return why a person's data are only to be kept now, or None.

        Where this node keeps the person, restrictions are known by the person, and not by a pseudonym.
        """
        if intermediary == self._own_did:
            with suppress(NotFound):
                subject = self._guardians.consents.find(work, grant).person
        return self._rights.restrictions.is_restricted(work, intermediary, subject, grant, dataset=dataset)


def places_of(record: Record, purpose: str) -> frozenset[str]:
    """Return every country in which an organisation has or takes what it uses for a purpose, by its own record.

    Its seat counts as well: who looks at data from elsewhere uses them there.
    """
    taken = {to.country for one in record.processings if one.purpose == purpose for to in one.transfers}
    return frozenset({record.country, *record.works_in(), *taken})
