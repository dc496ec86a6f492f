"""What was asked of partners for a person, and what came back; it goes when the person's yes ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.market.matching_service.machine import AskedState, NoAnswer
from skillspace.market.matching_service.messages import MatchingAnswer
from skillspace.storage.database import Moment, metadata

asked = sa.Table(
    "partner_answer",
    metadata,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("person", sa.String, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("seller", sa.String, nullable=False, index=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("answered", Moment, nullable=True),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint("state IN ('asking', 'answered', 'failed')", name="partner_answer_state"),
)


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A member whose matching people here may ask: it sells to this node, and signed what bounds people's skills."""

    did: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was last asked of a partner under one yes, and the last answer that came; `reason` is why none came now."""

    grant_id: str
    person: str
    seller: str
    state: AskedState
    asked: datetime
    answered: datetime | None
    reason: NoAnswer | None
    answer: MatchingAnswer | None


def asked_of(row: Mapping[str, Any]) -> Asked:
    """Read a row."""
    answer = MatchingAnswer.model_validate(row["answer"]) if row["answer"] else None
    reason = NoAnswer(row["reason"]) if row["reason"] else None
    return Asked(**{**row, "state": AskedState(row["state"]), "reason": reason, "answer": answer})
