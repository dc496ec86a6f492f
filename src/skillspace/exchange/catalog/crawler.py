"""Reading the catalogs of all members, again and again: a member that is down keeps its entries, marked stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from skillspace.exchange.addresses import Addresses, segment
from skillspace.exchange.catalog import store
from skillspace.exchange.catalog.document import read_catalog, read_dataset
from skillspace.exchange.catalog.model import CrawledOffering
from skillspace.exchange.messages import message, plain
from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import SkillspaceError
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import PeerClient

log = structlog.get_logger()

CRAWL_ROUND = "catalog.round"
CRAWL = "catalog.crawl"
#: A member that does not answer is asked again after this, then after twice as long, up to the regular interval.
FIRST_RETRY = timedelta(seconds=1)

Members = Callable[[Work], list[str]]


class Crawler:
    """Keeps a copy of what the members offer; `members` lists their DIDs, this node may be among them."""

    def __init__(
        self,
        *,
        peers: PeerClient,
        addresses: Addresses,
        members: Members,
        every: timedelta,
        clock: Clock = now,
    ) -> None:
        self._peers = peers
        self._addresses = addresses
        self._members = members
        self._every = every
        self._clock = clock

    def register(self, book: TaskBook) -> None:
        """Take the tasks of crawling; the node leaves `catalog.round` once, and it comes back by itself."""
        book.on_task(CRAWL_ROUND, self._round)
        book.on_task(CRAWL, self._crawl)

    def crawl_now(self, work: Work, did: str) -> None:
        """Read one catalog as soon as possible."""
        work.enqueue(CRAWL, {"provider": did}, key=f"{CRAWL} {did} now")

    def offerings(self, work: Work, *, provider: str | None = None) -> list[CrawledOffering]:
        """Return what was read, stale entries included, by provider and id."""
        return store.list_crawled(work, provider=provider)

    def offering(self, work: Work, provider: str, offering_id: str) -> CrawledOffering | None:
        """Return one offering of one provider as last read."""
        return next(iter(store.list_crawled(work, provider=provider, offering_id=offering_id)), None)

    def last_crawl(self, work: Work) -> datetime | None:
        """Return when a catalog was last read successfully."""
        return store.last_crawl(work)

    def reachability(self, work: Work) -> dict[str, bool]:
        """Return for each crawled member whether it answered last time."""
        return store.reachability(work)

    def look_up(self, provider: str, offering_id: str) -> CrawledOffering:
        """Ask the provider for one dataset now (network): raises PeerRefused, PeerUnreachable, BadInput."""
        url = f"{self._addresses.base(provider)}/catalog/datasets/{segment(offering_id)}"
        return read_dataset(self._peers.call("GET", provider, url), provider, self._clock())

    def _round(self, run: TaskRun) -> None:
        with run.finishing(again_after=self._every) as work:
            for did in self._members(work):
                if did != self._peers.own_did:
                    work.enqueue(CRAWL, {"provider": did}, key=f"{CRAWL} {did}")

    def _crawl(self, run: TaskRun) -> None:
        provider = str(run.payload["provider"])
        try:
            document = self._request(provider)
            found, broken = read_catalog(document, provider, self._clock())
        except SkillspaceError as fault:
            self._failed(run, provider, fault)
            return
        if broken:
            log.warning("catalog.unreadable_datasets", provider=provider, count=broken)
        with run.finishing() as work:
            changed = store.replace_crawled(work, provider, found)
            ids = [offering.id for offering in found]
            content = {"provider": provider, "offerings": ids, "changed": changed}
            work.publish(Event(name="catalog.crawled", about=provider, content=content))

    def _request(self, provider: str) -> dict[str, Any]:
        url = f"{self._addresses.base(provider)}/catalog/request"
        return self._peers.call("POST", provider, url, message("CatalogRequestMessage"))

    def _failed(self, run: TaskRun, provider: str, fault: SkillspaceError) -> None:
        """Mark what is known as stale; ask again soon, then ever more rarely, at last only in the rounds."""
        log.info("catalog.unreadable", provider=provider, why=fault.message)
        with run.finishing() as work:
            failures = store.note_failure(work, provider, plain(f"{fault.code}: {fault.message}"))
            wait = FIRST_RETRY * 2 ** min(failures - 1, 20)
            if wait < self._every and provider in self._members(work):
                work.enqueue(CRAWL, {"provider": provider}, key=f"{CRAWL} {provider} retry {failures}", after=wait)
