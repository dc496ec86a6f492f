"""What a decision rests on besides the person's words: who asks, what the law says, and what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.trust.agent.deciding import Facts, other_side
from skillspace.trust.agent.limits import Limits
from skillspace.trust.agent.model import CAPACITY
from skillspace.trust.agent.ports import CountryOf, DecidesAlone, FindRecord, RolesOf
from skillspace.trust.consent import Consents, Grant
from skillspace.trust.consent.notices.notice import changes
from skillspace.trust.register import Basis


class Circumstances:
    """Looks up the facts of an ask; every one that is not known is taken as standing against a yes."""

    def __init__(
        self,
        *,
        consents: Consents,
        limits: Limits,
        roles_of: RolesOf,
        country_of: CountryOf,
        find_record: FindRecord,
        decides_alone: DecidesAlone,
    ) -> None:
        self._consents = consents
        self.limits = limits
        self._roles_of = roles_of
        self._country_of = country_of
        self._find_record = find_record
        self._decides_alone = decides_alone

    def of(
        self,
        work: Work,
        ask: Grant,
        *,
        others: Sequence[Grant],
        at: datetime,
        yeses: int,
        taken_back: datetime | None,
    ) -> Facts:
        """Return the facts of an ask at a moment; `others` are all grants of the person."""
        own = self._consents.own_did
        other = other_side(ask, own)
        before = [one for one in others if one.id != ask.id and one.starts is not None and one.starts <= at]
        same_way = [one for one in before if one.direction(own) is ask.direction(own) and other_side(one, own) == other]
        return Facts(
            own=own,
            at=at,
            limits=self.limits,
            roles=self._roles_of(work, other),
            country=self._country_of(work, other),
            is_known=any(one.acting is None or one.acting.capacity != CAPACITY for one in same_way),
            may_rest_on_consent=self._may_rest_on_consent(work, ask),
            decides_alone=self._decides_alone(work, ask.person),
            is_notice_changed=ask.replaces is not None or self._is_notice_changed(work, ask, before),
            taken_back=taken_back,
            yeses=yeses,
        )

    def _may_rest_on_consent(self, work: Work, ask: Grant) -> bool:
        """Tell whether the law lets this purpose rest on a yes, as far as the limits and the recipient's record say."""
        if ask.purpose in self.limits.purposes_not_by_consent:
            return False
        found = self._find_record(work, ask.recipient)
        bases = {one.basis for one in found[1].processings if one.purpose == ask.purpose} if found else set()
        return not bases or Basis.CONSENT in bases

    def _is_notice_changed(self, work: Work, ask: Grant, before: Sequence[Grant]) -> bool:
        """Tell whether the person agreed to this use before, under a notice that said something else that matters."""
        same = [one for one in before if use_of(one) == use_of(ask) and one.starts is not None]
        latest = max(same, key=lambda one: (one.starts, one.id), default=None)
        if latest is None or latest.notice_hash == ask.notice_hash:
            return False
        try:
            return bool(changes(self._consents.notice(work, latest), self._consents.notice(work, ask)))
        except BadInput:  # what was shown cannot be compared, so nothing is taken for granted
            return True


def use_of(grant: Grant) -> dict[str, str]:
    """What makes two asks the same use: who gets which data from whom, and why."""
    return {name: getattr(grant, name) for name in ("recipient", "provider", "dataset", "purpose")}
