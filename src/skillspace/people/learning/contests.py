"""Denials of inferences: a person says that one is wrong, people answer, and until they have nobody else sees it.

A denial is a case of the right that a person looks again (GDPR Art. 22(3)), so its words, clock, answers and log are
those of every case. What it means for the inference is said here:

- as long as anybody asked owes an answer, the inference is denied, and shown to the learner alone;
- if somebody agrees, what lay before their answer counts no more for this inference;
- if all who were asked say that it stands, it is shown again, with the mark that it was denied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from skillspace.trust.rights import Case, PartState, Right


class Standing(StrEnum):
    """Where an inference stands with the person it is about."""

    UNDENIED = "undenied"
    DENIED = "denied"
    STANDS = "stands"


@dataclass(frozen=True, kw_only=True)
class Contests:
    """What a person's denials come to, by the key of the inference.

    `floors` say up to when statements count no more, `denied` are the cases that wait for an answer, `stood` those in
    which people said that the inference stands, `agreed` those in which somebody agreed.
    """

    floors: Mapping[str, datetime]
    denied: Mapping[str, Case]
    stood: Mapping[str, Case]
    agreed: Mapping[str, Case]

    def standing(self, key: str) -> Standing:
        """Return where an inference stands."""
        if key in self.denied:
            return Standing.DENIED
        return Standing.STANDS if key in self.stood else Standing.UNDENIED

    def case(self, key: str) -> Case | None:
        """Return the case behind where an inference stands, None where it was not denied."""
        return self.denied.get(key) or self.stood.get(key)


def contests_in(cases: Iterable[Case], kind: str) -> Contests:
    """Return what cases come to: those of the right of review about this kind of data, each about one inference."""
    floors: dict[str, datetime] = {}
    denied: dict[str, Case] = {}
    stood: dict[str, Case] = {}
    agreed: dict[str, Case] = {}
    about = [one for one in cases if one.right is Right.REVIEW and kind in one.scope.kinds and one.scope.datasets]
    for case in sorted(about, key=lambda one: (one.opened, one.id)):
        key = case.scope.datasets[0]
        states = {part.state for part in case.parts}
        if PartState.ANSWERED in states:
            ends = [part.done for part in case.parts if part.state is PartState.ANSWERED and part.done is not None]
            floors[key] = max([*ends, floors[key]] if key in floors else ends, default=case.opened)
            agreed[key] = case
            # What stood before was about statements that count no more.
            stood.pop(key, None)
        elif any(not part.is_done for part in case.parts):
            denied[key] = case
        elif PartState.REFUSED in states:
            stood[key] = case
    return Contests(floors=floors, denied=denied, stood=stood, agreed=agreed)
