"""Moodle's log: the table `logstore_standard_log`, and the report that teachers download as CSV (in English).

An event says which part of Moodle did what to what. Internet addresses, free fields and people's names stay behind.
The report writes days as its language does; say how (`dates`), or they are read as Moodle's English writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.records.traces.making import account, activity, moment_of, statement, uuid_of, verb
from skillspace.records.traces.source import Origin, Source, Statement
from skillspace.records.traces.trace import Trace

_DATES = "%d/%m/%y, %H:%M:%S"
_EVENTS = "https://docs.moodle.org/dev/Events"
#: Moodle's words for what was done; what is not here stays a Moodle event.
_DEEDS = {
    "viewed": "viewed", "submitted": "submitted", "started": "started", "created": "created", "updated": "updated",
    "deleted": "deleted", "loggedin": "logged in", "loggedout": "logged out", "graded": "scored",
    "downloaded": "downloaded", "uploaded": "uploaded", "abandoned": "abandoned", "searched": "searched",
    "assessed": "scored", "launched": "launched", "answered": "answered", "completed": "completed",
    "posted": "posted", "enrolled": "registered",
}  # fmt: skip
_KINDS = {
    "assign": "assignment", "quiz": "assessment", "forum": "forum", "page": "page", "resource": "file", "url": "link",
    "book": "book", "lesson": "lesson", "scorm": "module", "wiki": "wiki", "feedback": "survey", "survey": "survey",
}  # fmt: skip
_COURSE = 50
"""Moodle's contextlevel of a course."""
_MODULE = 70
"""Moodle's contextlevel of an activity in a course."""
_USER = re.compile(r"user with id '(\d+)'")
_OTHER_USER = re.compile(r"(?:for|to|of) the user with id '(\d+)'")
_MODULE_ID = re.compile(r"course module id '(\d+)'")
_COURSE_ID = re.compile(r"course with id '(\d+)'")


def read(row: Trace, origin: Origin) -> Iterator[Statement]:
    """Give the statement of a row; none where nobody did anything (the system itself did)."""
    if row.text("eventname"):
        made = _stored(row, origin)
    elif row.text("Event name") and row.text("Description"):
        made = _reported(row, origin)
    else:
        raise BadInput("This row is not of Moodle's log: it has neither eventname nor Event name and Description.")
    if made is not None:
        yield made


SOURCE = Source(name="moodle", title="Moodle log (table or report)", read=read)


def _stored(row: Trace, origin: Origin) -> Statement | None:
    event = row.text("eventname") or ""
    component, deed = row.text("component") or "", row.text("action") or ""
    row.take("target")
    user, other = row.text("userid"), row.text("relateduserid")
    is_somebody = user is not None and user.isascii() and user.isdigit() and user.strip("0")
    if row.text("anonymous") == "1" or user is None or not is_somebody:
        return None
    level, place = row.number("contextlevel"), row.text("contextinstanceid")
    course = row.text("courseid")
    target = _target(origin, component, place if level == _MODULE else None, place if level == _COURSE else course)
    when = row.text("timecreated")
    return _made(
        row, origin, deed=deed, event=event, user=user, other=other, target=target, course=course,
        when=moment_of(when, origin) if when else None,
    )  # fmt: skip


def _reported(row: Trace, origin: Origin) -> Statement | None:
    event, words = row.text("Event name") or "", row.text("Description") or ""
    component = (row.text("Component") or "").lower()
    user = _USER.search(words)
    if user is None:
        return None
    other = _OTHER_USER.search(words, user.end())
    module, course = _MODULE_ID.search(words), _COURSE_ID.search(words)
    name = (row.text("Event context") or "").partition(": ")[2] or None
    target = _target(
        origin, f"mod_{_of_name(component)}", module[1] if module else None, course[1] if course else None, name
    )
    deed = next((word for word in reversed(re.findall(r"[a-z]+", event.lower())) if word in _DEEDS), "")
    if "logged in" in event.lower() or "logged out" in event.lower():
        deed = "loggedin" if "logged in" in event.lower() else "loggedout"
    when = row.text("Time")
    dated = origin if origin.dates else replace(origin, dates=_DATES)
    return _made(
        row, origin, deed=deed, event=event, user=user[1], other=other[1] if other else None, target=target,
        course=course[1] if course else None, when=moment_of(when, dated) if when else None,
    )  # fmt: skip


def _of_name(component: str) -> str:
    """Moodle's short name of an activity, which the report spells out."""
    return {"assignment": "assign", "file": "resource"}.get(component, component)


def _target(
    origin: Origin, component: str, module: str | None, course: str | None, name: str | None = None
) -> dict[str, Any]:
    home = origin.home.rstrip("/")
    sort = component.removeprefix("mod_")
    if module:
        return activity(f"{home}/mod/{sort}/view.php?id={module}", kind=_KINDS.get(sort, "module"), name=name)
    if course and course != "0":
        return activity(f"{home}/course/view.php?id={course}", kind="course", name=name)
    return activity(origin.home, kind="site")


def _made(
    row: Trace,
    origin: Origin,
    *,
    deed: str,
    event: str,
    user: str,
    other: str | None,
    target: dict[str, Any],
    course: str | None,
    when: str | None,
) -> Statement:
    actor, context = account(origin.home, user), {}
    if _DEEDS.get(deed) == "scored" and other and other != user:
        # A grade is told of who got it.
        context["instructor"], actor = actor, account(origin.home, other)
    whole = f"{origin.home.rstrip('/')}/course/view.php?id={course}"
    if course and course != "0" and target["id"] != whole:
        context["contextActivities"] = {"grouping": [activity(whole, kind="course")]}
    known = _DEEDS.get(deed)
    short = event.rsplit("\\", 1)[-1].replace(" ", "_").lower()
    did = verb(known) if known else verb(deed or short, f"{_EVENTS}#{re.sub(r'[^a-z0-9_]', '', short)}")
    key = row.text("id")
    return statement(
        uuid_of(None, {"log": origin.home, "row": key} if key else row.content), actor, did, target, when=when,
        context=context,
    )  # fmt: skip
