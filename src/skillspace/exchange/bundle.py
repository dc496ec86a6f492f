"""The connector put together: the one object a node builds and the rooms above reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from skillspace.exchange.addresses import Addresses
from skillspace.exchange.catalog import CRAWL_ROUND, Catalog, Crawler
from skillspace.exchange.catalog.crawler import Members
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.outbox import Outbox
from skillspace.exchange.transfer import DataPlane, Sources, Transfers
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.identity import PeerClient
from skillspace.wire.outbound import Outbound

CRAWL_EVERY = timedelta(seconds=60)
PAUSE = timedelta(milliseconds=20)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Catalog, crawler, negotiations, transfers and the sources of data, sharing one outbox."""

    catalog: Catalog
    crawler: Crawler
    negotiations: Negotiations
    transfers: Transfers
    sources: Sources
    plane: DataPlane
    outbox: Outbox

    @classmethod
    def build(
        cls,
        *,
        base_url: str,
        title: str,
        database: Database,
        peers: PeerClient,
        outbound: Outbound,
        members: Members,
        crawl_every: timedelta = CRAWL_EVERY,
        pause: timedelta = PAUSE,
    ) -> Exchange:
        """Build the connector of the node at `base_url`; `members` lists whose catalogs are read.

        `pause` lies between a peer's message and our next move.
        """
        base = base_url.rstrip("/")
        addresses = Addresses(peers, outbound)
        outbox = Outbox(peers, addresses)
        sources = Sources()
        catalog = Catalog(own_did=peers.own_did, base_url=base, title=title)
        crawler = Crawler(peers=peers, addresses=addresses, members=members, every=crawl_every, clock=database.clock)
        negotiations = Negotiations(catalog=catalog, crawler=crawler, outbox=outbox, pause=pause)
        transfers = Transfers(
            catalog=catalog,
            negotiations=negotiations,
            sources=sources,
            outbox=outbox,
            outbound=outbound,
            database=database,
            data_base=f"{base}/data",
            pause=pause,
        )
        plane = DataPlane(database=database, negotiations=negotiations, sources=sources)
        return cls(
            catalog=catalog,
            crawler=crawler,
            negotiations=negotiations,
            transfers=transfers,
            sources=sources,
            plane=plane,
            outbox=outbox,
        )

    def register(self, book: TaskBook) -> None:
        """Take the connector's tasks."""
        self.outbox.register(book)
        self.crawler.register(book)
        self.negotiations.register(book)
        self.transfers.register(book)

    def start(self, work: Work) -> None:
        """Leave the regular crawl, which comes back by itself; harmless when it is there already."""
        work.enqueue(CRAWL_ROUND, {}, key=CRAWL_ROUND)
