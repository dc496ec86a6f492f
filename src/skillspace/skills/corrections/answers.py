"""Answers of `link` and `enrich` after people were heard: the same lines, each change with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.corrections.corrections import Corrections, Encodes
from skillspace.skills.corrections.lines import read_corrections
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from skillspace.skills.taxonomy.model import ConceptKind

Answer = Callable[[bytes, int], bytes]
POOL = 50
"""Candidates that people may lift: a good one may stand far down."""
SCHEME = "esco"
"""The taxonomy that texts are enriched with."""
CONCEPTS = frozenset(kind.value for kind in SKILL_KINDS | {ConceptKind.OCCUPATION})


@dataclass(frozen=True, kw_only=True)
class _Scored:
    concept: str
    score: float


def open_corrections(paths: Sequence[Path], encoder: Encodes | None) -> Corrections:
    """Read files of corrections. Raises UnreadableFile for one that is not there, BadInput for a line out of form."""
    found = []
    for path in paths:
        try:
            with path.open("rb") as lines:
                found += list(read_corrections(lines, path.name))
        except OSError as fault:
            raise UnreadableFile(f"{path} cannot be read ({fault.strerror}).") from fault
    return Corrections.of(found, encoder)


def corrected_links(
    answer: Answer, corrections: Corrections, *, scheme: str, language: str, k: int, least: float
) -> Answer:
    """Return what answers as ``answer`` does, corrected; ``answer`` gives POOL candidates, down to no chance at all."""

    def corrected(line: bytes, number: int) -> bytes:
        found = orjson.loads(answer(line, number))
        candidates = [_Scored(**one) for one in found["candidates"]]
        ranked = corrections.corrected(candidates, orjson.loads(line)["text"], scheme, language)
        listed = [_told({"concept": one.concept, "score": one.score}, one.reason) for one in ranked[:k]]
        found["candidates"] = [one for one in listed if one["score"] >= least]
        return orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)

    return corrected


def corrected_mentions(answer: Answer, corrections: Corrections, taxonomies: Taxonomies, *, least: float) -> Answer:
    """Return what answers as ``answer`` does, with each mention's words heard by people; ``answer`` leaves out nothing.

    What they confirmed of the very words is there, what they refused is scored down, and out when that is too low.
    """

    def corrected(line: bytes, number: int) -> bytes:
        found = orjson.loads(answer(line, number))
        text, language = orjson.loads(line)["text"], found["language"] or ""
        spans: dict[tuple[int, int], list[dict[str, Any]]] = {}
        for one in found["mentions"]:
            spans.setdefault((one["start"], one["end"]), []).append(one)
        listed: list[dict[str, Any]] = []
        for (start, end), ones in spans.items():
            listed += _heard(ones, text[start:end], language, corrections, taxonomies)
        found["mentions"] = [one for one in listed if one["score"] >= least or one.get("calibrated") is False]
        found["mentions"].sort(key=lambda one: (one["start"], one["end"], -one["score"], one["concept"]))
        return orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)

    return corrected


def _heard(
    ones: list[dict[str, Any]], words: str, language: str, corrections: Corrections, taxonomies: Taxonomies
) -> list[dict[str, Any]]:
    """Return the mentions that stand at the same words, corrected; facts are left as they are."""
    facts = [one for one in ones if one["kind"] not in CONCEPTS or "value" in one]
    before = {one["concept"]: one for one in ones if one not in facts}
    if not before:
        return ones
    scored = [_Scored(concept=concept, score=one["score"]) for concept, one in before.items()]
    listed = facts
    for one in corrections.corrected(scored, words, SCHEME, language):
        standing = corrections.standing(words, one.concept, SCHEME, language)
        if one.concept in before:
            mention = before[one.concept] | {"score": one.score}
        elif standing is not None and standing.net > 0 and taxonomies.has(one.concept):
            mention = next(iter(before.values())) | {
                "concept": one.concept,
                "kind": taxonomies.kind(one.concept).value,
                "score": one.score,
                "relation": standing.relation.value,
                "label": taxonomies.label(one.concept, language),
            }
        else:
            continue  # a neighbour's concept is a candidate for a whole text, no mention of these words
        if standing is not None:
            mention.pop("calibrated", None)
        mention["version"] = f"{mention['version']}+{corrections.version}"
        listed.append(_told(mention, one.reason))
    return listed


def _told(one: dict[str, Any], reason: str) -> dict[str, Any]:
    return one | {"reason": reason} if reason else one
