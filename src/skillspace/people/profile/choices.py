"""What a person says of how claims become their skills: each word is kept with its time, and can be taken back.

Words and claims make the profile, so taking one back gives exactly the profile there was without it. No word proves
anything: it chooses among claims, keeps them apart, or puts skills side by side that each keep their own proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from skillspace.people.profile.model import Claim


class ChoiceKind(StrEnum):
    """What a word does: this claim speaks, what somebody says is kept apart, two skills are the same, a word ends."""

    SPEAKS = "speaks"
    APART = "apart"
    SAME = "same"
    BACK = "back"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One word of a person about one skill; nothing of it ever changes.

    `other` is the fingerprint of the claim that speaks, the name under which the source gives what is kept apart (with
    its `issuer`), or the skill that is the same. `label` and `other_label` are what they were called when it was said.
    `ends` is the number of the word that this one takes back.
    """

    number: int
    kind: ChoiceKind
    skill: str
    other: str
    issuer: str
    label: str
    other_label: str
    at: datetime
    ends: int | None = None


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person's words come to: by skill the claims that are to speak, the last word first; (skill, name, issuer)
    of what is kept apart; and pairs of skills that are the same."""

    speaks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    apart: frozenset[tuple[str, str, str]] = frozenset()
    same: tuple[tuple[str, str], ...] = ()

    def heed(self, claim: Claim) -> Claim:
        """Return the claim as the person wants it read: first apart from what it was translated to, then from others of
        its own name."""
        while self.apart and (claim.key, claim.given, claim.issuer) in self.apart:
            claim = replace(claim, esco=None, relation=None, apart_from=claim.key)
        return claim


#: Of somebody who said nothing.
NO_CHOICES = Choices()


def living(history: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return the words of a history that were not taken back, in the order they were said."""
    said = sorted(history, key=lambda choice: choice.number)
    ended = {choice.ends for choice in said}
    return tuple(choice for choice in said if choice.kind is not ChoiceKind.BACK and choice.number not in ended)


def choices_of(history: Iterable[Choice]) -> Choices:
    """Return what a history of words comes to."""
    held = living(history)
    if not held:
        return NO_CHOICES
    speaks: dict[str, tuple[str, ...]] = {}
    for choice in held:
        if choice.kind is ChoiceKind.SPEAKS:
            speaks[choice.skill] = (choice.other, *speaks.get(choice.skill, ()))
    return Choices(
        speaks=speaks,
        apart=frozenset(
            (choice.skill, choice.other, choice.issuer) for choice in held if choice.kind is ChoiceKind.APART
        ),
        same=tuple((choice.skill, choice.other) for choice in held if choice.kind is ChoiceKind.SAME),
    )
