"""SCORM 1.2 and SCORM 2004: what a learner's run of a content object left behind (the CMI data model).

Three ways in which platforms export it are read: one object or row for each run with elements as names
(``cmi.core.lesson_status`` or ``cmi.success_status``), the same nested, and a row for each element (columns `element`
and `value`, as Moodle keeps them).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.records.traces.making import (
    account,
    activity,
    address,
    duration_of,
    moment_of,
    score_of,
    statement,
    uuid_of,
    verb,
)
from skillspace.records.traces.source import Json, Origin, Source, Statement
from skillspace.records.traces.trace import Trace

_LEARNER = ("cmi.core.student_id", "cmi.learner_id", "student_id", "learner_id", "learner", "userid", "user_id", "user")
_CONTENT = ("identifierref", "sco", "scoid", "sco_id", "identifier", "activity")
_ATTEMPT = ("attempt", "attempt_number")
_WHEN = ("timestamp", "timemodified", "date")
_SPAN = re.compile(r"(\d{2,4}):(\d\d):(\d\d(?:\.\d{1,2})?)")
_ABBREVIATED = {"t": "true-false", "c": "choice", "f": "fill-in", "m": "matching", "p": "performance",
                "s": "sequencing", "l": "likert", "n": "numeric"}  # fmt: skip
MAX_PARTS = 1000
"""Interactions, and objectives, of one run that are read, at most."""


def run_of(row: Json) -> tuple[object, ...] | None:
    """Tell which run a row for one element belongs to; None for what is a run by itself."""
    return tuple(_about(row).values()) if "element" in row and "value" in row else None


def records(found: Iterable[Json]) -> Iterator[Json]:
    """Give one flat record a run: nested objects are flattened, rows of the same run that stand together are joined."""
    run: dict[str, object] = {}
    key: tuple[object, ...] | None = None
    for one in found:
        of = run_of(one)
        if of is None:
            yield dict(_flat(one, ""))
            continue
        if of != key:
            if run:
                yield run
            key, run = of, _about(one)
        run[str(one["element"])] = one["value"]
        run.update({name: one[name] for name in _WHEN if one.get(name)})
    if run:
        yield run


def read(run: Trace, origin: Origin) -> Iterator[Statement]:
    """Give the statement of a run, and one of each question answered and each objective in it."""
    learner = run.first(*_LEARNER)
    content = run.first(*_CONTENT)
    if learner is None or content is None:
        raise BadInput("This run does not say whose it is, or of what (columns learner and sco).")
    is_new = any(name.startswith("cmi.") and not name.startswith("cmi.core.") for name in _statuses(run.content))
    attempt = run.first(*_ATTEMPT) or "1"
    said = run.first(*_WHEN)
    when = moment_of(said, origin) if said else None
    actor = account(origin.home, learner)
    target = activity(address(content, origin), kind="lesson", name=origin.titles.get(content))
    key = f"{origin.home} {learner} {content} {attempt}"
    did, outcome = _outcome(run, "cmi." if is_new else "cmi.core.", is_new)
    span = run.text("cmi.total_time") or run.text("cmi.core.total_time")
    if did is not None:
        result = {**outcome, "duration": _duration(span)}
        yield statement(
            uuid_of(None, {"run": key, "at": said or ""}), actor, verb(did), target, when=when, result=result
        )
    for part, place in [(part, place) for part in ("objectives", "interactions") for place in range(MAX_PARTS)]:
        prefix = f"cmi.{part}.{place}."
        identifier = run.text(f"{prefix}id")
        if identifier is None:
            continue
        make = _interaction if part == "interactions" else _objective
        made = make(run, prefix, activity_id=f"{target['id']}#{part}-{place}", name=identifier, origin=origin)
        if made is not None:
            own, verb_name, about, result = made
            yield statement(
                uuid_of(None, {"run": key, "part": prefix, "at": own or said or ""}), actor, verb(verb_name), about,
                when=own or when, result=result, context={"contextActivities": {"parent": [target]}},
            )  # fmt: skip


SOURCE = Source(name="scorm", title="SCORM 1.2 and 2004", read=read, records=records, run_of=run_of)

_Made = tuple[str | None, str, dict[str, Any], dict[str, Any]]


def _about(row: Json) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in (*_LEARNER, *_CONTENT, *_ATTEMPT)}


def _flat(value: object, at: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{at}.{place}")
    else:
        yield at, value


def _statuses(content: Mapping[str, object]) -> Iterator[str]:
    return (name for name in content if name in ("cmi.success_status", "cmi.completion_status"))


def _outcome(run: Trace, at: str, is_new: bool) -> tuple[str | None, dict[str, Any]]:
    """Return what was done and how it went: by one status (1.2) or by two (2004)."""
    known = {run.text(f"{at}{name}") for name in ("success_status", "completion_status", "lesson_status", "status")}
    found = {(word or "").lower() for word in known}
    score = score_of(
        run.number(f"{at}score.raw"), run.number(f"{at}score.min"), run.number(f"{at}score.max"),
        run.number(f"{at}score.scaled"),
    )  # fmt: skip
    if not is_new and "raw" in score and not {"min", "max"} & score.keys():
        score = score_of(score["raw"], 0, 100) if 0 <= score["raw"] <= 100 else score  # SCORM 1.2 §3.4.4: 0 to 100
    result: dict[str, Any] = {"score": score}
    if found & {"passed", "failed"}:
        result["success"] = "passed" in found
    if found & {"completed", "incomplete"}:
        result["completion"] = "completed" in found
    for word in ("passed", "failed", "completed"):
        if word in found:
            return word, result
    if "incomplete" in found or score:
        return "attempted", result
    return ("experienced" if "browsed" in found else None), result


def _objective(run: Trace, prefix: str, *, activity_id: str, name: str, origin: Origin) -> _Made | None:  # noqa: ARG001 - as _interaction
    is_new = any(f"{prefix}{status}" in run.content for status in ("success_status", "completion_status"))
    did, result = _outcome(run, prefix, is_new)
    about = activity(activity_id, kind="objective", name=run.text(f"{prefix}description") or name)
    return (None, did, about, result) if did else None


def _interaction(run: Trace, prefix: str, *, activity_id: str, name: str, origin: Origin) -> _Made:
    kind = (run.text(f"{prefix}type") or "other").lower()
    kind = _ABBREVIATED.get(kind, kind)
    is_new = f"{prefix}learner_response" in run.content
    answer = run.text(f"{prefix}learner_response") or run.text(f"{prefix}student_response")
    patterns: list[str] = []
    while (pattern := run.text(f"{prefix}correct_responses.{len(patterns)}.pattern")) and len(patterns) < MAX_PARTS:
        patterns.append(pattern)
    spelled = (lambda said: said) if is_new else (lambda said: _spelled(said, kind))
    result: dict[str, Any] = {"response": spelled(answer) if answer else None}
    verdict = run.text(f"{prefix}result")
    if verdict in ("correct", "wrong", "incorrect"):
        result["success"] = verdict == "correct"
    elif verdict and re.fullmatch(r"-?\d+(\.\d+)?", verdict):
        result["score"] = {"raw": float(verdict)}
    elif verdict:
        result["extensions"] = {"http://adlnet.gov/expapi/extensions/result": verdict}
    result["duration"] = _duration(run.text(f"{prefix}latency"))
    about = activity(
        activity_id, kind="interaction", name=run.text(f"{prefix}description") or name, interactionType=kind,
        correctResponsesPattern=[spelled(one) for one in patterns],
    )  # fmt: skip
    own = run.text(f"{prefix}timestamp")
    return moment_of(own, origin) if own else None, "answered", about, result


def _spelled(answer: str, kind: str) -> str:
    """Return an answer of SCORM 1.2 as SCORM 2004 and xAPI spell it: parts between brackets."""
    if kind == "true-false":
        return {"t": "true", "1": "true", "f": "false", "0": "false"}.get(answer.lower()[:1], answer)
    if kind not in ("choice", "matching", "sequencing"):
        return answer
    parts = answer.strip("{}").split(",")
    return "[,]".join(part.strip().replace(".", "[.]", 1) if kind == "matching" else part.strip() for part in parts)


def _duration(span: str | None) -> str | None:
    """Return a time span of 1.2 (hours:minutes:seconds) as 2004 and xAPI write it; theirs stays as it is."""
    found = _SPAN.fullmatch(span) if span else None
    if found is None:
        return span
    return duration_of(int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]))
