"""The one place that constructs things: from settings to a node with all its rooms wired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from skillspace.exchange import Exchange
from skillspace.insight import Insight
from skillspace.kernel.clock import Clock, now
from skillspace.market.index import begin as begin_market
from skillspace.node.automation import Automation
from skillspace.node.feeds import FeedSource, feed_path
from skillspace.node.keys import read_key
from skillspace.node.settings import Settings
from skillspace.node.spaces import compose_spaces
from skillspace.people.accounts import Accounts, Passkeys, Sessions, cookie_for
from skillspace.people.holdings import Holdings
from skillspace.people.holdings.source import HoldingsSource
from skillspace.people.received import Received
from skillspace.people.sharing import PROFILE_DATASET, ProfileSource
from skillspace.portal.rooms import Rooms
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work
from skillspace.storage.migrating import migrate
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import Consent, consent_of
from skillspace.trust.identity import DidResolver, PeerClient, SelfIssuedTokens, did_document
from skillspace.trust.identity.document import read_document
from skillspace.trust.membership import Authority, Directory, Gatekeeper, Wallet
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Who this node is and how it proves it: identity and membership."""

    did: str
    key: SigningKey
    document: dict[str, object]
    outbound: Outbound
    resolver: DidResolver
    tokens: SelfIssuedTokens
    wallet: Wallet
    gatekeeper: Gatekeeper
    peers: PeerClient
    directory: Directory
    authority: Authority | None


@dataclass(frozen=True, kw_only=True)
class Node:
    """A composed node: everything the application, the commands and the tests reach."""

    settings: Settings
    database: Database
    book: TaskBook
    worker: Worker
    trust: Trust
    consent: Consent
    exchange: Exchange
    rooms: Rooms

    def start(self) -> None:
        """Leave the regular tasks and begin to work."""
        with self.database.writing() as work:
            for name in ("membership.refresh", *(["membership.renew"] if self.trust.authority else [])):
                work.enqueue(name, {}, key=name)
            self.exchange.start(work)
            self.consent.tasks.start(work)
            self.rooms.insight.start(work)
            if self.rooms.spaces is not None:
                begin_market(work, self.rooms.spaces.indexes)
        self.worker.start()

    def stop(self) -> None:
        """Finish what is in hand and let go of everything."""
        self.worker.stop()
        self.trust.outbound.close()
        self.database.close()


def compose(settings: Settings, *, clock: Clock = now) -> Node:
    """Build a node from its settings; nothing runs yet."""
    database = Database.in_folder(settings.folder, clock=clock)
    migrate(database)
    book = TaskBook()
    trust = _trust(settings, database, clock)
    trust.directory.tasks(book)
    if trust.authority is not None:
        trust.authority.tasks(book)
    exchange = Exchange.build(
        base_url=settings.address,
        title=settings.name,
        database=database,
        peers=trust.peers,
        outbound=trust.outbound,
        members=lambda work: [peer.did for peer in trust.directory.peers(work)],
        crawl_every=timedelta(seconds=settings.crawl_seconds),
    )
    exchange.register(book)
    consent = _consent(settings, database, trust, exchange)
    consent.tasks.register(book)
    rooms = _rooms(settings, database, trust, exchange, consent, book)
    Automation(roles=settings.roles, exchange=exchange).register(book)
    _register_sources(settings, database, exchange, consent, rooms)
    return Node(
        settings=settings,
        database=database,
        book=book,
        worker=Worker(database, book),
        trust=trust,
        consent=consent,
        exchange=exchange,
        rooms=rooms,
    )


def _trust(settings: Settings, database: Database, clock: Clock) -> Trust:
    did, key = settings.did, read_key(settings.folder)
    services = {
        "CredentialService": f"{settings.address}/dcp",
        "DataService": f"{settings.address}/dsp/.well-known/dspace-version",
        "SkillspaceNode": settings.address,
    }
    document = did_document(did, [key], services)
    outbound = Outbound(loopback=settings.loopback)
    resolver = DidResolver(outbound, loopback=settings.loopback, own=read_document(document, did))
    tokens = SelfIssuedTokens(did, key, resolver, database, clock)
    wallet = Wallet(did=did, key=key, resolver=resolver, authority=settings.authority, clock=clock)
    gatekeeper = Gatekeeper(
        tokens=tokens, resolver=resolver, outbound=outbound, authority=settings.authority, clock=clock
    )
    peers = PeerClient(outbound, tokens, resolver, own_access=wallet.access_token)
    authority = None
    if settings.is_authority:
        authority = Authority(did=did, key=key, data_space=settings.data_space, peers=peers)
    return Trust(
        did=did,
        key=key,
        document=document,
        outbound=outbound,
        resolver=resolver,
        tokens=tokens,
        wallet=wallet,
        gatekeeper=gatekeeper,
        peers=peers,
        directory=Directory(authority=settings.authority, peers=peers),
        authority=authority,
    )


def _consent(settings: Settings, database: Database, trust: Trust, exchange: Exchange) -> Consent:
    def kinds_offered(work: Work, dataset: str) -> frozenset[str]:
        offering = exchange.catalog.offering(work, dataset)
        return frozenset(offering.kinds) if offering else frozenset()

    return consent_of(
        own_did=trust.did,
        own_name=settings.name,
        key=trust.key,
        database=database,
        resolve_key=trust.resolver.key,
        peers=trust.peers,
        find_member=trust.directory.find,
        find_agreement=exchange.negotiations.agreement,
        kinds_offered=kinds_offered,
        is_intermediary=settings.is_intermediary,
    )


def _rooms(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    consent: Consent,
    book: TaskBook,
) -> Rooms:
    taxonomies = Taxonomies.open(settings.taxonomies)
    accounts = Accounts(demo=settings.demo)
    received = Received(exchange=exchange, held=consent.held, peers=trust.peers, database=database)
    received.register(book)
    spaces = None
    if consent.consents is not None:
        spaces = compose_spaces(
            settings=settings,
            database=database,
            peers=trust.peers,
            resolve_key=trust.resolver.key,
            exchange=exchange,
            consents=consent.consents,
            held=consent.held,
            accounts=accounts,
            taxonomies=taxonomies,
            book=book,
        )
    insight = Insight(
        exchange=exchange,
        taxonomies=taxonomies,
        own_did=trust.did,
        own_name=settings.name,
        file=feed_path(settings.folder, "territory-statistics"),
        threshold=settings.threshold,
        profile=spaces.profile if spaces else None,
        market=spaces.market if spaces else None,
    )
    insight.register(book)
    return Rooms(
        name=settings.name,
        data_space=settings.data_space,
        did=trust.did,
        address=settings.address,
        roles=frozenset(settings.roles),
        languages=settings.languages,
        is_demo=settings.demo,
        threshold=settings.threshold,
        database=database,
        cookie=cookie_for(settings.address),
        accounts=accounts,
        sessions=Sessions(),
        passkeys=Passkeys(accounts, settings.address, settings.name),
        taxonomies=taxonomies,
        exchange=exchange,
        directory=trust.directory,
        authority=trust.authority,
        holdings=Holdings(),
        received=received,
        consent=consent,
        insight=insight,
        spaces=spaces,
        own_feeds=_own_feeds(settings),
    )


def _own_feeds(settings: Settings) -> Callable[[str], FeedSource]:
    return lambda dataset: FeedSource(feed_path(settings.folder, dataset), "application/x-ndjson")


def _register_sources(
    settings: Settings, database: Database, exchange: Exchange, consent: Consent, rooms: Rooms
) -> None:
    """Let each offering of this node be answered by what stands behind it."""
    with database.reading() as work:
        offerings = exchange.catalog.offerings(work)
    for offering in offerings:
        if offering.id == PROFILE_DATASET and rooms.spaces is not None:
            source = ProfileSource(gate=consent.gate, sharing=rooms.spaces.sharing)
            exchange.sources.register(offering.id, source)
        elif offering.personal:
            exchange.sources.register(offering.id, HoldingsSource(gate=consent.gate, holdings=rooms.holdings))
        else:
            path = feed_path(settings.folder, offering.id)
            exchange.sources.register(offering.id, FeedSource(path, offering.media_type))
