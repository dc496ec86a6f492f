"""Consent, contracts and rights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


#: The belt of the journal: its tables refuse to be changed.
WRITTEN_ONCE = (
    (
        "sqlite",
        "CREATE TRIGGER journal_chain_no_update BEFORE UPDATE ON journal_chain BEGIN SELECT RAISE(ABORT, 'journal_chain is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_chain_no_delete BEFORE DELETE ON journal_chain BEGIN SELECT RAISE(ABORT, 'journal_chain is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_content_no_update BEFORE UPDATE ON journal_content BEGIN SELECT RAISE(ABORT, 'journal_content is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_checkpoint_no_update BEFORE UPDATE ON journal_checkpoint BEGIN SELECT RAISE(ABORT, 'journal_checkpoint is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_checkpoint_no_delete BEFORE DELETE ON journal_checkpoint BEGIN SELECT RAISE(ABORT, 'journal_checkpoint is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_acknowledgement_no_update BEFORE UPDATE ON journal_acknowledgement BEGIN SELECT RAISE(ABORT, 'journal_acknowledgement is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_acknowledgement_no_delete BEFORE DELETE ON journal_acknowledgement BEGIN SELECT RAISE(ABORT, 'journal_acknowledgement is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_witnessed_no_update BEFORE UPDATE ON journal_witnessed BEGIN SELECT RAISE(ABORT, 'journal_witnessed is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_witnessed_no_delete BEFORE DELETE ON journal_witnessed BEGIN SELECT RAISE(ABORT, 'journal_witnessed is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_fork_no_update BEFORE UPDATE ON journal_fork BEGIN SELECT RAISE(ABORT, 'journal_fork is written once'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER journal_fork_no_delete BEFORE DELETE ON journal_fork BEGIN SELECT RAISE(ABORT, 'journal_fork is written once'); END",
    ),
    (
        "postgresql",
        "CREATE FUNCTION journal_chain_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_chain is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_chain_no_change BEFORE UPDATE OR DELETE ON journal_chain FOR EACH ROW EXECUTE FUNCTION journal_chain_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_chain_no_truncate BEFORE TRUNCATE ON journal_chain EXECUTE FUNCTION journal_chain_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE FUNCTION journal_content_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_content is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_content_no_change BEFORE UPDATE ON journal_content FOR EACH ROW EXECUTE FUNCTION journal_content_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_content_no_truncate BEFORE TRUNCATE ON journal_content EXECUTE FUNCTION journal_content_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE FUNCTION journal_checkpoint_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_checkpoint is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_checkpoint_no_change BEFORE UPDATE OR DELETE ON journal_checkpoint FOR EACH ROW EXECUTE FUNCTION journal_checkpoint_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_checkpoint_no_truncate BEFORE TRUNCATE ON journal_checkpoint EXECUTE FUNCTION journal_checkpoint_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE FUNCTION journal_acknowledgement_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_acknowledgement is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_acknowledgement_no_change BEFORE UPDATE OR DELETE ON journal_acknowledgement FOR EACH ROW EXECUTE FUNCTION journal_acknowledgement_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_acknowledgement_no_truncate BEFORE TRUNCATE ON journal_acknowledgement EXECUTE FUNCTION journal_acknowledgement_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE FUNCTION journal_witnessed_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_witnessed is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_witnessed_no_change BEFORE UPDATE OR DELETE ON journal_witnessed FOR EACH ROW EXECUTE FUNCTION journal_witnessed_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_witnessed_no_truncate BEFORE TRUNCATE ON journal_witnessed EXECUTE FUNCTION journal_witnessed_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE FUNCTION journal_fork_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_fork is written once'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_fork_no_change BEFORE UPDATE OR DELETE ON journal_fork FOR EACH ROW EXECUTE FUNCTION journal_fork_is_fixed()",
    ),
    (
        "postgresql",
        "CREATE TRIGGER journal_fork_no_truncate BEFORE TRUNCATE ON journal_fork EXECUTE FUNCTION journal_fork_is_fixed()",
    ),
)


def upgrade() -> None:
    """Consent, contracts and rights."""
    op.create_table(
        "agent_decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("preference", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("narrower", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undo_until", sa.DateTime(), nullable=True),
        sa.Column("undone", sa.DateTime(), nullable=True),
        sa.Column("reopened", sa.String(), nullable=True),
        sa.CheckConstraint("effect IN ('always', 'ask', 'never')", name="agent_decision_effect"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("grant"),
    )
    with op.batch_alter_table("agent_decision", schema=None) as batch_op:
        batch_op.create_index("agent_decision_by_person", ["person", "at"], unique=False)

    op.create_table(
        "agent_preference",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("proposed", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=True),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("acting", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mistakes", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended', 'paused', 'proposed')", name="agent_preference_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("agent_preference", schema=None) as batch_op:
        batch_op.create_index("agent_preference_by_end", ["state", "until"], unique=False)
        batch_op.create_index("agent_preference_by_person", ["person", "state"], unique=False)

    op.create_table(
        "agent_setting",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("suggests", sa.Boolean(), nullable=False),
        sa.Column("suggested", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "agent_suggestion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("offering", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("dismissed", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "organisation", "offering", name="agent_suggestion_once"),
    )
    op.create_table(
        "birth",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "proof IN ('civil_register', 'credential', 'declaration', 'document', 'school_register', 'witness')",
            name="birth_proof",
        ),
        sa.PrimaryKeyConstraint("person"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("birth", schema=None) as batch_op:
        batch_op.create_index("birth_by_country", ["country", "born"], unique=False)

    op.create_table(
        "consent_holder",
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("told", sa.DateTime(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("next", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('deleted', 'keeping', 'told')", name="consent_holder_state"),
        sa.PrimaryKeyConstraint("grant", "organisation"),
    )
    with op.batch_alter_table("consent_holder", schema=None) as batch_op:
        batch_op.create_index("consent_holder_by_time", ["state", "next"], unique=False)

    op.create_table(
        "contract",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("orchestrator", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("stops", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("confirmed", sa.DateTime(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'expired', 'in_force', 'open', 'suspended', 'terminated')", name="contract_state"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "contract_order",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("orchestrator", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name="contract_order_state"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("contract_order", schema=None) as batch_op:
        batch_op.create_index("contract_order_by_contract", ["contract", "state"], unique=False)

    op.create_table(
        "contract_order_done",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "member"),
    )
    op.create_table(
        "govstack_client",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_table(
        "grant_asked_again",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("closed", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('confirmed', 'lapsed', 'open', 'stopped')", name="grant_asked_again_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("grant_asked_again", schema=None) as batch_op:
        batch_op.create_index("grant_asked_again_by_end", ["state", "until"], unique=False)
        batch_op.create_index(
            "grant_asked_again_once",
            ["grant"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_grant_asked_again_person"), ["person"], unique=False)

    op.create_table(
        "journal_acknowledgement",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", "witness"),
    )
    op.create_table(
        "journal_chain",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("journal_chain", schema=None) as batch_op:
        batch_op.create_index("journal_chain_by_about", ["about", "number"], unique=False)

    op.create_table(
        "journal_checkpoint",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "journal_content",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "journal_fork",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("did", "number", "hash"),
    )
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="journal_head_once"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "journal_look",
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("held", sa.String(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.CheckConstraint("held IN ('unasked', 'nothing', 'matches', 'differs')", name="journal_look_held"),
        sa.PrimaryKeyConstraint("witness"),
    )
    op.create_table(
        "journal_witnessed",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("acknowledgement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("did", "number"),
    )
    op.create_table(
        "kept_copy",
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("law", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("grant", "intermediary", "kind"),
    )
    with op.batch_alter_table("kept_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_copy_until"), ["until"], unique=False)

    op.create_table(
        "known_record",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("fetched", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("did"),
    )
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("jointly", sa.Boolean(), nullable=False),
        sa.Column("outgrows", sa.String(), nullable=False),
        sa.Column("awaits", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("suspended_by", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("capacity IN ('caseworker', 'coach', 'guardian', 'other')", name="mandate_capacity"),
        sa.CheckConstraint("outgrows IN ('consent', 'majority', 'never')", name="mandate_outgrows"),
        sa.CheckConstraint(
            "state IN ('active', 'ended', 'expired', 'outgrown', 'proposed', 'refused', 'suspended')",
            name="mandate_state",
        ),
        sa.CheckConstraint("principal <> agent", name="mandate_for_another"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_agent"), ["agent"], unique=False)
        batch_op.create_index("mandate_by_capacity", ["capacity", "state", "changed"], unique=False)
        batch_op.create_index("mandate_by_end", ["state", "ends"], unique=False)
        batch_op.create_index("mandate_by_pair", ["principal", "agent"], unique=False)

    op.create_table(
        "mandate_act",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("mandate_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_act_about"), ["about"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandate_act_actor"), ["actor"], unique=False)
        batch_op.create_index("mandate_act_by_principal", ["principal", "at"], unique=False)

    op.create_table(
        "own_record",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "own_word",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("is_yes", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("own_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_word_person"), ["person"], unique=False)

    op.create_table(
        "rights_case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('answered in part', 'closed', 'open', 'withdrawn')", name="rights_case_state"),
        sa.CheckConstraint(
            "\"right\" IN ('access', 'rectification', 'erasure', 'restriction', 'portability', 'objection')",
            name="rights_case_right",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("rights_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rights_case_person"), ["person"], unique=False)

    op.create_table(
        "rights_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("received", sa.DateTime(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("extended", sa.DateTime(), nullable=True),
        sa.Column("doubted", sa.DateTime(), nullable=True),
        sa.Column("resumed", sa.DateTime(), nullable=True),
        sa.Column("done", sa.DateTime(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("supplied", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reminded", sa.Date(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("package", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opens_hash", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('answered', 'doubted', 'extended', 'in work', 'lifted', 'received', 'refused', 'sent', 'withdrawn')",
            name="rights_request_state",
        ),
        sa.CheckConstraint(
            "\"right\" IN ('access', 'rectification', 'erasure', 'restriction', 'portability', 'objection')",
            name="rights_request_right",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("intermediary", "part", name="rights_request_once"),
    )
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.create_index("rights_request_by_due", ["state", "due"], unique=False)

    op.create_table(
        "shown_nonce",
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash"),
    )
    with op.batch_alter_table("shown_nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_nonce_expires"), ["expires"], unique=False)

    op.create_table(
        "spent_use_token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("spent_use_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_use_token_expires"), ["expires"], unique=False)

    op.create_table(
        "contract_participation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("suspended_for", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("leaves", sa.DateTime(), nullable=True),
        sa.Column("waiting", sa.JSON(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("countersignature", sa.Text(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=True),
        sa.Column("orchestrator_key", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("terms_hash", sa.String(), nullable=True),
        sa.Column("starts", sa.DateTime(), nullable=True),
        sa.Column("ends", sa.DateTime(), nullable=True),
        sa.Column("sign_by", sa.DateTime(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('agreed', 'excluded', 'in_force', 'invited', 'leaving', 'left', 'negotiating', 'rejected', 'requested', 'signed', 'suspended', 'withdrawn')",
            name="contract_participation_state",
        ),
        sa.ForeignKeyConstraint(
            ["contract"],
            ["contract.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contract_participation", schema=None) as batch_op:
        batch_op.create_index("contract_participation_by_member", ["member", "contract", "state"], unique=False)
        batch_op.create_index("contract_participation_by_revision", ["contract", "revision"], unique=False)
        batch_op.create_index(
            "contract_participation_one_alive",
            ["contract", "member"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('excluded', 'left', 'rejected', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('excluded', 'left', 'rejected', 'withdrawn')"),
        )

    op.create_table(
        "contract_version",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"],
            ["contract.id"],
        ),
        sa.PrimaryKeyConstraint("contract", "version"),
    )
    op.create_table(
        "govstack_delegation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client"], ["govstack_client.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client", "person", name="govstack_delegation_once"),
    )
    with op.batch_alter_table("govstack_delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_govstack_delegation_person"), ["person"], unique=False)

    op.create_table(
        "guardian_concern",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('answered', 'open')", name="guardian_concern_state"),
        sa.ForeignKeyConstraint(["mandate"], ["mandate.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("guardian_concern", schema=None) as batch_op:
        batch_op.create_index("guardian_concern_by_state", ["state", "said"], unique=False)
        batch_op.create_index(batch_op.f("ix_guardian_concern_person"), ["person"], unique=False)

    op.create_table(
        "held_contact",
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["local_id"], ["held_person.local_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("local_id"),
    )
    with op.batch_alter_table("held_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_contact_mark"), ["mark"], unique=False)

    op.create_table(
        "held_number",
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("local_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["local_id"], ["held_person.local_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("field", "value"),
    )
    with op.batch_alter_table("held_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_number_local_id"), ["local_id"], unique=False)

    op.create_table(
        "joint_agreement",
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mandate"], ["mandate.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mandate", "digest"),
    )
    with op.batch_alter_table("joint_agreement", schema=None) as batch_op:
        batch_op.create_index("joint_agreement_by_digest", ["digest"], unique=False)

    op.create_table(
        "link_letter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("local_id", sa.String(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'ended', 'sent', 'used')", name="link_letter_state"),
        sa.ForeignKeyConstraint(["local_id"], ["held_person.local_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("link_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_letter_local_id"), ["local_id"], unique=False)
        batch_op.create_index("link_letter_by_mark", ["mark", "asked"], unique=False)
        batch_op.create_index("link_letter_by_subject", ["intermediary", "subject", "asked"], unique=False)

    op.create_table(
        "link_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.CheckConstraint("move IN ('connected', 'disconnected', 'taken-back')", name="link_line_move"),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("link_line", schema=None) as batch_op:
        batch_op.create_index("link_line_by_person", ["person", "at"], unique=False)

    op.create_table(
        "proven_identifier",
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("proven", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identifier"),
    )
    with op.batch_alter_table("proven_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proven_identifier_account"), ["account"], unique=False)

    op.create_table(
        "rights_part",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("received", sa.DateTime(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("extended", sa.DateTime(), nullable=True),
        sa.Column("doubted", sa.DateTime(), nullable=True),
        sa.Column("resumed", sa.DateTime(), nullable=True),
        sa.Column("done", sa.DateTime(), nullable=True),
        sa.Column("unreached_since", sa.DateTime(), nullable=True),
        sa.Column("unreached_why", sa.String(), nullable=False),
        sa.Column("overdue_told", sa.Date(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("complaint", sa.String(), nullable=False),
        sa.Column("deleted", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("package", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("package_state", sa.String(), nullable=False),
        sa.Column("package_at", sa.DateTime(), nullable=True),
        sa.Column("opens", sa.String(), nullable=True),
        sa.CheckConstraint(
            "package_state IN ('cleared', 'here', 'lost', 'none', 'waiting')", name="rights_part_package_state"
        ),
        sa.CheckConstraint(
            "state IN ('answered', 'doubted', 'extended', 'in work', 'lifted', 'received', 'refused', 'sent', 'withdrawn')",
            name="rights_part_state",
        ),
        sa.ForeignKeyConstraint(["case"], ["rights_case.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case", "organisation", name="rights_part_once"),
    )
    with op.batch_alter_table("rights_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rights_part_case"), ["case"], unique=False)
        batch_op.create_index("rights_part_by_due", ["state", "due"], unique=False)

    op.create_table(
        "rights_reply",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("opens", sa.String(), nullable=True),
        sa.Column("told", sa.DateTime(), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["request"], ["rights_request.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("request", "number"),
    )
    op.create_table(
        "rights_restriction",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["rights_request.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("request"),
    )
    with op.batch_alter_table("rights_restriction", schema=None) as batch_op:
        batch_op.create_index("rights_restriction_by_subject", ["intermediary", "subject"], unique=False)

    op.create_table(
        "contract_bound_offering",
        sa.Column("participation", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation"],
            ["contract_participation.id"],
        ),
        sa.PrimaryKeyConstraint("participation", "provider", "dataset"),
    )
    with op.batch_alter_table("contract_bound_offering", schema=None) as batch_op:
        batch_op.create_index("contract_bound_offering_by_dataset", ["provider", "dataset"], unique=False)

    op.create_table(
        "contract_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("participation", sa.String(), nullable=False),
        sa.Column("opener", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('agreed', 'countered', 'dropped', 'proposed')", name="contract_offer_state"),
        sa.ForeignKeyConstraint(
            ["participation"],
            ["contract_participation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contract_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_offer_participation"), ["participation"], unique=False)

    op.create_table(
        "rights_proof",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["rights_part.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("part", "number"),
    )
    with op.batch_alter_table("consent_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("max_uses", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("used", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("acting", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("replaces", sa.String(), nullable=True))
        batch_op.create_check_constraint("consent_grant_uses", "max_uses IS NULL OR used <= max_uses")
        batch_op.drop_index(batch_op.f("consent_grant_one_open_ask"), sqlite_where=sa.text("state = 'pending'"))
        batch_op.create_index(
            "consent_grant_one_new_ask",
            ["person", "recipient", "provider", "dataset", "purpose"],
            unique=True,
            sqlite_where=sa.text("state = 'pending' AND replaces IS NULL"),
            postgresql_where=sa.text("state = 'pending' AND replaces IS NULL"),
        )
        batch_op.create_index(
            "consent_grant_one_renewal",
            ["replaces"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(batch_op.f("ix_consent_grant_notice_hash"), ["notice_hash"], unique=False)

    with op.batch_alter_table("consent_use", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("deletion_receipt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("held_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("max_uses", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(), nullable=True))

    with op.batch_alter_table("linked_subject", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("way", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("issuer", sa.String(), nullable=True))

    with op.batch_alter_table("privacy_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("series", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("number", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            "privacy_notice_one_after_another",
            ["series", "number"],
            unique=True,
            sqlite_where=sa.text("series <> ''"),
            postgresql_where=sa.text("series <> ''"),
        )

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

    for dialect, statement in WRITTEN_ONCE:
        if op.get_bind().dialect.name == dialect:
            op.execute(statement)
