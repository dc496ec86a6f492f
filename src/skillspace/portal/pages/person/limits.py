"""What narrows a yes: how often, on which days and hours, in which countries, and only which things; form and words."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import time
from typing import TypedDict

from babel.dates import get_day_names

from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.common import Choice
from skillspace.portal.views.sharing import LimitsForm
from skillspace.portal.words import N_
from skillspace.trust.consent import Conditions, Direction, Grant
from skillspace.trust.consent.conditions import ALL_DAYS, EEA

OFTEN = {"": N_("As often as they need"), "3": N_("3 times"), "1": N_("Once")}
TIMES = {
    "": N_("At any time"),
    "school": N_("Only on school days, 8 to 16"),
    "own": N_("Only on the days and hours below"),
}
SCHOOL = (frozenset(range(1, 6)), time(8), time(16))
EEA_CODE = "EEA"
COUNTRY = re.compile("[A-Z]{2}")
#: Things named one by one before the others are only counted.
NAMED = 6


class Narrowing(TypedDict):
    """How often, when and where a yes holds; None as it was asked."""

    max_uses: int | None
    conditions: Conditions | None


def limits_form(
    visit: Visit, recipients: Collection[str], *, is_all: bool = True, most: int | None = None
) -> LimitsForm:
    """Return what may be chosen for a yes to any of these, as it was sent; without `is_all` only how often.

    `most` is how often was asked for: no more is offered.
    """
    offered = tuple(one for one in often_choices(visit) if most is None or not one.value or int(one.value) < most)
    form = LimitsForm(often=offered, is_open=any(visit.field(name) for name in ("often", "when", "where")))
    if not is_all:
        return form
    return replace(
        form,
        times=time_choices(visit),
        days=day_choices(visit),
        start=visit.field("start") or form.start,
        end=visit.field("end") or form.end,
        where=where_choices(visit, recipients),
    )


def often_choices(visit: Visit) -> tuple[Choice, ...]:
    """Return how often an organisation may look."""
    return _choices(visit, OFTEN, "often")


def time_choices(visit: Visit) -> tuple[Choice, ...]:
    """Return when an organisation may look."""
    return _choices(visit, TIMES, "when")


def day_choices(visit: Visit) -> tuple[Choice, ...]:
    """Return the days of the week, Monday first; the days of school are proposed."""
    names = get_day_names("wide", locale=visit.words.locale)
    chosen = set(visit.fields("day")) or {str(day) for day in SCHOOL[0]}
    days = sorted(ALL_DAYS)
    return tuple(Choice(value=str(day), label=names[day - 1], is_chosen=str(day) in chosen) for day in days)


def where_choices(visit: Visit, recipients: Collection[str]) -> tuple[Choice, ...]:
    """Return where the data may be used: anywhere, where the GDPR holds, or one country the recipients work in."""
    known = {visit.rooms.registers.country(visit.work, did) for did in recipients}
    named = {"": visit.words.gettext("In any country"), EEA_CODE: visit.words.gettext("Only in the EU and EEA")}
    only = visit.words.gettext("Only in %(country)s")
    named |= {code: only % {"country": country_name(visit, code)} for code in sorted(code for code in known if code)}
    chosen = visit.field("where")
    return tuple(Choice(value=code, label=label, is_chosen=code == chosen) for code, label in named.items())


def country_name(visit: Visit, code: str) -> str:
    """Return a country in the reader's words."""
    return str(visit.words.locale.territories.get(code, code))


def most_uses(visit: Visit) -> int | None:
    """Read how often; raise BadInput for anything that is not offered."""
    often = visit.field("often")
    if often not in OFTEN:
        raise BadInput("Choose how often they may look.")
    return int(often) if often else None


def narrowed_by(visit: Visit, asked: Grant) -> Narrowing:
    """Read how often, when and where a yes to this ask holds; what the form left open stays as it was asked.

    Raises BadInput for what is not offered, and for more than was asked.
    """
    if asked.direction(visit.rooms.did) is Direction.GATHER:
        return Narrowing(max_uses=None, conditions=None)
    return Narrowing(max_uses=most_uses(visit), conditions=conditions(visit, asked.recipient))


def conditions(visit: Visit, recipient: str) -> Conditions | None:
    """Read when and where a yes holds; None for always and everywhere.

    Raises BadInput for what is not offered, and where it would open nothing: the recipient does not work there.
    """
    found = wished_conditions(visit)
    if found and found.countries and visit.rooms.registers.country(visit.work, recipient) not in found.countries:
        raise BadInput("This organisation does not work only there, so it would see nothing.")
    return found


def wished_conditions(visit: Visit) -> Conditions | None:
    """Read when and where something shall hold, whoever it is about; raise BadInput for what is not offered."""
    found = _times(visit)
    where = visit.field("where")
    if where not in ("", EEA_CODE) and not COUNTRY.fullmatch(where):
        raise BadInput("Choose where it may be used.")
    countries = EEA if where == EEA_CODE else frozenset({where} - {""})
    if found is None and not countries:
        return None
    days, start, end = found or (ALL_DAYS, time(0), time(0))
    return Conditions(days=days, start=start, end=end, zone=str(visit.words.zone), countries=countries)


def limits_of(grant: Grant, visit: Visit, names: Names) -> tuple[str, ...]:
    """Return what narrows a yes, a sentence each."""
    words = visit.words
    said = []
    for kind, items in grant.items.items():
        shown = [names.skill(item) if kind == "skills" else item for item in items[:NAMED]]
        if len(items) > NAMED:
            more = words.ngettext("%(num)d more", "%(num)d more", len(items) - NAMED)
            shown.append(more % {"num": len(items) - NAMED})
        said.append(words.gettext("Only these: %(things)s.") % {"things": words.listing(shown)})
    if grant.max_uses is not None:
        left = max(grant.max_uses - grant.used, 0)
        text = words.ngettext("They may look %(num)d time.", "They may look %(num)d times.", grant.max_uses)
        rest = words.ngettext("%(num)d is left.", "%(num)d are left.", left)
        said.append(f"{text % {'num': grant.max_uses}} {rest % {'num': left}}")
    if grant.conditions is not None:
        said += _told(grant.conditions, visit)
    return tuple(said)


def _told(given: Conditions, visit: Visit) -> list[str]:
    words = visit.words
    said = []
    if given.days != ALL_DAYS or given.start != given.end:
        days = get_day_names("wide", locale=words.locale)
        facts = {"days": words.listing(days[day - 1] for day in sorted(given.days))}
        if given.start == given.end:
            said.append(words.gettext("Only on %(days)s.") % facts)
        else:
            facts |= {"start": f"{given.start:%H:%M}", "end": f"{given.end:%H:%M}"}
            said.append(words.gettext("Only on %(days)s, from %(start)s to %(end)s.") % facts)
    if given.countries == EEA:
        said.append(words.gettext("Only in the EU and EEA."))
    elif given.countries:
        where = words.listing(country_name(visit, code) for code in sorted(given.countries))
        said.append(words.gettext("Only in %(country)s.") % {"country": where})
    return said


def _times(visit: Visit) -> tuple[frozenset[int], time, time] | None:
    when = visit.field("when")
    if when not in TIMES:
        raise BadInput("Choose when they may look.")
    if when != "own":
        return SCHOOL if when else None
    days = frozenset(int(day) for day in visit.fields("day") if day in {str(each) for each in ALL_DAYS})
    start, end = _hour(visit.field("start")), _hour(visit.field("end"))
    if not days:
        raise BadInput("Choose at least one day of the week.")
    return days, start, end


def _hour(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise BadInput("An hour is written like 08:00.") from None
    return time(found.hour, found.minute)


def _choices(visit: Visit, offered: dict[str, str], field: str) -> tuple[Choice, ...]:
    chosen = visit.field(field)
    return tuple(
        Choice(value=key, label=visit.words.gettext(text), is_chosen=key == chosen) for key, text in offered.items()
    )
