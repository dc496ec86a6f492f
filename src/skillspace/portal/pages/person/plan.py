"""My plan: a goal, what it asks for beside what one can do, the trainings between, and who plans along."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, UnknownConcept
from skillspace.market.index import Item, MarketKind
from skillspace.people.plan.model import ChosenTraining, Goal, GoalNeed
from skillspace.people.plan.model import Plan as StoredPlan
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.careers import Careers
from skillspace.portal.pages.person.giving import recipients
from skillspace.portal.pages.person.offers import Offers, course, vacancy, where
from skillspace.portal.pages.person.opportunities import item_of
from skillspace.portal.pages.person.planned import TURNS
from skillspace.portal.views.common import Choice, Comment, SkillTag
from skillspace.portal.views.opportunities import Plan, PlanPage, PlanStep, TrainingRef
from skillspace.skills.matching import Gap
from skillspace.skills.planning import Turn
from skillspace.skills.taxonomy import ConceptKind, Need
from skillspace.trust.consent import GrantState

GOALS = 8
#: How many trainings are looked at for the steps of a plan, and how many are offered for one step.
LOOKED_AT, OFFERED = 60, 3
MAX_SEARCH = 100


def router(frame: Frame, careers: Careers) -> APIRouter:
    """Return the page of the plan and what its forms do."""
    routes = frame.router("Plan")

    @routes.get("/plan")
    def plan(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, careers))

    @routes.post("/plan")
    def change(request: Request) -> Response:
        with frame.writing(request) as visit:
            return _change(visit)

    return routes


def _change(visit: Visit) -> Response:
    person, spaces = visit.person()
    offers, do = Offers(visit), visit.field("do")
    if do == "goal":
        spaces.plans.aim(visit.work, person.id, _goal(offers, visit, visit.field("goal")))
        return visit.go("/plan", "goal")
    if do == "choose":
        if spaces.plans.of(visit.work, person.id) is None:
            return visit.go("/plan", "no-goal")
        item = item_of(offers, visit.field("training"), MarketKind.TRAINING)
        spaces.plans.choose(visit.work, person.id, chosen_training(item))
        return visit.go("/plan", "chosen")
    if do == "drop":
        spaces.plans.drop(visit.work, person.id, visit.field("training"))
        return visit.go("/plan", "dropped")
    if do == "share":
        return visit.go(f"/sharing/give?{urlencode({'to': visit.field('coach')})}")
    raise BadInput("The plan knows no such step.")


def chosen_training(item: Item) -> ChosenTraining:
    """Return a training as it stands now, to be kept in a plan."""
    offer = course(item)
    return ChosenTraining(
        id=item.id,
        title=offer.title,
        provider=offer.provider,
        place=where(offer),
        starts=offer.starts,
        skills=offer.skills,
    )


def _goal(offers: Offers, visit: Visit, target: str) -> Goal:
    """Return a job of the market or an occupation as a goal, with what it insists on (all it asks for, where it
    insists on nothing). Raises NotFound, UnknownConcept."""
    if target.startswith(f"{MarketKind.JOB}-"):
        offer = vacancy(item_of(offers, target, MarketKind.JOB))
        return Goal(
            title=offer.title,
            occupation=offer.occupation,
            offer=target,
            needs=_needs(dict(offer.skills)),
            synthetic=offer.synthetic,
        )
    taxonomies = visit.rooms.taxonomies
    if not taxonomies.has(target) or taxonomies.kind(target) is not ConceptKind.OCCUPATION:
        raise UnknownConcept("A goal is an occupation or a job; this is neither.")
    asked = {link.uri: link.need is Need.ESSENTIAL for link in taxonomies.skills_of(target)}
    return Goal(title=offers.names.skill(target), occupation=target, offer=None, needs=_needs(asked))


def _needs(asked: dict[str, bool]) -> tuple[GoalNeed, ...]:
    musts = [uri for uri, must in asked.items() if must] or list(asked)
    return tuple(GoalNeed(uri=uri, is_essential=asked[uri]) for uri in musts)


def _page(visit: Visit, careers: Careers) -> PlanPage:
    person, spaces = visit.person()
    offers, stored = Offers(visit), spaces.plans.of(visit.work, person.id)
    openings = spaces.market.openings(visit.work)
    trial, search = visit.asked("goal"), visit.asked("search")[:MAX_SEARCH]
    shown = stored
    if trial:
        chosen = stored.trainings if stored else ()
        shown = StoredPlan(goal=_goal(offers, visit, trial), trainings=chosen)
    given = [
        grant
        for grant in spaces.consents.of_person(visit.work, person.id)
        if grant.dataset == PROFILE_DATASET and grant.state is GrantState.GRANTED and "plan" in grant.kinds
    ]
    shared = {grant.recipient for grant in given}
    return PlanPage(
        chrome=visit.chrome("plan"),
        plan=_plan(shown, offers, openings, trial) if shown else None,
        is_trial=bool(trial),
        goals=_goals(visit, offers, careers, openings, search, has_plan=shown is not None),
        search=search,
        coaches=tuple(choice for choice in recipients(visit) if choice.value.partition(":")[2] not in shared),
        shared_with=tuple((grant.id, grant.recipient_name) for grant in given),
        comments=tuple(
            Comment(by=f"{each.by}, {each.organisation}", at=each.at, text=each.text)
            for each in spaces.sharing.comments_on(visit.work, person=person.id)
        ),
        news=_news(stored, offers) if stored and not trial else (),
    )


def _news(stored: StoredPlan, offers: Offers) -> tuple[str, ...]:
    """Say which chosen trainings teach only what the person has by now."""
    text = offers.words.gettext(TURNS[Turn.CLOSED])
    over = [one for one in stored.trainings if one.skills and set(one.skills) <= offers.held.keys()]
    return tuple(text % {"training": one.title} for one in over)


def _plan(stored: StoredPlan, offers: Offers, openings: dict[str, int], trial: str) -> Plan:
    goal = stored.goal
    found = offers.gap_to((need.uri, need.is_essential) for need in goal.needs)
    fits = offers.closers(found, LOOKED_AT)
    items = offers.items([*(fit.training_id for fit in fits), *(each.id for each in stored.trainings)])
    options: dict[str, list[TrainingRef]] = {}
    for fit in (fit for fit in fits if fit.training_id in items):
        for uri in fit.closes:
            if len(options.setdefault(uri, [])) < OFFERED:
                options[uri].append(offers.ref(items[fit.training_id], fit.closes))
    refs = {each.id: _kept(each, items, offers) for each in stored.trainings}
    taught = {uri: refs[each.id] for each in stored.trainings for uri in each.skills}
    ends = [course(items[each.id]).ends or each.starts for each in stored.trainings if each.id in items]
    days = [day for day in ends if day is not None]
    title = offers.names.skill(goal.occupation) if goal.occupation and not goal.offer else goal.title
    return Plan(
        goal=title,
        goal_uri=trial or goal.offer or goal.occupation or "",
        is_synthetic=goal.synthetic,
        steps=_steps(found, taught, options, offers),
        trainings=tuple(refs.values()),
        done_by=max(days, default=None),
        openings=openings.get(goal.occupation or "", 0),
    )


def _kept(chosen: ChosenTraining, items: dict[str, Item], offers: Offers) -> TrainingRef:
    """Return a chosen training as it stands now, or as it stood when the market has forgotten it."""
    if chosen.id in items:
        return offers.ref(items[chosen.id], chosen.skills)
    place = offers.names.place("", chosen.provider)
    return TrainingRef(id=chosen.id, title=chosen.title, place=place, where=chosen.place, starts=chosen.starts)


def _steps(
    found: Gap, taught: dict[str, TrainingRef], options: dict[str, list[TrainingRef]], offers: Offers
) -> tuple[PlanStep, ...]:
    """Return what is there first, then what is on its way, then the rest, heaviest first."""
    names = offers.names

    def tag(uri: str, level: int | None = None) -> SkillTag:
        return SkillTag(uri=uri, label=names.skill(uri), level=level)

    there = [PlanStep(skill=tag(one.need_uri, one.validation), state="have") for one in found.have]
    via = {one.need_uri: names.skill(one.by_uri) for one in found.close}
    ahead = []
    for uri in (*via, *(one.need_uri for one in found.missing)):
        state = "chosen" if uri in taught else "close" if uri in via else "open"
        ahead.append(
            PlanStep(
                skill=tag(uri),
                state=state,
                via=via.get(uri, ""),
                training=taught.get(uri),
                options=tuple(options.get(uri, ())),
            )
        )
    return (*there, *sorted(ahead, key=lambda step: step.state != "chosen"))


def _goals(
    visit: Visit, offers: Offers, careers: Careers, openings: dict[str, int], search: str, *, has_plan: bool
) -> tuple[Choice, ...]:
    """Return the occupations a search finds; before there is a plan, those that are nearest."""
    if search:
        hits = visit.rooms.taxonomies.search(search, visit.language, kinds={ConceptKind.OCCUPATION}, limit=GOALS)
        uris = [hit.uri for hit in hits]
    elif not has_plan and offers.skills and (known := careers.current()) is not None:
        near = known.next_moves(offers.skills, offers.occupation, visit.rooms.taxonomies, demand=openings, k=GOALS)
        uris = [move.occupation for move in near]
    else:
        uris = []
    chosen = visit.asked("goal")
    return tuple(
        Choice(value=uri, label=offers.names.skill(uri), count=openings.get(uri, 0), is_chosen=uri == chosen)
        for uri in uris
    )
