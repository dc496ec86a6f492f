"""Plans to choose from: within money, time and place, what covers most, costs least, ends soonest, lies nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.market.index import Item, MarketKind
from skillspace.people.plan import Plan as StoredPlan
from skillspace.portal.pages.background import Worked
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.bounds import Given
from skillspace.portal.pages.person.catalogue import EURO, Catalogues, usual_currency
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.opportunities import item_of
from skillspace.portal.pages.person.plan import chosen_training
from skillspace.portal.pages.person.planned import became, choice_of
from skillspace.portal.pages.person.regional import FIELD, Region, region_of
from skillspace.portal.views.planning import PlanChoicesPage
from skillspace.skills.matching import Gap, PersonSkill
from skillspace.skills.planning import Ability, Bounds, Catalogue, Kind, Plan, Replanning, Session, Step, plan, replan

#: No search for one of the plans takes longer.
SECONDS = 0.6
MOST_TAKEN = 20


def router(frame: Frame) -> APIRouter:
    """Return the page of plans to choose from, and what takes one."""
    routes = frame.router("Plan")
    spaces, found = frame.rooms.spaces, Worked[Replanning]("plans")
    catalogues = Catalogues(frame.rooms.database, spaces, frame.rooms.taxonomies) if spaces else None

    @routes.get("/plan/choices")
    def choices(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.person()
            if catalogues is None:
                return visit.go("/plan")
            return _show(visit, catalogues, found)

    @routes.post("/plan/choices")
    def take(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            offers = Offers(visit)
            wanted = list(dict.fromkeys(visit.fields("training")))
            if not wanted or len(wanted) > MOST_TAKEN:
                raise BadInput("A plan holds one to twenty trainings; choose one of those shown.")
            kept = {one.id: one for one in _stored(offers).trainings}
            taken = [kept.get(one) or chosen_training(item_of(offers, one, MarketKind.TRAINING)) for one in wanted]
            spaces.plans.take(visit.work, person.id, taken)
            return visit.go("/plan", "taken")

    return routes


def _stored(offers: Offers) -> StoredPlan:
    stored = offers.spaces.plans.of(offers.work, offers.person.id)
    if stored is None:
        raise BadInput(offers.words.gettext("Choose a goal first; then you can add trainings to your plan."))
    return stored


def _show(visit: Visit, catalogues: Catalogues, found: Worked[Replanning]) -> Response:
    offers, words = Offers(visit), visit.words
    stored = offers.spaces.plans.of(visit.work, offers.person.id)
    if stored is None:
        return visit.go("/plan", "no-goal")
    home, chrome = offers.person.territory, visit.chrome("plan")
    title = offers.names.skill(stored.goal.occupation) if stored.goal.occupation and not stored.goal.offer else ""
    blank = PlanChoicesPage(
        chrome=chrome,
        form=Given().form(home, EURO, words),
        goal=title or stored.goal.title,
        has_chosen=bool(stored.trainings),
    )
    try:
        given = Given.of(visit.request.query_params, home, words)
    except BadInput as fault:
        return visit.show(replace(blank, problem=fault.message), 400)
    version = offers.spaces.indexes.etag(MarketKind.TRAINING)
    catalogue = catalogues.current(version) if version else None
    if catalogue is None:
        return visit.show(replace(blank, form=given.form(home, EURO, words), is_ready=False))
    currency, today = usual_currency(catalogue), visit.work.now.date()
    page = replace(blank, form=given.form(home, currency, words))
    try:
        bounds = given.bounds(today, currency, home, catalogue.places)
    except BadInput:
        return visit.show(replace(page, problem=words.gettext("The last day has passed already.")), 400)
    question = _Question.of(offers, stored, catalogue, today)
    region = region_of(visit, offers, question.found)
    if region is not None:
        question.found = region.weighed(question.found)
        page = replace(page, region=region.line(visit, "/plan/choices", _asked(visit)))
    chosen = [one.id for one in stored.trainings]
    key = (version, given, home, today, tuple(offers.skills), stored.goal.needs, chosen, region)
    answer = found.get(repr(key), partial(question.answered, bounds, is_anew=given.anew, has_home=home is not None))
    if answer is None:
        return visit.show(replace(page, is_ready=False))
    return visit.show(_answered(page, offers, stored, question.found, answer, currency, region))


def _asked(visit: Visit) -> dict[str, str]:
    """Return what was asked for, but for whether the region's list counts: its link switches that over."""
    return {name: value for name, value in visit.request.query_params.items() if name != FIELD}


class _Question:
    """What is asked of the planner for one person: their gap, and the trainings they chose before."""

    def __init__(self, found: Gap, before: Plan, catalogue: Catalogue, held: Sequence[Ability], today: date) -> None:
        self.found, self._before, self._catalogue, self._held, self._today = found, before, catalogue, held, today

    @classmethod
    def of(cls, offers: Offers, stored: StoredPlan, catalogue: Catalogue, today: date) -> _Question:
        """Read the person's plan; what a chosen training teaches that has begun counts as learnt."""
        begun = [one for one in stored.trainings if one.id not in catalogue and one.starts and one.starts <= today]
        held = {skill.uri: skill for skill in offers.skills}
        held |= {uri: PersonSkill(uri=uri) for one in begun for uri in one.skills if uri not in held}
        steps = tuple(_step(one.id, one.starts, catalogue) for one in stored.trainings if one not in begun)
        before = Plan(steps=steps, coverage=0, cost=Decimal(0), hours=0, km=0, ends=None, unknown=(), open=())
        needs = [(need.uri, need.is_essential) for need in stored.goal.needs]
        abilities = [Ability(uri=uri) for uri in held]
        return cls(offers.gap_to(needs, list(held.values())), before, catalogue, abilities, today)

    def answered(self, bounds: Bounds, *, is_anew: bool, has_home: bool) -> Replanning:
        """Return the plans, around the trainings that were chosen unless all is to be planned anew."""
        kinds = [kind for kind in Kind if kind is not Kind.NEAREST or has_home]
        if is_anew or not self._before.steps:
            found = plan(self.found, self._catalogue, bounds, held=self._held, kinds=kinds, seconds=SECONDS)
            return Replanning(planning=found, changes=())
        return replan(
            self._before,
            self.found,
            self._catalogue,
            bounds,
            today=self._today,
            held=self._held,
            kinds=kinds,
            seconds=SECONDS,
        )


def _step(training: str, starts: date | None, catalogue: Catalogue) -> Step:
    session = Session(starts=starts)
    if training in catalogue:
        session = catalogue.trainings[catalogue.row(training)].sessions[0]
    return Step(
        training_id=training, session=session, price=None, hours=None, km=None, closes=(), nearer=(), coverage=0
    )


def _answered(
    page: PlanChoicesPage,
    offers: Offers,
    stored: StoredPlan,
    found: Gap,
    answer: Replanning,
    currency: str,
    region: Region | None,
) -> PlanChoicesPage:
    planning = answer.planning
    wanted = [step.training_id for choice in planning.choices for step in choice.plan.steps]
    wanted += [one.training_id or "" for choice in planning.choices for one in choice.plan.open]
    items: dict[str, Item] = offers.items(one for one in wanted if one)
    titles = {one.id: one.title for one in stored.trainings}
    chosen = set(titles)
    return replace(
        page,
        choices=tuple(
            choice_of(
                choice,
                found,
                items,
                offers,
                currency,
                is_chosen=chosen == _taken(choice.plan),
                is_only=len(planning.choices) == 1,
                region=region,
            )
            for choice in planning.choices
            if choice.plan.steps or choice is planning.choices[0]
        ),
        changes=tuple(
            became(change, titles, offers.words) for change in answer.changes if change.training_id in titles
        ),
    )


def _taken(found: Plan) -> set[str]:
    return {step.training_id for step in found.steps}
