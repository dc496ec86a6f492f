"""Selling: matching as a data source of its own, for whoever has an agreement; it is given skills and keeps nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, Field, field_validator

from skillspace.exchange import Exchange, Offering, Payload, PullRequest
from skillspace.kernel.errors import NotFound, Refused, Unavailable, UnreadableFile
from skillspace.market.matching_service.messages import (
    MATCHING_DATASET,
    MATCHING_PURPOSE,
    PLACE,
    Kind,
    MatchingCard,
    MatchingQuestion,
    read_question,
)
from skillspace.market.territory import codes_within
from skillspace.people.sharing import SKILLS_DATASET
from skillspace.skills.answering import Answers, MatchPeople
from skillspace.skills.matching import Weights
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.policy import Facts, evaluate, offer_rules

log = structlog.get_logger()

Note = Callable[[Work, str, str, Mapping[str, object]], None]
Roles = Callable[[Work, str], frozenset[str]]
#: Questions answered at a time: what a node does besides must not wait for them.
AT_ONCE = 4
TITLE = {
    "en": "Matching: what fits somebody's skills",
    "fr": "Rapprochement : ce qui convient à des compétences",
    "sv": "Matchning: det som passar någons kompetenser",
}


class TooManyQuestions(Unavailable):
    """More questions came within a minute than are sold; ask again in a minute."""

    http_status = 429


class OtherPurpose(Refused):
    """The agreement is not for this purpose."""


class SellingTerms(BaseModel):
    """What an operator writes down (``[matching]``): the folder of an index (``skillspace index build``), what is sold
    of it, at which weights, how often a member may ask, and the price in words. A relative folder is the node's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offers: Path
    kinds: tuple[Kind, ...] = ("job",)
    weights: dict[str, float] = {}
    calls_a_minute: int = Field(default=60, gt=0, le=6000)
    price: str = Field(default="", max_length=300)

    @field_validator("weights")
    @classmethod
    def _are_weights(cls, weights: dict[str, float]) -> dict[str, float]:
        try:
            Weights(**weights)
        except TypeError:
            raise ValueError(f"there is no such weight; there is {', '.join(vars_of_weights())}") from None
        return weights


def vars_of_weights(**changed: float) -> dict[str, float]:
    """Return every weight by its name."""
    weights = Weights(**changed)
    return {name: float(getattr(weights, name)) for name in Weights.__dataclass_fields__}


class Selling:
    """The data source of the offering “matching”."""

    has_places = True

    def __init__(
        self,
        *,
        terms: SellingTerms,
        folder: Path,
        answers: Answers,
        exchange: Exchange,
        database: Database,
        roles: Roles,
        note: Note,
    ) -> None:
        self._terms = terms
        self._offers = folder / terms.offers
        self._answers = answers
        self._exchange = exchange
        self._database = database
        self._roles = roles
        self._note = note
        self._turns = BoundedSemaphore(AT_ONCE)
        self._pace = _Pace(terms.calls_a_minute)

    def register(self, book: TaskBook) -> None:
        """Follow catalogs: where people's skills are offered for matching, their terms are agreed to."""
        book.on_event("catalog.crawled", self._crawled)

    def start(self, work: Work) -> None:
        """Offer it, with what it consists of now; an operator's own terms stay."""
        try:
            card = self.card()
        except UnreadableFile as fault:
            log.error("matching.no_offers", folder=str(self._offers), why=fault.message)
            return
        known = self._exchange.catalog.offering(work, MATCHING_DATASET)
        description = {"en": _described(card)}
        if known is not None and known.description == description:
            return
        self._exchange.catalog.publish(
            work,
            Offering(
                id=MATCHING_DATASET,
                title=TITLE,
                description=description,
                kinds=(),
                personal=False,
                purposes=(MATCHING_PURPOSE,),
                media_type="application/json",
                policy=known.policy if known else offer_rules(purposes=[MATCHING_PURPOSE]),
                visible_to=known.visible_to if known else (),
                updated=work.now,
            ),
        )

    def card(self) -> MatchingCard:
        """Return what is sold, as it is now. Raises UnreadableFile where there is no index."""
        jobs = self._answers.matcher(self._offers).jobs
        return MatchingCard(
            kinds=list(self._terms.kinds),
            offers=len(jobs),
            version=jobs.version,
            taxonomies=[f"{pack.scheme} {pack.version}" for pack in self._answers.taxonomies.schemes],
            weights=vars_of_weights(**self._terms.weights),
            calls_a_minute=self._terms.calls_a_minute,
            price=self._terms.price,
        )

    def open(self, request: PullRequest) -> Payload:
        """Answer a question, or say what is sold.

        Raises NotFound for another place, BadInput, OtherPurpose, TooManyQuestions, and Unavailable when busy.
        """
        if request.path == "" and request.method in ("GET", "HEAD"):
            return Payload(media_type="application/json", chunks=[self.card().model_dump_json().encode()])
        if request.path != PLACE or request.method != "POST":
            raise NotFound(f"{request.dataset} answers POST …/{PLACE}, and GET for what it consists of.")
        self._pace.step(request.consumer)
        question = read_question(request.body)
        self._may(request, question)
        answer = self._answered(question)
        with self._database.writing() as work:
            told = {"consumer": request.consumer, "kind": question.kind, "answers": len(answer["matches"])}
            self._note(work, "matching.answered", request.agreement.id, told)
        return Payload(media_type="application/json", chunks=[orjson.dumps(answer)])

    def _may(self, request: PullRequest, question: MatchingQuestion) -> None:
        """Hold the purpose the question names against the agreement: all else was decided before it came here."""
        if question.kind not in self._terms.kinds:
            raise NotFound(f"Of {', '.join(self._terms.kinds)} there are answers here, not of {question.kind}.")
        agreement = request.agreement
        with self._database.reading() as work:
            facts = Facts(
                at=work.now,
                purpose=question.purpose,
                target=agreement.dataset,
                provider=agreement.provider,
                recipient=request.consumer,
                roles=self._roles(work, request.consumer),
                agreed=agreement.made,
                uses=0,
            )
        decision = evaluate(agreement.policy, facts)
        if not decision.allowed:
            raise OtherPurpose(f"Agreement {agreement.id} does not allow this: {decision.why}")

    def _answered(self, question: MatchingQuestion) -> dict[str, Any]:
        if not self._turns.acquire(blocking=False):
            raise Unavailable("Others are being answered; ask again in a moment.")
        try:
            weights = tuple(self._terms.weights.items())
            asked = MatchPeople(folder=self._offers, kind=question.kind, k=question.k, weights=weights)
            found: dict[str, Any] = orjson.loads(self._answers.to(asked)(_line(question), 1))
            return {"id": question.id, "version": self._answers.version(asked), "matches": found["matches"]}
        finally:
            self._turns.release()

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        provider = str(event["content"]["provider"])
        if self._exchange.crawler.offering(work, provider, SKILLS_DATASET) is not None:
            self._exchange.negotiations.ensure_agreement(work, provider, SKILLS_DATASET)


def sell(
    terms: SellingTerms,
    *,
    folder: Path,
    answers: Answers,
    exchange: Exchange,
    database: Database,
    roles: Roles,
    note: Note,
) -> Selling:
    """Return the room that sells matching at a node, with its source in place."""
    selling = Selling(
        terms=terms, folder=folder, answers=answers, exchange=exchange, database=database, roles=roles, note=note
    )
    exchange.sources.register(MATCHING_DATASET, selling)
    return selling


def _line(question: MatchingQuestion) -> bytes:
    """Return the question as a line of a person, as the command and the HTTP interface have it."""
    skills = [
        {"concept": one.concept, "validation": one.validation, "level": one.level, "years_since": one.years}
        for one in question.skills
    ]
    wishes = {"places": sorted(codes_within(question.region))} if question.region else {}
    return orjson.dumps({"id": question.id, "skills": skills, "wishes": wishes})


def _described(card: MatchingCard) -> str:
    weights = ", ".join(f"{name} {number:g}" for name, number in card.weights.items())
    said = [
        f"Skills in, best {' and '.join(card.kinds)} answers out, each with what is had and what is missing.",
        f"{card.offers} offers (index {card.version}); {', '.join(card.taxonomies)}; weights: {weights}.",
        f"Up to {card.calls_a_minute} questions a minute. Skills alone: a question with a name or a text is refused.",
    ]
    return " ".join([*said, f"Price: {card.price}"] if card.price else said)


class _Pace:
    """So many questions a minute from each consumer, and as many at once."""

    def __init__(self, a_minute: int) -> None:
        self._most = float(a_minute)
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def step(self, consumer: str) -> None:
        """Count one question. Raises TooManyQuestions."""
        now = time.monotonic()
        with self._lock:
            left, then = self._left.get(consumer, (self._most, now))
            left = min(self._most, left + (now - then) * self._most / 60)
            if left < 1:
                raise TooManyQuestions
            self._left[consumer] = left - 1, now
