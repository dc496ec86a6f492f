"""Interests: a few questions about what one likes, and occupations that fit; nothing that is said here is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.careers import Careers
from skillspace.portal.pages.person.moving import LIKINGS, Ways, essential_of, liked
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.paths import start_of
from skillspace.portal.pages.person.reasons import match_of, reasons_for
from skillspace.portal.views.careers import FitCard, InterestsPage, Liking, Said
from skillspace.skills.careers import (
    LETTERS,
    STATEMENTS,
    CareerMap,
    InterestProfile,
    Move,
    MoveWeights,
    PathFinder,
    Statement,
    Told,
    profile,
    told_in,
)
from skillspace.skills.matching import Gap
from skillspace.skills.taxonomy import Taxonomies

MOST_CHARACTERS = 1500
QUESTIONS = ("told-1", "told-2")
#: An answer as the form has it, and on the scale of one to five.
ANSWERS = {"no": 1, "some": 4, "yes": 5}
FITS, LOOKED_AT, OF_A_GROUP = 9, 90, 1
WAYS = 3
BECAUSE = 4
#: Where somebody told what they like, that is what an occupation is chosen by; what they can do ranks beside it, and
#: open jobs only where all else is the same.
BY_LIKING = replace(MoveWeights(), interests=MoveWeights().told, demand=0.01)


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """What the form says."""

    told: tuple[str, str]
    statements: dict[str, str]

    @classmethod
    def of(cls, visit: Visit) -> _Answers:
        """Read the form; an answer that there is not counts as none."""
        first, second = (visit.field(name).replace("\r\n", "\n").strip() for name in QUESTIONS)
        said = {one.id: visit.field(one.id) for one in STATEMENTS}
        return cls(told=(first, second), statements={one: answer for one, answer in said.items() if answer in ANSWERS})

    @property
    def text(self) -> str:
        return "\n\n".join(text for text in self.told if text)


def router(frame: Frame, careers: Careers) -> APIRouter:
    """Return the questions and what the answers say."""
    routes = frame.router("Opportunities")

    @routes.get("/opportunities/interests")
    def ask(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.person()
            return visit.show(_page(visit, _Answers(told=("", ""), statements={})))

    @routes.post("/opportunities/interests")
    def answer(request: Request) -> Response:
        with frame.reading(request) as visit:
            _, spaces = visit.person()
            answers = _Answers.of(visit)
            if problem := _problem(answers, visit.words):
                return visit.show(replace(_page(visit, answers), problem=problem), 400)
        # reading a text takes a while: no transaction is open
        told = told_in(spaces.stories.suggest(answers.text)) if answers.text else []
        known, finder = careers.current(), careers.ways()
        with frame.reading(request) as visit:
            page = _page(visit, answers)
            if known is None or finder is None:
                return visit.show(replace(page, is_ready=False))
            return visit.show(_answered(page, visit, answers, told, known, finder))

    return routes


def _problem(answers: _Answers, words: Translator) -> str:
    if not answers.text and not answers.statements:
        return words.gettext("Answer at least one question, so that there is something to go by.")
    if any(len(text) > MOST_CHARACTERS for text in answers.told):
        text = words.gettext("One answer is longer than %(most)s characters. Make it shorter.")
        return text % {"most": words.number(MOST_CHARACTERS)}
    return ""


def _page(visit: Visit, answers: _Answers) -> InterestsPage:
    return InterestsPage(
        chrome=visit.chrome("opportunities", path="/opportunities/interests"),
        max_length=MOST_CHARACTERS,
        told=answers.told,
        statements=tuple(
            Said(id=one.id, text=visit.words.gettext(one.text), answer=answers.statements.get(one.id, ""))
            for one in _mixed()
        ),
    )


def _mixed() -> list[Statement]:
    """Return the statements one of each kind at a time: whoever stops early has said something of all."""
    return sorted(STATEMENTS, key=lambda one: (one.id[1:], LETTERS.index(one.letter)))


def _answered(
    page: InterestsPage, visit: Visit, answers: _Answers, told: Sequence[Told], known: CareerMap, finder: PathFinder
) -> InterestsPage:
    offers, taxonomies = Offers(visit), visit.rooms.taxonomies
    scale = {one: ANSWERS[answer] for one, answer in answers.statements.items()}
    found = profile(scale, told, known.occupations, taxonomies)
    page = replace(page, likings=_likings(found, offers))
    if not found.clear:
        return page
    liked_most = _standing_out(found)
    openings = offers.spaces.market.openings(visit.work)
    moves = known.next_moves(
        offers.skills, None, taxonomies, demand=openings, interests=liked_most, k=LOOKED_AT, moves=BY_LIKING
    )
    drawing, chosen, start = (
        Ways(known, offers, openings),
        _varied(moves, found.clear, taxonomies),
        start_of(offers, known),
    )
    goals = [one.occupation for one in chosen if one.occupation != start.occupation]
    ways = [finder.to(goal, start, taxonomies, k=2)[0] for goal in goals[:WAYS]]
    return replace(
        page,
        fits=tuple(_card(one, found.clear, drawing.pay(one.occupation), offers, openings) for one in chosen),
        ways=drawing.drawn(ways),
    )


def _standing_out(found: InterestProfile) -> tuple[float, ...]:
    """Return the shares of what stands out alone, adding up to 1: on the others nothing is built."""
    shares = [share if letter in found.clear else 0.0 for letter, share in zip(LETTERS, found.shares, strict=True)]
    return tuple(share / sum(shares) for share in shares)


def _likings(found: InterestProfile, offers: Offers) -> tuple[Liking, ...]:
    words = offers.words
    texts = {one.id: words.gettext(one.text) for one in STATEMENTS}
    likings = []
    for at, letter in enumerate(LETTERS):
        name, about = LIKINGS[letter]
        speaking = sorted((one for one in found.evidence if one.weights[at] > 0), key=lambda one: -one.weights[at])
        because = [texts.get(one.source) or offers.names.skill(one.source) for one in speaking]
        likings.append(
            Liking(
                letter=letter,
                name=words.gettext(name),
                about=words.gettext(about),
                share=found.shares[at],
                low=found.low[at],
                high=found.high[at],
                is_clear=letter in found.clear,
                because=tuple(dict.fromkeys(because))[:BECAUSE],
            )
        )
    return tuple(likings)


def _varied(moves: Sequence[Move], clear: str, taxonomies: Taxonomies) -> list[Move]:
    """Return the first of the moves that are known to be for one of these interests, few of one group of occupations:
    what is liked is found in many places."""
    chosen: list[Move] = []
    groups: Counter[str] = Counter()
    for move in moves:
        if move.interests is None or not set(move.interests.code) & set(clear):
            continue
        group = next(iter(sorted(taxonomies.broader(move.occupation))), move.occupation)
        groups[group] += 1
        if groups[group] <= OF_A_GROUP:
            chosen.append(move)
        if len(chosen) == FITS:
            break
    return chosen


def _card(move: Move, clear: str, pay: str, offers: Offers, openings: Mapping[str, int]) -> FitCard:
    found = Gap(coverage=move.coverage, have=move.have, close=move.close, missing=move.missing)
    essential = essential_of(move.occupation, offers.taxonomies)
    why = liked(move.interests, clear, offers.words)
    if found.have or found.close:
        why += reasons_for(found, essential, offers.names)[:1]
    return FitCard(
        uri=move.occupation,
        title=offers.names.skill(move.occupation),
        match=match_of(found, essential, offers.names),
        openings=openings.get(move.occupation, 0),
        pay=pay,
        reasons=why,
    )
