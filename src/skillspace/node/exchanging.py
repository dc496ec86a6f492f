"""Composing the connector: its exchange, the chains of services over it, and what stands behind each offering."""

from __future__ import annotations

from datetime import timedelta

from skillspace.exchange import DataSource, Exchange
from skillspace.exchange.chains import Chains, processor_of
from skillspace.exchange.dataplane.files import Digests
from skillspace.exchange.doctor import Doctor, Examinations, Instruments
from skillspace.exchange.negotiation.steps import Decider as NegotiationDecider
from skillspace.exchange.transfer.steps import Decider as TransferDecider
from skillspace.kernel.clock import Clock
from skillspace.node.feeds import FeedSource, feed_path
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust, authentication_in
from skillspace.people.holdings.source import HoldingsSource
from skillspace.people.learning import LearningSource
from skillspace.people.sharing import LEARNING_DATASET, PROFILE_DATASET, SENT_ALONE, ProfileSource
from skillspace.portal.rooms import Rooms
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Consent
from skillspace.trust.contract import ContractRoom
from skillspace.trust.identity import Peer


def exchange_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    contracts: ContractRoom,
    clock: Clock,
    book: TaskBook,
    *,
    negotiation_decider: NegotiationDecider | None,
    transfer_decider: TransferDecider | None,
) -> Exchange:
    """Return the exchange, which agrees to nothing that a contract of the two forbids."""
    exchange = Exchange.build(
        base_url=settings.address,
        title=settings.name,
        folder=settings.folder,
        database=database,
        peers=trust.peers,
        authentication=authentication_in(settings, trust, clock),
        outbound=trust.outbound,
        known={peer.id: peer.address for peer in settings.peers if peer.address},
        members=lambda work: [peer.did for peer in trust.directory.peers(work)],
        roles=trust.roles_of,
        crawl_every=timedelta(seconds=settings.crawl_seconds),
        pause=timedelta(milliseconds=settings.pause_ms),
        forbid=contracts.contracts.allows_agreement,
        negotiation_decider=negotiation_decider,
        transfer_decider=transfer_decider,
    )
    exchange.register(book)
    if settings.is_authority or settings.is_intermediary:
        exchange.catalog.broker(exchange.crawler.reached)
    return exchange


def chains_in(
    settings: Settings, database: Database, trust: Trust, exchange: Exchange, consent: Consent, book: TaskBook
) -> Chains:
    """Return the chains of services this node takes part in, for those the operator named."""

    def takes_from(asker: Peer) -> bool:
        return not {asker.did, *(f"role:{role}" for role in asker.roles)}.isdisjoint(settings.chain_askers)

    chains = Chains(
        exchange=exchange,
        consent=consent,
        own_did=trust.did,
        key=trust.key,
        resolve_key=trust.resolver.key,
        peers=trust.peers,
        find_member=trust.directory.find,
        database=database,
        folder=settings.folder,
        takes_from=takes_from,
    )
    for written in settings.processors:
        chains.serve(written.dataset, processor_of(written, exchange.data_sources.secrets))
    chains.register(book)
    return chains


def examinations_in(
    settings: Settings, database: Database, trust: Trust, exchange: Exchange, book: TaskBook
) -> Examinations:
    """Return the examinations of peers: what an operator asks when two connectors do not find each other."""

    def is_member(did: str) -> bool:
        with database.reading() as work:
            return trust.directory.find(work, did) is not None

    instruments = Instruments(
        own_address=settings.address,
        authentication=exchange.authentication,
        peers=trust.peers,
        known={peer.id: peer.address for peer in settings.peers if peer.address},
        is_member=is_member,
        verifier=trust.verifier,
        loopback=settings.loopback,
    )
    examinations = Examinations(Doctor(instruments))
    examinations.register(book)
    return examinations


def find_sources(settings: Settings, database: Database, exchange: Exchange, consent: Consent, rooms: Rooms) -> None:
    """Let each offering of this node be answered by what stands behind it, from the moment it is published."""
    holdings = HoldingsSource(gate=consent.gate, holdings=rooms.holdings)
    own: dict[str, DataSource] = {}
    if (spaces := rooms.spaces) is not None:
        own[PROFILE_DATASET] = ProfileSource(gate=consent.gate, sharing=spaces.sharing)
        own[LEARNING_DATASET] = LearningSource(gate=consent.gate, learning=spaces.learning, accounts=rooms.accounts)
    digests = Digests()

    def resolve(dataset: str) -> DataSource | None:
        with database.reading() as work:
            offering = exchange.catalog.offering(work, dataset)
        if offering is None or offering.id in SENT_ALONE:
            return None  # what is of these leaves with questions and requests alone
        if offering.id in own:
            return own[offering.id]
        if offering.personal:
            return holdings
        return FeedSource(feed_path(settings.folder, offering.id), offering.media_type, digests)

    exchange.sources.otherwise(resolve)
