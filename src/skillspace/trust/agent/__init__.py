"""The agent: what a person wants always, only after asking, or never; it decides asks by that, and can be undone.

The intermediary runs the room. `agent_of` puts it together; `agent_door` goes into the consents' `may_act`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.agent import rehearsal
from skillspace.trust.agent.agent import Agent
from skillspace.trust.agent.circumstances import Circumstances
from skillspace.trust.agent.deciding import Facts, decide
from skillspace.trust.agent.door import agent_door
from skillspace.trust.agent.limits import Limits, limits
from skillspace.trust.agent.machine import PREFERENCE, PreferenceState
from skillspace.trust.agent.messages import read_json
from skillspace.trust.agent.model import Decided, Decision, Effect, Narrower, Preference, Reason, Wish
from skillspace.trust.agent.ports import (
    Aim,
    AimOf,
    Catalogue,
    CountryOf,
    DecidesAlone,
    FindRecord,
    Forget,
    MayWish,
    Note,
    OnOffer,
    PeopleWithGoals,
    RolesOf,
    only_the_person,
)
from skillspace.trust.agent.preferences import Preferences
from skillspace.trust.agent.rehearsal import Otherwise, Rehearsed
from skillspace.trust.agent.store import of_preference
from skillspace.trust.agent.suggesting import Fit, Term
from skillspace.trust.agent.suggestions import Suggestion, Suggestions
from skillspace.trust.agent.tasks import AgentTasks
from skillspace.trust.agent.wishes import Understood, read_wish
from skillspace.trust.agent.words import category_label, not_understood, role_label, say, told
from skillspace.trust.consent import Consents

__all__ = [
    "PREFERENCE",
    "Agent",
    "AgentRoom",
    "Aim",
    "Decided",
    "Decision",
    "Effect",
    "Facts",
    "Fit",
    "Narrower",
    "OnOffer",
    "Otherwise",
    "Preference",
    "PreferenceState",
    "Preferences",
    "Reason",
    "Rehearsed",
    "Suggestion",
    "Suggestions",
    "Term",
    "Understood",
    "Wish",
    "agent_door",
    "agent_of",
    "category_label",
    "decide",
    "not_understood",
    "read_json",
    "read_wish",
    "role_label",
    "say",
    "told",
]


@dataclass(frozen=True, kw_only=True)
class AgentRoom:
    """The room of one intermediary."""

    preferences: Preferences
    agent: Agent
    suggestions: Suggestions
    circumstances: Circumstances
    consents: Consents
    tasks: AgentTasks
    forget: Forget | None

    def register(self, book: TaskBook) -> None:
        """Write the room's tasks and listeners into the node's book."""
        self.tasks.register(book)

    def start(self, work: Work) -> None:
        """Start the clock."""
        self.tasks.start(work)

    def dry_run(self, work: Work, person: str, preference: Preference, days: int = rehearsal.DAYS) -> Rehearsed:
        """Return what the preference would have decided otherwise in the last days; only reads."""
        return rehearsal.dry_run(
            work,
            person,
            preference,
            consents=self.consents,
            preferences=self.preferences,
            circumstances=self.circumstances,
            days=days,
        )

    def export(self, work: Work, person: str) -> dict[str, Any]:
        """Return everything the agent keeps about a person, as JSON, for their own copy."""
        kept = [{**of_preference(one), **_moments(one)} for one in self.preferences.ever(work, person)]
        decided = [
            {"purpose": one.purpose, "recipient": one.recipient, "at": iso(one.at)} | one.entry()
            for one in self.agent.decided(work, person, limit=1_000_000)
        ]
        suggested = [
            {"organisation": one.organisation, "offering": one.offering, "made": iso(one.made), "content": one.content}
            for one in self.suggestions.of_person(work, person, dismissed_too=True)
        ]
        return {
            "preferences": kept,
            "decisions": decided,
            "suggestions": suggested,
            "is_quiet": self.suggestions.is_quiet(work, person),
        }

    def erase(self, work: Work, person: str) -> int:
        """Forget a person and return how many things went; the journal forgets what it was told of them."""
        gone = [*self.preferences.erase(work, person), *self.agent.erase(work, person)]
        count = len(gone) + self.suggestions.erase(work, person)
        if self.forget is not None:
            self.forget(work, gone)
        return count


def _moments(preference: Preference) -> dict[str, str | None]:
    names = ("proposed", "changed", "since")
    moments = {name: getattr(preference, name) for name in names} | {"until": preference.wish.until}
    return {name: iso(moment) if moment else None for name, moment in moments.items()}


def no_aim(_work: Work, _person: str) -> None:
    """Know no goals: where nobody plans, nothing is suggested."""


def nothing_on_offer(_work: Work, _aim: Aim) -> Iterable[OnOffer]:
    """Know no offers."""
    return ()


def nobody(_work: Work, _after: str, _limit: int) -> list[str]:
    """Know nobody with a goal."""
    return []


def agent_of(
    *,
    consents: Consents,
    roles_of: RolesOf,
    country_of: CountryOf,
    find_record: FindRecord,
    decides_alone: DecidesAlone,
    may_wish: MayWish = only_the_person,
    aim_of: AimOf = no_aim,
    catalogue: Catalogue = nothing_on_offer,
    people: PeopleWithGoals = nobody,
    bounds: Limits | None = None,
    note: Note | None = None,
    forget: Forget | None = None,
) -> AgentRoom:
    """Put the room together; what it needs of others comes as callables (`ports`)."""
    chosen = bounds or limits()
    preferences = Preferences(limits=chosen, may_wish=may_wish, note=note)
    circumstances = Circumstances(
        consents=consents,
        limits=chosen,
        roles_of=roles_of,
        country_of=country_of,
        find_record=find_record,
        decides_alone=decides_alone,
    )
    agent = Agent(consents=consents, preferences=preferences, circumstances=circumstances, note=note)
    suggestions = Suggestions(
        consents=consents, preferences=preferences, limits=chosen, aim_of=aim_of, catalogue=catalogue
    )
    tasks = AgentTasks(agent=agent, preferences=preferences, suggestions=suggestions, people=people)
    return AgentRoom(
        preferences=preferences,
        agent=agent,
        suggestions=suggestions,
        circumstances=circumstances,
        consents=consents,
        tasks=tasks,
        forget=forget,
    )
