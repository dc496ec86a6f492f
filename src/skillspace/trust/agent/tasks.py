"""The tasks of the agent: it hears of asks, wishes and stopped yeses, ends what ran out, and suggests rarely."""

from __future__ import annotations

from datetime import timedelta

from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.agent.agent import Agent
from skillspace.trust.agent.ports import PeopleWithGoals
from skillspace.trust.agent.preferences import BATCH, Preferences
from skillspace.trust.agent.suggestions import Suggestions

CLOCK, SUGGEST = "agent.clock", "agent.suggest"
TICK, ROUND = timedelta(minutes=10), timedelta(hours=12)
PEOPLE_AT_ONCE = 50


class AgentTasks:
    """What the agent does by itself."""

    def __init__(
        self, *, agent: Agent, preferences: Preferences, suggestions: Suggestions, people: PeopleWithGoals
    ) -> None:
        self._agent = agent
        self._preferences = preferences
        self._suggestions = suggestions
        self._people = people

    def register(self, book: TaskBook) -> None:
        """Write the handlers and listeners into the node's book."""
        book.on_task(CLOCK, self._tick)
        book.on_task(SUGGEST, self._suggest)
        book.on_event("consent.asked", self._agent.heard_asked)
        book.on_event("agent.activated", self._agent.heard_wish)
        book.on_event("agent.resumed", self._agent.heard_wish)
        book.on_event("consent.revoked", self._agent.heard_revoked)

    def start(self, work: Work) -> None:
        """Start the clock and the round of suggestions; a second start changes nothing."""
        work.enqueue(CLOCK, {}, key=CLOCK)
        work.enqueue(SUGGEST, {}, key=SUGGEST)

    def _tick(self, run: TaskRun) -> None:
        with run.finishing(again_after=TICK) as work:
            while self._preferences.expire_due(work) == BATCH:
                pass

    def _suggest(self, run: TaskRun) -> None:
        """Go through everybody who has a goal, some people a transaction; the week is kept person by person."""
        after, is_more = "", True
        while is_more:
            with run.reading() as work:
                people = self._people(work, after, PEOPLE_AT_ONCE)
                due = self._suggestions.due(work, people)
                found = [(person, fit) for person in due if (fit := self._suggestions.next(work, person))]
            if found:
                with run.database.writing() as work:
                    # Looking took a while: whoever left or gave up their goal meanwhile is told nothing.
                    still = set(self._people(work, after, PEOPLE_AT_ONCE))
                    for person, fit in found:
                        if person in still:
                            self._suggestions.suggest(work, person, fit)
            after, is_more = people[-1] if people else "", len(people) == PEOPLE_AT_ONCE
        with run.finishing(again_after=ROUND):
            pass
