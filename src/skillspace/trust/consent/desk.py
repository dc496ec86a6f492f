"""The intermediary's desk: asked at the moment of use whether a grant still lives, it answers and writes it down."""

from __future__ import annotations

from collections.abc import Collection

from skillspace.kernel.errors import ConsentMissing, NotFound, Refused
from skillspace.storage.database import Work
from skillspace.trust.consent import diary
from skillspace.trust.consent.errors import WrongDataset
from skillspace.trust.consent.model import Answer, Grant, Report
from skillspace.trust.consent.service import Consents


class UseDesk:
    """Answers providers about grants, and keeps the person's log of it."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    def judge(self, work: Work, *, provider: str, grant: str, dataset: str, kinds: Collection[str]) -> Answer:
        """Say whether `provider` may release these kinds of this dataset now; writes nothing.

        Raises NotFound for a grant that is not here or not about this provider's data: it learns nothing of others'.
        """
        found = self._of_provider(work, grant, provider)
        fault = found.why_not(work.now) or _outside(found, dataset, kinds)
        if fault is None:
            return Answer(live=True, person=found.person)
        return Answer(live=False, code=fault.code, reason=fault.message)

    def use(self, work: Work, *, provider: str, grant: str, dataset: str, kinds: Collection[str]) -> Answer:
        """Judge, and write the use or its refusal into the person's log. Raises NotFound."""
        answer = self.judge(work, provider=provider, grant=grant, dataset=dataset, kinds=kinds)
        outcome = "used" if answer.live else "refused"
        found = self._consents.find(work, grant)
        diary.note(work, found, outcome, kinds=kinds, code=answer.code, reason=answer.reason)
        return answer

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

    def _of_provider(self, work: Work, grant: str, provider: str) -> Grant:
        found = self._consents.find(work, grant)
        if found.provider != provider:
            raise NotFound(f"There is no consent {grant[:100]}.")
        return found


def _outside(grant: Grant, dataset: str, kinds: Collection[str]) -> Refused | None:
    if dataset != grant.dataset:
        return WrongDataset(f"The consent is about {grant.dataset}, not about {dataset[:200]}.")
    if not kinds or set(kinds) - set(grant.kinds):
        return ConsentMissing("The consent does not cover all of the kinds of data that were to be released.")
    return None
