"""A clause: what it says to people, which rule says the same to nodes, and who sees to it that it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillspace.trust.contract.clauses import words
from skillspace.trust.contract.clauses.errors import BadClauseValue
from skillspace.trust.contract.clauses.values import Parameter, read_values

#: The parts of a policy a clause adds to.
PLACES = ("constraint", "duty", "prohibition", "obligation")
_HOLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, kw_only=True)
class Enforcement:
    """Who sees to it that a clause is kept: `what` is gate, negotiation, scheduler, receipts, journal, people or court;
    `how` says it in one honest sentence, by language."""

    what: str
    how: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause of the library in one version. A signed contract names the version, and its text never changes.

    `odrl` is the rule over the parameters, None where no rule can express the clause. `ordered` are pairs of parameters
    of which the first lies before the second, `totals` sums that must come out; `excludes` are clauses that say the
    opposite.
    """

    id: str
    version: int
    group: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    odrl: Mapping[str, Sequence[Any]] | None
    enforced_by: tuple[Enforcement, ...]
    ordered: tuple[tuple[str, str], ...] = ()
    totals: tuple[tuple[tuple[str, ...], int], ...] = ()
    excludes: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """How a contract names this clause in this version: ``purpose-limitation/1``."""
        return f"{self.id}/{self.version}"

    def filled(self, values: object) -> dict[str, Any]:
        """Return every value, defaults filled in, as plain JSON; raise BadClauseValue naming the parameter."""
        found = read_values(self.parameters, values, self.id)
        for first, second in self.ordered:
            if not found[first] < found[second]:
                raise BadClauseValue(f"“{self.id}” needs “{first}” before “{second}”.")
        for parts, total in self.totals:
            if sum(found[part] for part in parts) != total:
                raise BadClauseValue(f"“{self.id}” needs {' and '.join(parts)} to be {total} together.")
        return found

    def render(self, values: object, language: str) -> str:
        """Return the text of the clause with its values, in one language."""
        found = self.filled(values)
        told = {name: self.parameters[name].told(value, words.known(language)) for name, value in found.items()}
        return _HOLE.sub(lambda hole: told[hole[1]], self.text[language])

    def rules(self, values: object) -> dict[str, list[Any]]:
        """Return what the clause adds to a policy: constraint, duty, prohibition, obligation (ODRL 2.2, DSP JSON)."""
        found = self.filled(values)
        written = {name: self.parameters[name].written(value) for name, value in found.items()}
        return {place: _fill(self.odrl[place], written) for place in PLACES if self.odrl and place in self.odrl}


def _fill(pattern: Any, written: Mapping[str, str | list[str]]) -> Any:
    if isinstance(pattern, Mapping):
        return {name: _fill(value, written) for name, value in pattern.items()}
    if isinstance(pattern, list):
        return [_fill(value, written) for value in pattern]
    if isinstance(pattern, str) and (whole := _HOLE.fullmatch(pattern)):
        return written[whole[1]]
    return _HOLE.sub(lambda hole: str(written[hole[1]]), pattern) if isinstance(pattern, str) else pattern
