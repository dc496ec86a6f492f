"""What intermediaries send to an organisation: requests, and what the person says about them afterwards."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, Conflict
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.rights.deadlines import due_of
from skillspace.trust.rights.docket import Docket, check_stopping
from skillspace.trust.rights.machine import DONE, ORGANISATION, PART, PERSON, PartState
from skillspace.trust.rights.messages import PartMessage
from skillspace.trust.rights.model import AUTOMATIC, STOPPING, Right
from skillspace.trust.rights.shelf import Shelf
from skillspace.trust.rights.speech import Speech
from skillspace.trust.rights.store import requests
from skillspace.wire.canonical import digest

RESPOND = "rights.respond"
CLOCK_LEEWAY = timedelta(minutes=5)


class Inbox:
    """Takes what arrives. `automatic` are the rights that a machine may answer by itself."""

    def __init__(self, *, docket: Docket, speech: Speech, shelf: Shelf, automatic: Collection[Right]) -> None:
        if set(automatic) - AUTOMATIC:
            raise BadInput("Rectification, objection and review are decided by a person, never by a machine.")
        self._docket = docket
        self._speech = speech
        self._shelf = shelf
        self._automatic = frozenset(automatic)

    def receive(self, work: Work, intermediary: str, message: PartMessage) -> str:
        """Take a request and return the signed word that it arrived; the same request again gives the same word.

        An objection stops what it objects to at once, until somebody has decided. Raises BadInput when it was asked in
        the future, Conflict when the part is known with another content.
        """
        mark = digest(message.model_dump())
        known = self._docket.of_part(work, intermediary, message.part)
        if known is not None:
            if known["digest"] != mark:
                raise Conflict(f"Part {message.part} was asked before, for something else.")
            return self._speech.first(work, known["id"])
        row = self._row(work, intermediary, message, mark)
        work.insert(requests, row)
        right = Right(row["right"])
        word = self._speech.say(work, row, "receive")
        if right is Right.OBJECTION:
            self._docket.restrictions.put(work, row, self._docket.who(row), right)
        if right in self._automatic:
            work.enqueue(RESPOND, {"request": row["id"], "words": "", "by": ""}, key=f"{RESPOND}:{row['id']}")
        self._docket.announce(work, row, "received")
        self._docket.journal(work, row, "received", {"asked": iso(row["asked"])})
        return word

    def withdrawn(self, work: Work, intermediary: str, part: str) -> None:
        """The person took the request back, or left: nobody collects a package any more. Raises NotFound.

        What was answered already stays answered; but what it stopped goes on.
        """
        row = self._docket.known(work, intermediary, part)
        self._shelf.discard(work, row["id"])
        if row["state"] == PartState.ANSWERED and Right(row["right"]) in STOPPING:
            self.lifted(work, intermediary, part)
        if PartState(row["state"]) in DONE:
            return
        self._docket.step(work, row, "withdraw", PERSON, done=work.now, due=None)
        self._docket.restrictions.lift(work, row["id"])
        self._docket.announce(work, row, "withdrawn")
        self._docket.journal(work, row, "withdrawn", {})

    def supplied(self, work: Work, intermediary: str, part: str, words: str, at: str) -> None:
        """The person answered a doubt: the clock goes on. Again changes nothing. Raises NotFound, BadInput."""
        row = self._docket.known(work, intermediary, part)
        if row["doubted"] is None:
            raise Conflict("Nobody asked for more about this part.")
        if row["resumed"] is not None or PartState(row["state"]) in DONE:
            return
        when = min(max(_moment(at), row["doubted"]), work.now)
        due = due_of(row, self._docket.deadlines.country, resumed=when)
        self._docket.step(work, row, "supply", PERSON, resumed=when, due=due, supplied=words)
        self._docket.announce(work, row, "supplied")
        self._docket.journal(work, row, "supplied", {})

    def lifted(self, work: Work, intermediary: str, part: str) -> None:
        """The person no longer wants it stopped. Again changes nothing. Raises NotFound, NotThisRight."""
        row = self._docket.known(work, intermediary, part)
        if row["state"] != PartState.LIFTED:
            check_stopping(row)
            self._docket.step(work, row, "lift", PERSON)
        self._docket.free(work, row)

    def _row(self, work: Work, intermediary: str, message: PartMessage, mark: str) -> dict[str, Any]:
        asked = _moment(message.asked)
        if asked > work.now + CLOCK_LEEWAY:
            raise BadInput(f"Part {message.part} says it was asked at {message.asked}, which is still to come.")
        asked = min(asked, work.now)
        nothing = {"extended": None, "doubted": None, "resumed": None, "done": None, "reminded": None}
        empty = {"taken_by": "", "supplied": "", "note": "", "keep_until": None, "package": None, "opens_hash": None}
        return {
            "id": new_id("request"),
            "intermediary": intermediary,
            "part": message.part,
            "digest": mark,
            "right": message.right,
            "subject": message.subject,
            "words": message.words,
            "scope": {"datasets": message.datasets, "kinds": message.kinds, "grants": message.grants},
            "corrections": [each.model_dump() for each in message.corrections],
            "state": PART.step(PartState.SENT, "receive", ORGANISATION),
            "number": 0,
            "asked": asked,
            "received": work.now,
            "due": self._docket.deadlines.due(asked),
            **nothing,
            **empty,
        }


def _moment(text: str) -> datetime:
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        raise BadInput(f"{text[:40]!r} is not a moment.") from None
