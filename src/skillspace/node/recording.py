"""Composing the learning record store: what an organisation's tools say of its people, shown to them on a shelf."""

from __future__ import annotations

from contextlib import suppress

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.node.settings import Settings
from skillspace.people.statements import KIND, RecordStore, RecordStoreTerms, StatementShelf
from skillspace.portal.rooms import Rooms
from skillspace.records.derivation import Rules, read_rules
from skillspace.storage.database import Database, Work
from skillspace.trust.consent import subject_for


def record_store_in(settings: Settings, database: Database, rooms: Rooms) -> RecordStore | None:
    """Return the record store, where the operator wants one; raise BadInput for rules of derivation that do not fit."""
    terms = settings.learning_records
    if terms is None:
        return None

    def stopped(work: Work) -> frozenset[str]:
        return _stopped(work, rooms, shelf)

    store = RecordStore(database, settings.address, stopped)
    contacts = rooms.recognition.contacts
    shelf = StatementShelf(store.statements, store.documents, contacts, terms, _rules(settings, terms))
    rooms.holdings.add_shelf(shelf)
    return store


def _rules(settings: Settings, terms: RecordStoreTerms) -> Rules | None:
    if terms.rules is None:
        return None
    try:
        return read_rules((settings.folder / terms.rules).read_bytes())
    except OSError:
        raise BadInput(f"The rules of [learning_records] cannot be read: {settings.folder / terms.rules}.") from None


def _stopped(work: Work, rooms: Rooms, shelf: StatementShelf) -> frozenset[str]:
    """Return the agents of everybody who stopped the use of their data: tools have no consent to rest on."""
    found: set[str] = set()
    for intermediary, subject in rooms.rights.restrictions.subjects(work):
        restrictions = rooms.rights.restrictions
        if restrictions.is_restricted(work, intermediary, subject, None, dataset=shelf.dataset, kinds=(KIND,)):
            record = rooms.holdings.record_of(
                work, intermediary=intermediary, subject=_towards_us(work, rooms, intermediary, subject)
            )
            if record is not None:
                found.update(shelf.known_as(work, record[0].local_id))
    return frozenset(found)


def _towards_us(work: Work, rooms: Rooms, intermediary: str, subject: str) -> str:
    """Return the name of a person towards this organisation: of those whose space is here the room of rights knows the
    person themselves."""
    if intermediary == rooms.did:
        with suppress(NotFound):
            return subject_for(rooms.accounts.get(work, subject).secret, rooms.did)
    return subject
