"""Composing what only an intermediary has: the rooms of people's own spaces, and their market."""

from __future__ import annotations

from skillspace.exchange import Exchange
from skillspace.market import Feeds
from skillspace.market.index import Market, MatchIndexes
from skillspace.market.index import register as register_market
from skillspace.node.settings import Settings
from skillspace.people.accounts import Accounts
from skillspace.people.asks import Asks
from skillspace.people.gathering import Gathering
from skillspace.people.gathering.reading import Reading
from skillspace.people.leaving import Erasure
from skillspace.people.links import Links
from skillspace.people.links.tasks import register as register_links
from skillspace.people.plan import Plans
from skillspace.people.profile import Profile
from skillspace.people.sharing import Sharing
from skillspace.people.stories import Stories
from skillspace.portal.rooms import Spaces
from skillspace.records.credentials import KeyResolver
from skillspace.skills.enrichment import Enricher
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook
from skillspace.trust.agent import AgentRoom
from skillspace.trust.consent import Consents, HeldGrants, Uses
from skillspace.trust.consent.govstack import Delegations
from skillspace.trust.identity import PeerClient
from skillspace.trust.mandate import MandateRoom
from skillspace.trust.rights import RightsRoom


def compose_spaces(
    *,
    settings: Settings,
    database: Database,
    peers: PeerClient,
    resolve_key: KeyResolver,
    exchange: Exchange,
    consents: Consents,
    held: HeldGrants,
    uses: Uses,
    mandates: MandateRoom,
    agent: AgentRoom,
    delegations: Delegations,
    rights: RightsRoom,
    accounts: Accounts,
    taxonomies: Taxonomies,
    book: TaskBook,
) -> Spaces:
    """Build the rooms and let each take its tasks and events."""
    profile = Profile(taxonomies, accounts)
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
        reading=Reading(resolve_key, database.clock),
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
    erasure = Erasure(
        accounts=accounts,
        consents=consents,
        mandates=mandates,
        agent=agent,
        delegations=delegations,
        rights=rights,
        gathering=gathering,
        links=links,
        plans=plans,
        profile=profile,
        sharing=sharing,
        stories=stories,
    )
    return Spaces(
        consents=consents,
        mandates=mandates,
        agent=agent,
        delegations=delegations,
        profile=profile,
        links=links,
        asks=asks,
        gathering=gathering,
        stories=stories,
        plans=plans,
        sharing=sharing,
        erasure=erasure,
        market=market,
        indexes=indexes,
        feeds=feeds,
    )
