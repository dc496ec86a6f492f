"""Invented learners, whose statements are made here so that what is true of them is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from skillspace.records.statements import written
from tests.conftest import NOON

NOW = NOON
ADL = "http://adlnet.gov/expapi/verbs/"
COURSE = {
    "id": "https://school.example/courses/fractions",
    "definition": {"type": "http://adlnet.gov/expapi/activities/course", "name": {"en": "Fractions", "sv": "Bråk"}},
}
SKILL = {"id": "http://data.europa.eu/esco/skill/sums", "definition": {"name": {"en": "do sums"}}}


def said(number: int, verb: str = "answered", *, ago: timedelta = timedelta(), **more: Any) -> dict[str, Any]:
    """One statement: `activity` its last part, `right` whether it went well, `done`, `lasted`, `course`, `skill`."""
    result: dict[str, Any] = {}
    if "right" in more:
        result["success"] = more["right"]
    if more.get("done"):
        result["completion"] = True
    if "lasted" in more:
        result["duration"] = more["lasted"]
    near: dict[str, Any] = {}
    if more.get("course", True):
        near["grouping"] = [COURSE]
    if more.get("skill"):
        near["other"] = [SKILL]
    context: dict[str, Any] = {"contextActivities": near}
    if "due" in more:
        context["extensions"] = {"https://w3id.org/japan-xapi/extensions/due-date": more["due"]}
    return {
        "id": str(UUID(int=number + 1)),
        "actor": {"account": {"homePage": "https://school.example", "name": "s-1"}},
        "verb": {"id": ADL + verb},
        "object": {"id": f"https://school.example/activities/{more.get('activity', 'one')}"},
        "result": result,
        "context": context,
        "timestamp": written(NOW - ago),
    }


def days(*ago: float, **more: Any) -> list[dict[str, Any]]:
    """A statement for each of some days ago."""
    return [said(100 + place, ago=timedelta(days=one), **more) for place, one in enumerate(ago)]
