"""The tables of recognition: addresses and numbers on the organisation's own records, letters, and open requests."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.people.recognition.machine import LETTER
from skillspace.storage.database import Moment, metadata

_STATES = ", ".join(f"'{state}'" for state in sorted(LETTER.states))


def _person(*, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "local_id",
        sa.ForeignKey("held_person.local_id", ondelete="CASCADE"),
        nullable=nullable,
        primary_key=primary_key,
        index=not primary_key,
    )


#: The address on a record; `mark` finds it by a keyed hash, so that what strangers ask for is nowhere kept readable.
contacts = sa.Table(
    "held_contact",
    metadata,
    _person(primary_key=True),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("mark", sa.String, nullable=False, index=True),
)

#: Further numbers on a record, which credentials name it by; one number leads to one record.
numbers = sa.Table(
    "held_number",
    metadata,
    sa.Column("field", sa.String, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    _person(),
)

letters = sa.Table(
    "link_letter",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("mark", sa.String, nullable=False),
    sa.Column("sender", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=True),
    _person(nullable=True),
    sa.Column("code_hash", sa.String, nullable=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Index("link_letter_by_subject", "intermediary", "subject", "asked"),
    sa.Index("link_letter_by_mark", "mark", "asked"),
    sa.CheckConstraint(f"state IN ({_STATES})", name="link_letter_state"),
)

nonces = sa.Table(
    "shown_nonce",
    metadata,
    sa.Column("nonce_hash", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("expires", Moment, nullable=False, index=True),
)
