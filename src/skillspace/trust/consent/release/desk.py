"""The intermediary's desk: it gives recipients tokens for one use, and redeems them when providers ask."""

from __future__ import annotations

from collections.abc import Collection

from skillspace.kernel.errors import ConsentMissing, NotFound, Refused
from skillspace.storage.database import Work
from skillspace.trust.consent.errors import OutsideConditions, UseRefused, WrongRecipient
from skillspace.trust.consent.log import diary
from skillspace.trust.consent.model import Answer, DeletionReceipt, Grant, Report
from skillspace.trust.consent.ports import CountryOf
from skillspace.trust.consent.release.tokens import UseToken, make_token
from skillspace.trust.consent.service import Consents
from skillspace.trust.consent.store import grants, spent
from skillspace.trust.consent.terms import terms_of
from skillspace.wire.canonical import digest
from skillspace.wire.jose import SigningKey


class UseDesk:
    """Answers recipients and providers about grants, and keeps the person's log of it."""

    def __init__(self, consents: Consents, *, key: SigningKey, country_of: CountryOf) -> None:
        self._consents = consents
        self._key = key
        self._country_of = country_of

    def token(self, work: Work, *, recipient: str, grant: str, kinds: Collection[str]) -> tuple[str, Answer]:
        """Return a token for one use of a grant by its recipient, for these kinds (none named: all it covers).

        A no is written into the person's log and returned as the answer, with an empty token. Raises NotFound for a
        grant that is not here or somebody else's.
        """
        found = self.of_recipient(work, grant, recipient)
        wanted = frozenset(kinds) or frozenset(found.kinds)
        fault = self._why_not(work, found, wanted)
        if fault is None:
            text = make_token(found, wanted, key=self._key, own_did=self._consents.own_did, at=work.now)
            return text, Answer(live=True, person=found.person)
        diary.note(work, found, "refused", kinds=wanted, code=fault.code, reason=fault.message)
        return "", Answer(live=False, code=fault.code, reason=fault.message)

    def of_recipient(self, work: Work, grant: str, recipient: str) -> Grant:
        """Return a grant to this recipient; raises NotFound for one that is not here or somebody else's."""
        found = self._consents.find(work, grant)
        if found.recipient != recipient:
            raise NotFound(f"There is no consent {grant[:100]}.")
        return found

    def judge(self, work: Work, *, provider: str, token: UseToken, kinds: Collection[str]) -> Answer:
        """Say whether `provider` may release these kinds for this token now; writes nothing.

        Raises NotFound for a grant that is not here or not about this provider's data: it learns nothing of others'.
        """
        return self._judged(work, self._of_provider(work, token.terms.grant, provider), token, kinds)

    def redeem(self, work: Work, *, provider: str, token: UseToken, kinds: Collection[str]) -> Answer:
        """Judge, use the token up, and write the use or its refusal into the person's log. Raises NotFound."""
        found = self._of_provider(work, token.terms.grant, provider)
        answer = self._judged(work, found, token, kinds)
        if answer.live:
            work.insert(spent, {"id": token.id, "grant": found.id, "expires": token.expires})
            if found.max_uses is not None:
                work.update(grants, grants.c.id == found.id, used=grants.c.used + 1)
        outcome = "used" if answer.live else "refused"
        diary.note(work, found, outcome, kinds=kinds, code=answer.code, reason=answer.reason)
        return answer

    def keep_deletion(self, work: Work, holder: str, receipt: DeletionReceipt) -> None:
        """Keep a receipt that a holder hands over by itself; raises NotFound unless it was told to let go.

        What is signed while a grant lives says nothing of the copies there are at its end.
        """
        found = self._consents.find(work, receipt.grant)
        if holder not in {told.organisation for told in self._consents.holders_of(work, found)}:
            raise NotFound(f"There is no consent {receipt.grant}.")
        self._consents.keep_deletion(work, receipt)

    def report(self, work: Work, *, provider: str, grant: str, report: Report) -> None:
        """Write down what a provider decided by itself; raises NotFound as `judge` does."""
        found = self._of_provider(work, grant, provider)
        other = None if report.by == found.recipient else (report.by, report.by)
        diary.note(
            work,
            found,
            report.outcome,
            kinds=report.kinds,
            code=report.code,
            reason=report.reason,
            by=other,
            at=report.at,
            line=f"{provider} {report.line}",
        )

    def _judged(self, work: Work, found: Grant, token: UseToken, kinds: Collection[str]) -> Answer:
        fault = self._why_not(work, found, kinds) or self._mismatch(work, found, token, kinds)
        if fault is None:
            return Answer(live=True, person=found.person)
        return Answer(live=False, code=fault.code, reason=fault.message)

    def _of_provider(self, work: Work, grant: str, provider: str) -> Grant:
        found = self._consents.find(work, grant)
        if found.provider != provider:
            raise NotFound(f"There is no consent {grant[:100]}.")
        return found

    def _why_not(self, work: Work, grant: Grant, kinds: Collection[str]) -> Refused | None:
        if fault := grant.why_not(work.now):
            return fault
        if not kinds or set(kinds) - set(grant.kinds):
            return ConsentMissing("The consent does not cover all of the kinds of data that were to be released.")
        if grant.conditions is not None:
            country = self._country_of(work, grant.recipient) if grant.conditions.countries else None
            if reason := grant.conditions.why_not(work.now, country):
                return OutsideConditions(f"The consent for {grant.purpose} is limited: {reason}")
        return None

    def _mismatch(self, work: Work, grant: Grant, token: UseToken, kinds: Collection[str]) -> Refused | None:
        if token.recipient != grant.recipient:
            return WrongRecipient(f"The consent is for {grant.recipient}, not for {token.recipient[:200]}.")
        if token.terms.hash != digest(terms_of(grant)):
            return UseRefused("The token is about other terms than the person agreed to.")
        if set(kinds) - token.what:
            return UseRefused("The token is for less than what was to be released.")
        if self._consents.is_spent(work, token.id):
            return UseRefused("The token was used already; each use needs a new one.")
        return None
