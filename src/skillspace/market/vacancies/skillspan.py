"""Reads the English ads of SkillSpan: sentences with marked skills, put together again into the ads they came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.linking import Link, occupation_named
from skillspace.market.masking import mask_contacts, one_line
from skillspace.market.vacancies.model import Vacancy
from skillspace.skills.taxonomy import Need, Taxonomies

LANGUAGE = "en"
EMPLOYER = "Name withheld by the collection"
LONGEST_TITLE = 12
_NO_TITLE = re.compile(r"[<:\d]")
_CLOSING = frozenset(".,;:!?)]}%'")


def read_skillspan(path: Path, source: str, taxonomies: Taxonomies, link: Link) -> Iterator[Vacancy]:
    """Give the ads of one file. The marked spans count as needed, the rest of the text as background.

    Raises UnreadableFile naming the line that is broken.
    """
    for number, sentences in groupby(_sentences(path), key=lambda sentence: sentence["idx"]):
        yield _vacancy(f"skillspan-{path.stem}-{number}", list(sentences), source, taxonomies, link)


def _sentences(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    sentence = orjson.loads(line)
                    lengths = {len(sentence[name]) for name in ("tokens", "tags_skill", "tags_knowledge")}
                    if len(lengths) != 1 or not isinstance(sentence["idx"], int):
                        raise ValueError("its tags do not fit its words")
                except (ValueError, KeyError, TypeError) as fault:
                    raise UnreadableFile(f"{path.name}, line {number}: no marked sentence ({fault}).") from fault
                yield sentence
    except OSError as fault:
        raise UnreadableFile(f"{path.name} cannot be read: {fault.strerror}.") from fault


def _vacancy(
    identifier: str, sentences: list[dict[str, Any]], source: str, taxonomies: Taxonomies, link: Link
) -> Vacancy:
    texts = [one_line(_joined(sentence["tokens"])) for sentence in sentences]
    text = mask_contacts("\n".join(line for line in texts if line))
    title, occupation = _title(texts, taxonomies)
    spans = [span for sentence in sentences for span in marked(sentence)]
    named = link("\n".join(spans), LANGUAGE)
    background = [uri for uri in link(text, LANGUAGE) if uri not in set(named)]
    usual = taxonomies.skills_of(occupation) if occupation and not named else []
    needed = dict.fromkeys([*named, *(each.uri for each in usual if each.need is Need.ESSENTIAL)], True)
    return Vacancy(
        id=identifier,
        title=title,
        language=LANGUAGE,
        employer=EMPLOYER,
        occupation=occupation,
        skills=tuple((needed | {uri: needed.get(uri, False) for uri in background}).items()),
        text=text or None,
        synthetic=False,
        source=source,
    )


def _title(texts: list[str], taxonomies: Taxonomies) -> tuple[str, str | None]:
    """Return the first short line that names an occupation, else the first of several words that is no sentence."""
    opening = [line for line in texts[:8] if line and len(line.split()) <= LONGEST_TITLE and not _NO_TITLE.search(line)]
    for line in opening:
        if (occupation := occupation_named(taxonomies, line, LANGUAGE)) is not None:
            return line, occupation
    titles = [line for line in opening if len(line.split()) > 1 and not line.endswith((".", "!", "?", ":", ";"))]
    return (titles or ["Job ad without a title"])[0], None


def marked(sentence: dict[str, Any]) -> Iterator[str]:
    """Give the marked words of a sentence, skills and knowledge, each span as one text."""
    for name in ("tags_skill", "tags_knowledge"):
        span: list[str] = []
        for word, tag in zip(sentence["tokens"], sentence[name], strict=True):
            if span and tag != "I":
                yield _joined(span)
                span = []
            if tag in ("B", "I"):
                span.append(word)
        if span:
            yield _joined(span)


def _joined(words: list[str]) -> str:
    """Put tokens together as one would write them: no blank before closing signs or after opening ones."""
    if not words:
        return ""
    pieces = [words[0]]
    for before, word in pairwise(words):
        pieces.append(word if word[:1] in _CLOSING or before in "([{" else f" {word}")
    return "".join(pieces)
