"""Rule templates of the education field: small rules with parameters, put together into the rules of an offer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.policy import terms
from skillspace.trust.policy.vocabulary import scheme

_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
#: The parts of a policy a template adds to.
PLACES = ("constraint", "duty", "prohibition", "obligation")


class BadParameter(BadInput):
    """A rule template was given a parameter it cannot use."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One template. `parameters` maps each name to its kind: moment, duration, whole, amount, currency, party, level,
    or words of a scheme (“words:purposes”). `like` names the field's own templates that say the same.
    """

    id: str
    group: str
    like: tuple[str, ...]
    parameters: Mapping[str, str]
    rules: Mapping[str, list[dict[str, Any]]]
    also: frozenset[str] = field(default_factory=frozenset)

    def render(self, values: Mapping[str, object]) -> dict[str, list[Any]]:
        """Return what this template adds to constraint, duty, prohibition and obligation.

        Raises BadParameter for a parameter that is missing, unknown, or not of its kind.
        """
        if strange := sorted(set(values) ^ set(self.parameters)):
            raise BadParameter(
                f"The rule “{self.id}” takes {', '.join(self.parameters) or 'nothing'}; see {strange[0]}."
            )
        written = {name: _write(self.id, name, kind, values[name]) for name, kind in self.parameters.items()}
        return {place: [_fill(rule, written) for rule in rules] for place, rules in self.rules.items()}


def templates() -> tuple[Template, ...]:
    """Return every template, in the order of `templates.json`."""
    return tuple(_by_id().values())


def template(name: str) -> Template:
    """Return a template by its id; raises NotFound."""
    found = _by_id().get(name)
    if found is None:
        raise NotFound(f"There is no rule “{name}”; there are {', '.join(_by_id())}.")
    return found


def compose(chosen: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, Any]:
    """Return the rules of an offer (no @id, no @type): one permission to use with everything the chosen rules ask.

    Raises NotFound for a template nobody wrote, BadParameter for a wrong parameter.
    """
    found: dict[str, list[Any]] = {place: [] for place in PLACES}
    for name, values in chosen:
        for place, rules in template(name).render(values).items():
            found[place] += rules
    permission: dict[str, Any] = {"action": terms.USE}
    permission |= {place: found[place] for place in ("constraint", "duty") if found[place]}
    return {"permission": [permission]} | {name: found[name] for name in ("prohibition", "obligation") if found[name]}


@cache
def _by_id() -> Mapping[str, Template]:
    text = resources.files("skillspace.trust.policy").joinpath("templates.json").read_text(encoding="utf-8")
    return {written["id"]: _read(written) for written in json.loads(text)["templates"]}


def _read(written: Mapping[str, Any]) -> Template:
    rules = {place: written[place] for place in PLACES if place in written}
    return Template(
        id=written["id"],
        group=written["group"],
        like=tuple(written["like"]),
        parameters=written["parameters"],
        rules={place: found if isinstance(found, list) else [found] for place, found in rules.items()},
        also=frozenset(written.get("also", ())),
    )


def _fill(pattern: Any, written: Mapping[str, Any]) -> Any:
    if isinstance(pattern, dict):
        return {name: _fill(value, written) for name, value in pattern.items()}
    if isinstance(pattern, list):
        return [_fill(value, written) for value in pattern]
    return written.get(pattern[1:-1], pattern) if isinstance(pattern, str) and pattern[:1] == "{" else pattern


def _write(rule: str, name: str, kind: str, value: object) -> str | list[str]:
    """Write a parameter as the wire does."""
    found = _words(kind.removeprefix("words:"), value) if kind.startswith("words:") else _WRITERS[kind](value)
    if not found:
        raise BadParameter(f"The rule “{rule}” needs {name}: {kind}; {str(value)[:100]!r} is none.")
    return found


def _words(name: str, value: object) -> list[str]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, Iterable):
        return []
    return sorted({scheme(name).iri(word) for word in words if isinstance(word, str) and word})


def _moment(value: object) -> str:
    found = value if isinstance(value, datetime) else terms.moment(str(value))
    return iso(found) if found is not None else ""


def _duration(value: object) -> str:
    if isinstance(value, timedelta):
        whole = timedelta(seconds=1)
        return f"P{value.days}D" if not value % timedelta(days=1) else f"PT{value // whole}S"
    return str(value) if terms.duration(str(value)) else ""


def _whole(value: object) -> str:
    return str(value) if str(value).isdecimal() and str(value).isascii() and int(str(value)[:18]) > 0 else ""


def _amount(value: object) -> str:
    found = terms.number(f"{value:f}" if isinstance(value, Decimal) else str(value))
    return f"{found:f}" if found is not None and found > 0 else ""


def _currency(value: object) -> str:
    text = str(value)
    return text if len(text) == 3 and text.isascii() and text.isalpha() and text.isupper() else ""


def _party(value: object) -> str:
    return str(value) if ":" in str(value) else ""


def _level(value: object) -> str:
    word = scheme("levels").word(str(value))
    return scheme("levels").iri(word) if word in scheme("levels").order else ""


_WRITERS = {
    "moment": _moment,
    "duration": _duration,
    "whole": _whole,
    "amount": _amount,
    "currency": _currency,
    "party": _party,
    "level": _level,
}
