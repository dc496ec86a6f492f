"""Letters in people's languages: the texts lie as ``letter.json`` beside the room that writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from skillspace.wire.mail import Letter

#: What is written where we have no text in somebody's language.
FALLBACK = "en"
MAX_NAME, MAX_FACT = 120, 500


def letter(package: str, *, to: str, language: str, sender: str, facts: Mapping[str, object]) -> Letter:
    """Return the letter of a package's ``letter.json`` (by language: subject and body), with the facts put in.

    `language` is a language tag; `sender` and every fact that is a text come into one line.
    """
    texts = _texts(package)
    spoken = language.partition("-")[0]
    spoken = spoken if spoken in texts else FALLBACK
    plain = {name: one_line(value, MAX_FACT) if isinstance(value, str) else value for name, value in facts.items()}
    return Letter(
        to=to,
        sender_name=one_line(sender, MAX_NAME),
        subject=texts[spoken]["subject"] % plain,
        body=texts[spoken]["body"] % plain,
        language=spoken,
    )


def one_line(text: str, most: int) -> str:
    """Return the beginning of a text without anything that could begin another line or header."""
    return "".join(each if each.isprintable() else " " for each in text)[:most].strip()


@lru_cache
def _texts(package: str) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = json.loads((files(package) / "letter.json").read_text(encoding="utf-8"))
    return found
