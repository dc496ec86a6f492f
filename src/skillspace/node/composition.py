"""The one place that constructs things: from settings to a node with all its rooms wired."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.exchange import Exchange
from skillspace.exchange.chains import Chains
from skillspace.exchange.negotiation.steps import Decider as NegotiationDecider
from skillspace.exchange.transfer.steps import Decider as TransferDecider
from skillspace.kernel.clock import Clock, now
from skillspace.market.index import begin as begin_market
from skillspace.market.matching_service import Selling
from skillspace.node.automation import Automation
from skillspace.node.bounds import Bounds
from skillspace.node.consenting import consent_in, journal_in, let_answer, mandates_in, rights_in
from skillspace.node.exchanging import chains_in, exchange_in, find_sources
from skillspace.node.marketplace import selling_in
from skillspace.node.recording import record_store_in
from skillspace.node.rooms import rooms_in
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust, trust_of
from skillspace.people.accounts import Accounts
from skillspace.people.guardians import Guardians
from skillspace.people.holdings.offered import OfferedShelf
from skillspace.people.statements import RecordStore
from skillspace.portal.rooms import Rooms
from skillspace.skills.answering import Answers
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import Consent
from skillspace.trust.contract import ContractRoom, contract_room
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.journal import JournalRoom
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
    record_store: RecordStore | None

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
                self.rooms.spaces.validations.start(work)
                begin_market(work, self.rooms.spaces.indexes)
        self.chains.start()
        self.worker.start()

    def stop(self) -> None:
        """Finish what is in hand and let go of everything."""
        self.worker.stop()
        self.trust.outbound.close()
        self.trust.signed.close()
        self.rooms.verification.close()
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
    exchange = exchange_in(
        settings,
        database,
        trust,
        contracts,
        clock,
        book,
        negotiation_decider=negotiation_decider,
        transfer_decider=transfer_decider,
    )
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
    chains = chains_in(settings, database, trust, exchange, consent, book)
    retention = Retention(DecisionLog())
    retention.register(book)
    rooms = rooms_in(
        settings,
        database,
        trust,
        book,
        exchange=exchange,
        consent=consent,
        mandates=mandates,
        guardians=guardians,
        journal=journal,
        contracts=contracts,
        rights=rights,
    )
    Automation(roles=settings.roles, exchange=exchange).register(book)
    find_sources(settings, database, exchange, consent, rooms)
    rooms.holdings.add_shelf(OfferedShelf(rooms.issuance))
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
        selling=selling_in(settings, database, trust, exchange, journal, answers, book),
        record_store=record_store_in(settings, database, rooms),
    )
