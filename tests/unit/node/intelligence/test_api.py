"""Skills intelligence over HTTP: what the commands say, byte for byte; bounded, and nothing for who may not ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from skillspace.node.frame import frame
from skillspace.node.intelligence import messages, router
from skillspace.node.intelligence.serving import application
from skillspace.skills.answering import Answer, Answers, Question
from skillspace.trust.identity import PeerRefused
from skillspace.wire.outbound import Outbound
from tests.nodes import admit, make_node, running
from tests.patience import PATIENCE_S
from tests.questions import QUESTIONS, answers, asked

CALLS: dict[str, dict[str, Any]] = {
    "enrich": {"lang": "en", "least": 0.0},
    "link": {"scheme": "esco-skill", "k": 2},
    "translate": {"from": "rome", "to": "esco"},
}
MODELS: dict[str, type[BaseModel]] = {
    "enrich": messages.EnrichAnswer,
    "link": messages.LinkAnswer,
    "translate": messages.TranslateAnswer,
}
COUNT = 20
TOKEN = "an-invented-token-of-some-length"
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def client(home: Path) -> TestClient:
    return TestClient(application(Answers(home), None), base_url="http://127.0.0.1")


def ask(client: TestClient, name: str, items: list[dict[str, Any]], **more: object) -> Any:
    items_name = "concepts" if name == "translate" else "texts"
    return client.post(f"/intelligence/{name}", json={**CALLS[name], items_name: items, **more})


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_byte_for_byte_those_of_the_command(client: TestClient, home: Path, name: str) -> None:
    said = ask(client, name, asked(name, COUNT))
    assert said.status_code == 200
    command = b",".join(line.rstrip(b"\n") for line in answers(home, name, COUNT))
    assert said.content.startswith(b'{"answers":[' + command + b'],"version":"')


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_what_their_description_says_and_nothing_is_left_undescribed(client: TestClient, name: str) -> None:
    said = ask(client, name, asked(name, COUNT)).json()
    found = MODELS[name].model_validate(said)
    undescribed = [member for model in every(found) for member in model.model_extra or ()]
    assert undescribed == []


def every(model: BaseModel) -> Iterator[BaseModel]:
    yield model
    for _, value in model:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                yield from every(one)


def test_taxonomies_are_listed_searched_and_shown(client: TestClient) -> None:
    cards = client.get("/intelligence/taxonomies").json()["taxonomies"]
    assert [(card["scheme"], card["version"]) for card in cards] == [
        ("esco", "1.1.1"),
        ("crosswalks", "1.0"),
        ("rome", "4.60"),
    ]
    (hit, *_) = client.get("/intelligence/search", params={"text": "cuisinier", "lang": "fr", "scheme": "all"}).json()[
        "hits"
    ]
    assert (hit["concept"], hit["kind"], hit["score"]) == ("urn:rome:metier:G1", "occupation", 1.0)
    shown = client.get("/intelligence/concept", params={"id": "http://data.europa.eu/esco/occupation/cook"}).json()
    assert shown["labels"] == {"en": "cook"}
    assert shown["skills"][0] == {"concept": "http://data.europa.eu/esco/skill/hygiene", "need": "essential"}
    assert shown["matches"][0]["concept"] == "urn:rome:metier:G1"


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("enrich", {"texts": []}, "at least 1 item"),
        ("enrich", {"texts": [{"id": 1, "text": "x"}] * 101}, "at most 100 items"),
        ("enrich", {"texts": [{"id": 1, "text": "x" * 100_001}]}, "at most 100000 characters"),
        ("enrich", {"texts": [{"id": 1, "text": "x" * 90_000}] * 6}, "500000 letters together"),
        ("enrich", {"texts": [{"id": 1, "text": "x"}], "lang": "klingon"}, "cannot be read"),
        ("enrich", {"texts": [{"id": 1, "text": "x"}], "least": 2}, "less than or equal to 1"),
        ("enrich", {"texts": [{"id": 1, "text": "x", "more": 1}]}, "Extra inputs are not permitted"),
        ("enrich", {"texts": [{"id": 1.5, "text": "x"}]}, "valid integer"),
        ("enrich", {"texts": [{"id": 2**64, "text": "x"}]}, "less than or equal to"),
        ("enrich", {"texts": [{"id": "1", "text": 5}]}, "valid string"),
        ("link", {"scheme": "klingon", "texts": [{"id": 1, "text": "x"}]}, "No loaded taxonomy is called 'klingon'"),
        ("link", {"scheme": "esco", "k": 101, "texts": [{"id": 1, "text": "x"}]}, "less than or equal to 100"),
        ("link", {"scheme": "esco", "lang": "../..", "texts": [{"id": 1, "text": "x"}]}, "is no language"),
        ("link", {"scheme": "esco", "lang": "zz", "texts": [{"id": 1, "text": "x"}]}, "is no language"),
        ("translate", {"from": "esco", "to": "esco", "concepts": [{"id": 1, "concept": "x"}]}, "needs no translation"),
        ("translate", {"from": "rome", "to": "esco", "concepts": [{"id": 1, "concept": " "}]}, "must be a text"),
        ("translate", {"frm": "rome", "to": "esco", "concepts": [{"id": 1, "concept": "x"}]}, "from"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(
    client: TestClient, name: str, body: dict[str, Any], why: str
) -> None:
    said = client.post(f"/intelligence/{name}", json=body)
    assert said.status_code == 400
    assert said.json().keys() == {"code", "message"}
    assert why in said.json()["message"]


def test_other_faults_are_json_too(client: TestClient) -> None:
    assert client.get("/nowhere").json() == {"code": "NotFound", "message": "Not Found."}
    assert client.get("/intelligence/link").json()["code"] == "MethodNotAllowed"
    assert client.get("/intelligence/concept", params={"id": "esco:none"}).json()["code"] == "UnknownConcept"
    for page in ("/docs", "/redoc"):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b'{"scheme":"esco","texts":[{"id":1,"text":"\\ud800"}]}', b"[" * 100_000, b'{"scheme":"esco","texts":NaN}'],
)
def test_json_that_is_no_text_or_has_no_bottom_is_refused(client: TestClient, content: bytes) -> None:
    said = client.post("/intelligence/link", content=content, headers={"content-type": "application/json"})
    assert (said.status_code, said.json()["code"]) == (400, "BadInput")


@settings(max_examples=25, deadline=None)
@given(content=st.binary(max_size=80) | st.text(max_size=80).map(lambda text: orjson.dumps({"texts": [text]})))
def test_garbage_is_refused_and_breaks_nothing(client: TestClient, content: bytes) -> None:
    for name in CALLS:
        said = client.post(f"/intelligence/{name}", content=content, headers={"content-type": "application/json"})
        assert said.status_code == 400
        assert said.json()["code"] == "BadInput"


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_every_text_has_an_answer_whatever_it_holds(client: TestClient, texts: list[str]) -> None:
    items = [{"id": at, "text": text} for at, text in enumerate(texts)]
    for name in ("enrich", "link"):
        said = ask(client, name, items)
        assert [one["id"] for one in said.json()["answers"]] == list(range(len(texts)))


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_call_that_its_description_allows_or_forbids_breaks_it(home: Path, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", application(Answers(home), TOKEN))
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @settings(
            max_examples=6,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def called(case: Case) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS)

        if mode is GenerationMode.POSITIVE or operation.path != "/intelligence/taxonomies":
            called()
    assert len(operations) == 6


class Slow(Answers):
    """Answers only when it is let."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def to(self, question: Question) -> Answer:
        """Wait, then answer."""
        self.begun.set()
        assert self.go_on.wait(PATIENCE_S)
        return super().to(question)


def test_who_asks_while_every_turn_is_taken_is_told_to_come_again(home: Path) -> None:
    slow = Slow(home)
    app = FastAPI()
    frame(app)
    app.include_router(router(lambda _: slow, at_once=1))
    client, first = TestClient(app), []
    thread = threading.Thread(target=lambda: first.append(ask(client, "link", asked("link", 1))))
    thread.start()
    assert slow.begun.wait(PATIENCE_S)
    second = ask(client, "link", asked("link", 1))
    slow.go_on.set()
    thread.join()
    assert (second.status_code, second.json()["code"]) == (503, "Busy")
    assert first[0].status_code == 200
    assert ask(client, "link", asked("link", 1)).status_code == 200


def test_a_node_answers_its_members_alone_and_opens_nothing_before(tmp_path: Path, home: Path) -> None:
    packs = str(home / "taxonomies")
    hub = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=packs)
    uni = make_node(tmp_path / "uni", "Invented University", "university", authority=hub.did, taxonomies=packs)
    with running(hub, uni) as (authority, member):
        address = f"{hub.address}/intelligence"
        stranger = Outbound(loopback=True, timeout_s=60)
        for path in ("enrich", "link", "translate"):
            assert stranger.send("POST", f"{address}/{path}", json={}).status == 401
        for path in ("taxonomies", "search?text=cook", "concept?id=esco:cook"):
            assert stranger.send("GET", f"{address}/{path}").status == 401
        stranger.close()
        with pytest.raises(PeerRefused):
            member.trust.peers.call("POST", hub.did, f"{address}/link", CALLS["link"] | {"texts": asked("link", 1)})
        assert authority.intelligence.opened == frozenset()
        admit(authority, member)
        said = member.trust.peers.call(
            "POST", hub.did, f"{address}/link", CALLS["link"] | {"texts": asked("link", COUNT)}
        )
        assert said["answers"] == [orjson.loads(line) for line in answers(home, "link", COUNT)]
        assert authority.intelligence.opened == {"linker"}
