"""Reads the official crosswalks between ESCO and national classifications (Regulation (EU) 2016/589 art. 19).

Every table opens with a preamble that names author and versions, then a header row, then one row a statement.
The tables do not read their relation in the same direction: some say it from ESCO to the national concept, as SKOS
does, others from the national concept to ESCO. Which one was measured on each table, by how many concepts of one
side meet one concept of the other and by which label contains the other, and stands in ``reads_from_national``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.model import Correspondence, MatchKind
from skillspace.skills.taxonomy.sources import rome
from skillspace.skills.taxonomy.sources.tables import lines, records

VERSION = "2024.1"
FOLDER = "crosswalks/crosswalks_national_esco"
LICENCE = "reuse with attribution to the mapping's author (published on the ESCO portal)"
STATEMENT = "Mappings by the national services named with each of them; ESCO by the European Commission."
RELATIONS = {f"{kind.value}match": kind for kind in MatchKind} | {"exactisco": MatchKind.EXACT}


@dataclass(frozen=True, kw_only=True)
class Table:
    """One published table: where its two ends and its relation stand, and how its national codes become URIs."""

    file: str
    esco: str = "Classification 1 URI"
    national: str = "Classification 2 ID"
    relation: str = "Mapping relation"
    scheme: str
    author: str = ""
    reads_from_national: bool
    wrapped: bool = False  # every line is one cell of an outer table that ends in ";"


TABLES = (
    Table(
        file="FR_20230607_mapping_esco_rome.csv",
        esco="classification 1 ID",
        national="classification 2 ID",
        relation="mapping relation",
        scheme="rome",
        reads_from_national=True,
    ),
    Table(
        file="SE_mapping_Occupations_v1.1.1.csv",
        national="Classification 2 URI",
        scheme="jobtech",
        author="Arbetsförmedlingen",
        reads_from_national=False,
    ),
    Table(
        file="SE_NSC_ESCO_109_mapping_table_2023-11-30.csv",
        national="Classification 2 URI",
        scheme="jobtech",
        author="Arbetsförmedlingen",
        reads_from_national=False,
        wrapped=True,
    ),
    Table(file="AT_mapping.csv", scheme="ams", reads_from_national=True),
    Table(file="BLM_mapping.csv", esco="Classification 1 URL", scheme="competent", reads_from_national=True),
    Table(file="DE_mapping_18.05.22.csv", scheme="ba-beruf", reads_from_national=True),
    Table(file="DE_Mapping_ESCO_Kompetenzen_220518_0.csv", scheme="ba-kompetenz", reads_from_national=True),
    Table(
        file="ES_mapping_31.07.2021.csv",
        scheme="co-sispe",
        author="Servicio Público de Empleo Estatal",
        reads_from_national=False,
    ),
    Table(
        file="crosswalk_esco_onet.csv",
        esco="ESCO or ISCO URI",
        national="O*NET Id",
        relation="Type of Match",
        scheme="onet",
        reads_from_national=False,
    ),
)


def read(data: Path, is_retired: Callable[[str], bool] = lambda _: False) -> Draft:
    """Return every crosswalk found as a draft without concepts of its own.

    ``is_retired`` tells of a URI whose scheme is loaded whether it names no concept there; such statements are kept,
    since a translation tells what is retired, and counted in ``unknown``. Raises UnreadableFile when no table is there
    or one has no header.
    """
    draft = Draft(scheme="crosswalks", version=VERSION, licence=LICENCE, statement=STATEMENT)
    present = [table for table in TABLES if (data / FOLDER / table.file).is_file()]
    if not present:
        raise UnreadableFile(f"{data / FOLDER} holds none of the published crosswalk tables; put them back.")
    statements: dict[tuple[str, str, str, str], Correspondence] = {}
    for table in present:
        found = list(_read_table(draft, table, data / FOLDER / table.file))
        if table.scheme == "rome":
            found += _lifted(found, data)
        for one in found:
            if is_retired(one.source) or is_retired(one.target):
                draft.unknown[f"{table.file}: retired concepts"] += 1
            key = (one.source, one.target, one.author, one.version)
            if key not in statements or _strength(one) < _strength(statements[key]):
                statements[key] = one
    draft.correspondences = list(statements.values())
    return draft


def _strength(one: Correspondence) -> int:
    return list(MatchKind).index(one.relation)


def _read_table(draft: Draft, table: Table, path: Path) -> Iterator[Correspondence]:
    rows = _unwrapped(path) if table.wrapped else lines(path, strict=False)
    preamble, header = _read_preamble(path, table, rows)
    author = table.author or preamble.get("mapping project author", "") or "unnamed author"
    version = _version(preamble)
    columns = header.index(table.esco), header.index(table.national), header.index(table.relation)
    for _, row in rows:
        cells = [cell.strip() for cell in row]
        esco, national, relation = (cells[column] if column < len(cells) else "" for column in columns)
        kind = RELATIONS.get(relation.lower().removeprefix("skos:"))
        is_whole = len(row) == len(header) and national and esco.startswith("http://data.europa.eu/esco/")
        if kind is None or not is_whole:
            if any(cells):  # "no relation", and the odd row whose quotes are broken
                draft.unknown[f"{table.file}: rows without a relation"] += 1
            continue
        # A classification's ISCO group is broader whatever the table's habit, so those rows read the SKOS way.
        turned = table.reads_from_national and "/isco/" not in esco
        yield Correspondence(
            source=esco,
            target=_uri(table.scheme, national),
            author=author,
            version=version,
            relation=kind.inverse if turned else kind,
        )


def _unwrapped(path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, row in lines(path, delimiter=";", strict=False):
        yield number, next(csv.reader([row[0]]), [])


def _read_preamble(path: Path, table: Table, rows: Iterator[tuple[int, list[str]]]) -> tuple[dict[str, str], list[str]]:
    preamble: dict[str, str] = {}
    for _, row in rows:
        names = [cell.strip() for cell in row]
        if {table.esco, table.national, table.relation} <= set(names):
            return preamble, names
        if len(names) > 1:
            preamble[names[0].lower()] = names[1]
    raise UnreadableFile(f"{path} has no header row with {table.esco!r}, {table.national!r} and {table.relation!r}.")


def _version(preamble: dict[str, str]) -> str:
    parts = [preamble.get(f"classification {side} {part}", "") for side in (1, 2) for part in ("name", "version")]
    return "{} {} – {} {}".format(*parts)


def _uri(scheme: str, code: str) -> str:
    if code.startswith("http"):
        return code
    return rome.appellation(code) if scheme == "rome" else f"urn:{scheme}:{code.replace(' ', '_')}"


def _lifted(statements: list[Correspondence], data: Path) -> list[Correspondence]:
    """Return what statements about appellations say about the métiers these belong to.

    The first-named appellation of a métier is the métier itself, so its relation holds unchanged. Any other is only a
    part of the métier: what equals or is narrower than that part has the métier as its broader concept, and what is
    broader than the part is merely related to the métier.
    """
    table = rome.table(data, "referentiel_appellation")
    if not table.is_file():
        return []
    home = {
        rome.appellation(ogr): (rome.metier(code), rank == "PRINCIPALE")
        for _, (ogr, code, rank) in records(table, "code_ogr", "code_rome", "classification")
    }
    best: dict[tuple[str, str], Correspondence] = {}
    for one in statements:
        metier, is_first = home.get(one.target, ("", False))
        relation = one.relation
        if not is_first:
            relation = MatchKind.RELATED if relation in {MatchKind.NARROW, MatchKind.RELATED} else MatchKind.BROAD
        lifted = Correspondence(
            source=one.source,
            target=metier,
            relation=relation,
            author=one.author,
            version=f"{one.version}, carried from appellation to métier",
        )
        known = best.get((one.source, metier))
        if metier and (known is None or _strength(lifted) < _strength(known)):
            best[one.source, metier] = lifted
    return list(best.values())
