"""What a statement can be found by: its agents, verb, activities and registration, near and far (xAPI §4.1.6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from skillspace.records.statements.actors import identity
from skillspace.records.statements.reading import CONTEXT_ACTIVITIES, VOIDED, kind_of


class By(StrEnum):
    """What is looked for. A statement that is near to somebody or something (they act, it is about them) has the first
    mark, one that names them anywhere else the related one: who wants both looks for either."""

    AGENT = "agent"
    RELATED_AGENT = "related agent"
    VERB = "verb"
    ACTIVITY = "activity"
    RELATED_ACTIVITY = "related activity"
    REGISTRATION = "registration"


_BEGINNINGS = {by: f"{by}\n".encode() for by in By}


def mark(by: By, value: str) -> bytes:
    """Return the mark something is looked for by: 16 bytes, the same for the same thing and for nothing else."""
    return blake2b(_BEGINNINGS[by] + value.encode(), digest_size=16).digest()


def marks(statement: Mapping[str, Any]) -> set[bytes]:
    """Return every mark that a statement itself is found by; those of what it refers to come on top."""
    found = {mark(By.VERB, statement["verb"]["id"])}
    registration = statement.get("context", {}).get("registration")
    if registration is not None:
        found.add(mark(By.REGISTRATION, registration.lower()))
    target = statement["object"]
    kind = kind_of(target)
    acting = set(_known(statement["actor"], *([target] if kind in ("Agent", "Group") else [])))
    about = {target["id"]} if kind == "Activity" else set()
    found.update(mark(By.AGENT, one) for one in acting)
    found.update(mark(By.RELATED_AGENT, one) for one in agents(statement) - acting)
    found.update(mark(By.ACTIVITY, one) for one in about)
    found.update(mark(By.RELATED_ACTIVITY, one) for one in {one["id"] for one in activities(statement)} - about)
    return found


def agents(statement: Mapping[str, Any]) -> set[str]:
    """Return everybody a statement names, as `identity` does: who acts, teaches, belongs to a group or vouches."""
    return set(_agents(statement))


def activities(statement: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return every activity in a statement, those of its context and of a statement within it too."""
    target = statement["object"]
    if kind_of(target) == "Activity":
        yield target
    elif kind_of(target) == "SubStatement":
        yield from activities(target)
    near = statement.get("context", {}).get("contextActivities", {})
    for name in CONTEXT_ACTIVITIES:
        yield from near.get(name, ())


def target_of(statement: Mapping[str, Any]) -> str | None:
    """Return the id of the statement that this one refers to, in small letters, or None."""
    target = statement["object"]
    return str(target["id"]).lower() if kind_of(target) == "StatementRef" else None


def voids(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement is there to void another."""
    return bool(statement["verb"]["id"] == VOIDED)


def _agents(statement: Mapping[str, Any]) -> Iterator[str]:
    context = statement.get("context", {})
    yield from _known(
        statement["actor"],
        *(statement[name] for name in ("authority",) if name in statement),
        *(context[name] for name in ("instructor", "team") if name in context),
        *(one["agent"] for one in context.get("contextAgents", ())),
        *(one["group"] for one in context.get("contextGroups", ())),
    )
    target = statement["object"]
    if kind_of(target) in ("Agent", "Group"):
        yield from _known(target)
    elif kind_of(target) == "SubStatement":
        yield from _agents(target)


def _known(*actors: Mapping[str, Any]) -> Iterator[str]:
    """Who these agents and groups are, the members of groups among them."""
    for actor in actors:
        who = identity(actor)
        if who is not None:
            yield who
        for one in actor.get("member", ()):
            member = identity(one)
            if member is not None:
                yield member
