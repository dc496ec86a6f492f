"""The stored task of recognition: a wish for a letter becomes a letter, or nothing, and nobody outside sees which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import structlog

from skillspace.people.recognition.letters import LETTER_TASK, Letters, Outgoing
from skillspace.people.recognition.machine import Why
from skillspace.people.recognition.service import MINUTES
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.wire.mail import Letter, MailRefused, Postbox

log = structlog.get_logger()

MAX_NAME = 120


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
    languages = _texts()
    language = outgoing.language.partition("-")[0]
    language = language if language in languages else "en"
    organisation, sender = _one_line(own_name), _one_line(outgoing.sender)
    facts = {"organisation": organisation, "sender": sender, "code": outgoing.code, "minutes": MINUTES}
    text = languages[language]
    return Letter(
        to=outgoing.to,
        sender_name=organisation,
        subject=text["subject"] % facts,
        body=text["body"] % facts,
        language=language,
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


def _one_line(name: str) -> str:
    """Return a name without anything that could begin another line or header."""
    return "".join(each if each.isprintable() else " " for each in name)[:MAX_NAME].strip()


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = json.loads(
        (files("skillspace.people.recognition") / "letter.json").read_text(encoding="utf-8")
    )
    return found
