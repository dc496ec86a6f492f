"""How far away something is for one person, in words, and where they can choose to look.

Kilometres are counted in a straight line from the middle of the person's municipality, to where an offer says it is or
else to the middle of its own municipality; where one side says less than that, by region and country.
"""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.market.index import position_of, territory_of
from skillspace.market.index.model import Offer
from skillspace.market.territory import (
    choices,
    circle,
    is_choice,
    kilometres,
    middle_of,
    region_of,
    territory_names,
    territory_parents,
)
from skillspace.portal.i18n import Translator
from skillspace.portal.views.common import Choice


def choice_of(asked: str, home: str | None) -> str:
    """Return where somebody asked to look; empty, for everywhere, where they cannot look there."""
    return asked if is_choice(asked) and (circle(asked) is None or middle_of(home)) else ""


def circles(home: str | None, chosen: str, words: Translator) -> tuple[Choice, ...]:
    """Return the circles around somebody's home as choices; none where its middle is not known."""
    return tuple(
        Choice(value=one, label=circle_said(one, home, words), is_chosen=one == chosen) for one in choices(home)
    )


def circle_said(choice: str, home: str | None, words: Translator) -> str:
    """Return a circle in words."""
    said = {"km": words.number(circle(choice) or 0), "home": _name(home)}
    return words.gettext("Within %(km)s km of %(home)s") % said


def counted(choice: str, home: str | None, words: Translator) -> str:
    """Return how what lies in a circle was found; empty for any other choice."""
    if circle(choice) is None or middle_of(home) is None:
        return ""
    text = words.gettext(
        "Counted in a straight line from the middle of %(home)s. What says no more than its region is shown where that "
        "is %(region)s."
    )
    return text % {"home": _name(home), "region": _name(region_of(home))}


def away(offer: Offer, home: str | None, words: Translator) -> str:
    """Return the kilometres to an offer in short; empty where they are not known."""
    km = _kilometres(offer, home)
    return "" if km is None else words.gettext("about %(km)s km away") % {"km": words.number(km)}


def place_said(offer: Offer, home: str | None, words: Translator) -> str:
    """Return a sentence on where an offer is, and how that is known; empty where somebody's home is not."""
    if home not in territory_parents():
        return ""
    found, km = position_of(offer), _kilometres(offer, home)
    said: Mapping[str, str] = {"home": _name(home), "region": _name(region_of(home))}
    if found is not None and km is not None:
        said = {**said, "km": words.number(km), "place": offer.place_name or ""}
        if found.is_stated:
            text = words.gettext(
                "About %(km)s km from the middle of %(home)s in a straight line, by where it says it is."
            )
        elif found.at == middle_of(home):
            text = words.gettext("In %(home)s, where you live; it does not say where exactly.")
        else:
            text = words.gettext(
                "About %(km)s km in a straight line, from the middle of %(home)s to that of %(place)s: it does not say "
                "where exactly."
            )
        return text % said
    code = territory_of(offer)
    if code is None:
        return words.gettext("How far away it is cannot be told.")
    if region_of(code) == region_of(home):
        return words.gettext("In your region, %(region)s; how far away it is cannot be told.") % said
    return _elsewhere(code, home, words)


def _elsewhere(code: str, home: str | None, words: Translator) -> str:
    if _country(code) == _country(home or ""):
        return words.gettext("In your country; how far away it is cannot be told.")
    return words.gettext("In another country; how far away it is cannot be told.")


def _country(code: str) -> str:
    above = territory_parents().get(code)
    return _country(above) if above else code[:2]


def _kilometres(offer: Offer, home: str | None) -> int | None:
    """Return whole kilometres, at least one: a position in a municipality's middle is never exact."""
    found, middle = position_of(offer), middle_of(home)
    return max(round(kilometres(middle, found.at)), 1) if found and middle else None


def _name(code: str | None) -> str:
    return territory_names().get(code or "", code or "")
