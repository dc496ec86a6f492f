"""The auditor's page: the journal without what it says, what was signed of it, and what a check found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Page


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry, without its content."""

    number: int
    at: dt.datetime
    kind: str
    about: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class CheckpointLine:
    """A signed head of the journal, and who witnessed it."""

    number: int
    at: dt.datetime
    hash: str
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WitnessLine:
    """What a witness held of the journal when it answered last.

    `held` is unasked, nothing, matches or differs; `signed` is the moment of the checkpoint `number` it showed.
    """

    name: str
    did: str
    held: str
    is_silent: bool = False
    asked: dt.datetime | None = None
    answered: dt.datetime | None = None
    number: int | None = None
    signed: dt.datetime | None = None
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """One thing that is not as it was written."""

    wrong: str
    number: int | None
    about: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found; `since` is the first entry it looked at, 1 for the whole journal."""

    entries: int
    since: int
    proven_to: int
    witnessed_to: int
    found: tuple[FoundLine, ...] = ()
    untold: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    """The journal, its checkpoints, and a check of it."""

    TEMPLATE: ClassVar[str] = "org_audit.html"

    entries_in_all: int
    entries: tuple[EntryLine, ...]
    checkpoints: tuple[CheckpointLine, ...]
    witnesses: tuple[WitnessLine, ...] = ()
    about: str = ""
    kind: str = ""
    older: int | None = None
    checked: Checked | None = None
    problem: str = ""
