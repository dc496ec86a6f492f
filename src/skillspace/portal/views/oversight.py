"""Pages on which a person sees what matching makes of them, why and why not, and asks that somebody looks again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Match, Page, Place
from skillspace.portal.views.rights import CaseLine


@dataclass(frozen=True, kw_only=True)
class DecidedLine:
    """What a person at the organisation decided; `words` are theirs, empty once they were erased."""

    what: str
    why: str
    words: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MatchedLine:
    """One of an organisation's vacancies: where matching has the person (a sentence), why, and what people decided.

    `match` is None where nothing is compared any more.
    """

    vacancy: str
    title: str
    where: str
    band: str
    match: Match | None
    decided: tuple[DecidedLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MatchedPage(Page):
    """What an organisation's matching makes of the person under one yes; None for `at` where it could not be asked.

    With `beyond` of the `looked_at` vacancies they are not among the first ten. `cases` are what they asked for.
    """

    TEMPLATE: ClassVar[str] = "matched.html"

    grant_id: str
    place: Place
    at: dt.datetime | None = None
    looked_at: int = 0
    beyond: int = 0
    lines: tuple[MatchedLine, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """One skill an offer asks for or a training adds: how much it counts in per cent, and where the person stands.

    `state` is "have", "close" or "missing"; `note` says how it comes close.
    """

    label: str
    share: float
    state: str
    is_essential: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """An offer found by words; `id` asks about it."""

    id: str
    title: str
    where: str
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class WhyPage(Page):
    """Why an offer stands where it stands: `place` of `of` for this person, None where it has none.

    `unmet` says what keeps it out of the list, `covered` is in per cent. `enough` are skills with which it would come
    at `then`, None where even all it asks for would not bring it among the `first`. Of a training `needs` are what it
    adds to the `target`, `known` and `unasked` what else it teaches. `found` are those that the words fit, if several.
    `near` says how far away it is. `turned` goes with the next question: what the person chose on the list.
    """

    TEMPLATE: ClassVar[str] = "why.html"

    asked: str = ""
    kind: str = ""
    title: str = ""
    href: str = ""
    line: str = ""
    near: str = ""
    is_synthetic: bool = False
    place: int | None = None
    of: int = 0
    first: int = 20
    unmet: tuple[str, ...] = ()
    covered: float = 0.0
    needs: tuple[NeedLine, ...] = ()
    enough: tuple[str, ...] | None = ()
    then: int | None = None
    target: str = ""
    known: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    found: tuple[FoundLine, ...] = ()
    is_unknown: bool = False
    has_skills: bool = True
    turned: tuple[tuple[str, str], ...] = ()
