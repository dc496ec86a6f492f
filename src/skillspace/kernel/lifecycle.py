"""Lifecycles are tables: one table gives the step, the allowed buttons, the diagram and the property test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from skillspace.kernel.errors import MoveNotAllowed

EITHER = "either"

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Lifecycle(Generic[State]):
    """States a thing passes through and who may move it.

    `moves` maps (state, move, party) to the next state; a party of `EITHER` admits anyone. `always` maps
    (move, party) to a state reachable from every state that is not final. A final state has no way out.
    """

    name: str
    start: frozenset[State]
    moves: Mapping[tuple[State, str, str], State]
    always: Mapping[tuple[str, str], State] = field(default_factory=dict)

    @property
    def states(self) -> frozenset[State]:
        """Every state the table names."""
        targets = set(self.moves.values()) | set(self.always.values())
        return frozenset(self.start | {source for source, _, _ in self.moves} | targets)

    @property
    def final(self) -> frozenset[State]:
        """The states nothing leaves."""
        sources = {source for source, _, _ in self.moves}
        return frozenset(s for s in self.states if s not in sources and (not self.always or s in self.always.values()))

    def step(self, state: State, move: str, party: str) -> State:
        """Return the state after `move` by `party`; raise MoveNotAllowed naming all three when the table has none."""
        for who in (party, EITHER):
            if (state, move, who) in self.moves:
                return self.moves[state, move, who]
            if state not in self.final and (move, who) in self.always:
                return self.always[move, who]
        raise MoveNotAllowed(f"{self.name}: {party} cannot {move} when it is {state}.")

    def allowed(self, state: State, party: str) -> list[str]:
        """Return the moves open to `party` in `state`, in the table's order: the buttons of a page."""
        direct = [move for (source, move, who) in self.moves if source == state and who in (party, EITHER)]
        anytime = [move for (move, who) in self.always if state not in self.final and who in (party, EITHER)]
        return list(dict.fromkeys(direct + anytime))

    def mermaid(self) -> Iterator[str]:
        """Yield the lines of a Mermaid state diagram, for the documentation."""
        yield "stateDiagram-v2"
        for state in sorted(self.start):
            yield f"  [*] --> {state}"
        for (source, move, who), target in self.moves.items():
            yield f"  {source} --> {target}: {move} ({who})"
        for (move, who), target in self.always.items():
            for source in sorted(self.states - self.final):
                yield f"  {source} --> {target}: {move} ({who})"
