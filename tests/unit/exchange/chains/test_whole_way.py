"""A chain from its asking to its result: who gets what, what is signed, and that nothing stays behind."""

from __future__ import annotations

import base64
import hashlib

import pytest
import sqlalchemy as sa

from skillspace.exchange.chains.store import parts
from skillspace.kernel.errors import MoveNotAllowed, NotFound
from tests.unit.exchange.chains.roads import CONTENT
from tests.unit.exchange.chains.village import SKILLS, Village, did


def test_data_go_from_the_provider_through_processors_to_the_consumer(village: Village) -> None:
    chain = village.ask("school", "mill", "press", "works")
    village.settle()
    found = village.chain(chain)
    assert (found.state, found.reason) == ("done", None)
    assert village.result(chain) == SKILLS
    assert village.states(chain) == {
        "school": "handed-on",
        "mill": "handed-on",
        "press": "handed-on",
        "works": "kept",
    }
    village.nothing_is_open(chain)


def test_data_move_from_neighbour_to_neighbour_and_never_through_the_asker(village: Village) -> None:
    village.ask("school", "mill", "works")
    village.settle()
    pulls = [request for request, reply in village.network.said if "/data/" in request.url and reply.status == 200]
    sides = [(pull.sender.split(".")[0], pull.url.split("/")[2].split(".")[0]) for pull in pulls]
    assert sides == [("mill", "school"), ("works", "mill")]
    asked_by_hub = [request.url for request, _ in village.network.said if request.sender.startswith("hub")]
    assert not [url for url in asked_by_hub if "/data/" in url]
    contents = [reply.body for request, reply in village.network.said if "hub" in request.url]
    assert not [body for body in contents if b"Ada" in body]


def test_between_each_two_neighbours_there_is_an_agreement_made_where_it_was_missing(village: Village) -> None:
    village.ask("school", "mill", "works")
    village.settle()
    made = {}
    for name in ("school", "mill", "works", "hub"):
        with village[name].database.reading() as work:
            agreed = village[name].exchange.negotiations.agreements(work)
            made[name] = sorted((one.provider, one.consumer, one.dataset) for one in agreed)
    first, second = (did("school"), did("mill"), "marks"), (did("mill"), did("works"), "mill-service")
    assert made == {"school": [first], "mill": sorted([first, second]), "works": [second], "hub": []}
    again = village.ask("school", "mill", "works")
    village.settle()
    assert village.chain(again).state == "done"
    with village["works"].database.reading() as work:
        assert len(village["works"].exchange.negotiations.agreements(work)) == 1


def test_every_hop_signs_what_it_did_and_the_asker_can_show_it_all(village: Village) -> None:
    chain = village.ask("school", "mill", "works")
    village.settle()
    found = village.chain(chain)
    gave, processed, received = found.statements
    assert [one["did"] for one in found.statements] == ["gave", "processed", "received"]
    assert [one["participant"] for one in found.statements] == [did("school"), did("mill"), did("works")]
    assert gave["output"] == {"sha256": hashlib.sha256(CONTENT).hexdigest(), "bytes": len(CONTENT)}
    assert gave["output"] == processed["input"]
    assert processed["output"] == received["input"]
    assert gave["given_under"] == processed["taken_under"]
    assert processed["given_under"] == received["taken_under"]
    assert found.is_unbroken
    assert all(hop.statement for hop in found.hops)


def test_a_hop_knows_its_neighbours_and_nobody_else(village: Village) -> None:
    village.ask("school", "mill", "press", "works")
    village.settle()
    for name, strangers in (("school", ("press", "works")), ("mill", ("works",)), ("works", ("school", "mill"))):
        with village[name].database.reading() as work:
            row = str(work.rows(sa.select(parts)))
        assert not [stranger for stranger in strangers if did(stranger) in row], name


def test_an_asker_that_is_the_consumer_has_the_result_itself(village: Village) -> None:
    chain = village.ask("school", "mill", "works", asker="works")
    village.settle()
    assert village.chain(chain, "works").state == "done"
    assert [line["mark"] for line in village.result(chain)] == list(range(50))


def test_an_asker_that_is_the_provider_leads_a_chain_as_well(village: Village) -> None:
    chain = village.ask("school", "mill", "hub", asker="hub")
    village.settle()
    assert village.chain(chain).state == "done"
    assert len(village.result(chain, at="hub")) == 50


def test_a_provider_and_a_consumer_alone_are_a_chain_too(village: Village) -> None:
    chain = village.ask("school", "works")
    village.settle()
    assert [line["name"] for line in village.result(chain)][:1] == ["Ada 0"]


def test_a_small_result_goes_back_to_the_asker_when_it_wants_it(village: Village) -> None:
    chain = village.ask("school", "mill", "press", "works", wants_result=True)
    village.settle()
    result = village.chain(chain).result
    assert result is not None
    assert base64.b64decode(result["base64"]) == b"".join(
        b'{"skill":"%s"}\n' % line["skill"].encode() for line in SKILLS
    )


def test_without_asking_no_result_goes_back(village: Village) -> None:
    chain = village.ask("school", "mill", "works")
    village.settle()
    assert village.chain(chain).result is None


def test_a_kept_result_can_be_deleted_and_is_gone(village: Village) -> None:
    chain = village.ask("school", "mill", "works")
    village.settle()
    works = village["works"]
    with works.database.writing() as work:
        works.chains.forget(work, chain)
    with works.database.reading() as work, pytest.raises(NotFound):
        works.chains.result(work, chain)
    assert works.files() == []


def test_a_chain_that_is_done_cannot_be_cancelled_or_tried_again(village: Village) -> None:
    chain = village.ask("school", "works")
    village.settle()
    hub = village["hub"]
    for act in (hub.chains.cancel, hub.chains.again):
        with hub.database.writing() as work, pytest.raises(MoveNotAllowed):
            act(work, chain)


def test_a_chain_that_failed_is_tried_again_from_the_beginning(village: Village) -> None:
    with village["mill"].database.writing() as work:
        village["mill"].exchange.catalog.withdraw(work, "mill-service")
    chain = village.ask("school", "mill", "works")
    village.settle()
    assert village.chain(chain).state == "failed"
    village["mill"].publish("mill-service")
    with village["hub"].database.writing() as work:
        village["hub"].chains.again(work, chain)
    village.settle()
    found = village.chain(chain)
    assert (found.state, found.attempt) == ("done", 2)
    assert len(village.result(chain)) == 50
    village.nothing_is_open(chain)


def test_the_operator_sees_chains_and_parts_with_their_states(village: Village) -> None:
    chain = village.ask("school", "mill", "works")
    village.settle()
    with village["hub"].database.reading() as work:
        (listed,) = village["hub"].chains.listed(work)
        assert (listed.id, listed.moves) == (chain, [])
        assert [(hop.participant, str(hop.state)) for hop in listed.hops] == [
            (did("school"), "handed-on"),
            (did("mill"), "handed-on"),
            (did("works"), "kept"),
        ]
        assert village["hub"].chains.parts(work) == []
    with village["mill"].database.reading() as work:
        (part,) = village["mill"].chains.parts(work)
        assert (part.previous, part.next, part.asker) == (did("school"), did("works"), did("hub"))
