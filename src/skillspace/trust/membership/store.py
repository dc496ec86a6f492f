"""Tables of membership: the authority's register and invitations, and the members a node knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Moment, Work, metadata
from skillspace.trust.membership.machine import MEMBERSHIP, MemberState
from skillspace.trust.membership.model import Member

_states = ", ".join(f"'{state}'" for state in sorted(MEMBERSHIP.states))

members = sa.Table(
    "member",
    metadata,
    sa.Column("did", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=True),
    sa.CheckConstraint(f"state IN ({_states})", name="member_state"),
)

invitations = sa.Table(
    "membership_invitation",
    metadata,
    sa.Column("code_hash", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("used_by", sa.String, nullable=True),
)

known_members = sa.Table(
    "known_member",
    metadata,
    sa.Column("did", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("seen", Moment, nullable=False),
)


def member(work: Work, did: str) -> Member:
    """Return one line of the register; raise NotFound."""
    row = work.one(sa.select(members).where(members.c.did == did))
    if row is None:
        raise NotFound(f"{did} never asked to join.")
    return to_member(row)


def to_member(row: Mapping[str, Any]) -> Member:
    """Read a register row."""
    return Member(**{**row, "roles": frozenset(row["roles"]), "state": MemberState(row["state"])})
