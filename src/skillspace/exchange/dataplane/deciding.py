"""Whether data may go now, by the agreement's policy; people's data are decided where their consent is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from skillspace.exchange.dataplane.sources import PullRequest
from skillspace.kernel.errors import Refused
from skillspace.storage.database import Database, Work
from skillspace.trust.policy import Facts, evaluate
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

    def __call__(self, request: PullRequest) -> None:
        """Raise PolicyForbids, with the reasons, unless the policy allows it."""
        with self._database.reading() as work:
            if self._is_personal(work, request.dataset):
                return
            roles = self._roles(work, request.consumer)
            at = work.now
        agreement = request.agreement
        refusals = []
        for purpose in list(dict.fromkeys(_purposes(agreement.policy)))[:MAX_PURPOSES] or [""]:
            facts = Facts(purpose=purpose, at=at, roles=roles, agreed=agreement.made)
            decision = evaluate(agreement.policy, facts)
            if decision.allowed:
                return
            refusals.append(decision.why)
        raise PolicyForbids(f"Agreement {agreement.id} does not allow this now: {refusals[0]}")


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
