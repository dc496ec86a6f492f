"""Deeds: statements reduced to what analytics asks of them. What cannot be read is left out, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skillspace.records.analytics.rules import AnalyticsRules, Reading
from skillspace.records.statements import NotAStatement, moment, target_of, voids

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?", re.ASCII)
_NEAR = ("parent", "grouping", "category", "other")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An activity, course or skill: its address, and its names by language."""

    id: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)

    def name(self, language: str) -> str:
        """Return its name in a language, else in another, else the end of its address."""
        close = (text for tag, text in self.names.items() if tag.lower().partition("-")[0] == language)
        found = next(close, None) or next(iter(self.names.values()), None)
        return found or self.id.rstrip("/").rpartition("/")[2] or self.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One thing somebody did. `verdict` is whether it went well, None where nobody judged; `due` until when it is to be
    done, `seconds` how long the tool says that it took."""

    id: str
    when: datetime
    activity: Thing
    course: Thing | None
    skills: tuple[Thing, ...]
    verdict: bool | None
    is_completed: bool
    is_attempt: bool
    seconds: float | None
    due: datetime | None


def read_deeds(statements: Iterable[object], rules: AnalyticsRules) -> tuple[Deed, ...]:
    """Return the deeds in statements, oldest first, each once: none that was voided, none by groups or without a
    moment, and none that is no statement about an activity.

    It makes no difference how statements are ordered or cut into batches, nor which of two that say different things
    under one id comes first. Statements are read one after the other, and not kept.
    """
    known: dict[str, Deed] = {}
    voided: set[str] = set()
    for one in statements:
        try:
            if not isinstance(one, dict):
                continue
            if voids(one):
                voided.add(str(target_of(one)))
                continue
            deed = _deed(one, rules.reading)
        except (NotAStatement, KeyError, TypeError, AttributeError, ValueError, OverflowError):
            continue
        if deed is not None:
            before = known.get(deed.id)
            known[deed.id] = deed if before is None else min(before, deed, key=repr)
    return tuple(sorted((one for key, one in known.items() if key not in voided), key=lambda one: (one.when, one.id)))


def _deed(statement: Mapping[str, Any], reading: Reading) -> Deed | None:
    target = statement["object"]
    if statement["actor"].get("objectType", "Agent") != "Agent" or target.get("objectType", "Activity") != "Activity":
        return None
    verb, result = statement["verb"]["id"], statement.get("result") or {}
    context = statement.get("context") or {}
    near = [*_activities(context.get("contextActivities") or {})]
    verdict = result.get("success")
    if type(verdict) is not bool:
        verdict = True if verb in reading.passed else False if verb in reading.failed else None
    return Deed(
        id=str(statement["id"]).lower(),
        when=moment(statement.get("timestamp") or statement.get("stored"), "timestamp"),
        activity=_thing(target),
        course=_thing(target) if _type(target) in reading.courses else _course(near, reading),
        skills=tuple({one["id"]: _thing(one) for one in (target, *near) if _is_skill(one, reading)}.values()),
        verdict=verdict,
        is_completed=result.get("completion") is True or verb in reading.completed,
        is_attempt=verb in reading.attempts,
        seconds=_seconds(result.get("duration")),
        due=_due(context.get("extensions") or {}, (target.get("definition") or {}).get("extensions") or {}, reading),
    )


def _activities(near: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in _NEAR:
        listed = near.get(name) or ()
        yield from [listed] if isinstance(listed, dict) else listed


def _type(activity: Mapping[str, Any]) -> str:
    return str((activity.get("definition") or {}).get("type", ""))


def _thing(activity: Mapping[str, Any]) -> Thing:
    names = (activity.get("definition") or {}).get("name") or {}
    return Thing(id=str(activity["id"]), names={str(tag): str(text) for tag, text in names.items()})


def _course(near: Iterable[Mapping[str, Any]], reading: Reading) -> Thing | None:
    return next((_thing(one) for one in near if _type(one) in reading.courses), None)


def _is_skill(activity: Mapping[str, Any], reading: Reading) -> bool:
    return _type(activity) in reading.skills or str(activity["id"]).startswith(reading.skill_addresses)


def _seconds(written: object) -> float | None:
    """Return how many seconds a duration is; None where it is none, or in months and years, which have no length."""
    found = _DURATION.fullmatch(written) if isinstance(written, str) else None
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _due(context: Mapping[str, Any], definition: Mapping[str, Any], reading: Reading) -> datetime | None:
    for name in reading.due:
        for said in (context.get(name), definition.get(name)):
            # Some profiles give a span; its end is what matters.
            last = said.get("end") if isinstance(said, dict) else said
            if isinstance(last, str):
                return moment(last if "T" in last else f"{last}T23:59:59Z", "due")
    return None
