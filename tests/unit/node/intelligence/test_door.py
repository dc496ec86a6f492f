"""Programs of an organisation's own are answered in its words; members of the data space never hear of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from skillspace.market.review.said import Kind, say
from skillspace.market.review.words import own_of
from skillspace.node.composition import Node
from skillspace.skills.corrections import Correction
from skillspace.skills.taxonomy import MatchKind
from skillspace.storage.database import Work
from skillspace.trust.identity import PeerRefused
from skillspace.wire.outbound import Outbound
from tests.nodes import admit, make_node, running
from tests.unit.skills.taxonomy.small import CUISINIER, FRYING, HYGIENE

TABLE = b"code,label:en,alt:en\n1,sizzle craft,sizzling\n2,moonlit basket whispering,\n"
SECRET_WORDS = ("sizzle craft", "sizzling", "moonlit basket")
TEXT = "You know sizzle craft, and food hygiene."


@dataclass
class Space:
    """An organisation with words of its own, a program of its own, and another member."""

    node: Node
    other: Node
    token: str
    shared: Path

    def ask(self, path: str, body: dict[str, Any] | None = None, *, token: str | None = None) -> tuple[int, Any]:
        """Ask as the program does; the status and what is answered."""
        caller = Outbound(loopback=True, timeout_s=60)
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        address = f"{self.node.settings.address}/intelligence/{path}"
        answer = caller.send("POST" if body is not None else "GET", address, json=body, headers=headers)
        caller.close()
        return answer.status, orjson.loads(answer.body)

    def member(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask as the other member does."""
        address = f"{self.node.settings.address}/intelligence/{path}"
        return self.other.trust.peers.call("POST" if body is not None else "GET", self.node.trust.did, address, body)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Iterator[Space]:
    folder, packs = tmp_path_factory.mktemp("door"), str(home / "taxonomies")
    hub = make_node(folder / "hub", "Invented Kitchens", "authority", taxonomies=packs)
    uni = make_node(folder / "uni", "Invented University", "university", authority=hub.did, taxonomies=packs)
    with running(hub, uni) as (node, other):
        admit(node, other)
        review = node.rooms.review
        own = own_of(name="kitchen-words", version="1", languages="en", kind="skill")
        draft = review.words.read(TABLE, ".csv", own)
        with node.database.writing() as work:
            one = review.words.keep(work, draft, "esco")
            review.mappings.accept(work, one, "urn:kitchen-words:1", FRYING, MatchKind.EXACT, account="account-1")
            say(work, correction(work, "moonlit", HYGIENE), kind=Kind.LINK, about="q-1")
            token = review.programs.add(work, "payroll")
        yield Space(node=node, other=other, token=token, shared=home)


def correction(work: Work, text: str, concept: str) -> Correction:
    return Correction(
        text=text, language="en", scheme="esco-skill", concept=concept, is_right=True, who="reviewer-1", when=work.now
    )


def link(text: str, scheme: str = "esco-skill") -> dict[str, Any]:
    return {"scheme": scheme, "k": 5, "texts": [{"id": 1, "text": text}]}


def enrich(scheme: str = "esco") -> dict[str, Any]:
    return {"scheme": scheme, "lang": "en", "texts": [{"id": 1, "text": TEXT}]}


def translate(frm: str, to: str, concept: str) -> dict[str, Any]:
    return {"from": frm, "to": to, "concepts": [{"id": 1, "concept": concept}]}


def test_a_program_links_by_own_names_by_corrections_and_to_the_own_taxonomy(space: Space) -> None:
    status, said = space.ask("link", link("sizzling"))
    assert status == 200
    best = said["answers"][0]["candidates"][0]
    assert best["concept"] == FRYING
    assert best["reason"].startswith("confirmed by 1, last on ")
    _, said = space.ask("link", link("moonlit"))
    assert said["answers"][0]["candidates"][0]["concept"] == HYGIENE
    _, said = space.ask("link", link("whisper to moonlit baskets", "kitchen-words-skill"))
    assert said["answers"][0]["candidates"][0]["concept"] == "2"


def test_a_program_finds_own_names_in_texts_as_what_they_were_mapped_to(space: Space) -> None:
    _, said = space.ask("enrich", enrich())
    found = {TEXT[one["start"] : one["end"]]: one for one in said["answers"][0]["mentions"]}
    assert (found["sizzle craft"]["concept"], found["sizzle craft"]["relation"]) == (FRYING, "exact")
    assert found["sizzle craft"]["reason"].startswith("confirmed by 1, ")
    assert found["food hygiene"]["concept"] == HYGIENE
    _, said = space.ask("enrich", enrich("kitchen-words"))
    assert [(one["concept"], one["label"]) for one in said["answers"][0]["mentions"]] == [("1", "sizzle craft")]


def test_a_program_translates_out_of_and_into_the_own_taxonomy_by_what_was_reviewed(space: Space) -> None:
    _, said = space.ask("translate", translate("kitchen-words", "esco", "1"))
    (best,) = said["answers"][0]["mappings"]
    assert (best["concept"], best["relation"], best["kind"]) == (FRYING, "exact", "official")
    assert "mapped-" in said["version"]
    _, said = space.ask("translate", translate("esco", "kitchen-words", FRYING))
    assert said["answers"][0]["mappings"][0]["concept"] == "1"
    _, said = space.ask("translate", translate("rome", "esco", "G1"))
    assert said["answers"][0]["mappings"]


def test_a_program_lists_searches_and_shows_the_own_taxonomy(space: Space) -> None:
    _, said = space.ask("taxonomies")
    assert "kitchen-words" in [one["scheme"] for one in said["taxonomies"]]
    _, said = space.ask("search?text=sizzling&scheme=kitchen-words")
    assert said["hits"][0]["concept"] == "urn:kitchen-words:1"
    assert space.ask("concept?id=kitchen-words:2")[1]["labels"] == {"en": "moonlit basket whispering"}


def test_another_member_never_sees_own_words_nor_what_was_said(space: Space) -> None:
    space.ask("link", link("sizzling"))  # all of it is open before the other asks
    answers = [
        space.member("taxonomies"),
        space.member("search?text=sizzling&scheme=all"),
        space.member("search?text=moonlit%20basket&scheme=all"),
        *(space.member("link", link(text)) for text in ("sizzling", "moonlit", "sizzle craft")),
        space.member("enrich", enrich()),
        space.member("translate", translate("rome", "esco", "G1")),
        space.member(f"concept?id={CUISINIER}"),
    ]
    for said in answers:
        assert "kitchen-words" not in str(said)
        assert "confirmed by" not in str(said)
        assert "people-" not in str(said)
        assert not any(words in str(said) for words in SECRET_WORDS)
    for path, body in (
        ("link", link("sizzling", "kitchen-words")),
        ("enrich", enrich("kitchen-words")),
        ("translate", translate("kitchen-words", "esco", "1")),
        ("concept?id=kitchen-words:1", None),
    ):
        with pytest.raises(PeerRefused) as refused:
            space.member(path, body)
        assert refused.value.body["code"] in {"BadInput", "UnknownConcept"}
        assert not any(words in str(refused.value.body) for words in SECRET_WORDS)


def test_nothing_of_own_words_lies_where_other_nodes_of_the_machine_look(space: Space) -> None:
    for body in (link("sizzling", "kitchen-words"), link("sizzling")):
        assert space.ask("link", body)[0] == 200
    assert space.ask("enrich", enrich("kitchen-words"))[0] == 200
    files = [path for path in space.shared.rglob("*") if path.is_file()]
    assert any("linking" in path.parts for path in files)
    for path in files:
        assert "kitchen-words" not in str(path)
        content = path.read_bytes()
        assert not any(words.encode() in content for words in SECRET_WORDS)


def test_a_stranger_a_wrong_token_and_a_token_that_was_taken_back_open_nothing(space: Space) -> None:
    programs, database = space.node.rooms.review.programs, space.node.database
    with database.writing() as work:
        token = programs.add(work, "short-lived")
    assert space.ask("taxonomies", token=token)[0] == 200
    with database.writing() as work:
        programs.remove(work, "short-lived")
    for shown in (token, "x", "payroll", space.token[:-1], space.token + "x", f"{space.token}.a.b"):
        for path, body in (("taxonomies", None), ("link", link("x")), ("enrich", enrich())):
            status, said = space.ask(path, body, token=shown)
            assert status == 401
            assert said.keys() >= {"code", "message"}
    # it opens skills intelligence and nothing else
    caller = Outbound(loopback=True, timeout_s=60)
    headers = {"Authorization": f"Bearer {space.token}"}
    answer = caller.send("GET", f"{space.node.settings.address}/org/words", headers=headers)
    caller.close()
    assert answer.status != 200


def test_a_word_that_is_said_counts_with_the_next_question(space: Space) -> None:
    _, before = space.ask("link", link("basket of embers"))
    assert all("reason" not in one or "confirmed" not in one["reason"] for one in before["answers"][0]["candidates"])
    with space.node.database.writing() as work:
        say(work, correction(work, "basket of embers", HYGIENE), kind=Kind.LINK, about="q-2")
    _, after = space.ask("link", link("basket of embers"))
    best = after["answers"][0]["candidates"][0]
    assert (best["concept"], best["reason"][:14]) == (HYGIENE, "confirmed by 1")
    assert before["version"] != after["version"]


def test_of_a_token_only_the_hash_is_kept(space: Space) -> None:
    with space.node.database.reading() as work:
        assert [one.name for one in space.node.rooms.review.programs.listed(work)] == ["payroll"]
    for path in space.node.settings.folder.rglob("*"):
        if path.is_file():
            assert space.token.encode() not in path.read_bytes()
