"""The agent in sentences: what it was told, what it did and why, what would have come of a wish, what fits a goal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta

from skillspace.kernel.errors import NotFound
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.agent import (
    DecisionLine,
    Rehearsal,
    RehearsedAsk,
    WishLine,
)
from skillspace.portal.views.common import Place
from skillspace.portal.words import N_
from skillspace.trust.agent import (
    Decided,
    Effect,
    Otherwise,
    Preference,
    PreferenceState,
    Rehearsed,
    Wish,
    say,
    told,
)
from skillspace.trust.agent.limits import limits
from skillspace.trust.agent.model import CATEGORY
from skillspace.trust.consent import Direction, Grant, GrantState
from skillspace.trust.consent.notices.notice import kind_label

#: How many decisions are looked through for a page, and how many of the latest stand on the page of sharing.
LOOKED_THROUGH, LATELY = 200, 3
#: What would have come of an ask: (what happened, what the wish says) → the sentence.
OTHERWISE = {
    (Effect.ALWAYS, Effect.ALWAYS): N_("You said yes. It would have said yes without asking you."),
    (Effect.NEVER, Effect.NEVER): N_("You said no. It would have said no without asking you."),
    (Effect.NEVER, Effect.ALWAYS): N_("You said no. It would have said yes."),
    (Effect.ALWAYS, Effect.NEVER): N_("You said yes. It would have said no."),
    (Effect.ASK, Effect.ALWAYS): N_("You have not answered. It would have said yes."),
    (Effect.ASK, Effect.NEVER): N_("You have not answered. It would have said no."),
    (Effect.ALWAYS, Effect.ASK): N_("Your agent said yes. You would have been asked."),
    (Effect.NEVER, Effect.ASK): N_("Your agent said no. You would have been asked."),
}
#: The same where the ask still waits: this one the wish will answer.
WAITING = {
    Effect.ALWAYS: N_("This still waits for you. It gets a yes as soon as the wish counts."),
    Effect.NEVER: N_("This still waits for you. It gets a no as soon as the wish counts."),
}
#: What a wish means beyond its words, by what shall happen.
MEANS = {
    Effect.ALWAYS: (
        N_("It says yes for you at once, and only to what fits wholly. More, longer or more often is put to you."),
        N_("Sensitive things are always put to you, and so is what the law wants you to answer yourself."),
        N_("When what they do with it has changed since your last yes, you are asked again."),
    ),
    Effect.NEVER: (
        N_("It says no for you at once. An ask that is only partly about this is put to you."),
        N_("A no goes before every yes you give in advance."),
        N_("A yes you have given already stays. You stop it under Sharing."),
    ),
    Effect.ASK: (N_("It answers nothing of this. You are asked, even where something wider says always."),),
}
FIRST_TIME = N_("Whoever asks you for the first time is put to you, unless you name them.")
MOST_A_DAY = N_("It says yes at most %(num)d times a day. What comes after that is put to you.")
FROM_NOW = N_("It is for asks that come from now on. Those that wait already stay with you.")
UNDO = N_("You can undo each answer for %(num)d days.")


def names_of(visit: Visit) -> dict[str, str]:
    """Return the members of the data space by DID."""
    return {peer.did: peer.name for peer in visit.rooms.directory.peers(visit.work)}


def wish_line(preference: Preference, visit: Visit, names: Mapping[str, str]) -> WishLine:
    """Return what the agent was told, said back in whole."""
    _ = visit.words.gettext
    note = ""
    if preference.state is PreferenceState.PAUSED and preference.mistakes >= limits().mistakes_until_pause:
        note = _("It paused itself: you undid what it did twice.")
    elif preference.acting is not None:
        note = _("%(who)s let this count for you.") % {"who": preference.acting.name}
    return WishLine(
        id=preference.id,
        told=told(preference.wish, visit.language, names=names, zone=str(visit.words.zone)),
        effect=preference.wish.effect.value,
        state=preference.state.value,
        words=preference.words,
        since=preference.since.date() if preference.since else None,
        note=note,
    )


def means_of(wish: Wish, visit: Visit) -> tuple[str, ...]:
    """Say what a wish means that its own sentence does not."""
    words, bounds = visit.words, limits()
    said = [words.gettext(text) for text in MEANS[wish.effect]]
    opened = sorted(
        kind
        for entry in wish.kinds
        if entry.startswith(CATEGORY)
        for kind in bounds.categories.get(entry.removeprefix(CATEGORY), ())
    )
    if opened:
        kinds = words.listing(kind_label(kind, visit.language) for kind in opened)
        said.insert(0, words.gettext("It is about: %(kinds)s.") % {"kinds": kinds})
    if wish.effect is Effect.ALWAYS:
        said.append(words.gettext(FIRST_TIME))
        said.append(words.gettext(MOST_A_DAY) % {"num": bounds.automatic_yeses_a_day})
    said.append(words.gettext(FROM_NOW))
    if wish.effect is not Effect.ASK:
        said.append(words.gettext(UNDO) % {"num": bounds.undo_days})
    return tuple(said)


def decision_line(decided: Decided, grant: Grant, visit: Visit, names: Names) -> DecisionLine:
    """Return what the agent did about an ask, with its reasons."""
    return DecisionLine(
        id=decided.id,
        place=_other_side(grant, visit, names),
        what=names.kinds(grant.kinds),
        why=names.purpose(grant.purpose),
        effect=decided.effect.value,
        at=decided.at,
        reasons=reasons_of(decided, visit),
        undo_until=_last_day(decided) if decided.may_undo(visit.work.now) else None,
        undone=decided.undone.date() if decided.undone else None,
        href=_href(grant),
    )


def lines_of(visit: Visit, names: Names, decided: Iterable[Decided], *, is_waiting: bool = False) -> list[DecisionLine]:
    """Return decisions as lines; those about asks that are gone are left out, and those answered where `is_waiting`."""
    person, spaces = visit.person()
    found = []
    for one in decided:
        with suppress(NotFound):
            grant = spaces.consents.grant_of(visit.work, one.grant, person.id)
            if not is_waiting or grant.state is GrantState.PENDING:
                found.append(decision_line(one, grant, visit, names))
    return found


def answered_lately(visit: Visit, names: Names) -> tuple[DecisionLine, ...]:
    """Return the agent's latest answers that can still be undone."""
    person, spaces = visit.person()
    decided = spaces.agent.agent.decided(visit.work, person.id, limit=LOOKED_THROUGH)
    return tuple(lines_of(visit, names, [one for one in decided if one.may_undo(visit.work.now)][:LATELY]))


def decision_on(visit: Visit, grant: Grant, names: Names) -> DecisionLine | None:
    """Return what the agent did about a grant, if it did anything."""
    _, spaces = visit.person()
    found = spaces.agent.agent.decision_on(visit.work, grant.id)
    return decision_line(found, grant, visit, names) if found and found.effect is not Effect.ASK else None


def left_to_person(visit: Visit, grant: Grant) -> Decided | None:
    """Return why the agent left an ask to the person; None where it was told nothing of such asks."""
    _, spaces = visit.person()
    found = spaces.agent.agent.decision_on(visit.work, grant.id)
    return found if found is not None and is_left(found) else None


def is_left(decided: Decided) -> bool:
    """Whether a wish had a word in it, and still the ask was put to the person."""
    return decided.effect is Effect.ASK and any(reason.code != "no_wish" for reason in decided.reasons)


def why_left(visit: Visit, asks: Iterable[Grant]) -> dict[str, tuple[str, ...]]:
    """Say of asks that wait why the agent did not answer them, by ask."""
    _, spaces = visit.person()
    found = spaces.agent.agent.decisions_on(visit.work, [ask.id for ask in asks])
    return {ask: reasons_of(one, visit) for ask, one in found.items() if is_left(one)}


def why_agent(visit: Visit, grants: Collection[str]) -> dict[str, str]:
    """Say why the agent answered these asks as it did, by ask."""
    spaces = visit.rooms.spaces
    if spaces is None or not grants:
        return {}
    found = spaces.agent.agent.decisions_on(visit.work, grants)
    return {ask: " ".join(reasons_of(one, visit)) for ask, one in found.items()}


def reasons_of(decided: Decided, visit: Visit) -> tuple[str, ...]:
    """Say why the agent decided so."""
    return tuple(say(reason, visit.language) for reason in decided.reasons)


def rehearsal_of(found: Rehearsed, visit: Visit, names: Names) -> Rehearsal:
    """Return what a wish would have done, oldest first."""
    return Rehearsal(
        since=found.since.date(),
        until=visit.work.now.date(),
        looked=found.looked,
        asks=tuple(_rehearsed(line, visit, names) for line in found.lines),
    )


def _rehearsed(line: Otherwise, visit: Visit, names: Names) -> RehearsedAsk:
    words = visit.words
    is_waiting = line.grant.state is GrantState.PENDING and line.decision.effect in WAITING
    told = WAITING[line.decision.effect] if is_waiting else OTHERWISE[line.happened, line.decision.effect]
    said = words.gettext(told)
    if line.happened is Effect.ALWAYS and line.decision.effect is Effect.NEVER and line.uses:
        used = words.ngettext("They used it %(num)d time.", "They used it %(num)d times.", line.uses)
        said = f"{said} {used % {'num': line.uses}}"
    return RehearsedAsk(
        place=_other_side(line.grant, visit, names),
        what=names.kinds(line.grant.kinds),
        at=line.grant.asked,
        effect=line.decision.effect.value,
        is_other=not line.unasked,
        said=said,
        href=_href(line.grant),
    )


def _other_side(grant: Grant, visit: Visit, names: Names) -> Place:
    if grant.direction(visit.rooms.did) is Direction.GATHER:
        return names.place(grant.provider, grant.provider_name)
    return names.place(grant.recipient, grant.recipient_name)


def _href(grant: Grant) -> str:
    """Where an ask is shown: while it waits, or once there was a yes; a no has no page."""
    if grant.starts is not None:
        return f"/sharing/grants/{grant.id}"
    return f"/sharing/ask/{grant.id}" if grant.decided is None and grant.ended is None else ""


def _last_day(decided: Decided) -> date:
    assert decided.undo_until is not None  # noqa: S101 - asked only where something can be undone
    return (decided.undo_until - timedelta(microseconds=1)).date()
