"""What a part says, as stored tasks: to its neighbours, to the asker, and to itself when its time is over."""

from __future__ import annotations

import base64
from dataclasses import replace

from skillspace.exchange.chains import messages
from skillspace.exchange.chains.bench import Bench
from skillspace.exchange.chains.checks import Checks
from skillspace.exchange.chains.machine import ASKER, NODE, PartState
from skillspace.exchange.chains.model import Limits, Part
from skillspace.exchange.chains.parts import EXPIRE, REPORT, SAY, SWEEP, Parts
from skillspace.exchange.chains.post import Post
from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent.errors import Restricted

_P = PartState


class Telling:
    """The messages of the parts of one node."""

    def __init__(self, *, parts: Parts, checks: Checks, post: Post, bench: Bench, limits: Limits) -> None:
        self._parts = parts
        self._checks = checks
        self._post = post
        self._bench = bench
        self._limits = limits

    def register(self, book: TaskBook) -> None:
        """Take the tasks."""
        book.on_task(SAY, self._say)
        book.on_task(REPORT, self._report)
        book.on_task(EXPIRE, self._expire)
        book.on_task(SWEEP, self._clear)

    def _say(self, run: TaskRun) -> None:
        """Tell a neighbour; when it will not hear of it, our part cannot go on either."""
        word = str(run.payload["word"])
        with run.reading() as work:
            part = self._parts.still(work, run)
        to, hop = _neighbour(part, word) if part else (None, 0)
        if part is None or to is None or part.state in (_P.FAILED, _P.ENDED):
            with run.finishing():
                return
        content = {"hop": hop, "attempt": part.attempt, **run.payload["content"]}
        try:
            self._post.tell(to, part.chain, word, self._post.model(word).model_validate(content))
        except Unavailable:
            raise
        except SkillspaceError as fault:
            self._parts.fail(run, f"The neighbouring hop says no: {fault.message}")
            return
        with run.finishing():
            pass

    def _report(self, run: TaskRun) -> None:
        """Tell the asker where this part is now; an asker who has ended the chain ends our part by its answer."""
        with run.reading() as work:
            part = self._parts.still(work, run)
        if part is None:
            with run.finishing():
                return
        try:
            with run.reading() as work:
                self._checks.may_use(work, part)
            report = self._written(part)
        except Restricted as fault:
            report = self._written(replace(part, wants_result=False, reason=fault.message[:500]))
        try:
            answer = self._post.tell(part.asker, part.chain, "report", report)
        except Unavailable:
            raise
        except SkillspaceError as fault:
            answer = {"state": "failed", "reason": f"The asker does not know of this chain: {fault.message}"}
        with run.finishing() as work:
            found = self._parts.still(work, run)
            if found is not None and not found.is_over and answer.get("state") in ("failed", "cancelled"):
                reason = str(answer.get("reason") or "The asker has ended the chain.")
                self._parts.close(work, found, "end", ASKER, reason)

    def _written(self, part: Part) -> messages.Report:
        result, reason = None, part.reason
        if part.wants_result and part.is_consumer and part.state is _P.FETCHED:
            if (part.input_bytes or 0) <= self._limits.returned_bytes:
                content = base64.b64encode(self._bench.input(part).read_bytes()).decode()
                result = messages.Returned(media_type=str(part.media_type)[:200], base64=content)
            else:
                reason = f"The result is larger than {self._limits.returned_bytes} bytes and stays with the consumer."
        told = {"hop": part.hop, "attempt": part.attempt, "state": part.state.value, "reason": reason}
        return messages.Report.model_validate(
            {**told, "hand_on": part.hand_on, "statement": part.statement, "result": result}
        )

    def _expire(self, run: TaskRun) -> None:
        """End what took too long, also when nobody says so: data do not wait here for ever."""
        with run.finishing() as work:
            part = self._parts.still(work, run)
            if part is not None and not part.is_over:
                self._parts.close(work, part, "fail", NODE, "The time for this chain is over.")

    def _clear(self, run: TaskRun) -> None:
        payload = run.payload
        self._bench.clear(str(payload["chain"]), int(payload["hop"]), int(payload["attempt"]))
        with run.finishing():
            pass


def _neighbour(part: Part, word: str) -> tuple[str | None, int]:
    """Return who hears a word, and which hop that is."""
    return (part.next, part.hop + 1) if word == "offered" else (part.previous, part.hop - 1)
