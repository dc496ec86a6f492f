"""What alerts need of the rooms above: what is new on the market, and who decides for themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from skillspace.people.alerts.model import Kind, News, Seeker
from skillspace.storage.database import Work


class NewsSource(Protocol):
    """The market as alerts look at it."""

    def is_ready(self, work: Work) -> bool:
        """Tell whether everything on the market can be looked at now."""
        ...

    def prepare(self, work: Work) -> None:
        """Let what is missing for that be made."""
        ...

    def until(self, work: Work) -> Mapping[Kind, datetime]:
        """Return of each kind when its latest offer came: whoever is told now was told of everything until then."""
        ...

    def news(
        self, work: Work, seeker: Seeker, kind: Kind, *, since: datetime | None, where: str, least: int
    ) -> Sequence[News]:
        """Return offers that came or changed after a moment (None: all) and fit somebody, the best first, bounded.

        `where` is what they wish (`Wishes.where`), `least` the share of a job's needs in percent that must be covered.
        """
        ...


#: Return what somebody is to be matched by.
SeekerOf = Callable[[Work, str], Seeker]
#: Return the people whose data may not be used now.
LeftOut = Callable[[Work], Collection[str]]
#: Tell whether somebody is old enough to say yes alone.
DecidesAlone = Callable[[Work, str], bool]
