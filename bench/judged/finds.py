"""Facts and occupations found in real texts, each judged by a reader: right where the text says just that.

``enrichment_finds_2026-11-22.csv`` names text, place and value; the texts themselves stay in the data folder. Of every
source a sample at random, at most three finds of a text and sort, and of an occupation three with the same words.
"""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillspace.skills.enrichment import Enrichment, Fact, Mention
from skillspace.skills.taxonomy import ConceptKind

FILE = Path(__file__).with_name("enrichment_finds_2026-11-22.csv")
HALVES = ("dev", "held")
Text = tuple[str, str, str]
"""Source, name of the text in it, and the text."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A find: where it stands, what it is said to be (a fact's value, or a concept), and whether that is so.

    ``half`` is decided by the text alone.
    """

    half: str
    source: str
    name: str
    language: str
    start: int
    end: int
    value: str
    is_right: bool


def judged_finds() -> dict[tuple[str, str], list[Judged]]:
    """Return the finds by source and text."""
    found: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            one = Judged(
                half=row["half"],
                source=row["source"],
                name=row["text"],
                language=row["language"],
                start=int(row["start"]),
                end=int(row["end"]),
                value=row["value"],
                is_right=row["judgement"] == "right",
            )
            found[one.source, one.name].append(one)
    return found


def texts(data: Path) -> Iterator[Text]:
    """Give every text that finds were drawn from."""
    ads, names = data / "vacancies", data / "taxonomies"
    for part in ("train", "dev"):
        yield from _skillspan(ads / "ads_skillspan_en" / f"{part}.json", f"skillspan-{part}")
    yield "kompetencer", "0", _kompetencer(ads / "ads_kompetencer_da_en" / "kompetencer_danish_train.conll")
    yield from _denmark(ads / "ads_workindenmark")
    yield from _profiles(names / "uk_job_profiles")
    yield from _blocks(names / "rncp_ariane_blocks" / "RNCPblocks.json")
    yield from _rome(names / "rome_v4.60" / "unix_texte_v460_utf8.csv")
    for language in ("de", "es"):
        yield from _esco(names / "esco_v1.2.0_occupations_de_es" / f"occupations_{language}.csv", f"esco-{language}")
    definitions = _json(names / "jobtech_occupation_skills" / "id_definitions.json")
    yield from (("jobtech-definitions", name, text) for name, text in definitions.items())
    yield from _trainings(data / "territory" / "jobtech_territory_education" / "utbildningsdata.json")


def mentioned(one: Judged, found: Enrichment) -> Fact | Mention | None:
    """Return the fact or occupation that enrichment finds there today, or None: it does not any more."""
    jobs = (each for each in found.mentions if each.kind is ConceptKind.OCCUPATION)
    said: list[tuple[str, Fact | Mention]] = [
        *((fact.value, fact) for fact in found.facts),
        *((job.concept, job) for job in jobs),
    ]
    there = (its for value, its in said if (its.start, its.end, value) == (one.start, one.end, one.value))
    return next(there, None)


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _plain(written: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "\n", written)).replace("\xa0", " ")


def _skillspan(file: Path, source: str) -> Iterator[Text]:
    ads: dict[str, list[str]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ads[str(row["idx"])].append(" ".join(row["tokens"]))
    yield from ((source, name, "\n\n".join(said)) for name, said in ads.items())


def _kompetencer(file: Path) -> str:
    sentences: list[list[str]] = [[]]
    for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
        word = line.split("\t")[0]
        if word.strip():
            sentences[-1].append(word)
        elif sentences[-1]:
            sentences.append([])
    return "".join(" ".join(words) + "\n\n" for words in sentences[:-1])


def _denmark(folder: Path) -> Iterator[Text]:
    ads: dict[str, list[str]] = defaultdict(list)
    for page in ("JobPage01", "JobPage02"):
        for one in _json(folder / f"{page}.json.txt")["JobPositionPostings"]:
            ads[str(one["ID"])] = [one["Title"], _plain(one["Presentation"])]
    for one in _json(folder / "ExplorationStage3AsJson.txt")["JobPostingsExtended"]:
        points = ["• " + point["Text"] for point in one["BulletPoints"] or ()]
        ads[str(one["JobPosting"]["Id"])] += [_plain(one.get("HiringOrgDescription") or ""), *points]
    yield from (("workindenmark", name, "\n".join(said)) for name, said in ads.items())


def _profiles(folder: Path) -> Iterator[Text]:
    for step in _json(next(folder.glob("227*")))["steps"]:
        for one in step.get("data", ()):
            if "TitlePart" in one:
                yield "uk-profiles", one["TitlePart"]["Title"], "\n".join(map(_plain, _written(one)))


def _written(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "Html" and inner:
                yield inner
            else:
                yield from _written(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _written(inner)


def _blocks(file: Path) -> Iterator[Text]:
    by_title: dict[str, list[str]] = defaultdict(list)
    for block in _json(file):
        by_title[block["id"][:-4]].append("\n".join([*block["prefLabel"], block.get("competenciesSource") or ""]))
    yield from (("rncp", name, "\n".join(said)) for name, said in by_title.items())


def _rome(file: Path) -> Iterator[Text]:
    by_code: dict[str, list[str]] = defaultdict(list)
    with file.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source):
            by_code[row["code_rome"]].append(row["libelle_texte"])
    yield from (("rome-texts", code, "\n".join(said)) for code, said in by_code.items())


def _esco(file: Path, source: str) -> Iterator[Text]:
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield source, row["conceptUri"].rsplit("/", 1)[1], row["description"]


def _trainings(file: Path) -> Iterator[Text]:
    offers = (one for listed in _json(file).values() for one in listed)
    said = (f"{one.get('utbildningsnamn')}\n{_plain(one.get('beskrivning') or '')}\n" for one in offers)
    for text in dict.fromkeys(said):  # one offer is listed under several occupations
        yield "jobtech-training", hashlib.sha256(text.encode()).hexdigest()[:8], text
