"""Composing an organisation's part in the market: its statistics, its words, its oversight, the matching it sells."""

from __future__ import annotations

from skillspace.exchange import Exchange
from skillspace.insight import Insight
from skillspace.market.matching_service import Selling, sell
from skillspace.market.oversight import Circles, Oversight, Stock
from skillspace.market.review import ReviewRoom
from skillspace.market.targets import Targets
from skillspace.market.vacancies import read_vacancy
from skillspace.node.feeds import feed_path, own_feeds
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust
from skillspace.people.received import Received
from skillspace.portal.rooms import Spaces
from skillspace.skills.answering import Answers
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Consent
from skillspace.trust.journal import JournalRoom
from skillspace.trust.rights import RightsRoom


def insight_in(
    settings: Settings,
    trust: Trust,
    exchange: Exchange,
    taxonomies: Taxonomies,
    rights: RightsRoom,
    spaces: Spaces | None,
    book: TaskBook,
) -> Insight:
    """Return the statistics of territories, counted where people's spaces are."""
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
    return insight


def review_in(settings: Settings, taxonomies: Taxonomies, spaces: Spaces | None, book: TaskBook) -> ReviewRoom:
    """Return what this organisation's people say of links and mappings, about its own offers or the market's."""
    feeds = own_feeds(settings.folder)
    review = ReviewRoom(
        folder=settings.folder,
        prepared=settings.taxonomies.parent,
        taxonomies=taxonomies,
        languages=settings.languages,
        market=spaces.market if spaces else None,
        feed=lambda dataset: feeds(dataset).feed,
    )
    review.register(book)
    return review


def oversight_in(
    settings: Settings,
    trust: Trust,
    taxonomies: Taxonomies,
    received: Received,
    consent: Consent,
    review: ReviewRoom,
    targets: Targets,
    journal: JournalRoom,
) -> Oversight:
    """Return what those who match see and say of it; a remark goes with the grant it rests on."""
    oversight = Oversight(
        received=received,
        circles=Circles(received, taxonomies, targets.numbered),
        vacancies=Stock(own_feeds(settings.folder)("vacancies").feed, read_vacancy, review.heard),
        peers=trust.peers,
        note=journal.journal.write,
    )
    consent.held.on_delete("remarks", oversight.decisions.forget)
    return oversight


def selling_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    journal: JournalRoom,
    answers: Answers,
    book: TaskBook,
) -> Selling | None:
    """Return the matching that this organisation sells, where its operator said so."""
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
