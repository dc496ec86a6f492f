"""Composing the validation of skills: people's cases where their spaces are, and the desk of who validates."""

from __future__ import annotations

from functools import partial

from skillspace.exchange import Exchange
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust
from skillspace.people.accounts import Accounts
from skillspace.people.profile import Profile
from skillspace.people.validation import (
    CaseTasks,
    Judging,
    Releasing,
    ValidationDesk,
    Validations,
    Watch,
    validation_answerer,
)
from skillspace.people.wallet import Wallets
from skillspace.records.credentials.status_list import MAX_LIST_BYTES
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Consent
from skillspace.trust.issuance import Issuance
from skillspace.trust.journal import Journal
from skillspace.trust.rights import RightsRoom
from skillspace.trust.status.checker import ACCEPT
from skillspace.wire.outbound import Outbound


def validations_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    consent: Consent,
    journal: Journal,
    book: TaskBook,
    *,
    accounts: Accounts,
    profile: Profile,
    wallets: Wallets,
) -> Validations:
    """Return the cases of the people of this intermediary, with the tasks that carry them."""
    assert consent.consents is not None  # noqa: S101 - only where people's spaces are
    assert consent.desk is not None  # noqa: S101 - as above
    validations = Validations(
        validators=settings.validated_by,
        exchange=exchange,
        consents=consent.consents,
        accounts=accounts,
        profile=profile,
        find_member=trust.directory.find,
        resolve_key=trust.resolver.key,
        check_status=trust.status.check,
        fetch_list=partial(_published, trust.outbound),
        database=database,
        note=journal.write,
    )
    validations.register(book)
    Watch(profile=profile, resolve_key=trust.resolver.key, check_status=trust.status.check).register(book)
    CaseTasks(
        validations=validations,
        consents=consent.consents,
        desk=consent.desk,
        gate=consent.gate,
        releasing=Releasing(own_did=trust.did, own_name=settings.name, key=trust.key, profile=profile),
        peers=trust.peers,
        take=wallets.take,
    ).register(book)
    return validations


def validation_desk_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    exchange: Exchange,
    consent: Consent,
    issuance: Issuance,
    rights: RightsRoom,
    journal: Journal,
    book: TaskBook,
    taxonomies: Taxonomies,
) -> ValidationDesk:
    """Return the desk where this organisation validates skills, if its operator said that it does."""

    def label_of(skill: str) -> str | None:
        return taxonomies.label(skill, settings.languages[0]) if taxonomies.has(skill) else None

    desk = ValidationDesk(
        exchange=exchange,
        held=consent.held,
        restrictions=rights.restrictions,
        judging=Judging(own_did=trust.did, own_name=settings.name, key=trust.key, issuance=issuance),
        resolve_key=trust.resolver.key,
        peers=trust.peers,
        database=database,
        note=journal.write,
        is_open=settings.validates,
        label_of=label_of,
    )
    desk.register(book)
    rights.answerers.add(validation_answerer(desk))
    return desk


def _published(outbound: Outbound, address: str) -> str:
    """Return the status list at an address as its issuer publishes it now."""
    reply = outbound.send("GET", address, headers={"Accept": ACCEPT}, max_bytes=MAX_LIST_BYTES)
    if reply.status != 200:
        raise NotFound(f"There is no status list at {address[:200]}.")
    try:
        return reply.body.decode().strip()
    except UnicodeDecodeError:
        raise BadInput(f"What is published at {address[:200]} is no status list.") from None
