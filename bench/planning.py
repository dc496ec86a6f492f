"""Figures of learning plans: how long one takes over 3,300 trainings, and what it covers beside a greedy choice."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from bench.figures import DATA, Figure, Tell, figure, untold
from skillspace.market.courses import Course, collected_courses
from skillspace.skills.matching import Gap, HolderIndex, PersonSkill, gap, holder, learning_steps
from skillspace.skills.planning import Ability, Bounds, Catalogue, Kind, Plan, Session, Training, plan
from skillspace.skills.planning.candidates import Candidates
from skillspace.skills.planning.catalogue import Days
from skillspace.skills.planning.demands import Demands
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.greedy import greedily
from skillspace.skills.planning.programme import Programme
from skillspace.skills.planning.target import Target
from skillspace.skills.taxonomy import ConceptKind, SkillLink, Taxonomies, add_pack

TRAININGS, PEOPLE, EXACT = 3_300, 40, 3
FIRST = date(2027, 1, 4)
HOME = (59.33, 18.07)
BOUNDS = Bounds(
    earliest=FIRST,
    latest=FIRST + timedelta(days=365),
    budget=Decimal(2000),
    hours_a_week=20,
    km=300,
    home=HOME,
    languages=frozenset({"en", "sv"}),
)
"""A year, 2,000 €, 20 hours a week, 300 km: every bound there is takes part."""

SECONDS = 15.0
"""So long the search over all trainings may take; it only tells what the usual one misses."""

HOURS_A_CREDIT = 27.0
"""An ECTS credit is 25 to 30 hours of work (ECTS Users' Guide 2015)."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Somebody who holds some of what an occupation asks for."""

    found: Gap
    held: tuple[Ability, ...]


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on all of ESCO in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        taxonomies = Taxonomies.open(home)
        tell("planning over invented trainings")
        return [*invented_figures(taxonomies), *real_figures(taxonomies, tell)]


def invented_figures(taxonomies: Taxonomies) -> Iterator[Figure]:
    """Plan over trainings drawn from ESCO's occupation profiles, so that about a hundred help everybody."""
    rng = random.Random(7)  # noqa: S311 - invented trainings and people, the same ones in every run
    profiles = profiles_of(taxonomies)
    trainings = [invented(f"t-{at:04}", rng, profiles) for at in range(TRAININGS)]
    began = time.perf_counter()
    catalogue = Catalogue.build(trainings, taxonomies)
    yield figure("plan_build_3300_s", time.perf_counter() - began, "s")
    fresh = random.Random(2027)  # noqa: S311 - invented people, whom nothing was tried on before
    questions = [question(fresh, profiles, catalogue) for _ in range(PEOPLE)]
    yield from plan_figures("plan", catalogue, questions, taxonomies, limit=300)
    yield from reduction_figures(catalogue, questions)


def real_figures(taxonomies: Taxonomies, tell: Tell) -> Iterator[Figure]:
    """Plan over real courses with what they really teach; dates, prices and places are composed."""
    tell("reading courses")
    courses = [course for course in collected_courses(DATA, taxonomies) if course.skills]
    rng = random.Random(11)  # noqa: S311 - composed dates and prices
    catalogue = Catalogue.build(composed(courses, rng), taxonomies)
    taught = {uri for course in courses for uri in course.skills}
    asked = [profile for profile in profiles_of(taxonomies) if sum(one.uri in taught for one in profile) >= 5]
    tell("planning over real courses")
    questions = [question(rng, asked, catalogue) for _ in range(PEOPLE)]
    yield from plan_figures("plan_courses", catalogue, questions, taxonomies, limit=300)


def plan_figures(
    name: str, catalogue: Catalogue, questions: Sequence[Question], taxonomies: Taxonomies, limit: float
) -> Iterator[Figure]:
    """Time the best plan, and all choices; hold coverage against the greedy ones within the same bounds."""
    index = HolderIndex.build(
        [holder(one.id, [ability.uri for ability in one.teaches]) for one in catalogue.trainings], taxonomies
    )
    first = took(catalogue, questions[0], (Kind.MOST_COVERED,))[0]
    best = [took(catalogue, one, (Kind.MOST_COVERED,)) for one in questions]
    times = sorted(ms for ms, _, _ in best)
    peer: list[float] = []
    blind: list[float] = []
    greedy: list[float] = []
    for one in questions:
        began = time.perf_counter()
        steps = learning_steps(one.found, index, most=20, only=fitting(catalogue, BOUNDS))
        peer.append((time.perf_counter() - began) * 1000)
        blind.append(in_turn(catalogue, one, [catalogue.row(step.training_id) for step in steps]))
        greedy.append(by_greed(catalogue, one))
    fit = {
        "trainings": len(catalogue),
        "gaps": len(questions),
        "steps": statistics.mean(len(p.steps) for _, p, _ in best),
    }
    fit["proven"] = statistics.mean(proven for _, _, proven in best)
    median = statistics.median(times)
    yield figure(f"{name}_ms", median, "ms", "learning_steps: no bounds", statistics.median(peer), limit, fit)
    yield figure(f"{name}_p95_ms", times[int(len(times) * 0.95)], "ms", None, None, None, {"first_ms": first})
    covered = statistics.mean(answer.coverage for _, answer, _ in best)
    yield figure(
        f"{name}_coverage",
        covered,
        "share",
        "greedy: what adds most and still fits, again and again",
        statistics.mean(greedy),
        None,
        {
            "before": statistics.mean(one.found.coverage for one in questions),
            "learning_steps_as_far_as_they_fit": statistics.mean(blind),
            "better_than_greedy": statistics.mean(
                a.coverage > g + 1e-6 for (_, a, _), g in zip(best, greedy, strict=True)
            ),
            "worse_than_greedy": statistics.mean(
                a.coverage < g - 1e-6 for (_, a, _), g in zip(best, greedy, strict=True)
            ),
        },
    )
    everything = [took(catalogue, one, tuple(Kind))[0] for one in questions[: PEOPLE // 4]]
    yield figure(f"{name}_choices_ms", statistics.median(everything), "ms")


def took(catalogue: Catalogue, one: Question, kinds: Collection[Kind]) -> tuple[float, Plan, bool]:
    """Return the milliseconds of one answer, the plan, and whether it is proved the best."""
    began = time.perf_counter()
    planning = plan(one.found, catalogue, BOUNDS, held=one.held, kinds=kinds)
    return (time.perf_counter() - began) * 1000, planning.best, planning.choices[0].proof.is_best


def reduction_figures(catalogue: Catalogue, questions: Sequence[Question]) -> Iterator[Figure]:
    """Say what the choice of candidates costs: solve over every training that fits and helps, with all its sessions."""
    lost: list[float] = []
    unproven = 0
    for one in questions:
        choice = plan(one.found, catalogue, BOUNDS, held=one.held, kinds=()).choices[0]
        if choice.proof.considered < choice.proof.fit and len(lost) < EXACT:
            coverage, is_proven = best_of_all(catalogue, one)
            lost.append(coverage - choice.plan.coverage)
            unproven += not is_proven
    if lost:
        more = {"gaps": len(lost), "most": max(lost), "unproven": unproven}
        yield figure("plan_lost_by_candidates", statistics.mean(lost), "coverage", None, None, None, more)


def best_of_all(catalogue: Catalogue, one: Question) -> tuple[float, bool]:
    """Return the coverage of the best plan over all trainings that fit, and whether that is proved."""
    frame = Frame.of(catalogue, BOUNDS)
    target = Target.of(one.found, frame, {})
    demands = Demands(frame, one.held)
    fits = demands.possible(frame.fits)
    helping: Days = np.flatnonzero(fits & (target.gain(target.brings) > 0)[catalogue.owner])
    sessions = np.unique(np.concatenate([helping, *(earlier for _, earlier in demands.before(np.flatnonzero(fits)))]))
    candidates = Candidates(
        sessions=sessions,
        greedy=(),
        demands=tuple(demands.before(sessions)),
        demanded=demands,
        fit=len(sessions),
        considered=len(sessions),
        reachable=1.0,
    )
    programme = Programme(target, frame, candidates)
    solution = programme.solve(Kind.MOST_COVERED, seconds=SECONDS)
    if solution is None:
        return one.found.coverage, False
    return one.found.coverage + programme.gain(solution.sessions), solution.is_proven


def fitting(catalogue: Catalogue, bounds: Bounds) -> list[str]:
    """Return the trainings of which one session fits by itself."""
    rows = np.unique(catalogue.owner[Frame.of(catalogue, bounds).fits])
    return [catalogue.trainings[row].id for row in rows]


def by_greed(catalogue: Catalogue, one: Question) -> float:
    """Return the coverage of the peer that knows the bounds: what adds most and still fits, again and again."""
    frame = Frame.of(catalogue, BOUNDS)
    target, demands = Target.of(one.found, frame, {}), Demands(frame, one.held)
    sessions = greedily(target, frame, demands, demands.possible(frame.fits))
    return target.after(catalogue.owner[list(sessions)].tolist()).before


def in_turn(catalogue: Catalogue, one: Question, rows: Sequence[int]) -> float:
    """Return the coverage of trainings taken in turn, as far as they still fit."""
    frame = Frame.of(catalogue, BOUNDS)
    target, demands = Target.of(one.found, frame, {}), Demands(frame, one.held)
    fits = frame.fits
    taken: list[int] = []
    for row in rows:
        only = fits & (catalogue.owner == row)
        taken = list(greedily(target, frame, demands, only, taken))
    return target.after(catalogue.owner[taken].tolist()).before


def profiles_of(taxonomies: Taxonomies) -> list[Sequence[SkillLink]]:
    """Return what each occupation asks for."""
    occupations = taxonomies.concepts(kinds={ConceptKind.OCCUPATION})
    return [links for uri in occupations if (links := taxonomies.skills_of(uri))]


def question(rng: random.Random, profiles: Sequence[Sequence[SkillLink]], catalogue: Catalogue) -> Question:
    """Draw an occupation, and somebody who holds about a third of what it asks for."""
    profile = rng.choice(profiles)
    held = [link.uri for link in profile if rng.random() < 0.3]
    needs = [(link.uri, 1.0, link.need) for link in profile]
    found = gap([PersonSkill(uri=uri) for uri in held], needs, catalogue.proximity)
    return Question(found=found, held=tuple(Ability(uri=uri) for uri in held))


def invented(name: str, rng: random.Random, profiles: Sequence[Sequence[SkillLink]]) -> Training:
    """Draw a training that teaches some of one occupation's skills; a quarter demand another of them."""
    profile = [link.uri for link in rng.choice(profiles)]
    taught = rng.sample(profile, min(len(profile), rng.randint(2, 8)))
    demand = rng.choice(profile)
    is_demanding = rng.random() < 0.25 and demand not in taught
    return dated(
        Training(
            id=name,
            teaches=tuple(Ability(uri=uri) for uri in taught),
            demands=(Ability(uri=demand),) if is_demanding else (),
            languages=frozenset({rng.choice(["en", "sv", "fr"])}),
        ),
        rng,
        rng.choice([1, 5, 30, 60, 120]),
    )


def composed(courses: Sequence[Course], rng: random.Random) -> list[Training]:
    """Return courses as trainings: what they teach, their language and credits are real, the rest is made up."""
    return [
        dated(
            Training(
                id=course.id,
                teaches=tuple(Ability(uri=uri) for uri in course.skills),
                hours=course.ects * HOURS_A_CREDIT if course.ects else course.hours,
                languages=frozenset({course.language}),
            ),
            rng,
            rng.choice([60, 90, 120]),
        )
        for course in courses
    ]


def dated(one: Training, rng: random.Random, days: int) -> Training:
    """Make up a price (one in ten unknown), and one to five sessions around Sweden, a third of them online."""
    sessions = []
    for _ in range(rng.randint(1, 5)):
        starts = FIRST + timedelta(days=rng.randint(-30, 400))
        where = (rng.uniform(55, 65), rng.uniform(12, 20))
        ends = starts + timedelta(days=days - 1)
        sessions.append(Session(starts=starts, ends=ends, at=where, is_online=rng.random() < 1 / 3))
    price = None if rng.random() < 0.1 else Decimal(rng.choice([0, 0, 100, 250, 500, 900, 1500, 3000]))
    hours = one.hours if one.hours is not None else {1: 7.0, 5: 18.0, 30: 60.0}.get(days, 120.0)
    return replace(one, price=price, hours=hours, sessions=tuple(sessions))
