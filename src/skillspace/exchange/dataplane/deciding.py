"""Whether data may go now, by the agreement's policy; people's data are decided where their consent is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from skillspace.exchange.dataplane.sources import PullRequest
from skillspace.kernel.errors import Refused
from skillspace.storage.database import Database, Work
from skillspace.trust.policy import Decision, Facts, evaluate
from skillspace.trust.policy.decisions import About, Judge
from skillspace.trust.policy.terms import ODRL

#: Tells which roles a participant has in the data space; none for one that is not known.
Roles = Callable[[Work, str], frozenset[str]]
IsPersonal = Callable[[Work, str], bool | None]
#: A policy that names more purposes than these is asked about these.
MAX_PURPOSES = 50


class PolicyForbids(Refused):
    """The agreement's policy does not allow this use."""


class ByPolicy:
    """Decides with what is known when open data are asked for: who asks, when, under which agreement.

    What the data will be used for is not asked again: the consumer agreed to a policy that says it, so each purpose the
    policy names is one it may have. Everything else must hold as it is.
    """

    def __init__(self, *, database: Database, roles: Roles, is_personal: IsPersonal) -> None:
        self._database = database
        self._roles = roles
        self._is_personal = is_personal
        self._judge = Judge()

    def __call__(self, request: PullRequest, *, goes_on: bool = False) -> None:
        """Raise PolicyForbids, with the reasons, unless the policy allows it; a yes is counted as one use.

        What `goes_on` with bytes of a use that was counted is not another one, but the policy must still allow it.
        """
        with self._database.writing() as work:
            if self._is_personal(work, request.dataset):
                return
            decision = self._decide(work, request, goes_on=goes_on)
        if not decision.allowed:
            raise PolicyForbids(f"Agreement {request.agreement.id} does not allow this now: {decision.why}")

    def _decide(self, work: Work, request: PullRequest, *, goes_on: bool) -> Decision:
        agreement = request.agreement
        facts = Facts(
            at=work.now,
            target=agreement.dataset,
            provider=agreement.provider,
            recipient=request.consumer,
            roles=self._roles(work, request.consumer),
            agreed=agreement.made,
        )
        purposes = list(dict.fromkeys(_purposes(agreement.policy)))[:MAX_PURPOSES]
        if not goes_on:
            about = About(dataset=request.dataset, peer=request.consumer, agreement=agreement.id)
            return self._judge.use(work, agreement.policy, facts, about, purposes=purposes)
        again = replace(facts, uses=0)
        tries = [replace(again, purpose=purpose) for purpose in purposes] or [again]
        decided = [evaluate(agreement.policy, one) for one in tries]
        return next((one for one in decided if one.allowed), decided[0])


def _purposes(policy: object) -> Iterator[str]:
    """Every purpose a policy's permissions name, wherever in their constraints."""
    if isinstance(policy, list | tuple):
        for part in policy:
            yield from _purposes(part)
    elif isinstance(policy, Mapping):
        left = policy.get("leftOperand")
        if isinstance(left, str) and left.removeprefix(ODRL).removeprefix("odrl:") == "purpose":
            yield from _texts(policy.get("rightOperand"))
        for name, part in policy.items():
            if name not in ("prohibition", "obligation", "duty"):
                yield from _purposes(part)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, Mapping):
        yield from _texts(value.get("@id", value.get("@value", value.get("@list"))))
