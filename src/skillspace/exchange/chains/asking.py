"""Chains as their asker leads them: every hop is prepared in turn, all begin or none, and one place settles the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from skillspace.exchange.chains import messages, store
from skillspace.exchange.chains.checks import Checks
from skillspace.exchange.chains.machine import ASKER, CHAIN, NODE, ChainState, PartState, is_further
from skillspace.exchange.chains.model import Chain, ChainRequest, Hop, Limits, check_request
from skillspace.exchange.chains.post import Post
from skillspace.exchange.chains.statements import Seal
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import Conflict, NotFound, SkillspaceError, Unavailable
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import Peer

TELL, WEIGH, LATE = "chains.tell", "chains.weigh", "chains.late"
_C = ChainState
_P = PartState
#: The state in which a chain may tell its hops something.
_WHEN = {"prepare": (_C.PREPARING,), "go": (_C.PREPARED,), "keep": (_C.SETTLING,), "end": (_C.FAILED, _C.CANCELLED)}


class Asking:
    """The chains this node asked for."""

    def __init__(self, *, checks: Checks, seal: Seal, post: Post, limits: Limits) -> None:
        self._checks = checks
        self._seal = seal
        self._post = post
        self._limits = limits

    def register(self, book: TaskBook) -> None:
        """Take the asker's tasks."""
        book.on_task(TELL, self._tell)
        book.on_task(WEIGH, self._weigh)
        book.on_task(LATE, self._late)

    def ask(self, work: Work, request: ChainRequest) -> str:
        """Ask for a chain and return its id. Raises BadInput, and NotAMember naming who is none."""
        check_request(request, self._limits)
        for stop in request.stops:
            self._checks.member(work, stop.participant)
        hops = tuple(
            Hop(
                number=number,
                participant=stop.participant,
                dataset=stop.dataset,
                grant=stop.grant,
                state=_P.WAITING,
                reason=None,
                was_told=False,
                hand_on=None,
                statement=None,
                said=None,
                changed=work.now,
            )
            for number, stop in enumerate(request.stops)
        )
        chain = Chain(
            id=new_id("chain"),
            attempt=1,
            purpose=request.purpose,
            state=_C.PREPARING,
            reason=None,
            deadline=work.now + request.within,
            within_s=max(1, int(request.within.total_seconds())),
            max_bytes=request.max_bytes,
            wants_result=request.wants_result,
            result=None,
            made=work.now,
            changed=work.now,
            hops=hops,
        )
        store.add_chain(work, chain)
        self._begin(work, chain)
        return chain.id

    def cancel(self, work: Work, chain: str, reason: str = "The asker cancelled it.") -> None:
        """Stop a chain everywhere; raise MoveNotAllowed once its result is being kept, or it is over."""
        found = self.chain(work, chain)
        self._over(work, found, CHAIN.step(found.state, "cancel", ASKER), reason)

    def again(self, work: Work, chain: str) -> None:
        """Try a chain that failed once more, from the beginning; raise MoveNotAllowed."""
        found = self.chain(work, chain)
        state = CHAIN.step(found.state, "again", ASKER)
        deadline = work.now + timedelta(seconds=found.within_s)
        changes: dict[str, Any] = {"state": state, "reason": None, "result": None, "deadline": deadline}
        for hop in found.hops:
            nothing = {"reason": None, "hand_on": None, "statement": None, "said": None}
            store.change_hop(work, chain, hop.number, state=_P.WAITING.value, was_told=False, **nothing)
        self._begin(work, store.change_chain(work, found, attempt=found.attempt + 1, **changes))

    def chain(self, work: Work, chain: str) -> Chain:
        """Return a chain with its hops; raise NotFound."""
        found = store.one_chain(work, chain)
        if found is None:
            raise NotFound(f"There is no chain {chain[:100]} of ours.")
        return found

    def listed(self, work: Work, *, limit: int = 200) -> list[Chain]:
        """Return the chains this node asked for, the last changed first."""
        return store.listed_chains(work, limit=limit)

    def reported(self, work: Work, caller: Peer, chain: str, told: messages.Report) -> Mapping[str, Any]:
        """Take a hop's report; what it signed is looked at in a task. Answers with the chain's state."""
        found = store.one_chain(work, chain)
        if found is None or told.hop >= len(found.hops) or found.hops[told.hop].participant != caller.did:
            raise NotFound(f"There is no chain {chain[:100]} with you in it.")
        if told.attempt != found.attempt:
            raise Conflict("This is about another attempt.")
        task = {"chain": chain, "report": told.model_dump(exclude_none=True)}
        work.enqueue(WEIGH, task, key=f"{WEIGH} {chain} {told.hop} {told.attempt} {told.state}")
        return {"state": found.state.value, "reason": found.reason}

    def _begin(self, work: Work, chain: Chain) -> None:
        self._leave(work, chain, 0, "prepare")
        work.enqueue(LATE, {"chain": chain.id, "attempt": chain.attempt}, after=chain.deadline - work.now)

    def _leave(self, work: Work, chain: Chain, number: int, word: str) -> None:
        if word == "prepare":
            store.change_hop(work, chain.id, number, was_told=True)
        task = {"chain": chain.id, "attempt": chain.attempt, "hop": number, "word": word}
        work.enqueue(TELL, task, key=f"{TELL} {chain.id} {chain.attempt} {number} {word}")

    def _tell(self, run: TaskRun) -> None:
        """Say one thing to one hop, as long as the chain is where that is to be said."""
        number, word = int(run.payload["hop"]), str(run.payload["word"])
        with run.reading() as work:
            chain = self._still(work, run, *_WHEN[word])
        if chain is None:
            with run.finishing():
                return
        try:
            told = self._message(chain, number, word)
            answer = self._post.tell(chain.hops[number].participant, chain.id, word, told)
        except Unavailable:
            raise
        except SkillspaceError as fault:
            with run.finishing() as work:
                if word != "end" and self._still(work, run, *_WHEN[word]) is not None:
                    self._fail(work, chain, number, fault.message)
            return
        with run.finishing() as work:
            found = self._still(work, run, *_WHEN[word])
            if found is not None:
                self._told(work, found, number, word, answer)

    def _told(self, work: Work, chain: Chain, number: int, word: str, answer: Mapping[str, Any]) -> None:
        if word == "go":
            store.change_chain(work, chain, state=CHAIN.step(chain.state, "run", NODE))
        elif word == "keep":
            if answer.get("state") != _P.KEPT.value:
                self._fail(work, chain, number, "the result is not there any more.")
                return
            store.change_hop(work, chain.id, number, state=_P.KEPT.value)
            done = store.change_chain(work, chain, state=CHAIN.step(chain.state, "finish", NODE))
            self._announce(work, done)
        elif word == "end" and answer.get("state") in set(_P):
            store.change_hop(work, chain.id, number, state=_P(answer["state"]).value)

    def _message(self, chain: Chain, number: int, word: str) -> messages.Said:
        hop, about = chain.hops[number], {"hop": number, "attempt": chain.attempt}
        match word:
            case "prepare":
                before = chain.hops[number - 1] if number else None
                after = chain.hops[number + 1] if number + 1 < len(chain.hops) else None
                return messages.Prepare(
                    hop=number,
                    attempt=chain.attempt,
                    purpose=chain.purpose,
                    deadline=iso(chain.deadline),
                    previous=messages.Before(participant=before.participant, dataset=str(before.dataset))
                    if before
                    else None,
                    dataset=hop.dataset,
                    next=after.participant if after else None,
                    grant=hop.grant,
                    hand_on=before.hand_on if before else None,
                    wants_result=chain.wants_result and after is None,
                    max_bytes=chain.max_bytes,
                )
            case "go":
                return messages.Go.model_validate(about)
            case "keep":
                return messages.Keep.model_validate(about)
        outcome = "cancelled" if chain.state is _C.CANCELLED else "failed"
        reason = (chain.reason or "The chain has ended.")[:500]
        return messages.End.model_validate({**about, "outcome": outcome, "reason": reason})

    def _weigh(self, run: TaskRun) -> None:
        """Check what a hop signed, then take its report."""
        told = messages.Report.model_validate(run.payload["report"])
        with run.reading() as work:
            chain = self.chain(work, str(run.payload["chain"]))
            at = work.now
        said, fault_message = None, None
        try:
            if told.statement is not None:
                said = self._seal.read_statement(
                    told.statement,
                    signer=chain.hops[told.hop].participant,
                    chain=chain.id,
                    hop=told.hop,
                    attempt=told.attempt,
                    at=at,
                )
        except Unavailable:
            raise
        except SkillspaceError as fault:
            fault_message = f"its statement does not hold: {fault.message}"
        with run.finishing() as work:
            found = self.chain(work, chain.id)
            if found.attempt != told.attempt:
                return
            if fault_message is not None:
                if not found.is_over:
                    self._fail(work, found, told.hop, fault_message)
                return
            self._take(work, found, told, said)

    def _take(self, work: Work, chain: Chain, told: messages.Report, said: Mapping[str, Any] | None) -> None:
        """Write down how far a hop is, also when the chain is over, and do what follows while it is not."""
        hop, state = chain.hops[told.hop], _P(told.state)
        if not is_further(state, hop.state):
            return
        changes: dict[str, Any] = {"state": state.value, "reason": told.reason}
        signed = {"hand_on": told.hand_on, "statement": told.statement, "said": said}
        changes |= {name: value for name, value in signed.items() if value is not None}
        store.change_hop(work, chain.id, told.hop, **changes)
        if chain.is_over:
            return
        if state in (_P.FAILED, _P.ENDED):
            self._fail(work, chain, told.hop, told.reason or "it gave no reason.")
            return
        is_last = told.hop == len(chain.hops) - 1
        if chain.state is _C.PREPARING and state is _P.AGREED:
            if not is_last:
                self._leave(work, chain, told.hop + 1, "prepare")
            else:
                prepared = store.change_chain(work, chain, state=CHAIN.step(chain.state, "prepare", NODE))
                self._leave(work, prepared, 1, "go")
        elif is_last and state is _P.FETCHED:
            self._settle(work, chain, told)

    def _settle(self, work: Work, chain: Chain, told: messages.Report) -> None:
        """All is with the consumer: from here on the chain can only be whole, or fail with it."""
        if chain.state is _C.PREPARED:
            # The answer to “go” was overtaken by all that it led to.
            chain = store.change_chain(work, chain, state=CHAIN.step(chain.state, "run", NODE))
        result = told.result.model_dump() if told.result is not None and chain.wants_result else None
        settling = CHAIN.step(chain.state, "settle", NODE)
        chain = store.change_chain(work, chain, state=settling, result=result)
        self._leave(work, chain, told.hop, "keep")

    def _late(self, run: TaskRun) -> None:
        with run.finishing() as work:
            chain = self._still(work, run, _C.PREPARING, _C.PREPARED, _C.RUNNING)
            if chain is not None:
                self._over(work, chain, CHAIN.step(chain.state, "fail", NODE), "It took longer than it was given.")

    def _fail(self, work: Work, chain: Chain, number: int, why: str) -> None:
        """Let a chain fail by one of its hops, which is named."""
        peer = chain.hops[number].participant
        try:
            name = self._checks.member(work, peer).name
        except SkillspaceError:
            name = peer
        store.change_hop(work, chain.id, number, reason=why[:500])
        self._over(work, chain, CHAIN.step(chain.state, "fail", NODE), f"{name}: {why}")

    def _over(self, work: Work, chain: Chain, state: ChainState, reason: str) -> None:
        over = store.change_chain(work, chain, state=state, reason=reason[:1000], result=None)
        for hop in chain.hops:
            if hop.was_told:
                self._leave(work, over, hop.number, "end")
        self._announce(work, over)

    def _announce(self, work: Work, chain: Chain) -> None:
        """Tell the rooms above: `chain.done`, `chain.failed` or `chain.cancelled`."""
        content = {"state": chain.state.value, "reason": chain.reason, "attempt": chain.attempt}
        work.publish(Event(name=f"chain.{chain.state.value}", about=chain.id, content=content, at=work.now))

    def _still(self, work: Work, run: TaskRun, *states: ChainState) -> Chain | None:
        chain = store.one_chain(work, str(run.payload["chain"]))
        is_it = chain is not None and chain.attempt == run.payload["attempt"] and chain.state in states
        return chain if is_it else None
