"""The command `skillspace team`: an org chart and people in; what is covered, who fits where and what to learn out."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, TypeVar

import orjson
import typer

from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder
from skillspace.skills.answering import Answers
from skillspace.skills.matching.people import read_person
from skillspace.skills.planning import Catalogue
from skillspace.skills.ranking import USUAL, Policy
from skillspace.skills.tables import Finder
from skillspace.skills.teams import Member, Standing, read_chart, read_training
from skillspace.skills.teams.answers import Courses, answered

app = typer.Typer()
Read = TypeVar("Read")


@app.command()
def team(
    chart: Annotated[Path, typer.Option(help="The org chart: a table (CSV) or JSON.")],
    people: Annotated[Path, typer.Option(help="The people, as JSON Lines, like those of “skillspace match”.")],
    courses: Annotated[Path | None, typer.Option(help="Courses they could take, as JSON Lines.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only the roles of this unit and its parts.")] = None,
    policy: Annotated[Path | None, typer.Option(help="The ranking policy, as JSON.")] = None,
    budget: Annotated[
        str | None, typer.Option(help="What all courses may cost; those without a price then drop out.")
    ] = None,
    currency: Annotated[str, typer.Option(help="The currency of the budget.")] = "EUR",
    hours: Annotated[float | None, typer.Option(help="How many hours all courses may take.")] = None,
    most: Annotated[int, typer.Option(min=1, max=20, help="How many courses at most.")] = 5,
    earliest: Annotated[
        str | None, typer.Option("--from", help="No course starts before this day; today if none is given.")
    ] = None,
) -> None:
    """Say what a team covers of its roles, who fits where, and which courses close most of what it lacks: JSON."""
    answers = Answers(home_folder())
    find = Finder(answers.taxonomies)
    wanted = read_chart(_bytes(chart), find)
    trainings = _lines(courses, lambda line, number: read_training(line, number, find)) if courses else []
    rules = Policy.of_json(_json(policy)) if policy else USUAL
    members = _lines(people, _member)
    asked = Courses(
        trainings=[training for training, _ in trainings],
        own=frozenset(training.id for training, is_own in trainings if is_own),
        earliest=_day(earliest) if earliest else dt.datetime.now(dt.UTC).date(),
        budget=_money(budget) if budget else None,
        currency=currency,
        hours=hours,
        most=most,
    )
    standing = Standing.of(wanted.within(unit) if unit else wanted, members, answers.taxonomies, rules)
    told = answered(standing, Catalogue.build(asked.trainings, answers.taxonomies), asked)
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))


def _member(line: bytes, number: int) -> Member:
    person = read_person(line, number)
    return Member(id=str(person.id), skills=person.skills)


def _lines(place: Path, read: Callable[[bytes, int], Read]) -> list[Read]:
    return [read(line, number) for number, line in enumerate(_bytes(place).splitlines(), 1) if line.strip()]


def _bytes(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as fault:
        raise BadInput(f"{place} cannot be read ({fault.strerror}).") from fault


def _json(place: Path) -> object:
    try:
        return orjson.loads(_bytes(place))
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"{place}, line {fault.lineno}: not JSON ({fault.msg}).") from fault


def _money(said: str) -> Decimal:
    try:
        return Decimal(said)
    except InvalidOperation as fault:
        raise BadInput(f"{said!r} is no amount; write a number such as 1200.50.") from fault


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError as fault:
        raise BadInput(f"{said!r} is no day; write one such as 2026-11-30.") from fault
