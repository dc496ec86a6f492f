"""Figures of career moves: fitted on one official table, tested on another; interests; paths; speed."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.figures import DATA, Figure, Tell, figure, timed, untold
from skillspace.skills.careers import CareerMap, Ground, MoveWeights, PathFinder, Signal, Start, profile, told_in
from skillspace.skills.careers.fitting import LIKENESS, fit_weights, listed_by, logistic, pairs_of
from skillspace.skills.careers.interests import inferred
from skillspace.skills.careers.moves import in_demand
from skillspace.skills.careers.occupations import Occupations
from skillspace.skills.careers.official import OfficialTable
from skillspace.skills.careers.paths import sum_of
from skillspace.skills.enrichment import Enricher
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack

PACKS = ("esco", "rome", "jobtech", "onet", "uk-ncs", "crosswalks")
SWEDEN = "territory/jobtech_territory_education"
AT = 10
RESAMPLES = 1000
ROME, JOBTECH, ONET = "rome-mobility", "jobtech-substitutability", "onet-related"
#: what is fitted on, beside which official signal, tested on: no table is on two sides of one test
TESTS = ((ROME, JOBTECH, ONET), (ROME, ONET, JOBTECH), (ONET, JOBTECH, ROME))
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """One way to rank: weights, and the official tables whose word it may use; `popular` is a constant order."""

    weights: MoveWeights
    official: tuple[str, ...] = ()
    popular: Floats | None = None


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on all of ESCO, ROME, JobTech and O*NET in a folder that is thrown away; nothing without real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        for name in PACKS:
            tell(f"compiling {name}")
            add_pack(name, home, DATA)
        return list(career_figures(Taxonomies.open(home), tell))


def career_figures(taxonomies: Taxonomies, tell: Tell) -> Iterator[Figure]:
    """Measure ranking, wishes, interests, and how long it takes."""
    began = time.perf_counter()
    careers = CareerMap.build(taxonomies)
    yield figure("map_build_s", time.perf_counter() - began, "s")
    numbers = careers.occupations
    for fitted_on, beside, test in TESTS:
        tell(f"fitting on {fitted_on}, testing on {test}")
        yield from test_figures(numbers, fitted_on, beside, test)
    tell("real moves of Sweden")
    yield from flow_figures(numbers, taxonomies)
    tell("interests")
    yield from interest_figures(numbers, taxonomies)
    tell("paths")
    yield from speed_figures(careers, taxonomies)


def test_figures(numbers: Occupations, fitted_on: str, beside: str, test: str) -> Iterator[Figure]:
    """Fit on one table, test on another, which is no signal there; each signal left out in turn, fitted anew."""
    pairs = pairs_of(numbers, fitted_on, [beside])
    weights = fit_weights(pairs)
    others = tuple(name for name in numbers.tables if name != test)
    nothing = replace(weights, **{one.value: 0.0 for one in LIKENESS})
    popular = np.asarray(numbers.tables[fitted_on].listed().sum(axis=0)).ravel() / len(numbers.uris)
    rankings = {
        "whole": Ranking(weights=weights, official=others),
        "skills_only": Ranking(weights=replace(nothing, skills=1.0)),
        "same_isco_groups": Ranking(weights=replace(nothing, field=1.0)),
        "other_tables_only": Ranking(weights=replace(nothing, official=1.0), official=others),
        "popularity": Ranking(weights=nothing, popular=popular),
    }
    for left_out in LIKENESS:
        fewer = fit_weights(pairs, [one for one in LIKENESS if one is not left_out])
        rankings[f"without_{left_out}"] = Ranking(weights=fewer, official=others)
    measured = ranked(numbers, numbers.tables[test], rankings)
    told: dict[str, float | str] = {f"weight_{one}": weights.of(one) for one in LIKENESS}
    told |= {"fitted_on": fitted_on, "official_beside": beside, "base": weights.base}
    peer = figures_of(measured["skills_only"])[0]
    name = test.replace("-", "_")
    for way, (recall, ranks, clusters) in measured.items():
        (mean, low, high), (mrr, *_) = figures_of((recall, ranks, clusters))
        more = {"low": low, "high": high, "mrr": mrr, "occupations": len(recall)} | (told if way == "whole" else {})
        is_whole = way == "whole"
        yield figure(
            f"{name}_{way}_recall_at_10",
            mean,
            "share",
            "skills alone" if is_whole else None,
            peer[0] if is_whole else None,
            more=more,
        )


Measured = tuple[Floats, Floats, NDArray[np.int64]]


def ranked(numbers: Occupations, table: OfficialTable, rankings: Mapping[str, Ranking]) -> dict[str, Measured]:
    """Return recall at 10 and reciprocal rank of each way to rank, for each occupation the table lists moves of.

    What is ranked are the table's own occupations, each by the best of those of ESCO it stands for; an occupation's
    own ones are left out. The third is the table's own occupation, by which occasions hang together.
    """
    own = np.diff(table.carried.indptr)
    spots = np.flatnonzero(own)
    starts = table.carried.indptr[spots]
    wanted = csr_array(table.carriers @ table.moves).toarray() > 0
    itself = table.carriers.toarray() > 0
    wanted &= ~itself
    wanted[:, own == 0] = False
    origins = np.flatnonzero(wanted.any(axis=1))
    first = np.array([table.carriers.indices[table.carriers.indptr[row]] for row in origins])
    official = {way: listed_by(numbers, one.official) for way, one in rankings.items()}
    noise = np.random.default_rng(3).random(len(spots)) * 1e-7
    found: dict[str, tuple[list[float], list[float]]] = {way: ([], []) for way in rankings}
    for rows, signals in numbers.blocks():
        asked = [row for row in origins.tolist() if rows.start <= row < rows.stop]
        at = [row - rows.start for row in asked]
        for way, one in rankings.items():
            heard = signals | {Signal.OFFICIAL: official[way][rows].toarray().astype(np.float32)}
            scores = sum_of(heard, one.weights).astype(np.float64)
            if one.popular is not None:
                scores = np.broadcast_to(one.popular, scores.shape)
            best = np.maximum.reduceat(scores[at][:, table.carried.indices], starts, axis=1) + noise
            best[itself[asked][:, spots]] = -1
            order = np.argsort(-best, axis=1, kind="stable")
            hits = np.take_along_axis(wanted[asked][:, spots], order, axis=1)
            many = np.minimum(hits.sum(axis=1), AT)
            found[way][0].extend((hits[:, :AT].sum(axis=1) / many).tolist())
            found[way][1].extend((1 / (1 + hits.argmax(axis=1))).tolist())
    return {way: (np.array(recall), np.array(mrr), first) for way, (recall, mrr) in found.items()}


def figures_of(measured: Measured) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return mean, and the range that 95 of 100 resamples of the table's own occupations keep to, of both measures."""
    recall, mrr, clusters = measured
    _, member = np.unique(clusters, return_inverse=True)
    counts = np.bincount(member)
    rng = np.random.default_rng(5)
    drawn = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=RESAMPLES)

    def interval(values: Floats) -> tuple[float, float, float]:
        sums = np.bincount(member, weights=values)
        means = drawn @ sums / (drawn @ counts)
        low, high = np.quantile(means, (0.025, 0.975))
        return float(values.mean()), float(low), float(high)

    return interval(recall), interval(mrr)


def flow_figures(numbers: Occupations, taxonomies: Taxonomies) -> Iterator[Figure]:
    """Test on the moves people in Sweden really made between groups, and fit the wishes on one half of them."""
    folder = DATA / SWEDEN
    groups = [
        uri
        for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION_GROUP}, scheme="jobtech")
        if len(taxonomies.concept(uri).code or "") == 4
    ]
    flows = flow_table(numbers, taxonomies, groups, json.loads((folder / "labour_flow_data.json").read_bytes()))
    ads = json.loads((folder / "ssyk_id_region_annonser_2024.json").read_bytes())
    asked = in_demand(np.array([sum(ads.get(uri.rpartition("/")[2], {}).values()) for uri in groups], np.float64))
    wages = [taxonomies.facts(uri).get("pay", {}).get("middle") for uri in groups]
    paid = np.array([np.log2(wage) if wage else np.nan for wage in wages])
    likeness = group_likeness(numbers, flows)
    gain = np.nan_to_num(np.clip(paid[None, :] - paid[:, None], 0, 1))
    moves, known = flows.moves.toarray() > 0, np.diff(flows.carried.indptr) > 0
    counts = known[:, None] & known[None, :] & ~np.eye(len(groups), dtype=bool)
    fitting = np.random.default_rng(11).random(len(groups)) < 0.5
    chosen = counts & fitting[:, None]
    demand = np.broadcast_to(asked[None, :], likeness.shape)
    columns = [one[chosen] for one in (likeness, demand, gain)]
    like, much, more_pay, _ = logistic(np.column_stack(columns), moves[chosen] * 1.0, np.ones(int(chosen.sum())))
    origins = np.flatnonzero(~fitting & known & moves[:, known].any(axis=1))
    told = {"weight_likeness": like, "weight_demand": much / like, "weight_pay": more_pay / like}
    for way, scores in {
        "likeness": likeness,
        "demand_only": demand,
        "likeness_and_demand": like * likeness + much * demand,
        "with_pay": like * likeness + much * demand + more_pay * gain,
    }.items():
        recall, mrr = flow_recall(scores, moves, counts, origins)
        (mean, low, high), (rank, *_) = figures_of((recall, mrr, origins))
        more: dict[str, float | str] = {"low": low, "high": high, "mrr": rank, "groups": len(origins)}
        yield figure(f"flows_{way}_recall_at_10", mean, "share", more=more | (told if way == "with_pay" else {}))


def flow_table(
    numbers: Occupations, taxonomies: Taxonomies, groups: Sequence[str], flows: Mapping[str, Sequence[str]]
) -> OfficialTable:
    """Read real moves between SSYK groups as if they were a table; ESCO stands for groups through JobTech."""
    row_of = {uri: row for row, uri in enumerate(groups)}
    by_code = {taxonomies.concept(uri).code: row for row, uri in enumerate(groups)}
    jobtech = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme="jobtech")
    member = np.zeros((len(jobtech), len(groups)), np.float32)
    for row, uri in enumerate(jobtech):
        for group in taxonomies.broader(uri):
            if group in row_of:
                member[row, row_of[group]] = 1
    carriers = csr_array(numbers.tables[JOBTECH].carriers @ csr_array(member))
    moves = np.zeros((len(groups), len(groups)), np.int32)
    for code, others in flows.items():
        for other in others:
            if code in by_code and other in by_code and code != other:
                moves[by_code[code], by_code[other]] = 1
    return OfficialTable(
        name="flows", near_up_to=0, carriers=carriers, carried=csr_array(carriers.T), moves=csr_array(moves)
    )


def group_likeness(numbers: Occupations, flows: OfficialTable) -> Floats:
    """Return the likeness (in log-odds) of every two groups: that of the two of their occupations most alike."""
    weights = MoveWeights()
    official = listed_by(numbers, list(numbers.tables))
    known = np.flatnonzero(np.diff(flows.carried.indptr))
    found = np.full((flows.moves.shape[0],) * 2, -np.inf)
    for rows, signals in numbers.blocks():
        signals[Signal.OFFICIAL] = official[rows].toarray().astype(np.float32)
        scores = sum_of(signals, weights) * weights.likeness
        best = np.maximum.reduceat(scores[:, flows.carried.indices], flows.carried.indptr[known], axis=1)
        for at, row in enumerate(range(rows.start, rows.stop)):
            for group in flows.carriers.indices[flows.carriers.indptr[row] : flows.carriers.indptr[row + 1]]:
                found[group, known] = np.maximum(found[group, known], best[at])
    return np.where(np.isfinite(found), found, 0)


def flow_recall(
    scores: Floats, moves: NDArray[np.bool_], counts: NDArray[np.bool_], origins: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return recall at 10 and reciprocal rank of each origin among the groups that count."""
    order = np.argsort(np.where(counts, -scores, np.inf)[origins], axis=1, kind="stable")
    hits = np.take_along_axis((moves & counts)[origins], order, axis=1)
    many = np.minimum(hits.sum(axis=1), AT)
    return hits[:, :AT].sum(axis=1) / many, 1 / (1 + hits.argmax(axis=1))


def interest_figures(numbers: Occupations, taxonomies: Taxonomies) -> Iterator[Figure]:
    """Infer what is stated, as if it were not; and read interests out of short texts about jobs."""
    stated = np.array([one is not None and one.ground is Ground.STATED for one in numbers.interests])
    same = numbers.tables[ROME].same()
    leading = numbers.shares.argmax(axis=1)
    right: list[bool] = []
    for rows, signals in numbers.blocks():
        likeness = np.where(same[rows].toarray() > 0, 0, signals[Signal.SKILLS])
        guessed = inferred(numbers.shares, stated, likeness).argmax(axis=1)
        right += (guessed == leading[rows])[stated[rows]].tolist()
    usual = float(np.bincount(leading[stated]).max() / stated.sum())
    more = {"occupations": len(right)}
    name = "interests_inferred_leading_letter_right"
    yield figure(name, statistics.mean(right), "share", "the usual letter", usual, more=more)
    yield from text_figures(numbers, taxonomies, leading, stated)


def text_figures(
    numbers: Occupations, taxonomies: Taxonomies, leading: NDArray[np.int64], stated: NDArray[np.bool_]
) -> Iterator[Figure]:
    """Read every second description of English job profiles, without names of occupations, as if somebody told it."""
    enricher = Enricher.build(taxonomies, ["en"])
    heard: list[bool] = []
    clear: list[bool] = []
    texts = 0
    letters: list[int] = []
    for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme="uk-ncs"):
        row = next(
            (numbers.row_of[one.target] for one in taxonomies.to_esco(uri) if one.target in numbers.row_of), None
        )
        if row is None or not stated[row]:
            continue
        texts += 1
        if texts % 2:  # the weight of what is heard was chosen on these
            continue
        told = told_in(enricher.enrich(taxonomies.description(uri), language="en"))
        found = profile({}, [one for one in told if one.concept not in numbers.row_of], numbers, taxonomies)
        if found.evidence:
            letters.append(int(leading[row]))
            heard.append(int(np.argmax(found.shares)) == int(leading[row]))
            if found.clear:
                clear.append(heard[-1])
    usual = float(np.bincount(letters).max() / len(letters))
    yield figure("interests_texts_with_a_clear_letter", len(clear) / (texts // 2), "share", more={"texts": texts // 2})
    more = {"texts": len(heard), "clear": len(clear), "right_where_clear": float(np.mean(clear)) if clear else "none"}
    name = "interests_texts_leading_letter_right"
    yield figure(name, statistics.mean(heard), "share", "the usual letter", usual, more=more)


def speed_figures(careers: CareerMap, taxonomies: Taxonomies) -> Iterator[Figure]:
    """Time moves and paths of a hundred people, each with what one occupation needs."""
    began = time.perf_counter()
    finder = PathFinder.build(careers)
    yield figure("paths_build_s", time.perf_counter() - began, "s")
    rng = random.Random(5)  # noqa: S311 - the same people in every run
    uris = careers.occupations.uris
    drawn = [(rng.choice(uris), rng.choice(uris)) for _ in range(100)]
    pairs = [(here, there) for here, there in drawn if here != there]
    people = [(tuple(PersonSkill(uri=one.uri) for one in taxonomies.skills_of(here)), here) for here, _ in pairs]
    moves = timed(lambda one: careers.next_moves(one[0], one[1], taxonomies), people)
    ways = timed(lambda one: finder.to(one[1], Start(occupation=one[0]), taxonomies), pairs)
    open_ways = timed(lambda one: finder.beyond(Start(occupation=one[0]), taxonomies), pairs)
    for name, times, limit in (("next_moves", moves, None), ("path_to", ways, 300), ("paths_beyond", open_ways, 300)):
        yield figure(f"{name}_ms", statistics.median(times), "ms")
        yield figure(f"{name}_p95_ms", sorted(times)[int(len(times) * 0.95)], "ms", limit=limit)
    direct, eased = [], []
    for here, there in pairs:
        found = finder.to(there, Start(occupation=here), taxonomies)
        direct.append(next(one.effort for one in found if len(one.steps) == 1))
        eased.append(found[0].effort)
    yield figure(
        "path_effort_of_the_easiest", statistics.median(eased), "", "going directly", statistics.median(direct)
    )
