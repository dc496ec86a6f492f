"""The tables of accounts: accounts, sessions and passkeys. Tokens and challenges lie here as hashes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.people.accounts.model import Account, AccountKind
from skillspace.storage.database import Moment, metadata

_KINDS = ", ".join(f"'{kind}'" for kind in AccountKind)

accounts = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("email", sa.String, nullable=True, unique=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("territory", sa.String, nullable=True),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.CheckConstraint(f"kind IN ({_KINDS})", name="account_kind"),
)


def _account_of() -> sa.Column[str]:
    return sa.Column("account", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)


sessions = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String, primary_key=True),
    _account_of(),
    sa.Column("made", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False, index=True),
)

invitations = sa.Table(
    "invitation",
    metadata,
    sa.Column("token_hash", sa.String, primary_key=True),
    _account_of(),
    sa.Column("expires", Moment, nullable=False),
)

passkeys = sa.Table(
    "passkey",
    metadata,
    sa.Column("credential", sa.String, primary_key=True),
    _account_of(),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.Integer, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("added", Moment, nullable=False),
    sa.Column("last_used", Moment, nullable=True),
)

challenges = sa.Table(
    "passkey_challenge",
    metadata,
    sa.Column("challenge_hash", sa.String, primary_key=True),
    sa.Column("ceremony", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=True),
    sa.Column("newcomer", sa.JSON, nullable=True),
    sa.Column("expires", Moment, nullable=False, index=True),
    sa.CheckConstraint("ceremony IN ('register', 'sign-in')", name="passkey_challenge_ceremony"),
)


def account_of(row: Mapping[str, Any]) -> Account:
    """Read an account from its row."""
    return Account(**{**row, "kind": AccountKind(row["kind"]), "roles": frozenset(row["roles"])})
