"""The words of the agent: a wish, the preference that keeps it, and a decision with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.agent.machine import PreferenceState
from skillspace.trust.consent import Acting, Conditions, Direction

#: Before an entry among organisations that is a role of members, and before one among kinds that is a category.
ROLE, CATEGORY = "role:", "category:"
#: In which capacity the log says that the agent acted, and how it calls it.
CAPACITY, NAME = "agent", "the person’s agent"
MAX_ENTRIES, MAX_TEXT, MAX_WORDS = 100, 300, 500
MOST_DAYS, MOST_USES = 3_660, 1_000_000


class Effect(StrEnum):
    """What shall happen to an ask, the most open first."""

    ALWAYS = "always"
    ASK = "ask"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person wants to happen with which asks.

    `kinds` are kinds of data or ``category:…``, `organisations` DIDs or ``role:…`` of the other side: who gets the
    data in a share, who has them in a gathering. An empty set means all. `conditions` are when and where it holds;
    a yes that an always gives carries them. `most_days` and `most_uses` bound such a yes; the wish, and with it every
    yes it gives, is over at `until`.
    """

    effect: Effect
    direction: Direction = Direction.SHARE
    kinds: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    conditions: Conditions | None = None
    most_days: int | None = None
    most_uses: int | None = None
    until: datetime | None = None

    def to_json(self) -> dict[str, object]:
        """As it is stored, exported and noted."""
        sets = {name: sorted(getattr(self, name)) for name in ("kinds", "organisations", "purposes")}
        return sets | {
            "effect": self.effect.value,
            "direction": self.direction.value,
            "conditions": self.conditions.to_json() if self.conditions else None,
            "most_days": self.most_days,
            "most_uses": self.most_uses,
            "until": iso(self.until) if self.until else None,
        }


@dataclass(frozen=True, kw_only=True)
class Preference:
    """A wish of one person. `words` is what it was made from, `acting` who made it count (None: the person).

    `since` is when it last began to count; `mistakes` how many of its decisions the person took back since then.
    """

    id: str
    person: str
    wish: Wish
    state: PreferenceState
    words: str
    language: str
    proposed: datetime
    changed: datetime
    since: datetime | None = None
    acting: Acting | None = None
    mistakes: int = 0

    def counts(self, at: datetime) -> bool:
        """Whether it decides anything at a moment."""
        return self.state is PreferenceState.ACTIVE and (self.wish.until is None or at < self.wish.until)

    def entry(self) -> dict[str, object]:
        """What the journal holds of it: the wish and its state, not the words a person used."""
        by = {"capacity": self.acting.capacity, "mandate": self.acting.mandate} if self.acting else None
        return {"wish": self.wish.to_json(), "state": self.state.value, "mistakes": self.mistakes, "acting": by}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason of a decision, by code; `facts` fill its sentence (`words.say`)."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """As it is stored."""
        return {"code": self.code, "facts": dict(self.facts)}


@dataclass(frozen=True, kw_only=True)
class Narrower:
    """A yes that would fit what the person wishes where the ask itself does not: put to them, never given unasked."""

    kinds: tuple[str, ...]
    until: datetime
    max_uses: int | None
    conditions: Conditions | None

    def to_json(self) -> dict[str, object]:
        """As it is stored."""
        return {
            "kinds": list(self.kinds),
            "until": iso(self.until),
            "max_uses": self.max_uses,
            "conditions": self.conditions.to_json() if self.conditions else None,
        }


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of an ask, which preference says so (None: no preference fits), and why.

    `conditions` are those a yes carries; `narrower` is a yes that would fit, for the person to give.
    """

    effect: Effect
    preference: Preference | None
    reasons: tuple[Reason, ...]
    conditions: Conditions | None = None
    narrower: Narrower | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision as it is kept, about one ask. `undo_until` is there where something was done that can be undone.

    `undone` is when the person took it back, `reopened` the ask that was put to them again then.
    """

    id: str
    person: str
    grant: str
    recipient: str
    provider: str
    dataset: str
    purpose: str
    effect: Effect
    preference: str | None
    reasons: tuple[Reason, ...]
    narrower: Narrower | None
    at: datetime
    undo_until: datetime | None
    undone: datetime | None = None
    reopened: str | None = None

    def may_undo(self, at: datetime) -> bool:
        """Whether it can still be taken back."""
        return self.undo_until is not None and self.undone is None and at < self.undo_until

    def entry(self) -> dict[str, object]:
        """What the journal holds of it: codes and identifiers, no word about the person."""
        return {
            "grant": self.grant,
            "effect": self.effect.value,
            "preference": self.preference,
            "reasons": [reason.code for reason in self.reasons],
            "undone": iso(self.undone) if self.undone else None,
            "reopened": self.reopened,
        }


def checked(wish: Wish, at: datetime) -> Wish:
    """Return a wish that can be kept; raise BadInput naming what is wrong.

    A yes in advance must be specific (GDPR Art. 4(11)): an always names what, and to whom. A no may be as wide as
    anybody likes.
    """
    for name in ("kinds", "organisations", "purposes"):
        entries = getattr(wish, name)
        if len(entries) > MAX_ENTRIES or not all(_is_name(entry) for entry in entries):
            raise BadInput(f"The {name} of a preference are at most {MAX_ENTRIES} short printable names.")
    for name, most in (("most_days", MOST_DAYS), ("most_uses", MOST_USES)):
        number = getattr(wish, name)
        if number is not None and not 1 <= number <= most:
            raise BadInput(f"The {name} of a preference is a number from 1 to {most}.")
    if wish.until is not None and wish.until <= at:
        raise BadInput("A preference ends in the future.")
    if wish.effect is Effect.ALWAYS and not (wish.kinds and wish.organisations):
        raise BadInput("A yes in advance names what may be seen, and by whom.")
    if wish.effect is not Effect.ALWAYS and (wish.most_days or wish.most_uses):
        raise BadInput("Only a yes lasts a number of days or uses.")
    return wish


def _is_name(entry: str) -> bool:
    return 0 < len(entry.strip()) <= MAX_TEXT and entry.isprintable()
