"""Review of links and mappings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

#: What people said is written once: its table refuses to be changed.
WRITTEN_ONCE = (
    (
        "sqlite",
        "CREATE TRIGGER correction_no_update BEFORE UPDATE ON correction BEGIN SELECT RAISE(ABORT, 'correction is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER correction_no_delete BEFORE DELETE ON correction BEGIN SELECT RAISE(ABORT, 'correction is written once'); END",
    ),
    (
        "postgresql",
        "CREATE FUNCTION correction_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'correction is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER correction_no_change BEFORE UPDATE OR DELETE ON correction FOR EACH ROW EXECUTE FUNCTION correction_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER correction_no_truncate BEFORE TRUNCATE ON correction EXECUTE FUNCTION correction_is_fixed()",
    ),
)


def upgrade() -> None:
    """Review of links and mappings."""
    op.create_table(
        "correction",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('link', 'mapping')", name="correction_kind"),
        sa.CheckConstraint("relation IN ('exact', 'close', 'broad', 'narrow', 'related')", name="correction_relation"),
        sa.CheckConstraint("says IN ('yes', 'no')", name="correction_says"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("correction_by_about", ["kind", "about"], unique=False)

    op.create_table(
        "link_question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("use", sa.Float(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("link_question", schema=None) as batch_op:
        batch_op.create_index("link_question_by_use", ["use"], unique=False)

    op.create_table(
        "mapping_proposal",
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('exact', 'close', 'broad', 'narrow', 'related')", name="mapping_proposal_relation"
        ),
        sa.PrimaryKeyConstraint("scheme", "source", "target"),
    )
    op.create_table(
        "own_taxonomy",
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("concepts", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("added", sa.DateTime(), nullable=False),
        sa.Column("proposed", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("scheme"),
    )
    for dialect, statement in WRITTEN_ONCE:
        if op.get_bind().dialect.name == dialect:
            op.execute(statement)
