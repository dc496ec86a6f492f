"""How far the issuer of what was checked is trusted, beside the verdict and never part of it: who it is and what it may
vouch for is this node's own knowledge, while `verified` is what the document itself proves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.verdict import Verdict
from skillspace.storage.database import Database
from skillspace.trust.issuers import IssuerAnswer, Line, Matter
from skillspace.trust.issuers.service import IssuerTrust
from skillspace.trust.issuers.words import ACCREDITATION, IDENTITY, sentence
from skillspace.trust.vc_api.service import VcApi

JsonObject = dict[str, object]


def standings(verdict: Verdict, service: VcApi, issuers: IssuerTrust, database: Database) -> list[JsonObject]:
    """Return one answer for each credential whose signature held, in order, as JSON; for others none is known.

    Looks at issuers' own addresses: not in a transaction.
    """
    found = [(each, service.matter(each)) for each in _credentials(verdict)]
    for issuer in sorted({each.issuer for each, _ in found}):
        issuers.look(issuer)
    with database.reading() as work:
        answers = [(each, issuers.answer(work, each.issuer, matter)) for each, matter in found]
    return [({"credential": each.id} if each.id else {}) | _told(answer) for each, answer in answers]


def _credentials(verdict: Verdict) -> Iterator[VerifiedCredential]:
    if verdict.credential is not None:
        yield verdict.credential
    for shown in verdict.shown:
        yield from _credentials(shown)


def _told(answer: IssuerAnswer) -> JsonObject:
    return {
        "issuer": answer.issuer,
        "identity": {"outcome": answer.identity.value, "says": IDENTITY[answer.identity]},
        "accreditation": {
            "outcome": answer.accreditation.value,
            "says": ACCREDITATION[answer.accreditation],
            "for": _matter(answer.matter),
        },
        "until": _moment(answer.until),
        "checked": _moment(answer.checked),
        "lines": [_line(each) for each in answer.lines],
    }


def _matter(matter: Matter) -> JsonObject:
    """For what the issuer's word was asked about, without what the credential does not say."""
    return {name: sorted(value) for name, value in vars(matter).items() if value}


def _line(line: Line) -> JsonObject:
    return {
        "source": line.source.value,
        "outcome": line.outcome.value,
        "why": line.why.value,
        "says": sentence(line),
        "by": line.by,
        "until": _moment(line.until),
        "checked": _moment(line.checked),
        "last": line.last.value if line.last is not None else None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
