"""One line of JSON in, one line of JSON out: the contract of `skillspace enrich`, without the program around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from skillspace.skills.enrichment.calibration import QUICK, calibration, fact_keys
from skillspace.skills.enrichment.enricher import Enricher
from skillspace.skills.enrichment.facts import Fact
from skillspace.skills.enrichment.lexicon import MOST_REMEMBERED, Entry, Named
from skillspace.skills.enrichment.model import Enrichment, How, Mention
from skillspace.skills.lines import read_text
from skillspace.skills.taxonomy.taxonomies import public_name

LEAST = 0.15
"""Score below which a mention is not shown unless asked for: six of seven such are wrong."""

RELATIONS = {How.LABEL: "exact", How.VARIANT: "close", How.SIMILAR: "related"}
"""What the words are to the concept (SKOS mapping relations), by how it was found."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How texts are to be read: ``language`` None means find out, text by text.

    Mentions that score below ``least`` are left out. ``everything`` shows besides what is denied and what stands where
    an employer speaks of itself.
    """

    language: str | None = None
    gazetteer_only: bool = False
    everything: bool = False
    least: float = LEAST


class Answerer:
    """Answers lines ``{"id", "text"}`` with one enricher; see `answer`."""

    def __init__(self, enricher: Enricher, wanted: Wanted) -> None:
        self._enricher = enricher
        self._wanted = wanted
        self._written: dict[int, tuple[Named, tuple[bytes, ...]]] = {}

    def answer(self, line: bytes, number: int) -> bytes:
        """Return ``{"id", "language", "mentions"}`` and a line break; "note" says why where nothing was found.

        Raises BadInput, naming the line, for what is no such object.
        """
        name, text = read_text(line, number)
        if self._wanted.gazetteer_only:
            return self._quick(name, text)
        return self._told(name, self._enricher.enrich(text, self._wanted.language))

    def _told(self, name: object, found: Enrichment) -> bytes:
        answer: dict[str, Any] = {"id": name, "language": found.language}
        if found.note:
            answer["note"] = found.note
        shown = [*found.mentions, *(found.aside if self._wanted.everything else ())]
        facts = [one for one in found.facts if self._wanted.everything or not one.is_aside]
        said = {(one.start, one.end, self._enricher.concept_of(one)) for one in facts}
        listed = [_mention(one) for one in shown if (one.start, one.end, one.concept) not in said]
        listed = [one for one in listed if one["score"] >= self._wanted.least]
        listed += [_fact(one, self._enricher.concept_of(one), found.language) for one in facts]
        listed.sort(key=lambda one: (one["start"], one["end"], -one["score"], one["concept"]))
        answer["mentions"] = [one | {"version": found.version} for one in listed]
        return orjson.dumps(answer) + b"\n"

    def _quick(self, name: object, text: str) -> bytes:
        """Answer with labels alone. Their part of the answer is written once each: this is most of the time saved."""
        language, found, note = self._enricher.labelled(text, self._wanted.language)
        pieces = [
            b'{"start":%d,"end":%d,%b' % (start, end, piece)
            for start, end, meant in found
            for piece in self._pieces(meant)
        ]
        head = orjson.dumps({"id": name, "language": language} | ({"note": note} if note else {}))
        return b'%b,"mentions":[%b]}\n' % (head[:-1], b",".join(pieces))

    def _pieces(self, meant: Named) -> tuple[bytes, ...]:
        kept = self._written.get(id(meant))
        if kept is None or kept[0] is not meant:
            if len(self._written) >= MOST_REMEMBERED:
                self._written.clear()
            kept = self._written[id(meant)] = (
                meant,
                tuple(filter(None, (self._piece(entry, score) for entry, score in meant))),
            )
        return kept[1]

    def _piece(self, entry: Entry, score: float) -> bytes:
        chance = calibration().chance(
            QUICK,
            kind=entry.kind.value,
            score=score,
            is_variant=False,
            asks=0.5,
            words=len(entry.words),
            concept=entry.concept,
        )
        written = {
            "concept": public_name(entry.concept),
            "kind": entry.kind.value,
            **_score(chance, score),
            "relation": "exact" if entry.preferred and not entry.bare else "close",
            "label": entry.label,
            "version": self._enricher.version,
        }
        return orjson.dumps(written)[1:] if written["score"] >= self._wanted.least else b""


def _mention(one: Mention) -> dict[str, Any]:
    return {
        "start": one.start,
        "end": one.end,
        "concept": public_name(one.concept),
        "kind": one.kind.value,
        **_score(one.confidence, one.score),
        "relation": RELATIONS[one.how],
        "label": one.label,
        **_where(one),
    }


def _fact(one: Fact, concept: str, language: str | None) -> dict[str, Any]:
    level = {"level": one.level} if one.level else {}
    return {
        "start": one.start,
        "end": one.end,
        "concept": concept,
        "kind": one.kind.value,
        "score": round(calibration().fact_chance(fact_keys(one, language)), 4),
        "relation": "exact",
        "label": one.words,
        "value": one.value,
        **level,
        **_where(one),
    }


def _score(chance: float | None, otherwise: float) -> dict[str, Any]:
    """Return a measured chance as the score, or another score that says it is none."""
    if chance is None:
        return {"score": round(otherwise, 4), "calibrated": False}
    return {"score": round(chance, 4)}


def _where(one: Mention | Fact) -> dict[str, Any]:
    """Return what the sentence says of a mention: what it is about, how much it is needed, whether it is denied."""
    need = {"need": one.insistence.value} if one.insistence else {}
    return {"section": one.section.value, **need, **({"negated": True} if one.is_denied else {})}
