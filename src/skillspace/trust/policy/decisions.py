"""Decisions kept with their reasons, uses counted, and the judge who does both in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.policy.evaluate import decide, evaluate
from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.model import Decision
from skillspace.trust.policy.reading import read_policy
from skillspace.trust.policy.reasons import Naming, Reason, reason_of, sentence
from skillspace.trust.policy.store import decisions, uses
from skillspace.trust.policy.terms import short

MOST_WRITTEN = 2000
_HELD = sa.select(uses).where(uses.c.agreement == sa.bindparam("agreement")).with_for_update()


@dataclass(frozen=True, kw_only=True)
class About:
    """What a decision is about; `peer` is the DID of who asked. No person is named here."""

    dataset: str
    peer: str
    agreement: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One decision as it was kept. `digest` is the SHA-256 of the policy's JSON; `number` orders and pages."""

    number: int
    id: str
    at: datetime
    allowed: bool
    agreement: str | None
    dataset: str
    peer: str
    action: str
    purpose: str | None
    reasons: tuple[Reason, ...]
    owed: tuple[Reason, ...]
    why: str
    digest: str

    def told(self, language: str, naming: Naming = short) -> str:
        """The reasons in the reader's language."""
        return " ".join(sentence(reason, language, naming) for reason in self.reasons)


@dataclass(frozen=True, kw_only=True)
class Uses:
    """How often an agreement was used, and when last."""

    count: int = 0
    last: datetime | None = None


def policy_digest(policy: object) -> str:
    """Return the SHA-256 (hex) of a policy's JSON, the same for the same JSON tree."""
    text = json.dumps(policy, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class DecisionLog:
    """Writes decisions down and finds them again."""

    def record(self, work: Work, decision: Decision, *, policy: object, facts: Facts, about: About) -> str:
        """Write a decision in the caller's transaction and return its identifier.

        A caller that rolls back after a no records it in a transaction of its own.
        """
        written = decision.as_json()
        row: dict[str, Any] = {
            "id": new_id("decision"),
            "at": work.now,
            "allowed": decision.allowed,
            "agreement": about.agreement,
            "dataset": about.dataset,
            "peer": about.peer,
            "action": facts.action,
            "purpose": facts.purpose,
            "reasons": written["reasons"],
            "owed": written["owed"],
            "why": decision.why[:MOST_WRITTEN].encode("utf-8", "replace").decode("utf-8"),
            "digest": policy_digest(policy),
        }
        work.insert(decisions, row)
        return str(row["id"])

    def listed(
        self,
        work: Work,
        *,
        agreement: str | None = None,
        dataset: str | None = None,
        peer: str | None = None,
        allowed: bool | None = None,
        words: str = "",
        limit: int = 50,
        before: int | None = None,
    ) -> list[Recorded]:
        """Return decisions, latest first; the next page comes `before` the last one's number.

        `words` are looked for in the reasons, data sets, peers and agreements.
        """
        wanted = {"agreement": agreement, "dataset": dataset, "peer": peer, "allowed": allowed}
        query = sa.select(decisions).where(
            *(decisions.c[name] == value for name, value in wanted.items() if value is not None)
        )
        if before is not None:
            query = query.where(decisions.c.number < before)
        if words:
            columns = (decisions.c.why, decisions.c.dataset, decisions.c.peer, decisions.c.agreement)
            query = query.where(sa.or_(*(column.icontains(words, autoescape=True) for column in columns)))
        rows = work.rows(query.order_by(decisions.c.number.desc()).limit(limit))
        return [_recorded(row) for row in rows]

    def forget(self, work: Work, *, older_than: timedelta) -> int:
        """Delete what was decided longer ago, and return how much that was."""
        return work.delete(decisions, decisions.c.at < work.now - older_than)


class UseCounter:
    """Counts the uses under each agreement; two uses at once are never counted as one."""

    def uses(self, work: Work, agreement: str) -> Uses:
        """Return how often an agreement was used so far."""
        row = work.where(uses, agreement=agreement)
        return Uses(count=row["count"], last=row["last"]) if row else Uses()

    def hold(self, work: Work, agreement: str) -> Uses:
        """Return the uses so far and keep them from changing until this transaction ends."""
        work.insert_new(uses, {"agreement": agreement, "count": 0, "last": None}, on="agreement")
        row = work.one(_HELD, agreement=agreement)
        return Uses(count=row["count"], last=row["last"]) if row else Uses()

    def count(self, work: Work, agreement: str, so_far: Uses | None = None) -> Uses:
        """Count one use now and return the uses with it; `so_far` is what `hold` returned in this transaction."""
        counted = (so_far or self.hold(work, agreement)).count + 1
        work.change(uses, {"agreement": agreement}, count=counted, last=work.now)
        return Uses(count=counted, last=work.now)


class Judge:
    """Decides by a policy and writes the decision down with its reasons."""

    def __init__(self, log: DecisionLog | None = None, counter: UseCounter | None = None) -> None:
        self.log = log or DecisionLog()
        self.counter = counter or UseCounter()

    def decide(self, work: Work, policy: Mapping[str, object], facts: Facts, about: About) -> Decision:
        """Evaluate and record; never raises for a no, so that the transaction that keeps it can be committed."""
        decision = evaluate(policy, facts)
        self.log.record(work, decision, policy=policy, facts=facts, about=about)
        return decision

    def use(
        self, work: Work, policy: Mapping[str, object], facts: Facts, about: About, *, purposes: Sequence[str] = ()
    ) -> Decision:
        """Decide about a use under an agreement and count it when it is allowed; needs a writing transaction.

        Uses so far come from the counter, held until the transaction ends: of two uses at once, only as many get
        through as the policy's count allows. Where the use may be for any of several `purposes`, the first that is
        allowed is the one. One decision is recorded. Raises ValueError where `about` names no agreement.
        """
        if about.agreement is None:
            raise ValueError("A use is counted under an agreement; name it.")
        so_far = self.counter.hold(work, about.agreement)
        known = replace(facts, uses=so_far.count, last_use=so_far.last)
        read = read_policy(policy)
        tries = [replace(known, purpose=purpose) for purpose in purposes] or [known]
        decided = [(one, decide(read, one)) for one in tries]
        chosen, decision = next((pair for pair in decided if pair[1].allowed), decided[0])
        self.log.record(work, decision, policy=policy, facts=chosen, about=about)
        if decision.allowed:
            self.counter.count(work, about.agreement, so_far)
        return decision


def _recorded(row: Mapping[str, Any]) -> Recorded:
    reasons, owed = (tuple(map(reason_of, row[name])) for name in ("reasons", "owed"))
    return Recorded(**{**row, "reasons": reasons, "owed": owed})
