"""Matomo: visits with what was done in them, as `Live.getLastVisitsDetails` exports them in JSON.

Somebody is known by the user id that the site set, else by the visitor id. Where they were, what machine they had and
from which address they came stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from skillspace.kernel.errors import BadInput
from skillspace.records.traces.making import (
    account,
    activity,
    address,
    duration_of,
    moment_of,
    statement,
    uuid_of,
    verb,
)
from skillspace.records.traces.source import Origin, Source, Statement
from skillspace.records.traces.trace import Trace

_EXTENSIONS = "https://matomo.org/xapi/extensions/"
#: What Matomo calls an action, what was done, and what it was done to.
_DEEDS = {
    "action": ("viewed", "page"), "download": ("downloaded", "file"), "outlink": ("accessed", "link"),
    "search": ("searched", "site"), "event": ("interacted", "page"), "content": ("interacted", "page"),
    "goal": ("completed", "page"), "media": ("played", "video"),
}  # fmt: skip


def read(visit: Trace, origin: Origin) -> Iterator[Statement]:
    """Give a statement for each action of a visit."""
    who = visit.first("userId", "visitorId", "idVisitor")
    if who is None:
        raise BadInput("This visit has neither userId nor visitorId.")
    actor = account(origin.home, who)
    number = visit.text("idVisit")
    for place, action in enumerate(visit.parts("actionDetails")):
        kind = action.text("type") or "action"
        deed, sort = _DEEDS.get(kind, ("interacted", "page"))
        when = action.text("timestamp") or visit.first("serverTimestamp", "firstActionTimestamp")
        extensions = {
            f"{_EXTENSIONS}{name}": said
            for name in ("eventCategory", "eventAction", "eventName", "eventValue", "goalName", "contentName",
                         "siteSearchKeyword", "siteSearchCategory", "siteSearchCount")
            if (said := action.text(name)) is not None
        }  # fmt: skip
        name = action.text("pageTitle")
        spent = action.number("timeSpent")
        yield statement(
            uuid_of(None, {"visit": f"{origin.home} {number} {when}", "place": place, "url": action.text("url") or ""}),
            actor,
            verb(deed),
            activity(_page(action, origin), kind=sort, name=name),
            when=moment_of(when, origin) if when else None,
            result={"duration": duration_of(spent) if spent else None},
            context={"extensions": {**extensions, f"{_EXTENSIONS}visit": number}},
        )


SOURCE = Source(name="matomo", title="Matomo (visits as JSON)", read=read)


def _page(action: Trace, origin: Origin) -> str:
    said = action.text("url")
    if said is None:
        return origin.home
    return address(quote(said, safe="/?=&#~:@%!$'()*+,;[]"), origin)
