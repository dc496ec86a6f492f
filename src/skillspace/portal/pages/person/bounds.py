"""What a person can give to a plan, read strictly from a form, and how near a training is to where they live.

Nearness is kilometres, or steps of territories (0 the municipality, 1 the region, 2 the country) where somebody asks
for a territory or nobody knows the middle of where they live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from starlette.datastructures import QueryParams

from skillspace.kernel.errors import BadInput
from skillspace.market.territory import choices as around_home
from skillspace.market.territory import circle, middle_of, place, region_of, territory_names, territory_parents
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.person.nearby import choice_of
from skillspace.portal.views.common import Choice
from skillspace.portal.views.planning import BoundsForm
from skillspace.portal.words import N_
from skillspace.skills.matching.around import FURTHEST_KM
from skillspace.skills.planning import Bound, Bounds

AMOUNT = re.compile(r"[0-9]{1,7}([.,][0-9]{1,2})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
UNSAID = frozenset({Bound.UNKNOWN_PRICE, Bound.UNKNOWN_HOURS, Bound.UNKNOWN_DATES, Bound.UNKNOWN_DISTANCE})
STEPS = ("0", "1", "2")
LANGUAGES = {"en": N_("English"), "fr": N_("French"), "sv": N_("Swedish")}
WRONG = {
    "budget": N_("The budget is an amount of money, such as 500 or 499.50."),
    "hours": N_("The hours a week are a number, such as 8 or 7.5."),
    "earliest": N_("The first day is a date, such as 2027-01-15."),
    "latest": N_("The last day is a date, such as 2027-06-30."),
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was typed, checked: every field is empty or fits. Equal ones ask for the same plan."""

    budget: str = ""
    hours: str = ""
    earliest: str = ""
    latest: str = ""
    within: str = ""
    language: str = ""
    must_say: bool = False
    anew: bool = False

    @classmethod
    def of(cls, asked: QueryParams, home: str | None, words: Translator) -> Given:
        """Read a query. Raises BadInput, in the person's language, naming the field that does not fit."""
        fields = {name: asked.get(name, "").strip() for name in ("budget", "hours", "earliest", "latest")}
        for name, text in fields.items():
            pattern = DAY if name in ("earliest", "latest") else AMOUNT
            if text and (pattern.fullmatch(text) is None or (pattern is DAY and _day(text) is None)):
                raise BadInput(words.gettext(WRONG[name]))
        if fields["earliest"] and fields["latest"] and fields["latest"] < fields["earliest"]:
            raise BadInput(words.gettext("The last day comes before the first day."))
        within, language = asked.get("within", ""), asked.get("language", "")
        if (within not in ("", *STEPS) and not choice_of(within, home)) or (language and language not in LANGUAGES):
            raise BadInput(words.gettext("There is no such choice; choose again."))
        return cls(
            budget=fields["budget"],
            hours=fields["hours"],
            earliest=fields["earliest"],
            latest=fields["latest"],
            within=within,
            language=language,
            must_say=asked.get("must_say") == "yes",
            anew=asked.get("anew") == "yes",
        )

    def bounds(self, today: date, currency: str, home: str | None, places: Sequence[str]) -> Bounds:
        """Return the bounds for planning among trainings in these places. Raises BadInput on a last day in the past."""
        middle, km = (None, None) if self.within in STEPS else (middle_of(home), circle(self.within))
        earliest = max(_day(self.earliest) or today, today)
        return Bounds(
            earliest=earliest,
            latest=_day(self.latest),
            budget=Decimal(self.budget.replace(",", ".")) if self.budget else None,
            currency=currency,
            hours_a_week=float(self.hours.replace(",", ".")) if self.hours else None,
            km=float(self.within) if self.within in STEPS else km,
            home=middle,
            distances=nearness(home, places) if middle is None else _unplaced(home, km, places),
            languages=frozenset({self.language} if self.language else ()),
            allows=frozenset() if self.must_say else UNSAID,
        )

    def form(self, home: str | None, currency: str, words: Translator) -> BoundsForm:
        """Return the form as it was filled in; how far is asked only of those whose territory is known."""
        names = territory_names()
        spots = [names[one] for one in above(home)]
        places = [("", words.gettext("Anywhere"))]
        places += [(one, f"{words.number(circle(one) or 0)} km") for one in around_home(home)]
        places += [(str(step), name) for step, name in enumerate(spots)]
        languages = [("", words.gettext("Any language"))]
        languages += [(code, words.gettext(name)) for code, name in LANGUAGES.items()]
        return BoundsForm(
            budget=self.budget,
            currency=currency,
            hours=self.hours,
            earliest=self.earliest,
            latest=self.latest,
            must_say=self.must_say,
            anew=self.anew,
            places=_choices(places, self.within) if spots else (),
            languages=_choices(languages, self.language),
        )


def above(territory: str | None) -> list[str]:
    """Return a territory and those it lies in, the smallest first."""
    parents, found, spot = territory_parents(), list[str](), territory
    while spot is not None and spot in parents:
        found.append(spot)
        spot = parents[spot]
    return found


def nearness(home: str | None, places: Sequence[str]) -> dict[str, float]:
    """Return how near each place is: 0 in the territory where one lives, one more for each around it."""
    spots = above(home)
    return dict(_steps(spots, places)) if spots else {}


def _steps(spots: Sequence[str], places: Sequence[str]) -> Iterator[tuple[str, float]]:
    for code in places:
        holding = set(above(code))
        yield code, float(next((step for step, spot in enumerate(spots) if spot in holding), len(spots)))


def _unplaced(home: str | None, km: int | None, places: Sequence[str]) -> dict[str, float]:
    """Return how far places without a position count to be: the person's region just near enough, others too far.

    Their country says nothing, nor does any such place where nobody asked how far.
    """
    if km is None:
        return {}
    own, country = region_of(home), (home or "")[:2]
    silent = [one for one in places if place(one) is None and one != country]
    return {one: float(km) if one == own else FURTHEST_KM for one in silent}


def _choices(listed: Sequence[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=label, is_chosen=value == chosen) for value, label in listed)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
