"""People as they come to be matched, one JSON object each: read strictly, so that a typing error is no silent wish."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching.conditions import ALWAYS, NO_WISHES, Wishes
from skillspace.skills.matching.model import Condition, PersonSkill

MOST_SKILLS = 20_000
MOST_TEXT = 200_000


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody to match: skills, a text (a CV, a story), occupations they had, one they aim at, and wishes.

    ``id`` comes back with the answer; ``sources`` says for a skill who proves it, in the words of whoever asked.
    """

    id: object = None
    skills: tuple[PersonSkill, ...] = ()
    sources: Mapping[str, str] | None = None
    text: str = ""
    occupations: tuple[str, ...] = ()
    aim: str | None = None
    wishes: Wishes = NO_WISHES


def read_person(line: bytes, number: int) -> Person:
    """Return the person of a line ``{"id", "skills", "text", "occupations", "aim", "wishes"}``.

    All but ``id`` may be absent. A skill is a concept, or ``{"concept", "validation", "level", "years_since",
    "source"}``. Raises BadInput, naming the line and what in it is wrong.
    """
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {number} is not JSON ({fault}); nothing after it was answered.") from fault
    if not isinstance(said, dict) or "id" not in said:
        raise BadInput(f'Line {number} is not an object with an "id"; nothing after it was answered.')
    try:
        return _person(said)
    except BadInput as fault:
        raise BadInput(f"Line {number}: {fault.message}") from fault


def _person(said: dict[str, Any]) -> Person:
    _known(said, ("id", "skills", "text", "occupations", "aim", "wishes"), "A person")
    skills = said.get("skills") or []
    if not isinstance(skills, list) or len(skills) > MOST_SKILLS:
        raise BadInput(f"skills is a list of at most {MOST_SKILLS} skills.")
    read = [_skill(skill) for skill in skills]
    text = said.get("text") or ""
    if not isinstance(text, str) or len(text) > MOST_TEXT:
        raise BadInput(f"text is a string of at most {MOST_TEXT} letters.")
    aim = said.get("aim")
    if aim is not None and not isinstance(aim, str):
        raise BadInput("aim is the URI of an occupation.")
    return Person(
        id=said["id"],
        skills=tuple(skill for skill, _ in read),
        sources={skill.uri: source for skill, source in read if source},
        text=text,
        occupations=tuple(_texts(said.get("occupations"), "occupations")),
        aim=aim,
        wishes=_wishes(said.get("wishes") or {}),
    )


def _skill(said: object) -> tuple[PersonSkill, str]:
    if isinstance(said, str):
        return PersonSkill(uri=said), ""
    if not isinstance(said, dict) or not isinstance(said.get("concept"), str):
        raise BadInput(f"a skill is a concept, or an object with a concept, not {str(said)[:80]!r}.")
    _known(said, ("concept", "validation", "level", "years_since", "source"), "A skill")
    validation, level = _whole(said, "validation"), _whole(said, "level")
    source = said.get("source") or ""
    if not isinstance(source, str):
        raise BadInput("the source of a skill is a text.")
    skill = PersonSkill(
        uri=said["concept"],
        validation=1 if validation is None else validation,
        reached=level,
        years_since=_number(said, "years_since"),
    )
    return skill, source


def _wishes(said: object) -> Wishes:
    if not isinstance(said, dict):
        raise BadInput("wishes is an object.")
    _known(said, (*_WISHES, "salary", "currency"), "Wishes")
    read: dict[str, Any] = {name: how(said[name], name) for name, how in _WISHES.items() if said.get(name) is not None}
    if said.get("salary") is not None or said.get("currency") is not None:
        read |= {"salary": _number(said, "salary"), "currency": said.get("currency")}
        if not isinstance(read["currency"], str):
            raise BadInput("a salary needs its currency.")
    return Wishes(**read) if read else NO_WISHES


def _set(said: object, name: str) -> frozenset[str]:
    return frozenset(_texts(said, name))


def _day(said: object, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(str(said))
    except ValueError as fault:
        raise BadInput(f"{name} is a day such as 2026-11-30, not {str(said)[:40]!r}.") from fault


def _numbers(said: object, name: str) -> tuple[float, ...]:
    wanted = {"near": 3, "hours": 2}[name]
    if not isinstance(said, list) or len(said) != wanted or not all(_is_number(one) for one in said):
        raise BadInput(f"{name} is a list of {wanted} numbers.")
    return tuple(float(one) for one in said)


def _level(said: object, name: str) -> int:
    if not isinstance(said, int) or isinstance(said, bool):
        raise BadInput(f"{name} is a level from 1 to 8.")
    return said


def _flag(said: object, name: str) -> bool:
    if not isinstance(said, bool):
        raise BadInput(f"{name} is true or false.")
    return said


def _conditions(said: object, name: str) -> frozenset[Condition]:
    try:
        return ALWAYS | {Condition(one) for one in _texts(said, name)}
    except ValueError as fault:
        raise BadInput(f"{name} names conditions: {', '.join(Condition)}.") from fault


_WISHES: dict[str, Callable[[object, str], object]] = {
    "kinds": _set,
    "on": _day,
    "places": _set,
    "near": _numbers,
    "remote": _flag,
    "languages": _set,
    "licences": _set,
    "education": _level,
    "hours": _numbers,
    "must": _conditions,
}


def _known(said: Mapping[str, Any], names: Collection[str], whose: str) -> None:
    unknown = sorted(said.keys() - set(names))
    if unknown:
        raise BadInput(f"{whose} has no {unknown[0]!r}; there is {', '.join(names)}.")


def _texts(said: object, name: str) -> list[str]:
    if said is None:
        return []
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise BadInput(f"{name} is a list of texts.")
    return said


def _whole(said: Mapping[str, Any], name: str) -> int | None:
    number = said.get(name)
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise BadInput(f"{name} is a whole number, not {str(number)[:40]!r}.")
    return number


def _number(said: Mapping[str, Any], name: str) -> float | None:
    number = said.get(name)
    if number is not None and not _is_number(number):
        raise BadInput(f"{name} is a number, not {str(number)[:40]!r}.")
    return number


def _is_number(said: object) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said)
