"""What readers of statements may ask for, and a page of what they get (xAPI 1.0.3 part 3 §2.1.3; 2.0 §4.1.6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from skillspace.records.statements import (
    Attachment,
    By,
    NotAStatement,
    check_actor,
    identity,
    iri,
    mark,
    moment,
    read_json,
    uuid,
)

PAGE = 100
"""How many statements one answer holds at most."""
LONGEST_LIMIT = 9
ONE = frozenset({"statementId", "voidedStatementId"})
BESIDE_ONE = frozenset({"format", "attachments"})
PARAMETERS = (
    ONE
    | BESIDE_ONE
    | {
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "ascending",
        "more",
    }
)


class Format(StrEnum):
    """How statements are handed out."""

    EXACT = "exact"
    IDS = "ids"
    CANONICAL = "canonical"


@dataclass(frozen=True, kw_only=True)
class Query:
    """One question: statements stored after `since` and up to `until`, from `more` on, which have of each of the
    `marks` one of its spellings."""

    marks: tuple[tuple[bytes, ...], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int = PAGE
    ascending: bool = False
    more: int | None = None
    format: Format = Format.EXACT
    attachments: bool = False
    #: The one statement asked for, and whether as one that was voided.
    one: str | None = None
    voided: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """Statements as JSON, as they are stored; `next` is where the following page begins, if there is one."""

    statements: list[bytes]
    attachments: list[Attachment]
    next: int | None = None
    #: When the one statement asked for was stored.
    stored: datetime | None = None


def read_query(asked: Mapping[str, str]) -> Query:
    """Return the question that parameters ask; raise NotAStatement naming the one that cannot be."""
    if ONE & asked.keys():
        if len(ONE & asked.keys()) > 1 or asked.keys() - ONE - BESIDE_ONE:
            raise NotAStatement("Beside statementId or voidedStatementId only format and attachments may be asked for.")
        name = next(iter(ONE & asked.keys()))
        return Query(
            one=uuid(asked[name], name).lower(),
            voided=name == "voidedStatementId",
            format=_format(asked),
            attachments=truth(asked, "attachments"),
        )
    limit = number(asked, "limit")
    return Query(
        marks=tuple(_marks(asked)),
        since=when(asked, "since"),
        until=when(asked, "until"),
        limit=min(limit or PAGE, PAGE),
        ascending=truth(asked, "ascending"),
        more=number(asked, "more"),
        format=_format(asked),
        attachments=truth(asked, "attachments"),
    )


def read_agent(text: str) -> Mapping[str, Any]:
    """Return the agent or identified group that a parameter holds as JSON; raise NotAStatement."""
    actor: Mapping[str, Any] = read_json(text.encode("utf-8", "replace"), "agent")
    check_actor(actor, "agent")
    return actor


def known_as(text: str) -> str:
    """Return what the agent in a parameter is known by; raise NotAStatement."""
    who = identity(read_agent(text))
    if who is None:
        raise NotAStatement("agent: a group without an identifier cannot be looked for.")
    return who


def truth(asked: Mapping[str, str], name: str) -> bool:
    """Return a parameter that is true or false, and false where it is missing; raise NotAStatement."""
    value = asked.get(name, "false")
    if value not in ("true", "false"):
        raise NotAStatement(f"{name}: this must be true or false.")
    return value == "true"


def number(asked: Mapping[str, str], name: str) -> int | None:
    """Return a parameter that is a whole number from zero on, or None; raise NotAStatement."""
    value = asked.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()) or len(value) > LONGEST_LIMIT * 2:
        raise NotAStatement(f"{name}: this must be a whole number, 0 or more.")
    return int(value)


def when(asked: Mapping[str, str], name: str) -> datetime | None:
    """Return a parameter that is a timestamp, or None; raise NotAStatement.

    A plus sign that was not written as %2B arrives as a space.
    """
    value = asked.get(name)
    if value is None:
        return None
    return moment(value.replace(" ", "+") if "T" in value else value, name)


def everywhere(who: str) -> tuple[bytes, ...]:
    """Return the marks of statements that name an agent (`identity`) in whatever part."""
    return mark(By.AGENT, who), mark(By.RELATED_AGENT, who)


def _marks(asked: Mapping[str, str]) -> Iterator[tuple[bytes, ...]]:
    related_agents, related_activities = truth(asked, "related_agents"), truth(asked, "related_activities")
    if "agent" in asked:
        who = known_as(asked["agent"])
        yield everywhere(who) if related_agents else (mark(By.AGENT, who),)
    if "verb" in asked:
        yield (mark(By.VERB, iri(asked["verb"], "verb")),)
    if "activity" in asked:
        what = iri(asked["activity"], "activity")
        near = mark(By.ACTIVITY, what)
        yield (near, mark(By.RELATED_ACTIVITY, what)) if related_activities else (near,)
    if "registration" in asked:
        yield (mark(By.REGISTRATION, uuid(asked["registration"], "registration").lower()),)


def _format(asked: Mapping[str, str]) -> Format:
    value = asked.get("format", Format.EXACT)
    if value not in tuple(Format):
        raise NotAStatement(f"format: this must be one of {', '.join(Format)}.")
    return Format(value)
