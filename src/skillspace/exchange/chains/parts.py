"""The part this node plays: what the asker and the two neighbours may say to it, and what each of it leads to.

Everything here is one short transaction; what takes long, or asks others, is left as a task (`agreeing`, `moving`,
`telling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.chains import messages, store
from skillspace.exchange.chains.bench import Bench
from skillspace.exchange.chains.checks import Checks
from skillspace.exchange.chains.errors import BrokenChain, NotForThisAsker, TooBusy, TooMuch
from skillspace.exchange.chains.machine import ASKER, NODE, PartState
from skillspace.exchange.chains.model import Limits, Part
from skillspace.exchange.chains.processors import Processors
from skillspace.exchange.chains.statements import Seal
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.transfer import Transfers
from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskRun
from skillspace.trust.identity import Peer

#: The tasks of a part.
AGREE, FETCH, PROCESS = "chains.agree", "chains.fetch", "chains.process"
SAY, REPORT, EXPIRE, SWEEP = "chains.say", "chains.report", "chains.expire", "chains.sweep"
CLOCK_LEEWAY = timedelta(minutes=1)
_P = PartState
Answer = Mapping[str, Any]


class Parts:
    """The parts of one node. `takes_from` tells whether chains of an asker may end here."""

    def __init__(
        self,
        *,
        own_did: str,
        catalog: Catalog,
        negotiations: Negotiations,
        transfers: Transfers,
        processors: Processors,
        checks: Checks,
        seal: Seal,
        bench: Bench,
        limits: Limits,
        takes_from: Callable[[Peer], bool],
    ) -> None:
        self._own_did = own_did
        self._catalog = catalog
        self._negotiations = negotiations
        self._transfers = transfers
        self._processors = processors
        self._checks = checks
        self._seal = seal
        self._bench = bench
        self._limits = limits
        self._takes_from = takes_from

    def prepare(self, work: Work, caller: Peer, chain: str, asked: messages.Prepare) -> Answer:
        """Take on a part, if this node may and will; the rest of its checks follow in a task.

        Raises BadInput, NotFound, NotAMember, NotForThisAsker, TooBusy; Conflict for an attempt that is over.
        """
        found = store.one_part(work, chain)
        if found is not None:
            if found.asker != caller.did or found.attempt > asked.attempt:
                raise Conflict("This chain is known here from another asker, or in a later attempt.")
            if found.attempt == asked.attempt:
                return _state(found)
            if not found.is_over:
                self.close(work, found, "end", ASKER, "It is tried again.")
        part = self._admitted(work, caller, chain, asked)
        store.add_part(work, part)
        task = {"chain": chain, "attempt": part.attempt}
        work.enqueue(AGREE, task)
        work.enqueue(EXPIRE, task, after=part.deadline - work.now)
        return _state(part)

    def go(self, work: Work, caller: Peer, chain: str, asked: messages.Go) -> Answer:
        """Begin to fetch from the provider: the asker says that every hop has agreed."""
        part = self._mine(work, chain, asked, asker=caller.did)
        if part.hop != 1 or part.state is _P.WAITING:
            raise Conflict("This hop is not the one to begin.")
        return _state(self._request(work, part))

    def offered(self, work: Work, caller: Peer, chain: str, told: messages.Offered) -> Answer:
        """Fetch what the neighbour before has ready."""
        part = self._mine(work, chain, told, previous=caller.did)
        if part.hop < 2 or part.state is _P.WAITING:
            raise Conflict("Nothing was asked of this hop yet.")
        if told.bytes > part.max_bytes:
            raise TooMuch(f"{told.bytes} bytes are more than the {part.max_bytes} this chain may move.")
        if part.state is _P.AGREED and part.input_digest is None:
            part = store.change_part(work, part, input_digest=told.digest, input_bytes=told.bytes)
        return _state(self._request(work, part))

    def taking(self, work: Work, caller: Peer, chain: str, told: messages.Taking) -> Answer:
        """Remember by which transfer the neighbour after us takes our output, to end it when the chain ends."""
        part = self._mine(work, chain, told, next=caller.did)
        if part.is_over and part.state is not _P.HANDED_ON:
            raise Conflict(f"This hop is {part.state}.")
        if not part.is_over:
            part = store.change_part(work, part, served=told.transfer)
        return _state(part)

    def taken(self, work: Work, caller: Peer, chain: str, told: messages.Taken) -> Answer:
        """Our output is with the neighbour after us: sign what we did, and delete what is here."""
        part = self._mine(work, chain, told, next=caller.did)
        if part.state is _P.HANDED_ON:
            return _state(part)
        if not part.is_provider and part.output_digest != told.digest:
            raise BrokenChain("These are not the bytes that were handed on.")
        state = part.after("hand-on")
        part = store.change_part(work, part, state=state, output_digest=told.digest, output_bytes=told.bytes)
        under = self._negotiations.agreement_between(work, self._own_did, str(part.next), str(part.dataset))
        statement = self._seal.statement(part, given_under=under.id if under else None, at=work.now)
        part = store.change_part(work, part, statement=statement)
        self._sweep(work, part)
        self.report(work, part)
        return _state(part)

    def keep(self, work: Work, caller: Peer, chain: str, asked: messages.Keep) -> Answer:
        """Keep the result: the asker has settled that the chain is whole. Announces `chain.kept`."""
        part = self._mine(work, chain, asked, asker=caller.did)
        if part.state is _P.KEPT:
            return _state(part)
        if not part.is_consumer:
            raise Conflict("Only the last hop keeps a result.")
        part = store.change_part(work, part, state=part.after("keep", ASKER))
        content = {"asker": part.asker, "purpose": part.purpose, "media_type": part.media_type}
        work.publish(Event(name="chain.kept", about=chain, content=content, at=work.now))
        return _state(part)

    def end(self, work: Work, caller: Peer, chain: str, told: messages.End) -> Answer:
        """Stop at the asker's word, and delete; a part that is over stays what it is."""
        part = self._mine(work, chain, told, asker=caller.did)
        if not part.is_over:
            part = self.close(work, part, "end", ASKER, told.reason)
        return _state(part)

    def close(self, work: Work, part: Part, move: str, party: str, reason: str) -> Part:
        """End a part early: its transfers on both sides stop, its data go, and the asker hears of it."""
        part = store.change_part(work, part, state=part.after(move, party), reason=reason[:500])
        if part.transfer is not None:
            self._transfers.end(work, part.transfer, f"The chain ended: {reason}"[:500])
        if part.served is not None and part.next is not None:
            serving = self._transfers.serving(work, part.next, part.served)
            if serving is not None:
                self._transfers.end(work, serving.pid, f"The chain ended: {reason}"[:500])
        self._sweep(work, part)
        if party == NODE:
            self.report(work, part)
        return part

    def delete_under(self, grant: str, work: Work) -> int:
        """Delete what is here under a consent that ended, and stop the chains it belongs to; return how many files."""
        count = 0
        for part in store.parts_by(work, "grant", grant, is_open=False):
            if not part.is_over:
                self.close(work, part, "fail", NODE, "The consent for these data has ended.")
            count += self._bench.clear(part.chain, part.hop, part.attempt)
        return count

    def still(self, work: Work, run: TaskRun, *states: PartState) -> Part | None:
        """Return the part a task is about, if it is still in that attempt and in one of these states (none: any)."""
        part = store.one_part(work, str(run.payload["chain"]))
        is_it = part is not None and part.attempt == run.payload["attempt"] and (not states or part.state in states)
        return part if is_it else None

    def fail(self, run: TaskRun, reason: str, *states: PartState) -> None:
        """Let the part a task is about fail, if it is still there, and close the task."""
        with run.finishing() as work:
            part = self.still(work, run, *states)
            if part is not None and not part.is_over:
                self.close(work, part, "fail", NODE, reason)

    def report(self, work: Work, part: Part) -> None:
        """Let the asker know where this part is."""
        task = {"chain": part.chain, "attempt": part.attempt}
        work.enqueue(REPORT, task, key=f"{REPORT} {part.key} {part.state}")

    def say(self, work: Work, part: Part, word: str, content: Mapping[str, Any]) -> None:
        """Leave a message for a neighbour: `taking` and `taken` for the one before, `offered` for the one after."""
        task = {"chain": part.chain, "attempt": part.attempt, "word": word, "content": dict(content)}
        work.enqueue(SAY, task, key=f"{SAY} {part.key} {word}")

    def _request(self, work: Work, part: Part) -> Part:
        """Ask the neighbour before for a transfer under our agreement, once."""
        if part.state is not _P.AGREED or part.transfer is not None:
            return part
        agreement = self._negotiations.agreement(work, str(part.agreement))
        if agreement is None or not agreement.in_force:
            return self.close(work, part, "fail", NODE, f"The agreement on {part.previous_dataset} has ended.")
        pid = self._transfers.request(work, agreement, part.key)
        self.say(work, part, "taking", {"transfer": pid})
        return store.change_part(work, part, transfer=pid)

    def _sweep(self, work: Work, part: Part) -> None:
        task = {"chain": part.chain, "hop": part.hop, "attempt": part.attempt}
        work.enqueue(SWEEP, task, key=f"{SWEEP} {part.key}")

    def _mine(self, work: Work, chain: str, told: messages.Said, **by: str) -> Part:
        """Return our part if the caller is who may say this about it: the same words whether unknown or another's."""
        part = store.one_part(work, chain)
        named = ((who, did),) = tuple(by.items())
        if part is None or getattr(part, who) != did or part.hop != told.hop or not named:
            raise NotFound(f"There is no part in the chain {chain[:100]} with you.")
        if part.attempt != told.attempt:
            raise Conflict("This is about another attempt.")
        return part

    def _admitted(self, work: Work, caller: Peer, chain: str, asked: messages.Prepare) -> Part:
        _check_shape(asked, self._own_did)
        if asked.hop >= self._limits.hops:
            raise BadInput(f"This node plays in chains of up to {self._limits.hops} hops.")
        deadline = _moment(asked.deadline)
        if not work.now < deadline <= work.now + self._limits.time + CLOCK_LEEWAY:
            raise BadInput(f"A chain may take {self._limits.time} here, and ends in the future.")
        for did in (asked.next, asked.previous.participant if asked.previous else None):
            if did is not None:
                self._checks.member(work, did)
        self._check_own(work, caller, asked)
        if store.open_parts(work) >= self._limits.open_parts:
            raise TooBusy()
        return Part(
            chain=chain,
            hop=asked.hop,
            attempt=asked.attempt,
            asker=caller.did,
            purpose=asked.purpose,
            previous=asked.previous.participant if asked.previous else None,
            previous_dataset=asked.previous.dataset if asked.previous else None,
            dataset=asked.dataset,
            next=asked.next,
            grant=asked.grant,
            given=asked.hand_on,
            is_personal=False,
            wants_result=asked.wants_result,
            max_bytes=min(asked.max_bytes, self._limits.bytes),
            deadline=deadline,
            state=_P.WAITING,
            reason=None,
            terms=(),
            agreement=None,
            negotiation=None,
            transfer=None,
            served=None,
            input_digest=None,
            input_bytes=None,
            output_digest=None,
            output_bytes=None,
            media_type=None,
            hand_on=None,
            statement=None,
            made=work.now,
            changed=work.now,
        )

    def _check_own(self, work: Work, caller: Peer, asked: messages.Prepare) -> None:
        """A dataset must be one the asker could see in our catalog; whose chains may end here, the operator says."""
        if asked.dataset is None:
            if caller.did != self._own_did and not self._takes_from(caller):
                raise NotForThisAsker()
            return
        is_service = self._processors.has(asked.dataset)
        peer = self._checks.member(work, caller.did)
        if self._catalog.offering_for(work, asked.dataset, peer) is None or is_service is (asked.hop == 0):
            kind = "dataset" if asked.hop == 0 else "service"
            raise NotFound(f"There is no {kind} {asked.dataset[:200]} here.")


def _check_shape(asked: messages.Prepare, own_did: str) -> None:
    """A first hop has nobody before it, a last one nobody after; neighbours are others."""
    is_first, before = asked.hop == 0, asked.previous
    if (before is None) is not is_first or (asked.hand_on is None) is not is_first or (is_first and asked.grant):
        raise BadInput("The first hop has no neighbour before it, and every other one has.")
    if (asked.dataset is None) is not (asked.next is None) or (is_first and asked.next is None):
        raise BadInput("The last hop gives nothing, and every other one names what it gives and to whom.")
    near = [own_did, asked.next, before.participant if before else None]
    known = [did for did in near if did is not None]
    if len(set(known)) < len(known):
        raise BadInput("A chain does not go in circles.")
    if asked.wants_result and asked.next is not None:
        raise BadInput("Only the last hop can send the result back.")


def _moment(text: str) -> Any:
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        raise BadInput("The deadline is not a moment in ISO 8601.") from None


def _state(part: Part) -> Answer:
    return {"state": part.state.value}
