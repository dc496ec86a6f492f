"""Redeeming a token: whether its grant lives is asked of the intermediary that signed it, whose silence means no."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from skillspace.kernel.errors import ConsentMissing, NotFound, SkillspaceError
from skillspace.storage.database import Database
from skillspace.trust.consent.errors import ANSWERS, IntermediarySilent
from skillspace.trust.consent.messages import UseAnswer
from skillspace.trust.consent.model import Answer
from skillspace.trust.consent.ports import SERVICE, Peers
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.tokens import UseToken
from skillspace.trust.identity import PeerRefused


@dataclass(frozen=True, kw_only=True)
class Alive:
    """A yes: when it was said, and the person where that is known."""

    at: datetime
    person: str | None = None


class Redemption:
    """Asks intermediaries; when this node is the intermediary, its own desk. No answer is kept."""

    def __init__(self, *, own_did: str, database: Database, peers: Peers, desk: UseDesk | None) -> None:
        self._own_did = own_did
        self._database = database
        self._peers = peers
        self._desk = desk

    def redeem(self, token: UseToken, kinds: Collection[str]) -> Alive:
        """Return a yes, or raise the intermediary's reason, or IntermediarySilent.

        Elsewhere the token is used up by it; here it only is looked at, as it is used up in the transaction that reads
        the data.
        """
        if token.terms.intermediary == self._own_did:
            return self._look_here(token, kinds)
        asked = self._database.clock()
        raise_unless_live(self._ask_there(token, kinds))
        return Alive(at=asked)

    def _look_here(self, token: UseToken, kinds: Collection[str]) -> Alive:
        if self._desk is None:
            raise IntermediarySilent("This node keeps no consents.")
        with self._database.reading() as work:
            try:
                answer = self._desk.judge(work, provider=self._own_did, token=token, kinds=kinds)
            except NotFound as fault:
                raise ConsentMissing(fault.message) from None
            raise_unless_live(answer)
            return Alive(at=work.now, person=answer.person)

    def _ask_there(self, token: UseToken, kinds: Collection[str]) -> Answer:
        intermediary = token.terms.intermediary
        body = {"token": token.text, "what": sorted(kinds)}
        try:
            address = f"{self._peers.service(intermediary, SERVICE)}/consent/uses"
            found = UseAnswer.model_validate(self._peers.call("POST", intermediary, address, body))
        except PeerRefused as fault:
            return Answer(live=False, reason=f"The intermediary says: {fault.message}")
        except ValidationError:
            raise IntermediarySilent(f"{intermediary} gave an answer that cannot be understood.") from None
        except SkillspaceError as fault:
            raise IntermediarySilent(f"{intermediary} cannot be asked: {fault.message}") from None
        return Answer(live=found.live, code=found.code, reason=found.reason)


def raise_unless_live(answer: Answer) -> None:
    """Raise the reason of a no under its own name."""
    if not answer.live:
        raise ANSWERS.get(answer.code, ConsentMissing)(answer.reason or None)
