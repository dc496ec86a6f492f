"""How a statement is handed out: exactly, by identifiers alone, or in one language (xAPI §4.1.6.1, `format`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from skillspace.records.statements.activities import language_maps
from skillspace.records.statements.actors import IDENTIFIERS
from skillspace.records.statements.looking import activities
from skillspace.records.statements.reading import kind_of

#: Finds what is known of an activity, by its id.
Definitions = Callable[[str], Mapping[str, Any] | None]


def ids_only(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement in which agents, groups, verbs and activities are what identifies them, and no more."""
    plain = dict(statement)
    plain["verb"] = {"id": statement["verb"]["id"]}
    for name in ("actor", "authority"):
        if name in plain:
            plain[name] = _actor(plain[name])
    target = statement["object"]
    kind = kind_of(target)
    if kind == "Activity":
        plain["object"] = {"id": target["id"]}
    elif kind in ("Agent", "Group"):
        plain["object"] = _actor(target)
    elif kind == "SubStatement":
        plain["object"] = ids_only(target)
    if "context" in plain:
        plain["context"] = _context(plain["context"])
    return plain


def canonical(statement: Mapping[str, Any], languages: Sequence[str], definition: Definitions) -> dict[str, Any]:
    """Return a statement with what the store knows of its activities, and one language in each map.

    `languages` are those wanted, best first (`wanted_languages`).
    """
    plain = deepcopy(dict(statement))
    for activity in activities(plain):
        known = definition(activity["id"])
        if known is not None:
            activity["definition"] = deepcopy(dict(known))
    _in_one_language(plain, languages)
    return plain


def wanted_languages(accept: str) -> list[str]:
    """Return the languages an Accept-Language header asks for, best first; what cannot be read is left out."""
    ranked = []
    for place, part in enumerate(accept[:1000].split(",")):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        if tag and weight > 0:
            ranked.append((-weight, place, tag.strip().lower()))
    return [tag for _, _, tag in sorted(ranked)]


def in_one_language(words: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return a language map with the best one of its languages (RFC 4647 lookup, then any of the same language)."""
    known = {tag.lower(): tag for tag in words}
    for wanted in languages:
        asked = wanted
        while asked:
            if asked in known:
                return {known[asked]: words[known[asked]]}
            asked = asked.rpartition("-")[0]
        for tag, spelled in known.items():
            if tag.partition("-")[0] == wanted.partition("-")[0]:
                return {spelled: words[spelled]}
    return dict(list(words.items())[:1])


def _in_one_language(statement: dict[str, Any], languages: Sequence[str]) -> None:
    verb = statement["verb"]
    if "display" in verb:
        verb["display"] = in_one_language(verb["display"], languages)
    for activity in activities(statement):
        for holder, name in language_maps(activity.get("definition", {})):
            holder[name] = in_one_language(holder[name], languages)
    if kind_of(statement["object"]) == "SubStatement":
        _in_one_language(statement["object"], languages)


def _actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: actor[name] for name in ("objectType", *IDENTIFIERS) if name in actor}
    if not IDENTIFIERS.keys() & plain.keys():
        plain["member"] = [_actor(one) for one in actor["member"]]
    return plain


def _context(context: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(context)
    for name in ("instructor", "team"):
        if name in plain:
            plain[name] = _actor(plain[name])
    for name, part in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in plain:
            plain[name] = [{**one, part: _actor(one[part])} for one in plain[name]]
    if "contextActivities" in plain:
        near = plain["contextActivities"]
        plain["contextActivities"] = {name: [{"id": one["id"]} for one in near[name]] for name in near}
    return plain
