"""Tables of what this node offers: the offerings, the names of their offers, and who sees those not meant for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.catalog.filter import Condition
from skillspace.exchange.catalog.matching import criterion, folded
from skillspace.exchange.catalog.model import Offering
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Moment, Work, metadata

#: Rows written or looked up by one statement.
CHUNK = 500
_JSON = sa.JSON(none_as_null=True)

offerings = sa.Table(
    "offering",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("personal", sa.Boolean, nullable=False),
    sa.Column("purposes", sa.JSON, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("format", sa.String, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    sa.Column("retention_days", sa.Integer, nullable=True),
    sa.Column("updated", Moment, nullable=False),
    # Empty in rows that an older program wrote, until `unindexed` finds them.
    sa.Column("formats", _JSON, nullable=True),
    sa.Column("other_policies", _JSON, nullable=True),
    sa.Column("visible_to", _JSON, nullable=True),
    sa.Column("offer_id", sa.String, nullable=True),
    sa.Column("title_folded", _JSON, nullable=True),
    sa.Column("description_folded", _JSON, nullable=True),
    sa.Column("is_restricted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("offering_by_audience", "is_restricted", "id"),
)

offers = sa.Table(
    "offering_offer",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("offering", sa.String, sa.ForeignKey("offering.id"), nullable=False, index=True),
)

audiences = sa.Table(
    "offering_audience",
    metadata,
    sa.Column("audience", sa.String, primary_key=True),
    sa.Column("offering", sa.String, sa.ForeignKey("offering.id"), primary_key=True, index=True),
)

states = sa.Table(
    "catalog_state",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.String, nullable=False),
)
OWN = "own"
_DERIVED = frozenset({"title_folded", "description_folded", "is_restricted", "format"})


def save(work: Work, offered: Sequence[tuple[Offering, Iterable[str]]]) -> None:
    """Add offerings or change those with the same ids; each comes with the ids of its offers."""
    for place in range(0, len(offered), CHUNK):
        part = offered[place : place + CHUNK]
        ids = [offering.id for offering, _ in part]
        _forget(work, ids)
        known = {row["id"] for row in work.rows(sa.select(offerings.c.id).where(offerings.c.id.in_(ids)))}
        for offering, _ in part:
            if offering.id in known:
                work.upsert(offerings, _row(offering), on=("id",))
        work.insert(offerings, *(_row(offering) for offering, _ in part if offering.id not in known))
        work.insert(offers, *({"id": name, "offering": offering.id} for offering, names in part for name in names))
        seers = [(audience, offering.id) for offering, _ in part for audience in dict.fromkeys(offering.visible_to)]
        work.insert(audiences, *({"audience": audience, "offering": name} for audience, name in seers))
    _touch(work)


def delete(work: Work, offering_id: str) -> bool:
    """Remove an offering; tell whether there was one."""
    _forget(work, [offering_id])
    _touch(work)
    return work.delete(offerings, offerings.c.id == offering_id) > 0


def version(work: Work) -> str:
    """Return the name of the catalog's state: another one whenever anything in it was changed."""
    row = work.one(sa.select(states.c.version).where(states.c.name == OWN))
    return str(row["version"]) if row else ""


def one(work: Work, offering_id: str) -> Offering | None:
    """Return one of our offerings."""
    row = work.where(offerings, id=offering_id)
    return _offering(row) if row else None


def of_offer(work: Work, offer_id: str) -> str | None:
    """Return the id of the offering that is offered under this offer."""
    row = work.one(sa.select(offers.c.offering).where(offers.c.id == offer_id))
    return str(row["offering"]) if row else None


def offers_elsewhere(work: Work, names: Mapping[str, str]) -> list[str]:
    """Return those of these offers' ids (each with its offering) that belong to another offering already."""
    found = []
    for place in range(0, len(names), CHUNK):
        part = list(names)[place : place + CHUNK]
        rows = work.rows(sa.select(offers).where(offers.c.id.in_(part)))
        found += [row["id"] for row in rows if row["offering"] != names[row["id"]]]
    return found


def every(work: Work) -> list[Offering]:
    """Return our offerings by id."""
    return [_offering(row) for row in work.rows(sa.select(offerings).order_by(offerings.c.id))]


def unindexed(work: Work) -> list[Offering]:
    """Return the offerings that a program wrote which did not yet keep everything looked for now."""
    return [_offering(row) for row in work.rows(sa.select(offerings).where(offerings.c.formats.is_(None)))]


def listed(
    work: Work,
    conditions: Sequence[Condition] = (),
    *,
    audience: Sequence[str] | None = None,
    after: str | None = None,
    before: str | None = None,
    offset: int = 0,
    limit: int,
    is_descending: bool = False,
) -> list[Offering]:
    """Return offerings by id that fit all conditions, `limit` at most; None as `audience` sees everything.

    `after` and `before` are ids that bound them; the ones nearest to `after` (or the start) come first.
    """
    dialect = work.connection.dialect.name
    fitting = [criterion(offerings, one, dialect) for one in conditions]
    parts = []
    for part, name in _visible(work, audience):
        bounds = ([name > after] if after is not None else []) + ([name < before] if before is not None else [])
        order = name.desc() if is_descending else name
        # Each part is cut before they are joined, so that a page costs a page, however much is offered or hidden.
        parts.append(part.where(*bounds, *fitting).order_by(order).limit(limit + offset).subquery().select())
    joined = (sa.union(*parts) if len(parts) > 1 else parts[0]).subquery()
    query = sa.select(joined.c.id).order_by(joined.c.id.desc() if is_descending else joined.c.id)
    ids = [str(row["id"]) for row in work.rows(query.limit(limit).offset(offset))]
    return _by_ids(work, ids)


def _visible(work: Work, audience: Sequence[str] | None) -> list[tuple[sa.Select[Any], sa.Column[Any]]]:
    """Return the queries that together find what an audience sees, each with the column it is sorted by."""
    own = offerings.c.id
    if audience is None:
        return [(sa.select(own), own)]
    parts = [(sa.select(own).where(offerings.c.is_restricted.is_(False)), own)]
    for name in audience:
        if work.one(sa.select(audiences.c.offering).where(audiences.c.audience == name).limit(1)):
            shown = audiences.join(offerings, audiences.c.offering == own)
            part = sa.select(audiences.c.offering.label("id")).select_from(shown).where(audiences.c.audience == name)
            parts.append((part, audiences.c.offering))
    return parts


def _by_ids(work: Work, ids: Sequence[str]) -> list[Offering]:
    found: dict[str, Offering] = {}
    for place in range(0, len(ids), CHUNK):
        rows = work.rows(sa.select(offerings).where(offerings.c.id.in_(ids[place : place + CHUNK])))
        found |= {row["id"]: _offering(row) for row in rows}
    return [found[name] for name in ids]


def _forget(work: Work, ids: Sequence[str]) -> None:
    work.delete(offers, offers.c.offering.in_(ids))
    work.delete(audiences, audiences.c.offering.in_(ids))


def _touch(work: Work) -> None:
    work.upsert(states, {"name": OWN, "version": new_id("catalog")}, on=("name",))


def _row(offering: Offering) -> dict[str, Any]:
    row = {column.name: getattr(offering, column.name) for column in offerings.columns if column.name not in _DERIVED}
    return row | {
        "title": dict(offering.title),
        "description": dict(offering.description),
        "policy": dict(offering.policy),
        "other_policies": [dict(policy) for policy in offering.other_policies],
        **{name: list(row[name]) for name in ("kinds", "purposes", "formats", "visible_to")},
        "title_folded": folded(list(offering.title.values())),
        "description_folded": folded(list(offering.description.values())),
        "is_restricted": bool(offering.visible_to),
        "format": offering.formats[0],
    }


def _offering(row: Mapping[str, Any]) -> Offering:
    kept = {name: value for name, value in row.items() if name not in _DERIVED}
    tuples = {name: tuple(row[name] or ()) for name in ("kinds", "purposes", "other_policies", "visible_to")}
    return Offering(**kept | tuples | {"formats": tuple(row["formats"] or [row["format"]])})
