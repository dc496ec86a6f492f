"""Words for children: what they read before they say yes or no, in three bands of age and three languages.

The sentences are data (`texts.json`), kept short and plain; a test measures them (LIX below 30).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from skillspace.kernel.errors import BadInput


@cache
def _wording() -> dict[str, Any]:
    text = resources.files("skillspace.trust.mandate").joinpath("texts.json").read_text(encoding="utf-8")
    wording: dict[str, Any] = json.loads(text)
    return wording


def languages() -> tuple[str, ...]:
    """The languages there are words for children in."""
    return tuple(_wording())


def bands() -> tuple[str, ...]:
    """The bands of age there are words for, youngest first."""
    return tuple(_wording()["en"])


def child_texts(
    language: str, band: str, *, recipient: str, kinds: str, purpose: str, until: str
) -> dict[str, dict[str, str]]:
    """Return the sentences of a request and of the answers to it, with the facts filled in; English for other tongues.

    `band` is what `Births.band` says; `kinds` and `purpose` are in the reader's words, `until` is a day. Raises
    BadInput for a band there is none of.
    """
    spoken = _wording().get(language) or _wording()["en"]
    if band not in spoken:
        raise BadInput(f"There are no words for children of band {band[:20]!r}.")
    facts = {"recipient": recipient, "kinds": kinds, "purpose": purpose, "until": until}
    return {
        part: {name: _filled(sentence, facts) for name, sentence in spoken[band][part].items()}
        for part in ("request", "assent")
    }


def guardian_texts(language: str, band: str, *, guardian: str, since: str) -> dict[str, str]:
    """Return the sentences about a child's guardian, with the name and the day filled in; else as `child_texts`."""
    spoken = _wording().get(language) or _wording()["en"]
    if band not in spoken:
        raise BadInput(f"There are no words for children of band {band[:20]!r}.")
    facts = {"guardian": guardian, "since": since}
    return {name: _filled(sentence, facts) for name, sentence in spoken[band]["guardian"].items()}


def _filled(sentence: str, facts: dict[str, str]) -> str:
    """Fill the facts in; what they hold is text, never a pattern."""
    pieces = sentence.split("{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}")
        filled.append(facts[name] + rest)
    return "".join(filled)
