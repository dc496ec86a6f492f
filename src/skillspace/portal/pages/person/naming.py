"""Names as a person reads them: skills, organisations, kinds of data, purposes and records, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable

from skillspace.people.profile import SELF, StoredRecord
from skillspace.portal.pages.frame import Visit
from skillspace.portal.views.common import Place
from skillspace.portal.words import N_
from skillspace.records.model import RecordKind
from skillspace.skills.taxonomy.folding import fold
from skillspace.trust.consent.notices.notice import kind_label, purpose_label

RECORD_KINDS = {
    RecordKind.DIPLOMA.value: N_("Diploma"),
    RecordKind.DIPLOMA_SUPPLEMENT.value: N_("Diploma supplement"),
    RecordKind.MICRO_CREDENTIAL.value: N_("Micro-credential"),
    RecordKind.TRANSCRIPT.value: N_("Transcript"),
    RecordKind.BADGE.value: N_("Badge"),
    RecordKind.EMPLOYMENT.value: N_("Proof of a job"),
    RecordKind.ASSESSMENT.value: N_("Test result"),
    RecordKind.PROFILE.value: N_("Profile"),
    RecordKind.SCHOOL_RECORD.value: N_("School record"),
    RecordKind.STORY.value: N_("Story"),
}


class Names:
    """The names one page needs; organisations on the members' list carry the mark of a checked identity."""

    def __init__(self, visit: Visit) -> None:
        self._taxonomies = visit.rooms.taxonomies
        self._labels: dict[str, str] = {}
        self._members = {peer.did for peer in visit.rooms.directory.peers(visit.work)}
        self.words = visit.words
        self.language = visit.language

    def skill(self, uri: str) -> str:
        """Return a concept's label, or the URI where no loaded taxonomy knows it."""
        if uri not in self._labels:
            is_known = self._taxonomies.has(uri)
            self._labels[uri] = self._taxonomies.label(uri, self.language) if is_known else uri
        return self._labels[uri]

    def theirs(self, words: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return what a provider calls concepts, by URI, where that differs from the usual label."""
        return {uri: word for uri, word in words if fold(word) != fold(self.skill(uri))}

    def place(self, did: str, name: str) -> Place:
        """Return an organisation, or the person themselves, as a place things come from."""
        if did == SELF:
            return Place(name=self.words.gettext("You"))
        return Place(name=name or did, is_verified=did in self._members)

    def kinds(self, kinds: tuple[str, ...] | list[str]) -> tuple[str, ...]:
        """Return kinds of data in words."""
        return tuple(kind_label(kind, self.language) for kind in kinds)

    def purpose(self, purpose: str) -> str:
        """Return what data is used for, in words."""
        return purpose_label(purpose, self.language)

    def record(self, stored: StoredRecord) -> str:
        """Return a record's own title; its kind where it has none or could not be read."""
        title = stored.record.title if stored.record else ""
        return title or self.record_kind(stored)

    def record_kind(self, stored: StoredRecord) -> str:
        """Return what sort of proof a record is."""
        kind = stored.record.kind.value if stored.record else stored.kind.replace("-", "_")
        return self.words.gettext(RECORD_KINDS[kind]) if kind in RECORD_KINDS else stored.kind
