"""The words of validation: the case as its person and its organisation see it, its steps, and what may go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from skillspace.kernel.errors import BadInput, Refused
from skillspace.people.validation.machine import CaseState
from skillspace.records.trail import Trail

PURPOSE = "validation"
#: Stored tasks: release a case's evidence to its organisation; take a credential into the person's wallet.
SEND, TAKE = "validation.send", "validation.take"
#: And look every day whether a recognition still stands.
WATCH, WATCH_EVERY = "validation.watch", timedelta(days=1)
SKILLS, RECORDS = "skills", "records"
KINDS = (SKILLS, RECORDS)
#: The evidence that every case has: what the person says themselves.
OWN_WORDS = "own-words"
#: For how long the yes to a case holds, and with it the case.
LASTS = timedelta(days=180)
MAX_WORDS = 4000
MAX_RECORDS = 20
#: Documents go along up to this size, each and all together; of a larger one only its fingerprint goes.
MAX_DOCUMENT_BYTES, MAX_DOCUMENTS_BYTES = 512 * 1024, 2 * 1024 * 1024


class NobodyValidates(Refused):
    """This organisation has not agreed to validate skills for the people of this space."""


class WordsMissing(BadInput):
    """Say in your own words why."""


class CaseOver(Refused):
    """This case is over."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a case: who did what when, in whose words. `level` is how well the skill was shown, where said."""

    party: str
    move: str
    words: str
    level: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as its person sees it.

    `skill` is the address of the skill, `due` when the next step is due, `problem` why the last message could not be
    delivered. `trail` came with the recognition.
    """

    id: str
    person: str
    organisation: str
    organisation_name: str
    skill: str
    label: str
    grant_id: str
    more: tuple[str, ...]
    state: CaseState
    made: datetime
    changed: datetime
    due: datetime | None
    problem: str | None
    steps: tuple[Step, ...]
    trail: Trail | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing released for a case: what it is, its document where it went along, its signed hop, and how well that
    proves the skill (1 to 6)."""

    id: str
    title: str
    kind: str
    source: str
    media_type: str | None
    document: bytes | None
    hop: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Request:
    """A case as the organisation sees it; `subject` is the person's name towards it, empty once the case was let go.

    `problem` is why the person's node could not be told of the last step, `restricted` why its data are kept and not
    used now.
    """

    id: str
    case_id: str
    intermediary: str
    subject: str
    grant_id: str
    dataset: str
    skill: str
    label: str
    state: CaseState
    made: datetime
    changed: datetime
    due: datetime | None
    steps: tuple[Step, ...]
    problem: str | None = None
    restricted: str | None = None


def step_json(step: Step) -> dict[str, Any]:
    """Return a step as JSON values, for keeping."""
    return {**vars(step), "at": step.at.isoformat()}


def step_of(row: Mapping[str, Any]) -> Step:
    """Read a step that was kept."""
    return Step(**{**row, "at": datetime.fromisoformat(row["at"])})
