"""Your agent: told once in plain words or by choosing, looked at before it counts, answering asks, and undone."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.agent_lines import (
    LOOKED_THROUGH,
    is_left,
    lines_of,
    means_of,
    names_of,
    rehearsal_of,
    wish_line,
)
from skillspace.portal.pages.person.agent_offers import fit_cards, suggestion_cards
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.agent import AgentPage, WishPage
from skillspace.portal.words import N_
from skillspace.trust.agent import Effect, PreferenceState, not_understood, read_wish
from skillspace.trust.agent.limits import limits
from skillspace.trust.agent.model import MAX_WORDS
from skillspace.trust.mandate import Stage

HOME = "/you/agent"
#: Decisions on the page: so many that did something, and so many that were left to the person.
SHOWN = 20
EXAMPLES = (
    N_("Never show my school record to employers."),
    N_("Always show my skills to schools for training, for 30 days."),
    N_("Ask me before you share anything on weekends."),
)
MOVES = {"activate": "wish-counts", "pause": "wish-paused", "resume": "wish-counts", "end": "wish-gone"}
HINTS = {
    Stage.CHILD: N_("Until you are old enough to decide alone, your agent can say no for you, but never yes."),
    Stage.UNKNOWN: N_("Your agent can say no for you, but no yes: first tell us when you were born, under You."),
}


def router(frame: Frame) -> APIRouter:
    """Return the pages of a person's agent."""
    routes = frame.router("Agent")

    @routes.get(HOME)
    def look(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(HOME)
    def tell(request: Request) -> Response:
        with frame.writing(request) as visit:
            return _tell(visit)

    @routes.post(f"{HOME}/quiet")
    def quiet(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.agent.suggestions.quiet(visit.work, person.id, is_quiet=visit.field("quiet") == "yes")
            return visit.go(f"{HOME}#suggestions")

    @routes.post(f"{HOME}/suggestions/{{suggestion_id}}/dismiss")
    def dismiss(request: Request, suggestion_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.agent.suggestions.dismiss(visit.work, suggestion_id, person.id)
            return visit.go(HOME, "dismissed")

    @routes.post(f"{HOME}/decisions/{{decision_id}}/undo")
    def undo(request: Request, decision_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            undone = spaces.agent.agent.undo(visit.work, decision_id, person.id)
            if undone.reopened:
                return visit.go(f"/sharing/ask/{undone.reopened}", "undone-no")
            return visit.go(HOME, "undone-yes")

    _wishes(frame, routes)
    return routes


def _wishes(frame: Frame, routes: APIRouter) -> None:
    @routes.get(f"{HOME}/wishes/{{wish_id}}")
    def wish(request: Request, wish_id: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_wish_page(visit, wish_id))

    @routes.post(f"{HOME}/wishes/{{wish_id}}/{{move}}")
    def move(request: Request, wish_id: str, move: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            if move not in MOVES:
                raise NotFound("A wish knows no such step.")
            getattr(spaces.agent.preferences, move)(visit.work, wish_id, person.id)
            return visit.go(HOME, MOVES[move])


def hint_of(visit: Visit) -> str:
    """Say what binds the agent of somebody who does not decide alone; empty for everybody else."""
    person, spaces = visit.person()
    stage = spaces.mandates.births.standing(visit.work, person.id, visit.work.now).stage
    return visit.words.gettext(HINTS[stage]) if stage in HINTS else ""


def _tell(visit: Visit) -> Response:
    """Read a person's words; what is understood is proposed to them, and nothing counts yet."""
    person, spaces = visit.person()
    typed = visit.field("words").strip()
    if not typed:
        return visit.show(_page(visit, missed=visit.words.gettext("Write what should happen.")), 400)
    named = {did: name for did, name in names_of(visit).items() if did != visit.rooms.did}
    twice = {name for name, count in Counter(named.values()).items() if count > 1}
    understood = read_wish(
        typed,
        visit.language,
        at=visit.work.now,
        organisations={name: did for did, name in named.items() if name not in twice},
        zone=str(visit.words.zone),
    )
    if understood.wish is None:
        return visit.show(_page(visit, typed[:MAX_WORDS], not_understood(understood, visit.language)), 400)
    made = spaces.agent.preferences.propose(
        visit.work, person.id, understood.wish, words=typed, language=visit.language
    )
    return visit.go(f"{HOME}/wishes/{made.id}")


def _page(visit: Visit, typed: str = "", missed: str = "") -> AgentPage:
    person, spaces = visit.person()
    room, names = spaces.agent, Names(visit)
    plan = spaces.plans.of(visit.work, person.id)
    kept, called = room.preferences.of_person(visit.work, person.id), names_of(visit)
    order = {PreferenceState.PROPOSED: 0, PreferenceState.ACTIVE: 1, PreferenceState.PAUSED: 2}
    decided = room.agent.decided(visit.work, person.id, limit=LOOKED_THROUGH)
    shown = suggestion_cards(room.suggestions.of_person(visit.work, person.id), visit, names)
    is_looking = visit.asked("look") == "now"
    return AgentPage(
        chrome=visit.chrome("you", path=HOME),
        undo_days=limits().undo_days,
        examples=tuple(visit.words.gettext(text) for text in EXAMPLES),
        typed=typed,
        missed=missed,
        hint=hint_of(visit),
        wishes=tuple(wish_line(one, visit, called) for one in sorted(kept, key=lambda one: order[one.state])),
        decisions=tuple(lines_of(visit, names, [one for one in decided if one.effect is not Effect.ASK][:SHOWN])),
        left=tuple(lines_of(visit, names, [one for one in decided if is_left(one)][:SHOWN], is_waiting=True)),
        suggestions=shown,
        looked=fit_cards(room.suggestions.look(visit.work, person.id), visit, names) if is_looking else None,
        goal=(names.skill(plan.goal.occupation) if plan.goal.occupation and not plan.goal.offer else plan.goal.title)
        if plan
        else "",
        is_quiet=room.suggestions.is_quiet(visit.work, person.id),
    )


def _wish_page(visit: Visit, wish_id: str) -> WishPage:
    person, spaces = visit.person()
    room, names = spaces.agent, Names(visit)
    found = room.preferences.of(visit.work, wish_id, person.id)
    if found.state is PreferenceState.ENDED:
        raise BadInput(visit.words.gettext("This wish was dropped. Tell it again if you want it back."))
    decided = [
        one for one in room.agent.decided(visit.work, person.id, limit=LOOKED_THROUGH) if one.preference == found.id
    ]
    return WishPage(
        chrome=visit.chrome("you", path=f"{HOME}/wishes/{wish_id}"),
        wish=wish_line(found, visit, names_of(visit)),
        means=means_of(found.wish, visit),
        rehearsal=rehearsal_of(room.dry_run(visit.work, person.id, found), visit, names),
        decided=tuple(lines_of(visit, names, decided[:SHOWN])),
        hint=hint_of(visit) if found.wish.effect is Effect.ALWAYS else "",
    )
