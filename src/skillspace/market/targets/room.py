"""The room of targets: what is kept of an organisation's chart and policy, and how both are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.market.lines import fingerprint
from skillspace.market.review import Mappings, Words
from skillspace.market.targets.store import charts, policies
from skillspace.skills.ranking import USUAL, InDemand, Policy
from skillspace.skills.tables import Finder
from skillspace.skills.taxonomy import SKILL_KINDS, MatchKind, Taxonomies
from skillspace.skills.teams import Chart, read_chart
from skillspace.storage.database import Work

MOST_TITLE = 100
SAME = (MatchKind.EXACT, MatchKind.CLOSE)


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The policy that holds now: its number (0 for the usual one, which nobody set), since when, and who set it."""

    policy: Policy
    number: int = 0
    since: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class BroughtChart:
    """A chart that was read and found good, not kept yet."""

    content: bytes
    title: str


@dataclass(frozen=True, kw_only=True)
class KeptChart:
    """The chart that was brought, under the name of its file; `mark` differs whenever it, or a word in it, does."""

    chart: Chart
    title: str
    at: datetime
    mark: str


class Targets:
    """Charts and policies of one node. Safe to share by threads."""

    def __init__(self, *, words: Words, mappings: Mappings, languages: Sequence[str]) -> None:
        self._words = words
        self._mappings = mappings
        self._languages = tuple(languages)
        self._lock = Lock()
        self._kept: tuple[int, Policy] = (0, USUAL)
        self._finder: tuple[object, Finder] | None = None
        self._read: tuple[str, Chart] | None = None

    def policy(self, work: Work) -> InForce:
        """Return the policy in force, groups of a list in demand taken as the skills in them."""
        row = work.one(sa.select(policies).order_by(policies.c.number.desc()).limit(1))
        if row is None:
            return InForce(policy=USUAL)
        with self._lock:
            if self._kept[0] != row["number"]:
                self._kept = row["number"], self._spread(Policy.of_json(row["content"]))
            return InForce(policy=self._kept[1], number=row["number"], since=row["at"], by=row["by"])

    def numbered(self, work: Work) -> tuple[int, Policy]:
        """Return the number of the policy in force, and the policy."""
        now = self.policy(work)
        return now.number, now.policy

    def said(self, work: Work) -> Policy:
        """Return the policy in force as it was set."""
        row = work.one(sa.select(policies.c.content).order_by(policies.c.number.desc()).limit(1))
        return Policy.of_json(row["content"]) if row else USUAL

    def declare(self, work: Work, policy: Policy, *, by: str) -> None:
        """Put a policy in force at once; those before it stay in the books."""
        work.insert(policies, {"at": work.now, "by": by, "content": policy.to_json()})

    def chart(self, work: Work) -> KeptChart | None:
        """Return the chart, None where none was brought. Raises BadInput where a name in it means nothing any more."""
        row = work.one(sa.select(charts).order_by(charts.c.number.desc()).limit(1))
        if row is None:
            return None
        content, (finder, words) = bytes(row["content"]), self.finder(work)
        mark = fingerprint(content + repr(words).encode())
        read = self._read
        if read is None or read[0] != mark:
            self._read = read = mark, read_chart(content, finder)
        return KeptChart(chart=read[1], title=row["title"], at=row["at"], mark=mark)

    def read_chart(self, work: Work, content: bytes, title: str) -> BroughtChart:
        """Read a chart; nothing is kept yet. Raises BadInput, saying what is wrong where."""
        read_chart(content, self.finder(work)[0])
        return BroughtChart(content=content, title=title[:MOST_TITLE])

    def keep_chart(self, work: Work, brought: BroughtChart) -> None:
        """Keep a chart in the place of the one before."""
        work.delete(charts, charts.c.number > 0)
        work.insert(charts, vars(brought) | {"at": work.now})

    def remove_chart(self, work: Work) -> None:
        """Take the chart away. Raises NotFound."""
        if not work.delete(charts, charts.c.number > 0):
            raise NotFound("There is no chart here.")

    def finder(self, work: Work) -> tuple[Finder, object]:
        """Return what finds concepts by their names, those of our own words as what they were mapped to, and a mark
        that differs when anything is found otherwise."""
        opened = self._words.opened()
        stated = [(it, score or 0.0) for it, score in self._mappings.statements(work) if it.relation in SAME]
        stated.sort(key=lambda one: (SAME.index(one[0].relation), -one[1], one[0].target), reverse=True)
        same = {it.source: it.target for it, _ in stated}
        mark = (id(opened), tuple(sorted(same.items())))
        with self._lock:
            if self._finder is None or self._finder[0] != mark:
                self._finder = mark, Finder(opened, self._languages, same)
            return self._finder[1], mark

    @property
    def taxonomies(self) -> Taxonomies:
        """The shared taxonomies and the organisation's own, for names."""
        return self._words.opened()

    def _spread(self, policy: Policy) -> Policy:
        listed = policy.in_demand
        if listed is None:
            return policy
        skills = dict(listed.skills)
        opened = self._words.opened()
        for uri in opened.concepts(kinds=SKILL_KINDS):
            if (share := listed.skills.get(opened.theme(uri))) is not None:
                skills.setdefault(uri, share)
        spread = InDemand(name=listed.name, source=listed.source, day=listed.day, skills=skills)
        return replace(policy, in_demand=spread)
