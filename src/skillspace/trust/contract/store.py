"""The tables of contracts: the record at the orchestrator, and replicas of the same shape at the members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.lifecycle import Lifecycle
from skillspace.storage.database import Moment, Work, metadata
from skillspace.trust.contract.machine import CONTRACT, OFFER, PARTICIPATION
from skillspace.trust.contract.model import Offering, Participation, Terms
from skillspace.trust.contract.reading import read_offering, read_participation, read_terms

Row = Mapping[str, Any]


def _states(table: Lifecycle[Any], *, final: bool | None = None) -> str:
    chosen = table.states if final is None else table.final
    return ", ".join(f"'{state}'" for state in sorted(chosen))


#: `stops` is when a notice of termination is over; `confirmed` when this node last had the record's word;
#: `is_whole` that it was told everything that those who are in it may know.
contracts = sa.Table(
    "contract",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("orchestrator", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("starts", Moment, nullable=False),
    sa.Column("ends", Moment, nullable=False),
    sa.Column("stops", Moment, nullable=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("confirmed", Moment, nullable=False),
    sa.Column("is_whole", sa.Boolean, nullable=False),
    sa.CheckConstraint(f"state IN ({_states(CONTRACT)})", name="contract_state"),
)

#: `key` is what the signature was checked with; none where an older version is only bound by its hash.
versions = sa.Table(
    "contract_version",
    metadata,
    sa.Column("contract", sa.String, sa.ForeignKey("contract.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("key", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("revision", sa.Integer, nullable=False),
)

#: A member's participation. `document` is what both signed; `waiting` what the member signed and nobody countersigned;
#: `fault` is why this node does not believe the document, and `suspended_for` what keeps it suspended.
seats = sa.Table(
    "contract_participation",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("contract", sa.String, sa.ForeignKey("contract.id"), nullable=False),
    sa.Column("member", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("suspended_for", sa.JSON, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("leaves", Moment, nullable=True),
    sa.Column("waiting", sa.JSON, nullable=True),
    sa.Column("document", sa.JSON, nullable=True),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("countersignature", sa.Text, nullable=False),
    sa.Column("key", sa.JSON, nullable=True),
    sa.Column("orchestrator_key", sa.JSON, nullable=True),
    sa.Column("version", sa.Integer, nullable=True),
    sa.Column("terms_hash", sa.String, nullable=True),
    sa.Column("starts", Moment, nullable=True),
    sa.Column("ends", Moment, nullable=True),
    sa.Column("sign_by", Moment, nullable=True),
    sa.Column("fault", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.CheckConstraint(f"state IN ({_states(PARTICIPATION)})", name="contract_participation_state"),
    sa.Index("contract_participation_by_member", "member", "contract", "state"),
    sa.Index("contract_participation_by_revision", "contract", "revision"),
    sa.Index(
        "contract_participation_one_alive",
        *("contract", "member"),
        unique=True,
        sqlite_where=sa.text(f"state NOT IN ({_states(PARTICIPATION, final=True)})"),
        postgresql_where=sa.text(f"state NOT IN ({_states(PARTICIPATION, final=True)})"),
    ),
)

#: The offerings of every signed document that counts here, by what is looked for at each release.
bound = sa.Table(
    "contract_bound_offering",
    metadata,
    sa.Column("participation", sa.String, sa.ForeignKey("contract_participation.id"), primary_key=True),
    sa.Column("provider", sa.String, primary_key=True),
    sa.Column("dataset", sa.String, primary_key=True),
    sa.Column("contract", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Index("contract_bound_offering_by_dataset", "provider", "dataset"),
)

#: Offerings under negotiation. `round` counts the words said; `before` is the other side's last one.
offers = sa.Table(
    "contract_offer",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("contract", sa.String, nullable=False),
    sa.Column("participation", sa.String, sa.ForeignKey("contract_participation.id"), nullable=False, index=True),
    sa.Column("opener", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("before", sa.JSON, nullable=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.CheckConstraint(f"state IN ({_states(OFFER)})", name="contract_offer_state"),
)

#: What this node asked of orchestrators, in order; and, at an orchestrator, which of the members' orders are done.
orders = sa.Table(
    "contract_order",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("contract", sa.String, nullable=False),
    sa.Column("orchestrator", sa.String, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name="contract_order_state"),
    sa.Index("contract_order_by_contract", "contract", "state"),
)

done = sa.Table(
    "contract_order_done",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("member", sa.String, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

_CONTRACT = sa.select(contracts).where(contracts.c.id == sa.bindparam("this"))
_VERSION = sa.select(versions).where(
    (versions.c.contract == sa.bindparam("this")) & (versions.c.version == sa.bindparam("number"))
)
_SEAT = sa.select(seats).where(seats.c.id == sa.bindparam("this"))


def contract_row(work: Work, id: str) -> Row:
    """Return a contract's row; raise NotFound."""
    row = work.one(_CONTRACT, this=id)
    if row is None:
        raise NotFound(f"There is no contract {id[:100]} here.")
    return row


def terms_of(work: Work, id: str, version: int) -> Terms:
    """Return one version of a contract; raise NotFound."""
    row = work.one(_VERSION, this=id, number=version)
    if row is None:
        raise NotFound(f"Contract {id[:100]} has no version {version} here.")
    return read_terms(row["terms"])


def seat_row(work: Work, id: str) -> Row:
    """Return a participation's row; raise NotFound."""
    row = work.one(_SEAT, this=id)
    if row is None:
        raise NotFound(f"There is no participation {id[:100]} here.")
    return row


def live_seat(work: Work, contract: str, member: str) -> Row | None:
    """Return a member's participation that is not over, if it has one."""
    alive = seats.c.state.not_in(sorted(PARTICIPATION.final))
    return work.one(sa.select(seats).where((seats.c.member == member) & (seats.c.contract == contract) & alive))


def seats_of(work: Work, contract: str) -> list[Row]:
    """Return every participation in a contract, in the order in which they last changed."""
    return work.rows(sa.select(seats).where(seats.c.contract == contract).order_by(seats.c.revision, seats.c.id))


def offers_of(work: Work, participation: str) -> list[Row]:
    """Return the offerings of a participation, in the order in which they were brought up."""
    return work.rows(sa.select(offers).where(offers.c.participation == participation).order_by(offers.c.id))


def agreed_offerings(work: Work, participation: str) -> tuple[Offering, ...]:
    """Return the offerings agreed on in a participation: what the next signature is for."""
    agreed = [read_offering(row["content"]) for row in offers_of(work, participation) if row["state"] == "agreed"]
    return tuple(sorted(agreed, key=lambda offering: (offering.provider, offering.dataset)))


def document_of(row: Row) -> Participation | None:
    """Return what both sides of a participation signed, if they did."""
    return read_participation(row["document"]) if row["document"] is not None else None


def bind(work: Work, id: str, document: Participation | None) -> None:
    """Keep the offerings of a participation where releases look for them; with None they count no more."""
    work.delete(bound, bound.c.participation == id)
    if document is not None:
        rows = [
            {
                "participation": id,
                "provider": offering.provider,
                "dataset": offering.dataset,
                "contract": document.contract,
                "content": offering.content(),
            }
            for offering in document.offerings
        ]
        work.insert(bound, *rows)


def sign_by(work: Work, contract: str, version: int) -> datetime | None:
    """Return until when a signature under `version` counts: the end of the first later version that asks for a new one;
    None while there is none."""
    later = sa.select(versions.c.terms).where((versions.c.contract == contract) & (versions.c.version > version))
    newer = [read_terms(row["terms"]) for row in work.rows(later)]
    return min((terms.sign_by for terms in newer if terms.material), default=None)
