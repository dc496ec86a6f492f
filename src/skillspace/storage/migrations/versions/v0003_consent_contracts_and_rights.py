"""Consent, contracts and rights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Consent, contracts and rights."""
    op.create_table(
        "spent_use_token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("spent_use_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_use_token_expires"), ["expires"], unique=False)

    with op.batch_alter_table("consent_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("max_uses", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("used", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("acting", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("replaces", sa.String(), nullable=True))
        batch_op.create_check_constraint("consent_grant_uses", "max_uses IS NULL OR used <= max_uses")

    with op.batch_alter_table("consent_use", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("held_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("max_uses", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("release_audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token", sa.String(), nullable=True))
        batch_op.create_index(
            "release_audit_one_use",
            ["intermediary", "token"],
            unique=True,
            sqlite_where=sa.text("outcome = 'released'"),
            postgresql_where=sa.text("outcome = 'released'"),
        )

    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_column("grant")
