"""A group of learners in counts that tell nothing about one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skillspace.people.sharing.document import SharedInference
from skillspace.records.analytics import SIGNS, Family


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One thing counted over a group: `of` learners of whom it is known, and how many it is so for.

    Both are None where fewer than the node's threshold stand behind either answer: a count of few tells of each, and
    so does what everybody but few have in common.
    """

    what: str
    about: str
    names: tuple[tuple[str, str], ...]
    of: int | None
    so: int | None


def group_of(
    learners: Sequence[Sequence[SharedInference]], *, least: int, mastered: float
) -> tuple[int | None, tuple[GroupRow, ...]]:
    """Return how many learners there are (None: too few to say), and a row for each skill and each sign.

    `least` is the smallest number of people a count may rest on, `mastered` the chance from which a skill is known.
    """
    if len(learners) < least:
        return None, ()
    said: dict[str, list[bool]] = {}
    names: dict[str, dict[str, str]] = {}
    for learner in learners:
        # Of one learner a skill counts once, whatever was sent.
        skills = {one.about: one for one in learner if one.family == Family.MASTERY.value}
        for about, one in skills.items():
            said.setdefault(about, []).append(one.numbers.get("chance", 0.0) >= mastered)
            names.setdefault(about, {}).update(one.names)
    rows = [
        _row(Family.MASTERY.value, about, names[about], sum(said[about]), len(said[about]), least)
        for about in sorted(said)
        # That few have to do with a skill at all is told of none of them.
        if len(said[about]) >= least
    ]
    for rule in SIGNS:
        so = sum(any(one.rule == rule for one in learner) for learner in learners)
        rows.append(_row(rule, "", {}, so, len(learners), least))
    return len(learners), tuple(rows)


def _row(what: str, about: str, names: Mapping[str, str], so: int, of: int, least: int) -> GroupRow:
    is_safe = min(so, of - so) >= least
    return GroupRow(
        what=what,
        about=about,
        names=tuple(sorted(names.items())),
        of=of if is_safe else None,
        so=so if is_safe else None,
    )
