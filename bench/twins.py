"""The same CV twice: once a woman's, once a man's with a name of another origin. Nobody in them is real."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bench.cvs import is_held
from skillspace.skills.matching import Offer
from skillspace.skills.taxonomy.folding import fold

SEED = 20261122
SENTENCES = 6
"""Sentences of a CV that say what somebody did."""


@dataclass(frozen=True, kw_only=True)
class Who:
    """Whose a CV is: ``sex`` is ``woman`` or ``man``, ``origin`` the origin of the name."""

    sex: str
    origin: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Twins:
    """The same CV by two people: all swapped, only the name, only what says whether it is a woman's."""

    language: str
    is_held: bool
    text: str
    swapped: Mapping[str, str]


def part(occupation: str) -> str:
    """Return the half of names, layouts and earlier jobs that a CV takes."""
    return "held" if is_held(occupation) else "developed"


def anybody(chance: random.Random, sex: str, half: str, but: str = "") -> Who:
    """Return an invented person, of another origin than ``but``."""
    origins = lists()["origins"][half]
    origin = chance.choice([one for one in origins if one != but])
    names = origins[origin]
    return Who(sex=sex, origin=origin, first=chance.choice(names[sex]), last=chance.choice(names["family"]))


def twins(occupation: str, language: str, story: Sequence[str], job: tuple[str, str]) -> Twins:
    """Compose a CV of an occupation and its twins. ``job`` is what a woman and what a man in it is called."""
    half = part(occupation)
    chance = random.Random(f"{SEED}:{occupation}:{language}")  # noqa: S311 - composes examples, keeps no secret
    layout = chance.choice(lists()["layouts"][language][half])
    past = chance.choice(lists()["past"][language][half])
    done = chance.sample(list(story), min(SENTENCES, len(story)))
    told = " ".join(f"{one.rstrip('. ')}." for one in done)
    sex, other = chance.sample(("woman", "man"), 2)
    one = anybody(chance, sex, half)
    two = anybody(chance, other, half, one.origin)
    same = anybody(chance, sex, half, one.origin)

    def written(who: Who) -> str:
        at = ("woman", "man").index(who.sex)
        return str(layout.format_map(_said(who, language) | {"story": told, "job": job[at], "past": past[at]}))

    return Twins(
        language=language,
        is_held=half == "held",
        text=written(one),
        swapped={"all": written(two), "names": written(same), "gender": written(replace(one, sex=other))},
    )


def with_contact(offer: Offer, language: str) -> Offer:
    """Return an ad that names somebody to ask, as ads do: what names could be found by."""
    chance = random.Random(f"{SEED}:{offer.id}")  # noqa: S311 - composes examples, keeps no secret
    who = anybody(chance, chance.choice(("woman", "man")), chance.choice(("developed", "held")))
    contact = lists()["contact"][language].format_map(_said(who, language))
    return replace(offer, text=f"{contact} {offer.text}")


def _said(who: Who, language: str) -> dict[str, str]:
    slug = fold(f"{who.first} {who.last}").replace(" ", ".")
    name = {"first": who.first, "last": who.last, "FIRST": who.first.upper(), "LAST": who.last.upper()}
    said: dict[str, str] = lists()["said"][language][who.sex]
    return said | name | {"mail": f"{slug}@example.org", "slug": slug}


@cache
def lists() -> dict[str, Any]:
    """Return names, words and layouts."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "judged/twins.json").read_text(encoding="utf-8"))
    return read
