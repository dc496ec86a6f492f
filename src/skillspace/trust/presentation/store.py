"""The table of requests for presentations, and what was shown, for a time. The nonce of a request is stored nowhere."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata
from skillspace.trust.presentation.machine import REQUEST
from skillspace.trust.presentation.model import KnownBy

_WAYS = ", ".join(f"'{way}'" for way in sorted(KnownBy))
_STATES = ", ".join(f"'{state}'" for state in sorted(REQUEST.states))

requests = sa.Table(
    "presentation_request",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("query", sa.JSON, nullable=False),
    sa.Column("known_by", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("made", Moment, nullable=False, index=True),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("answered", Moment, nullable=True),
    sa.Column("answer_hash", sa.String, nullable=True),
    sa.Column("shown", sa.JSON(none_as_null=True), nullable=True),
    #: The browser on the same device that waits for the answer, and when it came back with the code for it.
    sa.Column("session_hash", sa.String, nullable=True),
    sa.Column("came_back", Moment, nullable=True),
    sa.CheckConstraint(f"state IN ({_STATES})", name="presentation_request_state"),
    sa.CheckConstraint(f"known_by IN ({_WAYS})", name="presentation_request_known_by"),
)
