"""Inferences about learning in words: what each says, why, how sure it is, and what would change it.

The same for the person it is about and for a teacher they let see it: nobody is told more than the learner is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from skillspace.portal.i18n import Translator
from skillspace.portal.views.learning import SignLine, SkillLine, WeekLine, Why
from skillspace.portal.words import N_
from skillspace.records.analytics import AnalyticsRules

OTHERS = N_("Other activities")
#: So many weeks are drawn.
WEEKS, YEAR = 12, dt.timedelta(days=366)
SIGNS = {
    "sign-pause": N_("A long pause"),
    "sign-failures": N_("Not passed again and again"),
    "sign-deadline": N_("Due soon"),
}
_TEXTS = {
    "progress": N_(
        "%(completed)s of %(activities)s activities completed, %(passed)s passed, %(failed)s not passed yet; "
        "attempts: %(attempts)s."
    ),
    "time": N_("About %(hours)s hours in all: %(said)s said by tools, %(estimated)s estimated."),
    "mastery": N_(
        "Known with a chance of %(chance)s in 100, somewhere between %(low)s and %(high)s. Right answers: %(right)s of "
        "%(answers)s."
    ),
    "sign-pause": N_(
        "Days without anything: %(silence)s. Nine of ten earlier pauses lasted no more days than %(usual)s."
    ),
    "sign-failures": N_("%(name)s: not passed %(failures)s times in a row."),
    "sign-deadline": N_("%(name)s: not done, and days left: %(days)s."),
}
_WHY = {
    "progress": N_("Counted from what tools reported. An activity counts as passed once it was passed."),
    "time": N_(
        "Where a tool says how long something took, that counts. Elsewhere the time between two things counts, if it "
        "is %(gap)s minutes or less. What overlaps counts once."
    ),
    "mastery": N_(
        "Bayesian knowledge tracing (Corbett and Anderson, 1995): a right answer raises the chance that the skill is "
        "known, a wrong one lowers it, and both allow for lucky guesses and slips. The range is what comes out if the "
        "numbers of the model are somewhat different."
    ),
    "sign-pause": N_(
        "The pause is more than %(times)s times as long as nine of ten of one’s own earlier pauses, and something is "
        "unfinished. Nobody is compared with anybody else."
    ),
    "sign-failures": N_(
        "The same activity was reported as not passed at least %(in_a_row)s times in a row, the last time within "
        "%(failed_within)s days."
    ),
    "sign-deadline": N_(
        "A tool says that this is to be done within %(due_within)s days, and none says that it is done."
    ),
}
_CHANGE = {
    "progress": N_("It changes when a tool reports something new."),
    "time": N_("It changes with everything that is done, and when a tool says how long it took."),
    "mastery": N_("More right answers raise it, more wrong ones lower it."),
    "sign-pause": N_("It goes away with the next thing done, or when what is open is finished."),
    "sign-failures": N_("It goes away when the activity is passed."),
    "sign-deadline": N_("It goes away when a tool reports the activity as done."),
}
_BASIS = {
    "reported": N_("as sure as the tools that reported it"),
    "estimated": N_("the share that tools said themselves; the rest is estimated"),
    "modelled": N_("by the model, if its numbers fit"),
    "declared": N_("that the facts are as the rule asks; whether help is needed nobody has measured"),
}


class Stated(Protocol):
    """What is said of an inference, whether it was made here or came over the wire."""

    @property
    def rule(self) -> str:
        """By which rule."""

    @property
    def version(self) -> str:
        """In which version."""

    @property
    def numbers(self) -> Mapping[str, float]:
        """What was found."""

    @property
    def confidence(self) -> float:
        """How sure."""


def text_of(one: Stated, name: str, words: Translator) -> str:
    """Return what an inference says, in one sentence; a rule nobody knows here says its name and numbers."""
    number = words.number
    facts = {key: number(round(value)) for key, value in one.numbers.items()}
    if one.rule == "time":
        facts = {key: number(hours(value)) for key, value in one.numbers.items()}
        facts["hours"] = number(hours(sum(one.numbers.values())))
    if one.rule == "mastery":
        facts |= {key: in_hundred(one.numbers.get(key, 0.0), words) for key in ("chance", "low", "high")}
    text = _TEXTS.get(one.rule)
    try:
        return words.gettext(text) % {**facts, "name": name} if text else f"{one.rule}: {facts}"
    except KeyError:
        return f"{one.rule}: {facts}"


def why_of(
    one: Stated,
    basis: str,
    count: int,
    computed: dt.datetime,
    rules: AnalyticsRules,
    words: Translator,
    *,
    anchor: str,
    standing: str = "",
) -> Why:
    """Return what an inference rests on, in words."""
    numbers = {
        "gap": rules.time.gap_minutes,
        "times": rules.pause.times,
        "in_a_row": rules.failures.in_a_row,
        "failed_within": rules.failures.within_days,
        "due_within": rules.deadline.within_days,
    }
    facts = {name: words.number(value) for name, value in numbers.items()}
    sure = words.gettext("%(confidence)s in 100, %(basis)s")
    return Why(
        anchor=anchor,
        why=words.gettext(_WHY[one.rule]) % facts if one.rule in _WHY else "",
        change=words.gettext(_CHANGE[one.rule]) if one.rule in _CHANGE else "",
        sure=sure % {"confidence": in_hundred(one.confidence, words), "basis": words.gettext(_BASIS[basis])},
        rule=f"{one.rule} {one.version}",
        count=count,
        computed=computed,
        standing=standing,
    )


def skill_line(one: Stated, name: str, why: Why, rules: AnalyticsRules, words: Translator) -> SkillLine:
    """Return a skill with the chance that it is known."""
    chance, low, high = (min(max(one.numbers.get(key, 0.0), 0.0), 1.0) for key in ("chance", "low", "high"))
    return SkillLine(
        label=name,
        chance=chance,
        low=low,
        high=high,
        is_mastered=chance >= rules.mastery.mastered,
        text=text_of(one, name, words),
        why=why,
    )


def sign_line(one: Stated, name: str, why: Why, words: Translator) -> SignLine:
    """Return a sign."""
    title = SIGNS.get(one.rule)
    return SignLine(title=words.gettext(title) if title else one.rule, text=text_of(one, name, words), why=why)


def week_lines(found: Mapping[dt.date, Mapping[str, float]]) -> tuple[WeekLine, ...]:
    """Return the last weeks in which anything was done, those between them too; `found` are seconds by their Monday."""
    if not found:
        return ()
    last = max(found)
    first = max(min(found), last - dt.timedelta(weeks=WEEKS - 1)) if last > dt.date.min + YEAR else last
    days = [first + dt.timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    return tuple(
        WeekLine(
            day=day,
            said=max(0.0, hours(found.get(day, {}).get("said", 0.0))),
            estimated=max(0.0, hours(found.get(day, {}).get("estimated", 0.0))),
        )
        for day in days
    )


def hours(seconds: float) -> float:
    """Return hours with one place, as people say them."""
    return round(seconds / 3600, 1)


def in_hundred(share: float, words: Translator) -> str:
    """Return a chance as how many times in a hundred; what is not certain never reads as if it were."""
    rounded = round(share * 100)
    return words.number(rounded if share in (0.0, 1.0) else min(max(rounded, 1), 99))
