"""What a statement is about: activities and their definitions, verbs, and what others may add (xAPI §2.4.3, §2.4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.records.statements.values import (
    iri,
    language_map,
    mapping,
    members,
    needed,
    sequence,
    text,
    wrong,
)

MAX_DEPTH = 32
"""How deep what others add (extensions) may be nested; our own bound."""
_ACTIVITY = frozenset({"objectType", "id", "definition"})
_COMPONENTS = ("choices", "scale", "source", "target", "steps")
_OF_INTERACTIONS = frozenset({"correctResponsesPattern", *_COMPONENTS})
_DEFINITION = _OF_INTERACTIONS | {"name", "description", "type", "moreInfo", "extensions", "interactionType"}
_COMPONENT = frozenset({"id", "description"})
_VERB = frozenset({"id", "display"})
_INTERACTIONS = frozenset(
    [
        "true-false",
        "choice",
        "fill-in",
        "long-fill-in",
        "matching",
        "performance",
        "sequencing",
        "likert",
        "numeric",
        "other",
    ]
)
_MAPS = ("name", "description")


def check_verb(value: object, where: str) -> None:
    """Check a verb; raise NotAStatement."""
    found = members(value, where, _VERB)
    needed(found, where, "id")
    iri(found["id"], f"{where}.id")
    if "display" in found:
        language_map(found["display"], f"{where}.display")


def check_activity(value: object, where: str) -> None:
    """Check an activity; raise NotAStatement."""
    found = members(value, where, _ACTIVITY)
    if found.get("objectType", "Activity") != "Activity":
        raise wrong(f"{where}.objectType", "this must be Activity")
    needed(found, where, "id")
    iri(found["id"], f"{where}.id")
    if "definition" in found:
        _check_definition(found["definition"], f"{where}.definition")


def check_extensions(value: object, where: str) -> None:
    """Check what others added: any JSON under the name of an IRI, not too deep; raise NotAStatement."""
    for name, content in mapping(value, where).items():
        iri(name, f"{where}.{name[:80]}")
        _check_depth(content, f"{where}.{name[:80]}", MAX_DEPTH)


def merged(known: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any]:
    """Return one definition out of what was known of an activity and what a statement says: the newer word counts,
    language by language and extension by extension, and nothing that was said before goes."""
    result = dict(known or {})
    for name, value in new.items():
        if name in (*_MAPS, "extensions") and isinstance(result.get(name), dict):
            result[name] = {**result[name], **value}
        else:
            result[name] = value
    return result


def language_maps(definition: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return every language map in a definition, each as what holds it and its name there."""
    holders = [one for name in _COMPONENTS for one in definition.get(name, ())]
    found = [(one, "description") for one in holders if "description" in one]
    return [*((definition, name) for name in _MAPS if name in definition), *found]


def _check_definition(value: object, where: str) -> None:
    found = members(value, where, _DEFINITION)
    for name in _MAPS:
        if name in found:
            language_map(found[name], f"{where}.{name}")
    for name in ("type", "moreInfo"):
        if name in found:
            iri(found[name], f"{where}.{name}")
    if "extensions" in found:
        check_extensions(found["extensions"], f"{where}.extensions")
    if "interactionType" in found:
        if text(found["interactionType"], f"{where}.interactionType") not in _INTERACTIONS:
            raise wrong(f"{where}.interactionType", f"this must be one of {', '.join(sorted(_INTERACTIONS))}")
    elif not _OF_INTERACTIONS.isdisjoint(found):
        raise wrong(where, "what belongs to an interaction needs its interactionType")
    if "correctResponsesPattern" in found:
        for place, one in enumerate(sequence(found["correctResponsesPattern"], f"{where}.correctResponsesPattern")):
            text(one, f"{where}.correctResponsesPattern[{place}]")
    for name in _COMPONENTS:
        if name in found:
            _check_components(found[name], f"{where}.{name}")


def _check_components(value: object, where: str) -> None:
    seen = set()
    for place, one in enumerate(sequence(value, where)):
        found = members(one, f"{where}[{place}]", _COMPONENT)
        needed(found, f"{where}[{place}]", "id")
        seen.add(text(found["id"], f"{where}[{place}].id"))
        if "description" in found:
            language_map(found["description"], f"{where}[{place}].description")
        if len(seen) != place + 1:
            raise wrong(f"{where}[{place}].id", "another component has the same id")


def _check_depth(content: object, where: str, left: int) -> None:
    if type(content) is dict:
        inner: list[object] = list(content.values())
    elif type(content) is list:
        inner = content
    else:
        return
    if left == 0:
        raise wrong(where, f"this is nested more than {MAX_DEPTH} deep")
    for one in inner:
        _check_depth(one, where, left - 1)
