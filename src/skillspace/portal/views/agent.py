"""Pages of a person's agent: what it was told, what it did, what it suggests, and a look before a wish counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

from skillspace.portal.views.common import Choice, Page, Place


@dataclass(frozen=True, kw_only=True)
class WishLine:
    """One thing the agent was told, said back in whole; `effect` is "always", "ask" or "never".

    `state` is "proposed", "active" or "paused"; `note` says why it paused itself, or who let it count.
    """

    id: str
    told: str
    effect: str
    state: str
    words: str = ""
    since: dt.date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """What the agent did about one ask: `effect` "always" is a yes, "never" a no, "ask" left to the person.

    `reasons` are sentences; `undo_until` is there while it can be undone, `undone` once it was.
    """

    id: str
    place: Place
    what: tuple[str, ...]
    why: str
    effect: str
    at: dt.datetime
    reasons: tuple[str, ...]
    undo_until: dt.date | None = None
    undone: dt.date | None = None
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoreTerm:
    """One term of a score: points out of `most`, and the sentence behind them."""

    points: int
    most: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SuggestionCard:
    """Something that fits the person's goal; `id` is empty for what they are only looking at, and not dismissable.

    `asks` are the kinds of data the organisation would ask for, `why` its purpose; both empty where it asks nothing.
    """

    title: str
    place: Place
    score: int
    terms: tuple[ScoreTerm, ...]
    asks: tuple[str, ...] = ()
    why: str = ""
    href: str = ""
    sort: Literal["training", "job", "test", "app", "advice"] = "job"
    is_synthetic: bool = False
    is_gone: bool = False
    id: str = ""
    made: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class AgentPage(Page):
    """Your agent: a field for a wish, the wishes that count, what was done, and what fits the goal.

    `missed` says what was not understood of `typed`. `goal` is empty while there is none. `hint` says what binds the
    agent of a young person. `looked` holds what fits now when the person asked for it; None otherwise.
    """

    TEMPLATE: ClassVar[str] = "agent.html"

    undo_days: int
    examples: tuple[str, ...] = ()
    typed: str = ""
    missed: str = ""
    hint: str = ""
    wishes: tuple[WishLine, ...] = ()
    decisions: tuple[DecisionLine, ...] = ()
    left: tuple[DecisionLine, ...] = ()
    suggestions: tuple[SuggestionCard, ...] = ()
    looked: tuple[SuggestionCard, ...] | None = None
    goal: str = ""
    is_quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class RehearsedAsk:
    """One ask of the last days as a preference would have decided it; `is_other` marks another end than it had."""

    place: Place
    what: tuple[str, ...]
    at: dt.datetime
    effect: str
    is_other: bool
    said: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a preference would have done since a day: how many asks came, and those it would have answered."""

    since: dt.date
    until: dt.date
    looked: int
    asks: tuple[RehearsedAsk, ...]

    def count(self, effect: str) -> int:
        """How many it would have answered so."""
        return sum(ask.effect == effect for ask in self.asks)

    @property
    def others(self) -> int:
        """How many would have ended otherwise than they did."""
        return sum(ask.is_other for ask in self.asks)


@dataclass(frozen=True, kw_only=True)
class WishPage(Page):
    """One wish, said back, with what it means and what it would have changed, for the person to let it count or not."""

    TEMPLATE: ClassVar[str] = "agent_wish.html"

    wish: WishLine
    means: tuple[str, ...]
    rehearsal: Rehearsal
    decided: tuple[DecisionLine, ...] = ()
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoosePage(Page):
    """A wish by choosing: what shall happen, what it is about, with whom, what for, when and where."""

    TEMPLATE: ClassVar[str] = "agent_choose.html"

    effects: tuple[Choice, ...]
    directions: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    members: tuple[Choice, ...]
    purposes: tuple[Choice, ...]
    often: tuple[Choice, ...]
    lasts: tuple[Choice, ...]
    times: tuple[Choice, ...]
    days: tuple[Choice, ...]
    where: tuple[Choice, ...]
    start: str
    end: str
    until: dt.date | None
    earliest: dt.date
    latest: dt.date
    typed: str = ""
    problem: str = ""
