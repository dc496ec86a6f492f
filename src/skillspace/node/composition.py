"""The one place that constructs things: from settings to a node with all its rooms wired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from skillspace.exchange import DataSource, Exchange
from skillspace.exchange.chains import Chains, processor_of
from skillspace.exchange.dataplane.files import Digests
from skillspace.exchange.doctor import Doctor, Examinations, Instruments
from skillspace.exchange.negotiation.steps import Decider as NegotiationDecider
from skillspace.exchange.transfer.steps import Decider as TransferDecider
from skillspace.insight import Insight
from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import NotFound
from skillspace.market.index import begin as begin_market
from skillspace.node.automation import Automation
from skillspace.node.bounds import Bounds
from skillspace.node.feeds import FeedSource, feed_path
from skillspace.node.keys import read_key, retired_keys
from skillspace.node.settings import Settings
from skillspace.node.spaces import compose_spaces
from skillspace.people.accounts import Accounts, Passkeys, Sessions, cookie_for
from skillspace.people.answers import holdings_answerer, own_space_answerer, received_answerer
from skillspace.people.guardians import Guardians
from skillspace.people.holdings import Holdings
from skillspace.people.holdings.source import HoldingsSource
from skillspace.people.leaving.download import Download
from skillspace.people.links import Links
from skillspace.people.received import Received
from skillspace.people.sharing import PROFILE_DATASET, ProfileSource
from skillspace.portal.rooms import Rooms, WrittenPeer
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work
from skillspace.storage.migrating import migrate
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.agent import AgentRoom, agent_door, agent_of
from skillspace.trust.authentication import (
    Authentication,
    ClaimsAuthentication,
    MockAuthentication,
    OAuth2Authentication,
)
from skillspace.trust.claims import (
    ISSUER_PATH,
    SERVICE_PATH,
    STATUS_PATH,
    Correspondence,
    CredentialService,
    Issuer,
    SecureTokenService,
    Verifier,
)
from skillspace.trust.consent import Consent, consent_of, exhibits, subject_for
from skillspace.trust.consent.govstack import Delegations, with_programs
from skillspace.trust.consent.notice import authority_of
from skillspace.trust.contract import ContractRoom, contract_room
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.identity import DidResolver, Peer, PeerClient, SelfIssuedTokens, did_document
from skillspace.trust.identity.document import read_document
from skillspace.trust.issuers import TrustedIssuers
from skillspace.trust.journal import Exhibited, Journal, JournalRoom, journal_of
from skillspace.trust.mandate import MandateRoom, Stage, mandate_of
from skillspace.trust.mandate import Settings as MandateSettings
from skillspace.trust.membership import Authority, Directory, Gatekeeper, LegalIdentities
from skillspace.trust.policy.decisions import DecisionLog
from skillspace.trust.policy.tasks import Retention
from skillspace.trust.register import Contact, Record, Registers
from skillspace.trust.rights import Asked, RightsRoom, rights_of
from skillspace.trust.status import Register, StatusChecker
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound

#: Four of them may be busy with pushes and service chains for a long time; the others keep messages going.
WORKER_THREADS = 6


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Who this node is and how it proves it: identity and membership."""

    did: str
    key: SigningKey
    document: dict[str, object]
    outbound: Outbound
    resolver: DidResolver
    tokens: SelfIssuedTokens
    wallet: CredentialService
    issuer: Issuer | None
    sts: SecureTokenService | None
    correspondence: Correspondence
    gatekeeper: Gatekeeper
    peers: PeerClient
    verifier: Verifier
    directory: Directory
    registers: Registers
    authority: Authority | None


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
            self.rooms.insight.start(work)
            if self.rooms.spaces is not None:
                self.rooms.spaces.mandates.start(work)
                self.rooms.spaces.agent.start(work)
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
    trust = _trust(settings, database, clock)
    trust.directory.tasks(book)
    trust.correspondence.register(book)
    trust.registers.register(book)
    if trust.authority is not None:
        trust.authority.tasks(book)
    journal = _journal(settings, database, trust)
    journal.tasks.register(book)
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
        authentication=_authentication(settings, trust, clock),
        outbound=trust.outbound,
        known={peer.id: peer.address for peer in settings.peers if peer.address},
        members=lambda work: [peer.did for peer in trust.directory.peers(work)],
        roles=lambda work, participant: _roles(settings, trust, work, participant),
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
    rights = _rights(settings, database, trust, guardians, journal)
    rights.tasks.register(book)
    bounds = Bounds(own_did=trust.did, contracts=Enforcing(contracts.contracts), rights=rights, guardians=guardians)
    consent = _consent(settings, database, trust, exchange, guardians, journal.journal, bounds)
    mandates = _mandates(settings, trust, consent, guardians, journal, book)
    consent.tasks.register(book)
    chains = _chains(settings, database, trust, exchange, consent)
    chains.register(book)
    retention = Retention(DecisionLog())
    retention.register(book)
    agent = _agent(trust, consent, mandates, journal, book)
    rooms = _rooms(
        settings,
        database,
        trust,
        exchange,
        consent,
        mandates,
        agent,
        guardians.accounts,
        journal,
        contracts,
        rights,
        book,
    )
    rooms.examinations.register(book)
    Automation(roles=settings.roles, exchange=exchange).register(book)
    _find_sources(settings, database, exchange, consent, rooms)
    _answer(rights, rooms)
    return Node(
        settings=settings,
        database=database,
        book=book,
        worker=Worker(database, book, threads=WORKER_THREADS),
        trust=trust,
        journal=journal,
        contracts=contracts,
        rights=rights,
        consent=consent,
        retention=retention,
        exchange=exchange,
        chains=chains,
        rooms=rooms,
    )


def _trust(settings: Settings, database: Database, clock: Clock) -> Trust:
    did, key = settings.did, read_key(settings.folder)
    services = {
        "CredentialService": f"{settings.address}{SERVICE_PATH}",
        "DataService": f"{settings.address}/dsp/.well-known/dspace-version",
        "SkillspaceNode": settings.address,
    }
    if settings.is_authority:
        services["IssuerService"] = f"{settings.address}{ISSUER_PATH}"
    retired = [each for each in retired_keys(settings.folder) if each.until > clock()]
    document = did_document(did, [key], services, retired)
    outbound = Outbound(loopback=settings.loopback)
    resolver = DidResolver(outbound, loopback=settings.loopback, own=read_document(document, did))
    tokens = SelfIssuedTokens(did, key, resolver, database, clock)
    issuers = TrustedIssuers(settings.trusted_issuers, authority=settings.authority)
    wallet = CredentialService(
        did=did,
        key=key,
        resolver=resolver,
        trust=issuers.is_trusted,
        issuers={settings.authority, *(each.did for each in settings.trusted_issuers)},
        shows=settings.shown_credentials,
        clock=clock,
    )
    status = StatusChecker(outbound, resolver.key, clock)
    verifier = Verifier(
        tokens=tokens,
        resolver=resolver,
        outbound=outbound,
        trust=issuers.is_trusted,
        check_status=status.check,
        clock=clock,
    )
    peers = PeerClient(outbound, tokens, resolver, own_access=wallet.access_token)
    issuer, authority = None, None
    if settings.is_authority:
        register = Register(issuer_did=did, issuer_key=key, base=f"{settings.address}{STATUS_PATH}")
        issuer = Issuer(did=did, key=key, base=f"{settings.address}{ISSUER_PATH}", register=register)
        legal = LegalIdentities(resolve_key=resolver.key, trust=issuers.is_trusted, check_status=status.check)
        authority = Authority(did=did, data_space=settings.data_space, issuer=issuer, legal=legal)
    directory = Directory(authority=settings.authority, peers=peers)
    return Trust(
        did=did,
        key=key,
        document=document,
        outbound=outbound,
        resolver=resolver,
        tokens=tokens,
        wallet=wallet,
        issuer=issuer,
        sts=SecureTokenService(tokens=tokens, access=wallet.access) if settings.sts else None,
        correspondence=Correspondence(
            holder=wallet, issuer=issuer, tokens=tokens, resolver=resolver, outbound=outbound
        ),
        gatekeeper=Gatekeeper(verifier=verifier, clock=clock, keep=timedelta(seconds=settings.believe_seconds)),
        peers=peers,
        verifier=verifier,
        directory=directory,
        registers=Registers(
            own_did=did,
            key=key,
            resolve_key=resolver.key,
            peers=peers,
            fallback=Record(name=settings.name, country=settings.country, contact=Contact(website=settings.address)),
            members=lambda work: [peer.did for peer in directory.peers(work)],
        ),
        authority=authority,
    )


def _roles(settings: Settings, trust: Trust, work: Work, participant: str) -> frozenset[str]:
    """Return what a participant is: by the authority's list, or by this operator's word for peers of other schemes."""
    member = trust.directory.find(work, participant)
    if member is not None:
        return member.roles
    return frozenset(role for peer in settings.peers if peer.id == participant for role in peer.roles)


def _authentication(settings: Settings, trust: Trust, clock: Clock) -> Authentication:
    """Return the scheme by which peers prove who they are on the protocol; all else is DCP whatever is set here."""
    known = {
        peer.id: Peer(did=peer.id, name=peer.name or peer.id, roles=frozenset(peer.roles)) for peer in settings.peers
    }
    if settings.authentication == "mock":
        return MockAuthentication(settings.participant, known=known, loopback=settings.loopback)
    if settings.authentication == "oauth2" and settings.oauth2 is not None:
        return OAuth2Authentication(settings.participant, settings.oauth2, trust.outbound, known=known, clock=clock)
    return ClaimsAuthentication(trust.peers, trust.gatekeeper.authenticate)


def _journal(settings: Settings, database: Database, trust: Trust) -> JournalRoom:
    """Return the journal, which the authority witnesses, and of the authority three members."""

    def witnesses(work: Work) -> list[str]:
        if not settings.is_authority:
            return [settings.authority]
        return sorted(peer.did for peer in trust.directory.peers(work) if peer.did != trust.did)[:3]

    room = journal_of(
        did=trust.did,
        key=trust.key,
        database=database,
        resolve_key=trust.resolver.key,
        peers=trust.peers,
        witnesses=witnesses,
    )
    room.exhibits.append(Exhibited(prefix=exhibits.GRANTS, exhibit=exhibits.shown_grants, rows=exhibits.every_grant))
    room.exhibits.append(
        Exhibited(prefix=exhibits.RELEASES, exhibit=exhibits.shown_releases, rows=exhibits.every_release)
    )
    return room


def _consent(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    guardians: Guardians,
    journal: Journal,
    bounds: Bounds,
) -> Consent:
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
        country=settings.country,
        find_record=trust.registers.of,
        duty=trust.registers.duty,
        country_of=trust.registers.country,
        may_act=agent_door(with_programs(guardians.may_act), own_did=trust.did),
        why_no_contract=bounds.why_no_contract,
        contract_rules=bounds.contract_rules,
        why_restricted=bounds.why_restricted,
        note=journal.write,
        forget=journal.forget,
    )


def _rights(
    settings: Settings, database: Database, trust: Trust, guardians: Guardians, journal: JournalRoom
) -> RightsRoom:
    """Return the room of people's rights; where their spaces are, everybody who had data of a person is asked."""
    links = Links(trust.peers, database)

    def organisations(work: Work, person: str) -> list[Asked]:
        secret = guardians.accounts.get(work, person).secret
        named = {link.organisation: link.name for link in links.of_person(work, person)}
        for grant in guardians.consents.of_person(work, person):
            named |= {grant.provider: grant.provider_name, grant.recipient: grant.recipient_name}
        return [Asked(did=did, name=name, subject=subject_for(secret, did)) for did, name in named.items()]

    return rights_of(
        own_did=trust.did,
        own_name=settings.name,
        country=settings.country,
        authority=authority_of(settings.country),
        key=trust.key,
        folder=settings.folder,
        database=database,
        resolve_key=trust.resolver.key,
        peers=trust.peers,
        organisations=organisations if settings.is_intermediary else None,
        note=journal.journal.write,
    )


def _answer(rights: RightsRoom, rooms: Rooms) -> None:
    """Let every room that keeps something about people answer for it."""
    rights.answerers.add(holdings_answerer(rooms.holdings))
    rights.answerers.add(received_answerer(rooms.received))
    if (spaces := rooms.spaces) is None:
        return

    def read(work: Work, person: str) -> Download:
        return Download.read(
            work,
            person,
            accounts=rooms.accounts,
            profile=spaces.profile,
            stories=spaces.stories,
            plans=spaces.plans,
            sharing=spaces.sharing,
            consents=spaces.consents,
        )

    rights.answerers.add(own_space_answerer(read))


def _mandates(
    settings: Settings, trust: Trust, consent: Consent, guardians: Guardians, journal: JournalRoom, book: TaskBook
) -> MandateRoom | None:
    """Return the room of mandates where people's spaces are, connected with their consents."""
    if consent.consents is None:
        return None

    def is_officer(work: Work, who: str) -> bool:
        try:
            return "officer" in guardians.accounts.get(work, who).roles
        except NotFound:
            return False

    def roles_of(work: Work, did: str) -> frozenset[str]:
        found = trust.directory.find(work, did)
        return found.roles if found else frozenset()

    room = mandate_of(
        own_did=trust.did,
        key=trust.key,
        grants=guardians,
        is_officer=is_officer,
        roles_of=roles_of,
        # Nobody's identity is proven to this node yet: credentials about somebody then open nothing.
        identifiers_of=lambda _work, _account: (),
        settings=MandateSettings(country=settings.country),
        note=journal.journal.write,
        forget=journal.journal.forget,
    )
    journal.exhibits.append(Exhibited(prefix="mandate.", exhibit=room.mandates.exhibit, rows=room.mandates.exhibited))
    guardians.connect(consents=consent.consents, room=room)
    guardians.register(book)
    room.register(book)
    return room


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


def _agent(
    trust: Trust, consent: Consent, mandates: MandateRoom | None, journal: JournalRoom, book: TaskBook
) -> AgentRoom | None:
    """Return people's agents where their spaces are; what it suggests is not connected yet."""
    if consent.consents is None or mandates is None:
        return None

    def decides_alone(work: Work, person: str) -> bool:
        return mandates.births.standing(work, person, work.now).stage is Stage.SELF

    def roles_of(work: Work, did: str) -> frozenset[str]:
        found = trust.directory.find(work, did)
        return found.roles if found else frozenset()

    room = agent_of(
        consents=consent.consents,
        roles_of=roles_of,
        country_of=trust.registers.country,
        find_record=trust.registers.of,
        decides_alone=decides_alone,
        note=journal.journal.write,
        forget=journal.journal.forget,
    )
    room.register(book)
    return room


def _rooms(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    consent: Consent,
    mandates: MandateRoom | None,
    agent: AgentRoom | None,
    accounts: Accounts,
    journal: JournalRoom,
    contracts: ContractRoom,
    rights: RightsRoom,
    book: TaskBook,
) -> Rooms:
    taxonomies = Taxonomies.open(settings.taxonomies)
    received = Received(exchange=exchange, held=consent.held, uses=consent.uses, peers=trust.peers, database=database)
    received.register(book)
    spaces = None
    if consent.consents is not None and mandates is not None and agent is not None:
        spaces = compose_spaces(
            settings=settings,
            database=database,
            peers=trust.peers,
            resolve_key=trust.resolver.key,
            exchange=exchange,
            consents=consent.consents,
            held=consent.held,
            uses=consent.uses,
            mandates=mandates,
            agent=agent,
            delegations=Delegations(journal.journal.write),
            rights=rights,
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
        registers=trust.registers,
        journal=journal,
        contracts=contracts,
        rights=rights,
        authority=trust.authority,
        holdings=Holdings(),
        received=received,
        consent=consent,
        insight=insight,
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
        if offering is None:
            return None
        if offering.id == PROFILE_DATASET and profile is not None:
            return profile
        if offering.personal:
            return holdings
        return FeedSource(feed_path(settings.folder, offering.id), offering.media_type, digests)

    exchange.sources.otherwise(resolve)
