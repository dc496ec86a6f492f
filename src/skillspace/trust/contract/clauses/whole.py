"""A whole contract read side by side: each clause's text, its rule in words, and who sees to it; and all rules as one.

A clause use is ``{"clause": "purpose-limitation/1", "values": {…}}``, as a contract's terms hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skillspace.trust.contract.clauses import words
from skillspace.trust.contract.clauses.errors import BadClauseValue, ClausesClash, PurposeMissing
from skillspace.trust.contract.clauses.library import clause, enforcer, group_title
from skillspace.trust.contract.clauses.model import PLACES, Clause
from skillspace.trust.policy import terms
from skillspace.trust.policy.describe import describe, told
from skillspace.trust.policy.lint import Severity, lint

#: One contract holds no more clauses than this.
MOST_CLAUSES = 200


@dataclass(frozen=True, kw_only=True)
class Enforced:
    """One who sees to it: the word (`what`), its name for people, and how."""

    what: str
    name: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One clause as it is read in a contract. `rules` are empty where no program can check the clause."""

    clause: str
    group: str
    title: str
    text: str
    rules: tuple[str, ...]
    enforced_by: tuple[Enforced, ...]


def read_text(uses: Iterable[object], language: str) -> list[Reading]:
    """Return the clauses of a contract side by side with their rules in words.

    Raises NotFound for a clause nobody wrote, BadClauseValue for a value it cannot take, BadInput for a language.
    """
    words.known(language)
    return [_reading(one, values, language) for one, values in _read(uses)]


def read_rules(uses: Iterable[object]) -> dict[str, Any]:
    """Return the one policy (no @id, no @type) that asks everything these clauses ask.

    Raises ClausesClash where no use could ever keep them all, PurposeMissing (a leaf of it) where none of them names a
    purpose: a permission for everything is never given by omission. Otherwise as `read_text`.
    """
    chosen = _read(uses)
    _check_together([one for one, _ in chosen])
    policy = compose(one.rules(values) for one, values in chosen)
    if not any(limit.get("leftOperand") == "purpose" for limit in policy["permission"][0].get("constraint", ())):
        raise PurposeMissing("No clause says what the data are for; add “purpose-limitation”.")
    faults = [finding for finding in lint(policy) if finding.severity is Severity.ERROR]
    if faults:
        # The linter puts “nobody can ever use this” first; what comes after says why.
        raise ClausesClash(f"No use could keep all these clauses. {faults[-1].reason.text}")
    return policy


def compose(fragments: Iterable[Mapping[str, list[Any]]]) -> dict[str, Any]:
    """Return one policy of several clauses' rules: a single permission that asks all; what is said twice, once."""
    found: dict[str, list[Any]] = {place: [] for place in PLACES}
    for fragment in fragments:
        for place, rules in fragment.items():
            found[place] += [rule for rule in rules if rule not in found[place]]
    permission: dict[str, Any] = {"action": terms.USE}
    permission |= {place: found[place] for place in ("constraint", "duty") if found[place]}
    return {"permission": [permission]} | {name: found[name] for name in ("prohibition", "obligation") if found[name]}


def read_use(use: object) -> tuple[Clause, dict[str, Any]]:
    """Return the clause a use names and its values, filled in; raise as `read_text` does."""
    if not isinstance(use, Mapping) or not set(use) <= {"clause", "values"} or not isinstance(use.get("clause"), str):
        raise BadClauseValue("A clause is used as {“clause”: its name, “values”: an object}, and nothing else.")
    one = clause(use["clause"])
    return one, one.filled(use.get("values", {}))


def _read(uses: Iterable[object]) -> list[tuple[Clause, dict[str, Any]]]:
    found: list[tuple[Clause, dict[str, Any]]] = []
    for use in uses:
        if len(found) == MOST_CLAUSES:
            raise BadClauseValue(f"A contract holds at most {MOST_CLAUSES} clauses.")
        found.append(read_use(use))
    return found


def _check_together(chosen: list[Clause]) -> None:
    names = {one.id for one in chosen}
    for one in chosen:
        if against := sorted(one.excludes & names):
            raise ClausesClash(f"“{one.id}” and “{against[0]}” say opposite things; keep one of them.")


def _reading(one: Clause, values: dict[str, Any], language: str) -> Reading:
    policy = compose([one.rules(values)])
    lines = [line for line in describe(policy) if line.template != "free"]
    return Reading(
        clause=one.name,
        group=group_title(one.group, language),
        title=one.title[language],
        text=one.render(values, language),
        rules=tuple(told(line, language, lambda word: words.name(word, language)) for line in lines),
        enforced_by=tuple(
            Enforced(what=by.what, name=enforcer(by.what, language), how=by.how[language]) for by in one.enforced_by
        ),
    )
