"""Building statements: the few shapes that every source needs, and the verbs and activity types they share.

Verbs and types are the published identifiers of ADL, Activity Streams, TinCan and the xAPI profiles; what has none
there keeps the identifier of the system it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from skillspace.kernel.errors import BadInput
from skillspace.records.statements import written
from skillspace.records.traces.source import Origin
from skillspace.wire.canonical import digest

_ADL = "http://adlnet.gov/expapi/verbs/"
_NAMESPACE = UUID("0d3c2a86-5f0e-5a6e-9a61-4f1e3b0f7c55")
VERBS: Mapping[str, str] = {
    **{
        name: _ADL + name
        for name in (
            "answered", "asked", "attempted", "attended", "commented", "completed", "exited", "experienced", "failed",
            "imported", "initialized", "interacted", "launched", "passed", "preferred", "progressed", "registered",
            "responded", "resumed", "scored", "shared", "suspended", "terminated",
        )
    },
    "abandoned": "https://w3id.org/xapi/adl/verbs/abandoned",
    "satisfied": "https://w3id.org/xapi/adl/verbs/satisfied",
    "waived": "https://w3id.org/xapi/adl/verbs/waived",
    "logged in": "https://w3id.org/xapi/adl/verbs/logged-in",
    "logged out": "https://w3id.org/xapi/adl/verbs/logged-out",
    "accessed": "https://w3id.org/xapi/netc/verbs/accessed",
    "uploaded": "https://w3id.org/xapi/netc/verbs/uploaded",
    "played": "https://w3id.org/xapi/video/verbs/played",
    "paused": "https://w3id.org/xapi/video/verbs/paused",
    "searched": "https://w3id.org/xapi/acrossx/verbs/searched",
    "posted": "https://w3id.org/xapi/acrossx/verbs/posted",
    "viewed": "http://id.tincanapi.com/verb/viewed",
    "skipped": "http://id.tincanapi.com/verb/skipped",
    "bookmarked": "http://id.tincanapi.com/verb/bookmarked",
    "downloaded": "http://id.tincanapi.com/verb/downloaded",
    "replied": "http://id.tincanapi.com/verb/replied",
    "rated": "http://id.tincanapi.com/verb/rated",
    "unregistered": "http://id.tincanapi.com/verb/unregistered",
    "submitted": "http://activitystrea.ms/submit",
    "started": "http://activitystrea.ms/start",
    "created": "https://w3id.org/xapi/dod-isd/verbs/created",
    "updated": "https://w3id.org/xapi/dod-isd/verbs/updated",
    "deleted": "http://activitystrea.ms/delete",
}  # fmt: skip
_TYPES = "http://adlnet.gov/expapi/activities/"
TYPES: Mapping[str, str] = {
    **{name: _TYPES + name for name in ("assessment", "course", "lesson", "module", "objective", "question", "link")},
    "interaction": _TYPES + "cmi.interaction",
    "assignment": "http://id.tincanapi.com/activitytype/school-assignment",
    "forum": "http://id.tincanapi.com/activitytype/community-site",
    "topic": "http://id.tincanapi.com/activitytype/discussion",
    "video": "https://w3id.org/xapi/video/activity-type/video",
    "page": "https://w3id.org/xapi/acrossx/activities/webpage",
    "message": "https://w3id.org/xapi/acrossx/activities/message",
    "file": "http://activitystrea.ms/file",
    "survey": "http://id.tincanapi.com/activitytype/survey",
    "application": "http://activitystrea.ms/application",
    "book": "http://id.tincanapi.com/activitytype/book",
    "wiki": "https://w3id.org/xapi/acrossx/activities/wiki",
    "site": "http://id.tincanapi.com/activitytype/site",
}


def verb(name: str, iri: str | None = None) -> dict[str, Any]:
    """Return a verb by its name here, or by an identifier of its own."""
    return {"id": iri or VERBS[name], "display": {"en": name}}


def account(home: str, name: str) -> dict[str, Any]:
    """Return an agent by the account it has in a system."""
    return {"objectType": "Agent", "account": {"homePage": home, "name": name}}


def agent(identifier: str, home: str) -> dict[str, Any]:
    """Return an agent by whatever identifier a record gives: an e-mail address, an IRI, or a name in the system."""
    if identifier.startswith("mailto:"):
        return {"objectType": "Agent", "mbox": identifier}
    try:
        parts = urlsplit(identifier)
    except ValueError:
        raise BadInput("Who did it is named by an address that is none.") from None
    has_home = parts.scheme in ("http", "https") and parts.netloc
    return account(f"{parts.scheme}://{parts.netloc}" if has_home else home, identifier)


def activity(identifier: str, *, kind: str | None = None, name: str | None = None, **more: Any) -> dict[str, Any]:
    """Return an activity; `kind` is one of TYPES or an IRI, `name` is in a language nobody stated."""
    definition = {
        **({"type": TYPES.get(kind, kind)} if kind else {}),
        **({"name": {"und": name}} if name else {}),
        **more,
    }
    return {"objectType": "Activity", "id": identifier, **({"definition": definition} if definition else {})}


def address(identifier: str, origin: Origin) -> str:
    """Return an IRI for what a system calls so: itself where it is one, else below the system's own address."""
    is_iri = re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", identifier)
    return identifier if is_iri else f"{origin.home.rstrip('/')}/{quote(identifier.lstrip('/'), safe='/?=&#~:@')}"


def uuid_of(identifier: str | None, record: Mapping[str, object], part: str = "") -> str:
    """Return the id of a statement: the record's own where it is a UUID, else one that the same record always has."""
    try:
        own = UUID((identifier or "").removeprefix("urn:uuid:"))
        return str(own) if not part else str(uuid5(own, part))
    except ValueError:
        return str(uuid5(_NAMESPACE, f"{identifier or digest(record)} {part}"))


def statement(
    identifier: str,
    actor: dict[str, Any],
    did: dict[str, Any],
    target: dict[str, Any],
    *,
    when: str | None = None,
    result: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a statement; parts that say nothing are left out."""
    made = {"id": identifier, "actor": actor, "verb": did, "object": target}
    said = {"result": _said(result or {}), "context": _said(context or {}), "timestamp": when}
    return {**made, **_said(said)}


def moment_of(value: str, origin: Origin) -> str:
    """Return a time as statements carry it: seconds since 1970, ISO 8601, or as `origin.dates` says.

    Raises BadInput where it is none of them.
    """
    try:
        if re.fullmatch(r"\d{9,11}(\.\d+)?", value):
            return written(datetime.fromtimestamp(float(value), UTC))
        found = datetime.strptime(value, origin.dates) if origin.dates else datetime.fromisoformat(value)  # noqa: DTZ007
        return written(found if found.tzinfo else found.replace(tzinfo=origin.zone))
    except (ValueError, OverflowError, OSError):
        written_so = f"{origin.dates!r}" if origin.dates else "an ISO 8601 date or seconds since 1970"
        raise BadInput(f"A time is not written as {written_so}; say how days are written.") from None


def duration_of(seconds: float) -> str:
    """Return seconds as an ISO 8601 duration; raise BadInput where they are negative."""
    if seconds < 0:
        raise BadInput("A duration is less than nothing.")
    return f"PT{f'{seconds:.2f}'.rstrip('0').rstrip('.')}S"


def score_of(raw: float | None, low: float | None, high: float | None, scaled: float | None = None) -> dict[str, float]:
    """Return a score of what is known of it; the share of the range is worked out where both ends are there."""
    if scaled is None and raw is not None and low is not None and high is not None and low <= raw <= high > low:
        scaled = round((raw - low) / (high - low), 6)
    known = {"scaled": scaled, "raw": raw, "min": low, "max": high}
    # A range without width is none (xAPI §4.2.5: min is less than max).
    is_bare = low is not None and high is not None and low >= high
    return {
        name: value for name, value in known.items() if value is not None and not (is_bare and name in ("min", "max"))
    }


def _said(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value not in (None, "", [], {})}
