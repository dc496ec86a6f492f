"""Figures of enrichment and matching on real data: speed against a peer, and how much is found."""

from __future__ import annotations

import ast
import csv
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import norm

from bench.figures import DATA, Figure, Tell, figure, timed, untold
from bench.reading_ads import speed_figures
from skillspace.skills.careers import CareerMap
from skillspace.skills.enrichment import Enricher, How, Mention
from skillspace.skills.matching import (
    Holder,
    HolderIndex,
    OfferIndex,
    OfferSkills,
    PersonSkill,
    gap,
    holder,
    match_people,
    trainings_for,
)
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Need, SkillLink, Taxonomies, add_pack

OFFERS, TRAININGS, PEOPLE = 20_000, 3_300, 20_000


def run(tell: Tell = untold) -> list[Figure]:
    """Measure everything on all of ESCO in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        taxonomies = Taxonomies.open(home)
        tell("matching")
        matching = list(matching_figures(taxonomies, home))
        tell("reading advertisements")
        enrichment = list(enrichment_figures(taxonomies, home))
        tell("reading whole advertisements through the program")
        return [*matching, *enrichment, *speed_figures(home, lambda texts: peer_ranking(taxonomies, texts))]


def matching_figures(taxonomies: Taxonomies, home: Path) -> Iterator[Figure]:
    """Match synthetic people with synthetic offers, both drawn from ESCO's own occupation profiles."""
    rng = random.Random(7)  # noqa: S311 - invented people, the same ones in every run
    profiles = [
        links for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION}) if (links := taxonomies.skills_of(uri))
    ]

    def drawn(profile: Sequence[SkillLink], share: float) -> list[SkillLink]:
        return [link for link in profile if rng.random() < share] or list(profile[:1])

    offers = [
        OfferSkills(
            id=f"job-{at}", needs=tuple((link.uri, 1.0, link.need) for link in drawn(rng.choice(profiles), 0.8))
        )
        for at in range(OFFERS)
    ]
    people = [persona(rng, profiles, size) for size in (5, 20, 40, 80) * 25]
    began = time.perf_counter()
    index = OfferIndex.build(offers, taxonomies)
    yield figure("match_build_20k_s", time.perf_counter() - began, "s")
    index.save(home / "offers")
    index = OfferIndex.open(home / "offers")
    times = timed(index.match, people)
    yield figure(
        "match_20k_ms", statistics.median(times), "ms", "scipy product, no reasons", peer_match(offers, people), 30
    )
    yield figure("match_20k_p95_ms", sorted(times)[94], "ms")

    yield from other_side_figures(taxonomies, rng, profiles, offers, people)


def other_side_figures(
    taxonomies: Taxonomies,
    rng: random.Random,
    profiles: Sequence[Sequence[SkillLink]],
    offers: Sequence[OfferSkills],
    people: Sequence[Sequence[PersonSkill]],
) -> Iterator[Figure]:
    """Match one offer with many people, one gap with many trainings, one person with every occupation."""
    crowd = HolderIndex.build(
        (Holder(id=f"p-{at}", skills=tuple(persona(rng, profiles, 30))) for at in range(PEOPLE)), taxonomies
    )
    yield figure(
        "match_people_20k_ms", statistics.median(timed(lambda job: match_people(job, crowd), offers[:100])), "ms"
    )
    courses = HolderIndex.build(
        (holder(f"t-{at}", [one.uri for one in persona(rng, profiles, 5)]) for at in range(TRAININGS)), taxonomies
    )
    gaps = [gap(one, offers[at].needs, courses.proximity) for at, one in enumerate(people)]
    yield figure("trainings_3300_ms", statistics.median(timed(lambda one: trainings_for(one, courses), gaps)), "ms")
    careers = CareerMap.build(taxonomies)
    yield figure(
        "next_moves_ms", statistics.median(timed(lambda one: careers.next_moves(one, None, taxonomies), people)), "ms"
    )


def persona(rng: random.Random, profiles: Sequence[Sequence[SkillLink]], size: int) -> list[PersonSkill]:
    """Draw someone whose skills come from one occupation, and from further ones as long as there are too few."""
    uris: dict[str, None] = {}
    while len(uris) < size:
        uris |= dict.fromkeys(link.uri for link in rng.choice(profiles))
    return [PersonSkill(uri=uri, validation=rng.randint(1, 6)) for uri in list(uris)[:size]]


def peer_match(offers: Sequence[OfferSkills], people: Sequence[Sequence[PersonSkill]]) -> float:
    """Time the bare minimum: exact skills only, one scipy product and the first fifty, without any reason."""
    column = {uri: at for at, uri in enumerate(sorted({uri for offer in offers for uri, _, _ in offer.needs}))}
    starts = np.cumsum([0, *(len(offer.needs) for offer in offers)])
    columns = [column[uri] for offer in offers for uri, _, _ in offer.needs]
    values = np.array(
        [1.0 if need is Need.ESSENTIAL else 0.4 for o in offers for _, _, need in o.needs], dtype=np.float32
    )
    matrix = sparse.csr_matrix((values, columns, starts), shape=(len(offers), len(column)))

    def match(skills: Sequence[PersonSkill]) -> list[int]:
        held = np.zeros(len(column), dtype=np.float32)
        held[[column[skill.uri] for skill in skills if skill.uri in column]] = 1
        scores = matrix @ held
        top = np.argpartition(-scores, 50)[:50]
        return [int(row) for row in top[np.argsort(-scores[top])]]

    return statistics.median(timed(match, people))


def enrichment_figures(taxonomies: Taxonomies, home: Path) -> Iterator[Figure]:
    """Read labelled advertisements. SkillSkape's dev part was never used for choosing anything; train was."""
    enricher = Enricher.build(taxonomies, ("en",), home / "enrichment")
    began = time.perf_counter()
    enricher.warm()
    yield figure("enrich_prepare_en_s", time.perf_counter() - began, "s")
    again = Enricher.build(taxonomies, ("en",), home / "enrichment")
    began = time.perf_counter()
    again.warm()
    yield figure("enrich_open_en_s", time.perf_counter() - began, "s", limit=2)
    rows = skillskape(taxonomies)
    began = time.perf_counter()
    answers = [list(enricher.enrich(text, "en", candidates=10).mentions) for text, _ in rows]
    yield figure("enrich_sentences_per_s", len(rows) / (time.perf_counter() - began), "1/s")
    peer = peer_ranking(taxonomies, [text for text, _ in rows])
    yield from skillskape_figures([gold for _, gold in rows], answers, peer)
    yield from skillspan_figures(enricher)


def skillskape(taxonomies: Taxonomies) -> list[tuple[str, set[str]]]:
    """Return (sentence, labelled concepts) of the dev part; most skills in it are implied, not named."""
    preferred = {label.lower(): uri for label, uri, first in taxonomies.labels("en", kinds=SKILL_KINDS) if first}
    with (DATA / "vacancies" / "ads_skillskape_en" / "dev.csv").open(encoding="utf-8", newline="") as source:
        return [
            (row["sentence"], {preferred[name.lower()] for name in ast.literal_eval(row["skills"]) if name != "UNK"})
            for row in csv.DictReader(source)
        ]


def skillskape_figures(
    golds: Sequence[set[str]], answers: Sequence[list[Mention]], peer: Sequence[list[str]]
) -> Iterator[Figure]:
    """Give precision and recall from two scores upward, and the share of the labels that the first k answers hold."""
    ranked = []
    for mentions in answers:
        skills = [one for one in mentions if one.kind in SKILL_KINDS]
        skills.sort(key=lambda one: (-one.score, one.concept))
        ranked.append(list({one.concept: one.score for one in reversed(skills)}.items())[::-1])
    pairs = list(zip(golds, ranked, strict=True))
    for least in (0.3, 0.6):
        kept = [{concept for concept, score in found if score >= least} for found in ranked]
        hits = sum(len(gold & found) for gold, found in zip(golds, kept, strict=True))
        yield figure(f"skillskape_dev_precision_from_score_{least}", hits / sum(map(len, kept)), "share")
        yield figure(f"skillskape_dev_recall_from_score_{least}", hits / sum(map(len, golds)), "share")
    for k in (5, 10):
        ours = statistics.mean(_share_found(gold, [one for one, _ in found[:k]], k) for gold, found in pairs if gold)
        theirs = statistics.mean(
            _share_found(gold, found[:k], k) for gold, found in zip(golds, peer, strict=True) if gold
        )
        yield figure(f"skillskape_dev_rp_at_{k}", ours, "share", "character TF-IDF, preferred labels", theirs)


def _share_found(gold: set[str], found: Sequence[str], k: int) -> float:
    return len(gold.intersection(found)) / min(k, len(gold))


def peer_ranking(taxonomies: Taxonomies, texts: Sequence[str]) -> list[list[str]]:
    """Rank preferred labels by the cosine of character 3- to 5-grams within words, TF-IDF: the usual baseline."""
    labels = [(label, uri) for label, uri, first in taxonomies.labels("en", kinds=SKILL_KINDS) if first]
    column: dict[str, int] = {}

    def matrix(documents: Sequence[str], *, known: bool) -> sparse.csr_matrix:
        rows: list[int] = []
        columns: list[int] = []
        for row, document in enumerate(documents):
            words = [f" {word} " for word in re.findall(r"\w+", document.lower())]
            grams = {word[at : at + size] for word in words for size in (3, 4, 5) for at in range(len(word) - size + 1)}
            places = [column.get(gram) if known else column.setdefault(gram, len(column)) for gram in sorted(grams)]
            columns += [place for place in places if place is not None]
            rows += [row] * (len(columns) - len(rows))
        counts = np.ones(len(rows), dtype=np.float32)
        return sparse.csr_matrix((counts, (rows, columns)), shape=(len(documents), len(column)))

    there, asked = matrix([label for label, _ in labels], known=False), matrix(texts, known=True)
    rarity = np.log(len(labels) / (1 + np.asarray(there.sum(axis=0)).ravel())).astype(np.float32)
    there, asked = there.multiply(rarity).tocsr(), asked.multiply(rarity).tocsr()
    there = sparse.diags(1 / np.maximum(norm(there, axis=1), 1e-9)) @ there
    scores = (asked @ there.T).toarray()
    return [[labels[at][1] for at in np.argsort(-row, kind="stable")[:10]] for row in scores]


def skillspan_figures(enricher: Enricher) -> Iterator[Figure]:
    """Count how many label and variant mentions in real advertisements touch words that people marked as skills."""
    touched = told = marked = met = 0
    with (DATA / "vacancies" / "ads_skillspan_en" / "test.json").open(encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            ends = np.cumsum([len(token) + 1 for token in row["tokens"]])
            is_skill = [
                one != "O" or two != "O" for one, two in zip(row["tags_skill"], row["tags_knowledge"], strict=True)
            ]
            found: set[int] = set()
            for one in enricher.enrich(" ".join(row["tokens"]), "en", candidates=0).mentions:
                if one.kind is ConceptKind.OCCUPATION or one.how is How.SIMILAR:
                    continue
                span = range(int(np.searchsorted(ends, one.start, "right")), int(np.searchsorted(ends, one.end)) + 1)
                found |= set(span)
                told += 1
                touched += any(is_skill[at] for at in span if at < len(is_skill))
            marked += sum(is_skill)
            met += sum(is_skill[at] for at in found if at < len(is_skill))
    yield figure("skillspan_test_mentions_on_marked_words", touched / told, "share")
    yield figure("skillspan_test_marked_words_met", met / marked, "share")
