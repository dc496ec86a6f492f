"""Reasons as data: a message's name and its parameters, put into words from `wording.json` in every language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from skillspace.trust.policy.terms import short

#: How much of a value that came from outside is repeated.
MOST_NAMED = 100
MOST_LISTED = 300
Naming = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One reason. `message` names a sentence of the wording; `params` are texts, lists of words, or reasons within."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The reason as an English sentence."""
        return sentence(self)

    def as_json(self) -> dict[str, Any]:
        """The reason as plain JSON values, to be kept and read again by `reason_of`."""
        return {"message": self.message, "params": {name: _plain(value) for name, value in self.params.items()}}


def reason_of(written: Mapping[str, Any]) -> Reason:
    """Read what `as_json` wrote."""
    params = {
        name: [reason_of(part) for part in value] if name == "parts" else value
        for name, value in written["params"].items()
    }
    return Reason(message=written["message"], params=params)


def sentence(reason: Reason, language: str = "en", naming: Naming = short) -> str:
    """Put a reason into words; `naming` gives words such as purposes and roles the reader's name for them."""
    words = wording(language)
    params: dict[str, str] = {}
    for name, value in reason.params.items():
        if name == "parts":
            params[name] = " · ".join(sentence(part, language, naming) for part in value)
        elif name == "operand":
            params["subject"] = words["subjects"].get(value, f"“{_cut(value)}”")
            params[name] = _cut(value)
        elif name == "kind":
            params[name] = words["kinds"].get(value, _cut(value))
        elif isinstance(value, list | tuple):
            params[name] = ", ".join(sorted(naming(one) for one in value))[:MOST_LISTED] or words["none"]
        else:
            params[name] = str(value)[:MOST_LISTED]
    text: str = words["messages"][reason.message]
    return text.format_map(params)


def named(value: object) -> str:
    """A name from outside, short enough to be repeated."""
    return _cut(str(value))


def languages() -> tuple[str, ...]:
    """The languages reasons and rules are told in."""
    return tuple(_catalogue())


def wording(language: str) -> Mapping[str, Any]:
    """The sentences of a language, English where there are none."""
    return _catalogue().get(language) or _catalogue()["en"]


@cache
def _catalogue() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("skillspace.trust.policy").joinpath("wording.json").read_text(encoding="utf-8")
    catalogue: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return catalogue


def _plain(value: object) -> object:
    if isinstance(value, Reason):
        return value.as_json()
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int) or value is None else str(value)


def _cut(text: str) -> str:
    return text[:MOST_NAMED]
