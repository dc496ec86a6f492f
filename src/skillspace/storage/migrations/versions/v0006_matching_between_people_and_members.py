"""Matching between people and members: news of offers, decisions and appeals, matching bought and sold, teams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Matching between people and members: news of offers, decisions and appeals, matching bought and sold, teams."""
    _oversight()
    _matching_service()
    _alerts()
    _teams()


def _oversight() -> None:
    op.create_table(
        "matching_decision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("vacancy", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('as matched', 'moved up', 'set aside')", name="matching_decision_state"),
        sa.CheckConstraint(
            "why IN ('known', 'mistaken', 'condition', 'appeal', 'other')", name="matching_decision_why"
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("matching_decision_by_vacancy", "matching_decision", ["vacancy", "grant_id"])
    op.create_index("ix_matching_decision_grant_id", "matching_decision", ["grant_id"])
    op.create_table(
        "matching_remark",
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["matching_decision.id"]),
        sa.PrimaryKeyConstraint("decision"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER matching_decision_no_{change.lower()} BEFORE {change} ON matching_decision "
                "BEGIN SELECT RAISE(ABORT, 'matching_decision is written once'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION matching_decision_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'matching_decision is written once'; END $$"
        )
        op.execute(
            "CREATE TRIGGER matching_decision_no_change BEFORE UPDATE OR DELETE ON matching_decision "
            "FOR EACH ROW EXECUTE FUNCTION matching_decision_is_fixed()"
        )
        op.execute(
            "CREATE TRIGGER matching_decision_no_truncate BEFORE TRUNCATE ON matching_decision "
            "EXECUTE FUNCTION matching_decision_is_fixed()"
        )
    rights = "'access', 'rectification', 'erasure', 'restriction', 'portability', 'objection', 'review'"
    for table in ("rights_case", "rights_request"):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(f"{table}_right", type_="check")
            changed.create_check_constraint(f"{table}_right", f'"right" IN ({rights})')


def _matching_service() -> None:
    op.create_table(
        "partner_answer",
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("seller", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("state IN ('asking', 'answered', 'failed')", name="partner_answer_state"),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("grant_id"),
    )
    for column in ("person", "seller"):
        op.create_index(f"ix_partner_answer_{column}", "partner_answer", [column])


def _alerts() -> None:
    op.create_table(
        "alert_standing",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("looked", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=True),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("learning", sa.String(), nullable=True),
        sa.Column("learning_since", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index("ix_alert_standing_due", "alert_standing", ["due"])
    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("offer", sa.String(), nullable=False),
        sa.Column("likeness", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("is_lettered", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("taught", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "said IN ('yes', 'not-employer', 'not-occupation', 'too-far', 'not-now')", name="alert_said"
        ),
        sa.CheckConstraint("outcome IN ('applied', 'hired', 'finished')", name="alert_outcome"),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "likeness", name="alert_likeness_once"),
        sa.UniqueConstraint("person", "offer", name="alert_offer_once"),
    )
    op.create_index("alert_by_person", "alert", ["person", "at"])


def _teams() -> None:
    op.create_table(
        "ranking_policy",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "org_chart",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
