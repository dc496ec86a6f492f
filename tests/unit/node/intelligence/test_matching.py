"""Matching over HTTP: what the command says, byte for byte; described, bounded, and absent where no index is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from skillspace.node.intelligence import messages
from skillspace.node.intelligence.serving import application
from skillspace.skills.answering import Answers, MatchPeople
from skillspace.skills.matching import Collection, Columns
from skillspace.skills.matching.matcher import keep_trainings
from skillspace.skills.matching.offer_lines import read_offer
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies

TOKEN = "an-invented-token-of-some-length"
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def skills(home: Path) -> list[str]:
    return list(Taxonomies.open(home).concepts(kinds=SKILL_KINDS))


@pytest.fixture(scope="module")
def offers(home: Path, skills: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "offers"
    said = [
        {"id": "job-1", "title": "Chef", "text": "You fry food.", "skills": skills[:2], "languages": ["sv"]},
        {"id": "job-2", "title": "Driver", "skills": skills[1:], "latitude": 48.1, "longitude": -1.7},
        {"id": "course", "kind": "training", "title": "Frying", "skills": skills[:1]},
    ]
    pieces = [Columns.of([read_offer(json.dumps(one).encode(), 1) for one in said])]
    taxonomies = Taxonomies.open(home)
    Collection.build(folder, keep_trainings(folder, pieces, taxonomies), taxonomies)
    return folder


@pytest.fixture(scope="module")
def client(home: Path, offers: Path) -> TestClient:
    return TestClient(application(Answers(home), None, offers), base_url="http://127.0.0.1")


def people(skills: list[str]) -> list[dict[str, Any]]:
    wishes = {"near": [48.1, -1.7, 30], "languages": ["sv"], "on": "2026-11-30", "must": ["language"]}
    return [
        {"id": 1, "skills": [{"concept": skills[0], "validation": 5, "source": "An invented school"}]},
        {"id": "two", "text": "I fry food.", "wishes": wishes},
        {"id": 3},
    ]


@pytest.mark.parametrize("kind", ["job", "training", "move"])
def test_answers_are_byte_for_byte_those_of_the_command(
    client: TestClient, home: Path, offers: Path, skills: list[str], kind: str
) -> None:
    said = client.post("/intelligence/match", json={"people": people(skills), "kind": kind, "k": 5, "more": 1})
    assert said.status_code == 200, said.text
    answer = Answers(home).to(MatchPeople(folder=offers, kind=kind, k=5, more=1))
    lines = [answer(json.dumps(one).encode(), 1).rstrip(b"\n") for one in people(skills)]
    assert said.content.startswith(b'{"answers":[%b]' % b",".join(lines))
    messages.MatchAnswer.model_validate_json(said.content)


def test_reasons_come_back_with_whose_word_they_are(client: TestClient, skills: list[str]) -> None:
    said = client.post("/intelligence/match", json={"people": people(skills)[:1]}).json()
    assert said["answers"][0]["matches"][0]["have"][0]["source"] == "An invented school"


@pytest.mark.parametrize(
    "body",
    [
        {"people": []},
        {"people": [{"id": 1}], "kind": "luck"},
        {"people": [{"id": 1, "name": "Ana Beispiel"}]},
        {"people": [{"id": 1, "wishes": {"near": [91, 0, 1]}}]},
        {"people": [{"id": 1, "wishes": {"hours": [30, 20]}}]},
        {"people": [{"id": 1, "wishes": {"salary": 10}}]},
        {"people": [{"id": 1, "skills": [{"concept": "x", "validation": 7}]}]},
        {"people": [{"id": 1}] * 101},
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(client: TestClient, body: dict[str, Any]) -> None:
    said = client.post("/intelligence/match", json=body)
    assert 400 <= said.status_code < 500
    assert said.json()["message"]


def test_without_an_index_there_is_no_such_door(home: Path) -> None:
    client = TestClient(application(Answers(home), None), base_url="http://127.0.0.1")
    assert client.post("/intelligence/match", json={"people": [{"id": 1}]}).status_code == 404
    assert "/intelligence/match" not in client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_calls_made_from_the_description_are_answered_as_it_says(
    home: Path, offers: Path, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", application(Answers(home), TOKEN, offers))
    operation = schema["/intelligence/match"]["POST"]

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def called(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS)

    called()
