"""Composing what wallets need: the issuer and the verifier every organisation is, and people's own wallets."""

from __future__ import annotations

from collections.abc import Callable

from skillspace.node.certificates import chain_of
from skillspace.node.keys import own_secret
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust
from skillspace.people.gathering import Reading
from skillspace.people.profile import Profile
from skillspace.people.wallet import SIGNED_IN, CardRecords, Issuers, Verifiers, Wallets, WalletTasks
from skillspace.records.formats.issuing import Issuer
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.identity.resolver import root_of_did
from skillspace.trust.issuance import Issuance
from skillspace.trust.issuers.certified import member_that_is, names_of
from skillspace.trust.presentation import Presentations, Reader


def issuance_in(settings: Settings, trust: Trust, book: TaskBook) -> Issuance:
    """Return what offers this organisation's credentials to wallets: those of members, and those written down."""
    written = {each.client_id: each.redirect_uris for each in settings.wallets}

    def clients(work: Work, client_id: str) -> tuple[str, ...]:
        if client_id in written:
            return written[client_id]
        member = trust.directory.find(work, client_id)
        if member is None or "intermediary" not in member.roles:
            return ()
        return (f"{root_of_did(client_id, loopback=settings.loopback)}{SIGNED_IN}",)

    issuance = Issuance(
        issuer=Issuer(did=trust.did, name=settings.name, key=trust.key, chain=chain_of(settings, trust.key)),
        address=settings.address,
        key=own_secret(settings.folder),
        languages=settings.languages,
        clients=clients,
    )
    issuance.tasks(book)
    return issuance


def presentations_in(settings: Settings, database: Database, trust: Trust, book: TaskBook) -> Presentations:
    """Return what asks wallets in this organisation's name; members' credentials count, and trusted issuers'."""

    def is_trusted(issuer: str, types: tuple[str, ...]) -> bool:
        names = names_of(issuer)
        if trust.did in names or any(trust.issuers.is_trusted(name, types) for name in names):
            return True
        with database.reading() as work:
            return member_that_is(issuer, trust.directory, work) is not None

    reader = Reader(
        resolve_key=trust.keys,
        trust=is_trusted,
        check_plain=trust.status.check,
        check_selective=trust.status.check_selective,
    )
    presentations = Presentations(
        did=trust.did,
        name=settings.name,
        key=trust.key,
        address=settings.address,
        secret=own_secret(settings.folder),
        reader=reader,
        database=database,
        chain=chain_of(settings, trust.key),
    )
    presentations.tasks(book)
    return presentations


def wallets_in(
    settings: Settings,
    database: Database,
    trust: Trust,
    book: TaskBook,
    *,
    decides_alone: Callable[[Work, str], bool],
    profile: Profile,
    reading: Reading,
) -> Wallets:
    """Return the wallets of the people of this intermediary; what their cards say counts in `profile`."""

    def name_of(work: Work, did: str) -> str | None:
        found = trust.directory.find(work, did)
        return found.name if found else None

    records = CardRecords(profile, reading)
    secret = own_secret(settings.folder)
    issuers = Issuers(trust.outbound, database.clock, did=trust.did, address=settings.address, secret=secret)
    verifiers = Verifiers(trust.outbound, trust.resolver.key, database.clock, trust.anchors, trust.standings)
    WalletTasks(
        issuers=issuers,
        verifiers=verifiers,
        records=records,
        resolve_key=trust.keys,
        secret=secret,
        database=database,
    ).register(book)
    return Wallets(
        issuers=issuers,
        verifiers=verifiers,
        records=records,
        database=database,
        decides_alone=decides_alone,
        name_of=name_of,
    )
