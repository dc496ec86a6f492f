"""How well matching finds what is right, by several yardsticks, each beside simpler ways and without each signal.

An occupation by some of its skills; a course by some of what it teaches; what it teaches by its text; an ad by a CV.
Career moves are judged in ``bench/careers.py``; that every reason is true, in ``tests/unit/skills/matching``.
"""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.sparse import csr_array

from bench.cvs import Ads, CvSet, descriptions, is_held, profiles
from bench.figures import DATA, Figure, Tell, untold
from bench.ranking import Bm25, Scores, average_precision, best, judged, shared_rank
from skillspace.market.courses.model import Course
from skillspace.market.courses.university import read_university_courses
from skillspace.skills.answering import Answers
from skillspace.skills.matching import (
    DEFAULT,
    Collection,
    Columns,
    Gap,
    HolderIndex,
    OfferIndex,
    OfferSkills,
    PersonSkill,
    Question,
    Weights,
    gap,
    holder,
    trainings_for,
)
from skillspace.skills.matching.matcher import Matcher, question
from skillspace.skills.matching.people import Person
from skillspace.skills.matching.reading import Reader
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Need, Taxonomies, add_pack
from tools.train_encoder import reading

TRUTH = ("onet", "rome", "uk-ncs", "crosswalks")
"""Packs that tell which ads are right; matching does not have them."""

SEED = 20261122
AT = 10
KEPT, NOISE = 0.4, 0.2
EVERY = 3
"""Of all occupations each third is looked for, among all."""

DEEP = 100
"""So many of the best ads count for the mean average precision."""

GAIN = 0.1
"""What matching is to have over BM25 of the same texts."""

Part = Callable[[str], bool]
"""Tells of a CV's occupation whether it is part of what is told apart."""

NO_NEAR = {"narrower": 0.0, "broader": 0.0, "related": 0.0, "same_group": 0.0}
WITHOUT = {
    "near_skills": replace(DEFAULT, **NO_NEAR),
    "words": replace(DEFAULT, words=0.0),
    "occupation": replace(DEFAULT, occupation=0.0),
    "meaning": replace(DEFAULT, meaning=0.0),
    "proof_and_recency": replace(DEFAULT, proof=0.0, recency=0.0),
}
OF_SKILLS = {name: WITHOUT[name] for name in ("near_skills", "proof_and_recency")} | {
    "rarity": replace(DEFAULT, rarity=0.0),
    "essential_before_optional": replace(DEFAULT, optional=1.0),
}


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        tell("compiling the packs")
        add_pack("esco", home, DATA)
        taxonomies = Taxonomies.open(home)
        answers = Answers(home, taxonomies)
        for name in TRUTH:
            add_pack(name, home, DATA)
        known = Taxonomies.open(home)
        tell("occupations by their skills")
        figures = list(occupation_figures(taxonomies))
        tell("courses")
        courses = [
            replace(one, skills=tuple(uri for uri in one.skills if taxonomies.kind(uri) in SKILL_KINDS))
            for one in read_university_courses(DATA / "courses/courses_skillab_esco", taxonomies)
        ]
        figures += course_figures([one for one in courses if len(one.skills) > 1], taxonomies)
        tell("texts of courses")
        figures += text_figures([one for one in courses if one.skills], answers)
        tell("CVs")
        untaught = _untaught()
        parts: dict[str, Part] = {"": lambda _: True, "_untaught": lambda uri: uri in untaught}
        halves: dict[str, Part] = {"_developed": lambda uri: not is_held(uri), "_held": is_held}
        ads = profiles(DATA, known)
        figures += cv_figures(ads, answers, home / "profiles", parts | halves)
        seen = frozenset(uri for one in ads.sets.values() for uri in one.occupations)
        tell("CVs that nothing was chosen on")
        ads = descriptions(DATA, known, seen)
        return [*figures, *cv_figures(ads, answers, home / "descriptions", parts)]


def _untaught() -> frozenset[str]:
    """Return the occupations of O*NET whose tie to ESCO the encoder was not taught."""
    return frozenset(f"urn:onet:{title.code}" for title in reading.crosswalk(DATA, "us") if title.is_held_out)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The ranks of what is right, a question each."""

    ranks: Sequence[float]

    def measured(self, name: str, peer: str | None = None, other: _Found | None = None) -> Iterator[Figure]:
        """Return the mean reciprocal rank and how often the right one is among the first ten."""
        for measure, of in (("mrr", self._reciprocal), (f"hit{AT}", self._hits)):
            peers = () if other is None else of(other.ranks)
            yield judged(f"{name}_{measure}", of(self.ranks), peer, peers)

    @staticmethod
    def _reciprocal(ranks: Sequence[float]) -> list[float]:
        return [1 / rank for rank in ranks]

    @staticmethod
    def _hits(ranks: Sequence[float]) -> list[float]:
        return [float(rank <= AT) for rank in ranks]


def occupation_figures(taxonomies: Taxonomies) -> Iterator[Figure]:
    """Find every occupation of ESCO again by its skills, some missing, some of another occupation among them."""
    uris = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme="esco")
    needs = {uri: links for uri in uris if (links := taxonomies.skills_of(uri))}
    index = OfferIndex.build(
        (
            OfferSkills(id=uri, needs=tuple((link.uri, 1.0, link.need) for link in links))
            for uri, links in needs.items()
        ),
        taxonomies,
    )
    order = index.ids()
    lists = [[link.uri for link in needs[uri]] for uri in order]
    cosine, names = _cosine(lists), {uri: taxonomies.label(uri, "en") for some in lists for uri in some}
    words = Bm25([" ".join(names[uri] for uri in some) for some in lists])
    for name, kept, noise in (("noise", 1.0, NOISE), ("both", KEPT, NOISE)):
        people = _people(lists, kept, noise)
        found = _ranked(people, index.scores)
        peers = {
            "bm25": _ranked(people, lambda held: words.scores(" ".join(names[one.uri] for one in held))),
            "cosine": _ranked(people, lambda held: cosine([one.uri for one in held])),
        }
        yield from found.measured(f"occupation_{name}", "cosine of skills", peers["cosine"])
        for peer, its in peers.items():
            yield from its.measured(f"occupation_{name}_{peer}")
    for name, weights in OF_SKILLS.items():
        fewer = _ranked(people, partial(index.scores, weights=weights))
        yield from fewer.measured(f"occupation_both_without_{name}")


def _people(lists: Sequence[Sequence[str]], kept: float, noise: float) -> list[list[PersonSkill]]:
    """Return one person for each list: a part of it, and as share of that part skills of another list.

    Proof and years are drawn at random, the same way for both.
    """
    chance, people = random.Random(SEED), []  # noqa: S311 - draws examples, keeps no secret
    for own in lists:
        held = chance.sample(list(own), max(1, round(kept * len(own))))
        if noise:
            other = [uri for uri in chance.choice(lists) if uri not in own]
            held += chance.sample(other, min(len(other), max(1, round(noise * len(held)))))
        people.append(
            [PersonSkill(uri=uri, validation=chance.randint(1, 6), years_since=chance.uniform(0, 6)) for uri in held]
        )
    return people


def _ranked(people: Sequence[list[PersonSkill]], score: Callable[[list[PersonSkill]], Scores]) -> _Found:
    return _Found(ranks=[shared_rank(score(people[at]), at) for at in range(0, len(people), EVERY)])


def _cosine(lists: Sequence[Sequence[str]]) -> Callable[[Sequence[str]], Scores]:
    """Return what tells the cosine of a list of skills with each of these."""
    rows = {uri: row for row, uri in enumerate(sorted({uri for some in lists for uri in some}))}
    owner = np.repeat(np.arange(len(lists)), [len(some) for some in lists])
    share = np.concatenate([np.full(len(some), len(some) ** -0.5) for some in lists])
    table = csr_array((share, ([rows[uri] for some in lists for uri in some], owner)), shape=(len(rows), len(lists)))
    return lambda held: np.asarray(table[[rows[uri] for uri in held]].sum(axis=0)) / len(held) ** 0.5


def course_figures(courses: Sequence[Course], taxonomies: Taxonomies) -> Iterator[Figure]:
    """Find a course by a gap of half its skills, and half as many of another course."""
    courses = sorted(courses, key=lambda one: one.id.encode())
    names = {uri: taxonomies.label(uri, "en") for one in courses for uri in one.skills}
    trainings = HolderIndex.build((holder(one.id, one.skills) for one in courses), taxonomies)
    words, cosine = Bm25([_text(one) for one in courses]), _cosine([one.skills for one in courses])
    popular = Counter(uri for one in courses for uri in one.skills)
    size = np.array([sum(popular[uri] for uri in one.skills) for one in courses], dtype=np.float64)
    ids, found = [one.id for one in courses], {}
    ways: dict[str, Callable[[Sequence[str]], list[str]]] = {
        "": lambda held: [one.training_id for one in trainings_for(_gap(held, trainings), trainings, k=AT)],
        "_bm25": lambda held: [ids[at] for at in best(words.scores(" ".join(names[uri] for uri in held)), AT)],
        "_cosine": lambda held: [ids[at] for at in best(cosine(held), AT)],
        "_popular": lambda _: [ids[at] for at in best(size, AT)],
    }
    wanted = [[one.uri for one in held] for held in _people([one.skills for one in courses], 0.5, 0.5)]
    for way, ask in ways.items():
        found[way] = [_rank(ask(held), one.id) for held, one in zip(wanted, courses, strict=True)]
    for way, ranks in found.items():
        peer, other = ("cosine of skills", _Found(ranks=found["_cosine"])) if not way else (None, None)
        yield from _Found(ranks=ranks).measured(f"course_by_gap{way}", peer, other)


def _gap(held: Sequence[str], trainings: HolderIndex) -> Gap:
    return gap([], [(uri, 1.0, Need.ESSENTIAL) for uri in held], trainings.proximity)


def _rank(found: Sequence[str], right: str) -> float:
    """Return the rank of what is right, endless where it is not found."""
    return found.index(right) + 1 if right in found else float("inf")


def _text(course: Course) -> str:
    return f"{course.title}\n{course.description or ''}"


def text_figures(courses: Sequence[Course], answers: Answers) -> Iterator[Figure]:
    """Read the texts of courses as matching reads them, and compare with the skills that the collection links to each.

    The peers name as many skills of a course as were read: those linked most often (to other courses), and those whose
    name fits the text best by BM25.
    """
    reader, labels = _reader(answers), answers.taxonomies.labels("en", kinds=SKILL_KINDS)
    names = {uri: label for label, uri, is_preferred in labels if is_preferred}
    uris, words = list(names), Bm25(list(names.values()))
    popular = Counter(uri for one in courses for uri in one.skills)
    read: dict[str, list[list[str]]] = {"": [], "_bm25": [], "_popular": []}
    for one in courses:
        own = sorted(reader.understood(Person(text=_text(one))).inferred)
        others = popular - Counter(one.skills)
        read[""].append(own)
        read["_bm25"].append([uris[at] for at in best(words.scores(_text(one)), len(own))])
        read["_popular"].append([uri for uri, _ in others.most_common(len(own))])
    for measure, many in (("precision", True), ("recall", False)):
        values = {
            way: [
                len(set(found) & set(one.skills)) / max(len(found) if many else len(one.skills), 1)
                for found, one in zip(its, courses, strict=True)
            ]
            for way, its in read.items()
        }
        told = {
            "skills_read": statistics.mean(map(len, read[""])),
            "links": statistics.mean(len(one.skills) for one in courses),
        }
        yield judged(f"course_text_{measure}", values[""], "BM25 of names", values["_bm25"], more=told)
        yield judged(f"course_text_bm25_{measure}", values["_bm25"])
        yield judged(f"course_text_popular_{measure}", values["_popular"])


def _reader(answers: Answers) -> Reader:
    reader = answers.reader()
    assert reader is not None  # noqa: S101 - ESCO was compiled, and the weights are in the package
    return reader


def cv_figures(ads: Ads, answers: Answers, folder: Path, parts: Mapping[str, Part]) -> Iterator[Figure]:
    """Match CVs with ads as people and offers come: texts alone, through the reader, ranked by the matcher."""
    Collection.build(folder, [_reader(answers).read_offers(Columns.of(ads.offers))], answers.taxonomies)
    matcher, words = answers.matcher(folder), Bm25([f"{offer.title} {offer.text}" for offer in ads.offers])
    for name, asked in ads.sets.items():
        values = _precisions(asked, matcher)
        plain = ([ads.offers[at].id for at in best(words.scores(one.text), DEEP)] for one in asked.people)
        values["bm25"] = [average_precision(found, right) for found, right in zip(plain, asked.right, strict=True)]
        for part, is_in in parts.items():
            chosen = [at for at, uri in enumerate(asked.occupations) if is_in(uri)]
            own, peers = ([values[way][at] for at in chosen] for way in ("whole", "bm25"))
            if chosen:
                yield from _over(f"cv_{name}{part}", own, peers, None if part else GAIN)
        for way in (way for way in values if way.startswith("without")):
            yield judged(f"cv_{name}_{way}_map", values[way], "with it", values["whole"])


def _over(name: str, own: Sequence[float], peers: Sequence[float], limit: float | None) -> Iterator[Figure]:
    yield judged(f"{name}_map", own, "BM25", peers)
    gains = [mine - theirs for mine, theirs in zip(own, peers, strict=True)]
    yield judged(f"{name}_map_over_bm25", gains, limit=limit)


def _precisions(asked: CvSet, matcher: Matcher) -> dict[str, list[float]]:
    """Return the average precision of each CV, with all signals and without each."""
    questions = [question(person, matcher.understood(person)) for person in asked.people]

    def ranked(questions: Sequence[Question], weights: Weights = DEFAULT) -> list[float]:
        lists = ([one.offer_id for one in matcher.jobs.ask(each, k=DEEP, weights=weights)] for each in questions)
        return [average_precision(found, right) for found, right in zip(lists, asked.right, strict=True)]

    values = {"whole": ranked(questions), "without_skills": ranked([replace(each, skills=()) for each in questions])}
    return values | {f"without_{name}": ranked(questions, weights) for name, weights in WITHOUT.items()}
