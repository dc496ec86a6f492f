"""Records and credentials; and mailboxes of people, whose addresses wait for a code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Records and credentials; and mailboxes of people, whose addresses wait for a code."""
    _mailboxes()
    _matching_service()
    _status()
    _issuance()
    _presentation()
    _wallet()
    _statements()
    _accreditations()
    _validation()
    _profile()


def _mailboxes() -> None:
    op.create_table(
        "waiting_address",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("account", "mark"):
        op.create_index(f"ix_waiting_address_{column}", "waiting_address", [column])


def _matching_service() -> None:
    """Why no answer came was a sentence in English, and is a code now; of a sentence the general one is left."""
    op.execute("UPDATE partner_answer SET reason = 'refused' WHERE reason IS NOT NULL")


def _status() -> None:
    with op.batch_alter_table("status_entry") as batch_op:
        batch_op.add_column(sa.Column("desk", sa.String(), server_default="", nullable=False))


def _issuance() -> None:
    op.create_table(
        "wallet_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("token_expires", sa.DateTime(), nullable=True),
        sa.Column("token_key", sa.String(), nullable=True),
        sa.Column("is_undecided", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('accepted', 'deferred', 'expired', 'failed', 'issued', 'offered', 'redeemed', 'revoked', "
            "'withdrawn')",
            name="wallet_offer_state",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_wallet_offer_about", "wallet_offer", ["about"])
    op.create_table(
        "wallet_nonce",
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash"),
    )
    op.create_index("ix_wallet_nonce_expires", "wallet_nonce", ["expires"])
    op.create_table(
        "wallet_sign_in",
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("offer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("wallet_state", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('allowed', 'asked', 'refused', 'spent')", name="wallet_sign_in_state"),
        sa.ForeignKeyConstraint(["offer"], ["wallet_offer.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("request_hash"),
        sa.UniqueConstraint("code_hash"),
    )
    for column in ("expires", "offer"):
        op.create_index(f"ix_wallet_sign_in_{column}", "wallet_sign_in", [column])


def _presentation() -> None:
    op.create_table(
        "presentation_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("known_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("answer_hash", sa.String(), nullable=True),
        sa.Column("shown", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("session_hash", sa.String(), nullable=True),
        sa.Column("came_back", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('answered', 'asked', 'declined', 'expired', 'forgotten', 'withdrawn')",
            name="presentation_request_state",
        ),
        sa.CheckConstraint(
            "known_by IN ('address', 'certificate', 'did', 'host')", name="presentation_request_known_by"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_presentation_request_made", "presentation_request", ["made"])


def _wallet() -> None:
    op.create_table(
        "wallet_card",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issuer_name", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("received", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_wallet_card_person", "wallet_card", ["person"])
    op.create_table(
        "wallet_intake",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issuer_name", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("access_token", sa.String(), nullable=True),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('failed', 'fetching', 'kept', 'told')", name="wallet_intake_state"),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_wallet_intake_person", "wallet_intake", ["person"])
    op.create_table(
        "wallet_waiting",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("away", sa.JSON(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_index("ix_wallet_waiting_person", "wallet_waiting", ["person"])
    op.create_table(
        "wallet_showing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("verifier_name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("back", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'failed', 'refused', 'refusing', 'sending', 'shown')", name="wallet_showing_state"
        ),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "request_hash", name="wallet_showing_once"),
    )
    op.create_index("ix_wallet_showing_person", "wallet_showing", ["person"])


def _statements() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "xapi_statement",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("stored", sa.DateTime(), nullable=False),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("voids", sa.Boolean(), nullable=False),
        sa.Column("is_voided", sa.Boolean(), nullable=False),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    for column in ("stored", "target"):
        op.create_index(f"ix_xapi_statement_{column}", "xapi_statement", [column])
    op.create_table(
        "xapi_mark",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mark", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "xapi_attachment",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("sha2", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["xapi_statement.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "sha2"),
    )
    op.create_table(
        "xapi_activity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "xapi_document",
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("updated", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('state', 'activity', 'agent')", name="xapi_document_kind"),
        sa.PrimaryKeyConstraint("activity", "agent", "registration", "kind", "name"),
    )
    op.create_table(
        "xapi_client",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _validation() -> None:
    states = (
        "state IN ('accepted', 'asked', 'assessed', 'evidence-wanted', 'lapsed', 'not-recognised', 'partly', "
        "'recognised', 'refused', 'taken-back', 'withdrawn')"
    )
    op.create_table(
        "validation_case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("organisation_name", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("more", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("trail", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(states, name="validation_case_state"),
        sa.ForeignKeyConstraint(["person"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("grant_id"),
    )
    op.create_index("ix_validation_case_person", "validation_case", ["person"])
    op.create_table(
        "validation_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("intermediary", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("parcel", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("assessment_place", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("offer", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.CheckConstraint(states, name="validation_request_state"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("grant_id"),
        sa.UniqueConstraint("intermediary", "case_id", name="validation_request_once"),
    )
    op.create_index("ix_validation_request_state", "validation_request", ["state"])
    op.create_table(
        "validation_evidence",
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["validation_request.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("grant_id"),
    )
    op.create_index("ix_validation_evidence_request", "validation_evidence", ["request"])


def _accreditations() -> None:
    op.create_table(
        "accreditation_list",
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("issued", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("taken", sa.DateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("signer", "name"),
    )
    op.create_table(
        "accreditation",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "signer", "list", "place"),
    )


def _profile() -> None:
    op.create_table(
        "profile_choice",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("other_label", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('speaks', 'apart', 'same', 'back')", name="profile_choice_kind"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("ends"),
    )
    op.create_index("ix_profile_choice_person", "profile_choice", ["person"])
