"""Invented offers for tests of alerts, and a market that is a list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import strategies as st

from skillspace.people.alerts import Distance, Kind, News, Seeker
from skillspace.storage.database import Work


def offer(name: str, **facts: object) -> News:
    """An offer of the market; each has an employer and a place of its own unless told otherwise."""
    usual = {
        "offer": f"job-{name}",
        "kind": Kind.JOB,
        "title": f"Opening {name}",
        "employer": f"Sample Works {name}",
        "place": "XX-01",
        "fit": 0.5,
        "have": ("urn:skill:a",),
        "group": "urn:group:1",
        "distance": Distance.REGION,
    }
    return News(**{**usual, **facts})  # type: ignore[arg-type]


@st.composite
def offers(draw: st.DrawFn) -> News:
    """Any offer out of few titles, employers and places, so that likenesses and employers come together often."""
    kind = draw(st.sampled_from(Kind))
    return News(
        offer=f"{kind}-{draw(st.integers(0, 40))}",
        kind=kind,
        title=draw(st.sampled_from(["Nurse", "nurse!", "Welder", "Sjuksköterska", "…"])),
        employer=draw(st.sampled_from(["Alpha AB", "ALPHA ab", "Beta", "", "Gamma"])),
        place=draw(st.sampled_from([None, "XX-01", "XX-02"])),
        fit=draw(st.floats(0.01, 1)),
        group=draw(st.sampled_from([None, "urn:group:1", "urn:group:2"])),
        distance=draw(st.sampled_from([None, *Distance])),
    )


def markets(most: int = 30) -> st.SearchStrategy[list[News]]:
    """A market as it stands on one day: every identifier once."""
    return st.lists(offers(), max_size=most, unique_by=lambda one: one.offer)


@dataclass
class Stall:
    """A market that is a list: each offer with when it came; `NewsSource`."""

    on_offer: list[tuple[datetime, News]] = field(default_factory=list)
    is_open: bool = True
    prepared: int = 0

    def is_ready(self, _work: Work) -> bool:
        return self.is_open

    def prepare(self, _work: Work) -> None:
        self.prepared += 1

    def until(self, _work: Work) -> Mapping[Kind, datetime]:
        return {kind: max(at for at, one in self.on_offer if one.kind is kind) for kind in self._kinds()}

    def news(
        self, _work: Work, seeker: Seeker, kind: Kind, *, since: datetime | None, where: str, **_bounds: object
    ) -> Sequence[News]:
        fresh = [one for at, one in self.on_offer if one.kind is kind and (since is None or at > since)]
        return [one for one in fresh if not where or one.place == where] if seeker.skills else []

    def _kinds(self) -> set[Kind]:
        return {one.kind for _, one in self.on_offer}
