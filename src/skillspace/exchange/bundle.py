"""The connector put together: the one object a node builds and the rooms above reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from skillspace.exchange.addresses import Addresses
from skillspace.exchange.catalog import CRAWL_ROUND, Catalog, Crawler
from skillspace.exchange.catalog.crawler import Members
from skillspace.exchange.channel import Channel
from skillspace.exchange.dataplane import Sources
from skillspace.exchange.dataplane.deciding import Roles
from skillspace.exchange.dataplane.registry import DataSources
from skillspace.exchange.dataplane.service import DataPlanes, data_sources
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.negotiation.steps import Decider as NegotiationDecider
from skillspace.exchange.negotiation.steps import Forbid, nothing_forbidden
from skillspace.exchange.outbox import Outbox
from skillspace.exchange.transfer import Transfers
from skillspace.exchange.transfer.steps import Decider as TransferDecider
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.authentication import Authentication
from skillspace.trust.identity import PeerClient
from skillspace.wire.outbound import Outbound

CRAWL_EVERY = timedelta(seconds=60)
PAUSE = timedelta(milliseconds=5)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Catalog, crawler, negotiations, transfers and the sources of data, sharing one outbox."""

    catalog: Catalog
    crawler: Crawler
    negotiations: Negotiations
    transfers: Transfers
    sources: Sources
    data_sources: DataSources
    dataplanes: DataPlanes
    outbox: Outbox
    addresses: Addresses
    channel: Channel
    authentication: Authentication

    @classmethod
    def build(
        cls,
        *,
        base_url: str,
        title: str,
        folder: Path,
        database: Database,
        peers: PeerClient,
        authentication: Authentication,
        outbound: Outbound,
        members: Members,
        roles: Roles = lambda _work, _participant: frozenset(),
        known: Mapping[str, str] | None = None,
        crawl_every: timedelta = CRAWL_EVERY,
        pause: timedelta = PAUSE,
        forbid: Forbid = nothing_forbidden,
        negotiation_decider: NegotiationDecider | None = None,
        transfer_decider: TransferDecider | None = None,
    ) -> Exchange:
        """Build the connector of the node at `base_url`; `members` lists whose catalogs are read.

        `folder` is the node's own; `roles` tells what participants are, for the policies of open data.
        `known` names the addresses of peers whose identifiers do not lead to them. `pause` lies between a peer's
        message and our next one. `forbid` tells why contracts of the data space forbid an agreement. The deciders make
        this organisation's own moves; without them it agrees to what it published and gives what it has.
        """
        base = base_url.rstrip("/")
        channel = Channel(outbound, authentication)
        addresses = Addresses(peers, outbound, known)
        outbox = Outbox(channel, addresses, base_url=base, pause=pause)
        catalog = Catalog(own_did=authentication.own_id, base_url=base, title=title)
        written_down = data_sources(database, folder, catalog)
        sources = Sources(written_down)
        crawler = Crawler(
            channel=channel, addresses=addresses, members=members, every=crawl_every, clock=database.clock
        )
        negotiations = Negotiations(
            own_id=authentication.own_id,
            catalog=catalog,
            crawler=crawler,
            outbox=outbox,
            roles=roles,
            decider=negotiation_decider,
            forbid=forbid,
        )
        transfers = Transfers(
            catalog=catalog,
            negotiations=negotiations,
            sources=sources,
            outbox=outbox,
            outbound=outbound,
            database=database,
            data_base=f"{base}/data",
            decider=transfer_decider,
        )
        dataplanes = DataPlanes.build(
            folder=folder,
            database=database,
            catalog=catalog,
            negotiations=negotiations,
            transfers=transfers,
            sources=sources,
            outbound=outbound,
            roles=roles,
        )
        return cls(
            catalog=catalog,
            crawler=crawler,
            negotiations=negotiations,
            transfers=transfers,
            sources=sources,
            data_sources=written_down,
            dataplanes=dataplanes,
            outbox=outbox,
            addresses=addresses,
            channel=channel,
            authentication=authentication,
        )

    def register(self, book: TaskBook) -> None:
        """Take the connector's tasks."""
        self.outbox.register(book)
        self.crawler.register(book)
        self.negotiations.register(book)
        self.dataplanes.register(book)

    def start(self, work: Work) -> None:
        """Leave the regular crawl, which comes back by itself; harmless when it is there already."""
        self.catalog.refresh(work)
        work.enqueue(CRAWL_ROUND, {}, key=CRAWL_ROUND)
