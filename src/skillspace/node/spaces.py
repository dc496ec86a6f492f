"""Composing what only an intermediary has: the rooms of people's own spaces, and their market."""

from __future__ import annotations

from collections.abc import Callable

from skillspace.exchange import Exchange
from skillspace.insight import in_demand
from skillspace.market import Feeds
from skillspace.market.apps import Apps
from skillspace.market.asking import Asking
from skillspace.market.index import Market, MatchIndexes
from skillspace.market.index import register as register_market
from skillspace.market.matching_service import Buying
from skillspace.market.news import NewsOfTheMarket
from skillspace.market.on_offer import OnTheMarket
from skillspace.node.keys import own_secret
from skillspace.node.learning import learning_in
from skillspace.node.settings import Settings
from skillspace.people.accounts import Accounts
from skillspace.people.aims import Aims
from skillspace.people.alerts import Alerts, AlertTasks, Seekers
from skillspace.people.asks import Asks
from skillspace.people.gathering import Gathering
from skillspace.people.gathering.reading import Reading
from skillspace.people.identifiers import Identifiers
from skillspace.people.leaving import Erasure
from skillspace.people.links import Links
from skillspace.people.links.tasks import register as register_links
from skillspace.people.mailboxes import Mailboxes
from skillspace.people.mailboxes import register as register_mailboxes
from skillspace.people.plan import Plans
from skillspace.people.profile import Profile, rules_in
from skillspace.people.sharing import Sharing
from skillspace.people.stories import Stories
from skillspace.people.validation import Validations
from skillspace.people.wallet import Wallets
from skillspace.portal.rooms import Spaces
from skillspace.skills.enrichment import Enricher
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.agent import AgentRoom
from skillspace.trust.agent.ports import FindRecord
from skillspace.trust.consent import Consents, Gate, HeldGrants, Uses
from skillspace.trust.consent.govstack import Delegations
from skillspace.trust.consent.ports import Note
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.identity import Peer, PeerClient
from skillspace.trust.mandate import MandateRoom, Stage
from skillspace.trust.rights import RightsRoom
from skillspace.wire.mail import postbox_of


def compose_spaces(
    *,
    settings: Settings,
    database: Database,
    peers: PeerClient,
    reading: Reading,
    exchange: Exchange,
    consents: Consents,
    gate: Gate,
    desk: UseDesk,
    held: HeldGrants,
    uses: Uses,
    mandates: MandateRoom,
    agent_in: Callable[..., AgentRoom],
    find_member: Callable[[Work, str], Peer | None],
    find_record: FindRecord,
    delegations: Delegations,
    rights: RightsRoom,
    accounts: Accounts,
    taxonomies: Taxonomies,
    identifiers: Identifiers,
    wallets_in: Callable[..., Wallets],
    validations_in: Callable[..., Validations],
    note: Note,
    book: TaskBook,
) -> Spaces:
    """Build the rooms and let each take its tasks and events; `agent_in` makes people's agents of what they look at."""
    profile = Profile(taxonomies, accounts, rules_in(settings.merging_file))
    links = Links(peers, database)
    register_links(book, links)
    asks = Asks(consents=consents, links=links, exchange=exchange)
    asks.register(book)
    gathering = Gathering(
        consents=consents,
        held=held,
        uses=uses,
        exchange=exchange,
        profile=profile,
        reading=reading,
    )
    gathering.register(book)
    enricher = Enricher.build(taxonomies, settings.languages, settings.taxonomies.parent / "enrichment")
    stories = Stories(profile, enricher.enrich)
    plans = Plans()
    sharing = Sharing(consents=consents, accounts=accounts, profile=profile, plans=plans)
    market = Market()
    indexes = MatchIndexes(settings.folder, taxonomies, market)
    register_market(book, indexes)
    feeds = Feeds(exchange=exchange, market=market, own_did=consents.own_did, folder=settings.folder / "incoming")
    feeds.register(book)
    asking = Asking(exchange=exchange, own_did=consents.own_did, find_member=find_member, find_record=find_record)
    apps = Apps(exchange=exchange, asking=asking, named=enricher.named_skills)
    on_the_market = OnTheMarket(asking=asking, market=market, indexes=indexes, apps=apps.on_offer)
    partners = Buying(
        sellers=settings.buys_matching_from,
        exchange=exchange,
        consents=consents,
        desk=desk,
        gate=gate,
        accounts=accounts,
        profile=profile,
        find_member=find_member,
        is_published=lambda uri: taxonomies.has(uri) and taxonomies.concept(uri).scheme == "esco",
        database=database,
    )
    partners.register(book)
    aims = Aims(plans=plans, profile=profile, taxonomies=taxonomies)

    def left_out(work: Work) -> frozenset[str]:
        return rights.restrictions.left_out(work, consents.own_did)

    def people(work: Work, after: str, limit: int) -> list[str]:
        return plans.planning(work, after, limit, leave_out=left_out(work))

    def decides_alone(work: Work, person: str) -> bool:
        return mandates.births.standing(work, person, work.now).stage is Stage.SELF

    agent = agent_in(aim_of=aims.of, catalogue=on_the_market.for_aim, people=people)
    postbox = postbox_of(settings.mail, settings.folder, database.clock) if settings.mail is not None else None
    mailboxes = Mailboxes(accounts=accounts, key=own_secret(settings.folder), is_open=postbox is not None)
    register_mailboxes(book, mailboxes, postbox, settings.name)
    wallets = wallets_in(decides_alone=decides_alone, profile=profile, reading=reading)
    validations = validations_in(accounts=accounts, profile=profile, wallets=wallets)
    alerts = Alerts(note=note, decides_alone=decides_alone)
    alert_tasks = AlertTasks(
        alerts=alerts,
        accounts=accounts,
        source=NewsOfTheMarket(market=market, indexes=indexes, taxonomies=taxonomies, in_demand=in_demand),
        seeker_of=Seekers(accounts=accounts, profile=profile, plans=plans).of,
        left_out=left_out,
        postbox=postbox,
        own_name=settings.name,
        address=settings.address,
    )
    alert_tasks.register(book)
    erasure = Erasure(
        accounts=accounts,
        consents=consents,
        mandates=mandates,
        agent=agent,
        alerts=alerts,
        delegations=delegations,
        rights=rights,
        gathering=gathering,
        links=links,
        plans=plans,
        profile=profile,
        sharing=sharing,
        stories=stories,
        validations=validations,
        wallets=wallets,
    )
    return Spaces(
        consents=consents,
        mandates=mandates,
        agent=agent,
        alerts=alerts,
        alert_tasks=alert_tasks,
        delegations=delegations,
        profile=profile,
        links=links,
        identifiers=identifiers,
        mailboxes=mailboxes,
        asks=asks,
        gathering=gathering,
        stories=stories,
        plans=plans,
        sharing=sharing,
        wallets=wallets,
        validations=validations,
        learning=learning_in(profile, rights, consents.own_did),
        erasure=erasure,
        market=market,
        indexes=indexes,
        feeds=feeds,
        partners=partners,
    )
