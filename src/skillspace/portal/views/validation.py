"""Pages of validation: a person's cases, and the desk of an organisation that validates skills."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place


@dataclass(frozen=True, kw_only=True)
class HopView:
    """One hop of a trail: what it is, by whose word, how well it proves the skill (1 to 6), and what its check said."""

    kind: str
    title: str
    place: Place
    level: int
    on: dt.date | None = None
    words: str = ""
    holds: bool = True
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step of a case: who did what, when, in their words."""

    who: str
    what: str
    at: dt.datetime
    words: str = ""
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case in a list: the skill, with or from whom, where it stands, and when the next step is due."""

    id: str
    label: str
    place: Place
    state: str
    made: dt.date
    due: dt.date | None = None
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class ValidationsPage(Page):
    """A person's cases, and the form to ask for one more; `words` was typed, `problem` is what is wrong with it."""

    TEMPLATE: ClassVar[str] = "validations.html"

    cases: tuple[CaseLine, ...] = ()
    organisations: tuple[Choice, ...] = ()
    skills: tuple[Choice, ...] = ()
    records: tuple[Choice, ...] = ()
    words: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ValidationPage(Page):
    """One case of a person: its steps, its trail, and what the person can do; `unsent` is why something did not go."""

    TEMPLATE: ClassVar[str] = "validation.html"

    case: CaseLine
    steps: tuple[StepView, ...] = ()
    hops: tuple[HopView, ...] = ()
    grant_id: str = ""
    unsent: str = ""
    can_withdraw: bool = False
    can_send: bool = False
    records: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """One thing a person released, as the organisation reads it; `href` is where its document is, empty without one."""

    title: str
    kind: str
    source: str
    level: int
    text: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class MoveForm:
    """One step that the organisation can take; with `needs_words` it is nothing without a reason."""

    name: str
    label: str
    ask: str
    needs_words: bool = False
    has_level: bool = False
    is_stop: bool = False


@dataclass(frozen=True, kw_only=True)
class ValidationDeskPage(Page):
    """The requests at an organisation; `is_open` tells whether new ones are taken."""

    TEMPLATE: ClassVar[str] = "org_validations.html"

    cases: tuple[CaseLine, ...] = ()
    is_open: bool = True


@dataclass(frozen=True, kw_only=True)
class ValidationRequestPage(Page):
    """One request at an organisation: what was released, the steps so far, and those that can be taken now; `untold` is
    why the person could not be told of the last one."""

    TEMPLATE: ClassVar[str] = "org_validation.html"

    case: CaseLine
    evidence: tuple[EvidenceView, ...] = ()
    steps: tuple[StepView, ...] = ()
    moves: tuple[MoveForm, ...] = ()
    restricted: str = ""
    untold: str = ""
    problem: str = ""
