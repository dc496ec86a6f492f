"""The seller's side: what it answers, what it refuses, how often, and what it writes down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI, Request, Response
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import ValidationError
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from skillspace.exchange import Exchange, PullRequest
from skillspace.exchange.dataplane.answer import refusal
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError, Unavailable
from skillspace.market.matching_service.messages import (
    MATCHING_DATASET,
    MATCHING_PURPOSE,
    MatchingAnswer,
    MatchingCard,
    MatchingQuestion,
)
from skillspace.market.matching_service.selling import AT_ONCE, OtherPurpose, Selling, SellingTerms, TooManyQuestions
from skillspace.skills.answering import Answers
from skillspace.skills.matching import Collection, Columns
from skillspace.skills.matching.matcher import keep_trainings
from skillspace.skills.matching.offer_lines import read_offer
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from skillspace.storage.database import Database, Work
from skillspace.trust.contract import Agreement
from skillspace.trust.policy import offer_rules
from tests.conftest import NOON
from tests.small_space import empty_database

BUYER = "did:web:hub.example"
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@dataclass
class Shop:
    """A seller without a node around it: what it wrote down is kept in a list."""

    home: Path
    offers: Path
    database: Database
    skills: list[str]
    noted: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    def selling(self, **terms: Any) -> Selling:
        def note(_work: Work, kind: str, about: str, content: Mapping[str, object]) -> None:
            self.noted.append((kind, about, content))

        return Selling(
            terms=SellingTerms(offers=self.offers, **terms),
            folder=self.home,
            answers=Answers(self.home),
            exchange=cast(Exchange, None),
            database=self.database,
            roles=lambda _work, _did: frozenset({"intermediary"}),
            note=note,
        )

    def request(self, body: object = None, purposes: list[str] | None = None, **more: Any) -> PullRequest:
        agreement = Agreement(
            id="urn:uuid:a1",
            dataset=MATCHING_DATASET,
            provider="did:web:seller.example",
            consumer=BUYER,
            policy=offer_rules(purposes=purposes or [MATCHING_PURPOSE]),
            made=NOON,
        )
        asked = {"method": "POST", "path": "match", "body": json.dumps(body).encode()} | more
        return PullRequest(
            dataset=MATCHING_DATASET, agreement=agreement, consumer=BUYER, grant=None, transfer="urn:uuid:t1", **asked
        )

    def question(self, **more: Any) -> dict[str, Any]:
        return {"id": "a-random-name-of-one", "skills": [{"concept": self.skills[0], "validation": 5}]} | more


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Shop]:
    home, folder = starter_taxonomies.parent, tmp_path_factory.mktemp("shop")
    taxonomies = Taxonomies.open(home)
    skills = sorted(taxonomies.concepts(kinds=SKILL_KINDS))
    said = [
        {"id": "job-1", "title": "Inventor", "skills": skills[:2], "place": "SE-0180"},
        {"id": "job-2", "title": "Traveller", "skills": skills[:3], "place": "FR-69123"},
    ]
    pieces = [Columns.of([read_offer(json.dumps(one).encode(), 1) for one in said])]
    Collection.build(folder / "offers", keep_trainings(folder / "offers", pieces, taxonomies), taxonomies)
    empty_database(folder)
    database = Database.in_folder(folder, clock=lambda: NOON)
    yield Shop(home=home, offers=folder / "offers", database=database, skills=skills)
    database.close()


def answered(payload: Any) -> MatchingAnswer:
    return MatchingAnswer.model_validate_json(b"".join(payload.pieces()))


def test_a_question_is_answered_with_reasons_and_only_counts_are_written_down(shop: Shop) -> None:
    shop.noted.clear()
    found = answered(shop.selling().open(shop.request(shop.question())))
    assert [one.offer for one in found.matches] == ["job-1", "job-2"]
    assert [one.need for one in found.matches[0].have] == [shop.skills[0]]
    told = {"consumer": BUYER, "kind": "job", "answers": 2}
    assert shop.noted == [("matching.answered", "urn:uuid:a1", told)]


def test_a_region_keeps_what_lies_elsewhere_out(shop: Shop) -> None:
    found = answered(shop.selling().open(shop.request(shop.question(region="SE110"))))
    assert [one.offer for one in found.matches] == ["job-1"]


def test_another_purpose_kind_place_or_method_is_refused_and_nothing_is_written_down(shop: Shop) -> None:
    selling = shop.selling()
    shop.noted.clear()
    with pytest.raises(OtherPurpose):
        selling.open(shop.request(shop.question(purpose="marketing")))
    with pytest.raises(OtherPurpose):
        selling.open(shop.request(shop.question(), purposes=["statistics"]))
    with pytest.raises(NotFound):
        selling.open(shop.request(shop.question(kind="training")))
    with pytest.raises(NotFound):
        selling.open(shop.request(shop.question(), path="people"))
    with pytest.raises(NotFound):
        selling.open(shop.request(shop.question(), method="PUT"))
    assert shop.noted == []


@pytest.mark.parametrize("more", [{"name": "Alva"}, {"text": "I fry."}, {"id": "short"}, {"skills": []}, {"k": 51}])
def test_a_question_with_more_than_skills_is_refused_without_its_words(shop: Shop, more: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as fault:
        shop.selling().open(shop.request(shop.question(**more)))
    assert "Alva" not in fault.value.message
    assert "fry" not in fault.value.message


def test_more_questions_than_sold_are_refused_each_buyer_for_itself(shop: Shop) -> None:
    selling = shop.selling(calls_a_minute=2)
    for _ in range(2):
        selling.open(shop.request(shop.question()))
    with pytest.raises(TooManyQuestions):
        selling.open(shop.request(shop.question()))
    other = shop.request(shop.question())
    selling.open(PullRequest(**{**vars(other), "consumer": "did:web:another.example"}))


def test_only_so_many_questions_are_answered_at_a_time(shop: Shop) -> None:
    selling = shop.selling()
    for _ in range(AT_ONCE):
        assert selling._turns.acquire(blocking=False)
    with pytest.raises(Unavailable):
        selling.open(shop.request(shop.question()))
    selling._turns.release()
    selling.open(shop.request(shop.question()))


def test_weights_are_the_operators_and_told(shop: Shop) -> None:
    usual = answered(shop.selling().open(shop.request(shop.question())))
    careless = answered(shop.selling(weights={"caution": 0.0}).open(shop.request(shop.question())))
    assert usual.matches[0].score < careless.matches[0].score
    payload = shop.selling(weights={"caution": 0.0}, price="Free").open(shop.request(method="GET", path=""))
    card = MatchingCard.model_validate_json(b"".join(payload.pieces()))
    assert (card.weights["caution"], card.weights["essential"], card.price, card.offers) == (0.0, 1.0, "Free", 2)


@pytest.mark.parametrize("weights", [{"luck": 1.0}, {"essential": 0.0}, {"proof": -1.0}])
def test_terms_with_weights_that_cannot_be_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises((ValidationError, BadInput)):
        SellingTerms(offers=Path("offers"), weights=weights)


def described(answer: Callable[[bytes], Response]) -> FastAPI:
    """The service as an application that describes itself by the very models it reads and writes."""
    app = FastAPI()
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": _schema(MatchingQuestion)}}}}
    faults = {"4XX": {"description": "No."}, "503": {"description": "Busy."}}

    @app.post("/match", openapi_extra=body, responses=cast(Any, faults), response_model=MatchingAnswer)
    async def match(request: Request) -> Response:
        return answer(await request.body())

    return app


def _schema(model: type[MatchingQuestion]) -> dict[str, Any]:
    schema = model.model_json_schema()
    skill = schema.pop("$defs")["SkillAsked"]
    schema["properties"]["skills"]["items"] = skill
    return schema


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_calls_made_from_the_description_are_answered_as_it_says(shop: Shop, mode: GenerationMode) -> None:
    selling = shop.selling(kinds=("job", "move"), calls_a_minute=6000)

    def answer(body: bytes) -> Response:
        try:
            payload = selling.open(shop.request(body=None) if not body else _with(shop, body))
        except SkillspaceError as fault:
            return refusal(fault)
        return Response(b"".join(payload.pieces()), media_type=payload.media_type)

    operation = schemathesis.openapi.from_asgi("/openapi.json", described(answer))["/match"]["POST"]

    @settings(
        max_examples=30,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def called(case: Case) -> None:
        case.call_and_validate(checks=CHECKS)

    called()


def _with(shop: Shop, body: bytes) -> PullRequest:
    return PullRequest(**{**vars(shop.request()), "body": body})
