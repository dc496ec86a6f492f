"""Apps that test skills, as people's agents look at them: found in the catalogs that members publish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from skillspace.exchange import Exchange
from skillspace.storage.database import Work
from skillspace.trust.agent import OnOffer
from skillspace.trust.agent.ports import FindRecord
from skillspace.trust.identity import Peer

#: Whoever gives people results of this kind, for their own space, tests skills.
RESULTS, GATHER = "assessment", "gather"
#: How long catalogs are taken as known.
KNOWN_FOR = timedelta(minutes=1)


class SkillTests:
    """What members offer that tests skills. It asks for nothing: its results come to the person, with their yes."""

    def __init__(
        self, *, exchange: Exchange, find_member: Callable[[Work, str], Peer | None], find_record: FindRecord
    ) -> None:
        self._exchange = exchange
        self._find_member = find_member
        self._find_record = find_record
        self._known: tuple[datetime, Sequence[OnOffer]] | None = None

    def on_offer(self, work: Work) -> Sequence[OnOffer]:
        """Return every app that tests skills whose organisation is a member and answered when it was last asked."""
        if self._known is None or not timedelta() <= work.now - self._known[0] < KNOWN_FOR:
            self._known = (work.now, self._read(work))
        return self._known[1]

    def _read(self, work: Work) -> list[OnOffer]:
        found = []
        for offering in self._exchange.crawler.offerings(work, purposes=[GATHER]):
            member = self._find_member(work, offering.provider) if offering.reachable else None
            if member is None or RESULTS not in offering.kinds:
                continue
            found.append(
                OnOffer(
                    organisation=member.did,
                    name=member.name,
                    roles=member.roles,
                    offering=offering.id,
                    title=offering.title.get("en") or next(iter(offering.title.values()), offering.id),
                    purpose="",
                    kinds=(),
                    tests=True,
                    has_record=self._find_record(work, member.did) is not None,
                )
            )
        return found
