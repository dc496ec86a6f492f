"""What two nodes tell each other of a case: the asking with its evidence, and the organisation's steps.

Either may come twice. An asking is told by its consent, a step by its place among all of the organisation's steps,
which travel together each time.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.errors import BadInput
from skillspace.people.validation.machine import ORGANISATION
from skillspace.people.validation.model import MAX_RECORDS, MAX_WORDS, Evidence, Step

MAX_TOKEN = 64 * 1024
MAX_STEPS = 200


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class EvidenceSent(_Wire):
    """One thing released, with its signed hop; `document` is base64, and absent where it was too large to go along."""

    id: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=300)
    kind: str = Field(min_length=1, max_length=60)
    source: str = Field(min_length=1, max_length=300)
    media_type: str | None = Field(default=None, max_length=100)
    document: str | None = Field(default=None, max_length=1024 * 1024)
    hop: str = Field(min_length=1, max_length=MAX_TOKEN)


class Asking(_Wire):
    """A person asks for the validation of one skill, or sends more evidence; `consent` is the grant's credential."""

    case: str = Field(min_length=8, max_length=100, pattern=r"^[!-~]+$")
    consent: str = Field(min_length=1, max_length=MAX_TOKEN)
    skill: str = Field(min_length=1, max_length=500)
    label: str = Field(min_length=1, max_length=500)
    words: str = Field(min_length=1, max_length=MAX_WORDS)
    evidence: list[EvidenceSent] = Field(min_length=1, max_length=MAX_RECORDS + 1)


class StepSent(_Wire):
    """One step of the organisation."""

    move: Literal[
        "accept",
        "refuse",
        "want evidence",
        "assess",
        "recognise",
        "recognise in part",
        "do not recognise",
        "take back",
        "take assessment back",
    ]
    words: str = Field(max_length=MAX_WORDS)
    level: str | None = Field(default=None, max_length=200)
    at: str = Field(max_length=40)


class Steps(_Wire):
    """All steps of the organisation so far; with a recognition its trail, and the offer of the credential."""

    steps: list[StepSent] = Field(min_length=1, max_length=MAX_STEPS)
    trail: dict[str, Any] | None = None
    offer: str | None = Field(default=None, max_length=8000)


def sent(step: Step) -> StepSent:
    """Write a step of ours for the other node."""
    return StepSent.model_validate(
        {"move": step.move, "words": step.words, "level": step.level, "at": step.at.isoformat()}
    )


def heard(step: StepSent) -> Step:
    """Read a step of the organisation; raise BadInput when its moment is none."""
    try:
        at = datetime.fromisoformat(step.at)
        if at.tzinfo is None:
            raise ValueError
    except ValueError:
        raise BadInput("The message cannot be read: a step has no moment.") from None
    return Step(party=ORGANISATION, move=step.move, words=step.words, level=step.level, at=at)


def evidence_of(one: EvidenceSent, level: int = 1) -> Evidence:
    """Read one thing that was sent, with the level its hop proves; raise BadInput when its document is no base64."""
    try:
        document = base64.b64decode(one.document, validate=True) if one.document is not None else None
    except (binascii.Error, ValueError):
        raise BadInput("The message cannot be read: a document is not base64.") from None
    return Evidence(**{**one.model_dump(), "document": document, "level": level})
