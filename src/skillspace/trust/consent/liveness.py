"""Whether a grant lives at this moment: asked of the intermediary that signed it, whose silence means no."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from skillspace.kernel.errors import ConsentMissing, NotFound, SkillspaceError
from skillspace.storage.database import Database
from skillspace.trust.consent.desk import UseDesk
from skillspace.trust.consent.errors import ANSWERS, IntermediarySilent
from skillspace.trust.consent.messages import UseAnswer
from skillspace.trust.consent.model import Answer
from skillspace.trust.consent.ports import SERVICE, Peers
from skillspace.trust.consent.terms import GrantTerms
from skillspace.trust.identity import PeerRefused

#: How long a yes may be used again without asking; less than the five seconds it counts for (`gate.LIVE_FOR`).
KEEP_ANSWER = timedelta(seconds=3)
MOST_KEPT = 10_000

_Question = tuple[str, str, str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Alive:
    """A yes: when it was said, whether it was kept from an earlier question, and the person where that is known."""

    at: datetime
    was_kept: bool = False
    person: str | None = None


class Liveness:
    """Asks intermediaries; when this node is the intermediary, its own desk. Only a yes is kept, never a no."""

    def __init__(self, *, own_did: str, database: Database, peers: Peers, desk: UseDesk | None) -> None:
        self._own_did = own_did
        self._database = database
        self._peers = peers
        self._desk = desk
        self._kept: dict[_Question, datetime] = {}
        self._lock = threading.Lock()

    def ask(self, terms: GrantTerms, dataset: str, kinds: Collection[str]) -> Alive:
        """Return a yes, or raise the intermediary's reason, or IntermediarySilent."""
        if terms.intermediary == self._own_did:
            return self._ask_here(terms, dataset, kinds)
        question = (terms.intermediary, terms.grant, dataset, frozenset(kinds))
        asked = self._database.clock()
        with self._lock:
            kept = self._kept.get(question)
        if kept is not None and timedelta() <= asked - kept <= KEEP_ANSWER:
            return Alive(at=kept, was_kept=True)
        _raise_unless_live(self._ask_there(terms, dataset, kinds))
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[question] = asked
        return Alive(at=asked)

    def forget(self, terms: GrantTerms) -> None:
        """Ask anew next time about a grant."""
        with self._lock:
            for question in [found for found in self._kept if found[:2] == (terms.intermediary, terms.grant)]:
                del self._kept[question]

    def _ask_here(self, terms: GrantTerms, dataset: str, kinds: Collection[str]) -> Alive:
        if self._desk is None:
            raise IntermediarySilent("This node keeps no consents.")
        with self._database.reading() as work:
            try:
                answer = self._desk.judge(work, provider=self._own_did, grant=terms.grant, dataset=dataset, kinds=kinds)
            except NotFound as fault:
                raise ConsentMissing(fault.message) from None
            _raise_unless_live(answer)
            return Alive(at=work.now, person=answer.person)

    def _ask_there(self, terms: GrantTerms, dataset: str, kinds: Collection[str]) -> Answer:
        body = {"grant": terms.grant, "dataset": dataset, "what": sorted(kinds)}
        try:
            address = f"{self._peers.service(terms.intermediary, SERVICE)}/consent/uses"
            found = UseAnswer.model_validate(self._peers.call("POST", terms.intermediary, address, body))
        except PeerRefused as fault:
            return Answer(live=False, reason=f"The intermediary says: {fault.message}")
        except ValidationError:
            raise IntermediarySilent(f"{terms.intermediary} gave an answer that cannot be understood.") from None
        except SkillspaceError as fault:
            raise IntermediarySilent(f"{terms.intermediary} cannot be asked: {fault.message}") from None
        return Answer(live=found.live, code=found.code, reason=found.reason)


def _raise_unless_live(answer: Answer) -> None:
    if not answer.live:
        raise ANSWERS.get(answer.code, ConsentMissing)(answer.reason or None)
