"""Interests of somebody who has no occupation yet: from what they say they liked, and a few statements; never certain.

What is said counts as evidence for the six letters, on top of one unit for each, so that nothing said means nothing
known (a Dirichlet prior). A letter is clear when it is more than an even share in at least nine cases of ten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skillspace.kernel.errors import BadInput
from skillspace.skills.careers.interests import LETTERS, Ground, Vectors, shares_of
from skillspace.skills.careers.occupations import Occupations
from skillspace.skills.enrichment.model import Enrichment
from skillspace.skills.taxonomy import Taxonomies

AGREEMENT = {1: -1.5, 2: -0.75, 3: 0.0, 4: 0.75, 5: 1.5}
"""What an answer counts, from "not like me at all" to "very much like me": one alone makes no letter clear."""

HEARD = 10.0
"""What a concept counts that somebody surely spoke of, and that is for one letter alone.

Chosen on one half of the English job profiles so that what is clear is right about as often as it should be; measured
on the other (docs/careers.md). Chances of concepts in texts are low, so most count far less.
"""

EVEN = 1 / len(LETTERS)


def N_(message: str) -> str:  # noqa: N802  gettext's own name for this mark
    """Mark a text that pages translate, and leave it as it is."""
    return message


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """Something to agree with, and the letter that agreeing speaks for."""

    id: str
    letter: str
    text: str


STATEMENTS = tuple(
    Statement(id=f"{letter.lower()}{number}", letter=letter, text=text)
    for letter, texts in (
        (
            "R",
            (
                N_("When something is broken, I want to take it apart and mend it."),
                N_("I would rather be on my feet outdoors than sit at a desk."),
                N_("I like it when in the evening there is something to hold that I made myself."),
            ),
        ),
        (
            "I",
            (
                N_("I keep asking why until I have understood it."),
                N_("I enjoy trying something out to see whether my guess was right."),
                N_("A hard riddle can keep me busy for hours."),
            ),
        ),
        (
            "A",
            (
                N_("I often draw, write, film, dance or make music without anybody asking me to."),
                N_("I notice colours, sounds or words that others walk past."),
                N_("I like a task best when nobody has said what the result should look like."),
            ),
        ),
        (
            "S",
            (
                N_("Friends come to me when they need somebody to talk to."),
                N_("Explaining something until the other one gets it makes me glad."),
                N_("I would like work in which I look after people."),
            ),
        ),
        (
            "E",
            (
                N_("In a group I am soon the one who says how we go about it."),
                N_("I like winning others over to an idea."),
                N_("One day I would like to have a shop or a company of my own."),
            ),
        ),
        (
            "C",
            (
                N_("I feel good when everything has its place and its date."),
                N_("I check figures and lists until they are right."),
                N_("I like to know exactly what is expected before I begin."),
            ),
        ),
    )
    for number, text in enumerate(texts, start=1)
)
"""Eighteen statements of our own, three a letter; agreeing or not with any of them is enough to be heard."""

_LETTER_OF = {one.id: one.letter for one in STATEMENTS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A concept that somebody spoke of, the words that say so, and the chance (0 to 1) that this is what they meant."""

    concept: str
    words: str
    chance: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one answer or one concept spoke for: weights by letter (negative: against), and how that is known.

    ``source`` is a statement's id or a concept's URI, ``words`` what was said, ``ground`` None for a statement.
    """

    source: str
    words: str
    weights: tuple[float, ...]
    ground: Ground | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InterestProfile:
    """Shares of RIASEC with the range that holds each in four cases of five; ``clear`` are the letters that stand out.

    ``clear`` is empty where too little was said, or nothing stands out: then nothing should be built on the shares,
    and ``shares_if_clear`` is None. ``evidence`` says what it rests on, in the order it came.
    """

    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    clear: str
    evidence: tuple[Evidence, ...]

    @property
    def shares_if_clear(self) -> tuple[float, ...] | None:
        """The shares, to be asked with for moves and paths; None where nothing stands out."""
        return self.shares if self.clear else None


def told_in(found: Enrichment) -> list[Told]:
    """Return what a text was found to speak of; what it denies or sets aside is left out."""
    return [
        Told(concept=one.concept, words=one.words, chance=one.score if one.confidence is None else one.confidence)
        for one in found.mentions
        if not one.is_denied
    ]


def profile(
    answers: Mapping[str, int], told: Sequence[Told], numbers: Occupations, taxonomies: Taxonomies
) -> InterestProfile:
    """Return what answers (1 to 5, by the id of a statement) and things told of say about somebody's interests.

    A concept speaks for the letters that are more usual where it is needed than elsewhere, the more the fewer they
    are; one that is needed everywhere says nothing. Each concept counts once. Raises BadInput for an unknown statement
    or an answer that is not 1 to 5.
    """
    from scipy.stats import beta  # noqa: PLC0415 - large, and only who asks for a profile needs it

    evidence = [_agreed(statement, answer) for statement, answer in answers.items()]
    strongest: dict[str, Told] = {}
    for one in told:
        if one.concept not in strongest or one.chance > strongest[one.concept].chance:
            strongest[one.concept] = one
    heard = (_spoken(one, numbers, taxonomies) for one in strongest.values())
    evidence += [one for one in heard if one is not None]
    sums = np.ones(len(LETTERS))
    for said in evidence:
        weights = np.array(said.weights)
        against = np.maximum(-weights, 0)
        # what speaks against one letter speaks for the five others alike
        sums += np.maximum(weights, 0) + (against.sum() - against) / (len(LETTERS) - 1)
    total = sums.sum()
    low, high = (beta.ppf(chance, sums, total - sums) for chance in (0.1, 0.9))
    order = sorted(range(len(LETTERS)), key=lambda at: (-sums[at], at))
    return InterestProfile(
        shares=_rounded(sums / total),
        low=_rounded(low),
        high=_rounded(high),
        clear="".join(LETTERS[at] for at in order if low[at] > EVEN),
        evidence=tuple(evidence),
    )


def _agreed(statement: str, answer: int) -> Evidence:
    if statement not in _LETTER_OF:
        raise BadInput(f"No statement is called {statement!r}; they are {', '.join(_LETTER_OF)}.")
    if answer not in AGREEMENT:
        raise BadInput(f"The answer to {statement} is {answer}; it must be 1 to 5.")
    weights = [AGREEMENT[answer] if letter == _LETTER_OF[statement] else 0.0 for letter in LETTERS]
    return Evidence(source=statement, words="", weights=_rounded(weights), ground=None)


def _spoken(one: Told, numbers: Occupations, taxonomies: Taxonomies) -> Evidence | None:
    shares, ground = _shares(one.concept, numbers, taxonomies)
    if not shares.any():
        return None
    lift = shares / np.maximum(numbers.shares.mean(axis=0), 1e-3)
    lift /= lift.sum()
    spread = -(lift * np.log(np.maximum(lift, 1e-9))).sum() / np.log(len(LETTERS))
    weights = HEARD * one.chance * (1 - spread) * lift
    return Evidence(source=one.concept, words=one.words, weights=_rounded(weights), ground=ground)


def _shares(concept: str, numbers: Occupations, taxonomies: Taxonomies) -> tuple[Vectors, Ground]:
    """Return the interests of a concept: as stated of it, of the occupation it is, or of those that need it."""
    if taxonomies.has(concept) and (letters := taxonomies.facts(concept).get("riasec")):
        return shares_of(letters), Ground.STATED
    row = numbers.row_of.get(concept)
    known = numbers.interests[row] if row is not None else None
    if known is not None:
        return np.array(known.shares, np.float32), known.ground
    column = numbers.column_of.get(concept)
    if column is None:
        return np.zeros(len(LETTERS), np.float32), Ground.INFERRED
    asking = numbers.asking_for(column)
    sums = asking @ numbers.shares
    return np.asarray(sums / max(float(sums.sum()), 1e-9), np.float32), Ground.INFERRED


def _rounded(values: Sequence[float] | np.ndarray) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)
