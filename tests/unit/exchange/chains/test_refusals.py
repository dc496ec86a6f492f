"""What a chain is refused for, before anything moves, and with the name of the hop that says no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skillspace.exchange import Payload
from skillspace.exchange.chains import ChainRequest, Limits, Stop
from skillspace.exchange.chains.model import check_request
from skillspace.kernel.errors import BadInput, NotAMember
from skillspace.trust.policy import offer_rules
from skillspace.trust.policy.templates import compose
from tests.unit.exchange.chains.village import PURPOSE, Village, did, village_in

PURPOSES = ("purpose", {"purposes": [PURPOSE]})


def refused(village: Village, *names: str, **more: Any) -> str:
    """Ask for a chain that fails; return why, once nothing moved and nothing is open."""
    chain = village.ask(*names, **more)
    village.settle()
    found = village.chain(chain)
    assert found.state == "failed"
    assert not [request for request, _ in village.network.said if "/data/" in request.url]
    village.nothing_is_open(chain)
    return str(found.reason)


def test_a_provider_that_forbids_handing_on_has_no_second_hop(village: Village) -> None:
    village["school"].publish("marks", policy=compose([PURPOSES, ("no-onward", {})]))
    assert refused(village, "school", "mill", "works").startswith("mill: works may not be handed")
    village.forget()
    village["school"].publish("marks", policy=compose([PURPOSES, ("no-onward", {})]))
    chain = village.ask("school", "works")
    village.settle()
    assert village.chain(chain).state == "done"


def test_what_a_provider_requires_of_recipients_binds_every_later_hop(village: Village) -> None:
    village["school"].publish("marks", policy=offer_rules(purposes=[PURPOSE], roles=["edtech"]))
    reason = refused(village, "school", "mill", "press", "works")
    assert reason.startswith("press: works may not be handed")
    assert "edtech" in reason


def test_the_last_hop_but_one_keeps_the_terms_of_the_first_though_it_never_met_it(village: Village) -> None:
    village["school"].publish(
        "marks", policy=compose([PURPOSES, ("recipient", {"recipients": [did("mill"), did("press")]})])
    )
    assert refused(village, "school", "mill", "press", "works").startswith("press: works may not")


def test_a_purpose_the_data_are_not_for_is_refused(village: Village) -> None:
    village["school"].publish("marks", policy=offer_rules(purposes=["research"]))
    assert refused(village, "school", "mill", "works").startswith("school: marks is not for mill")


def test_a_processor_decides_who_gets_what_its_service_makes(village: Village) -> None:
    village["mill"].publish("mill-service", policy=offer_rules(purposes=[PURPOSE], roles=["agency"]))
    assert refused(village, "school", "mill", "works").startswith("mill: mill-service is not for works")


def test_a_result_goes_back_only_to_an_asker_the_terms_allow(village: Village) -> None:
    village["school"].publish("marks", policy=offer_rules(purposes=[PURPOSE], roles=["edtech", "employer"]))
    assert refused(village, "school", "mill", "works", wants_result=True).startswith("works: hub may not be handed")


def test_nothing_ends_at_a_node_whose_operator_did_not_name_the_asker(village: Village) -> None:
    chain = village.ask("school", "mill", "works", asker="press")
    village.settle()
    found = village.chain(chain, "press")
    assert found.state == "failed"
    assert str(found.reason).startswith("works: This node takes no results")


def test_what_the_asker_could_not_see_in_a_catalog_is_not_there_for_it(village: Village) -> None:
    village["mill"].publish("mill-service", visible_to=("role:employer",))
    assert refused(village, "school", "mill", "works") == "mill: There is no service mill-service here."
    village["mill"].publish("mill-service")
    village["school"].publish("marks", visible_to=(did("mill"),))
    assert refused(village, "school", "mill", "works") == "school: There is no dataset marks here."


def test_an_agreement_that_is_refused_is_the_end_of_the_chain(village: Village) -> None:
    village["school"].publish("marks", visible_to=(did("hub"),))
    reason = refused(village, "school", "mill", "works")
    assert reason.startswith("mill: "), reason


def test_a_stranger_is_no_hop(village: Village) -> None:
    stops = (Stop(participant=did("school"), dataset="marks"), Stop(participant="did:web:stranger.example"))
    with village["hub"].database.writing() as work, pytest.raises(NotAMember, match="stranger"):
        village["hub"].chains.ask(work, ChainRequest(purpose=PURPOSE, stops=stops))


@pytest.mark.parametrize(
    ("names", "more", "why"),
    [
        (["school"], {}, "2 to 4 hops"),
        (["school", "mill", "press", "hub", "works"], {}, "2 to 4 hops"),
        (["school", "mill", "school"], {}, "circles"),
        (["school", "works"], {"within": timedelta(days=2)}, "may take"),
        (["school", "works"], {"within": timedelta(0)}, "may take"),
        (["school", "works"], {"max_bytes": 10**9}, "bytes at most"),
        (["school", "works"], {"purpose": " "}, "purpose"),
    ],
)
def test_a_chain_that_could_not_be_run_is_not_begun(
    village: Village, names: list[str], more: dict[str, Any], why: str
) -> None:
    stops = tuple(
        Stop(participant=did(name), dataset=None if number == len(names) - 1 else "marks")
        for number, name in enumerate(names)
    )
    with pytest.raises(BadInput, match=why):
        check_request(ChainRequest(**{"purpose": PURPOSE, "stops": stops} | more), Limits(hops=4, bytes=10**8))


def test_more_data_than_the_chain_may_move_end_it_and_leave_nothing(village: Village) -> None:
    chain = village.ask("school", "mill", "works", max_bytes=100)
    village.settle()
    assert str(village.chain(chain).reason).startswith("mill: ")
    assert village.chain(chain).state == "failed"
    village.nothing_is_open(chain)


def test_a_service_that_cannot_read_its_input_ends_the_chain(village: Village) -> None:
    village["school"].exchange.sources.register("marks", Garbage())
    try:
        chain = village.ask("school", "mill", "works")
        village.settle()
    finally:
        village["school"].restart()
    assert str(village.chain(chain).reason).startswith("mill: The service cannot work on this")
    village.nothing_is_open(chain)


def test_time_ends_a_chain_whose_hop_is_never_there(village: Village) -> None:
    chain = village.ask("school", "mill", "works", within=timedelta(minutes=10))
    for _ in village.steps():
        if village.states(chain).get("mill") == "fetched":
            break
    village.clock.moment += timedelta(minutes=11)
    village.settle()
    found = village.chain(chain)
    assert (found.state, "longer" in str(found.reason) or "time" in str(found.reason)) == ("failed", True)
    village.nothing_is_open(chain)


def test_terms_that_run_out_on_the_way_end_the_chain(village: Village) -> None:
    until = village.clock.moment + timedelta(minutes=10)
    village["school"].publish("marks", policy=compose([PURPOSES, ("until", {"until": until})]))
    chain = village.ask("school", "mill", "works")
    for _ in village.steps():
        if village.states(chain).get("mill") == "fetched":
            break
    village.later(660)
    village.settle()
    assert str(village.chain(chain).reason).startswith("mill: works may not be handed")
    village.nothing_is_open(chain)


def test_a_node_plays_in_so_many_chains_at_once_and_no_more(tmp_path: Any) -> None:
    with village_in(tmp_path, limits=Limits(open_parts=1)) as village:
        first = village.ask("school", "mill", "works")
        second = village.ask("school", "mill", "works")
        village.settle()
        assert [village.chain(one).state for one in (first, second)] == ["done", "done"]


class Garbage:
    """A source of what is no JSON."""

    def open(self, _request: Any) -> Any:
        return Payload(media_type="application/x-ndjson", chunks=iter([b"{no json\n"]))
