"""What no preference can do, as data (`limits.json`): sensitive kinds, purposes, how often, how long undo is open."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from skillspace.trust.agent.model import CATEGORY


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of the agent.

    `sensitive_kinds` are special categories, criminal records, identifiers (GDPR Art. 9, 10, 87) and free text, which
    may hold any of them. `purposes_not_by_consent` are those where a yes is not freely given or the law itself decides
    (GDPR Recital 43). `categories` are names for several kinds.
    """

    sensitive_kinds: frozenset[str]
    purposes_not_by_consent: frozenset[str]
    categories: Mapping[str, frozenset[str]]
    automatic_yeses_a_day: int
    undo_days: int
    mistakes_until_pause: int
    preferences_a_person: int
    suggestion_every_days: int

    def covered(self, named: Collection[str], kinds: Collection[str]) -> frozenset[str]:
        """Return which of `kinds` a wish over `named` is about; one that names none is about all of them."""
        if not named:
            return frozenset(kinds)
        meant = {entry for entry in named if not entry.startswith(CATEGORY)}
        for entry in named:
            if entry.startswith(CATEGORY):
                meant |= self.categories.get(entry.removeprefix(CATEGORY), frozenset())
        return frozenset(meant & set(kinds))


@cache
def limits() -> Limits:
    """Return the limits as the file says them."""
    text = resources.files("skillspace.trust.agent").joinpath("limits.json").read_text(encoding="utf-8")
    content = json.loads(text)
    return Limits(
        sensitive_kinds=frozenset(content["sensitive_kinds"]),
        purposes_not_by_consent=frozenset(content["purposes_not_by_consent"]),
        categories={name: frozenset(kinds) for name, kinds in content["categories"].items()},
        automatic_yeses_a_day=content["automatic_yeses_a_day"],
        undo_days=content["undo_days"],
        mistakes_until_pause=content["mistakes_until_pause"],
        preferences_a_person=content["preferences_a_person"],
        suggestion_every_days=content["suggestion_every_days"],
    )
