"""The tables of rights: the intermediary's cases, parts and proofs; the organisation's queue, words and stops."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.lifecycle import Lifecycle
from skillspace.storage.database import Moment, metadata
from skillspace.trust.rights.machine import CASE, PACKAGE, PART, CaseState, PackageState, PartState
from skillspace.trust.rights.model import Case, Correction, Duty, Ground, PackageFacts, Part, Request, Right, Scope


def _among(column: str, lifecycle: Lifecycle[Any]) -> str:
    return f"{column} IN ({', '.join(repr(str(state)) for state in sorted(lifecycle.states))})"


_RIGHTS = f'"right" IN ({", ".join(repr(str(right)) for right in Right)})'

cases = sa.Table(
    "rights_case",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("right", sa.String, nullable=False),
    sa.Column("opened", Moment, nullable=False),
    sa.Column("words", sa.String, nullable=False),
    sa.Column("scope", sa.JSON, nullable=False),
    sa.Column("corrections", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("ended", Moment, nullable=True),
    sa.CheckConstraint(_among("state", CASE), name="rights_case_state"),
    sa.CheckConstraint(_RIGHTS, name="rights_case_right"),
)

#: `number` is that of the organisation's last word that counted; `opens` the key to its package until that is here.
parts = sa.Table(
    "rights_part",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case", sa.ForeignKey("rights_case.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("country", sa.String, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("received", Moment, nullable=True),
    sa.Column("due", sa.Date, nullable=True),
    sa.Column("extended", Moment, nullable=True),
    sa.Column("doubted", Moment, nullable=True),
    sa.Column("resumed", Moment, nullable=True),
    sa.Column("done", Moment, nullable=True),
    sa.Column("unreached_since", Moment, nullable=True),
    sa.Column("unreached_why", sa.String, nullable=False),
    sa.Column("overdue_told", sa.Date, nullable=True),
    sa.Column("words", sa.String, nullable=False),
    sa.Column("ground", sa.String, nullable=True),
    sa.Column("complaint", sa.String, nullable=False),
    sa.Column("deleted", sa.JSON, nullable=False),
    sa.Column("kept", sa.JSON, nullable=False),
    sa.Column("package", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("package_state", sa.String, nullable=False),
    sa.Column("package_at", Moment, nullable=True),
    sa.Column("opens", sa.String, nullable=True),
    sa.UniqueConstraint("case", "organisation", name="rights_part_once"),
    sa.CheckConstraint(_among("state", PART), name="rights_part_state"),
    sa.CheckConstraint(_among("package_state", PACKAGE), name="rights_part_package_state"),
    sa.Index("rights_part_by_due", "state", "due"),
)

proofs = sa.Table(
    "rights_proof",
    metadata,
    sa.Column("part", sa.ForeignKey("rights_part.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("move", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("arrived", Moment, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
)

#: `digest` is that of the message, so that the same part with other content is told apart from the same sent again.
requests = sa.Table(
    "rights_request",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("part", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("right", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("words", sa.String, nullable=False),
    sa.Column("scope", sa.JSON, nullable=False),
    sa.Column("corrections", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("received", Moment, nullable=False),
    sa.Column("due", sa.Date, nullable=True),
    sa.Column("extended", Moment, nullable=True),
    sa.Column("doubted", Moment, nullable=True),
    sa.Column("resumed", Moment, nullable=True),
    sa.Column("done", Moment, nullable=True),
    sa.Column("taken_by", sa.String, nullable=False),
    sa.Column("supplied", sa.String, nullable=False),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("reminded", sa.Date, nullable=True),
    sa.Column("keep_until", sa.Date, nullable=True),
    sa.Column("package", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("opens_hash", sa.String, nullable=True),
    sa.UniqueConstraint("intermediary", "part", name="rights_request_once"),
    sa.CheckConstraint(_among("state", PART), name="rights_request_state"),
    sa.CheckConstraint(_RIGHTS, name="rights_request_right"),
    sa.Index("rights_request_by_due", "state", "due"),
)

#: What the organisation said, and whether the intermediary has it; `opens` goes as soon as it was told.
replies = sa.Table(
    "rights_reply",
    metadata,
    sa.Column("request", sa.ForeignKey("rights_request.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("move", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("opens", sa.String, nullable=True),
    sa.Column("told", Moment, nullable=True),
    sa.Column("refused", sa.String, nullable=True),
)

restrictions = sa.Table(
    "rights_restriction",
    metadata,
    sa.Column("request", sa.ForeignKey("rights_request.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("right", sa.String, nullable=False),
    sa.Column("scope", sa.JSON, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Index("rights_restriction_by_subject", "intermediary", "subject"),
)


def to_case(row: Mapping[str, Any], its_parts: tuple[Part, ...] = ()) -> Case:
    """Read a row of `rights_case`."""
    read = {"right": Right(row["right"]), "state": CaseState(row["state"])}
    return Case(**{**row, **read, **_wanted(row), "parts": its_parts})


def to_part(row: Mapping[str, Any], *, is_overdue: bool) -> Part:
    """Read a row of `rights_part`; its key to the package stays here."""
    inner = ("country", "number", "overdue_told", "package_at", "opens")
    content = {name: value for name, value in row.items() if name not in inner}
    read: dict[str, Any] = {
        "state": PartState(row["state"]),
        "package_state": PackageState(row["package_state"]),
        "ground": Ground(row["ground"]) if row["ground"] else None,
        "kept": tuple(duty_of(duty) for duty in row["kept"]),
        "package": PackageFacts(**row["package"]) if row["package"] else None,
    }
    return Part(**{**content, **read, "is_overdue": is_overdue})


def to_request(row: Mapping[str, Any], *, is_overdue: bool = False) -> Request:
    """Read a row of `rights_request`."""
    inner = ("digest", "number", "reminded", "keep_until", "package", "opens_hash")
    content = {name: value for name, value in row.items() if name not in inner}
    read: dict[str, StrEnum] = {"right": Right(row["right"]), "state": PartState(row["state"])}
    return Request(**{**content, **read, **_wanted(row), "is_overdue": is_overdue})


def _wanted(row: Mapping[str, Any]) -> dict[str, Any]:
    corrections = tuple(Correction(**each) for each in row["corrections"])
    return {"scope": to_scope(row["scope"]), "corrections": corrections}


def to_scope(content: Mapping[str, list[str]]) -> Scope:
    """Read a scope as it is stored."""
    return Scope(**{name: tuple(values) for name, values in content.items()})


def scope_row(scope: Scope) -> dict[str, list[str]]:
    """Write a scope as it is stored, and as it travels."""
    return {"datasets": list(scope.datasets), "kinds": list(scope.kinds), "grants": list(scope.grants)}


def duty_row(duty: Duty) -> dict[str, Any]:
    """Write a duty as it is stored."""
    return {"law": duty.law, "until": duty.until.isoformat() if duty.until else None, "what": duty.what}


def duty_of(content: Mapping[str, Any]) -> Duty:
    """Read a duty as it is stored."""
    until = content["until"]
    return Duty(law=content["law"], until=date.fromisoformat(until) if until else None, what=content["what"])
