"""The one place that constructs things: from settings to a node with all its rooms wired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from skillspace.exchange import DataSource, Exchange
from skillspace.exchange.chains import Chains, processor_of
from skillspace.exchange.dataplane.files import Digests
from skillspace.exchange.doctor import Doctor, Examinations, Instruments
from skillspace.exchange.negotiation.steps import Decider as NegotiationDecider
from skillspace.exchange.transfer.steps import Decider as TransferDecider
from skillspace.insight import Insight
from skillspace.kernel.clock import Clock, now
from skillspace.market.index import begin as begin_market
from skillspace.market.matching_service import Selling, sell
from skillspace.market.oversight import Circles, Oversight, Stock
from skillspace.market.review import ReviewRoom
from skillspace.market.targets import Targets
from skillspace.market.vacancies import read_vacancy
from skillspace.node.automation import Automation
from skillspace.node.bounds import Bounds
from skillspace.node.consenting import agent_in, consent_in, journal_in, let_answer, mandates_in, rights_in
from skillspace.node.feeds import FeedSource, feed_path
from skillspace.node.recognising import identifiers_in, recognition_in
from skillspace.node.settings import Settings
from skillspace.node.spaces import compose_spaces
from skillspace.node.trusting import Trust, authentication_in, trust_of
from skillspace.people.accounts import Accounts, Passkeys, Sessions, cookie_for
from skillspace.people.guardians import Guardians
from skillspace.people.holdings.source import HoldingsSource
from skillspace.people.received import Received
from skillspace.people.sharing import PROFILE_DATASET, SKILLS_DATASET, ProfileSource
from skillspace.portal.rooms import Rooms, WrittenPeer
from skillspace.skills.answering import Answers
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import Consent
from skillspace.trust.consent.govstack import Delegations
from skillspace.trust.contract import ContractRoom, contract_room
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.identity import Peer
from skillspace.trust.journal import JournalRoom
from skillspace.trust.mandate import MandateRoom
from skillspace.trust.policy.decisions import DecisionLog
from skillspace.trust.policy.tasks import Retention
from skillspace.trust.rights import RightsRoom

#: Four of them may be busy with pushes and service chains for a long time; the others keep messages going.
WORKER_THREADS = 6
#: For the first word to everybody about a yes that began or ended, whoever of them stays silent.
URGENT_THREADS = 6


@dataclass(frozen=True, kw_only=True)
class Node:
    """A composed node: everything the application, the commands and the tests reach."""

    settings: Settings
    database: Database
    book: TaskBook
    worker: Worker
    trust: Trust
    journal: JournalRoom
    contracts: ContractRoom
    rights: RightsRoom
    consent: Consent
    retention: Retention
    exchange: Exchange
    chains: Chains
    rooms: Rooms
    intelligence: Answers
    selling: Selling | None

    def start(self) -> None:
        """Leave the regular tasks and begin to work."""
        with self.database.writing() as work:
            for name in ("membership.refresh", "claims.renew", *(["membership.renew"] if self.trust.authority else [])):
                work.enqueue(name, {}, key=name)
            self.exchange.start(work)
            self.trust.registers.start(work)
            self.journal.start(work)
            self.contracts.tasks.start(work)
            self.rights.tasks.start(work)
            self.consent.tasks.start(work)
            self.retention.start(work)
            self.rooms.recognition.contacts.keep_up(work)
            self.rooms.insight.start(work)
            if self.selling is not None:
                self.selling.start(work)
            if self.rooms.spaces is not None:
                self.rooms.spaces.mandates.start(work)
                self.rooms.spaces.agent.start(work)
                self.rooms.spaces.alert_tasks.start(work)
                self.rooms.spaces.partners.start(work)
                begin_market(work, self.rooms.spaces.indexes)
        self.chains.start()
        self.worker.start()

    def stop(self) -> None:
        """Finish what is in hand and let go of everything."""
        self.worker.stop()
        self.trust.outbound.close()
        self.database.close()


def compose(
    settings: Settings,
    *,
    clock: Clock = now,
    negotiation_decider: NegotiationDecider | None = None,
    transfer_decider: TransferDecider | None = None,
) -> Node:
    """Build a node from its settings; nothing runs yet. The deciders replace the usual ones of the connector."""
    database = Database.in_folder(settings.folder, clock=clock)
    migrate(database)
    book = TaskBook()
    trust = trust_of(settings, database, clock)
    trust.directory.tasks(book)
    trust.correspondence.register(book)
    trust.registers.register(book)
    if trust.authority is not None:
        trust.authority.tasks(book)
    journal = journal_in(settings, database, trust)
    journal.tasks.register(book)
    journal.looks.register(book)
    contracts = contract_room(
        own_did=trust.did,
        key=trust.key,
        resolve_key=trust.resolver.key,
        peers=trust.peers,
        note=journal.journal.write,
        demands_contract=settings.demands_contract,
    )
    contracts.tasks.register(book)
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
    guardians = Guardians(Accounts(demo=settings.demo))
    rights = rights_in(settings, database, trust, guardians, journal)
    rights.tasks.register(book)
    bounds = Bounds(
        own_did=trust.did,
        contracts=Enforcing(contracts.contracts),
        rights=rights,
        guardians=guardians,
        record_of=trust.registers.of,
    )
    consent = consent_in(settings, database, trust, exchange, guardians, journal.journal, bounds)
    mandates = mandates_in(settings, trust, consent, guardians, journal, book)
    consent.tasks.register(book)
    chains = _chains(settings, database, trust, exchange, consent)
    chains.register(book)
    retention = Retention(DecisionLog())
    retention.register(book)
    rooms = _rooms(
        settings,
        database,
        trust,
        exchange,
        consent,
        mandates,
        guardians,
        journal,
        contracts,
        rights,
        book,
    )
    rooms.examinations.register(book)
    Automation(roles=settings.roles, exchange=exchange).register(book)
    _find_sources(settings, database, exchange, consent, rooms)
    let_answer(rights, rooms)
    answers = Answers(settings.taxonomies.parent, rooms.taxonomies)
    return Node(
        settings=settings,
        database=database,
        book=book,
        worker=Worker(database, book, threads=WORKER_THREADS, urgent_threads=URGENT_THREADS),
        trust=trust,
        journal=journal,
        contracts=contracts,
        rights=rights,
        consent=consent,
        retention=retention,
        exchange=exchange,
        chains=chains,
        rooms=rooms,
        intelligence=answers,
        selling=_selling(settings, database, trust, exchange, journal, answers, book),
    )


def _selling(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    journal: JournalRoom,
    answers: Answers,
    book: TaskBook,
) -> Selling | None:
    if settings.matching is None:
        return None
    selling = sell(
        settings.matching,
        folder=settings.folder,
        answers=answers,
        exchange=exchange,
        database=database,
        roles=trust.roles_of,
        note=journal.journal.write,
    )
    selling.register(book)
    return selling


def _chains(settings: Settings, database: Database, trust: Trust, exchange: Exchange, consent: Consent) -> Chains:
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
    return chains


def _rooms(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    consent: Consent,
    mandates: MandateRoom | None,
    guardians: Guardians,
    journal: JournalRoom,
    contracts: ContractRoom,
    rights: RightsRoom,
    book: TaskBook,
) -> Rooms:
    taxonomies = Taxonomies.open(settings.taxonomies)
    received = Received(
        exchange=exchange,
        held=consent.held,
        uses=consent.uses,
        restrictions=rights.restrictions,
        peers=trust.peers,
        database=database,
    )
    received.register(book)
    spaces, accounts = None, guardians.accounts
    if consent.consents is not None and consent.desk is not None and mandates is not None:
        spaces = compose_spaces(
            settings=settings,
            database=database,
            peers=trust.peers,
            resolve_key=trust.resolver.key,
            exchange=exchange,
            consents=consent.consents,
            gate=consent.gate,
            desk=consent.desk,
            held=consent.held,
            uses=consent.uses,
            mandates=mandates,
            agent_in=partial(agent_in, trust, consent.consents, mandates, guardians, journal, book),
            find_member=trust.directory.find,
            find_record=trust.registers.of,
            delegations=Delegations(journal.journal.write),
            rights=rights,
            accounts=accounts,
            taxonomies=taxonomies,
            identifiers=identifiers_in(settings, database, trust, journal.journal),
            note=journal.journal.write,
            book=book,
        )
    recognition = recognition_in(settings, database, trust, journal.journal, book)
    insight = Insight(
        exchange=exchange,
        taxonomies=taxonomies,
        own_did=trust.did,
        own_name=settings.name,
        file=feed_path(settings.folder, "territory-statistics"),
        threshold=settings.threshold,
        profile=spaces.profile if spaces else None,
        market=spaces.market if spaces else None,
        restrictions=rights.restrictions,
    )
    insight.register(book)
    review = ReviewRoom(
        folder=settings.folder,
        prepared=settings.taxonomies.parent,
        taxonomies=taxonomies,
        languages=settings.languages,
        market=spaces.market if spaces else None,
        feed=lambda dataset: _own_feeds(settings)(dataset).feed,
    )
    review.register(book)
    targets = Targets(words=review.words, mappings=review.mappings, languages=settings.languages)
    oversight = Oversight(
        received=received,
        circles=Circles(received, taxonomies, targets.numbered),
        vacancies=Stock(_own_feeds(settings)("vacancies").feed, read_vacancy, review.heard),
        peers=trust.peers,
        note=journal.journal.write,
    )
    consent.held.on_delete("remarks", oversight.decisions.forget)
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
        registers=trust.registers,
        journal=journal,
        contracts=contracts,
        rights=rights,
        authority=trust.authority,
        holdings=recognition.holdings,
        recognition=recognition,
        received=received,
        consent=consent,
        insight=insight,
        review=review,
        oversight=oversight,
        targets=targets,
        spaces=spaces,
        own_feeds=_own_feeds(settings),
        examinations=Examinations(Doctor(_instruments(settings, database, trust, exchange))),
        written_peers=tuple(
            WrittenPeer(id=each.id, name=each.name, address=each.address or "") for each in settings.peers
        ),
    )


def _instruments(settings: Settings, database: Database, trust: Trust, exchange: Exchange) -> Instruments:
    def is_member(did: str) -> bool:
        with database.reading() as work:
            return trust.directory.find(work, did) is not None

    return Instruments(
        own_address=settings.address,
        authentication=exchange.authentication,
        peers=trust.peers,
        known={peer.id: peer.address for peer in settings.peers if peer.address},
        is_member=is_member,
        verifier=trust.verifier,
        loopback=settings.loopback,
    )


def _own_feeds(settings: Settings) -> Callable[[str], FeedSource]:
    return lambda dataset: FeedSource(feed_path(settings.folder, dataset), "application/x-ndjson")


def _find_sources(settings: Settings, database: Database, exchange: Exchange, consent: Consent, rooms: Rooms) -> None:
    """Let each offering of this node be answered by what stands behind it, from the moment it is published."""
    holdings = HoldingsSource(gate=consent.gate, holdings=rooms.holdings)
    profile = ProfileSource(gate=consent.gate, sharing=rooms.spaces.sharing) if rooms.spaces is not None else None
    digests = Digests()

    def resolve(dataset: str) -> DataSource | None:
        with database.reading() as work:
            offering = exchange.catalog.offering(work, dataset)
        if offering is None or offering.id == SKILLS_DATASET:
            return None  # these skills leave with questions alone
        if offering.id == PROFILE_DATASET and profile is not None:
            return profile
        if offering.personal:
            return holdings
        return FeedSource(feed_path(settings.folder, offering.id), offering.media_type, digests)

    exchange.sources.otherwise(resolve)
