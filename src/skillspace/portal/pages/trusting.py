"""How far an issuer is trusted, in the reader's words; for every page that names one."""

from __future__ import annotations

from skillspace.people.profile import SELF, StoredRecord
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.views.verification import TrustLine, TrustView
from skillspace.records.model import ProofStatus
from skillspace.trust.issuers import IssuerAnswer, Line, Outcome
from skillspace.trust.issuers.words import ACCREDITATION, IDENTITY, OUTCOMES, SOURCES, sentence
from skillspace.trust.verification import matter_of

KINDS = {Outcome.YES: "good", Outcome.NO: "care", Outcome.UNKNOWN: "waiting", Outcome.UNREACHABLE: "waiting"}


def trust_view(answer: IssuerAnswer, words: Translator) -> TrustView:
    """Return an answer as a page shows it."""
    return TrustView(
        identity=(words.gettext(IDENTITY[answer.identity]), KINDS[answer.identity]),
        accreditation=(words.gettext(ACCREDITATION[answer.accreditation]), KINDS[answer.accreditation]),
        lines=tuple(_line(line, words) for line in answer.lines),
        until=answer.until,
        checked=answer.checked,
    )


def voucher(stored: StoredRecord) -> str:
    """Return who answers for a record: who signed it, or the member that sent it; empty where nobody does."""
    if stored.record is not None and stored.record.proof is ProofStatus.SIGNED_BY_ISSUER:
        return stored.record.issuer
    return "" if stored.source == SELF else stored.source


def record_trust(visit: Visit, stored: StoredRecord) -> TrustView | None:
    """Return how far who answers for a record is trusted in it, as was last seen; None where nobody does."""
    issuer = voucher(stored)
    if not issuer or stored.record is None:
        return None
    answer = visit.rooms.verification.issuers.answer(visit.work, issuer, matter_of(stored.record))
    return trust_view(answer, visit.words)


def _line(line: Line, words: Translator) -> TrustLine:
    return TrustLine(
        source=words.gettext(SOURCES[line.source]),
        word=words.gettext(OUTCOMES[line.outcome]),
        kind=KINDS[line.outcome],
        text=sentence(line, words.gettext),
        until=line.until,
        checked=line.checked,
        last=words.gettext(OUTCOMES[line.last]) if line.last else "",
    )
