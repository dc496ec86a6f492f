"""The tables of oversight: what somebody decided, written once, and the words to it, which go with the person's yes."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.market.oversight.machine import STANDING, Why
from skillspace.storage.database import Moment, metadata

_STATES = ", ".join(repr(str(state)) for state in sorted(STANDING.states))
_REASONS = ", ".join(repr(str(why)) for why in Why)

#: `place` is where matching put the person at that moment; NULL beyond those it shows.
decisions = sa.Table(
    "matching_decision",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("vacancy", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("grant_id", sa.String, nullable=False, index=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("place", sa.Integer, nullable=True),
    sa.Index("matching_decision_by_vacancy", "vacancy", "grant_id"),
    sa.CheckConstraint(f"state IN ({_STATES})", name="matching_decision_state"),
    sa.CheckConstraint(f"why IN ({_REASONS})", name="matching_decision_why"),
)

remarks = sa.Table(
    "matching_remark",
    metadata,
    sa.Column("decision", sa.ForeignKey("matching_decision.id"), primary_key=True),
    sa.Column("words", sa.String, nullable=False),
)


def belt(dialect: str) -> list[str]:
    """Return the statements that make the database refuse to change a decision; a migration runs the same."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER matching_decision_no_{change.lower()} BEFORE {change} ON matching_decision "
            "BEGIN SELECT RAISE(ABORT, 'matching_decision is written once'); END"
            for change in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION matching_decision_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'matching_decision is written once'; END $$",
        "CREATE TRIGGER matching_decision_no_change BEFORE UPDATE OR DELETE ON matching_decision "
        "FOR EACH ROW EXECUTE FUNCTION matching_decision_is_fixed()",
        "CREATE TRIGGER matching_decision_no_truncate BEFORE TRUNCATE ON matching_decision "
        "EXECUTE FUNCTION matching_decision_is_fixed()",
    ]


for _dialect in ("sqlite", "postgresql"):
    for _statement in belt(_dialect):
        _ddl = sa.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # untyped upstream
        sa.event.listen(decisions, "after_create", _ddl)
