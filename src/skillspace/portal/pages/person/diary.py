"""The log, to be read like a bank statement: what happened to a person's data by day, refusals with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from skillspace.people.links import LinkLine, LinkMove
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.agent_lines import why_agent
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.common import Place
from skillspace.portal.views.sharing import LogDay, LogEntry
from skillspace.portal.words import N_, WAYS
from skillspace.trust.agent.model import CAPACITY as AGENT
from skillspace.trust.consent import Acting, Use

#: Before a yes there is no page of it.
BEFORE_A_YES = frozenset({"asked", "declined"})


def days_of(lines: Iterable[Use], visit: Visit, names: Names, *, is_linked: bool = True) -> tuple[LogDay, ...]:
    """Group lines, which come latest first, by the day they happened on the clocks people go by; `is_linked` lines
    lead to the yes behind them."""
    days: dict[date, list[LogEntry]] = {}
    shown = list(lines)
    why = why_agent(visit, {line.grant for line in shown if line.acting and line.acting.capacity == AGENT})
    for line in shown:
        day = line.at.astimezone(visit.words.zone).date()
        entry = _entry(line, visit, names, is_linked=is_linked)
        if line.acting and line.acting.capacity == AGENT and line.outcome in NOT_OWN and line.grant in why:
            entry = replace(entry, acted=f"{entry.acted} {why[line.grant]}")
        days.setdefault(day, []).append(entry)
    return tuple(LogDay(day=day, entries=tuple(entries)) for day, entries in days.items())


def with_links(days: Iterable[LogDay], links: Iterable[LinkLine], visit: Visit, names: Names) -> tuple[LogDay, ...]:
    """Put what happened to the links with organisations among the other lines, latest first within each day."""
    found = {day.day: list(day.entries) for day in days}
    for line in links:
        entry = LogEntry(
            at=line.at,
            outcome=line.move.value,
            place=names.place(line.organisation, line.name),
            why=visit.words.gettext(WAYS[line.way]) if line.move is LinkMove.CONNECTED else "",
        )
        found.setdefault(line.at.astimezone(visit.words.zone).date(), []).append(entry)
    return tuple(
        LogDay(day=day, entries=tuple(sorted(found[day], key=lambda entry: entry.at, reverse=True)))
        for day in sorted(found, reverse=True)
    )


def other_side(line: Use, own_did: str, names: Names) -> Place:
    """Return who a line is about: who wanted the data, or, where it came to us, who it came from."""
    if line.recipient == own_did:
        return names.place(line.provider, line.provider_name)
    return names.place(line.recipient, line.recipient_name)


#: As what somebody acted for the person, or as what the person's own agent did.
CAPACITIES = {
    "guardian": N_("%(who)s did this for you, as your guardian."),
    "coach": N_("%(who)s did this for you, as your coach."),
    "caseworker": N_("%(who)s did this for you, as your caseworker."),
    "agent": N_("Your agent did this, as you told it to."),
}
#: What somebody else did for the person is not said as if it were the person's own word.
NOT_OWN = {"granted": N_("A yes for you"), "declined": N_("A no for you"), "stopped": N_("A stop for you")}
#: What came of a stop, where a line needs a word more.
NOTES = {
    "kept": N_("They keep some of it because a law says so. The yes behind this line says what, and until when."),
    "reminded": N_("They have not signed yet that it is gone, so we told them again."),
}
SOMEBODY = N_("%(who)s did this for you.")


def acted(acting: Acting | None, visit: Visit) -> str:
    """Return who really acted; empty where it was the person."""
    if acting is None:
        return ""
    text = visit.words.gettext(CAPACITIES.get(acting.capacity, SOMEBODY))
    return text % {"who": acting.name} if "%(who)s" in text else text


def _entry(line: Use, visit: Visit, names: Names, *, is_linked: bool) -> LogEntry:
    reason = ""
    if line.outcome == "refused":
        reason = fault_sentence(line.code, visit.words) or line.reason
    elif line.outcome in NOTES:
        reason = visit.words.gettext(NOTES[line.outcome])
    return LogEntry(
        at=line.at,
        outcome=line.outcome,
        place=other_side(line, visit.rooms.did, names),
        what=names.kinds(line.kinds),
        why=names.purpose(line.purpose),
        reason=reason,
        acted=acted(line.acting, visit),
        word=visit.words.gettext(NOT_OWN[line.outcome]) if line.acting and line.outcome in NOT_OWN else "",
        grant_id=line.grant if is_linked and line.outcome not in BEFORE_A_YES else "",
    )
