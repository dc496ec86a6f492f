"""Who asks what: of each organisation that is a member, what its contract lets it ask people for, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from skillspace.exchange import Exchange
from skillspace.people.sharing import PROFILE_DATASET, PURPOSES
from skillspace.storage.database import Work
from skillspace.trust.agent import OnOffer
from skillspace.trust.agent.ports import FindRecord
from skillspace.trust.identity import Peer

#: How long what organisations publish and say of themselves is taken as known.
KNOWN_FOR = timedelta(minutes=1)
FindMember = Callable[[Work, str], Peer | None]


class Asking:
    """Describes organisations as an agent looks at them, before anything they offer."""

    def __init__(self, *, exchange: Exchange, own_did: str, find_member: FindMember, find_record: FindRecord) -> None:
        self._exchange = exchange
        self._own = own_did
        self._find_member = find_member
        self._find_record = find_record

    def signed(self, work: Work) -> Mapping[str, tuple[str, ...]]:
        """Return which organisations (DID) may ask for a person's profile, and for which kinds of data in it."""
        offering = self._exchange.catalog.offering(work, PROFILE_DATASET)
        kinds = offering.kinds if offering is not None else ()
        return {
            agreement.consumer: kinds
            for agreement in self._exchange.negotiations.agreements(work)
            if agreement.dataset == PROFILE_DATASET and agreement.provider == self._own and agreement.in_force
        }

    def of(self, work: Work, did: str, kinds: tuple[str, ...] = ()) -> OnOffer | None:
        """Describe an organisation, None for a stranger; `kinds` is what its contract lets it ask for.

        Where its record says which of them it uses for its purpose, it is those.
        """
        member = self._find_member(work, did)
        if member is None:
            return None
        found = self._find_record(work, did)
        purpose = next((PURPOSES[role] for role in PURPOSES if role in member.roles), "") if kinds else ""
        said = {
            kind
            for processing in (found[1].processings if found else ())
            if processing.purpose == purpose
            for kind in processing.kinds
        }
        asked = tuple(kind for kind in kinds if kind in said) or kinds
        return OnOffer(
            organisation=did,
            name=member.name,
            roles=member.roles,
            offering="",
            title="",
            purpose=purpose,
            kinds=asked if purpose else (),
            has_record=found is not None,
        )
