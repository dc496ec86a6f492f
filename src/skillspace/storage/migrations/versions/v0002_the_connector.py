"""The connector."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The connector."""
    op.create_table(
        "catalog_state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("deadline", sa.DateTime(), nullable=False),
        sa.Column("within_s", sa.Integer(), nullable=False),
        sa.Column("max_bytes", sa.BigInteger(), nullable=False),
        sa.Column("wants_result", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('cancelled', 'done', 'failed', 'prepared', 'preparing', 'running', 'settling')",
            name="chain_state",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "chain_part",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("previous_dataset", sa.String(), nullable=True),
        sa.Column("dataset", sa.String(), nullable=True),
        sa.Column("next", sa.String(), nullable=True),
        sa.Column("grant", sa.String(), nullable=True),
        sa.Column("given", sa.Text(), nullable=True),
        sa.Column("is_personal", sa.Boolean(), nullable=False),
        sa.Column("wants_result", sa.Boolean(), nullable=False),
        sa.Column("max_bytes", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("negotiation", sa.String(), nullable=True),
        sa.Column("transfer", sa.String(), nullable=True),
        sa.Column("served", sa.String(), nullable=True),
        sa.Column("input_digest", sa.String(), nullable=True),
        sa.Column("input_bytes", sa.BigInteger(), nullable=True),
        sa.Column("output_digest", sa.String(), nullable=True),
        sa.Column("output_bytes", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("hand_on", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('agreed', 'ended', 'failed', 'fetched', 'handed-on', 'kept', 'processed', 'waiting')",
            name="chain_part_state",
        ),
        sa.PrimaryKeyConstraint("chain"),
    )
    with op.batch_alter_table("chain_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chain_part_grant"), ["grant"], unique=False)
        batch_op.create_index(batch_op.f("ix_chain_part_negotiation"), ["negotiation"], unique=False)
        batch_op.create_index(batch_op.f("ix_chain_part_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_chain_part_transfer"), ["transfer"], unique=False)

    op.create_table(
        "crawled_dataset",
        sa.Column("teller", sa.String(), nullable=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("offer", sa.JSON(), nullable=False),
        sa.Column("other_offers", sa.JSON(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("updated", sa.DateTime(), nullable=True),
        sa.Column("endpoint", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("teller", "generation", "provider", "id"),
    )
    op.create_table(
        "crawled_reference",
        sa.Column("teller", sa.String(), nullable=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("teller", "generation", "participant", "endpoint"),
    )
    op.create_table(
        "credential_issuance",
        sa.Column("issuer_pid", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("holder_pid", sa.String(), nullable=False),
        sa.Column("objects", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("access_token", sa.Text(), nullable=True),
        sa.Column("message", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('ISSUED', 'RECEIVED', 'REJECTED')", name="credential_issuance_state"),
        sa.PrimaryKeyConstraint("issuer_pid"),
    )
    with op.batch_alter_table("credential_issuance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_issuance_holder"), ["holder"], unique=False)

    op.create_table(
        "credential_request",
        sa.Column("holder_pid", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("objects", sa.JSON(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('issued', 'made', 'rejected', 'sent')", name="credential_request_state"),
        sa.PrimaryKeyConstraint("holder_pid"),
    )
    op.create_table(
        "data_arrival",
        sa.Column("transfer", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("transfer"),
    )
    op.create_table(
        "data_source",
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("dataset"),
    )
    op.create_table(
        "issued_credential",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("issued_credential", schema=None) as batch_op:
        batch_op.create_index("issued_credential_by_holder", ["holder", "type"], unique=False)

    op.create_table(
        "member_legal_identity",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("tokens", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("shown", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("did"),
    )
    op.create_table(
        "peer_examination",
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("begun", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("worst", sa.String(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("peer"),
    )
    op.create_table(
        "policy_decision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("owed", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("policy_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_decision_agreement"), ["agreement"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_decision_at"), ["at"], unique=False)

    op.create_table(
        "policy_use",
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last", sa.DateTime(), nullable=True),
        sa.CheckConstraint("count >= 0", name="policy_use_count"),
        sa.PrimaryKeyConstraint("agreement"),
    )
    op.create_table(
        "status_entry",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("allocated", sa.DateTime(), nullable=False),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("place"),
    )
    with op.batch_alter_table("status_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_entry_revoked"), ["revoked"], unique=False)

    op.create_table(
        "sts_client",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "chain_hop",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=True),
        sa.Column("grant", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("was_told", sa.Boolean(), nullable=False),
        sa.Column("hand_on", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("said", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('agreed', 'ended', 'failed', 'fetched', 'handed-on', 'kept', 'processed', 'waiting')",
            name="chain_hop_state",
        ),
        sa.ForeignKeyConstraint(
            ["chain"],
            ["chain.id"],
        ),
        sa.PrimaryKeyConstraint("chain", "number"),
    )
    op.create_table(
        "negotiation_turn",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("negotiation", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["negotiation"],
            ["negotiation.pid"],
        ),
        sa.PrimaryKeyConstraint("position"),
    )
    with op.batch_alter_table("negotiation_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_negotiation_turn_negotiation"), ["negotiation"], unique=False)

    op.create_table(
        "offering_audience",
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("offering", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering"],
            ["offering.id"],
        ),
        sa.PrimaryKeyConstraint("audience", "offering"),
    )
    with op.batch_alter_table("offering_audience", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offering_audience_offering"), ["offering"], unique=False)

    op.create_table(
        "offering_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("offering", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering"],
            ["offering.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("offering_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offering_offer_offering"), ["offering"], unique=False)

    op.drop_table("crawled_offering")
    with op.batch_alter_table("crawled_catalog", schema=None) as batch_op:
        batch_op.add_column(sa.Column("generation", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reading", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("content", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("offered", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("skipped", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("endpoint", sa.String(), nullable=True))

    with op.batch_alter_table("negotiation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.String(), nullable=True))

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(sa.Column("formats", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("other_policies", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("visible_to", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("offer_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("title_folded", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("description_folded", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("is_restricted", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index("offering_by_audience", ["is_restricted", "id"], unique=False)

    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.String(), nullable=True))

    with op.batch_alter_table("wallet_credential", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credential_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("model", sa.String(), nullable=True))
