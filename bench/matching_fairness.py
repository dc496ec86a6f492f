"""Whether the same CV finds the same ads, whoever wrote it: names, pronouns and gendered words swapped.

How alike two answers are is their rank-biased overlap (p .9, to depth 10, extrapolated). CVs, names and layouts come in
two halves. What cleans texts was chosen by looking at the developed half; the held half has other origins of names,
layouts and earlier jobs, written before and not looked at.
"""

from __future__ import annotations

import csv
import hashlib
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from bench.cvs import onet_tasks, profiles
from bench.figures import DATA, Figure, Tell, untold
from bench.ranking import judged, overlap
from bench.twins import Twins, twins, with_contact
from skillspace.skills.answering import Answers
from skillspace.skills.matching import Collection, Columns, Offer
from skillspace.skills.matching.matcher import Matcher
from skillspace.skills.matching.people import Person
from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack
from skillspace.skills.taxonomy.sources.tables import document

DRAWN, ADS = 60, 250
"""CVs and ads of a source."""

AT = 10
ALIKE = 0.98
SHORTEST = 60
"""Letters of a description that says enough for a CV."""

ALIKE_BEGIN = 3
"""Letters at which the two forms of a job's name begin alike."""

_SENTENCE = re.compile(r"(?<=[.;])\s+")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Ads in one language, and what people in some occupations did, with the name of the job for her and for him."""

    language: str
    offers: Sequence[Offer]
    stories: Mapping[str, Sequence[str]]
    jobs: Mapping[str, tuple[str, str]]

    def pairs(self) -> list[Twins]:
        """Return the CVs and their twins."""
        chosen = _drawn(self.stories, DRAWN)
        return [twins(uri, self.language, self.stories[uri], self.jobs[uri]) for uri in chosen]


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        tell("compiling the packs")
        add_pack("esco", home, DATA)
        answers = Answers(home, Taxonomies.open(home))
        for name in ("onet", "rome", "uk-ncs", "crosswalks"):
            add_pack(name, home, DATA)
        known = Taxonomies.open(home)
        found: dict[str, list[tuple[Twins, Mapping[str, float]]]] = {}
        for name, read in SOURCES.items():
            tell(f"twins: {name}")
            source = read(known)
            matcher = indexed(source, answers, home / name)
            found[name] = [(one, alike(one, matcher)) for one in source.pairs()]
    return list(figures(found))


def figures(found: Mapping[str, Sequence[tuple[Twins, Mapping[str, float]]]]) -> Iterator[Figure]:
    """Return how alike the answers of twins are: all, by half and by source, and what each swap alone does."""
    every = [one for some in found.values() for one in some]
    for half, is_held in {"held": True, "developed": False}.items():
        its = [values for one, values in every if one.is_held is is_held]
        yield from _told(f"twins_{half}", its, "all", ALIKE if is_held else None)
        for swap in ("names", "gender"):
            yield from _told(f"twins_{half}_{swap}", its, swap)
        for name, some in found.items():
            yield from _told(f"twins_{half}_{name}", [values for one, values in some if one.is_held is is_held], "all")


def _told(name: str, answers: Sequence[Mapping[str, float]], swap: str, limit: float | None = None) -> Iterator[Figure]:
    own = [one[swap] for one in answers]
    plain = [one["plain"] for one in answers] if swap == "all" else []
    peer = "texts as written" if plain else None
    more = {"p05": sorted(own)[len(own) // 20], "median": statistics.median(own)}
    if plain:
        more["peer_p05"] = sorted(plain)[len(plain) // 20]
    yield judged(f"{name}_rbo", own, peer, plain, limit, more)
    yield judged(f"{name}_alike", [float(one >= ALIKE) for one in own], peer, [float(one >= ALIKE) for one in plain])


def indexed(source: Source, answers: Answers, folder: Path) -> Matcher:
    """Return what matches with the ads of a source, each of which names somebody to ask."""
    reader = answers.reader()
    assert reader is not None  # noqa: S101 - ESCO was compiled, and the weights are in the package
    columns = Columns.of([with_contact(one, source.language) for one in source.offers])
    Collection.build(folder, [reader.read_offers(columns)], answers.taxonomies)
    return answers.matcher(folder)


def alike(one: Twins, matcher: Matcher) -> dict[str, float]:
    """Return for each swap how alike the first ten ads of a CV and of its twin are.

    ``plain`` is what all swaps together would do if texts were read as they were written.
    """
    own = _first(one.text, matcher)
    values = {swap: overlap(own, _first(text, matcher), AT) for swap, text in one.swapped.items()}
    with patch("skillspace.skills.matching.reading.impersonal", lambda text, _work: text):
        values["plain"] = overlap(_first(one.text, matcher), _first(one.swapped["all"], matcher), AT)
    return values


def _first(text: str, matcher: Matcher) -> list[str]:
    person = Person(text=text)
    return [found.offer_id for found in matcher.match_jobs(person, matcher.understood(person), k=AT)]


def english(known: Taxonomies) -> Source:
    """Return O\\*NET's tasks and the job profiles of the National Careers Service."""
    done = onet_tasks(DATA)
    jobs = {uri: known.label(uri, "en") for uri in done if known.has(uri)}
    return Source(
        language="en",
        offers=profiles(DATA, known).offers,
        stories={uri: done[uri] for uri in jobs},
        jobs={uri: (name, name) for uri, name in jobs.items()},
    )


def described(known: Taxonomies) -> Source:
    """Return ESCO's English descriptions as CVs and as ads."""
    texts = {uri: text for uri in _occupations(known, "esco") if (text := known.description(uri))}
    names = {uri: known.label(uri, "en") for uri in texts}
    return _of("en", texts, names)


def french(known: Taxonomies) -> Source:
    """Return ROME's jobs by what they ask for."""
    asked = {
        uri: [known.label(link.uri, "fr") for link in known.skills_of(uri)][:40] for uri in _occupations(known, "rome")
    }
    names = {uri: known.label(uri, "fr") for uri in asked}
    return _of("fr", {uri: ". ".join(said) for uri, said in asked.items()}, names)


def german(_known: Taxonomies) -> Source:
    """Return ESCO's German descriptions."""
    with (DATA / "taxonomies/esco_v1.2.0_occupations_de_es/occupations_de.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {row["conceptUri"]: row["preferredLabel"] for row in rows}
    return _of("de", {row["conceptUri"]: row["description"] for row in rows}, names)


def swedish(_known: Taxonomies) -> Source:
    """Return JobTech's definitions of occupations."""
    folder = DATA / "taxonomies/jobtech_occupation_skills"
    said = document(folder / "id_definitions.json")
    named = {
        one["id"]: one["preferred_label"] for one in document(folder / "info_occupations.json")["data"]["concepts"]
    }
    texts = {uri: said[uri].rpartition("ESCO-yrke: ")[2] for uri in named if said.get(uri)}
    return _of("sv", texts, named)


SOURCES: Mapping[str, Callable[[Taxonomies], Source]] = {
    "onet": english,
    "esco": described,
    "rome": french,
    "german": german,
    "swedish": swedish,
}


def _of(language: str, texts: Mapping[str, str], names: Mapping[str, str]) -> Source:
    """Make texts into ads under their names, and into CVs."""
    kept = {uri: text for uri, text in texts.items() if len(text) >= SHORTEST}
    return Source(
        language=language,
        offers=[Offer(id=uri, needs=(), title=names[uri], text=kept[uri]) for uri in _drawn(kept, ADS)],
        stories={uri: _SENTENCE.split(text) for uri, text in kept.items()},
        jobs={uri: _forms(names[uri]) for uri in kept},
    )


def _drawn(uris: Iterable[str], many: int) -> list[str]:
    return sorted(uris, key=lambda uri: hashlib.sha256(f"twins:{uri}".encode()).digest())[:many]


def _forms(name: str) -> tuple[str, str]:
    """Return what a woman and a man in a job are called, where a name gives both, his first.

    What follows may be said once: "Agent / Agente d'entretien". Two names of a job that begin apart are no two forms.
    """
    his, _, hers = (part.strip() for part in name.partition("/"))
    if his[:ALIKE_BEGIN].casefold() != hers[:ALIKE_BEGIN].casefold():
        return (name, name)
    rest = hers.split()[len(his.split()) :]
    return (hers, " ".join([his, *rest]))


def _occupations(known: Taxonomies, scheme: str) -> Sequence[str]:
    return known.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme)
