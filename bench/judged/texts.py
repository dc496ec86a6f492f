"""Invented texts in twelve languages with what a reader says they say, and how such a file is read.

A text begins with ``== language kind`` (ad, cv, story or short); each further line of the file is a line of it.
``#`` marks a heading, which is not judged. Else the line begins with what it is about (R requirement, T task, C
company, B benefits, E equality, A applying, S a person's or the text's own story) and, after ``+`` or ``~``, whether
that is needed or nice to have. In it ``[words](what)`` marks what the words say: a concept by ESCO's English name, a
fact by its value with ``=level`` for a language, alternatives apart by ``|``; ``!`` before it: denied, ``~``: nice to
have. ``(-)`` marks words in which nothing may be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skillspace.kernel.errors import BadInput
from skillspace.skills.enrichment import Insistence, Section

HERE = Path(__file__).parent
HALVES = ("dev", "held")
ABOUT = {
    "R": Section.REQUIREMENT,
    "T": Section.TASK,
    "C": Section.COMPANY,
    "B": Section.BENEFITS,
    "E": Section.EQUALITY,
    "A": Section.CONTACT,
    "S": Section.OTHER,
}
NEEDS = {"": None, "+": Insistence.NEEDED, "~": Insistence.NICE}
_LINE = re.compile(r"([RTCBEAS#])([+~]?) (.+)")
_MARK = re.compile(r"\[([^\]]+)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Words ``text[start:end]`` and what they may be taken for; no ``values``: for nothing."""

    start: int
    end: int
    values: tuple[str, ...]
    is_denied: bool
    insistence: Insistence | None

    def touches(self, start: int, end: int) -> bool:
        """Tell whether other words share a letter with these."""
        return self.start < end and start < self.end


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a text and what it is about; ``about`` is None for a heading."""

    start: int
    end: int
    about: Section | None
    insistence: Insistence | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One text with its judgements."""

    language: str
    kind: str
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Single:
    """A sentence by itself and the ESCO skills it implies, by English name; none where it asks for nothing.

    ``is_plain`` where it is said in ordinary words, as most such sentences are.
    """

    language: str
    text: str
    skills: frozenset[str]
    is_plain: bool


def single_sentences() -> list[Single]:
    """Return invented sentences in twelve languages that nothing was learnt or chosen from.

    In the file ``= key: names`` says which skills a sentence implies that begins with ``key:``, ``~key:`` one in other
    words, ``-:`` one that asks for nothing; sentences of a language stand below ``== language``.
    """
    implied: dict[str, frozenset[str]] = {"-": frozenset()}
    language, listed = "", list[Single]()
    for row in (HERE / "implied_held.txt").read_text(encoding="utf-8").splitlines():
        key, _, said = row.partition(": ")
        if row.startswith("== "):
            language = row[3:]
        elif row.startswith("= "):
            implied[key[2:]] = frozenset(said.split("|"))
        elif row:
            skills, is_plain = implied[key.removeprefix("~")], not key.startswith("~")
            listed.append(Single(language=language, text=said, skills=skills, is_plain=is_plain))
    return listed


def judged_texts(half: str) -> list[Judged]:
    """Return the texts to work on ("dev"), or those kept apart to measure by ("held")."""
    return list(read((HERE / f"enrichment_{half}.txt").read_text(encoding="utf-8")))


def read(source: str) -> Iterator[Judged]:
    """Read texts; raises BadInput, naming the line, for what is none."""
    head: list[str] = []
    held: list[Line] = []
    text = ""
    for number, row in enumerate([*source.splitlines(), "=="], 1):
        if row.startswith("=="):
            if head:
                yield Judged(language=head[0], kind=head[1], text=text, lines=tuple(held))
            head, held, text = row[2:].split(), [], ""
        elif row.strip():
            found = _LINE.fullmatch(row)
            if found is None or len(head) != 2:
                raise BadInput(f"Line {number} is no judged line: {row!r}.")
            line, plain = _line(found[1], found[2], found[3], len(text))
            held.append(line)
            text += plain + "\n"


def _line(about: str, need: str, written: str, begin: int) -> tuple[Line, str]:
    plain, marks, at = "", [], 0
    for found in _MARK.finditer(written):
        plain += written[at : found.start()]
        start, at = begin + len(plain), found.end()
        plain += found[1]
        said = found[2]
        marks.append(
            Mark(
                start=start,
                end=begin + len(plain),
                values=() if said == "-" else tuple(one.lstrip("!~") for one in said.split("|")),
                is_denied=said.startswith("!"),
                insistence=Insistence.NICE if said.startswith("~") else NEEDS[need],
            )
        )
    plain += written[at:]
    line = Line(start=begin, end=begin + len(plain), about=ABOUT.get(about), insistence=NEEDS[need], marks=tuple(marks))
    return line, plain
