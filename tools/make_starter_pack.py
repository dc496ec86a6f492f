"""Makes the starter pack from ESCO: about sixty occupations of many fields, and the skills they lean on most.

Run it with the home folder that holds the compiled ESCO pack: ``python tools/make_starter_pack.py var``. The same ESCO
version gives the same files, byte for byte. ``courses.json`` is written by hand and only checked here.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from skillspace.node.demo.documents import esco_uri, skill_labels
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies, starter_folder

LANGUAGES = ("en", "fr", "sv", "de", "es")
SKILLS = 400
CARD = """\
# Facts of ESCO v1.1.1 (URIs, codes, preferred labels, relations), selected by tools/make_starter_pack.py.
scheme = "esco"
version = "1.1.1-starter"
licence = "CC BY 4.0 (Commission Decision 2011/833/EU)"
statement = "This service uses the ESCO classification of the European Commission. This is a small selection of it."
"""
#: Skills the stories of the demo's people tell of.
TOLD = ("lead a team", "manage budgets", "assist patients with special needs", "CSS", "JavaScript", "repair wiring")
OCCUPATIONS = """
nurse responsible for general care|nurse assistant|healthcare assistant|home care aide|care at home worker|
physiotherapist|medical laboratory assistant|scientific laboratory technician|
software developer|web developer|data analyst|ICT system administrator|ICT help desk agent|
ICT security technician|user interface designer|
electrician|solar energy technician|carpenter|bricklayer|plumber|roofer|welder|
industrial machinery mechanic|vehicle technician|civil engineering technician|
primary school teacher|early years teacher|vocational teacher|social worker|youth worker|career guidance advisor|
accountant|bookkeeper|payroll clerk|human resources officer|office clerk|project manager|marketing assistant|
sales assistant|shop manager|customer service representative|
cook|waiter/waitress|baker|hospitality establishment receptionist|
warehouse worker|forklift operator|cargo vehicle driver|logistics analyst|supply chain manager|
graphic designer|video and motion picture editor|librarian|journalist|
crop production worker|landscape gardener|hairdresser|security guard
"""


def main(home: Path) -> None:
    """Write concepts.csv, relations.csv and pack.toml of the starter pack, and check its courses."""
    esco = Taxonomies.open(home)
    occupations = [uri for label in OCCUPATIONS.replace("\n", "").split("|") if (uri := _occupation(esco, label))]
    taught = {skill for course in _courses() for skill in course["skills"]} | _shown_in_the_demo(esco)
    skills = _choose(esco, occupations, taught)
    themes = {esco.theme(uri) for uri in skills}
    groups = {f"http://data.europa.eu/esco/isco/C{(esco.concept(uri).code or '')[:1]}" for uri in occupations}
    concepts = [*sorted(occupations), *sorted(groups), *sorted(skills), *sorted(themes)]
    folder = starter_folder()
    (folder / "pack.toml").write_text(CARD, "utf-8")
    _write(
        folder / "concepts.csv",
        [("uri", "kind", "code", *(f"label:{tag}" for tag in LANGUAGES))],
        (_concept_row(esco, uri) for uri in concepts),
    )
    _write(folder / "relations.csv", [("source", "relation", "target")], _relations(esco, occupations, skills))
    _report(esco, occupations, skills, folder)


def _shown_in_the_demo(esco: Taxonomies) -> set[str]:
    """Return the skills the demo's invented people have on paper, so that the demo works with the starter pack too."""
    demo = json.loads((Path(__file__).parents[1] / "src/skillspace/node/demo/people.json").read_text("utf-8"))
    return {esco_uri(esco, label) for label in skill_labels(demo)} | {esco_uri(esco, label) for label in TOLD}


def _occupation(esco: Taxonomies, label: str) -> str | None:
    hits = esco.search(label, "en", kinds=[ConceptKind.OCCUPATION], limit=5)
    exact = [hit.uri for hit in hits if esco.label(hit.uri, "en") == label]
    if not exact:
        print(f"no occupation is called {label!r}; near: {[esco.label(hit.uri, 'en') for hit in hits]}")
    return exact[0] if exact else None


def _choose(esco: Taxonomies, occupations: list[str], taught: set[str]) -> set[str]:
    """Return the skills: again and again, the worst covered occupation gets its most widely needed missing skill."""
    needed = {
        uri: {link.uri for link in esco.skills_of(uri) if link.need is Need.ESSENTIAL and _is_named(esco, link.uri)}
        for uri in occupations
    }
    popular = Counter(skill for skills in needed.values() for skill in skills)
    chosen = set(taught)
    while len(chosen) < SKILLS:
        worst = min(needed, key=lambda uri: (len(needed[uri] & chosen) / len(needed[uri]), uri))
        missing = needed[worst] - chosen
        if not missing:
            break
        chosen.add(min(missing, key=lambda skill: (-popular[skill], skill)))
    return chosen


def _is_named(esco: Taxonomies, uri: str) -> bool:
    return set(LANGUAGES) <= set(esco.concept(uri).labels)


def _concept_row(esco: Taxonomies, uri: str) -> tuple[str, ...]:
    concept = esco.concept(uri)
    return uri, concept.kind.value, concept.code or "", *(concept.labels.get(tag, "") for tag in LANGUAGES)


def _relations(esco: Taxonomies, occupations: list[str], skills: set[str]) -> Iterable[tuple[str, str, str]]:
    for uri in sorted(occupations):
        yield uri, "broader", f"http://data.europa.eu/esco/isco/C{(esco.concept(uri).code or '')[:1]}"
        for need in Need:
            targets = [link.uri for link in esco.skills_of(uri) if link.need is need and link.uri in skills]
            if targets:
                yield uri, need.value, "|".join(sorted(targets))
    for uri in sorted(skills):
        yield uri, "broader", esco.theme(uri)
        related = [other for other in esco.related(uri) if other in skills and other > uri]
        if related:
            yield uri, "related", "|".join(sorted(related))


def _courses() -> list[dict[str, list[str]]]:
    path = starter_folder() / "courses.json"
    return json.loads(path.read_text("utf-8"))["courses"] if path.exists() else []


def _write(path: Path, header: list[tuple[str, ...]], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*header, *rows])


def _report(esco: Taxonomies, occupations: list[str], skills: set[str], folder: Path) -> None:
    covered = [
        sum(link.uri in skills for link in links) / len(links)
        for uri in occupations
        if (links := [link for link in esco.skills_of(uri) if link.need is Need.ESSENTIAL])
    ]
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(
        f"{len(occupations)} occupations, {len(skills)} skills, {size / 1000:.0f} kB; of their essential skills "
        f"{min(covered):.0%} to {max(covered):.0%} are there, {sum(covered) / len(covered):.0%} on average"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var"))
