"""Figures of matching on ESCO's occupation profiles: people with offers, offers with people, gaps with trainings."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from bench.figures import DATA, Figure, Tell, figure, timed, untold
from skillspace.skills.careers import CareerMap
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
from skillspace.skills.taxonomy import ConceptKind, Need, SkillLink, Taxonomies, add_pack

OFFERS, TRAININGS, PEOPLE = 20_000, 3_300, 20_000


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on all of ESCO in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        tell("matching")
        return list(matching_figures(Taxonomies.open(home), home))


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
