"""Everybody who says yes to a purpose at this moment, as matching takes them, kept until anything about them changes.

A share that ends is forgotten here in the transaction that deletes its copy, and nothing is shown of one that does not
live at the moment of the look.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.people.plan import Plan
from skillspace.people.received import Received, ReceivedProfile
from skillspace.people.sharing import SharedProfile
from skillspace.skills.matching import Holder, HolderIndex, PersonSkill
from skillspace.skills.ranking import USUAL, Policy
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Work

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
    """Everybody who says yes to one purpose now, by grant, and the policy that puts them in order.

    `mark` differs whenever any of it does.
    """

    mark: int
    people: Mapping[str, Someone]
    index: HolderIndex
    policy: Policy = USUAL


class Circles:
    """The circle of each purpose, read when somebody looks."""

    def __init__(
        self,
        received: Received,
        taxonomies: Taxonomies,
        policy: Callable[[Work], tuple[int, Policy]] = lambda _: (0, USUAL),
    ) -> None:
        """``policy`` tells the policy in force, and its number."""
        self._received = received
        self._taxonomies = taxonomies
        self._policy = policy
        self._lock = threading.Lock()
        self._kept: dict[str, Circle] = {}

    def now(self, work: Work, purpose: str) -> Circle:
        """Return who shares for this purpose at this moment, and did not ask that it is not used (GDPR Art. 18)."""
        living = self._received.living(work, purpose)
        number, policy = self._policy(work)
        mark = hash((number, *((line.grant_id, line.read_at, line.until) for line in living)))
        with self._lock:
            kept = self._kept.get(purpose)
            if kept is None or kept.mark != mark:
                self._kept.pop(purpose, None)
                open_now = {line.grant_id for line in living}
                shares = self._received.listed(work, purpose=purpose) if living else []
                kept = self._build(mark, [share for share in shares if share.grant_id in open_now], work, policy)
                self._kept[purpose] = kept
            return kept

    def forget(self, grant_id: str) -> int:
        """Let go of every circle with this share in it, and return how many there were."""
        with self._lock:
            held = [purpose for purpose, circle in self._kept.items() if grant_id in circle.people]
            for purpose in held:
                del self._kept[purpose]
            return len(held)

    def _build(self, mark: int, shares: Sequence[ReceivedProfile], work: Work, policy: Policy) -> Circle:
        today = work.now.date()
        people = {share.grant_id: _someone(share, share.profile, today) for share in shares if share.profile}
        holders = [Holder(id=one.grant_id, skills=one.skills) for one in people.values()]
        index = HolderIndex.build(holders, self._taxonomies)
        return Circle(mark=mark, people=people, index=index, policy=policy)


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
