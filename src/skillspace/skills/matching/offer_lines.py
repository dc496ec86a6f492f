"""Offers in JSON Lines, with the same members as the columns of Parquet (`Offer`); read strictly, line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.matching.collection import in_pieces
from skillspace.skills.matching.columns import Columns
from skillspace.skills.matching.model import Offer
from skillspace.skills.taxonomy.model import Need

_TEXTS = ("id", "kind", "title", "text", "occupation", "employer", "place", "currency")
_NUMBERS = ("latitude", "longitude", "salary_min", "salary_max", "hours")
_LISTS = ("languages", "licences")
_DAYS = ("opens", "closes")
_NEED = ("concept", "weight", "essential", "level", "proof")
MEMBERS = (*_TEXTS, *_NUMBERS, *_LISTS, *_DAYS, "remote", "education", "skills")


def read_offer_lines(path: Path) -> Iterator[Columns]:
    """Give the offers of a file, some at a time. Raises UnreadableFile, or BadInput naming the line."""
    try:
        with path.open("rb") as lines:
            numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
            yield from in_pieces(read_offer(line, number) for number, line in numbered)
    except OSError as fault:
        raise UnreadableFile(f"{path} cannot be read ({fault.strerror}).") from fault


def read_offer(line: bytes, number: int) -> Offer:
    """Return the offer of a line. Raises BadInput, naming the line and what in it is wrong."""
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {number} is not JSON ({fault}).") from fault
    try:
        return _offer(said)
    except (BadInput, TypeError, ValueError) as fault:
        raise BadInput(f"Line {number}: {getattr(fault, 'message', fault)}") from fault


def _offer(said: Any) -> Offer:
    if not isinstance(said, dict) or not isinstance(said.get("id"), str) or not said["id"]:
        raise BadInput('an offer is an object with an "id", a text.')
    unknown = sorted(said.keys() - set(MEMBERS))
    if unknown:
        raise BadInput(f"an offer has no {unknown[0]!r}; there is {', '.join(MEMBERS)}.")
    read: dict[str, Any] = {name: _of(said[name], name) for name in MEMBERS if said.get(name) is not None}
    skills = read.pop("skills", [])
    latitude, longitude = read.pop("latitude", None), read.pop("longitude", None)
    if (latitude is None) != (longitude is None):
        raise BadInput("a latitude needs its longitude, and a longitude its latitude.")
    usual = {entry.name: entry.default for entry in fields(Offer)}
    return Offer(
        **{"occupation": None} | {name: value for name, value in read.items() if name in usual},
        where=None if latitude is None else (latitude, longitude),
        needs=tuple((one["concept"], one["weight"], one["essential"]) for one in skills),
        levels=tuple((one["concept"], one["level"]) for one in skills if one["level"] is not None),
        proofs=tuple((one["concept"], one["proof"]) for one in skills if one["proof"] is not None),
    )


def _of(value: Any, name: str) -> Any:
    fits, read = _KINDS[name]
    if not fits(value):
        raise BadInput(f"{name} cannot be {str(value)[:60]!r}.")
    return read(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_KINDS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    **dict.fromkeys(_TEXTS, (lambda value: isinstance(value, str), str)),
    **dict.fromkeys(_NUMBERS, (_is_number, float)),
    **dict.fromkeys(_LISTS, (_is_texts, tuple)),
    **dict.fromkeys(_DAYS, (lambda value: isinstance(value, str), dt.date.fromisoformat)),
    "remote": (lambda value: isinstance(value, bool), bool),
    "education": (lambda value: _is_number(value) and isinstance(value, int), int),
    "skills": (lambda value: isinstance(value, list), lambda value: [_need(one) for one in value]),
}


def _need(said: Any) -> dict[str, Any]:
    one = {"concept": said} if isinstance(said, str) else said
    if not isinstance(one, dict) or not isinstance(one.get("concept"), str):
        raise BadInput(f"a skill is a concept, or an object with a concept, not {str(said)[:60]!r}.")
    unknown = sorted(one.keys() - set(_NEED))
    if unknown:
        raise BadInput(f"a skill has no {unknown[0]!r}; there is {', '.join(_NEED)}.")
    weight, essential = one.get("weight", 1.0), one.get("essential", True)
    if not _is_number(weight) or not isinstance(essential, bool):
        raise BadInput("the weight of a skill is a number, and essential is true or false.")
    for name in ("level", "proof"):
        if one.get(name) is not None and (not isinstance(one[name], int) or isinstance(one[name], bool)):
            raise BadInput(f"the {name} of a skill is a whole number.")
    need = Need.ESSENTIAL if essential else Need.OPTIONAL
    return {
        "concept": one["concept"],
        "weight": float(weight),
        "essential": need,
        "level": one.get("level"),
        "proof": one.get("proof"),
    }
