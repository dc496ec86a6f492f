"""Telling the agent by choosing: what shall happen, with which data, with whom, what for, when and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.agent import HOME
from skillspace.portal.pages.person.agent_lines import names_of
from skillspace.portal.pages.person.giving import day_of
from skillspace.portal.pages.person.limits import (
    day_choices,
    most_uses,
    often_choices,
    time_choices,
    where_choices,
    wished_conditions,
)
from skillspace.portal.views.agent import ChoosePage
from skillspace.portal.views.common import Choice
from skillspace.portal.words import N_
from skillspace.trust.agent import Effect, Wish, category_label, role_label
from skillspace.trust.agent.limits import limits
from skillspace.trust.agent.model import CATEGORY, ROLE
from skillspace.trust.consent import Direction
from skillspace.trust.consent.notices.notice import kind_label, purpose_label

EFFECTS = {
    Effect.ALWAYS: N_("Always: say yes for me"),
    Effect.ASK: N_("Ask me first, every time"),
    Effect.NEVER: N_("Never: say no for me"),
}
DIRECTIONS = {
    Direction.SHARE: N_("Somebody wants to see my data"),
    Direction.GATHER: N_("Somebody has records about me that could come here"),
}
KINDS = (
    "skills",
    "plan",
    "name",
    "profile",
    "diploma",
    "transcript",
    "badge",
    "employment",
    "assessment",
    "school-record",
    "story",
)
#: Kinds that two documents call by two names mean the same thing to a person.
ALSO = {"skills": ("skills-profile",)}
ROLES = ("employer", "school", "university", "training", "agency", "edtech")
#: What data may be used for, each with every name it goes by.
PURPOSES = {
    "recruitment": ("recruit", "recruitment"),
    "training-advice": ("train", "training-advice"),
    "guidance": ("coach", "guidance"),
    "match": ("match",),
}
LASTS = {
    "": N_("As long as they ask for"),
    "7": N_("A week at most"),
    "30": N_("30 days at most"),
    "180": N_("Half a year at most"),
}
LONGEST = timedelta(days=731)


def router(frame: Frame) -> APIRouter:
    """Return the form."""
    routes = frame.router("Agent")

    @routes.get(f"{HOME}/choose")
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(f"{HOME}/choose")
    def choose(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                made = spaces.agent.preferences.propose(visit.work, person.id, _wish(visit), language=visit.language)
                return visit.go(f"{HOME}/wishes/{made.id}")
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext(
                    "Choose what shall happen. For always, choose at least one thing and at least one organisation "
                    "or kind of organisation too. A last day lies in the future."
                )
                return visit.show(_page(visit, problem), 400)

    return routes


def _wish(visit: Visit) -> Wish:
    """Read the form strictly; raise BadInput for what it does not offer."""
    effect, direction = Effect(_one(visit, "effect", EFFECTS)), Direction(_one(visit, "direction", DIRECTIONS))
    named = _some(visit, "kind", [*KINDS, *(f"{CATEGORY}{name}" for name in limits().categories)])
    purposes = _some(visit, "purpose", PURPOSES) if direction is Direction.SHARE else []
    roles = [f"{ROLE}{role}" for role in _some(visit, "role", ROLES)]
    members = _some(visit, "member", [did for did in names_of(visit) if did != visit.rooms.did])
    until = visit.field("until")
    is_yes = effect is Effect.ALWAYS
    return Wish(
        effect=effect,
        direction=direction,
        kinds=frozenset(kind for name in named for kind in (name, *ALSO.get(name, ()))),
        organisations=frozenset([*roles, *members]),
        purposes=frozenset(code for name in purposes for code in PURPOSES[name]),
        conditions=wished_conditions(visit),
        most_days=int(_one(visit, "lasts", LASTS) or 0) or None if is_yes else None,
        most_uses=most_uses(visit) if is_yes else None,
        until=_end(visit, until) if until else None,
    )


def _end(visit: Visit, text: str) -> datetime:
    """The first moment after a day on the clocks the person lives by."""
    day = day_of(text)
    if day is None or not visit.work.now.date() <= day <= (visit.work.now + LONGEST).date():
        raise BadInput("The last day lies within two years.")
    return datetime.combine(day + timedelta(days=1), time(), visit.words.zone).astimezone(UTC)


def _one(visit: Visit, name: str, offered: Iterable[str]) -> str:
    """Read one value of those offered."""
    value = visit.field(name)
    if value not in set(offered):
        raise BadInput(f"The form does not offer this {name}.")
    return value


def _some(visit: Visit, name: str, offered: Iterable[str]) -> list[str]:
    """Read values of those offered, each once."""
    values = list(dict.fromkeys(visit.fields(name)))
    if set(values) - set(offered):
        raise BadInput(f"The form does not offer this {name}.")
    return values


def _page(visit: Visit, problem: str = "") -> ChoosePage:
    visit.person()
    words, language = visit.words, visit.language
    today, members = visit.work.now.date(), names_of(visit)
    members.pop(visit.rooms.did, None)
    shown = sorted(members.items(), key=lambda member: (member[1].casefold(), member[0]))
    return ChoosePage(
        chrome=visit.chrome("you", path=f"{HOME}/choose"),
        effects=_choices(visit, "effect", ((one.value, words.gettext(text)) for one, text in EFFECTS.items())),
        directions=_choices(
            visit, "direction", ((one.value, words.gettext(text)) for one, text in DIRECTIONS.items()), first=True
        ),
        categories=_choices(
            visit, "kind", ((f"{CATEGORY}{name}", category_label(name, language)) for name in limits().categories)
        ),
        kinds=_choices(visit, "kind", ((kind, kind_label(kind, language)) for kind in KINDS)),
        roles=_choices(visit, "role", ((role, role_label(role, language)) for role in ROLES)),
        members=_choices(visit, "member", shown),
        purposes=_choices(visit, "purpose", ((name, purpose_label(name, language)) for name in PURPOSES)),
        often=often_choices(visit),
        lasts=_choices(visit, "lasts", ((value, words.gettext(text)) for value, text in LASTS.items())),
        times=time_choices(visit),
        days=day_choices(visit),
        where=where_choices(visit, members),
        start=visit.field("start") or "08:00",
        end=visit.field("end") or "16:00",
        until=day_of(visit.field("until")),
        earliest=today,
        latest=today + LONGEST,
        problem=problem,
    )


def _choices(visit: Visit, name: str, offered: Iterable[tuple[str, str]], *, first: bool = False) -> tuple[Choice, ...]:
    """Return what may be chosen, with what was; `first` chooses the first where nothing was."""
    chosen, made = set(visit.fields(name)), list[Choice]()
    for value, label in offered:
        made.append(Choice(value=value, label=label, is_chosen=value in chosen or (first and not chosen and not made)))
    return tuple(made)
