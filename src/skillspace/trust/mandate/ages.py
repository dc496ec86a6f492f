"""Ages as data: from which age a person consents alone and from which they are of age, by country, to the day.

The lines are data (`ages.json`, each with its source and since when): a lawyer changes them, and no code changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from skillspace.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class AgeRule:
    """One age a law sets, in full years; `source` names the law, `since` the day it began to hold."""

    age: int
    since: date
    source: str


@dataclass(frozen=True, kw_only=True)
class CountryAges:
    """The ages of one country. `zone` is where its day begins last, so that nobody is taken for older too early."""

    consent: tuple[AgeRule, ...]
    majority: int
    majority_source: str
    zone: str


@cache
def _table() -> Mapping[str, CountryAges]:
    text = resources.files("skillspace.trust.mandate").joinpath("ages.json").read_text(encoding="utf-8")
    return {
        country: CountryAges(
            consent=tuple(
                AgeRule(age=rule["age"], since=date.fromisoformat(rule["since"]), source=rule["source"])
                for rule in line["consent"]
            ),
            majority=line["majority"]["age"],
            majority_source=line["majority"]["source"],
            zone=line["zone"],
        )
        for country, line in json.loads(text)["countries"].items()
    }


def countries() -> tuple[str, ...]:
    """The countries whose ages are known: ISO 3166-1 alpha-2, in order."""
    return tuple(sorted(_table()))


def ages_of(country: str) -> CountryAges:
    """Return the ages of a country; raise BadInput for one that is not in the table."""
    found = _table().get(country)
    if found is None:
        raise BadInput(f"The age of consent in country {country[:20]!r} is not known; add it to ages.json.")
    return found


def consent_rule(country: str, on: date) -> AgeRule:
    """Return the rule for consent alone (GDPR Art. 8) that held on a day; the first one for days before it."""
    rules = ages_of(country).consent
    return next((rule for rule in reversed(rules) if rule.since <= on), rules[0])


def age_of_consent(country: str, on: date | None = None) -> int:
    """Return the age in full years from which a person consents alone, on a day or by the newest rule."""
    return consent_rule(country, on or date.max).age


def age_of_majority(country: str) -> int:
    """Return the age in full years at which guardianship as such ends."""
    return ages_of(country).majority


def local_day(country: str, at: datetime) -> date:
    """Return the calendar day that has begun everywhere in the country (its European part) at a moment."""
    return at.astimezone(ZoneInfo(ages_of(country).zone)).date()


def birthday(born: date, years: int) -> date:
    """Return the day that begins when `years` full years were lived.

    Who was born on 29 February has lived a common year when its 28 February ends (BGB § 188(2)): the day is 1 March.
    """
    year = born.year + years
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age_on(born: date, day: date) -> int:
    """Return the full years lived at the beginning of a day; negative before birth."""
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def born_by(day: date, years: int) -> date:
    """Return the latest date of birth of those who have lived `years` full years on a day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
