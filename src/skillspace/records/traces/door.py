"""The door: whoever a statement speaks of becomes a pseudonym, wherever it names them, before anybody reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from skillspace.records.deidentification import Pseudonyms
from skillspace.records.statements.actors import IDENTIFIERS

HOME = "urn:pseudonyms"
"""The home page of accounts that are pseudonyms: no system has them."""

_VOCABULARY = frozenset({"verb", "type", "objectType", "usageType", "contentType", "interactionType", "language"})
"""What says what was done and with what kind of thing: words that all share, also with somebody's user name."""

SHORTEST = 4
"""Letters of a name or identifier that is looked for in other texts, at least: a shorter one stands there by chance."""


def pseudonymous(statement: Mapping[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    """Return a checked statement in which every agent and group is a pseudonym and has no name.

    Their identifiers and names are replaced in every other text of the statement too, addresses of activities
    included; who vouches for the statement (`authority`) is left out, for whoever keeps it will.
    """
    kept = {name: value for name, value in statement.items() if name not in ("authority", "stored")}
    known: dict[str, str] = {}
    for actor in _actors(kept):
        for who, spellings in _known_by(actor):
            name = pseudonyms.of("person", who)
            known.update((one.casefold(), f"{HOME}:{name}" if ":" in one else name) for one in spellings)
    longest = sorted((one for one in known if len(one) >= SHORTEST), key=len, reverse=True)
    pattern = "|".join(rf"(?<![^\W_]){re.escape(one)}(?![^\W_])" for one in longest)
    found = re.compile(pattern or r"(?!)", re.IGNORECASE)

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return found.sub(lambda hit: known.get(hit[0].casefold(), "person"), value)
        if isinstance(value, list):
            return [replaced(inner) for inner in value]
        if not isinstance(value, Mapping):
            return value
        if not _is_actor(value):
            return {
                replaced(name) if ":" in name else name: inner if name in _VOCABULARY else replaced(inner)
                for name, inner in value.items()
            }
        own = {name: replaced(value[name]) for name in ("objectType", "member") if name in value}
        for who, _ in _known_by(value):
            own["account"] = {"homePage": HOME, "name": pseudonyms.of("person", who)}
        return own

    made: dict[str, Any] = replaced(kept)
    return made


def _is_actor(value: Mapping[str, Any]) -> bool:
    return value.get("objectType") in ("Agent", "Group") or not IDENTIFIERS.keys().isdisjoint(value)


def _actors(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every agent and group, those in what others added (extensions) too."""
    if isinstance(value, Mapping):
        if _is_actor(value):
            yield value
        for inner in value.values():
            yield from _actors(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _actors(inner)


def _known_by(actor: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What an agent is known by, as one text, and how that may be spelled elsewhere; nothing for a bare group."""
    for kind in IDENTIFIERS:
        if kind not in actor:
            continue
        value = actor[kind]
        spellings = [str(actor["name"])] if "name" in actor else []
        if isinstance(value, Mapping):
            who = f"account {value.get('homePage')} {value.get('name')}"
            spellings.append(str(value.get("name")))
        else:
            who = f"{kind} {value}"
            spellings += [str(value), str(value).removeprefix("mailto:")]
        yield who, spellings
