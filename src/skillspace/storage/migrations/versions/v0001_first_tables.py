"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """First tables."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("territory", sa.String(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'staff')", name="account_kind"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "consent_audit",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "consent_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("recipient_name", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=True),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("notice_hash", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("decided", sa.DateTime(), nullable=True),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'expired', 'granted', 'pending', 'refused', 'revoked', 'terminated')",
            name="consent_grant_state",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consent_grant_by_end", "consent_grant", ["state", "until"], unique=False)
    op.create_index(
        "consent_grant_one_open_ask",
        "consent_grant",
        ["person", "recipient", "provider", "dataset", "purpose"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(op.f("ix_consent_grant_person"), "consent_grant", ["person"], unique=False)
    op.create_table(
        "consent_receipt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("grant", "language", name="consent_receipt_once"),
    )
    op.create_table(
        "consent_use",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("recipient_name", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("consent_use_by_person", "consent_use", ["person", "at"], unique=False)
    op.create_index(op.f("ix_consent_use_grant"), "consent_use", ["grant"], unique=False)
    op.create_table(
        "crawled_catalog",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("provider"),
    )
    op.create_table(
        "deletion_receipt",
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("deleted", sa.JSON(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("grant", "organisation"),
    )
    op.create_table(
        "ended_grant",
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("grant", "intermediary"),
    )
    op.create_table(
        "gathering",
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("transfer", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("arrived", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('arrived', 'ended', 'failed', 'fetching', 'requested', 'waiting-agreement')",
            name="gathering_state",
        ),
        sa.PrimaryKeyConstraint("grant_id"),
    )
    op.create_index("gathering_by_provider", "gathering", ["provider", "dataset", "state"], unique=False)
    op.create_index(op.f("ix_gathering_person"), "gathering", ["person"], unique=False)
    op.create_table(
        "held_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("received", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "held_person",
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("territory", sa.String(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("local_id"),
    )
    op.create_table(
        "journal_entry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_journal_entry_at"), "journal_entry", ["at"], unique=False)
    op.create_index(op.f("ix_journal_entry_thing"), "journal_entry", ["thing"], unique=False)
    op.create_table(
        "known_member",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("did"),
    )
    op.create_table(
        "link_attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("link_attempt_by_intermediary", "link_attempt", ["intermediary", "at"], unique=False)
    op.create_table(
        "market_feed",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("published", sa.DateTime(), nullable=True),
        sa.Column("asked", sa.DateTime(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("arrived", sa.DateTime(), nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "dataset"),
    )
    op.create_table(
        "market_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("occupation", sa.String(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('job', 'training')", name="market_item_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("market_item_by_occupation", "market_item", ["kind", "occupation", "last_day"], unique=False)
    op.create_index("market_item_by_provider", "market_item", ["kind", "provider"], unique=False)
    op.create_table(
        "member",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('admitted', 'left', 'refused', 'requested', 'suspended')", name="member_state"),
        sa.PrimaryKeyConstraint("did"),
    )
    op.create_table(
        "membership_invitation",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("used_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "negotiation",
        sa.Column("pid", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("peer_pid", sa.String(), nullable=True),
        sa.Column("callback", sa.String(), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("offer", sa.JSON(), nullable=False),
        sa.Column("offers_made", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.CheckConstraint("role IN ('consumer', 'provider')", name="negotiation_role"),
        sa.CheckConstraint(
            "state IN ('ACCEPTED', 'AGREED', 'FINALIZED', 'OFFERED', 'REQUESTED', 'TERMINATED', 'VERIFIED')",
            name="negotiation_state",
        ),
        sa.PrimaryKeyConstraint("pid"),
        sa.UniqueConstraint("role", "peer", "peer_pid", name="negotiation_of_peer"),
    )
    op.create_index("negotiation_by_dataset", "negotiation", ["peer", "dataset"], unique=False)
    op.create_table(
        "offering",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("updated", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outgoing_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("leads_to", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("is_initial", sa.Boolean(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("room", "process", "position", name="outgoing_message_order"),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.String(), nullable=False),
        sa.Column("ceremony", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("newcomer", sa.JSON(), nullable=True),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.CheckConstraint("ceremony IN ('register', 'sign-in')", name="passkey_challenge_ceremony"),
        sa.PrimaryKeyConstraint("challenge_hash"),
    )
    op.create_index(op.f("ix_passkey_challenge_expires"), "passkey_challenge", ["expires"], unique=False)
    op.create_table(
        "privacy_notice",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "received_profile",
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("transfer", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("profile", sa.JSON(), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('ended', 'failed', 'open', 'requested', 'waiting')", name="received_state"),
        sa.PrimaryKeyConstraint("grant_id"),
    )
    op.create_index(op.f("ix_received_profile_purpose"), "received_profile", ["purpose"], unique=False)
    op.create_index(op.f("ix_received_profile_transfer"), "received_profile", ["transfer"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("parsed", sa.JSON(), nullable=True),
        sa.Column("problem_code", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("grant_id", sa.String(), nullable=True),
        sa.Column("dataset", sa.String(), nullable=True),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.Column("updated", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "source", "record_id", name="record_once"),
    )
    op.create_index(op.f("ix_record_grant_id"), "record", ["grant_id"], unique=False)
    op.create_table(
        "release_audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=True),
        sa.Column("intermediary", sa.String(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("transfer", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('released', 'refused')", name="release_audit_outcome"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_release_audit_at"), "release_audit", ["at"], unique=False)
    op.create_index(op.f("ix_release_audit_grant"), "release_audit", ["grant"], unique=False)
    op.create_table(
        "seen_token",
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("jti"),
    )
    op.create_index(op.f("ix_seen_token_expires"), "seen_token", ["expires"], unique=False)
    op.create_table(
        "statistics",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=True),
        sa.Column("published", sa.DateTime(), nullable=True),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "story",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_story_person"), "story", ["person"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'dead')", name="task_state"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("task_by_due", "task", ["state", "due"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("pid", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("peer_pid", sa.String(), nullable=True),
        sa.Column("callback", sa.String(), nullable=True),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("grant", sa.Text(), nullable=True),
        sa.Column("address", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.CheckConstraint("role IN ('consumer', 'provider')", name="transfer_role"),
        sa.CheckConstraint(
            "state IN ('COMPLETED', 'REQUESTED', 'STARTED', 'SUSPENDED', 'TERMINATED')", name="transfer_state"
        ),
        sa.PrimaryKeyConstraint("pid"),
        sa.UniqueConstraint("role", "peer", "peer_pid", name="transfer_of_peer"),
    )
    op.create_index(op.f("ix_transfer_agreement"), "transfer", ["agreement"], unique=False)
    op.create_index(op.f("ix_transfer_reference"), "transfer", ["reference"], unique=False)
    op.create_table(
        "wallet_credential",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "type"),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("negotiation", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["negotiation"],
            ["negotiation.pid"],
        ),
        sa.PrimaryKeyConstraint("id", "role"),
    )
    op.create_index("agreement_by_parties", "agreement", ["provider", "consumer", "dataset"], unique=False)
    op.create_table(
        "assertion",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("esco", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("level_scheme", sa.String(), nullable=True),
        sa.Column("validation", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issuer_name", sa.String(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("arrived", sa.Date(), nullable=False),
        sa.Column("evidence_record", sa.String(), nullable=False),
        sa.Column("evidence_title", sa.String(), nullable=False),
        sa.Column("evidence_kind", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=True),
        sa.CheckConstraint("validation BETWEEN 1 AND 6", name="assertion_validation"),
        sa.ForeignKeyConstraint(["record"], ["record.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("assertion_by_person", "assertion", ["person"], unique=False)
    op.create_index(op.f("ix_assertion_record"), "assertion", ["record"], unique=False)
    op.create_table(
        "crawled_offering",
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
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("updated", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider"],
            ["crawled_catalog.provider"],
        ),
        sa.PrimaryKeyConstraint("provider", "id"),
    )
    op.create_table(
        "held_document",
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("updated", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["local_id"], ["held_person.local_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dataset", "id"),
    )
    op.create_index(op.f("ix_held_document_local_id"), "held_document", ["local_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_invitation_account"), "invitation", ["account"], unique=False)
    op.create_table(
        "link",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("datasets", sa.JSON(), nullable=False),
        sa.Column("linked", sa.DateTime(), nullable=False),
        sa.Column("refreshed", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "organisation"),
    )
    op.create_index(op.f("ix_link_organisation"), "link", ["organisation"], unique=False)
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("used_intermediary", sa.String(), nullable=True),
        sa.Column("used_subject", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["local_id"], ["held_person.local_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index(op.f("ix_link_code_local_id"), "link_code", ["local_id"], unique=False)
    op.create_table(
        "linked_subject",
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("linked", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["local_id"], ["held_person.local_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("intermediary", "subject"),
        sa.UniqueConstraint("intermediary", "local_id", name="linked_subject_once"),
    )
    op.create_index(op.f("ix_linked_subject_local_id"), "linked_subject", ["local_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("added", sa.DateTime(), nullable=False),
        sa.Column("last_used", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("credential"),
    )
    op.create_index(op.f("ix_passkey_account"), "passkey", ["account"], unique=False)
    op.create_table(
        "plan",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_session_account"), "session", ["account"], unique=False)
    op.create_index(op.f("ix_session_expires"), "session", ["expires"], unique=False)
    op.create_table(
        "share_comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_share_comment_grant_id"), "share_comment", ["grant_id"], unique=False)
    op.create_index(op.f("ix_share_comment_person"), "share_comment", ["person"], unique=False)
    op.create_table(
        "story_skill",
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["story"], ["story.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("story", "id"),
    )
    op.create_index(op.f("ix_story_skill_person"), "story_skill", ["person"], unique=False)
