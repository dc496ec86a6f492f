"""What a person's region asks for, as a boost that is declared: what it does, who says so, and how to leave it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from skillspace.insight import in_demand
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.views.opportunities import RegionLine
from skillspace.skills.matching import Gap
from skillspace.skills.ranking import REGIONAL, InDemand, Policy

#: The field of the query that leaves the region's list out, and what it says then.
FIELD, OFF = "region", "no"
NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Region:
    """What the person's territory asks for of the skills they lack, each with its share; not used unless `is_on`."""

    listed: InDemand
    is_on: bool

    def weighed(self, found: Gap) -> Gap:
        """Return a gap in which what the region asks for counts more, where it is to."""
        if not self.is_on or not self.listed.skills:
            return found
        return Policy(bonus=REGIONAL, in_demand=self.listed).gap(found)

    def asked(self, uris: Iterable[str], names: Names) -> str:
        """Return a sentence on which of these skills the region asks for; empty where none, or it does not count."""
        found = [uri for uri in uris if uri in self.listed.skills] if self.is_on else []
        return asked_said(self.listed.name, found, names) if found else ""

    def line(self, visit: Visit, path: str, query: Mapping[str, str]) -> RegionLine:
        """Return what the page says of it, with the link that switches it over."""
        off = visit.words.gettext("What %(territory)s asks for counts no more than other skills here.")
        says = boost_said(self.listed, visit) if self.is_on else off % {"territory": self.listed.name}
        asked = {name: value for name, value in query.items() if value} | ({FIELD: OFF} if self.is_on else {})
        return RegionLine(says=says, is_on=self.is_on, href=f"{path}?{urlencode(asked)}")


def boost_said(listed: InDemand, visit: Visit) -> str:
    """Return what a list does to trainings, who published it, and of which day it is."""
    words = visit.words
    text = words.gettext(
        "A skill that %(territory)s asks for counts up to %(share)s %% more here (%(source)s, %(date)s)."
    )
    return text % {
        "territory": listed.name,
        "share": words.number(round(100 * REGIONAL)),
        "source": visit.rooms.directory.name(visit.work, listed.source),
        "date": words.date(listed.day),
    }


def asked_said(territory: str, uris: Iterable[str], names: Names) -> str:
    """Return that a territory asks for these skills, the first few of them by name."""
    text = names.words.gettext("Asked for in %(territory)s: %(skills)s.")
    listed = names.words.listing([names.skill(uri) for uri in list(uris)[:NAMED]])
    return text % {"territory": territory, "skills": listed}


def region_of(visit: Visit, offers: Offers, target: Gap) -> Region | None:
    """Return the list of the narrowest territory around the person's home that one is published of."""
    found = in_demand(visit.work, offers.home)
    if found is None:
        return None
    lacked = [*(one.need_uri for one in target.missing), *(one.need_uri for one in target.close)]
    return Region(listed=found.among(lacked, offers.taxonomies), is_on=visit.asked(FIELD) != OFF)
