"""What stands between a person and their data: consent, rights, mandates, the agent, and the journal of it all."""

from __future__ import annotations

from skillspace.exchange import Exchange
from skillspace.kernel.errors import NotFound
from skillspace.node.bounds import Bounds
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust
from skillspace.people.answers import (
    holdings_answerer,
    organisations_of,
    own_space_answerer,
    received_answerer,
    register_answerer,
)
from skillspace.people.guardians import Guardians
from skillspace.people.identifiers import proven_identifiers
from skillspace.people.learning import learning_answerer
from skillspace.people.leaving.download import Download
from skillspace.people.links import Links
from skillspace.portal.rooms import Rooms
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.agent import AgentRoom, agent_door, agent_of
from skillspace.trust.agent.ports import AimOf, Catalogue, PeopleWithGoals
from skillspace.trust.consent import Consent, Consents, consent_of, subject_for
from skillspace.trust.consent.govstack import with_programs
from skillspace.trust.consent.log import exhibits
from skillspace.trust.consent.notices.notice import authority_of
from skillspace.trust.journal import Exhibited, Journal, JournalRoom, journal_of
from skillspace.trust.mandate import MandateRoom, Stage, mandate_of
from skillspace.trust.mandate import Settings as MandateSettings
from skillspace.trust.rights import Asked, RightsRoom, rights_of


def journal_in(settings: Settings, database: Database, trust: Trust) -> JournalRoom:
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


def consent_in(
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
        circumstances=bounds.circumstances,
        why_restricted=bounds.why_restricted,
        note=journal.write,
        forget=journal.forget,
    )


def rights_in(
    settings: Settings, database: Database, trust: Trust, guardians: Guardians, journal: JournalRoom
) -> RightsRoom:
    """Return the room of people's rights; where their spaces are, everybody who had data of a person is asked."""
    links = Links(trust.peers, database)

    def organisations(work: Work, person: str) -> list[Asked]:
        secret = guardians.accounts.get(work, person).secret
        named = organisations_of(work, person, links, guardians.consents)
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


def let_answer(rights: RightsRoom, rooms: Rooms) -> None:
    """Let every room that keeps something about people answer for it."""
    rights.answerers.add(holdings_answerer(rooms.holdings))
    rights.answerers.add(register_answerer(rooms.holdings, rooms.recognition.contacts))
    rights.answerers.add(received_answerer(rooms.received, rooms.consent.held, rooms.registers.duty))
    rights.answerers.add(rooms.oversight.answerer())
    if (spaces := rooms.spaces) is None:
        return

    def read(work: Work, person: str) -> Download:
        return spaces.everything(work, person, rooms.accounts)

    rights.answerers.add(own_space_answerer(read))
    rights.answerers.add(learning_answerer(spaces.learning))


def mandates_in(
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

    room = mandate_of(
        own_did=trust.did,
        key=trust.key,
        grants=guardians,
        is_officer=is_officer,
        roles_of=trust.roles_of,
        identifiers_of=proven_identifiers,
        settings=MandateSettings(country=settings.country),
        note=journal.journal.write,
        forget=journal.journal.forget,
    )
    journal.exhibits.append(Exhibited(prefix="mandate.", exhibit=room.mandates.exhibit, rows=room.mandates.exhibited))
    guardians.connect(consents=consent.consents, room=room)
    guardians.register(book)
    room.register(book)
    return room


def agent_in(
    trust: Trust,
    consents: Consents,
    mandates: MandateRoom,
    guardians: Guardians,
    journal: JournalRoom,
    book: TaskBook,
    *,
    aim_of: AimOf,
    catalogue: Catalogue,
    people: PeopleWithGoals,
) -> AgentRoom:
    """Return people's agents; what people aim at and what is on offer come from the rooms above."""

    def decides_alone(work: Work, person: str) -> bool:
        return mandates.births.standing(work, person, work.now).stage is Stage.SELF

    room = agent_of(
        consents=consents,
        roles_of=trust.roles_of,
        country_of=trust.registers.country,
        find_record=trust.registers.of,
        decides_alone=decides_alone,
        may_wish=guardians.may_wish,
        aim_of=aim_of,
        catalogue=catalogue,
        people=people,
        note=journal.journal.write,
        forget=journal.journal.forget,
    )
    room.register(book)
    return room
