"""Plans in a person's words: what each is best in, what it comes to, what it leaves open and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from skillspace.market.index import Item
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.regional import Region
from skillspace.portal.views.planning import PlanChoice
from skillspace.portal.words import N_
from skillspace.skills.matching import Gap
from skillspace.skills.planning import Bound, Break, Change, Choice, Kind, Open, Plan, Turn

KINDS = {
    Kind.MOST_COVERED: N_("Covers most"),
    Kind.CHEAPEST: N_("Costs least"),
    Kind.FASTEST: N_("Done soonest"),
    Kind.NEAREST: N_("Nearest"),
    Kind.FEWEST: N_("Fewest trainings"),
}
#: Why a training that would teach something is not in a plan; `takes` is what the bound would have to be.
BROKEN = {
    Bound.LANGUAGES: N_("it is in another language"),
    Bound.EARLIEST: N_("it begins on %(takes)s, before your first day"),
    Bound.LATEST: N_("it ends on %(takes)s, after your last day"),
    Bound.BUDGET: N_("all in all it would cost %(takes)s"),
    Bound.HOURS: N_("it takes more hours than you have"),
    Bound.HOURS_A_WEEK: N_("one week would have %(takes)s hours"),
    Bound.DISTANCE: N_("it is farther away"),
    Bound.PREREQUISITES: N_("it asks for something you cannot show yet"),
    Bound.UNKNOWN_PRICE: N_("it does not say its price"),
    Bound.UNKNOWN_HOURS: N_("it does not say its hours"),
    Bound.UNKNOWN_DATES: N_("it does not say its days"),
    Bound.UNKNOWN_DISTANCE: N_("it does not say where it is"),
}
TURNS = {
    Turn.KEPT: N_("“%(training)s” stays: it still helps."),
    Turn.MOVED: N_("“%(training)s” is on other days now."),
    Turn.DONE: N_("“%(training)s” is done."),
    Turn.CLOSED: N_("“%(training)s” adds nothing more: you have what it teaches."),
    Turn.WITHDRAWN: N_("“%(training)s” is no longer offered."),
    Turn.MISSED: N_("“%(training)s” is over."),
    Turn.OUT_OF_BOUNDS: N_("“%(training)s” does not fit what you can give now."),
    Turn.DISPLACED: N_("“%(training)s” no longer fits beside the others."),
}
MOST_LEFT = 8


def choice_of(
    choice: Choice,
    found: Gap,
    items: Mapping[str, Item],
    offers: Offers,
    currency: str,
    *,
    is_chosen: bool,
    is_only: bool,
    region: Region | None = None,
) -> PlanChoice:
    """Return one plan; a training that was withdrawn meanwhile is left out. Of the only plan there is, it is said that
    it covers most, and not that it is the best in everything."""
    words, plan = offers.words, choice.plan
    closed = {uri for step in plan.steps for uri in step.closes}
    total = len(found.have) + len(found.close) + len(found.missing)
    unknown = {bound for _, bound in plan.unknown}
    hours = words.ngettext("%(count)s hour", "%(count)s hours", round(plan.hours)) % {"count": words.number(plan.hours)}
    return PlanChoice(
        kinds=tuple(words.gettext(KINDS[kind]) for kind in (choice.kinds[:1] if is_only else choice.kinds)),
        have=len(found.have),
        adds=len(closed),
        open=total - len(found.have) - len(closed),
        trainings=tuple(
            offers.ref(items[step.training_id], step.closes) for step in plan.steps if step.training_id in items
        ),
        cost=_at_least(_money(plan.cost, currency, words), Bound.UNKNOWN_PRICE in unknown, words),
        hours=_at_least(hours, Bound.UNKNOWN_HOURS in unknown, words),
        ends=_ends(plan, Bound.UNKNOWN_DATES in unknown, words),
        unsaid=_unsaid(choice, words),
        asked=region.asked(sorted(closed), offers.names) if region else "",
        left=tuple(
            (offers.names.skill(one.need_uri), why_open(one, items, currency, words)) for one in plan.open[:MOST_LEFT]
        ),
        is_sure=choice.proof.is_best,
        is_chosen=is_chosen,
    )


def why_open(one: Open, items: Mapping[str, Item], currency: str, words: Translator) -> str:
    """Return why a need stays open."""
    if one.training_id is None or one.training_id not in items:
        return words.gettext("No training in this space adds it yet.")
    title = items[one.training_id].offer.title
    if not one.breaks:
        return words.gettext("“%(training)s” would fit, and adds too little for what it takes.") % {"training": title}
    why = words.listing([_broken(each, currency, words) for each in one.breaks])
    return words.gettext("“%(training)s” comes nearest, but %(why)s.") % {"training": title, "why": why}


def became(change: Change, titles: Mapping[str, str], words: Translator) -> str:
    """Return what became of a training that was chosen before."""
    return words.gettext(TURNS[change.turn]) % {"training": titles[change.training_id]}


def _broken(one: Break, currency: str, words: Translator) -> str:
    takes = one.takes
    if isinstance(takes, date):
        said = words.date(takes)
    elif takes is None:
        said = ""
    else:
        said = _money(takes, currency, words) if one.bound is Bound.BUDGET else words.number(float(takes))
    return words.gettext(BROKEN[one.bound]) % {"takes": said}


def _at_least(said: str, is_more: bool, words: Translator) -> str:
    return words.gettext("%(what)s or more") % {"what": said} if is_more else said


def _ends(plan: Plan, is_later: bool, words: Translator) -> str:
    if plan.ends is None:
        return ""
    day = words.date(plan.ends)
    return words.gettext("%(date)s or later") % {"date": day} if is_later else day


def _unsaid(choice: Choice, words: Translator) -> tuple[str, ...]:
    unknown = [bound for _, bound in choice.plan.unknown]
    prices, hours, days = (
        unknown.count(bound) for bound in (Bound.UNKNOWN_PRICE, Bound.UNKNOWN_HOURS, Bound.UNKNOWN_DATES)
    )
    said = (
        (prices, words.ngettext("%(num)d does not say its price", "%(num)d do not say their price", prices)),
        (hours, words.ngettext("%(num)d does not say its hours", "%(num)d do not say their hours", hours)),
        (days, words.ngettext("%(num)d does not say its days", "%(num)d do not say their days", days)),
    )
    return tuple(text % {"num": count} for count, text in said if count)


def _money(amount: float | Decimal, currency: str, words: Translator) -> str:
    return f"{words.number(amount)} {currency}"
