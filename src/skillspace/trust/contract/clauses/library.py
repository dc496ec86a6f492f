"""The library: every clause there is, read once from the files beside this one; a new wording is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from skillspace.kernel.errors import NotFound
from skillspace.trust.contract.clauses import words
from skillspace.trust.contract.clauses.model import Clause, Enforcement
from skillspace.trust.contract.clauses.values import Parameter


def clauses() -> tuple[Clause, ...]:
    """Return the newest version of every clause, in the order in which a contract reads best."""
    return tuple(one for name, one in _library().items() if "/" not in name)


def clause(name: str) -> Clause:
    """Return a clause by ``id/version``, or its newest version by ``id``; raise NotFound."""
    found = _library().get(name)
    if found is None:
        raise NotFound(f"There is no clause {name[:100]!r} in the library.")
    return found


def group_title(group: str, language: str) -> str:
    """Return what a group of clauses is called."""
    return _groups()[group][words.known(language)]


def enforcer(what: str, language: str) -> str:
    """Return what stands behind a word such as “gate” or “court”, for people."""
    return str(_enforcement()["what"][what][words.known(language)])


def read_parameters(written: Mapping[str, Mapping[str, Any]]) -> dict[str, Parameter]:
    """Return parameters as the files of this room write them."""
    found = {}
    for name, one in written.items():
        rest = {key: value for key, value in one.items() if key != "type"}
        found[name] = Parameter(name=name, kind=one["type"], **rest)
    return found


@cache
def _library() -> Mapping[str, Clause]:
    how = _enforcement()["how"]
    found: dict[str, Clause] = {}
    for file in _files():
        for written in file["clauses"]:
            one = _clause(written, file["group"], how)
            found[one.name] = one
            if one.id not in found or found[one.id].version < one.version:
                found[one.id] = one
    return found


@cache
def _enforcement() -> Mapping[str, Any]:
    written: Mapping[str, Any] = words.data("enforcement.json")
    return written


@cache
def _groups() -> Mapping[str, Mapping[str, str]]:
    return {file["group"]: file["title"] for file in _files()}


def _files() -> list[Any]:
    folder = resources.files("skillspace.trust.contract.clauses").joinpath("library")
    return [words.data(f"library/{name}") for name in sorted(file.name for file in folder.iterdir())]


def _clause(written: Mapping[str, Any], group: str, how: Mapping[str, Mapping[str, str]]) -> Clause:
    return Clause(
        id=written["id"],
        version=written["version"],
        group=group,
        title=written["title"],
        text=written["text"],
        parameters=read_parameters(written["parameters"]),
        odrl=written["odrl"],
        enforced_by=tuple(
            Enforcement(what=how[name]["what"], how={one: how[name][one] for one in words.LANGUAGES})
            for name in written["enforced_by"]
        ),
        ordered=tuple((first, second) for first, second in written.get("ordered", ())),
        totals=tuple((tuple(one["of"]), one["is"]) for one in written.get("totals", ())),
        excludes=frozenset(written.get("excludes", ())),
    )
