"""The organisation's desk: requests are answered by machine or by a person, in time, with a signed word each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.storage.database import Work
from skillspace.trust.rights.deadlines import due_of, may_extend
from skillspace.trust.rights.docket import Docket, check_stopping
from skillspace.trust.rights.errors import TooLate, WrongGround
from skillspace.trust.rights.inbox import RESPOND
from skillspace.trust.rights.machine import DONE, ORGANISATION, PART, PartState
from skillspace.trust.rights.messages import MAX_WORDS
from skillspace.trust.rights.model import GROUNDS, HANDED_OVER, Duty, Ground, PackageFacts, Request, Right
from skillspace.trust.rights.speech import Speech
from skillspace.trust.rights.store import requests
from skillspace.wire.canonical import digest


class Desk:
    """What the people of an organisation do about requests, and what a task does for them."""

    def __init__(self, *, docket: Docket, speech: Speech, new_secret: Callable[[], str]) -> None:
        self._docket = docket
        self._speech = speech
        self._new_secret = new_secret

    def queue(self, work: Work) -> list[Request]:
        """Return what is still owed, what is due first first; what waits for the person last."""
        waiting = [state for state in PartState if state not in DONE]
        query = sa.select(requests).where(requests.c.state.in_(waiting))
        return self._read(work, query.order_by(requests.c.due.is_(None), requests.c.due, requests.c.id))

    def answered(self, work: Work, *, limit: int = 200) -> list[Request]:
        """Return what is no longer owed, latest first."""
        query = sa.select(requests).where(requests.c.state.in_(list(DONE)))
        return self._read(work, query.order_by(requests.c.done.desc(), requests.c.id.desc()).limit(limit))

    def request(self, work: Work, id: str) -> Request:
        """Return one request; raise NotFound."""
        return self._docket.read(work, self._docket.row(work, id))

    def words(self, work: Work, id: str) -> list[Mapping[str, Any]]:
        """Return what was said about a request: number, move, at, token, told, refused."""
        self._docket.row(work, id)
        return self._speech.of_request(work, id)

    def duties(self, work: Work, id: str) -> tuple[Duty, ...]:
        """Return which laws demand to keep what, as the rooms know it: beside the button that erases."""
        return self._docket.answerers.duties(work, self._docket.who(self._docket.row(work, id)))

    def take(self, work: Work, id: str, by: str) -> Request:
        """Begin to work on a request. Raises NotFound, MoveNotAllowed."""
        row = self._docket.step(work, self._docket.row(work, id), "take", ORGANISATION, taken_by=by)
        self._speech.say(work, row, "take")
        return self._done(work, row, "take", by=by)

    def extend(self, work: Work, id: str, by: str, words: str) -> Request:
        """Take two more months, with the reasons, within the first (Art. 12(3)).

        The first month counts from the asking or from when the request arrived, whichever ends later: nobody loses this
        because the line was cut. Raises TooLate, BadInput without reasons, MoveNotAllowed, NotFound.
        """
        row, reasons = self._docket.row(work, id), _reasons(words)
        if not may_extend(self._docket.deadlines, row, work.now):
            raise TooLate("Two more months can only be taken within the first one.")
        due = due_of(row, self._docket.deadlines.country, extended=work.now)
        row = self._docket.step(work, row, "extend", ORGANISATION, extended=work.now, due=due, taken_by=by)
        self._speech.say(work, row, "extend", words=reasons)
        return self._done(work, row, "extend", by=by)

    def doubt(self, work: Work, id: str, by: str, words: str) -> Request:
        """Ask who the person is, with what is needed to believe it; the clock stands still until they answer.

        Once for each request (Art. 12(6)). Raises Conflict, BadInput without words, MoveNotAllowed, NotFound.
        """
        row, needed = self._docket.row(work, id), _reasons(words)
        if row["doubted"] is not None:
            raise Conflict("The person was asked for more before; a request is doubted once.")
        row = self._docket.step(work, row, "doubt", ORGANISATION, doubted=work.now, due=None, taken_by=by)
        self._speech.say(work, row, "doubt", words=needed)
        return self._done(work, row, "doubt", by=by)

    def refuse(self, work: Work, id: str, by: str, ground: Ground, words: str) -> Request:
        """Say no, on a ground the law knows for this right, and with reasons (Art. 12(4)).

        Refusing an objection lets the processing go on. Raises WrongGround, BadInput, MoveNotAllowed, NotFound.
        """
        row, reasons = self._docket.row(work, id), _reasons(words)
        if ground not in GROUNDS[Right(row["right"])]:
            raise WrongGround(f"The law knows no refusal of {row['right']} on the ground {ground}.")
        row = self._docket.step(work, row, "refuse", ORGANISATION, done=work.now, due=None, taken_by=by)
        self._docket.restrictions.lift(work, row["id"])
        self._speech.say(work, row, "refuse", ground=ground, words=reasons)
        return self._done(work, row, "refuse", by=by, ground=ground)

    def answer(self, work: Work, id: str, by: str, words: str = "", *, elsewhere: bool = False) -> Request:
        """Do what the person asked and say so; `words` say what was corrected, or anything that helps to understand.

        Access and portability are packed by a task, unless the data are handed over `elsewhere`, which `words` then
        say. The others happen here: erasure keeps what a duty keeps, and names the duty; a review says in words what
        was changed. Raises MoveNotAllowed, NotFound, BadInput.
        """
        row = self._docket.row(work, id)
        PART.step(PartState(row["state"]), "answer", ORGANISATION)
        right = Right(row["right"])
        said = _reasons(words) if elsewhere or words or right is Right.REVIEW else ""
        if right in HANDED_OVER and not elsewhere:
            work.enqueue(RESPOND, {"request": id, "words": said, "by": by}, key=f"{RESPOND}:{id}:{by}")
        else:
            self.finish(work, id, by=by, words=said)
        return self.request(work, id)

    def lift(self, work: Work, id: str, by: str, words: str) -> Request:
        """Let what a restriction or an upheld objection stopped go on, with the reason.

        The person is told first (Art. 18(3)): it goes on when their intermediary has the word, not before. Raises
        NotThisRight, BadInput, MoveNotAllowed, NotFound.
        """
        row, reasons = self._docket.row(work, id), _reasons(words)
        check_stopping(row)
        row = self._docket.step(work, row, "lift", ORGANISATION, taken_by=by)
        self._speech.say(work, row, "lift", words=reasons)
        return self._done(work, row, "lift", by=by)

    # What the tasks do

    def to_answer(self, work: Work, id: str) -> Request | None:
        """Return a request that can be answered now, or None: it is done, doubted or gone."""
        row = work.one(sa.select(requests).where(requests.c.id == id))
        if row is None or "answer" not in PART.allowed(PartState(row["state"]), ORGANISATION):
            return None
        return self._docket.read(work, row)

    def finish(self, work: Work, id: str, *, by: str, words: str, package: PackageFacts | None = None) -> bool:
        """Answer a request, in the transaction that does what it asks; tell whether it was.

        Without a person (`by` is empty) what a law keeps, or a room cannot do, is left in the queue with the reason.
        """
        row = self._docket.row(work, id)
        right, who = Right(row["right"]), self._docket.who(row)
        content: dict[str, Any] = {"words": words}
        kept = self._docket.answerers.duties(work, who) if right is Right.ERASURE else ()
        if not by and (why := _left_to_people(kept, self._docket.answerers.cannot(right))):
            self.set_aside(work, id, why)
            return False
        if right is Right.ERASURE:
            content |= {"deleted": self._docket.answerers.erase(work, who), "kept": kept}
        elif right is Right.RESTRICTION:
            self._docket.restrictions.put(work, row, who, right)
            self._docket.answerers.restrict(work, who, True)
        elif package is not None:
            content["package"] = package
        self._write_answer(work, row, by, content)
        return True

    def first_end(self, kept: Collection[Duty], work: Work) -> date | None:
        """Return the day after which something that only a duty kept may go; duties without an end name none."""
        today = self._docket.deadlines.day(work.now)
        return min((duty.until for duty in kept if duty.until and duty.until >= today), default=None)

    def set_aside(self, work: Work, id: str, why: str) -> None:
        """Leave a request to the people of the organisation, with the reason."""
        work.update(requests, requests.c.id == id, note=why[:500])
        self._docket.announce(work, self._docket.row(work, id), "left_to_people")

    def told(self, work: Work, word: Mapping[str, Any], refused: str | None) -> None:
        """Write down what became of a word; one that lets something go on works from now."""
        self._speech.settle(work, word, refused)
        row = self._docket.row(work, word["request"])
        if refused:
            work.update(
                requests,
                requests.c.id == row["id"],
                note=f"The intermediary took not “{word['move']}”: {refused}"[:500],
            )
        elif word["move"] == "lift":
            self._docket.free(work, row)

    def erase(self, work: Work, person: str) -> list[str]:
        """Forget the requests of a person whose space is here; return their identifiers, so that files go too."""
        mine = (requests.c.intermediary == self._docket.own_did) & (requests.c.subject == person)
        found = [str(row["id"]) for row in work.rows(sa.select(requests.c.id).where(mine))]
        work.delete(requests, mine)
        return found

    def _write_answer(self, work: Work, row: Mapping[str, Any], by: str, content: Mapping[str, Any]) -> None:
        changes: dict[str, Any] = {"done": work.now, "due": None, "taken_by": by or row["taken_by"]}
        opens = None
        if "package" in content:
            opens = self._new_secret()
            changes |= {"package": dict(vars(content["package"])), "opens_hash": digest({"opens": opens})}
        if content.get("kept"):
            changes["keep_until"] = self.first_end(content["kept"], work)
        row = self._docket.step(work, row, "answer", ORGANISATION, **changes)
        self._speech.say(work, row, "answer", opens=opens, **content)
        self._done(work, row, "answer", by=by, **_told(content))

    def _read(self, work: Work, query: sa.Select[Any]) -> list[Request]:
        return [self._docket.read(work, row) for row in work.rows(query)]

    def _done(self, work: Work, row: Mapping[str, Any], move: str, **content: Any) -> Request:
        self._docket.announce(work, row, "moved")
        self._docket.journal(work, row, move, content)
        return self.request(work, row["id"])


def _left_to_people(kept: Collection[Duty], rooms: list[str]) -> str:
    if kept:
        return "A law demands to keep some of it: " + "; ".join(sorted({duty.law for duty in kept}))
    return f"These rooms cannot do it by themselves: {', '.join(rooms)}" if rooms else ""


def _told(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return of an answer what the journal keeps: counts and digests, no words."""
    kept = [
        {"law": duty.law, "until": duty.until.isoformat() if duty.until else ""} for duty in content.get("kept", ())
    ]
    package = content.get("package")
    told = {"deleted": content.get("deleted"), "kept": kept, "package": package.digest if package else None}
    return {name: value for name, value in told.items() if value}


def _reasons(words: str) -> str:
    if not words.strip() or len(words) > MAX_WORDS or "\x00" in words:
        raise BadInput(f"Say why, in at most {MAX_WORDS} characters.")
    return words.strip()
