"""News of the market: what came since, fits, and lies where somebody looks; the index answers, and nobody is told less
than it knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from skillspace.market.courses import Course, write_course
from skillspace.market.index import MarketKind
from skillspace.market.news import NewsOfTheMarket, distance
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.people.alerts import Distance, Kind, News, NewsSource, Seeker
from skillspace.skills.matching import PersonSkill
from skillspace.skills.ranking import InDemand
from skillspace.skills.taxonomy import ConceptKind, Need
from tests.small_space import HeldClock
from tests.unit.people.houses import AGENCY, UNIVERSITY, House, house


class Stalls:
    """A house with a market, and one occupation of the starter pack to speak of."""

    def __init__(self, home: House, clock: HeldClock) -> None:
        self.home, self.clock = home, clock
        taxonomies = home.node.rooms.taxonomies
        needs = {
            uri: [link.uri for link in taxonomies.skills_of(uri) if link.need is Need.ESSENTIAL]
            for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION})
        }
        self.occupation = max(needs, key=lambda uri: (len(needs[uri]), uri))
        self.skills = needs[self.occupation]
        self.ads: dict[str, Vacancy] = {}
        self.courses: dict[str, Course] = {}
        spaces = home.spaces
        self.news: NewsSource = NewsOfTheMarket(market=spaces.market, indexes=spaces.indexes, taxonomies=taxonomies)

    def ad(self, name: str, **facts: object) -> None:
        usual = {
            "id": name,
            "title": f"Opening {name}",
            "language": "en",
            "employer": f"Sample Works {name}",
            "place_code": "SE-0180",
            "region_code": "SE110",
            "country": "SE",
            "occupation": self.occupation,
            "skills": tuple((uri, True) for uri in self.skills),
            "synthetic": True,
            "source": "Invented ads",
        }
        self.ads[name] = Vacancy(**{**usual, **facts})  # type: ignore[arg-type]

    def course(self, name: str, *skills: str) -> None:
        self.courses[name] = Course(
            id=name,
            title=f"Course {name}",
            language="en",
            provider="Sample School",
            skills=skills,
            synthetic=True,
            source="Invented courses",
        )

    def open(self, *, build: bool = True) -> None:
        """Publish what there is; every time a minute later."""
        self.clock.move(minutes=1)
        market = self.home.spaces.market
        with self.home.node.database.writing() as work:
            market.replace(work, AGENCY.did, MarketKind.JOB, map(write_vacancy, self.ads.values()))
            market.replace(work, UNIVERSITY.did, MarketKind.TRAINING, map(write_course, self.courses.values()))
        if build:
            with self.home.node.database.reading() as work:
                for kind in MarketKind:
                    self.home.spaces.indexes.build(work, kind)

    def look(self, seeker: Seeker, kind: Kind = Kind.JOB, *, where: str = "", least: int = 0, **since: object) -> list:
        with self.home.node.database.reading() as work:
            moment = since.get("since")
            return list(self.news.news(work, seeker, kind, since=moment, where=where, least=least))  # type: ignore[arg-type]

    def until(self) -> dict[Kind, object]:
        with self.home.node.database.reading() as work:
            return dict(self.news.until(work))


@pytest.fixture
def stalls(tmp_path: Path, starter_taxonomies: Path) -> Iterator[Stalls]:
    clock = HeldClock()
    with house(tmp_path, starter_taxonomies, clock) as home:
        yield Stalls(home, clock)


def seeker(*skills: str, **facts: object) -> Seeker:
    return Seeker(skills=tuple(PersonSkill(uri=uri) for uri in skills), **facts)  # type: ignore[arg-type]


def names(found: list[News]) -> list[str]:
    return [one.title for one in found]


def test_first_everything_is_news_and_then_what_came_or_changed(stalls: Stalls) -> None:
    stalls.ad("1")
    stalls.ad("2")
    stalls.open()
    me = seeker(*stalls.skills)
    assert sorted(names(stalls.look(me))) == ["Opening 1", "Opening 2"]
    since = stalls.until()[Kind.JOB]
    assert stalls.look(me, since=since) == []
    stalls.ad("3")
    stalls.ad("2", title="Opening 2, changed")
    stalls.open()
    assert sorted(names(stalls.look(me, since=since))) == ["Opening 2, changed", "Opening 3"]
    assert stalls.look(me, since=stalls.until()[Kind.JOB]) == []


def test_what_comes_while_the_index_is_behind_is_no_loss(stalls: Stalls) -> None:
    stalls.ad("1")
    stalls.open()
    since = stalls.until()[Kind.JOB]
    stalls.ad("2")
    stalls.open(build=False)
    database = stalls.home.node.database
    with database.writing() as work:
        assert not stalls.news.is_ready(work), "who would be told now would be told until a moment nobody looked at"
        stalls.news.prepare(work)
    stalls.home.node.worker.run_due()
    with database.reading() as work:
        assert stalls.news.is_ready(work)
    assert names(stalls.look(seeker(*stalls.skills), since=since)) == ["Opening 2"]


def test_each_job_says_what_is_had_close_and_missing_and_the_best_comes_first(stalls: Stalls) -> None:
    known = stalls.skills[: len(stalls.skills) // 2]
    stalls.ad("half")
    stalls.ad("all", skills=tuple((uri, True) for uri in known))
    stalls.open()
    best, half = stalls.look(seeker(*known))
    assert (best.title, half.title) == ("Opening all", "Opening half")
    assert set(best.have) == set(known)
    assert set(half.have) == set(known)
    assert set(half.close) | set(half.missing) == set(stalls.skills) - set(known)
    assert 0 < half.fit < best.fit <= 1
    group = stalls.home.node.rooms.taxonomies.broader(stalls.occupation)
    assert best.group == min(group, default=stalls.occupation)


def test_a_job_of_which_too_little_is_known_is_left_out(stalls: Stalls) -> None:
    stalls.ad("1")
    stalls.open()
    some = seeker(*stalls.skills[:1])
    assert len(stalls.look(some, least=0)) == 1
    assert stalls.look(some, least=75) == []
    assert len(stalls.look(seeker(*stalls.skills), least=100)) == 1


def test_places_elsewhere_are_left_out_and_so_are_those_nobody_knows(stalls: Stalls) -> None:
    stalls.ad("here")
    stalls.ad("there", place_code="SE-2580", region_code="SE332")
    stalls.ad("unknown", place_code=None, region_code=None, country=None)
    stalls.open()
    me = seeker(*stalls.skills)
    assert len(stalls.look(me)) == 3
    assert names(stalls.look(me, where="SE110")) == ["Opening here"]
    assert sorted(names(stalls.look(me, where="SE"))) == ["Opening here", "Opening there"]
    assert stalls.look(me, where="FR") == []


def test_a_training_is_news_for_what_it_adds_to_the_goal_or_to_the_best_jobs(stalls: Stalls) -> None:
    known, lacked = stalls.skills[:-2], stalls.skills[-2:]
    stalls.course("both", *lacked)
    stalls.course("one", lacked[0])
    stalls.course("known", known[0])
    stalls.open()
    goal = seeker(*known, needs=tuple((uri, True) for uri in stalls.skills))
    assert names(stalls.look(goal, Kind.TRAINING)) == ["Course both", "Course one"]
    assert [one.have for one in stalls.look(goal, Kind.TRAINING)][1] == (lacked[0],)
    assert stalls.look(seeker(*known), Kind.TRAINING) == [], "no goal, and no job that asks for more"
    stalls.ad("1")
    stalls.open()
    assert names(stalls.look(seeker(*known), Kind.TRAINING))[0] == "Course both"
    assert stalls.look(seeker(*stalls.skills, needs=goal.needs), Kind.TRAINING) == [], "nothing is lacking"


def test_without_skills_or_without_a_market_there_is_no_news(stalls: Stalls) -> None:
    assert [stalls.look(seeker("urn:x"), kind) for kind in Kind] == [[], []]
    assert stalls.until() == {}
    stalls.ad("1")
    stalls.course("1", stalls.skills[0])
    stalls.open()
    assert [stalls.look(seeker(), kind) for kind in Kind] == [[], []]


def test_an_ad_that_was_withdrawn_since_the_index_was_built_is_left_out(stalls: Stalls) -> None:
    stalls.ad("1")
    stalls.ad("2")
    stalls.open()
    del stalls.ads["1"]
    stalls.open(build=False)
    assert names(stalls.look(seeker(*stalls.skills))) == ["Opening 2"]


@pytest.mark.parametrize(
    ("place", "home", "expected"),
    [
        ("SE-0180", "SE-0180", Distance.HERE),
        ("SE-0181", "SE-0180", Distance.REGION),
        ("SE110", "SE-0180", Distance.REGION),
        ("SE-2580", "SE-0180", Distance.COUNTRY),
        ("SE", "SE-0180", Distance.COUNTRY),
        ("FR", "SE-0180", Distance.ABROAD),
        ("SE-0180", "SE", Distance.COUNTRY),
        (None, "SE-0180", None),
        ("SE-0180", None, None),
        ("Atlantis", "SE-0180", None),
    ],
)
def test_how_far_it_is_is_what_two_places_share(place: str | None, home: str | None, expected: Distance | None) -> None:
    assert distance(place, home) is expected


def test_how_far_it_is_stands_with_each_offer(stalls: Stalls) -> None:
    stalls.ad("1")
    stalls.open()
    me = replace(seeker(*stalls.skills), home="SE-0181")
    assert [one.distance for one in stalls.look(me)] == [Distance.REGION]


def test_news_lie_around_home_by_kilometres_or_else_in_the_same_region(stalls: Stalls) -> None:
    stalls.ad("here", place_code="XX-01", region_code="XX1", country="XX")
    stalls.ad("near", place_code=None, region_code=None, country=None, at=(-29.95, -19.98))
    stalls.ad("far", place_code="XX-15", region_code="XX3", country="XX")
    stalls.ad("somewhere in the region", place_code=None, region_code="XX1", country="XX")
    stalls.ad("somewhere", place_code=None, region_code=None, country="XX")
    stalls.open()
    me = seeker(*stalls.skills, home="XX-01")
    assert len(stalls.look(me, where="30km")) == 3
    assert sorted(names(stalls.look(me, where="30km"))) == [
        "Opening here", "Opening near", "Opening somewhere in the region"
    ]  # fmt: skip
    assert len(stalls.look(me, where="10km")) == 2
    assert len(stalls.look(replace(me, home=None), where="30km")) == 5, "whose home was forgotten hears of everywhere"


def test_what_a_region_asks_for_comes_first_among_trainings_is_named_and_can_be_left_out(stalls: Stalls) -> None:
    known, lacked = stalls.skills[:-2], stalls.skills[-2:]
    stalls.course("first", lacked[0])
    stalls.course("last", lacked[1])
    stalls.open()
    goal = seeker(*known, needs=tuple((uri, True) for uri in stalls.skills), home="SE-2580")
    before = names(stalls.look(goal, Kind.TRAINING))
    behind = {"Course first": lacked[0], "Course last": lacked[1]}[before[-1]]
    listed = InDemand(name="Norrbotten", source="x", day=date(2026, 10, 1), skills={behind: 1.0})
    spaces = stalls.home.spaces
    stalls.news = NewsOfTheMarket(
        market=spaces.market,
        indexes=spaces.indexes,
        taxonomies=stalls.home.node.rooms.taxonomies,
        in_demand=lambda _work, home: listed if home == "SE-2580" else None,
    )
    best = stalls.look(goal, Kind.TRAINING)[0]
    assert (best.title, best.region, best.asked) == (before[-1], "Norrbotten", (behind,))
    for other in (replace(goal, by_region=False), replace(goal, home="SE-0180")):
        found = stalls.look(other, Kind.TRAINING)
        assert names(found) == before
        assert {(one.region, one.asked) for one in found} == {("", ())}
