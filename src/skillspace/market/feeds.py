"""Feeds: job ads and courses come from members by contract and transfer, into a file first and then into the market."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from skillspace.exchange import Exchange
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused
from skillspace.market.index import MEDIA_TYPE, Feed, Market, MarketKind
from skillspace.storage.database import Moment, Work, metadata
from skillspace.storage.tasks import TaskBook, TaskRun

log = structlog.get_logger()

#: Which offerings are feeds, by the name their providers give them.
KINDS: Mapping[str, MarketKind] = {"vacancies": MarketKind.JOB, "courses": MarketKind.TRAINING}
FETCH = "market.fetch"
MAX_FEED_BYTES = 512 * 1024 * 1024

feeds = sa.Table(
    "market_feed",
    metadata,
    sa.Column("provider", sa.String, primary_key=True),
    sa.Column("dataset", sa.String, primary_key=True),
    sa.Column("published", Moment, nullable=True),
    sa.Column("asked", Moment, nullable=True),
    sa.Column("etag", sa.String, nullable=True),
    sa.Column("arrived", Moment, nullable=True),
    sa.Column("items", sa.Integer, nullable=False, default=0),
    sa.Column("problem", sa.String, nullable=True),
)


class Feeds:
    """Keeps the market up to date with what members publish. `folder` holds files on their way in."""

    def __init__(self, *, exchange: Exchange, market: Market, own_did: str, folder: Path) -> None:
        self._exchange = exchange
        self._market = market
        self._own_did = own_did
        self._folder = folder

    def register(self, book: TaskBook) -> None:
        """Follow catalogs, contracts and transfers."""
        book.on_event("catalog.crawled", self._crawled)
        book.on_event("negotiation.finalized", self._contract_made)
        book.on_event("transfer.started", self._started)
        book.on_task(FETCH, self._fetch)

    def status(self, work: Work) -> list[Mapping[str, Any]]:
        """Return one row a feed: provider, dataset, when it arrived, how many items, what went wrong."""
        return work.rows(sa.select(feeds).order_by(feeds.c.provider, feeds.c.dataset))

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        provider = str(event["content"]["provider"])
        for offering in self._exchange.crawler.offerings(work, provider=provider, ids=KINDS):
            if not offering.personal and offering.media_type == MEDIA_TYPE:
                self._follow(work, provider, offering.id, offering.updated)

    def _follow(self, work: Work, provider: str, dataset: str, published: datetime | None) -> None:
        """Ask for a feed that is new, or was published again since it was last asked for."""
        row = work.one(sa.select(feeds).where(_is(provider, dataset)))
        if row is not None and row["asked"] is not None and row["published"] == published and not row["problem"]:
            return
        told = {"provider": provider, "dataset": dataset, "published": published, "problem": None}
        work.upsert(feeds, told | {"items": row["items"] if row else 0}, on=("provider", "dataset"))
        self._advance(work, provider, dataset)

    def _advance(self, work: Work, provider: str, dataset: str) -> None:
        agreement = self._exchange.negotiations.agreement_between(work, provider, self._own_did, dataset)
        if agreement is None:
            self._exchange.negotiations.ensure_agreement(work, provider, dataset)
            return
        self._exchange.transfers.request(work, agreement, reference=_reference(provider, dataset))
        work.update(feeds, _is(provider, dataset), asked=work.now)

    def _contract_made(self, work: Work, event: Mapping[str, Any]) -> None:
        provider, dataset = event["content"]["provider"], event["content"]["dataset"]
        if work.one(sa.select(feeds.c.dataset).where(_is(provider, dataset))) is not None:
            self._advance(work, provider, dataset)

    def _started(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        if told["reference"] == _reference(told["provider"], told["dataset"]):
            payload = {name: told[name] for name in ("provider", "dataset", "consumer_pid")}
            work.enqueue(FETCH, payload, key=f"{FETCH} {told['consumer_pid']}")

    def _fetch(self, run: TaskRun) -> None:
        provider, dataset, pid = (str(run.payload[name]) for name in ("provider", "dataset", "consumer_pid"))
        with run.reading() as work:
            known = work.one(sa.select(feeds.c.etag).where(_is(provider, dataset)))
        file = self._folder / f"{pid.rpartition(':')[2]}.jsonl"
        try:
            etag = self._download(pid, file, known["etag"] if known else None)
            feed = None if etag is None else self._take(run, provider, dataset, file)
            with run.finishing() as work:
                if feed is not None:
                    self._close(work, dataset, feed, str(etag), is_news=known is None or known["etag"] is None)
                if not self._exchange.transfers.transfer(work, pid).is_over:
                    self._exchange.transfers.complete(work, pid)
        except (Refused, BadInput, NotFound, Conflict) as fault:
            log.warning("market.feed_failed", provider=provider, dataset=dataset, why=fault.message)
            with run.finishing() as work:
                work.update(feeds, _is(provider, dataset), problem=f"{iso(work.now)} {fault.message}"[:500])
                self._exchange.transfers.end(work, pid, fault.message[:300])
        file.unlink(missing_ok=True)

    def _take(self, run: TaskRun, provider: str, dataset: str, file: Path) -> Feed:
        """Put what is new into the market, in short transactions: others write meanwhile.

        A feed that turns out too long, or a node that falls, leaves what was put so far; the next reading goes on from
        there, and what a feed no longer has goes only at its end.
        """
        with run.reading() as work:
            feed = self._market.begin(work, provider, KINDS[dataset])
        with file.open("rb") as lines:
            for rows in feed.news(lines):
                with run.database.writing() as work:
                    self._market.put(work, rows)
                    # Until its end this is no feed that has arrived: the next reading asks for all of it.
                    work.update(feeds, _is(provider, dataset), etag=None)
        return feed

    def _close(self, work: Work, dataset: str, feed: Feed, etag: str, *, is_news: bool) -> None:
        counts = self._market.end(work, feed, is_news=is_news)
        items = counts.added + counts.changed + counts.kept
        work.update(feeds, _is(feed.provider, dataset), etag=etag, arrived=work.now, items=items, problem=None)

    def _download(self, pid: str, file: Path, etag: str | None) -> str | None:
        """Write a feed to `file`, whole or not at all; return its etag, None when it is what we have."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part")
        with self._exchange.transfers.fetch(pid, etag=etag) as response:
            if response.status_code == 304:
                return None
            received = 0
            with draft.open("wb") as target:
                for chunk in response.iter_bytes():
                    received += len(chunk)
                    if received > MAX_FEED_BYTES:
                        raise BadInput(f"The feed is larger than {MAX_FEED_BYTES} bytes.")
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            draft.replace(file)
            return response.headers.get("etag", "").strip('"') or f"unnamed {received}"


def _is(provider: str, dataset: str) -> sa.ColumnElement[bool]:
    return (feeds.c.provider == provider) & (feeds.c.dataset == dataset)


def _reference(provider: str, dataset: str) -> str:
    return f"market:{provider}:{dataset}"
