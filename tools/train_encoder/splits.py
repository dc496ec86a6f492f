"""The development questions: held-out titles, names of skills and sentences, each with the concepts that answer it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tools.train_encoder import reading


@dataclass(frozen=True, kw_only=True)
class Question:
    """A text to link: to which scheme, in which language its names are read, and every right answer (URIs)."""

    group: str
    text: str
    scheme: str
    language: str
    answers: frozenset[str]

    @property
    def half(self) -> int:
        """0 or 1, by the text alone: weighings are learnt on one half when they are measured on the other."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2


def questions(data: Path, sentences: Path | None = None, *, most: int = 400) -> list[Question]:
    """Return all development questions, at most ``most`` a group; none of their links is learnt by the encoder."""
    found = _titles(data) + _skill_names(data) + _sentences(data, sentences)
    groups: dict[str, list[Question]] = {}
    for one in found:
        groups.setdefault(one.group, []).append(one)
    # the first by digest: a fair draw, where the first by code would be the first trades of an alphabet
    return [one for group in groups.values() for one in sorted(group, key=_draw)[:most]]


def _draw(one: Question) -> bytes:
    return hashlib.sha256(f"draw:{one.text}".encode()).digest()


def _titles(data: Path) -> list[Question]:
    """Return held-out national titles: to names in their own language, and to English names alone."""
    found = []
    for table in reading.OCCUPATIONS:
        for title in reading.crosswalk(data, table):
            if title.is_held_out and title.is_clear:
                for language in dict.fromkeys((title.language, "en")):
                    group = f"title {table} {title.language}-{language}"
                    found.append(_title(title, group, "esco-occupation", language))
    return found


def _title(title: reading.Title, group: str, scheme: str, language: str) -> Question:
    return Question(group=group, text=title.text, scheme=scheme, language=language, answers=title.targets)


def _skill_names(data: Path) -> list[Question]:
    """Return held-out German names of skills that have an exact match: to German names, and to English ones."""
    titles = [one for one in reading.crosswalk(data, "ba") if one.is_held_out and one.relation == "exactmatch"]
    return [_title(one, f"skill ba de-{to}", "esco-skill", to) for to in ("de", "en") for one in titles]


def _sentences(data: Path, folder: Path | None) -> list[Question]:
    """Return sentences of job ads with the skills they ask for: SkillSkape's dev part, and annotated ones at hand."""
    sets = {"skillskape": reading.skillskape(data, "dev")}
    if folder is not None:
        names = reading.skill_names(data)
        for path in sorted(folder.glob("*_dev.tsv")):
            rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
            known = [
                (row[0], frozenset(names[name.lower()] for name in row[1:] if name.lower() in names)) for row in rows
            ]
            sets[path.name.removesuffix("_dev.tsv")] = [one for one in known if one[1]]
    return [
        Question(group=f"sentence {name}", text=text, scheme="esco-skill", language="en", answers=answers)
        for name, found in sets.items()
        for text, answers in found
    ]
