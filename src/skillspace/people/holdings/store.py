"""The tables of holdings: the organisation's register of people, their documents, and who is connected as whom."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata


def _person() -> sa.Column[str]:
    return sa.Column("local_id", sa.ForeignKey("held_person.local_id", ondelete="CASCADE"), nullable=False, index=True)


people = sa.Table(
    "held_person",
    metadata,
    sa.Column("local_id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("territory", sa.String, nullable=True),
    sa.Column("synthetic", sa.Boolean, nullable=False),
)

documents = sa.Table(
    "held_document",
    metadata,
    sa.Column("dataset", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    _person(),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("updated", Moment, nullable=False),
)

codes = sa.Table(
    "link_code",
    metadata,
    sa.Column("code_hash", sa.String, primary_key=True),
    _person(),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("used_intermediary", sa.String, nullable=True),
    sa.Column("used_subject", sa.String, nullable=True),
)

subjects = sa.Table(
    "linked_subject",
    metadata,
    sa.Column("intermediary", sa.String, primary_key=True),
    sa.Column("subject", sa.String, primary_key=True),
    _person(),
    sa.Column("linked", Moment, nullable=False),
    #: Under which the journal speaks of this connection; none for one from before ways were kept.
    sa.Column("id", sa.String, nullable=True),
    sa.Column("way", sa.String, nullable=True),
    sa.Column("issuer", sa.String, nullable=True),
    sa.UniqueConstraint("intermediary", "local_id", name="linked_subject_once"),
)

attempts = sa.Table(
    "link_attempt",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("link_attempt_by_intermediary", "intermediary", "at"),
)
