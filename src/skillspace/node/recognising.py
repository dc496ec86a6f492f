"""Composing how people are recognised: by an organisation among its own, by an intermediary among its people."""

from __future__ import annotations

from skillspace.node.keys import own_secret
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust
from skillspace.people.holdings import Holdings
from skillspace.people.identifiers import Identifiers
from skillspace.people.recognition import Recognition, Showing
from skillspace.people.recognition import register as register_letters
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook
from skillspace.trust.journal import Journal
from skillspace.wire.mail import postbox_of


def showing_in(settings: Settings, trust: Trust) -> Showing:
    """Return what reads the presentations that people's wallets make for this node."""
    return Showing(
        own_did=trust.did,
        key=own_secret(settings.folder),
        resolve_key=trust.resolver.key,
        trust=trust.issuers.is_trusted,
        check_status=trust.status.check,
    )


def recognition_in(
    settings: Settings, database: Database, trust: Trust, journal: Journal, book: TaskBook
) -> Recognition:
    """Return how this organisation recognises its people, with its letters sent as the operator said."""
    recognition = Recognition(
        terms=settings.linking,
        holdings=Holdings(journal.write),
        showing=showing_in(settings, trust),
        key=own_secret(settings.folder),
        note=journal.write,
    )
    postbox = postbox_of(settings.mail, settings.folder, database.clock) if settings.mail is not None else None
    register_letters(book, recognition.letters, postbox, settings.name)
    return recognition


def identifiers_in(settings: Settings, database: Database, trust: Trust, journal: Journal) -> Identifiers:
    """Return what the people of this intermediary have proven to be theirs."""
    return Identifiers(
        own_did=trust.did,
        terms=settings.identifying,
        showing=showing_in(settings, trust),
        database=database,
        note=journal.write,
    )
