"""Answers of `link` and `enrich` after people were heard: the same lines, each change with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.corrections.corrections import Corrections
from skillspace.skills.corrections.finding import ConfirmedWords
from skillspace.skills.corrections.lines import read_corrections
from skillspace.skills.corrections.model import Correction
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from skillspace.skills.taxonomy.model import ConceptKind

Answer = Callable[[bytes, int], bytes]
POOL = 50
"""Candidates that people may lift: a good one may stand far down."""
CONCEPTS = frozenset(kind.value for kind in SKILL_KINDS | {ConceptKind.OCCUPATION})


@dataclass(frozen=True, kw_only=True)
class _Scored:
    concept: str
    score: float


def read_files(paths: Sequence[Path]) -> list[Correction]:
    """Read files of corrections. Raises UnreadableFile for one that is not there, BadInput for a line out of form."""
    found: list[Correction] = []
    for path in paths:
        try:
            with path.open("rb") as lines:
                found += read_corrections(lines, path.name)
        except OSError as fault:
            raise UnreadableFile(f"{path} cannot be read ({fault.strerror}).") from fault
    return found


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


def corrected_mentions(
    answer: Answer, corrections: Corrections, taxonomies: Taxonomies, *, scheme: str, version: str, least: float
) -> Answer:
    """Return what answers as ``answer`` does, with each mention's words heard by people; ``answer`` leaves out nothing.

    What they confirmed of the very words is there, also where ``answer`` saw nothing; what they refused is scored down,
    and out when that is too low. ``scheme`` is whose concepts are found, ``version`` names what ``answer`` rests on.
    """
    confirmed = ConfirmedWords(corrections, scheme)

    def heard(ones: list[dict[str, Any]], base: dict[str, Any], words: str, language: str) -> list[dict[str, Any]]:
        """Return the mentions that stand at the same words, corrected."""
        before = {one["concept"]: one for one in ones}
        scored = [_Scored(concept=concept, score=one["score"]) for concept, one in before.items()]
        listed = []
        for one in corrections.corrected(scored, words, scheme, language):
            standing = corrections.standing(words, one.concept, scheme, language)
            if one.concept in before:
                mention = before[one.concept] | {"score": one.score}
            elif standing is not None and standing.net > 0 and taxonomies.has(one.concept):
                mention = base | {
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
            mention["version"] = f"{version}+{corrections.version}"
            listed.append(_told(mention, one.reason))
        return listed

    def corrected(line: bytes, number: int) -> bytes:
        found = orjson.loads(answer(line, number))
        text, language = orjson.loads(line)["text"], found["language"]
        spans: dict[tuple[int, int], list[dict[str, Any]]] = {}
        listed = [one for one in found["mentions"] if _is_fact(one)]  # nobody corrects facts
        for one in found["mentions"]:
            if not _is_fact(one):
                spans.setdefault((one["start"], one["end"]), []).append(one)
        for (start, end), ones in spans.items():
            listed += heard(ones, ones[0], text[start:end], language or "")
        # a clause that only implies something names nothing: confirmed words within it do
        named = [span for span, ones in spans.items() if any(one["relation"] != "related" for one in ones)]
        for (start, end), words in confirmed.find(text, language, named) if language else ():
            if (start, end) not in spans:
                listed += heard([], {"start": start, "end": end}, words, language)
        found["mentions"] = [one for one in listed if one["score"] >= least or one.get("calibrated") is False]
        found["mentions"].sort(key=lambda one: (one["start"], one["end"], -one["score"], one["concept"]))
        if not spans and any(not _is_fact(one) for one in found["mentions"]):
            found.pop("note", None)  # it says that nothing was recognised
        return orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)

    return corrected


def _is_fact(one: dict[str, Any]) -> bool:
    return one["kind"] not in CONCEPTS or "value" in one


def _told(one: dict[str, Any], reason: str) -> dict[str, Any]:
    return one | {"reason": reason} if reason else one
