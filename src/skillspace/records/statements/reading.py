"""Reading statements strictly: what xAPI does not allow is refused with the place and the reason (xAPI §2.2, §2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from skillspace.records.statements.activities import check_activity, check_extensions, check_verb
from skillspace.records.statements.actors import check_actor, check_agent, check_authority, check_group
from skillspace.records.statements.values import (
    NotAStatement,
    duration,
    iri,
    language,
    language_map,
    mapping,
    media_type,
    members,
    moment,
    needed,
    sequence,
    sha2,
    text,
    uuid,
    written,
    wrong,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
MAX_STATEMENTS = 1000
"""How many statements come in one request at most; our own bound."""


class Version(StrEnum):
    """The versions of xAPI spoken here, each by its newest patch."""

    V1_0 = "1.0.3"
    V2_0 = "2.0.0"


@dataclass(frozen=True)
class _Rules:
    """What is different from version to version."""

    #: The versions a statement may say it is of.
    versions: re.Pattern[str]
    context: frozenset[str]
    needs_offset: bool
    in_utc: bool


_CONTEXT = frozenset(
    {
        "registration",
        "instructor",
        "team",
        "contextActivities",
        "revision",
        "platform",
        "language",
        "statement",
        "extensions",
    }
)
_RULES = {
    Version.V1_0: _Rules(versions=re.compile(r"1\.0(\.[0-9]+)?"), context=_CONTEXT, needs_offset=False, in_utc=False),
    Version.V2_0: _Rules(
        versions=re.compile(r"[12]\.0(\.[0-9]+)?"),
        context=_CONTEXT | {"contextAgents", "contextGroups"},
        needs_offset=True,
        in_utc=True,
    ),
}
_SUBSTATEMENT = frozenset({"actor", "verb", "object", "result", "context", "timestamp", "attachments", "objectType"})
_STATEMENT = (_SUBSTATEMENT - {"objectType"}) | {"id", "stored", "authority", "version"}
_RESULT = frozenset({"score", "success", "completion", "response", "duration", "extensions"})
_SCORE = frozenset({"scaled", "raw", "min", "max"})
_ATTACHMENT = frozenset({"usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"})
_REFERENCE = frozenset({"objectType", "id"})
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")
_CONTEXT_ACTIVITIES = frozenset(CONTEXT_ACTIVITIES)


def read_json(body: bytes, where: str = "the request") -> Any:
    """Return what JSON says (RFC 8259, in UTF-8); raise NotAStatement."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise wrong(where, f"this is no JSON: {str(fault)[:100]}") from None


def read_statements(content: object, version: Version) -> list[dict[str, Any]]:
    """Return the statements in what came in, one or an array of them, each checked; raise NotAStatement.

    Nothing is changed but what the version wants changed: single context activities become arrays, and from 2.0 on
    timestamps are in UTC.
    """
    listed = content if isinstance(content, list) else [content]
    if len(listed) > MAX_STATEMENTS:
        raise NotAStatement(
            f"At most {MAX_STATEMENTS} statements come in one request; send the others in further ones."
        )
    checked = [read_statement(one, version, f"statement {place + 1}") for place, one in enumerate(listed)]
    ids = [one["id"].lower() for one in checked if "id" in one]
    if len(set(ids)) != len(ids):
        raise NotAStatement("Two statements of this request have the same id.")
    return checked


def read_statement(content: object, version: Version, where: str = "statement") -> dict[str, Any]:
    """Return one statement, checked; raise NotAStatement. See `read_statements` for what is changed in it."""
    rules = _RULES[version]
    found = members(content, where, _STATEMENT)
    if "id" in found:
        uuid(found["id"], f"{where}.id")
    if "stored" in found:
        moment(found["stored"], f"{where}.stored")
    if "authority" in found:
        check_authority(found["authority"], f"{where}.authority")
    if "version" in found and rules.versions.fullmatch(text(found["version"], f"{where}.version")) is None:
        raise wrong(f"{where}.version", "this version is not known here")
    _check_deed(found, where, rules, _OBJECTS)
    if found["verb"]["id"] == VOIDED and kind_of(found["object"]) != "StatementRef":
        raise wrong(f"{where}.object", "what voids a statement refers to it with a StatementRef")
    return found


def kind_of(target: Mapping[str, Any]) -> str:
    """Return what kind of object a statement has; an activity needs not say that it is one."""
    return str(target.get("objectType", "Activity"))


def _check_deed(found: Any, where: str, rules: _Rules, objects: Mapping[str, _Check]) -> None:
    """Check what statements and statements within statements have in common."""
    needed(found, where, "actor", "verb", "object")
    check_actor(found["actor"], f"{where}.actor")
    check_verb(found["verb"], f"{where}.verb")
    target = mapping(found["object"], f"{where}.object")
    kind = target.get("objectType", "Activity")
    check = objects.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise wrong(f"{where}.object.objectType", f"this must be one of {', '.join(objects)}")
    check(target, f"{where}.object", rules)
    if "result" in found:
        _check_result(found["result"], f"{where}.result")
    if "context" in found:
        _check_context(found["context"], f"{where}.context", rules)
        if kind != "Activity":
            for name in ("revision", "platform"):
                if name in found["context"]:
                    raise wrong(f"{where}.context.{name}", "only a statement about an activity has this")
    if "timestamp" in found:
        when = moment(found["timestamp"], f"{where}.timestamp", needs_offset=rules.needs_offset)
        if rules.in_utc:
            found["timestamp"] = written(when)
    if "attachments" in found:
        for place, one in enumerate(sequence(found["attachments"], f"{where}.attachments")):
            _check_attachment(one, f"{where}.attachments[{place}]")


def _check_substatement(value: object, where: str, rules: _Rules) -> None:
    found = members(value, where, _SUBSTATEMENT)
    _check_deed(found, where, rules, _INNER_OBJECTS)


def _check_reference(value: object, where: str, _rules: _Rules | None = None) -> None:
    found = members(value, where, _REFERENCE)
    needed(found, where, "objectType", "id")
    if found["objectType"] != "StatementRef":
        raise wrong(f"{where}.objectType", "this must be StatementRef")
    uuid(found["id"], f"{where}.id")


_Check = Callable[[object, str, _Rules], None]
#: What an object inside a statement within a statement may be, and how it is checked.
_INNER_OBJECTS: dict[str, _Check] = {
    "Activity": lambda value, where, _: check_activity(value, where),
    "Agent": lambda value, where, _: check_agent(value, where),
    "Group": lambda value, where, _: check_group(value, where),
    "StatementRef": _check_reference,
}
_OBJECTS: dict[str, _Check] = {**_INNER_OBJECTS, "SubStatement": _check_substatement}


def _check_result(value: object, where: str) -> None:
    found = members(value, where, _RESULT)
    for name in ("success", "completion"):
        if name in found and type(found[name]) is not bool:
            raise wrong(f"{where}.{name}", "this must be true or false")
    if "response" in found:
        text(found["response"], f"{where}.response")
    if "duration" in found:
        duration(found["duration"], f"{where}.duration")
    if "score" in found:
        _check_score(found["score"], f"{where}.score")
    if "extensions" in found:
        check_extensions(found["extensions"], f"{where}.extensions")


def _check_score(value: object, where: str) -> None:
    found = members(value, where, _SCORE)
    for name, number in found.items():
        if type(number) not in (int, float):
            raise wrong(f"{where}.{name}", "this must be a number")
    if not -1 <= found.get("scaled", 0) <= 1:
        raise wrong(f"{where}.scaled", "this must be from -1 to 1")
    if "min" in found and "max" in found and found["min"] >= found["max"]:
        raise wrong(f"{where}.min", "this must be less than max")
    raw = found.get("raw")
    if raw is not None and not found.get("min", raw) <= raw <= found.get("max", raw):
        raise wrong(f"{where}.raw", "this must lie between min and max")


def _check_context(value: object, where: str, rules: _Rules) -> None:
    found = members(value, where, rules.context)
    if "registration" in found:
        uuid(found["registration"], f"{where}.registration")
    if "instructor" in found:
        check_actor(found["instructor"], f"{where}.instructor")
    if "team" in found:
        check_group(found["team"], f"{where}.team")
    if "contextActivities" in found:
        _check_context_activities(found["contextActivities"], f"{where}.contextActivities")
    for name in ("revision", "platform"):
        if name in found:
            text(found[name], f"{where}.{name}")
    if "language" in found:
        language(found["language"], f"{where}.language")
    if "statement" in found:
        _check_reference(found["statement"], f"{where}.statement")
    if "extensions" in found:
        check_extensions(found["extensions"], f"{where}.extensions")
    for name, part, check in (("contextAgents", "agent", check_agent), ("contextGroups", "group", check_group)):
        if name in found:
            for place, one in enumerate(sequence(found[name], f"{where}.{name}")):
                _check_companion(one, f"{where}.{name}[{place}]", part, check)


def _check_companion(value: object, where: str, part: str, check: Callable[[object, str], None]) -> None:
    found = members(value, where, frozenset({"objectType", part, "relevantTypes"}))
    needed(found, where, "objectType", part)
    if found["objectType"] != f"context{part.capitalize()}":
        raise wrong(f"{where}.objectType", f"this must be context{part.capitalize()}")
    check(found[part], f"{where}.{part}")
    if "relevantTypes" in found:
        types = sequence(found["relevantTypes"], f"{where}.relevantTypes")
        if not types:
            raise wrong(f"{where}.relevantTypes", "this must name a type, or be left out")
        for place, one in enumerate(types):
            iri(one, f"{where}.relevantTypes[{place}]")


def _check_context_activities(value: object, where: str) -> None:
    found = members(value, where, _CONTEXT_ACTIVITIES)
    for name, content in found.items():
        listed: Sequence[object] = content if isinstance(content, list) else [content]
        for place, one in enumerate(listed):
            check_activity(one, f"{where}.{name}[{place}]")
        found[name] = listed


def _check_attachment(value: object, where: str) -> None:
    found = members(value, where, _ATTACHMENT)
    needed(found, where, "usageType", "display", "contentType", "length", "sha2")
    iri(found["usageType"], f"{where}.usageType")
    for name in ("display", "description"):
        if name in found:
            language_map(found[name], f"{where}.{name}")
    media_type(found["contentType"], f"{where}.contentType")
    length = found["length"]
    if type(length) is not int or length < 0:
        raise wrong(f"{where}.length", "this must be a number of bytes")
    sha2(found["sha2"], f"{where}.sha2")
    if "fileUrl" in found:
        iri(found["fileUrl"], f"{where}.fileUrl")
