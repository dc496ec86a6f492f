"""The tables of alerts: what people wish to hear of, and what they were told; never the same twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import from_iso
from skillspace.people.alerts.model import Alert, Distance, Kind, News, Outcome, Said, Standing, Wishes
from skillspace.storage.database import Moment, metadata


def _among(column: str, values: type[Said] | type[Outcome]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


standings = sa.Table(
    "alert_standing",
    metadata,
    sa.Column("person", sa.String, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("wishes", sa.JSON, nullable=False),
    sa.Column("looked", sa.JSON, nullable=False),
    sa.Column("due", Moment, nullable=True, index=True),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("learning", sa.String, nullable=True),
    sa.Column("learning_since", Moment, nullable=True),
)

alerts = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("offer", sa.String, nullable=False),
    sa.Column("likeness", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("is_lettered", sa.Boolean, nullable=False),
    sa.Column("said", sa.String, nullable=True),
    sa.Column("outcome", sa.String, nullable=True),
    sa.Column("answered", Moment, nullable=True),
    sa.Column("taught", sa.JSON, nullable=False),
    sa.UniqueConstraint("person", "offer", name="alert_offer_once"),
    sa.UniqueConstraint("person", "likeness", name="alert_likeness_once"),
    sa.CheckConstraint(_among("said", Said), name="alert_said"),
    sa.CheckConstraint(_among("outcome", Outcome), name="alert_outcome"),
    sa.Index("alert_by_person", "person", "at"),
)


def standing_of(row: Mapping[str, Any]) -> Standing:
    """Read a row of `alert_standing`."""
    looked: dict[Kind, datetime] = {Kind(kind): from_iso(at) for kind, at in row["looked"].items()}
    return Standing(**{**row, "wishes": Wishes.from_json(row["wishes"]), "looked": looked})


def looked_json(looked: Mapping[Kind, datetime]) -> dict[str, str]:
    """Write up to which moment somebody was told, to the microsecond."""
    return {kind.value: at.isoformat() for kind, at in looked.items()}


def news_json(news: News) -> dict[str, Any]:
    """Write what was told as JSON values."""
    return asdict(news)


def alert_of(row: Mapping[str, Any]) -> Alert:
    """Read a row of `alert`."""
    content = row["content"]
    news = News(
        **{
            **content,
            "kind": Kind(content["kind"]),
            "distance": Distance(content["distance"]) if content["distance"] else None,
            **{name: tuple(content.get(name, ())) for name in ("have", "close", "missing", "asked")},
        }
    )
    return Alert(
        id=row["id"],
        person=row["person"],
        at=row["at"],
        news=news,
        said=Said(row["said"]) if row["said"] else None,
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        answered=row["answered"],
        taught=tuple((str(name), str(value), int(points)) for name, value, points in row["taught"]),
    )
