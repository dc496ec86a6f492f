"""The stored task of recognition: a wish for a letter becomes a letter, or nothing, and nobody outside sees which."""

from __future__ import annotations

import structlog

from skillspace.people.recognition.letters import LETTER_TASK, Letters, Outgoing
from skillspace.people.recognition.machine import Why
from skillspace.people.recognition.service import MINUTES
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.wire.letters import letter
from skillspace.wire.mail import Letter, MailRefused, Postbox

log = structlog.get_logger()


def register(book: TaskBook, letters: Letters, postbox: Postbox | None, own_name: str) -> None:
    """Let letters be sent; without a postbox every wish for one ends unsent."""

    def send(run: TaskRun) -> None:
        letter_id = str(run.payload["letter"])
        with run.database.writing() as work:
            outgoing = letters.prepare(work, letter_id)
        why = _hand_over(outgoing, postbox, own_name)
        with run.finishing() as work:
            if why is not None:
                letters.end(work, letter_id, why)
                log.warning("letter.unsent", letter=letter_id, why=str(why))

    book.on_task(LETTER_TASK, send)


def written(outgoing: Outgoing, own_name: str) -> Letter:
    """Return the letter in the person's language, or in English where we do not write theirs."""
    facts = {"organisation": own_name, "sender": outgoing.sender, "code": outgoing.code, "minutes": MINUTES}
    return letter(
        "skillspace.people.recognition", to=outgoing.to, language=outgoing.language, sender=own_name, facts=facts
    )


def _hand_over(outgoing: Outgoing | None, postbox: Postbox | None, own_name: str) -> Why | None:
    if outgoing is None:
        return None
    if postbox is None:
        return Why.REFUSED
    try:
        postbox.send(written(outgoing, own_name))
    except MailRefused:
        return Why.REFUSED
    return None
