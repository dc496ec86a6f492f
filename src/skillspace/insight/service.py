"""Statistics at a node: counted and published where people's spaces are, read elsewhere under an agreement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from skillspace.exchange import Exchange
from skillspace.insight.cubes import Contribution
from skillspace.insight.disclosure import Rule
from skillspace.insight.publication import Naming, Publication, read_publication, write_publication
from skillspace.insight.statistics import make_statistics
from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused
from skillspace.market.index import Market, OfferFeed
from skillspace.market.territory import territory_names, territory_parents
from skillspace.people.profile import Profile
from skillspace.skills.ranking import InDemand
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Moment, Work, metadata
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.rights import Restrictions

log = structlog.get_logger()

DATASET = "territory-statistics"
COUNT, PUBLISH, FETCH = "insight.count", "insight.publish", "insight.fetch"
COUNT_EVERY = timedelta(hours=24)
#: Feeds come one after the other; they are counted together.
AFTER_NEWS = timedelta(seconds=3)
MAX_BYTES = 32 * 1024 * 1024

statistics = sa.Table(
    "statistics",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("memory", sa.LargeBinary, nullable=True),
    sa.Column("published", Moment, nullable=True),
    sa.Column("arrived", Moment, nullable=False),
)


class _Newest:
    """Statistics that were read once, with the lists that were asked of them: alerts ask for everybody."""

    def __init__(self, content: bytes) -> None:
        self.published = read_publication(content)
        self.in_demand = lru_cache(maxsize=1_000)(partial(self.published.in_demand, parents=territory_parents()))


_read = lru_cache(maxsize=2)(_Newest)


def _newest(work: Work) -> _Newest | None:
    row = work.one(sa.select(statistics.c.content).order_by(statistics.c.arrived.desc()).limit(1))
    return _read(bytes(row["content"])) if row else None


def in_demand(work: Work, home: str | None) -> InDemand | None:
    """Return what the narrowest territory around a home asks for, as the newest statistics have it."""
    newest = _newest(work)
    return newest.in_demand(home) if newest else None


class Insight:
    """The statistics a node has: its own where `profile` and `market` live here, else those it receives.

    `file` is what stands behind the offering; `threshold` the fewest people a published count may rest on.
    """

    def __init__(
        self,
        *,
        exchange: Exchange,
        taxonomies: Taxonomies,
        own_did: str,
        own_name: str,
        file: Path,
        threshold: int,
        profile: Profile | None,
        market: Market | None,
        restrictions: Restrictions,
    ) -> None:
        self._exchange = exchange
        self._taxonomies = taxonomies
        self._own_did = own_did
        self._own_name = own_name
        self._feed = OfferFeed(file)
        self._rule = Rule(people=threshold)
        self._profile = profile
        self._market = market
        self._restrictions = restrictions

    def register(self, book: TaskBook) -> None:
        """Count where people are; fetch where an agreement allows."""
        book.on_task(COUNT, self._count)
        book.on_task(PUBLISH, self._publish)
        book.on_task(FETCH, self._fetch)
        if self._market is not None:
            book.on_event("market.replaced", self._news)
        else:
            book.on_event("catalog.crawled", self._crawled)
            book.on_event("negotiation.finalized", self._contract_made)
            book.on_event("transfer.started", self._started)

    def start(self, work: Work) -> None:
        """Leave the daily count; harmless when it is there already."""
        if self._market is not None:
            work.enqueue(COUNT, {}, key=COUNT)

    def latest(self, work: Work) -> Publication | None:
        """Return the newest statistics this node has, None before the first."""
        newest = _newest(work)
        return newest.published if newest else None

    def _news(self, work: Work, _event: Mapping[str, Any]) -> None:
        work.enqueue(COUNT, {"once": True}, key=f"{COUNT} news", after=AFTER_NEWS)

    def _count(self, run: TaskRun) -> None:
        if self._profile is None or self._market is None:
            with run.finishing():
                return
        with run.reading() as work:
            before = work.one(sa.select(statistics).where(statistics.c.source == self._own_did))
            found, memory = make_statistics(
                list(self._people(work, self._profile)),
                [(place, self._known(uris)) for place, uris in self._market.demand_stream(work)],
                parents=territory_parents(),
                concept_of=lru_cache(maxsize=50_000)(self._taxonomies.theme),
                naming=Naming(territories=territory_names(), label=self._taxonomies.label),
                as_of=work.now.date(),
                source=self._own_name,
                rule=self._rule,
                memory=bytes(before["memory"]) if before and before["memory"] else None,
            )
        content = write_publication(found)
        with run.finishing(again_after=None if run.payload.get("once") else COUNT_EVERY) as work:
            if self._keep(work, before, content, memory):
                work.enqueue(PUBLISH, {})

    def _keep(self, work: Work, before: Mapping[str, Any] | None, content: bytes, memory: bytes) -> bool:
        """Store a count unless another one was stored since its memory was read: two counts that do not know of each
        other could be subtracted. What lost is counted again."""
        now = work.one(sa.select(statistics.c.arrived).where(statistics.c.source == self._own_did))
        if (now and now["arrived"]) != (before and before["arrived"]):
            work.enqueue(COUNT, {"once": True}, key=f"{COUNT} again", after=AFTER_NEWS)
            return False
        row = {"source": self._own_did, "content": content, "memory": memory, "arrived": work.now}
        work.upsert(statistics, row, on=("source",))
        return True

    def _publish(self, run: TaskRun) -> None:
        """Put the stored count behind the offering: only what is remembered may ever be seen."""
        with run.reading() as work:
            row = work.one(sa.select(statistics.c.content).where(statistics.c.source == self._own_did))
        if row is not None:
            self._feed.publish([bytes(row["content"])], bytes)
        with run.finishing() as work:
            offering = self._exchange.catalog.offering(work, DATASET)
            if offering is not None:
                self._exchange.catalog.publish(work, replace(offering, updated=work.now))

    def _known(self, uris: tuple[str, ...]) -> list[str]:
        return [uri for uri in uris if self._taxonomies.has(uri)]

    def _people(self, work: Work, profile: Profile) -> Iterator[Contribution]:
        """One contribution per person and organisation that vouches for their skills.

        Counting rests on no consent, so whoever restricted the use of their data, or objected, is not counted.
        """
        left_out = self._restrictions.left_out(work, self._own_did)
        known = territory_parents()
        skills: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        homes: dict[str, str] = {}
        for row in profile.skill_rows(work, leave_out=left_out):
            if row.territory in known and self._taxonomies.has(row.uri):
                homes[row.person] = str(row.territory)
                skills[row.person, row.source].append((row.uri, row.validation))
        for (person, source), held in skills.items():
            yield Contribution(person=person, territory=homes[person], skills=tuple(held), contributor=source)

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        self._ask(work, str(event["content"]["provider"]))

    def _contract_made(self, work: Work, event: Mapping[str, Any]) -> None:
        if event["content"]["dataset"] == DATASET:
            self._ask(work, str(event["content"]["provider"]))

    def _ask(self, work: Work, provider: str) -> None:
        """Request the statistics of a provider with whom there is an agreement, unless we have its newest."""
        offering = self._exchange.crawler.offering(work, provider, DATASET)
        agreement = self._exchange.negotiations.agreement_between(work, provider, self._own_did, DATASET)
        if offering is None or agreement is None:
            return
        row = work.one(sa.select(statistics.c.published).where(statistics.c.source == provider))
        if row is None or row["published"] != offering.updated:
            self._exchange.transfers.request(work, agreement, reference=f"{DATASET}:{provider}")

    def _started(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        if told["reference"] == f"{DATASET}:{told['provider']}":
            payload = {"provider": told["provider"], "transfer": told["consumer_pid"]}
            work.enqueue(FETCH, payload, key=f"{FETCH} {told['consumer_pid']}")

    def _fetch(self, run: TaskRun) -> None:
        provider, transfer = str(run.payload["provider"]), str(run.payload["transfer"])
        try:
            content = self._pull(transfer)
            read_publication(content)
        except (Refused, BadInput, NotFound, Conflict) as fault:
            log.warning("insight.unreadable", provider=provider, why=fault.message)
            with run.finishing() as work:
                self._exchange.transfers.end(work, transfer, fault.message[:300])
            return
        with run.finishing() as work:
            offering = self._exchange.crawler.offering(work, provider, DATASET)
            published = offering.updated if offering else None
            row = {"source": provider, "content": content, "published": published, "arrived": work.now}
            work.upsert(statistics, row, on=("source",))
            if not self._exchange.transfers.transfer(work, transfer).is_over:
                self._exchange.transfers.complete(work, transfer)

    def _pull(self, transfer: str) -> bytes:
        body = bytearray()
        with self._exchange.transfers.fetch(transfer) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise BadInput(f"The statistics are larger than {MAX_BYTES} bytes.")
        return bytes(body)
