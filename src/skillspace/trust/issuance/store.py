"""Tables of issuance: offers to wallets, sign-ins for them, nonces that were used up. Of secrets only hashes."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata
from skillspace.trust.issuance.machine import OFFER, SIGN_IN

_STATES = ", ".join(f"'{state}'" for state in sorted(OFFER.states))
_SIGN_IN_STATES = ", ".join(f"'{state}'" for state in sorted(SIGN_IN.states))

offers = sa.Table(
    "wallet_offer",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    #: The number of the person in the organisation's register.
    sa.Column("about", sa.String, nullable=False, index=True),
    sa.Column("title", sa.String, nullable=False),
    #: The achievement; gone once the token for it has run out, or the offer is over.
    sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("code_hash", sa.String, nullable=False, unique=True),
    sa.Column("pin_hash", sa.String, nullable=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("token_hash", sa.String, nullable=True, unique=True),
    sa.Column("token_expires", Moment, nullable=True),
    #: The thumbprint of the key without which the token opens nothing; none for a token that whoever has it may use.
    sa.Column("token_key", sa.String, nullable=True),
    #: Whether somebody still has to say that it may be given.
    sa.Column("is_undecided", sa.Boolean, nullable=False),
    #: The public key of what waits for that, by configuration.
    sa.Column("waiting", sa.JSON, nullable=False),
    #: The thumbprint of the key it was issued to, and its places in the status list by configuration.
    sa.Column("holder", sa.String, nullable=True),
    sa.Column("places", sa.JSON, nullable=False),
    sa.Column("notices", sa.JSON, nullable=False),
    sa.CheckConstraint(f"state IN ({_STATES})", name="wallet_offer_state"),
)

sign_ins = sa.Table(
    "wallet_sign_in",
    metadata,
    sa.Column("request_hash", sa.String, primary_key=True),
    sa.Column("offer", sa.ForeignKey("wallet_offer.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("client_id", sa.String, nullable=False),
    sa.Column("redirect_uri", sa.String, nullable=False),
    sa.Column("challenge", sa.String, nullable=False),
    sa.Column("wallet_state", sa.String, nullable=True),
    #: The thumbprint of the key that must be proven with the code, where the wallet said one.
    sa.Column("key", sa.String, nullable=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("expires", Moment, nullable=False, index=True),
    sa.Column("code_hash", sa.String, nullable=True, unique=True),
    sa.CheckConstraint(f"state IN ({_SIGN_IN_STATES})", name="wallet_sign_in_state"),
)

nonces = sa.Table(
    "wallet_nonce",
    metadata,
    sa.Column("nonce_hash", sa.String, primary_key=True),
    sa.Column("expires", Moment, nullable=False, index=True),
)
