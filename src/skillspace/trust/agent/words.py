"""The agent in plain words (`wording.json`): why it decided, what it did not understand, and a wish said back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from skillspace.trust.agent.model import CATEGORY, ROLE, Reason, Wish
from skillspace.trust.agent.wishes import Understood
from skillspace.trust.consent.conditions import ALL_DAYS, EEA
from skillspace.trust.consent.notices.notice import kind_label, purpose_label

#: Purposes by two names: where a wish is about both, the second says it for both.
SAME = {"recruitment": "recruit", "training-advice": "train", "guidance": "coach"}


@cache
def _wording() -> dict[str, Any]:
    text = resources.files("skillspace.trust.agent").joinpath("wording.json").read_text(encoding="utf-8")
    wording: dict[str, Any] = json.loads(text)
    return wording


def say(reason: Reason, language: str) -> str:
    """Return a reason as a sentence, in English where there is none in `language`."""
    facts = dict(reason.facts)
    if "kinds" in facts:
        facts["kinds"] = ", ".join(kind_label(kind, language) for kind in facts["kinds"].split(", "))
    return str(_words(language)["reasons"][reason.code]).format_map(facts)


def not_understood(understood: Understood, language: str) -> str:
    """Return what was not understood of a sentence, and what to write instead."""
    missed = ", ".join(f"“{word}”" for word in understood.missed)
    return str(_words(language)["not_understood"][understood.code]).format_map({"missed": missed})


def told(wish: Wish, language: str, *, names: Mapping[str, str] | None = None, zone: str = "UTC") -> str:
    """Say a wish back for the person to confirm, every part of it; `names` maps DIDs to names.

    What is not named is said as “anything” or “anybody”, so that nothing is wider than it reads.
    """
    words, way, effect = _words(language), wish.direction.value, wish.effect.value
    kinds = [_kind(kind, language) for kind in sorted(wish.kinds)]
    whom = [_organisation(one, way, language, names or {}) for one in sorted(wish.organisations)]
    parts = [
        f"{words['effects'][effect]} {words['directions'][way][effect]}",
        _listed(kinds, language) or words["all"]["kinds"],
        words["to"][way].format(_listed(whom, language) or words["all"][way]),
    ]
    return ", ".join([" ".join(parts), *_bounds(wish, words, language, zone)]) + "."


def category_label(name: str, language: str) -> str:
    """Return what a category of kinds of data is called."""
    return str(_words(language)["categories"].get(name, name))


def role_label(role: str, language: str) -> str:
    """Return what organisations of a role are called, as several."""
    return str(_words(language)["roles"].get(role, role))


def _bounds(wish: Wish, words: Mapping[str, Any], language: str, zone: str) -> list[str]:
    said = list[str]()

    def add(name: str, *facts: object) -> None:
        said.append(str(words["parts"][name]).format(*facts))

    if wish.purposes:
        # Several codes may mean one thing; each is said once.
        codes = [one for one in sorted(wish.purposes) if SAME.get(one) not in wish.purposes]
        named = dict.fromkeys(purpose_label(purpose, language) for purpose in codes)
        add("purposes", _listed(named, language))
    if (held := wish.conditions) is not None:
        if held.days != ALL_DAYS:
            add("days", _listed([words["weekdays"][day - 1] for day in sorted(held.days)], language))
        if held.start != held.end:
            add("hours", f"{held.start:%H:%M}", f"{held.end:%H:%M}", held.zone)
        if held.countries == EEA:
            add("eea")
        elif held.countries:
            territories = Locale.parse(language).territories
            add("countries", _listed([territories.get(code, code) for code in sorted(held.countries)], language))
    if wish.most_days is not None:
        add("most_days", wish.most_days)
    if wish.most_uses is not None:
        add("most_uses", wish.most_uses)
    if wish.until is not None:
        # It ends with the moment before: a person reads the last day on which it holds.
        last = wish.until.astimezone(ZoneInfo(zone)) - timedelta(microseconds=1)
        add("until", format_date(last.date(), format="long", locale=language))
    return said


def _kind(kind: str, language: str) -> str:
    if kind.startswith(CATEGORY):
        return category_label(kind.removeprefix(CATEGORY), language)
    return str(_words(language)["kinds"].get(kind) or kind_label(kind, language))


def _organisation(entry: str, way: str, language: str, names: Mapping[str, str]) -> str:
    is_role = entry.startswith(ROLE)
    called = role_label(entry.removeprefix(ROLE), language) if is_role else names.get(entry, entry)
    return str(_words(language)["each"]["role" if is_role else "name"][way]).format(called)


def _listed(names: Collection[str], language: str) -> str:
    return str(format_list(list(dict.fromkeys(names)), locale=Locale.parse(language))) if names else ""


def _words(language: str) -> Mapping[str, Any]:
    wording = _wording()
    found: Mapping[str, Any] = wording.get(language) or wording["en"]
    return found
