"""How we put things in order: the ranking policy in force, declared in words; operators set it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.views.common import Choice
from skillspace.portal.views.teams import NumberField, RankingPage
from skillspace.portal.words import N_
from skillspace.skills.matching import Weights
from skillspace.skills.ranking import MOST, USUAL, InDemand, Policy, declared, read_in_demand
from skillspace.skills.taxonomy import Taxonomies

PATH = "/org/matching"
READERS, SETTERS = ("operator", "recruiter", "adviser"), ("operator",)
MOST_TYPED, MOST_TERRITORIES = 100, 300
#: The numbers of matching that count for people's skills, each with the most a form takes, in percent.
NUMBERS = {
    "optional": (N_("A skill that is only wished for"), 100),
    "rarity": (N_("More for a skill that few jobs ask for, up to"), 300),
    "narrower": (N_("A special case of the skill"), 90),
    "broader": (N_("The more general skill"), 90),
    "related": (N_("A related skill"), 90),
    "same_group": (N_("A skill of the same small group"), 90),
    "proof": (N_("More for recognised proof, up to"), 10),
    "recency": (N_("More for a skill shown recently, up to"), 10),
}
ADDITIONS = {
    "own": N_("More for a course of our own"),
    "bonus": N_("More for a skill in demand, up to"),
}
TERRITORY = "of:"


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("How we put things in order", takes_file=True)

    @routes.get(PATH)
    def matching(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def declare(request: Request) -> Response:
        try:
            with frame.reading(request) as visit:
                visit.staff(*SETTERS)
                policy = _asked(visit)  # a long list takes a while to read; nobody else waits to write meanwhile
            with frame.writing(request) as visit:
                account = visit.staff(*SETTERS)
                visit.rooms.targets.declare(visit.work, policy, by=account.name)
                journal.note(visit.work, account, "matching.policy", thing="policy", title="")
                return visit.go(PATH, "policy-set")
        except BadInput as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, fault.message), 400)

    @routes.post(PATH + "/usual")
    def usual(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff(*SETTERS)
            visit.rooms.targets.declare(visit.work, USUAL, by=account.name)
            journal.note(visit.work, account, "matching.policy", thing="policy", title="")
            return visit.go(PATH, "policy-set")

    return routes


def _asked(visit: Visit) -> Policy:
    """Return the policy a form describes. Raises BadInput, naming the field."""
    before = visit.rooms.targets.said(visit.work)
    weights = {name: _number(visit, name, label, most) for name, (label, most) in NUMBERS.items()}
    added = {name: _number(visit, name, label, round(100 * MOST)) for name, label in ADDITIONS.items()}
    changed = {name: value for name, value in weights.items() if value is not None}
    return Policy(
        weights=Weights(**(_known(before) | changed)),
        own=before.own if added["own"] is None else added["own"],
        bonus=before.bonus if added["bonus"] is None else added["bonus"],
        in_demand=_in_demand(visit, before),
        is_must=visit.field("must") == "yes",
    )


def _known(policy: Policy) -> dict[str, float]:
    return {name: getattr(policy.weights, name) for name in Weights.__dataclass_fields__}


def _number(visit: Visit, name: str, label: str, most: int) -> float | None:
    """Return a share of a field in percent; None where the form had no such field."""
    said = visit.field(name).strip()
    if not said:
        return None
    try:
        percent = float(said.replace(",", "."))
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= most:
        text = visit.words.gettext("%(field)s: write a number from 0 to %(most)s.")
        raise BadInput(text % {"field": visit.words.gettext(label), "most": most})
    return round(percent / 100, 6)


def _in_demand(visit: Visit, before: Policy) -> InDemand | None:
    chosen = visit.field("list")
    if chosen == "none":
        return None
    if chosen == "file":
        return _from_file(visit)
    if chosen.startswith(TERRITORY):
        return _from_statistics(visit, chosen.removeprefix(TERRITORY))
    return before.in_demand


def _from_file(visit: Visit) -> InDemand:
    name, content = visit.file("file")
    if not name:
        raise BadInput(visit.words.gettext("Choose a file first."))
    try:
        day = dt.date.fromisoformat(visit.field("day"))
    except ValueError as fault:
        raise BadInput(visit.words.gettext("Say of which day the list is.")) from fault
    find, _ = visit.rooms.targets.finder(visit.work)
    title, source = visit.field("name")[:MOST_TYPED].strip(), visit.field("source")[:MOST_TYPED].strip()
    if not title or not source:
        raise BadInput(visit.words.gettext("Say what the list is called, and who says so."))
    return read_in_demand(content, name=title, source=source, day=day, find=find)


def _from_statistics(visit: Visit, territory: str) -> InDemand:
    """Return what a territory's published statistics say is wanted there."""
    published = visit.rooms.insight.latest(visit.work)
    wanted = published.wanted(territory) if published else {}
    if published is None or not wanted:
        raise BadInput(visit.words.gettext("There are no statistics of this territory to take a list from."))
    name = visit.words.gettext("Skills wanted in %(territory)s")
    return InDemand(
        name=name % {"territory": published.territories.get(territory, territory)},
        source=published.source,
        day=published.as_of,
        skills=wanted,
    )


def _page(visit: Visit, problem: str = "") -> RankingPage:
    account, words = visit.staff(*READERS), visit.words
    now, said = visit.rooms.targets.policy(visit.work), visit.rooms.targets.said(visit.work)
    page = RankingPage(
        chrome=visit.chrome("matching", path=PATH),
        sentences=declared(said, words.gettext, words.date),
        since=now.since.date() if now.since else None,
        by=now.by,
        problem=problem,
    )
    if not account.roles & set(SETTERS):
        return page
    typed = {name: visit.field(name) for name in (*NUMBERS, *ADDITIONS)} if problem else {}
    fields = [(name, label, getattr(said.weights, name), most) for name, (label, most) in NUMBERS.items()]
    numbers, additions = fields, [(name, label, getattr(said, name), 50) for name, label in ADDITIONS.items()]
    return replace(
        page,
        can_set=True,
        numbers=tuple(_field(*one, typed, visit) for one in numbers),
        additions=tuple(_field(*one, typed, visit) for one in additions),
        is_must=visit.field("must") == "yes" if problem else said.is_must,
        in_demand=_listed(said.in_demand, visit, visit.rooms.targets.taxonomies),
        territories=_territories(visit),
    )


def _field(name: str, label: str, value: float, most: int, typed: dict[str, str], visit: Visit) -> NumberField:
    shown = typed.get(name, "")[:MOST_TYPED] or f"{100 * value:.6g}"
    return NumberField(name=name, label=visit.words.gettext(label), value=shown, most=most)


def _listed(listed: InDemand | None, visit: Visit, taxonomies: Taxonomies) -> str:
    if listed is None:
        return ""
    foremost = sorted(listed.skills, key=lambda uri: (-listed.skills[uri], uri))[:3]
    names = [taxonomies.label(uri, visit.language) if taxonomies.has(uri) else uri for uri in foremost]
    text = visit.words.gettext("“%(name)s” (%(source)s, %(day)s), first of all: %(skills)s.")
    return text % {
        "name": listed.name,
        "source": listed.source,
        "day": visit.words.date(listed.day),
        "skills": visit.words.listing(names),
    }


def _territories(visit: Visit) -> tuple[Choice, ...]:
    published = visit.rooms.insight.latest(visit.work)
    named = sorted(published.territories.items(), key=lambda one: (len(one[0]), one[1].casefold())) if published else []
    return tuple(Choice(value=f"{TERRITORY}{code}", label=name) for code, name in named[:MOST_TERRITORIES])
