"""The stored tasks of mailboxes: a code goes out in a letter, and what was never proven is forgotten."""

from __future__ import annotations

import structlog

from skillspace.people.mailboxes.service import FORGET_TASK, LETTER_TASK, Mailboxes, Outgoing
from skillspace.people.recognition.service import MINUTES
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.wire.letters import letter
from skillspace.wire.mail import Letter, MailRefused, Postbox

log = structlog.get_logger()


def register(book: TaskBook, mailboxes: Mailboxes, postbox: Postbox | None, own_name: str) -> None:
    """Let codes be sent, and forget; without a postbox nobody can ask for one."""

    def send(run: TaskRun) -> None:
        letter_id = str(run.payload["letter"])
        with run.database.writing() as work:
            outgoing = mailboxes.prepare(work, letter_id)
        is_taken = outgoing is None or postbox is None or _handed_over(written(outgoing, own_name), postbox)
        with run.finishing() as work:
            if not is_taken:
                mailboxes.refused(work, letter_id)

    def forget(run: TaskRun) -> None:
        with run.finishing() as work:
            mailboxes.forget_old(work)

    book.on_task(LETTER_TASK, send)
    book.on_task(FORGET_TASK, forget)


def written(outgoing: Outgoing, own_name: str) -> Letter:
    """Return the letter in the person's language; it names the space and nobody in it."""
    facts = {"space": own_name, "code": outgoing.code, "minutes": MINUTES}
    return letter(
        "skillspace.people.mailboxes", to=outgoing.to, language=outgoing.language, sender=own_name, facts=facts
    )


def _handed_over(sent: Letter, postbox: Postbox) -> bool:
    try:
        postbox.send(sent)
    except MailRefused:
        log.warning("mailbox.letter_refused")
        return False
    return True
