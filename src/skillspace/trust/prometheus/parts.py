"""One object of theirs while it is read: what is taken is carried, and whatever is left at the end is named as lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.policy.terms import below
from skillspace.trust.prometheus.intake import check
from skillspace.trust.prometheus.model import Loss

LONGEST = 2000
#: Of so many things in one document nobody reads the list of what was lost.
MOST_LOSSES = 5000
_PARTY = re.compile(r"did:[a-z0-9]{1,20}:[A-Za-z0-9._:%-]{1,250}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
Identities = Mapping[str, str]


@cache
def vocabulary() -> Mapping[str, Any]:
    """Return their words and ours for the same."""
    file = resources.files("skillspace.trust.prometheus").joinpath("vocabulary.json")
    words: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return words


class Part:
    """An object of a document, its members found by name whatever prefix they carry."""

    def __init__(self, value: Mapping[str, Any], path: str, losses: list[Loss]) -> None:
        self.path = path
        self.losses = losses
        self._value = value
        self._names: dict[str, str] = {}
        for name in value:
            self._names.setdefault(_plain(name), name)
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    @property
    def names(self) -> frozenset[str]:
        """The names of its members, without prefixes."""
        return frozenset(self._names)

    def raw(self, name: str) -> Any:
        """Take a member as it is; None where there is none."""
        key = self._names.get(name)
        if key is None:
            return None
        self._taken.add(key)
        return self._value[key]

    def at(self, name: str) -> str:
        """Where a member stands."""
        return below(self.path, self._names.get(name, name))

    def text(self, name: str) -> str:
        """Take a text: plain, ``{"@value"}``, ``{"@id"}``, or one of several languages (English before others)."""
        value = self.raw(name)
        found = _text(value)
        if found is None:
            self.lose(name, "It is no text.")
            return ""
        if isinstance(value, list) and len([one for one in value if _text(one)]) > 1:
            self.lose(name, "It is said several times, or in several languages; one of them is carried.")
        if len(found) > LONGEST:
            self.lose(name, f"It is cut after {LONGEST} characters.", is_correction=True)
        return found[:LONGEST].strip()

    def texts(self, name: str) -> list[str]:
        """Take several texts; a single one counts as a list of one."""
        value = self.raw(name)
        found = []
        for number, one in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
            text = _text(one)
            if text is None and isinstance(one, dict):
                text = _text(one.get("did")) or _text(one.get("resource")) or _text(one.get("_id"))
            if text:
                found.append(text[:LONGEST].strip())
            elif not _is_empty(one):
                self._lose(below(self.at(name), str(number)), name, "It is no text.")
        return found

    def moment(self, name: str) -> str | None:
        """Take a moment as our wire writes it; None where there is none."""
        value = self.raw(name)
        if _is_empty(value):
            return None
        read = _moment(value)
        if read is None:
            self.lose(name, "It is no date that can be read.")
        return read

    def flag(self, name: str) -> bool | None:
        """Take a yes or no; None where there is none."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        self.lose(name, "It is neither true nor false.")
        return None

    def part(self, name: str) -> Part | None:
        """Take an object; None where there is none."""
        value = self.raw(name)
        if isinstance(value, dict):
            return Part(value, self.at(name), self.losses)
        if not _is_empty(value):
            self.lose(name, "It is no object.")
        return None

    def parts(self, name: str) -> list[Part]:
        """Take objects; a single one counts as a list of one."""
        value = self.raw(name)
        if isinstance(value, dict):
            return [Part(value, self.at(name), self.losses)]
        found = []
        for number, one in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
            if isinstance(one, dict):
                found.append(Part(one, below(self.at(name), str(number)), self.losses))
            elif not _is_empty(one):
                self._lose(below(self.at(name), str(number)), name, "It is no object.")
        return found

    def source(self) -> str:
        """Take what the thing is called where it comes from."""
        return next((text for name in ("@id", "uid", "_id", "id") if name in self and (text := self.text(name))), "")

    def lose(self, name: str, why: str, *, is_correction: bool = False) -> None:
        """Name a member as lost (or corrected), with the reason; it counts as taken."""
        self.raw(name)
        path = self.at(name) if name in self else self.path
        self._lose(path, name, why, is_correction=is_correction)

    def lose_if_said(self, name: str, why: str) -> None:
        """Name a member as lost where it says anything."""
        if not _is_empty(self.raw(name)):
            self.lose(name, why)

    def leave(self, name: str, why: str) -> None:
        """Name a member as lost where it says anything and nobody has taken it."""
        if self._names.get(name) not in self._taken:
            self.lose_if_said(name, why)

    def correct(self, what: str, why: str) -> None:
        """Name something of the whole object as put right."""
        self._lose(self.path, what, why, is_correction=True)

    def drop(self, what: str, why: str) -> None:
        """Name something of the whole object as lost."""
        self._lose(self.path, what, why)

    def rest(self) -> bool:
        """Name everything that nobody took and that says anything; return whether nothing was left that may matter."""
        words, is_whole = vocabulary(), True
        for key, value in self._value.items():
            if key in self._taken or _is_empty(value):
                continue
            name = _plain(key)
            if name in words["secrets"]:
                why = "It is a secret, neither carried nor shown; where it is still in use, change it."
            elif name in words["personal"]:
                why = "It names a person by another system's account; the person is recognised here by signing in."
            elif name in words["bookkeeping"]:
                why = "Their database keeps it for itself."
            else:
                why = "There is nothing here that it could become."
            is_whole = is_whole and name in words["bookkeeping"]
            self._lose(below(self.path, key), name, why)
        return is_whole

    def _lose(self, path: str, what: str, why: str, *, is_correction: bool = False) -> None:
        if len(self.losses) >= MOST_LOSSES:
            raise BadInput(f"More than {MOST_LOSSES} things in this document cannot be read; it is taken for broken.")
        self.losses.append(Loss(path=path, what=what[:100], why=why, is_correction=is_correction))


def top(document: object, losses: list[Loss]) -> Part:
    """Return a whole document to be read; raise BadInput where it is no object or not within bounds."""
    check(document)
    if not isinstance(document, dict):
        raise BadInput("A document of Prometheus-X is a JSON object.")
    return Part(document, "", losses)


def did_of(named: str, identities: Identities) -> str | None:
    """Return the DID of an organisation that is named by a catalogue's address or by its last part."""
    if _PARTY.fullmatch(named):
        return named
    found = identities.get(named) or identities.get(tail(named))
    return found if found is not None and _PARTY.fullmatch(found) else None


def tail(address: str) -> str:
    """Return what an address ends in, without the ending of a file: ``…/roles/endUser.json`` is ``endUser``."""
    return address.rstrip("/").rsplit("/", 1)[-1].removesuffix(".json")


def slug(name: str) -> str:
    """Return a name as a word of ours: ``dataProvider``, ``Data Provider`` and ``…/dataProvider.json`` are the same."""
    spread = _CAMEL.sub("-", tail(name)).lower()
    return re.sub(r"[^a-z0-9]+", "-", spread).strip("-")[:100]


def _plain(name: str) -> str:
    prefix, _, rest = name.partition(":")
    plain = rest if rest and prefix in vocabulary()["prefixes"] else name
    aliases: Mapping[str, str] = vocabulary()["aliases"]
    return aliases.get(plain, plain)


def _text(value: object) -> str | None:
    """The text of a value, empty where it says nothing, None where it says something that is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        found = [value[name] for name in ("@value", "@id", "$oid") if name in value]
        # Beside the text stand its type and language, and nothing that could change what it says.
        is_text = len(found) == 1 and len(value.keys() - {"@type", "@language"}) == 1
        return _text(found[0]) if is_text else None if value else ""
    if isinstance(value, list):
        return next((text for text in map(_text, _by_language(value)) if text), "" if not value else None)
    return "" if value is None else None


def _by_language(values: list[Any]) -> Iterator[Any]:
    yield from (one for one in values if isinstance(one, dict) and one.get("@language") == "en")
    yield from values


def _moment(value: object) -> str | None:
    if isinstance(value, dict) and set(value) == {"$date"}:
        value = value["$date"]
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return iso(datetime.fromtimestamp(value / 1000, UTC))
        return iso(from_iso(value)) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
