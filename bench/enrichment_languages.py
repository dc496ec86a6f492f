"""How well texts are read in each of the twelve languages: invented ones, marked by a reader; and gendered titles.

The texts stand in ``bench/judged``: "dev" to work on, "held" written before and kept apart. Everything is measured on
the answers of the program's own JSON Lines, the calibration on both halves.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import DATA, Figure, Tell, figure, untold
from bench.judged.pairs import GENDERED, same_answers, title_pairs
from bench.judged.texts import HALVES, Judged, Line, Mark, judged_texts, single_sentences
from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.encoder import Encoder
from skillspace.skills.enrichment import Enricher
from skillspace.skills.enrichment.answers import LEAST, Answerer, Wanted
from skillspace.skills.enrichment.linked import LinkedSkills
from skillspace.skills.enrichment.sections import ASIDE, Insistence, Section, divide
from skillspace.skills.enrichment.text import sentences, tokens
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies, add_pack

Answer = dict[str, Any]
Counts = dict[tuple[str, str], Counter[str]]
"""By (language, property): how many "right", how many "wrong" of what was said, how many "missed" of what is true."""

CONCEPT_KINDS = {ConceptKind.OCCUPATION.value: "occupation", **{kind.value: "skill" for kind in SKILL_KINDS}}
FACT_KINDS = ("language", "certificate", "seniority", "place")
BINS = 5
PAIRS = 100
"""Pairs of titles asked of the linker for each language; enrichment reads all of them."""


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        tell("compiling the pack")
        add_pack("esco", home, DATA)
        taxonomies = Taxonomies.open(home)
        enricher = Enricher.build(taxonomies, None, home / "enrichment")
        figures: list[Figure] = []
        for half in HALVES:
            tell(f"reading the {half} texts")
            counts, told = measured(judged_texts(half), taxonomies, enricher)
            figures += [*of_counts(counts, half), *of_scores(told, half)]
        linker = linker_of(home)
        if linker is not None:
            tell("reading single sentences")
            figures += of_single(taxonomies, linker, home)
        tell("asking for both forms of titles")
        figures += of_pairs(taxonomies, enricher, linker)
    return figures


def of_single(taxonomies: Taxonomies, linker: Linker, home: Path) -> Iterator[Figure]:
    """Return how single sentences fare that imply a skill, no heading above: how many get a right one, how many
    mentions are right, and how many sentences get any that ask for nothing."""
    similar = LinkedSkills(taxonomies, linker, Encoder.open())
    enricher, named = Enricher.build(taxonomies, None, home / "enrichment", similar), _uris(taxonomies)
    counts: dict[str, list[bool]] = {}
    for one in single_sentences():
        said = [each for each in enricher.enrich(one.text, one.language).mentions if each.kind in SKILL_KINDS]
        shown = {each.concept for each in said if (each.confidence or 0) >= LEAST}
        right = shown & {uri for name in one.skills for uri in named[name]}
        if not one.skills:
            counts.setdefault("all_astray", []).append(bool(shown))
            continue
        way = "plain" if one.is_plain else "in_other_words"
        for language in (one.language, "all"):
            counts.setdefault(f"{language}_{way}", []).append(bool(right))
        counts.setdefault(f"all_{way}_precision", []).extend(concept in right for concept in shown)
    for name, its in sorted(counts.items()):
        if its:
            low, high = interval(sum(its), len(its))
            more: dict[str, float | str] = {"low": low, "high": high, "n": len(its)}
            yield figure(f"single_held_{name}", sum(its) / len(its), "share", more=more)


def measured(
    texts: Sequence[Judged], taxonomies: Taxonomies, enricher: Enricher
) -> tuple[Counts, dict[str, list[tuple[float, bool]]]]:
    """Return what was right, wrong and missed, and (score, is right) of what was told, by kind."""
    named = _uris(taxonomies)
    answerer = Answerer(enricher, Wanted(everything=True))
    counts: Counts = {}
    told: dict[str, list[tuple[float, bool]]] = {}
    for one in texts:
        asked = json.dumps({"id": 0, "text": one.text}).encode()
        answer = json.loads(answerer.answer(asked, 1))
        _count(counts, one.language, "language of the text", one.language, answer["language"])
        wanted = Answerer(enricher, Wanted(language=one.language, everything=True))
        said = json.loads(wanted.answer(asked, 1))["mentions"]
        for line in one.lines:
            its = [each for each in said if line.start <= each["start"] < line.end]
            _judge(counts, told, one.language, line, its, named)
        for line, (section, insistence) in zip(one.lines, _divided(one), strict=True):
            _judge_line(counts, one.language, line, section, insistence)
    return counts, told


def _divided(one: Judged) -> list[tuple[Section, Insistence | None]]:
    """Return what each line of a text is said to be about, and how much it (its first mark) is needed."""
    found = list(tokens(one.text))
    divided = divide(found, list(sentences(found)), one.language)
    answers = []
    for line in one.lines:
        first = line.marks[0].start if line.marks else line.start
        at = next(at for at, token in enumerate(found) if token.end > first and token.is_word)
        its = next(sentence for sentence in divided if sentence.first <= at < sentence.past)
        answers.append((its.section, its.insistence_at(at)))
    return answers


def _judge_line(counts: Counts, language: str, line: Line, section: Section, insistence: Insistence | None) -> None:
    if line.about is None:
        return
    truth = line.about in ASIDE
    _count(counts, language, "set aside", truth or None, (section in ASIDE) or None)
    if line.about is not Section.OTHER:
        _count(counts, language, "section", line.about, section)
    if line.about is Section.REQUIREMENT and line.insistence:
        for need in Insistence:
            said = insistence if insistence is need else None
            _count(counts, language, need.value, need if line.insistence is need else None, said)


def _judge(
    counts: Counts,
    told: dict[str, list[tuple[float, bool]]],
    language: str,
    line: Line,
    its: Sequence[Answer],
    named: Mapping[str, frozenset[str]],
) -> None:
    """Hold what is said of a line against its marks."""
    shown = [one for one in its if not one.get("negated") and _is_shown(one)]
    is_aside = line.about in ASIDE
    for mark in line.marks:
        kinds = {_kind_of(value, named) for value in mark.values}
        touching = [one for one in its if mark.touches(one["start"], one["end"])]
        for kind in sorted(kinds):
            is_found = any(_is_right(one, mark, named) for one in shown if one in touching)
            if not mark.is_denied and not is_aside:
                _tally(counts, language, kind, "right" if is_found else "missed")
        if mark.values and not is_aside:
            right = [one for one in touching if _is_right(one, mark, named)]
            if right:
                denied = any(one.get("negated") for one in right)
                _count(counts, language, "denied", mark.is_denied or None, denied or None)
            levels = {value.partition("=")[2] for value in mark.values} - {""}
            if levels and right and not mark.is_denied:
                _count(counts, language, "level", levels.pop(), right[0].get("level"))
    for one in shown:
        of: str = CONCEPT_KINDS.get(one["kind"]) or str(one["kind"])
        over = [mark for mark in line.marks if mark.touches(one["start"], one["end"])]
        is_right = any(not mark.is_denied and not is_aside and _is_right(one, mark, named) for mark in over)
        rivals = [mark for mark in over if not mark.values or of in {_kind_of(v, named) for v in mark.values}]
        if is_right or rivals or (is_aside and of != "place") or of in FACT_KINDS:
            told.setdefault(of, []).append((one["score"], is_right))
            if not is_right:
                _tally(counts, language, of, "wrong")


def _is_shown(one: Answer) -> bool:
    return one["section"] not in {section.value for section in ASIDE} or one["kind"] == "place"


def _is_right(one: Answer, mark: Mark, named: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether an answer is what a mark says; of a language its level counts apart."""
    for value in mark.values:
        fact = value.partition("=")[0]
        if one.get("value") == fact or one["concept"] in named.get(value.lower(), ()):
            return True
    return False


def _kind_of(value: str, named: Mapping[str, frozenset[str]]) -> str:
    if value.startswith(("language:", "place:")):
        return value.partition(":")[0]
    if value.startswith(("seniority", "experience-years")):
        return "seniority"
    if value.startswith(("driving-licence", "forklift-licence", "certificate:")):
        return "certificate"
    return "occupation" if any("/occupation/" in uri for uri in named[value.lower()]) else "skill"


def _uris(taxonomies: Taxonomies) -> dict[str, frozenset[str]]:
    """Return the concepts of each English name: those that prefer it, else all that have it."""
    kinds = SKILL_KINDS | {ConceptKind.OCCUPATION}
    by_name: dict[str, tuple[set[str], set[str]]] = {}
    for label, uri, is_preferred in taxonomies.labels("en", kinds=kinds):
        by_name.setdefault(label.lower(), (set(), set()))[not is_preferred].add(uri)
    return {name: frozenset(preferred or others) for name, (preferred, others) in by_name.items()}


def _count(counts: Counts, language: str, what: str, truth: object, said: object) -> None:
    """Count one answer against the truth; None stands for nothing to say."""
    if truth is not None and truth == said:
        _tally(counts, language, what, "right")
        return
    if truth is not None:
        _tally(counts, language, what, "missed")
    if said is not None:
        _tally(counts, language, what, "wrong")


def _tally(counts: Counts, language: str, what: str, how: str) -> None:
    for key in ((language, what), ("all", what)):
        counts.setdefault(key, Counter())[how] += 1


def of_counts(counts: Counts, half: str) -> Iterator[Figure]:
    """Return precision and recall with their intervals (Wilson, 95 %), by language and property."""
    for (language, what), count in sorted(counts.items()):
        name = f"{half}_{language}_{what.replace(' ', '_').replace('-', '_')}"
        for measure, other in (("precision", "wrong"), ("recall", "missed")):
            of = count["right"] + count[other]
            if of:
                low, high = interval(count["right"], of)
                more: dict[str, float | str] = {"low": low, "high": high, "n": of}
                yield figure(f"{name}_{measure}", count["right"] / of, "share", more=more)


def of_scores(told: Mapping[str, Sequence[tuple[float, bool]]], half: str) -> Iterator[Figure]:
    """Return how far scores are from what came true (as ECE, bins of equal size), by kind.

    Of skills only those are judged whose words a reader marked, so that nearly all are right: their scores say how
    often a named skill is asked for, and are measured by `tools/calibrate_enrichment.py` on real advertisements.
    """
    for kind, pairs in sorted(told.items()):
        ordered = sorted(pairs)
        size = math.ceil(len(ordered) / BINS)
        bins = [ordered[at : at + size] for at in range(0, len(ordered), size)]
        off = sum(abs(sum(score for score, _ in one) - sum(right for _, right in one)) for one in bins)
        more: dict[str, float | str] = {
            "n": len(ordered),
            "right": sum(right for _, right in ordered) / len(ordered),
            "mean_score": sum(score for score, _ in ordered) / len(ordered),
        }
        yield figure(f"{half}_gap_{kind}", off / len(ordered), "difference", more=more)


def interval(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's interval of a share (Journal of the American Statistical Association 22, 1927)."""
    share = right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def linker_of(home: Path) -> Linker | None:
    """Return the linker, None where the encoder's weights are not there."""
    try:
        return Linker.open(home)
    except UnreadableFile:
        return None


def of_pairs(taxonomies: Taxonomies, enricher: Enricher, linker: Linker | None) -> Iterable[Figure]:
    """Return the share of pairs of gendered titles whose two forms get the same concepts and scores."""
    for language in GENDERED:
        pairs = title_pairs(taxonomies, language)
        for name, differ, of in same_answers(pairs, language, enricher, linker, PAIRS):
            share = 1 - len(differ) / of
            low, high = interval(of - len(differ), of)
            more = {"low": low, "high": high, "n": of}
            yield figure(f"pairs_{language}_{name}", share, "share", limit=0.98, more=more)
