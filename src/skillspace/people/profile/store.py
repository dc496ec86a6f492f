"""The tables of profiles: documents as they came, and their assertions spread out for fast listing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.people.profile.choices import Choice, ChoiceKind
from skillspace.people.profile.model import Claim, Problem, StoredRecord
from skillspace.records.model import Evidence, Record, RecordKind, ValidationLevel
from skillspace.storage.database import Moment, metadata

records = sa.Table(
    "record",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("source_name", sa.String, nullable=False),
    sa.Column("record_id", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("parsed", sa.JSON, nullable=True),
    sa.Column("problem_code", sa.String, nullable=True),
    sa.Column("problem", sa.String, nullable=True),
    sa.Column("grant_id", sa.String, nullable=True, index=True),
    sa.Column("dataset", sa.String, nullable=True),
    sa.Column("arrived", Moment, nullable=False),
    sa.Column("updated", Moment, nullable=False),
    sa.UniqueConstraint("person", "source", "record_id", name="record_once"),
)

assertions = sa.Table(
    "assertion",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("record", sa.ForeignKey("record.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("source_name", sa.String, nullable=False),
    sa.Column("concept", sa.String, nullable=True),
    sa.Column("kind", sa.String, nullable=True),
    sa.Column("esco", sa.String, nullable=True),
    sa.Column("relation", sa.String, nullable=True),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=True),
    sa.Column("level", sa.String, nullable=True),
    sa.Column("level_scheme", sa.String, nullable=True),
    sa.Column("validation", sa.Integer, nullable=False),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("issuer_name", sa.String, nullable=False),
    sa.Column("issued", sa.Date, nullable=True),
    sa.Column("valid_until", sa.Date, nullable=True),
    sa.Column("arrived", sa.Date, nullable=False),
    sa.Column("evidence_record", sa.String, nullable=False),
    sa.Column("evidence_title", sa.String, nullable=False),
    sa.Column("evidence_kind", sa.String, nullable=False),
    sa.Column("excerpt", sa.String, nullable=True),
    sa.Index("assertion_by_person", "person"),
    sa.CheckConstraint("validation BETWEEN 1 AND 6", name="assertion_validation"),
)

#: What people said of how claims become their skills: rows are added, and go with the person alone.
chosen = sa.Table(
    "profile_choice",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("skill", sa.String, nullable=False),
    sa.Column("other", sa.String, nullable=False),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("other_label", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("ends", sa.Integer, nullable=True, unique=True),
    sa.CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in ChoiceKind)})", name="profile_choice_kind"),
)

_OF_A_CLAIM = (
    "concept",
    "esco",
    "relation",
    "label",
    "language",
    "level",
    "level_scheme",
    "issuer",
    "issuer_name",
    "issued",
    "valid_until",
    "source",
    "source_name",
    "record",
    "arrived",
)


def claim_of(row: Mapping[str, Any]) -> Claim:
    """Read a claim from its row."""
    evidence = Evidence(
        record_id=row["evidence_record"],
        title=row["evidence_title"],
        kind=RecordKind(row["evidence_kind"]),
        excerpt=row["excerpt"],
    )
    return Claim(
        validation=ValidationLevel(row["validation"]), evidence=evidence, **{name: row[name] for name in _OF_A_CLAIM}
    )


def choice_of(row: Mapping[str, Any]) -> Choice:
    """Read a person's word from its row."""
    return Choice(**{name: row[name] for name in row if name not in ("person", "kind")}, kind=ChoiceKind(row["kind"]))


def record_of(row: Mapping[str, Any]) -> StoredRecord:
    """Read a stored record from its row."""
    problem = Problem(code=row["problem_code"], message=row["problem"] or "") if row["problem_code"] else None
    return StoredRecord(
        id=row["id"],
        person=row["person"],
        source=row["source"],
        source_name=row["source_name"],
        record_id=row["record_id"],
        kind=row["kind"],
        media_type=row["media_type"],
        document=row["document"],
        record=Record.from_json(row["parsed"]) if row["parsed"] is not None else None,
        problem=problem,
        grant=row["grant_id"],
        dataset=row["dataset"],
        arrived=row["arrived"],
        updated=row["updated"],
    )
