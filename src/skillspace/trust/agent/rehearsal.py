"""The rehearsal: what a preference would have decided otherwise lately, listed before it counts; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from skillspace.storage.database import Work
from skillspace.trust.agent.circumstances import Circumstances
from skillspace.trust.agent.deciding import decide
from skillspace.trust.agent.machine import PreferenceState
from skillspace.trust.agent.model import CAPACITY, Decision, Effect, Preference
from skillspace.trust.agent.preferences import Preferences
from skillspace.trust.consent import Consents, Grant

DAYS = 90
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """One ask that would have gone otherwise: what happened, what would have, and the uses of it there were since.

    `happened` is what became of the ask: always for a yes, never for a no, ask where it was left open; `by_agent` tells
    whether the agent did that. `unasked` marks that the outcome is the same and the person would not have been asked.
    """

    grant: Grant
    happened: Effect
    by_agent: bool
    decision: Decision
    uses: int
    refusals: int
    unasked: bool


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What a preference would have done since a moment: how many asks were looked at, and those that differ."""

    since: datetime
    looked: int
    lines: tuple[Otherwise, ...]


def dry_run(
    work: Work,
    person: str,
    preference: Preference,
    *,
    consents: Consents,
    preferences: Preferences,
    circumstances: Circumstances,
    days: int = DAYS,
) -> Rehearsed:
    """Decide a person's asks of the last days once more, as if the preference had counted, and list what differs.

    Roles, countries and records are those of today: older ones are not kept. Only reads.
    """
    since = work.now - timedelta(days=days)
    everything = consents.of_person(work, person)
    rehearsed = replace(preference, state=PreferenceState.ACTIVE, since=since - A_DAY)
    counting = [one for one in preferences.counting(work, person) if one.id != preference.id]
    lately = sorted((one for one in everything if one.asked >= since), key=lambda one: (one.asked, one.id))
    lines, yeses = list[Otherwise](), list[datetime]()
    for ask in lately:
        facts = circumstances.of(
            work,
            _as_asked(ask),
            others=everything,
            at=ask.asked,
            yeses=sum(moment > ask.asked - A_DAY for moment in yeses),
            taken_back=None,
        )
        decision = decide(_as_asked(ask), [*counting, rehearsed], facts)
        if decision.effect is Effect.ALWAYS:
            yeses.append(ask.asked)
        if (line := _line(work, consents, ask, decision, since)) is not None:
            lines.append(line)
    return Rehearsed(since=since, looked=len(lately), lines=tuple(lines))


def happened(grant: Grant) -> Effect:
    """What became of an ask."""
    if grant.starts is not None:
        return Effect.ALWAYS
    return Effect.NEVER if grant.decided is not None else Effect.ASK


def _as_asked(grant: Grant) -> Grant:
    """The ask without what was decided about it; of the kinds, those that were allowed are all that is known."""
    return replace(grant, starts=None, decided=None, ended=None, acting=None, conditions=None)


def _line(work: Work, consents: Consents, ask: Grant, decision: Decision, since: datetime) -> Otherwise | None:
    was, by_agent = happened(ask), ask.acting is not None and ask.acting.capacity == CAPACITY
    is_same = decision.effect is was or (decision.effect is Effect.ASK and not by_agent)
    unasked = decision.effect is was is not Effect.ASK and not by_agent
    if is_same and not unasked:
        return None
    told = _outcomes(work, consents, ask, since)
    return Otherwise(
        grant=ask,
        happened=was,
        by_agent=by_agent,
        decision=decision,
        uses=told.count("used"),
        refusals=told.count("refused"),
        unasked=unasked,
    )


def _outcomes(work: Work, consents: Consents, ask: Grant, since: datetime) -> Sequence[str]:
    return [line.outcome for line in consents.uses_of(work, ask) if line.at >= since]
