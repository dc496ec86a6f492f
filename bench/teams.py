"""Figures of teams: how long one takes to be told, and how much better than what anybody would do by hand."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from bench.figures import DATA, Figure, Tell, figure, untold
from bench.planning import profiles_of
from skillspace.market.courses import collected_courses
from skillspace.skills.matching import PersonSkill, Proximity
from skillspace.skills.planning import Ability, Bound, Bounds, Catalogue, Training
from skillspace.skills.taxonomy import Need, SkillLink, Taxonomies, add_pack
from skillspace.skills.teams import Chart, Member, Role, Standing, Wanted, growth, learning, seating

TEAMS, ROLES, COURSES = 10, 12, 5
SIZES = (20, 200, 1_000)
BOUNDS = Bounds(earliest=date(2027, 1, 4), allows=frozenset({Bound.UNKNOWN_DATES}))


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on all of ESCO in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        taxonomies = Taxonomies.open(home)
        courses = [course for course in collected_courses(DATA, taxonomies) if course.skills]
        trainings = [Training(id=one.id, teaches=tuple(Ability(uri=uri) for uri in one.skills)) for one in courses]
        catalogue, near = Catalogue.build(trainings, taxonomies), Proximity.build(taxonomies)
        taught = {uri for course in courses for uri in course.skills}
        asked = [profile for profile in profiles_of(taxonomies) if sum(one.uri in taught for one in profile) >= 5]
        return [one for size in SIZES for one in _of_size(size, asked, near, catalogue, tell)]


def _of_size(
    size: int, profiles: Sequence[Sequence[SkillLink]], near: Proximity, catalogue: Catalogue, tell: Tell
) -> Iterator[Figure]:
    rng = random.Random(size)  # noqa: S311 - invented teams, the same ones in every run
    times: dict[str, list[float]] = {"standing": [], "seats": [], "growth": [], "courses": []}
    seats: list[tuple[float, float]] = []
    covered: list[tuple[float, float, float]] = []
    proven = []
    for number in range(TEAMS if size < 1_000 else 3):
        tell(f"a team of {size:,}, number {number + 1}")
        chart, team = _team(size, profiles, rng)
        began = time.perf_counter()
        standing = Standing(chart, team, near)
        standing.covered()
        times["standing"].append(_since(began))
        began = time.perf_counter()
        put = seating(standing)
        times["seats"].append(_since(began))
        began = time.perf_counter()
        growth(standing, catalogue, put.seats)
        times["growth"].append(_since(began))
        began = time.perf_counter()
        learnt = learning(standing, catalogue, BOUNDS, most=COURSES)
        times["courses"].append(_since(began))
        seats.append((sum(fit.coverage for fit in put.seats), _by_hand(standing)))
        covered.append((learnt.before, learnt.after, _greedily(standing, catalogue)))
        proven.append(learnt.is_best)
    fit = {"teams": len(seats), "people": size, "roles": ROLES, "courses": len(catalogue)}
    for what, taken in times.items():
        yield figure(f"team_{size}_{what}_ms", statistics.median(taken), "ms", None, None, None, fit)
    ours, theirs = (statistics.mean(pair) for pair in zip(*seats, strict=True))
    yield figure(f"team_{size}_seats", ours, "sum of fits", "each role in turn takes its best", theirs, None, fit)
    before, after, greedy = (statistics.mean(three) for three in zip(*covered, strict=True))
    more = fit | {"before": before, "proven": statistics.mean(proven)}
    yield figure(
        f"team_{size}_covered", after, "share", "the course that adds most, again and again", greedy, None, more
    )


def _team(size: int, profiles: Sequence[Sequence[SkillLink]], rng: random.Random) -> tuple[Chart, list[Member]]:
    """Return twelve occupations as roles, which take nine of ten people, and people of occupations among these."""
    drawn = rng.sample(range(len(profiles)), ROLES)
    heads = max(size * 9 // 10 // ROLES, 1)
    roles = tuple(
        Role(id=f"r{at}", heads=heads, needs=tuple(Wanted(concept=one.uri, need=one.need) for one in profiles[at][:30]))
        for at in drawn
    )
    team = []
    for number in range(size):
        held = [
            one.uri
            for one in profiles[rng.choice(drawn)]
            if rng.random() < (0.6 if one.need is Need.ESSENTIAL else 0.3)
        ]
        held += [rng.choice(profiles[rng.randrange(len(profiles))]).uri for _ in range(5)]
        skills = tuple(PersonSkill(uri=uri, validation=rng.randint(1, 6)) for uri in dict.fromkeys(held))
        team.append(Member(id=f"p{number:04}", skills=skills))
    return Chart(roles=roles), team


def _by_hand(standing: Standing) -> float:
    """Return the sum of fits where each role in turn takes the best of those who are left."""
    fits, total = standing.fits(), 0.0
    for at, role in enumerate(standing.chart.roles):
        for _ in range(role.heads):
            best = int(np.argmax(fits[:, at]))
            total += max(float(fits[best, at]), 0.0)
            fits[best] = -1
    return total


def _greedily(standing: Standing, catalogue: Catalogue) -> float:
    """Return the coverage after five courses, each the one that adds most for the person with whom it adds most."""
    brings = catalogue.brings([Ability(uri=uri, level=level) for uri, level in standing.wanted])
    credits = standing.credits.copy()
    helping = np.flatnonzero(brings.any(axis=1))
    for _ in range(COURSES):
        best, taker, row = max((*_best_taker(standing, credits, brings[row]), row) for row in helping.tolist())
        if best <= 0:
            break
        credits[-taker] = np.maximum(credits[-taker], brings[row])
    return standing.coverage(credits)


def _best_taker(standing: Standing, credits: np.ndarray, brings: np.ndarray) -> tuple[float, int]:
    """Return what a course adds for the person with whom it adds most, and that person's row, negated for ties."""
    gains = np.zeros(len(credits))
    for role in standing.chart.roles:
        columns = standing.columns(role)
        held = credits[:, columns]
        least = np.sort(held, axis=0)[::-1][role.heads - 1] if len(held) >= role.heads else 0.0
        gains += np.maximum(brings[columns] - np.maximum(held, least), 0) @ standing.shares[role.id]
    who = int(np.argmax(gains))
    return float(gains[who]), -who


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
