"""What matching people with this organisation's own offers rests on, kept in memory until people or offers change.

A share that ends is forgotten here in the transaction that deletes its copy, and nothing is shown of one that does not
live at the moment of the look.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.courses import Course
from skillspace.market.index import OfferFeed
from skillspace.market.lines import BrokenLine, read_lines
from skillspace.market.review import Heard
from skillspace.market.vacancies import Vacancy
from skillspace.people.plan import Plan
from skillspace.people.received import ReceivedProfile
from skillspace.people.sharing import SharedProfile
from skillspace.portal.rooms import Rooms
from skillspace.skills.matching import Holder, HolderIndex, PersonSkill, Proximity
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Work

Offer = TypeVar("Offer", Vacancy, Course)
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person who said yes: what matching and the page need of what they share. `labels` are their own words."""

    grant_id: str
    name: str | None
    subject: str
    until: datetime
    skills: tuple[PersonSkill, ...]
    labels: Mapping[str, str]
    plan: Plan | None


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Everybody who says yes to one purpose now, by grant; `mark` differs whenever anything about them does."""

    mark: int
    people: Mapping[str, Someone]
    index: HolderIndex


class Circles:
    """The circle of each purpose, read when somebody looks."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._lock = threading.Lock()
        self._kept: dict[str, Circle] = {}

    def now(self, work: Work, purpose: str) -> Circle:
        """Return who shares for this purpose at this moment, and did not ask that it is not used (GDPR Art. 18)."""
        living = self._rooms.received.living(work, purpose)
        mark = hash(tuple((line.grant_id, line.read_at, line.until) for line in living))
        with self._lock:
            kept = self._kept.get(purpose)
            if kept is None or kept.mark != mark:
                self._kept.pop(purpose, None)
                open_now = {line.grant_id for line in living}
                shares = self._rooms.received.listed(work, purpose=purpose) if living else []
                kept = self._build(mark, [share for share in shares if share.grant_id in open_now], work)
                self._kept[purpose] = kept
            return kept

    def forget(self, grant_id: str) -> int:
        """Let go of every circle with this share in it, and return how many there were."""
        with self._lock:
            held = [purpose for purpose, circle in self._kept.items() if grant_id in circle.people]
            for purpose in held:
                del self._kept[purpose]
            return len(held)

    def _build(self, mark: int, shares: Sequence[ReceivedProfile], work: Work) -> Circle:
        today = work.now.date()
        people = {share.grant_id: _someone(share, share.profile, today) for share in shares if share.profile}
        holders = [Holder(id=one.grant_id, skills=one.skills) for one in people.values()]
        return Circle(mark=mark, people=people, index=HolderIndex.build(holders, self._rooms.taxonomies))


class Stock(Generic[Offer]):
    """This organisation's own offers, read from the file it publishes as its people corrected them.

    They are read again only when the file changed, or when somebody said something more.
    """

    def __init__(self, feed: OfferFeed, read: Callable[[bytes], Offer], heard: Heard) -> None:
        self._feed = feed
        self._read: Callable[[bytes], Offer] = read
        self._heard = heard
        self._lock = threading.Lock()
        self._mark = ""
        self._offers: tuple[Offer, ...] = ()

    def now(self, work: Work) -> tuple[str, tuple[Offer, ...]]:
        """Return a name of the content and the offers in it; none before the first were published."""
        with self._lock:
            try:
                mark = f"{self._feed.etag} {self._heard.version(work)}"
                if mark != self._mark:
                    lines = b"".join(self._feed.chunks()).splitlines()
                    correct = self._heard.corrector(work)
                    self._offers = tuple(
                        correct(one) for one in read_lines(lines, self._read) if not isinstance(one, BrokenLine)
                    )
                    self._mark = mark
            except NotFound:
                return "", ()
            return self._mark, self._offers


class Nearness:
    """Which skills come close to which, read from the taxonomies at the first use."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self._lock = threading.Lock()
        self._proximity: Proximity | None = None

    @property
    def proximity(self) -> Proximity:
        """The links between skills."""
        with self._lock:
            if self._proximity is None:
                self._proximity = Proximity.build(self._taxonomies)
            return self._proximity


def skills_in(profile: SharedProfile, today: dt.date) -> tuple[PersonSkill, ...]:
    """Return the skills of a shared profile as matching takes them."""
    return tuple(
        PersonSkill(
            uri=skill.uri,
            validation=skill.validation,
            level=skill.level,
            years_since=max((today - dt.date.fromisoformat(skill.since)).days / _DAYS_A_YEAR, 0.0),
        )
        for skill in profile.skills
    )


def plan_in(profile: SharedProfile) -> Plan | None:
    """Return the plan of a shared profile; one that cannot be read is none."""
    try:
        return profile.plan_read()
    except BadInput:
        return None


def _someone(share: ReceivedProfile, profile: SharedProfile, today: dt.date) -> Someone:
    return Someone(
        grant_id=share.grant_id,
        name=share.name,
        subject=share.subject,
        until=share.until,
        skills=skills_in(profile, today),
        labels={skill.uri: skill.label for skill in profile.skills},
        plan=plan_in(profile),
    )
