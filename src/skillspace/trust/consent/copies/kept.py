"""Copies that a law keeps after a consent has ended: which, why and until when, for all of an organisation."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.store import ended, kept_copies


@dataclass(frozen=True, kw_only=True)
class KeptCopy:
    """Copies of one kind under one consent: how many, by which law (by language), until when; how the consent ended."""

    grant: str
    intermediary: str
    kind: str
    count: int
    until: datetime
    law: Mapping[str, str]
    state: GrantState | None
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class KeptKind:
    """All that one law keeps of one kind: how many copies, under how many consents, and when the last of them goes."""

    kind: str
    law: Mapping[str, str]
    count: int
    grants: int
    last: datetime


@dataclass(frozen=True, kw_only=True)
class KeptSums:
    """What is kept in all: `by_kind`, the most first, and how many copies go in which year."""

    by_kind: tuple[KeptKind, ...]
    by_year: Mapping[int, int]

    @property
    def count(self) -> int:
        """How many copies there are."""
        return sum(one.count for one in self.by_kind)


def kept_all(work: Work, *, offset: int, limit: int) -> tuple[int, list[KeptCopy]]:
    """Return under how many consents and kinds copies are kept, and some of them, what goes first before the others."""
    counted = work.one(sa.select(sa.func.count().label("count")).select_from(kept_copies))
    same = (ended.c.grant == kept_copies.c.grant) & (ended.c.intermediary == kept_copies.c.intermediary)
    query = sa.select(kept_copies, ended.c.state, ended.c.at.label("since")).select_from(
        kept_copies.outerjoin(ended, same)
    )
    order = (kept_copies.c.until, kept_copies.c.grant, kept_copies.c.intermediary, kept_copies.c.kind)
    rows = work.rows(query.order_by(*order).offset(offset).limit(limit))
    found = [KeptCopy(**{**row, "state": GrantState(row["state"]) if row["state"] else None}) for row in rows]
    return int(counted["count"]) if counted else 0, found


def kept_sums(work: Work) -> KeptSums:
    """Return what is kept in all, by kind and law, and by the year in which it goes."""
    counts: Counter[tuple[str, str]] = Counter()
    grants: defaultdict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    last: dict[tuple[str, str], datetime] = {}
    years: Counter[int] = Counter()
    for row in work.rows(sa.select(kept_copies)):
        key = (row["kind"], json.dumps(row["law"], sort_keys=True))
        counts[key] += row["count"]
        grants[key].add((row["grant"], row["intermediary"]))
        last[key] = max(row["until"], last.get(key, row["until"]))
        years[row["until"].year] += row["count"]
    kinds = (
        KeptKind(kind=key[0], law=json.loads(key[1]), count=count, grants=len(grants[key]), last=last[key])
        for key, count in counts.most_common()
    )
    return KeptSums(by_kind=tuple(kinds), by_year=dict(sorted(years.items())))
