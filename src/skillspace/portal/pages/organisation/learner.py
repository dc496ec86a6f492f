"""One learner as they let us see them: what came over the wire, in the words the learner reads themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress

from skillspace.kernel.clock import from_iso
from skillspace.people.sharing import SharedProfile
from skillspace.people.sharing.document import SharedInference
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.inferring import OTHERS, sign_line, skill_line, text_of, week_lines, why_of
from skillspace.portal.views.learning import CourseLine, Inferred, TimeLine, Why
from skillspace.records.analytics import Thing, standing_rules
from skillspace.skills.taxonomy import Taxonomies


def inferred_of(document: SharedProfile, taxonomies: Taxonomies, words: Translator) -> Inferred | None:
    """Return what a learner lets us see, in words; None where it was not allowed."""
    if document.learning is None:
        return None
    rules = standing_rules()
    courses: list[CourseLine] = []
    skills = []
    signs = []
    time: TimeLine | None = None
    for number, one in enumerate(document.learning):
        name = name_of(one.about, one.names, taxonomies, words.language)
        why = _why(one, document.made_at, words, anchor=f"it-{number}")
        if one.family == "progress":
            courses.append(_course(one, name, why, words))
        elif one.family == "time":
            time = _time(one, why, words)
        elif one.family == "mastery":
            skills.append(skill_line(one, name, why, rules, words))
        else:
            signs.append(sign_line(one, name, why, words))
    return Inferred(
        courses=tuple(courses),
        time=time,
        skills=tuple(skills),
        signs=tuple(signs),
        mastered=rules.mastery.mastered,
    )


def name_of(about: str, names: dict[str, str], taxonomies: Taxonomies, language: str) -> str:
    """Return what a thing is called; a skill of a taxonomy by its own label, nothing where nothing is meant."""
    if not about:
        return ""
    return taxonomies.label(about, language) if taxonomies.has(about) else Thing(id=about, names=names).name(language)


def _why(one: SharedInference, made: dt.datetime, words: Translator, *, anchor: str) -> Why:
    try:
        computed = from_iso(one.computed)
    except (ValueError, OverflowError):
        computed = made  # a moment the other node wrote badly is that of the document itself
    standing = "stands" if one.was_denied else ""
    return why_of(one, one.basis, one.statements, computed, standing_rules(), words, anchor=anchor, standing=standing)


def _course(one: SharedInference, name: str, why: Why, words: Translator) -> CourseLine:
    of = max(0, int(one.numbers.get("activities", 0)))
    done = int(one.numbers.get("done", 0))
    return CourseLine(
        title=name or words.gettext(OTHERS),
        done=min(max(done, 0), of),
        of=of,
        text=text_of(one, "", words),
        why=why,
    )


def _time(one: SharedInference, why: Why, words: Translator) -> TimeLine:
    weeks: dict[dt.date, Mapping[str, float]] = {}
    for row in one.weeks:
        with suppress(ValueError):  # a day the other node wrote badly is left out
            weeks[dt.date.fromisoformat(row.day)] = row.numbers
    return TimeLine(text=text_of(one, "", words), why=why, weeks=week_lines(weeks))
