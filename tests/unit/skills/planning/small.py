"""Small questions of planning, and plain words for what every answer must keep: written without the planner's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random

from hypothesis import strategies as st

from skillspace.skills.matching import Close, Closeness, Gap, Missing
from skillspace.skills.planning import Ability, Bound, Bounds, Plan, Session, Training
from skillspace.skills.taxonomy import Need

MONDAY = date(2027, 3, 1)
DISTANCES = {"near": 10.0, "far": 80.0}
CONCEPTS = tuple(f"urn:example:{letter}" for letter in "abcdef")
Taken = tuple[tuple[Training, Session], ...]


def gap_of(shares: Mapping[str, float], credits: Mapping[str, float] | None = None) -> Gap:
    """Return a gap in which these concepts have these shares, some with credit already."""
    credits = credits or {}
    total = sum(shares.values())
    share = {uri: value / total for uri, value in shares.items()}
    return Gap(
        coverage=sum(share[uri] * credit for uri, credit in credits.items()),
        have=(),
        close=tuple(
            Close(need_uri=uri, by_uri="urn:example:z", path=Closeness.NARROWER, credit=credit, weight=share[uri])
            for uri, credit in credits.items()
        ),
        missing=tuple(
            Missing(need_uri=uri, weight=value, need=Need.ESSENTIAL)
            for uri, value in share.items()
            if uri not in credits
        ),
    )


def day(number: int) -> date:
    """Return a day, counted from a Monday."""
    return MONDAY + timedelta(days=number)


def training(name: str, teaches: str, **facts: object) -> Training:
    """Return a training that teaches concepts named by letters."""
    wanted = {"price": Decimal(10), "hours": 10.0, "sessions": (Session(starts=day(0), ends=day(6), place="near"),)}
    abilities = tuple(Ability(uri=f"urn:example:{letter}") for letter in teaches)
    return Training(id=name, teaches=abilities, **{**wanted, **facts})  # type: ignore[arg-type]


abilities = st.builds(Ability, uri=st.sampled_from(CONCEPTS[:5]), level=st.sampled_from([None, None, None, 1, 3, 5]))


def _session(rng: Random) -> Session:
    """A session of up to three weeks, now and then without dates or a place."""
    starts = rng.choice([rng.randint(0, 13), rng.randint(0, 13), rng.randint(-5, 60)])
    where = rng.choice(["near", "near", "far", "online", "online", None])
    is_dated = rng.random() < 0.9
    return Session(
        starts=day(starts) if is_dated else None,
        ends=day(starts + rng.choice([0, 1, 2, 4, 20])) if is_dated else None,
        place=where if where != "online" else None,
        is_online=where == "online",
    )


def _ability(rng: Random, letters: str) -> Ability:
    return Ability(uri=f"urn:example:{rng.choice(letters)}", level=rng.choice([None, None, None, 1, 3, 5]))


def _catalogue(seed: int) -> list[Training]:
    """Two to five trainings of up to two sessions each, most of which fit most people."""
    rng = Random(seed)  # noqa: S311 - drawn evenly, so that bounds really bind
    return [
        Training(
            id=f"t{at}",
            teaches=tuple(_ability(rng, "abcde") for _ in range(rng.randint(1, 3))),
            price=rng.choice([Decimal(0), Decimal("9.99"), Decimal(20), Decimal(20), Decimal(35), None]),
            currency="SEK" if rng.random() < 0.1 else "EUR",
            hours=rng.choice([4.0, 5.0, 7.0, 7.0, 7.0, 8.0, 25.0, None]),
            sessions=tuple(_session(rng) for _ in range(rng.choice([0, 1, 1, 2, 2, 2]))),
            demands=(_ability(rng, "abcdef"),) if rng.random() < 0.25 else (),
            languages=frozenset(rng.choice([(), (), (), ("en",), ("sv",)])),
        )
        for at in range(rng.randint(2, 5))
    ]


def catalogues() -> st.SearchStrategy[list[Training]]:
    """Small catalogues."""
    return st.integers(0, 2**40).map(_catalogue)


UNKNOWNS = [Bound.UNKNOWN_PRICE, Bound.UNKNOWN_HOURS, Bound.UNKNOWN_DATES, Bound.UNKNOWN_DISTANCE]


def _bounds(seed: int) -> Bounds:
    rng = Random(seed)  # noqa: S311 - drawn evenly, so that every bound is met often
    return Bounds(
        earliest=MONDAY,
        latest=rng.choice([None, day(30), day(70)]),
        budget=rng.choice([None, Decimal(60), Decimal(60), Decimal(30), Decimal(0)]),
        hours=rng.choice([None, None, 20.0]),
        hours_a_week=rng.choice([None, 8.0, 8.0, 12.0]),
        km=rng.choice([None, None, 50.0]),
        distances=DISTANCES,
        languages=rng.choice([frozenset(), frozenset(), frozenset({"en"})]),
        allows=frozenset(rng.choice([UNKNOWNS, UNKNOWNS, [], UNKNOWNS[:2]])),
    )


def _gap(seed: int) -> Gap:
    rng = Random(seed)  # noqa: S311 - the same
    letters = rng.sample("abcd", rng.randint(2, 4))
    return gap_of({f"urn:example:{letter}": float(rng.randint(1, 5)) for letter in letters})


bounds = st.integers(0, 2**40).map(_bounds)
gaps = st.integers(0, 2**40).map(_gap)


def km_to(session: Session) -> float | None:
    """Return how far a session is."""
    return 0.0 if session.is_online else DISTANCES.get(session.place or "")


def brought(one: Training, wanted: Ability) -> float:
    """Return the part of a wanted ability that a training teaches."""
    parts = [
        min(taught.level / wanted.level, 1.0) if taught.level and wanted.level else 1.0
        for taught in one.teaches
        if taught.uri == wanted.uri
    ]
    return max(parts, default=0.0)


def coverage(taken: Taken, found: Gap, levels: Mapping[str, int]) -> float:
    """Return what somebody covers who did these trainings."""
    needs = [(one.need_uri, one.weight, 0.0) for one in found.missing]
    needs += [(one.need_uri, one.weight, one.credit) for one in found.close]
    total = found.coverage
    for uri, weight, credit in needs:
        best = max((brought(one, Ability(uri=uri, level=levels.get(uri))) for one, _ in taken), default=0.0)
        total += weight * max(best - credit, 0.0)
    return total


def faults(taken: Taken, bounds: Bounds, held: Sequence[Ability]) -> list[str]:
    """Return every bound that a plan breaks, in words."""
    found = []

    def must_be_known(value: object, unknown: Bound, is_asked: bool) -> None:
        if value is None and is_asked and unknown not in bounds.allows:
            found.append(unknown.value)

    for one, session in taken:
        price = one.price if one.currency == bounds.currency else None
        must_be_known(price, Bound.UNKNOWN_PRICE, bounds.budget is not None)
        must_be_known(one.hours, Bound.UNKNOWN_HOURS, bounds.hours is not None or bounds.hours_a_week is not None)
        must_be_known(km_to(session), Bound.UNKNOWN_DISTANCE, bounds.km is not None)
        must_be_known(session.starts, Bound.UNKNOWN_DATES, True)
        if bounds.km is not None and (km_to(session) or 0) > bounds.km:
            found.append("distance")
        if session.starts and session.starts < bounds.earliest:
            found.append("earliest")
        if session.ends and bounds.latest and session.ends > bounds.latest:
            found.append("latest")
        if bounds.languages and one.languages and not bounds.languages & one.languages:
            found.append("languages")
        for demand in one.demands:
            is_held = any(_meets(ability, demand) for ability in held)
            is_taught = any(
                brought(other, demand) >= 0.5 and has.ends and (not session.starts or has.ends < session.starts)
                for other, has in taken
            )
            if not is_held and not is_taught:
                found.append("prerequisites")
    prices = [one.price for one, _ in taken if one.price is not None and one.currency == bounds.currency]
    if bounds.budget is not None and sum(prices) > bounds.budget:
        found.append("budget")
    if bounds.hours is not None and sum(one.hours or 0 for one, _ in taken) > bounds.hours:
        found.append("hours")
    if bounds.hours_a_week is not None and max(_weeks(taken).values(), default=0) > bounds.hours_a_week + 1e-6:
        found.append("hours-a-week")
    return found


def _meets(held: Ability, demand: Ability) -> bool:
    return held.uri == demand.uri and (not (held.level and demand.level) or held.level >= demand.level)


def _weeks(taken: Taken) -> dict[tuple[int, int], float]:
    """Return the hours of each calendar week, counted day by day."""
    weeks: dict[tuple[int, int], float] = defaultdict(float)
    for one, session in taken:
        if session.starts and session.ends and one.hours:
            days = (session.ends - session.starts).days + 1
            for number in range(days):
                weeks[(session.starts + timedelta(days=number)).isocalendar()[:2]] += one.hours / days
    return weeks


@dataclass(frozen=True)
class Measure:
    """What a plan takes, in numbers of which less is better; what is unknown is counted apart."""

    uncovered: float
    cost: tuple[float, int]
    days: tuple[float, int]
    km: tuple[float, int]
    steps: int

    @classmethod
    def of(cls, taken: Taken, found: Gap, levels: Mapping[str, int], currency: str) -> Measure:
        """Measure a plan."""
        prices = [float(one.price) if one.price is not None and one.currency == currency else None for one, _ in taken]
        days = [float((has.ends - MONDAY).days) if has.ends else None for _, has in taken]
        return cls(
            uncovered=1 - coverage(taken, found, levels),
            cost=_sum(prices),
            days=_sum(days),
            km=_sum([km_to(has) for _, has in taken]),
            steps=len(taken),
        )

    def is_clearly_better(self, other: Measure) -> bool:
        """Tell whether this is as good in everything, and better in something by more than a solver's tolerance."""
        pairs = [(self.uncovered, other.uncovered, 0.001), (self.steps, other.steps, 0.5)]
        for mine, its, clear in (
            (self.cost, other.cost, 0.5),
            (self.days, other.days, 7.0),
            (self.km, other.km, 0.5),
        ):
            pairs += [(mine[0], its[0], clear), (mine[1], its[1], 0.5)]
        return all(mine <= its + 1e-9 for mine, its, _ in pairs) and any(its - mine > by for mine, its, by in pairs)


def _sum(values: Sequence[float | None]) -> tuple[float, int]:
    return sum(value for value in values if value is not None), sum(value is None for value in values)


def every_plan(trainings: Sequence[Training], bounds: Bounds, held: Sequence[Ability]) -> Iterator[Taken]:
    """Return every plan that keeps within the bounds, by trying them all."""
    options = [[None, *(one.sessions or (Session(),))] for one in trainings]
    for picked in product(*options):
        taken = tuple((one, session) for one, session in zip(trainings, picked, strict=True) if session is not None)
        if not faults(taken, bounds, held):
            yield taken


def taken_in(plan: Plan, trainings: Sequence[Training]) -> Taken:
    """Return what a plan takes."""
    by_id = {one.id: one for one in trainings}
    return tuple((by_id[step.training_id], step.session) for step in plan.steps)
