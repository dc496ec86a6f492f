"""What leaves for a case: the person's own words and the documents they chose, each with a hop this node signs."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from skillspace.people.profile import Claim, Profile, StoredRecord
from skillspace.people.validation.messages import EvidenceSent
from skillspace.people.validation.model import (
    MAX_DOCUMENT_BYTES,
    MAX_DOCUMENTS_BYTES,
    OWN_WORDS,
    RECORDS,
    Case,
)
from skillspace.records.model import ProofStatus, ValidationLevel
from skillspace.records.trail import Hop, HopKind, fingerprint, write_hop
from skillspace.storage.database import Work
from skillspace.trust.consent import Release
from skillspace.wire.jose import SigningKey

OWN_WORDS_TITLE = "In their own words"


@dataclass(frozen=True, kw_only=True)
class Releasing:
    """Makes the evidence of a case, in the name of this node, of what a release covers."""

    own_did: str
    own_name: str
    key: SigningKey
    profile: Profile

    def evidence(self, work: Work, case: Case, release: Release, words: str) -> list[EvidenceSent]:
        """Return what goes: the words, and of the person's documents those that the release covers."""
        assert release.person is not None  # noqa: S101 - the caller asked
        claims = [claim for claim in self.profile.claims(work, release.person) if claim.key == case.skill]
        chosen = release.items.get(RECORDS, ()) if RECORDS in release.kinds else ()
        held = {record.id: record for record in self.profile.records(work, release.person)}
        found = [self._words(case, release.subject, words, work.now)]
        room = MAX_DOCUMENTS_BYTES
        for record in (held[name] for name in chosen if name in held):
            said = [claim for claim in claims if claim.record == record.id]
            size = len(record.document)
            goes = 0 < size <= min(room, MAX_DOCUMENT_BYTES)
            room -= size if goes else 0
            found.append(self._document(case, release.subject, record, said, work.now, goes=goes))
        return found

    def _words(self, case: Case, subject: str, words: str, at: datetime) -> EvidenceSent:
        hop = self._hop(case, subject, OWN_WORDS_TITLE, at, kind=HopKind.TRACE, level=ValidationLevel.SELF_DECLARED)
        return EvidenceSent(
            id=OWN_WORDS,
            title=OWN_WORDS_TITLE,
            kind="story",
            source=self.own_name,
            media_type="text/plain",
            document=base64.b64encode(words.encode()).decode(),
            hop=self._signed(hop, words.encode()),
        )

    def _document(
        self, case: Case, subject: str, record: StoredRecord, said: Sequence[Claim], at: datetime, *, goes: bool
    ) -> EvidenceSent:
        """A document whose issuer's signature held begins as a credential, any other as a trace."""
        best = max((claim.validation for claim in said), default=ValidationLevel.SELF_DECLARED)
        is_signed = record.record is not None and record.record.proof is ProofStatus.SIGNED_BY_ISSUER
        kind = HopKind.CREDENTIAL if is_signed and best >= ValidationLevel.ASSESSED else HopKind.TRACE
        most = ValidationLevel.CERTIFIED if kind is HopKind.CREDENTIAL else ValidationLevel.INFERRED
        title = (record.record.title if record.record else "")[:300] or record.record_id[:300]
        hop = self._hop(case, subject, title, at, kind=kind, level=min(best, most))
        return EvidenceSent(
            id=record.id,
            title=title,
            kind=record.kind[:60],
            source=record.source_name[:300],
            media_type=record.media_type[:100],
            document=base64.b64encode(record.document).decode() if goes else None,
            hop=self._signed(hop, record.document),
        )

    def _hop(self, case: Case, subject: str, title: str, at: datetime, *, kind: HopKind, level: ValidationLevel) -> Hop:
        return Hop(
            kind=kind,
            subject=subject,
            issuer=self.own_did,
            issuer_name=self.own_name,
            title=title,
            label=case.label,
            concept=case.skill,
            validation=level,
            at=at,
        )

    def _signed(self, hop: Hop, document: bytes) -> str:
        return write_hop(Hop(**{**vars(hop), "evidence": fingerprint(document)}), self.key)
