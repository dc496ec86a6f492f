"""Caliper 1.1 and 1.2 (1EdTech): events of sensors, alone, in lists or in envelopes.

An event keeps its id. Entities that an envelope only describes are no deeds and give no statement. A grade is told of
who got it, not of who gave it: that is what a learner's record is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.records.traces.making import (
    activity,
    address,
    agent,
    moment_of,
    score_of,
    statement,
    uuid_of,
    verb,
)
from skillspace.records.traces.source import Json, Origin, Source, Statement
from skillspace.records.traces.trace import Trace

_TERMS = "http://purl.imsglobal.org/caliper/"
_VERSIONS = re.compile(r"https?://purl\.imsglobal\.org/ctx/caliper/(v1p[12]|v1/.*)")
#: What Caliper calls a deed, and what xAPI does; others keep Caliper's identifier.
_DEEDS = {
    "Abandoned": "abandoned", "Bookmarked": "bookmarked", "Commented": "commented", "Completed": "completed",
    "Created": "created", "Deleted": "deleted", "Downloaded": "downloaded", "Graded": "scored",
    "Launched": "launched", "LoggedIn": "logged in", "LoggedOut": "logged out", "Modified": "updated",
    "NavigatedTo": "accessed", "Paused": "paused", "Posted": "posted", "Ranked": "rated", "Replied": "replied",
    "Resumed": "resumed", "Searched": "searched", "Shared": "shared", "Skipped": "skipped", "Started": "started",
    "Submitted": "submitted", "Uploaded": "uploaded", "Viewed": "viewed",
}  # fmt: skip
_OF_MEDIA = {"Started": "played", "Resumed": "played"}
_OF_ITEMS = {"Completed": "answered"}
_KINDS = {
    "Assessment": "assessment", "AssessmentItem": "question", "AssignableDigitalResource": "assignment",
    "AudioObject": _TERMS + "AudioObject", "Chapter": "lesson", "CourseOffering": "course", "CourseSection": "course",
    "Document": "file", "Forum": "forum", "Message": "message", "Page": "page", "Questionnaire": "survey",
    "SoftwareApplication": "application", "Survey": "survey", "Thread": "topic", "VideoObject": "video",
    "WebPage": "page",
}  # fmt: skip
_RESPONSES = ("values", "value", "selections", "ratingSelections", "dateTimeSelected", "selection")


def records(found: Iterable[Json]) -> Iterator[Json]:
    """Open envelopes (§ Envelope): what a sensor sends is a list of events and entities."""
    for one in found:
        listed = one.get("data")
        if "sensor" in one and isinstance(listed, list):
            yield from (each for each in listed if isinstance(each, dict))
        else:
            yield one


def read(event: Trace, origin: Origin) -> Iterator[Statement]:
    """Give the statement of an event; none for an entity."""
    kind = _term(event.text("type") or "")
    if not kind.endswith("Event"):
        return
    _check_version(event)
    deed = _term(event.text("action") or "")
    if not deed.isalpha():
        raise BadInput("action: this event does not say what was done.")
    when = event.text("eventTime")
    target, subject = _object(event, origin)
    actor, instructor = _who(event, origin, kind, subject)
    yield statement(
        uuid_of(event.text("id"), event.content),
        actor,
        _verb(kind, deed),
        target,
        when=moment_of(when, origin) if when else None,
        result=_result(event),
        context={**_context(event, origin), **({"instructor": instructor} if instructor else {})},
    )


SOURCE = Source(name="caliper", title="Caliper 1.1 and 1.2", read=read, records=records)


def _check_version(event: Trace) -> None:
    stated = event.take("@context")
    contexts = stated if isinstance(stated, list) else [stated]
    if stated is not None and not any(isinstance(one, str) and _VERSIONS.fullmatch(one) for one in contexts):
        raise BadInput("@context: this is not Caliper 1.1 or 1.2.")


def _term(value: str) -> str:
    """A term of the vocabulary without its address."""
    return re.split(r"[/#]", value)[-1]


def _verb(kind: str, deed: str) -> dict[str, Any]:
    special = {"MediaEvent": _OF_MEDIA, "AssessmentItemEvent": _OF_ITEMS}.get(kind, {})
    known = special.get(deed) or _DEEDS.get(deed)
    return verb(known) if known else verb(deed, f"{_TERMS}actions/{deed}")


def _identifier(trace: Trace, *path: str) -> str | None:
    """Return the identifier of an entity, which is written out or only referred to."""
    return trace.text(*path) or trace.text(*path, "id")


def _who(event: Trace, origin: Origin, kind: str, subject: str | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    said = _identifier(event, "actor")
    event.take("actor", "type")
    if said is None:
        raise BadInput("actor: this event does not say who did it.")
    actor = agent(said, origin.home)
    if kind == "GradeEvent" and subject is not None:
        return agent(subject, origin.home), actor
    return actor, None


def _object(event: Trace, origin: Origin) -> tuple[dict[str, Any], str | None]:
    """Return what was acted upon, and who took it where it is somebody's attempt."""
    path: tuple[str, ...] = ("object",)
    subject = None
    if event.text("object", "type") == "Attempt" and _identifier(event, "object", "assignable"):
        subject = _identifier(event, "object", "assignee")
        path = ("object", "assignable")
    found = _activity(event, origin, *path)
    if found is None:
        raise BadInput("object: this event does not say what was acted upon.")
    return found, subject


def _activity(trace: Trace, origin: Origin, *path: str) -> dict[str, Any] | None:
    identifier = _identifier(trace, *path)
    if identifier is None:
        return None
    kind = _term(trace.text(*path, "type") or "")
    words = trace.text(*path, "description")
    more = {"description": {"und": words}} if words else {}
    named = _KINDS.get(kind) or (f"{_TERMS}{kind}" if kind.isalpha() else None)
    return activity(address(identifier, origin), kind=named, name=trace.text(*path, "name"), **more)


def _result(event: Trace) -> dict[str, Any]:
    of = "generated"
    kind = event.text(of, "type") or ""
    result: dict[str, Any] = {}
    if kind in ("Score", "Result"):
        raw = next((n for name in ("scoreGiven", "resultScore") if (n := event.number(of, name)) is not None), None)
        most = next((n for name in ("maxScore", "maxResultScore") if (n := event.number(of, name)) is not None), None)
        result["score"] = score_of(raw, 0 if raw is not None and raw >= 0 else None, most)
        result["response"] = event.text(of, "comment")
    for name in _RESPONSES:
        answer = event.take(of, name) if kind.endswith("Response") else None
        if answer is not None:
            result["response"] = "[,]".join(map(str, answer)) if isinstance(answer, list) else str(answer)
    attempt = (of,) if kind == "Attempt" else ("object",)
    result["duration"] = event.text(*attempt, "duration") if event.text(*attempt, "type") == "Attempt" else None
    progress = event.text("target", "currentTime")
    if progress:
        result["extensions"] = {f"{_TERMS}currentTime": progress}
    return result


def _context(event: Trace, origin: Origin) -> dict[str, Any]:
    near = {
        "parent": [_activity(event, origin, "object", "isPartOf")],
        "grouping": [_activity(event, origin, "group")],
        "other": [_activity(event, origin, "target"), _activity(event, origin, "generated")],
    }
    roles = event.take("membership", "roles")
    extensions = {
        f"{_TERMS}session": _identifier(event, "session"),
        f"{_TERMS}referrer": _identifier(event, "referrer"),
        f"{_TERMS}roles": roles if isinstance(roles, list) else None,
        f"{_TERMS}profile": event.text("profile"),
    }
    return {
        "platform": event.text("edApp", "name") or _identifier(event, "edApp"),
        "contextActivities": {name: listed for name, each in near.items() if (listed := [one for one in each if one])},
        "extensions": {name: value for name, value in extensions.items() if value},
    }
