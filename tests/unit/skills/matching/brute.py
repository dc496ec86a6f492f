"""Matching again, slowly and by hand, from what the docstrings promise, over an invented taxonomy."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillspace.skills.matching import (
    Closeness,
    Columns,
    Condition,
    Offer,
    OfferIndex,
    PersonSkill,
    Proximity,
    Question,
    Weights,
    Wishes,
)
from skillspace.skills.matching.words import Vocabulary
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import LinkKind
from tests.unit.skills.taxonomy.small import draft

SKILLS = [f"urn:esco:skill:{number:02d}" for number in range(14)]
GROUPS = ["urn:esco:group:a", "urn:esco:group:b"]
OCCUPATIONS = [f"urn:esco:occupation:{number}" for number in range(5)]
OWN = ["urn:own:juggling", "urn:own:unicycling"]
CONCEPTS = [*SKILLS, *GROUPS, *OWN]
PARENTS = {
    **{skill: {GROUPS[number // 7]} for number, skill in enumerate(SKILLS)},
    SKILLS[1]: {GROUPS[0], SKILLS[0]},
    SKILLS[2]: {SKILLS[1]},
    SKILLS[8]: {GROUPS[1], SKILLS[7], SKILLS[0]},
}
RELATED = {frozenset(pair) for pair in ((SKILLS[0], SKILLS[7]), (SKILLS[3], SKILLS[4]), (SKILLS[9], SKILLS[0]))}
ASKED = {skill: number % 6 for number, skill in enumerate(SKILLS)}
"""How many of the five occupations ask for a skill."""

SCALE = np.float32(1 / 2048)
WORDS = ["welding", "night", "nurse", "bread", "truck", "school", "of", "sql"]
PLACES = ["SE11", "FR52", "FI19"]


def compile_world(home: Path) -> Taxonomies:
    """Compile the invented taxonomy."""
    made = draft("esco", "1.2.1")
    for group in GROUPS:
        made.concept(group, ConceptKind.SKILL_GROUP)
    for skill in SKILLS:
        made.concept(skill, ConceptKind.SKILL)
        made.label(skill, "en", skill, preferred=True)
    for skill, parents in PARENTS.items():
        for parent in parents:
            made.link(LinkKind.BROADER, skill, parent)
    for one, other in map(sorted, RELATED):
        made.link(LinkKind.RELATED, one, other)
    for number, occupation in enumerate(OCCUPATIONS):
        made.concept(occupation, ConceptKind.OCCUPATION)
        made.label(occupation, "en", occupation, preferred=True)
        for skill, asked in ASKED.items():
            if number < asked:
                made.need(occupation, skill, Need.ESSENTIAL)
    compile_pack(made, home)
    return Taxonomies.open(home)


def closeness(held: str, need: str) -> Closeness | None:
    """Return how a held skill comes close to another one, the strongest way."""
    mine, theirs = PARENTS.get(held, set()), PARENTS.get(need, set())
    if need in mine:
        return Closeness.NARROWER
    if held in theirs and held not in GROUPS:
        return Closeness.BROADER
    if frozenset((held, need)) in RELATED:
        return Closeness.RELATED
    return Closeness.SAME_GROUP if mine & theirs & set(GROUPS) and held != need else None


def rarity(skill: str) -> float:
    """Return how rare a skill is."""
    asked = min(ASKED.get(skill, 0), len(OCCUPATIONS))
    return math.log(len(OCCUPATIONS) / asked) / math.log(len(OCCUPATIONS)) if asked else 0.0


def weight(need: tuple[str, float, Need], weights: Weights) -> float:
    """Return what one need weighs."""
    uri, given, kind = need
    return (
        given * (weights.essential if kind is Need.ESSENTIAL else weights.optional) * (1 + weights.rarity * rarity(uri))
    )


def merged(offer: Offer) -> dict[str, tuple[str, float, Need]]:
    """Return each need of an offer once: the larger weight, and essential where it was so once."""
    found: dict[str, tuple[str, float, Need]] = {}
    for uri, given, kind in offer.needs:
        _, before, was = found.get(uri, (uri, 0.0, Need.OPTIONAL))
        found[uri] = (uri, max(given, before), Need.ESSENTIAL if Need.ESSENTIAL in (kind, was) else Need.OPTIONAL)
    return found


def brought(uri: str, asked_level: int, skills: Iterable[PersonSkill], weights: Weights) -> float:
    """Return the most that somebody's skills bring to one need."""
    by_uri: dict[str, list[PersonSkill]] = {}
    for skill in skills:
        by_uri.setdefault(skill.uri, []).append(skill)
    most = 0.0
    for held, said in by_uri.items():
        path = None if held == uri else closeness(held, uri)
        if held != uri and path is None:
            continue
        credit = 1.0 if path is None else getattr(weights, path.name.lower())
        proof = max(
            1
            + weights.proof * (skill.validation - 1) / 5
            + weights.recency * (0 if skill.years_since is None else max(0.0, 1 - max(skill.years_since, 0) / 5))
            for skill in said
        )
        level = max(skill.reached or 0 for skill in said)
        short = max(asked_level - level, 0) if asked_level and level else 0
        most = max(most, credit * proof * max(0.0, 1 - weights.level * short / 7))
    return most


def lacks_proof(offer: Offer, skills: Sequence[PersonSkill]) -> bool:
    """Tell whether an offer demands a proof that somebody does not have."""
    proofs, needs = dict(offer.proofs), merged(offer)
    return any(
        not any(skill.uri == uri and skill.validation >= least for skill in skills)
        for uri, least in proofs.items()
        if uri in needs
    )


def by_skills(offer: Offer, skills: Sequence[PersonSkill], weights: Weights) -> float:
    """Return what skills alone score."""
    needs, levels = merged(offer), dict(offer.levels)
    got = sum(weight(need, weights) * brought(uri, levels.get(uri, 0), skills, weights) for uri, need in needs.items())
    most = sum(weight(need, weights) for need in needs.values()) * weights.ceiling + weights.caution
    return got / most if most else 0.0


@lru_cache(maxsize=4)
def _spread(texts: tuple[str, ...]) -> tuple[Counter[str], float]:
    """Return in how many texts each word stands, and how many words a usual text has."""
    counted = [[word for word in text.split() if len(word) > 1] for text in texts]
    return Counter(word for words in counted for word in set(words)), max(
        sum(map(len, counted)) / max(len(texts), 1), 1
    )


def by_words(offer: Offer, text: str, offers: Sequence[Offer]) -> float:
    """Return the cosine of two texts, each word weighed by BM25; the words of these tests are their own stems."""
    spread, usual = _spread(tuple(f"{one.title} {one.text}" for one in offers))

    def unit(words: Counter[str]) -> dict[str, float]:
        known = {word: times for word, times in words.items() if word in spread}
        limit = 1.2 * (0.25 + 0.75 * sum(known.values()) / usual)
        rare = {word: math.log(1 + (len(offers) - spread[word] + 0.5) / (spread[word] + 0.5)) for word in known}
        weighed = {word: rare[word] * times / (times + limit) for word, times in known.items()}
        length = math.sqrt(sum(number * number for number in weighed.values()))
        return {word: number / length for word, number in weighed.items()}

    mine = unit(Counter(word for word in text.split() if len(word) > 1))
    theirs = unit(Counter(word for word in f"{offer.title} {offer.text}".split() if len(word) > 1))
    return sum(number * theirs.get(word, 0.0) for word, number in mine.items())


def vector(name: str) -> NDArray[np.int8]:
    """Return what an offer means, invented from its name."""
    return np.frombuffer(sha256(name.encode()).digest()[:WIDTH], dtype=np.int8)


def meaning(columns: Columns) -> Columns:
    """Return offers with what they mean."""
    vectors = np.array([vector(bytes(name).decode()) for name in columns.ids], dtype=np.int8).reshape(-1, WIDTH)
    return columns.meaning(vectors, np.full(len(columns), SCALE, dtype=np.float32))


def indexed(offers: Iterable[Offer], world: Taxonomies, vocabulary: Vocabulary | None = None) -> OfferIndex:
    """Index offers with what they mean."""
    columns = meaning(Columns.of(offers))
    return OfferIndex.of(columns, Proximity.build(world, columns.concepts()), vocabulary=vocabulary)


def by_meaning(offer: Offer, asked: NDArray[np.float32] | None) -> float:
    """Return the cosine of what an offer means with what is asked, 0 where it is below."""
    if asked is None:
        return 0.0
    step = max(abs(float(number)) for number in asked) / (128 * 127) or 1.0  # two bytes a number
    said = [round(float(number) / step) * step for number in asked]
    return max(sum(float(SCALE) * int(a) * b for a, b in zip(vector(offer.id), said, strict=True)), 0.0)


def score(offer: Offer, question: Question, offers: Sequence[Offer], weights: Weights) -> float:
    """Return the score of one of these offers."""
    if lacks_proof(offer, question.skills):
        return 0.0
    said = [
        (1.0 * bool(question.skills), by_skills(offer, question.skills, weights)),
        (weights.words * bool(question.text.strip()), by_words(offer, question.text, offers)),
        (weights.occupation * bool(question.occupations), question.occupations.get(offer.occupation or "", 0.0)),
        (weights.meaning * (question.meaning is not None), by_meaning(offer, question.meaning)),
    ]
    total = sum(share for share, _ in said)
    return sum(share * value for share, value in said) / total if total else 0.0


def fits(offer: Offer, wishes: Wishes) -> bool:
    """Tell whether no demanded wish is known to be unmet, of those that `wishes` below draws."""
    anywhere = offer.remote and wishes.remote
    unmet = {
        Condition.KIND: bool(wishes.kinds) and offer.kind not in wishes.kinds,
        Condition.OPEN: wishes.on is not None
        and not (offer.opens or dt.date.min) <= wishes.on <= (offer.closes or dt.date.max),
        Condition.PLACE: wishes.places is not None
        and offer.place is not None
        and offer.place not in wishes.places
        and not anywhere,
        Condition.DISTANCE: wishes.near is not None
        and offer.where is not None
        and kilometres(wishes.near[:2], offer.where) > wishes.near[2]
        and not anywhere,
        Condition.LANGUAGE: wishes.languages is not None
        and bool(offer.languages)
        and not set(offer.languages) & wishes.languages,
        Condition.LICENCE: wishes.licences is not None and not set(offer.licences) <= wishes.licences,
        Condition.EDUCATION: wishes.education is not None and (offer.education or 0) > wishes.education,
        Condition.SALARY: wishes.salary is not None
        and offer.currency == wishes.currency
        and max((pay for pay in (offer.salary_min, offer.salary_max) if pay is not None), default=math.inf)
        < wishes.salary,
        Condition.HOURS: wishes.hours is not None
        and offer.hours is not None
        and not wishes.hours[0] <= offer.hours <= wishes.hours[1],
    }
    return not any(unmet[condition] for condition in wishes.must)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two places by the law of cosines, in the form of Vincenty that is exact everywhere."""
    (north, east), (north_too, east_too) = (tuple(map(math.radians, place)) for place in (one, other))
    across = east_too - east
    up = math.hypot(
        math.cos(north_too) * math.sin(across),
        math.cos(north) * math.sin(north_too) - math.sin(north) * math.cos(north_too) * math.cos(across),
    )
    along = math.sin(north) * math.sin(north_too) + math.cos(north) * math.cos(north_too) * math.cos(across)
    return 6371.0 * math.atan2(up, along)


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 6))
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
spots = st.tuples(st.sampled_from([59.3, 48.1, -33.9, 90.0]), st.sampled_from([18.1, -1.7, 179.9, -179.9]))
needs = st.lists(
    st.tuples(st.sampled_from(CONCEPTS), st.sampled_from([0.25, 1.0, 3.0]), st.sampled_from(Need)), max_size=5
)


def levels(most: int) -> st.SearchStrategy[tuple[tuple[str, int], ...]]:
    """Draw what is asked of a few concepts."""
    return st.dictionaries(st.sampled_from(CONCEPTS), st.integers(1, most), max_size=2).map(
        lambda drawn: tuple(drawn.items())
    )


def some(*values: object) -> st.SearchStrategy[object]:
    """Draw one of these, or nothing."""
    return st.sampled_from([None, *values])


def offer_named(name: str) -> st.SearchStrategy[Offer]:
    """Draw an offer."""
    return st.builds(
        Offer,
        id=st.just(name),
        needs=needs.map(tuple),
        occupation=some(*OCCUPATIONS),
        place=some(*PLACES),
        languages=st.lists(st.sampled_from(["sv", "fr", "en"]), max_size=2).map(tuple),
        kind=st.sampled_from(["job", "training"]),
        title=texts,
        text=texts,
        where=st.none() | spots,
        remote=st.booleans(),
        licences=st.lists(st.sampled_from(["B", "C"]), max_size=2).map(tuple),
        education=some(3, 6),
        salary_min=some(20_000.0, 30_000.0),
        salary_max=some(25_000.0, 40_000.0),
        currency=some("EUR", "SEK"),
        hours=some(20.0, 37.3, 40.0),
        opens=st.none() | days,
        closes=st.none() | days,
        levels=st.just(()) | levels(8),
        proofs=st.just(()) | st.just(()) | levels(6),
    )


offer_lists = st.integers(0, 8).flatmap(
    lambda count: st.tuples(*(offer_named(f"offer-{number:02d}") for number in range(count))).map(list)
)
people = st.lists(
    st.builds(
        PersonSkill,
        uri=st.sampled_from([*CONCEPTS, "urn:nobody:knows"]),
        validation=st.integers(1, 6),
        years_since=some(-1.0, 0.0, 2.5, 9.0),
        reached=some(1, 4, 8),
    ),
    max_size=7,
)
wishes = st.builds(
    lambda pay, **said: Wishes(**said, salary=pay and pay[0], currency=pay and pay[1]),
    pay=some((25_000.0, "EUR"), (35_000.0, "SEK")),
    kinds=st.sampled_from([frozenset(), frozenset({"job"}), frozenset({"training"})]),
    on=st.none() | days,
    places=some(frozenset(), frozenset(PLACES[:1]), frozenset(PLACES[:2])),
    near=st.none()
    | st.builds(lambda spot, most: (*spot, most), spots, st.sampled_from([0.0, 50.0, 2_000.0, 20_100.0])),
    remote=st.booleans(),
    languages=some(frozenset(), frozenset({"sv"})),
    licences=some(frozenset(), frozenset({"B"})),
    education=some(3, 5, 8),
    hours=some((10.0, 37.3), (37.3, 37.3), (38.0, 40.0)),
    must=st.frozensets(st.sampled_from(Condition)),
)
some_occupation = st.sampled_from([*OCCUPATIONS, "urn:nobody:works"])
WIDTH = 4
"""Numbers of an invented vector."""

meanings = st.lists(st.integers(-3, 3), min_size=WIDTH, max_size=WIDTH).map(lambda drawn: np.array(drawn, np.float32))
questions = st.builds(
    Question,
    skills=people,
    meaning=st.none() | meanings,
    text=st.just("") | texts,
    occupations=st.just({})
    | st.dictionaries(
        st.sampled_from([*OCCUPATIONS, "urn:nobody:works"]), st.sampled_from([0.0, 0.4, 1.0]), max_size=3
    ),
    wishes=st.just(Wishes()) | wishes,
    only=st.none() | st.none() | st.sets(st.sampled_from([f"offer-{number:02d}" for number in range(9)])),
)
weightings = st.just(Weights()) | st.builds(
    Weights,
    optional=st.sampled_from([0.0, 0.4, 1.0]),
    rarity=st.sampled_from([0.0, 1.0]),
    related=st.sampled_from([0.0, 0.05, 0.6]),
    same_group=st.sampled_from([0.0, 0.05, 0.3]),
    proof=st.sampled_from([0.0, 0.05]),
    level=st.sampled_from([0.0, 0.5, 2.0]),
    caution=st.sampled_from([0.0, 1.0]),
    words=st.sampled_from([0.0, 0.5, 2.0]),
    occupation=st.sampled_from([0.0, 0.5]),
)
