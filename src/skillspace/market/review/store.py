"""The tables of review: taxonomies an organisation brought, what is proposed, what waits, what people said, and the
programs of its own that ask in its words.

What people said is written once: the database itself refuses to change or delete a row.
"""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.skills.taxonomy import MatchKind
from skillspace.storage.database import Moment, metadata

_RELATIONS = ", ".join(repr(kind.value) for kind in MatchKind)

own_taxonomies = sa.Table(
    "own_taxonomy",
    metadata,
    sa.Column("scheme", sa.String, primary_key=True),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("concepts", sa.Integer, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("added", Moment, nullable=False),
    sa.Column("proposed", Moment, nullable=True),
)

proposals = sa.Table(
    "mapping_proposal",
    metadata,
    sa.Column("scheme", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("relation", sa.String, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.CheckConstraint(f"relation IN ({_RELATIONS})", name="mapping_proposal_relation"),
)

questions = sa.Table(
    "link_question",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("sentence", sa.String, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("scheme", sa.String, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("use", sa.Float, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Index("link_question_by_use", "use"),
)

programs = sa.Table(
    "own_program",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("token_hash", sa.String, nullable=False, unique=True),
    sa.Column("made", Moment, nullable=False),
)

corrections = sa.Table(
    "correction",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("scheme", sa.String, nullable=False),
    sa.Column("concept", sa.String, nullable=False),
    sa.Column("relation", sa.String, nullable=False),
    sa.Column("says", sa.String, nullable=False),
    sa.Column("score", sa.Float, nullable=True),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("origin", sa.String, nullable=False),
    sa.Index("correction_by_about", "kind", "about"),
    sa.CheckConstraint("kind IN ('link', 'mapping')", name="correction_kind"),
    sa.CheckConstraint("says IN ('yes', 'no')", name="correction_says"),
    sa.CheckConstraint(f"relation IN ({_RELATIONS})", name="correction_relation"),
)


def belt(dialect: str) -> list[str]:
    """Return the statements that make the database refuse to change what people said; a migration runs the same."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER correction_no_{change.lower()} BEFORE {change} ON correction "
            "BEGIN SELECT RAISE(ABORT, 'correction is written once'); END"
            for change in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION correction_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'correction is written once'; END $$",
        "CREATE TRIGGER correction_no_change BEFORE UPDATE OR DELETE ON correction "
        "FOR EACH ROW EXECUTE FUNCTION correction_is_fixed()",
        "CREATE TRIGGER correction_no_truncate BEFORE TRUNCATE ON correction EXECUTE FUNCTION correction_is_fixed()",
    ]


for _dialect in ("sqlite", "postgresql"):
    for _statement in belt(_dialect):
        _ddl = sa.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # untyped upstream
        sa.event.listen(corrections, "after_create", _ddl)
