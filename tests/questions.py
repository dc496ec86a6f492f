"""One question of each kind about invented schemes, and what to ask: every way of asking must be answered alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from skillspace.skills.answering import Answers, Enrich, Link, Question, Translate
from skillspace.skills.taxonomy.compile import compile_pack
from tests.unit.skills.taxonomy.small import small_crosswalk, small_esco, small_rome

QUESTIONS: dict[str, Question] = {
    "enrich": Enrich(language="en", least=0.0),
    "link": Link(scheme="esco-skill", k=2),
    "translate": Translate(frm="rome", to="esco"),
}
#: The same, as the commands are told.
WORDS = {
    "enrich": ("enrich", "--lang", "en", "--least", "0"),
    "link": ("link", "--scheme", "esco-skill", "-k", "2"),
    "translate": ("translate", "--from", "rome", "--to", "esco"),
}
TEXTS = (
    "Requirements:\n- experience as a chef is required\n- fluent English (C1)\n- you need not fry food",
    "",
    "fry food, food hygiene and a driving licence B",
    "åäö \N{GRINNING FACE} \u0000 qwer",
)
CONCEPTS = ("G1", "G2", "G404", "urn:rome:metier:G1")


def make_home(folder: Path) -> Path:
    """Compile the invented ESCO, ROME and what they say of each other into a home folder."""
    for made in (small_esco(), small_rome(), small_crosswalk()):
        compile_pack(made, folder)
    return folder


def asked(name: str, count: int) -> list[dict[str, Any]]:
    """Return what is asked, as objects with an id."""
    if name == "translate":
        return [{"id": at, "concept": CONCEPTS[at % len(CONCEPTS)]} for at in range(count)]
    return [{"id": at, "text": TEXTS[at % len(TEXTS)]} for at in range(count)]


def lines(name: str, count: int) -> list[bytes]:
    """Return the same as JSON Lines."""
    return [json.dumps(one).encode() + b"\n" for one in asked(name, count)]


def answers(home: Path, name: str, count: int) -> list[bytes]:
    """Answer them one by one in this process: what every other way is held against."""
    answer = Answers(home).to(QUESTIONS[name])
    return [answer(line, number) for number, line in enumerate(lines(name, count), 1)]
