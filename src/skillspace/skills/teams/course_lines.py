"""Courses as lines of JSON for a team's plan: what they teach, at which price, with how many hours, and when."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput
from skillspace.skills.planning import Ability, Session, Training
from skillspace.skills.tables import Find

MEMBERS = ("id", "teaches", "price", "currency", "hours", "starts", "ends", "own")
MOST_TAUGHT = 300


def read_training(line: bytes, number: int, find: Find) -> tuple[Training, bool]:
    """Return the course of a line ``{"id", "teaches", "price", "currency", "hours", "starts", "ends", "own"}`` and
    whether it is the organisation's own. Raises BadInput, naming the line and what in it is wrong.

    What is taught is a concept, or ``{"concept", "level"}``; all but ``id`` and ``teaches`` may be absent.
    """
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {number} is not JSON ({fault}).") from fault
    try:
        return _training(said, find)
    except BadInput as fault:
        raise BadInput(f"Line {number}: {fault.message}") from fault


def _training(said: Any, find: Find) -> tuple[Training, bool]:
    if not isinstance(said, dict) or not isinstance(said.get("id"), str) or not said["id"]:
        raise BadInput('a course is an object with an "id", a text.')
    if unknown := sorted(said.keys() - set(MEMBERS)):
        raise BadInput(f"a course has no {unknown[0][:60]!r}; there is {', '.join(MEMBERS)}.")
    taught = said.get("teaches")
    if not isinstance(taught, list) or len(taught) > MOST_TAUGHT:
        raise BadInput(f"teaches is a list of at most {MOST_TAUGHT} concepts.")
    price, hours, is_own = _amount(said, "price"), _amount(said, "hours"), said.get("own", False)
    currency = said.get("currency", "EUR")
    if not isinstance(currency, str) or not isinstance(is_own, bool):
        raise BadInput("currency is a text, and own is true or false.")
    starts, ends = _day(said, "starts"), _day(said, "ends")
    training = Training(
        id=said["id"],
        teaches=tuple(_ability(one, find) for one in taught),
        price=None if price is None else Decimal(str(price)),
        currency=currency,
        hours=hours,
        sessions=(Session(starts=starts, ends=ends),) if starts and ends else (),
    )
    return training, is_own


def _ability(said: object, find: Find) -> Ability:
    stated = {"concept": said} if isinstance(said, str) else said
    if (
        not isinstance(stated, dict)
        or not isinstance(stated.get("concept"), str)
        or stated.keys() - {"concept", "level"}
    ):
        raise BadInput(f"what is taught is a concept, or an object with a concept and a level, not {str(said)[:80]!r}.")
    level = stated.get("level")
    if level is not None and (not isinstance(level, int) or isinstance(level, bool)):
        raise BadInput(f"the level of {stated['concept'][:100]} is a whole number.")
    if (uri := find(stated["concept"])) is None:
        raise BadInput(f"no taxonomy here has a skill called {stated['concept'][:100]!r}.")
    return Ability(uri=uri, level=level)


def _amount(said: dict[str, Any], name: str) -> float | None:
    amount = said.get(name)
    if amount is not None and (isinstance(amount, bool) or not isinstance(amount, int | float)):
        raise BadInput(f"{name} is a number, not {str(amount)[:40]!r}.")
    return amount


def _day(said: dict[str, Any], name: str) -> dt.date | None:
    if said.get(name) is None:
        return None
    try:
        return dt.date.fromisoformat(str(said[name]))
    except ValueError as fault:
        raise BadInput(f"{name} is a day such as 2026-11-30, not {str(said[name])[:40]!r}.") from fault
