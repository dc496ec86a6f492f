"""The tables of validation: cases where the person lives, requests and their evidence where they are judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.people.sharing import EVIDENCE_DATASET
from skillspace.people.validation.machine import CASE, CaseState
from skillspace.people.validation.model import Case, Request, step_of
from skillspace.records.trail import Trail
from skillspace.storage.database import Moment, metadata

_STATES = ", ".join(f"'{state}'" for state in sorted(CASE.states))

cases = sa.Table(
    "validation_case",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("organisation_name", sa.String, nullable=False),
    sa.Column("skill", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("grant_id", sa.String, nullable=False, unique=True),
    #: Further consents, for evidence that was sent later.
    sa.Column("more", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("due", Moment, nullable=True),
    sa.Column("problem", sa.String, nullable=True),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("trail", sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint(f"state IN ({_STATES})", name="validation_case_state"),
)

requests = sa.Table(
    "validation_request",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("grant_id", sa.String, nullable=False, unique=True),
    sa.Column("skill", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("due", Moment, nullable=True),
    sa.Column("steps", sa.JSON, nullable=False),
    #: What goes with the last step, until it has arrived: the trail, and the offer of the credential.
    sa.Column("parcel", sa.JSON(none_as_null=True), nullable=True),
    #: The hop of the assessment, for the recognition to rest on.
    sa.Column("assessment", sa.Text, nullable=True),
    #: Where our status list would tell that the assessment was taken back.
    sa.Column("assessment_place", sa.Integer, nullable=True),
    #: Of a recognition: its place in our status list, and the offer of its credential.
    sa.Column("place", sa.Integer, nullable=True),
    sa.Column("offer", sa.String, nullable=True),
    #: Why the person's node could not be told of the last step.
    sa.Column("problem", sa.String, nullable=True),
    sa.UniqueConstraint("intermediary", "case_id", name="validation_request_once"),
    sa.CheckConstraint(f"state IN ({_STATES})", name="validation_request_state"),
)

evidence = sa.Table(
    "validation_evidence",
    metadata,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("request", sa.ForeignKey("validation_request.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("content", sa.JSON, nullable=False),
)


def case_of(row: Mapping[str, Any]) -> Case:
    """Read a case as it is stored."""
    read = {name: row[name] for name in Case.__dataclass_fields__}
    steps = tuple(step_of(step) for step in row["steps"])
    trail = Trail.from_json(row["trail"]) if row["trail"] else None
    return Case(
        **{**read, "more": tuple(row["more"]), "state": CaseState(row["state"]), "steps": steps, "trail": trail}
    )


def request_of(row: Mapping[str, Any]) -> Request:
    """Read a request as it is stored."""
    kept = ("id", "case_id", "intermediary", "subject", "grant_id", "skill", "label", "made", "changed", "due")
    return Request(
        **{name: row[name] for name in kept},
        problem=row["problem"],
        dataset=EVIDENCE_DATASET,
        state=CaseState(row["state"]),
        steps=tuple(step_of(step) for step in row["steps"]),
    )
