"""The tables of wallets: cards, what is on its way in or signed in for, what was asked and shown. No key is stored."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.people.wallet.machine import INTAKE, SHOWING
from skillspace.storage.database import Moment, metadata


def _one_of(states: frozenset[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def _person() -> sa.Column[str]:
    return sa.Column("person", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)


cards = sa.Table(
    "wallet_card",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    _person(),
    sa.Column("format", sa.String, nullable=False),
    sa.Column("types", sa.JSON, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("issuer_name", sa.String, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("claims", sa.JSON, nullable=False),
    sa.Column("received", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=True),
)

intakes = sa.Table(
    "wallet_intake",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    _person(),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("issuer_name", sa.String, nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    #: Gone as soon as the credential is here, or its issuer said that it does not come.
    sa.Column("access_token", sa.String, nullable=True),
    sa.Column("notice", sa.String, nullable=True),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.CheckConstraint(f"state IN ({_one_of(INTAKE.states)})", name="wallet_intake_state"),
)

waiting = sa.Table(
    "wallet_waiting",
    metadata,
    sa.Column("state_hash", sa.String, primary_key=True),
    _person(),
    #: What they signed in for, with the secret that only the issuer's answer makes good for anything.
    sa.Column("away", sa.JSON, nullable=False),
    sa.Column("expires", Moment, nullable=False),
)

showings = sa.Table(
    "wallet_showing",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    _person(),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("verifier", sa.String, nullable=False),
    sa.Column("verifier_name", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("request", sa.JSON, nullable=False),
    sa.Column("request_hash", sa.String, nullable=False),
    #: What was shown, in words, for as long as the person keeps their space.
    sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
    #: What is on its way; gone once it has arrived.
    sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
    #: Where whoever asked wants the person to go on (§8.2).
    sa.Column("back", sa.String, nullable=True),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("answered", Moment, nullable=True),
    sa.CheckConstraint(f"state IN ({_one_of(SHOWING.states)})", name="wallet_showing_state"),
    sa.UniqueConstraint("person", "request_hash", name="wallet_showing_once"),
)
