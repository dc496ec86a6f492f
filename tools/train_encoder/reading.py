"""Reads what the encoder learns from: names, descriptions and sentences, each with the concept it speaks of."""

from __future__ import annotations

import ast
import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from python_calamine import CalamineWorkbook

HELD_OUT = 15  # of a hundred concepts of each crosswalk: never learnt from, measured on
RELATIONS = ("exactisco", "exactmatch", "narrowmatch", "closematch")  # as the tables say them, strongest first


@dataclass(kw_only=True)
class Corpus:
    """Texts with their language and concept; ``role`` is label, title, description or sentence."""

    texts: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def add(self, concept: str, language: str, text: str, role: str) -> None:
        """Take up a text, unless it is empty."""
        if text := " ".join(text.split()):
            self.texts.append(text)
            self.languages.append(language)
            self.concepts.append(concept)
            self.roles.append(role)


@dataclass(frozen=True, kw_only=True)
class Title:
    """A concept of another framework, in its own words, and the ESCO concepts it officially stands nearest to.

    ``relation`` is the strongest that its table states; ``targets`` are all concepts it states that for.
    """

    table: str
    code: str
    language: str
    text: str
    relation: str
    targets: frozenset[str]

    @property
    def is_clear(self) -> bool:
        """Whether there is one right answer, more than merely close: what job titles are commonly measured on."""
        return len(self.targets) == 1 and self.relation != RELATIONS[-1]

    @property
    def is_held_out(self) -> bool:
        """Whether this title is measured on: decided by its code alone, so every run agrees."""
        digest = hashlib.sha256(f"{self.table}:{self.code}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % 100 < HELD_OUT


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a crosswalk table keeps what: columns of the ESCO end, the code, the titles by language, the relation."""

    file: str
    titles: tuple[tuple[str, str], ...]
    esco: str = "Classification 1 URI"
    code: str = "Classification 2 ID"
    relation: str = "Mapping relation"


OCCUPATIONS = {
    "fr": Layout(
        file="FR_20230607_mapping_esco_rome.csv",
        esco="classification 1 ID",
        code="classification 2 ID",
        titles=(("fr", "classification 2 prefered label"),),
        relation="mapping relation",
    ),
    "de": Layout(
        file="DE_mapping_18.05.22.csv",
        titles=(("de", "Classification 2 PrefLabel"),),
    ),
    "at": Layout(
        file="AT_mapping.csv",
        titles=(("de", "Classification 2 PrefLabel"),),
    ),
    "es": Layout(
        file="ES_mapping_31.07.2021.csv",
        titles=(("es", "Classification 2 PrefLabel"),),
    ),
    "sv": Layout(
        file="SE_mapping_Occupations_v1.1.1.csv",
        code="Classification 2 URI",
        titles=(("sv", "Classification 2 PrefLabel"),),
    ),
    "be": Layout(
        file="BLM_mapping.csv",
        esco="Classification 1 URL",
        titles=(("nl", "Classification 2 PrefLabel NL"), ("fr", "Classification 2 PrefLabel FR")),
    ),
    "us": Layout(
        file="crosswalk_esco_onet.csv",
        esco="ESCO or ISCO URI",
        code="O*NET Id",
        titles=(("en", "O*NET Title"),),
        relation="Type of Match",
    ),
}
SKILLS = {
    "ba": Layout(
        file="DE_Mapping_ESCO_Kompetenzen_220518_0.csv",
        titles=(("de", "Classification 2 PrefLabel"),),
    )
}


def crosswalk(data: Path, name: str) -> list[Title]:
    """Return the titles of one crosswalk that ESCO has something like; a merely broader concept is not like it."""
    layout = (OCCUPATIONS | SKILLS)[name]
    stated: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for row in _below_header(data / "crosswalks/crosswalks_national_esco" / layout.file, layout):
        relation, uri = row[layout.relation].strip().lower().removeprefix("skos:"), row[layout.esco].strip()
        if relation in RELATIONS and uri:
            for language, column in layout.titles:
                key = row[layout.code].strip(), language, " ".join(row[column].split())
                if key[2]:
                    stated.setdefault(key, {}).setdefault(relation, set()).add(uri)
    titles = []
    for (code, language, text), found in sorted(stated.items()):
        relation = min(found, key=RELATIONS.index)
        targets = frozenset(found[relation])
        titles.append(Title(table=name, code=code, language=language, text=text, relation=relation, targets=targets))
    return titles


def _below_header(path: Path, layout: Layout) -> Iterator[dict[str, str]]:
    header: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.reader(file):
            if not header:
                if {layout.esco, layout.code, layout.relation} <= set(cells):
                    header = cells
            elif len(cells) == len(header):
                yield dict(zip(header, cells, strict=True))


def table(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Give the rows of a table with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if delimiter == "\t":
            yield from csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            yield from csv.DictReader(file, delimiter=delimiter)


@dataclass(frozen=True, kw_only=True)
class Synonyms:
    """What else an occupation of another framework is called; ``code`` is as its crosswalk writes it."""

    code: str
    language: str
    title: str
    others: tuple[str, ...]


def _onet_titles(data: Path) -> Iterator[Synonyms]:
    titles: dict[str, tuple[str, list[str]]] = {}
    for code, title, other, *_ in sheet(data / "taxonomies/onet_29.2/Alternate Titles.xlsx"):
        titles.setdefault(str(code), (str(title), []))[1].append(str(other))
    for code, (title, others) in titles.items():
        yield Synonyms(code=code, language="en", title=title, others=tuple(others))


def _jobtech_titles(data: Path) -> Iterator[Synonyms]:
    path = data / "taxonomies/jobtech_occupation_skills/info_occupations.json"
    for one in orjson.loads(path.read_bytes())["data"]["concepts"]:
        code = f"http://data.jobtechdev.se/taxonomy/concept/{one['id']}"
        others = tuple(title["preferred_label"] for title in one["title"])
        yield Synonyms(code=code, language="sv", title=one["preferred_label"], others=others)


#: By the crosswalk whose codes they carry.
SYNONYMS: dict[str, Callable[[Path], Iterator[Synonyms]]] = {"us": _onet_titles, "sv": _jobtech_titles}


def sheet(path: Path) -> list[list[Any]]:
    """Return the rows of a workbook's first sheet, without its header."""
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]


def occupation_labels(data: Path) -> Corpus:
    """Return every name of every ESCO occupation and ISCO group, in 22 languages, and descriptions in three."""
    corpus = Corpus()
    for row in table(data / "taxonomies/esco_derived/occupation_surface_forms_22_languages.tsv", "\t"):
        corpus.add(row["concept_uri"], row["language"], row["label"], "label")
    for language, place in (
        ("en", "esco_v1.1.1_en/occupations_en.csv"),
        ("fr", "esco_v1.0_fr_es/occupations_fr.csv"),
        ("es", "esco_v1.2.0_occupations_de_es/occupations_es.csv"),
        ("de", "esco_v1.2.0_occupations_de_es/occupations_de.csv"),
    ):
        for row in table(data / "taxonomies" / place):
            corpus.add(row["conceptUri"], language, row["description"], "description")
    return corpus


def skill_labels(data: Path) -> Corpus:
    """Return the names of every ESCO skill in seven languages, other names and descriptions in three."""
    corpus = Corpus()
    for row in table(data / "taxonomies/esco_derived/skill_preflabels_multilang.csv"):
        for language in ("en", "de", "fr", "sv", "fi", "es", "nl"):
            corpus.add(row["conceptUri"], language, row[language], "label")
    for language, place in (
        ("en", "esco_v1.1.1_en/skills_en.csv"),
        ("fr", "esco_v1.0_fr_es/skills_fr.csv"),
        ("es", "esco_v1.0_fr_es/skills_es.csv"),
    ):
        for row in table(data / "taxonomies" / place):
            names = f"{row['altLabels']}\n{row.get('hiddenLabels', '')}"
            for name in dict.fromkeys(names.split("\n")):
                corpus.add(row["conceptUri"], language, name, "label")
            corpus.add(row["conceptUri"], language, row["description"], "description")
    return corpus


def skill_names(data: Path) -> dict[str, str]:
    """Return the English preferred name of every skill, in small letters, with its concept."""
    rows = table(data / "taxonomies/esco_v1.1.1_en/skills_en.csv")
    return {row["preferredLabel"].strip().lower(): row["conceptUri"] for row in rows}


def skillskape(data: Path, part: str) -> list[tuple[str, frozenset[str]]]:
    """Return (sentence, skills it asks for) of SkillSkape's ``train`` or ``dev``; those that ask for none left out."""
    names = skill_names(data)
    found = []
    for row in table(data / "vacancies/ads_skillskape_en" / f"{part}.csv"):
        uris = {names[name.lower()] for name in ast.literal_eval(row["skills"]) if name.lower() in names}
        if uris:
            found.append((row["sentence"], frozenset(uris)))
    return found
