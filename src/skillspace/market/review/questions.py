"""What texts of ads and courses mean, where the model is unsure: the questions that a person's word helps most with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skillspace.market.courses import Course
from skillspace.market.review.said import question_id
from skillspace.market.vacancies import Vacancy
from skillspace.skills.enrichment import Enricher
from skillspace.skills.enrichment.text import sentences, tokens
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS
from skillspace.skills.taxonomy.folding import fold

Offer = Vacancy | Course
SCHEME = "esco"
JOBS, SKILLS = f"{SCHEME}-occupation", f"{SCHEME}-skill"
MOST_QUESTIONS = 300
MOST_LINKED = 3 * MOST_QUESTIONS
MOST_CANDIDATES = 5
LEAST = 0.02
"""Chance below which a candidate is not worth a place on the card."""
UNSURE = 0.1, 0.9
"""Between these chances of the best candidate a question is worth asking."""
LONGEST = 100
"""Letters of a mention; words further apart are no name that is met again."""
AROUND = 160
"""Letters of the sentence that are shown on either side of the words."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Does ``text``, which stands in ``sentence`` at ``start``, mean one of ``candidates`` (concept, chance)?

    ``times`` counts the offers it stands in; ``use`` is how much an answer helps: how unsure, times how often.
    """

    id: str
    text: str
    sentence: str
    start: int
    language: str
    scheme: str
    candidates: tuple[tuple[str, float], ...]
    times: int
    use: float
    version: str

    @property
    def around(self) -> tuple[str, str, str]:
        """The sentence before the words, the words, and what comes after them."""
        end = self.start + len(self.text)
        return self.sentence[: self.start], self.sentence[self.start : end], self.sentence[end:]


@dataclass(kw_only=True)
class _Seen:
    text: str
    sentence: str
    start: int
    language: str
    scheme: str
    chances: dict[str, float]
    times: int = 0


def questions(offers: Iterable[Offer], linker: Linker | None, enricher: Enricher) -> list[Question]:
    """Return the most useful questions about some offers, the most useful first; the same offers give the same."""
    seen: dict[tuple[str, str, str], _Seen] = {}
    for offer in offers:
        for one in _titles(offer, linker):
            _count(seen, one)
        for one in _mentions(offer, enricher):
            _count(seen, one)
    # how often bounds how useful: what stands nearly nowhere need not be linked to know that it comes last
    often = sorted(seen.values(), key=lambda one: (-one.times, one.scheme, one.language, one.text))[:MOST_LINKED]
    made = [_question(one, linker, enricher.version) for one in often]
    wanted = [one for one in made if one.candidates and UNSURE[0] <= one.candidates[0][1] <= UNSURE[1]]
    return sorted(wanted, key=lambda one: (-one.use, one.id))[:MOST_QUESTIONS]


def _count(seen: dict[tuple[str, str, str], _Seen], one: _Seen) -> None:
    known = seen.setdefault((one.scheme, one.language, fold(one.text)), one)
    known.times += 1
    for concept, chance in one.chances.items():
        known.chances[concept] = max(known.chances.get(concept, 0.0), chance)


def _titles(offer: Offer, linker: Linker | None) -> Iterator[_Seen]:
    """Give the title of a job; which occupation it names is asked of the linker once for all that share it."""
    if isinstance(offer, Vacancy) and linker is not None and fold(offer.title):
        title = " ".join(offer.title.split())[:200]
        yield _Seen(text=title, sentence=title, start=0, language=offer.language, scheme=JOBS, chances={})


def _mentions(offer: Offer, enricher: Enricher) -> Iterator[_Seen]:
    """Give the words of an offer's text that name skills, once each, with the sentence they stand in."""
    text = (offer.text if isinstance(offer, Vacancy) else offer.description) or ""
    found = enricher.enrich(text, offer.language, candidates=0)
    if found.language is None or not found.mentions:
        return
    cut = list(tokens(text))
    spans = [(cut[first].start, cut[last - 1].end) for first, last in sentences(cut)]
    here: dict[tuple[int, int], dict[str, float]] = {}
    for one in found.mentions:
        if one.kind in SKILL_KINDS and one.end - one.start <= LONGEST:
            chance = one.confidence if one.confidence is not None else one.score
            here.setdefault((one.start, one.end), {})[one.concept] = chance
    told: set[str] = set()
    for (start, end), chances in here.items():
        if fold(text[start:end]) in told:
            continue
        told.add(fold(text[start:end]))
        first, last = next((span for span in spans if span[0] <= start and end <= span[1]), (start, end))
        first, last = max(first, start - AROUND), min(last, end + AROUND)
        yield _Seen(
            text=text[start:end],
            sentence=text[first:last],
            start=start - first,
            language=found.language,
            scheme=SKILLS,
            chances=chances,
        )


def _question(one: _Seen, linker: Linker | None, version: str) -> Question:
    chances = dict(one.chances)
    if linker is not None:
        for it in linker.link(one.text, one.scheme, language=one.language, k=MOST_CANDIDATES, least=LEAST):
            chances[it.concept] = max(chances.get(it.concept, 0.0), it.score)
    best = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CANDIDATES]
    unsure = 4 * best[0][1] * (1 - best[0][1]) if best else 0.0
    return Question(
        id=question_id(one.text, one.language, one.scheme),
        text=one.text,
        sentence=one.sentence,
        start=one.start,
        language=one.language,
        scheme=one.scheme,
        candidates=tuple((concept, round(chance, 4)) for concept, chance in best),
        times=one.times,
        use=round(unsure * one.times, 4),
        version=f"{version}+{linker.version}" if linker else version,
    )
