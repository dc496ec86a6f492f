"""Composing what pages reach: the rooms of any node, and people's own spaces where it is an intermediary."""

from __future__ import annotations

from functools import partial

from skillspace.exchange import Exchange
from skillspace.market.targets import Targets
from skillspace.node.consenting import agent_in
from skillspace.node.exchanging import examinations_in
from skillspace.node.feeds import own_feeds
from skillspace.node.marketplace import insight_in, oversight_in, review_in
from skillspace.node.recognising import identifiers_in, recognition_in
from skillspace.node.settings import Settings
from skillspace.node.spaces import compose_spaces
from skillspace.node.trusting import Trust
from skillspace.node.validating import validation_desk_in, validations_in
from skillspace.node.verifying import verification_in
from skillspace.node.wallets import issuance_in, presentations_in, wallets_in
from skillspace.people.accounts import Passkeys, Sessions, cookie_for
from skillspace.people.gathering import Reading
from skillspace.people.guardians import Guardians
from skillspace.people.received import Received
from skillspace.portal.rooms import Rooms, Spaces, WrittenPeer
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Consent
from skillspace.trust.consent.govstack import Delegations
from skillspace.trust.contract import ContractRoom
from skillspace.trust.journal import JournalRoom
from skillspace.trust.mandate import MandateRoom
from skillspace.trust.rights import RightsRoom


def rooms_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    book: TaskBook,
    *,
    exchange: Exchange,
    consent: Consent,
    mandates: MandateRoom | None,
    guardians: Guardians,
    journal: JournalRoom,
    contracts: ContractRoom,
    rights: RightsRoom,
) -> Rooms:
    """Build the rooms and let each take its tasks."""
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
    spaces = _spaces_in(
        settings, database, trust, book, exchange, consent, mandates, guardians, journal, rights, taxonomies
    )
    issuance = issuance_in(settings, trust, book)
    recognition = recognition_in(settings, database, trust, journal.journal, book)
    insight = insight_in(settings, trust, exchange, taxonomies, rights, spaces, book)
    review = review_in(settings, taxonomies, spaces, book)
    targets = Targets(words=review.words, mappings=review.mappings, languages=settings.languages)
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
        accounts=guardians.accounts,
        sessions=Sessions(),
        passkeys=Passkeys(guardians.accounts, settings.address, settings.name),
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
        issuance=issuance,
        validation_desk=validation_desk_in(
            settings, database, trust, exchange, consent, issuance, rights, journal.journal, book, taxonomies
        ),
        presentations=presentations_in(settings, database, trust, book),
        verification=verification_in(settings, database, trust),
        received=received,
        consent=consent,
        insight=insight,
        review=review,
        oversight=oversight_in(settings, trust, taxonomies, received, consent, review, targets, journal),
        targets=targets,
        spaces=spaces,
        own_feeds=own_feeds(settings.folder),
        examinations=examinations_in(settings, database, trust, exchange, book),
        written_peers=tuple(
            WrittenPeer(id=each.id, name=each.name, address=each.address or "") for each in settings.peers
        ),
    )


def _spaces_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    book: TaskBook,
    exchange: Exchange,
    consent: Consent,
    mandates: MandateRoom | None,
    guardians: Guardians,
    journal: JournalRoom,
    rights: RightsRoom,
    taxonomies: Taxonomies,
) -> Spaces | None:
    if consent.consents is None or consent.desk is None or mandates is None:
        return None
    return compose_spaces(
        settings=settings,
        database=database,
        peers=trust.peers,
        reading=Reading(trust.keys, database.clock, trust.status.check),
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
        accounts=guardians.accounts,
        taxonomies=taxonomies,
        identifiers=identifiers_in(settings, database, trust, journal.journal),
        wallets_in=partial(wallets_in, settings, database, trust, book),
        validations_in=partial(validations_in, settings, database, trust, exchange, consent, journal.journal, book),
        note=journal.journal.write,
        book=book,
    )
