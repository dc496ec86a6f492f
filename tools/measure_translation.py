"""Measures how sure translations are, and writes the counts that the program carries.

Run it with the home folder of the compiled packs (esco, rome, jobtech, onet, crosswalks) and the folder of real data:
``python -m tools.measure_translation var ../shared/data``. Nothing is random; the same tables give the same counts.

What confirms a mapping is a table made apart from the crosswalks to ESCO: each classification's own ISCO-08 codes.
ESCO's come with ESCO, ROME's from Pôle emploi's correspondence ROME – ISCO-08, JobTech's through SSYK 2012, O*NET's
from the Bureau of Labor Statistics' table of SOC 2010. A mapping is confirmed when the codes of both its ends meet in
one minor group (three digits): the tables give a whole métier or SOC occupation one or two unit groups, so four digits
would measure how fine those tables are. Two more counts say what that check is worth. ``by_chance``: how often ends put
together at random meet. ``certain``: how often those meet that cannot be in doubt, being exact and of one name; they
do not always, because the codes err as well. ``confidence.py`` reckons with both. Skills have no such codes: of them, a
random sample of official statements, 25 of each relation, was judged by the authors (see ``bench/judged/README.md``).
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from python_calamine import CalamineWorkbook

from skillspace.skills.taxonomy import Concept, ConceptKind, Correspondence, MatchKind, Taxonomies
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.sources import rome
from skillspace.skills.taxonomy.sources.tables import document, records
from skillspace.skills.translation.composing import compose

OUT = Path(__file__).parents[1] / "src/skillspace/skills/translation/confidence.json"
JUDGED = Path(__file__).parents[1] / "bench/judged/esco_ba_skills_2026-11-22.csv"
FOLDER = "crosswalks/crosswalks_isco_soc_rome_fap"
DIGITS = 3
SEED = 20261122
Codes = dict[str, set[str]]
Cell = dict[str, int]


def main(home: Path, data: Path) -> None:
    """Measure, and write ``confidence.json`` beside the code that reads it."""
    taxonomies = Taxonomies.open(home)
    codes = isco_codes(taxonomies, data)
    official: dict[str, dict[str, Cell]] = {}
    pooled: dict[str, Cell] = {}
    statements = [
        one
        for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION})
        for one in taxonomies.stated(uri)
        if taxonomies.has(one.target)
    ]
    for one in statements:
        if (fits := confirms(codes, one.source, one.target)) is not None:
            # all are read from ESCO; a statement and its reverse are one, and counted once
            count(official.setdefault(one.author, {}), one.relation.value, fits)
            count(pooled, one.relation.value, fits)
    sure = {one for one in statements if one.relation is MatchKind.EXACT and same_name(taxonomies, one)}
    document_out = {
        "what": "of mappings of a kind, how many the ISCO-08 codes of both ends confirm (same minor group)",
        "made_by": "tools/measure_translation.py",
        "packs": {pack.scheme: pack.version for pack in taxonomies.schemes if pack.scheme in {*SCHEMES, "crosswalks"}},
        "by_chance": by_chance(codes, statements),
        "certain": certain(codes, sure),
        "certain_composed": certain_composed(codes, sure, taxonomies),
        "official": ordered(official),
        "pooled": dict(sorted(pooled.items())),
        "skills": dict(sorted(skills().items())),
        "composed": dict(sorted(composed(taxonomies, codes, statements).items())),
        "within": dict(sorted(within(taxonomies, codes, data).items())),
    }
    OUT.write_text(json.dumps(document_out, indent=1, ensure_ascii=False) + "\n", "utf-8")


SCHEMES = ("esco", "rome", "jobtech", "onet")


def isco_codes(taxonomies: Taxonomies, data: Path) -> Codes:
    """Return the ISCO-08 minor groups of every occupation, each by a table of its own scheme."""
    codes: Codes = defaultdict(set)
    for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION}):
        code = taxonomies.concept(uri).code or ""
        if code[:4].isdecimal():
            codes[uri].add(code[:DIGITS])
    _add_rome(codes, data)
    _add_jobtech(codes, taxonomies, data)
    _add_onet(codes, taxonomies, data)
    return codes


def _sheet(path: Path, number: int) -> list[list[str]]:
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_index(number).to_python()
    return [[f"{cell:.0f}" if isinstance(cell, float) else str(cell).strip() for cell in row] for row in rows]


def _minor(code: str) -> str:
    return code.zfill(4)[:DIGITS]


def _add_rome(codes: Codes, data: Path) -> None:
    given: Codes = defaultdict(set)
    path = data / FOLDER / "Correspondance_ROME_ISCO08.xlsx"
    for row in _sheet(path, 1)[1:]:
        given[row[0]].add(_minor(row[3]))
    for row in _sheet(path, 2)[1:]:
        given[row[3]].add(_minor(row[1]))
    parents = {}
    columns = ("code_rome", "code_rome_parent")
    for _, (code, parent) in records(rome.table(data, "referentiel_code_rome"), *columns):
        parents[code] = code if code in given else parent
        codes[rome.metier(code)] |= given.get(parents[code], set())
    columns = ("code_ogr", "code_rome")
    for _, (ogr, code) in records(rome.table(data, "referentiel_appellation"), *columns):
        codes[rome.appellation(ogr)] |= given.get(parents.get(code, code), set())


def _add_jobtech(codes: Codes, taxonomies: Taxonomies, data: Path) -> None:
    groups = document(data / "taxonomies/jobtech_taxonomy/ssyk-level-4-with-related-isco-level-4-groups.json")
    base = "http://data.jobtechdev.se/taxonomy/concept/"
    labels = {
        base + group["id"]: {other["isco_code_08"][:DIGITS] for other in group["related"] if "isco_code_08" in other}
        for group in groups["data"]["concepts"]
    }
    for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme="jobtech"):
        for group in taxonomies.broader(uri):
            codes[uri] |= labels.get(group, set())


def _add_onet(codes: Codes, taxonomies: Taxonomies, data: Path) -> None:
    given: Codes = defaultdict(set)
    for row in _sheet(data / FOLDER / "isco_us_soc2010_crosswalk.xls", 1)[7:]:
        given[row[0]].add(_minor(row[3]))
    for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme="onet"):
        codes[uri] |= given.get(uri.rsplit(":", 1)[1][:7], set())


def confirms(codes: Codes, one: str, other: str) -> bool | None:
    """Tell whether the codes of two concepts meet, None where one of them has none."""
    first, second = codes.get(one), codes.get(other)
    return bool(first & second) if first and second else None


def count(cells: dict[str, Cell], name: str, fits: bool) -> None:
    """Add one mapping to a cell."""
    cell = cells.setdefault(name, {"confirmed": 0, "seen": 0})
    cell["confirmed"] += fits
    cell["seen"] += 1


def skills() -> dict[str, Cell]:
    """Count judged official statements about skills that hold at all: alike, or one wider than the other."""
    cells: dict[str, Cell] = {}
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            count(cells, row["stated"], row["judgement"] in {"exact", "close", "broad", "narrow"})
    return cells


def composed(taxonomies: Taxonomies, codes: Codes, statements: Iterable[Correspondence]) -> dict[str, Cell]:
    """Count two-step paths between national schemes, by the relations of their steps."""
    cells: dict[str, Cell] = {}
    by_middle: dict[str, list[Correspondence]] = defaultdict(list)
    for one in statements:
        by_middle[one.source].append(one)
    for around in by_middle.values():
        for into in around:
            for out in around:
                ends = taxonomies.scheme(into.target), taxonomies.scheme(out.target)
                first, second = into.relation.inverse, out.relation
                if ends[0] == ends[1] or compose(first, second) is None:
                    continue
                if (fits := confirms(codes, into.target, out.target)) is not None:
                    count(cells, f"{first.value}+{second.value}", fits)
    return cells


def within(taxonomies: Taxonomies, codes: Codes, data: Path) -> dict[str, Cell]:
    """Count what a concept gets from the one above it: for appellations that have an official word of their own.

    What their métier says beside that word is held against it, by the ISCO groups of the ESCO occupations of both.
    """
    cells: dict[str, Cell] = {}
    columns = ("code_ogr", "code_rome")
    for _, (ogr, code) in records(rome.table(data, "referentiel_appellation"), *columns):
        own = {one.target for one in taxonomies.correspondences(rome.appellation(ogr), "esco")}
        known = set().union(*(codes.get(target, set()) for target in own))
        if not known:
            continue
        for one in taxonomies.correspondences(rome.metier(code), "esco"):
            relation = compose(MatchKind.BROAD, one.relation)
            if relation is not None and one.target not in own and codes.get(one.target):
                count(cells, one.relation.value, bool(codes[one.target] & known))
    return cells


def same_name(taxonomies: Taxonomies, one: Correspondence) -> bool:
    """Tell whether both concepts of a statement bear one name in one language, gendered forms taken apart."""
    first, second = taxonomies.concept(one.source), taxonomies.concept(one.target)
    return any(_names(first, language) & _names(second, language) for language in second.labels)


def _names(concept: Concept, language: str) -> set[str]:
    texts = (concept.labels.get(language, ""), *concept.alternatives.get(language, ()))
    return {fold(part) for text in texts for part in text.split("/") if len(part.strip()) > 3}


def certain(codes: Codes, sure: Iterable[Correspondence]) -> dict[str, Cell]:
    """Count, an author at a time, how often the check confirms mappings that are not in doubt."""
    cells: dict[str, Cell] = {}
    for one in sorted(sure, key=lambda one: (one.author, one.source, one.target)):
        if (fits := confirms(codes, one.source, one.target)) is not None:
            count(cells, one.author, fits)
            count(cells, "", fits)
    return cells


def certain_composed(codes: Codes, sure: Iterable[Correspondence], taxonomies: Taxonomies) -> Cell:
    """Count the same for paths of two steps, neither of which is in doubt."""
    cells: dict[str, Cell] = {"": {"confirmed": 0, "seen": 0}}
    by_middle: dict[str, list[str]] = defaultdict(list)
    for one in sure:
        by_middle[one.source].append(one.target)
    for around in by_middle.values():
        for first in around:
            for second in around:
                if taxonomies.scheme(first) != taxonomies.scheme(second):
                    fits = confirms(codes, first, second)
                    if fits is not None:
                        count(cells, "", fits)
    return cells[""]


def by_chance(codes: Codes, statements: list[Correspondence]) -> Cell:
    """Count mappings whose targets were shuffled among all."""
    rng = random.Random(SEED)  # noqa: S311 - a baseline, no secret
    targets = [one.target for one in statements]
    rng.shuffle(targets)
    cells: dict[str, Cell] = {}
    for one, target in zip(statements, targets, strict=True):
        if (fits := confirms(codes, one.source, target)) is not None:
            count(cells, "any", fits)
    return cells["any"]


def ordered(official: dict[str, dict[str, Cell]]) -> dict[str, dict[str, Cell]]:
    """Return the counts in a fixed order."""
    return {author: dict(sorted(cells.items())) for author, cells in sorted(official.items())}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
