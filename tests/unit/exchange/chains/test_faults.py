"""Whatever happens on the way: a chain arrives, or it ends everywhere and nothing of it stays open or behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed, NotFound
from tests.unit.exchange.chains.village import SKILLS, Village
from tests.unit.exchange.network import Fault

#: A whole chain of three hops takes about 36 requests.
REQUESTS = 40
HOPS = ("school", "mill", "works")
usual = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def cancel(village: Village, chain: str) -> None:
    """Let the asker cancel; that it is too late is an answer as well."""
    hub = village["hub"]
    try:
        with hub.database.writing() as work:
            hub.chains.cancel(work, chain, "We changed our mind.")
    except MoveNotAllowed:
        assert village.chain(chain).state in ("settling", "done", "failed", "cancelled")


def leave(name: str) -> Callable[[Village, str], None]:
    """Let a hop's operator end its part."""

    def act(village: Village, chain: str) -> None:
        node = village[name]
        try:
            with node.database.writing() as work:
                node.chains.leave(work, chain, "Our machine burns.")
        except (NotFound, MoveNotAllowed):
            return

    return act


ACTS = {"the asker cancels": cancel} | {f"{name} leaves": leave(name) for name in HOPS}


def ends_everywhere(village: Village, chain: str) -> None:
    """Check that a chain is done with its result, or over with nothing of it left, and that everybody says so."""
    village.settle()
    found = village.chain(chain)
    assert found.is_over, found
    village.nothing_is_open(chain)
    if found.state == "done":
        assert village.result(chain) == [{"skill": line["skill"], "mark": n} for n, line in enumerate(SKILLS)]
        assert set(village.states(chain).values()) <= {"handed-on", "kept"}
    else:
        assert found.reason
        assert found.result is None
        assert village.states(chain).get("works") != "kept"
        with pytest.raises(NotFound):
            village.result(chain)


@usual
@given(
    faults=st.lists(st.tuples(st.sampled_from(("hub", *HOPS)), st.integers(0, 12), st.sampled_from(Fault)), max_size=8)
)
def test_a_bad_network_and_dying_nodes_only_delay_a_chain(built: Village, faults: list[tuple[str, int, Fault]]) -> None:
    village = built
    village.forget()
    for name, place, fault in faults:
        waiting = village.network.faults.setdefault(village[name].netloc, deque([None] * 13))  # type: ignore[list-item]
        waiting[place] = fault
    chain = village.ask(*HOPS)
    for _ in range(30):
        for node in village.nodes.values():
            node.work_on()
        village.later(11)
    ends_everywhere(village, chain)
    assert village.chain(chain).state == "done"
    assert village.chain(chain).is_unbroken


@usual
@given(place=st.integers(1, REQUESTS), is_before=st.booleans(), what=st.sampled_from(sorted(ACTS)))
def test_a_chain_that_is_stopped_at_any_moment_ends_everywhere(
    built: Village, place: int, is_before: bool, what: str
) -> None:
    stopped_at(built, place, is_before=is_before, what=what)


@pytest.mark.slow
@pytest.mark.parametrize("what", sorted(ACTS))
@pytest.mark.parametrize("is_before", [True, False])
def test_a_chain_that_is_stopped_at_every_moment_ends_everywhere(built: Village, what: str, *, is_before: bool) -> None:
    # Before and after every other request: that is once between any two.
    for place in range(1, REQUESTS, 2):
        stopped_at(built, place, is_before=is_before, what=what)


def stopped_at(village: Village, place: int, *, is_before: bool, what: str) -> None:
    """Run a chain, and let something happen at one of its requests."""
    village.forget()
    chain = village.ask(*HOPS)
    moments = village.network.before if is_before else village.network.after
    moments[place] = lambda: ACTS[what](village, chain)
    ends_everywhere(village, chain)


@pytest.mark.parametrize("name", [*HOPS, "hub"])
def test_a_node_that_is_gone_for_good_lets_the_others_clear_up_in_time(village: Village, name: str) -> None:
    chain = village.ask(*HOPS)
    for _ in village.steps():
        if village.states(chain).get("works") == "agreed":
            break
    gone = village.nodes.pop(name)
    side = village.network.sides.pop(gone.netloc)
    try:
        for _ in range(70):
            for node in village.nodes.values():
                node.work_on()
            village.later(60)
        for other in village.nodes.values():
            with other.database.reading() as work:
                assert all(part.is_over for part in other.chains.parts(work)), other.name
            assert other.files() == []
        assert name == "hub" or village.chain(chain).state == "failed"
    finally:
        village.nodes[name] = gone
        village.network.sides[gone.netloc] = side


def test_cancelled_in_the_middle_everybody_is_told_and_deletes(village: Village) -> None:
    chain = village.ask(*HOPS)
    for _ in village.steps():
        if village.states(chain).get("mill") == "processed":
            break
    assert village["mill"].files()
    cancel(village, chain)
    village.settle()
    assert village.chain(chain).state == "cancelled"
    assert village.states(chain)["mill"] == "ended"
    village.nothing_is_open(chain)
    with village["mill"].database.reading() as work:
        assert village["mill"].chains.part(work, chain).reason == "We changed our mind."


def test_a_failure_in_the_middle_is_known_to_the_asker_with_its_reason(village: Village) -> None:
    chain = village.ask(*HOPS)
    for _ in village.steps():
        if village.states(chain).get("mill") == "fetched":
            break
    leave("mill")(village, chain)
    village.settle()
    assert village.chain(chain).reason == "mill: Our machine burns."
    village.nothing_is_open(chain)


def test_what_a_crash_left_of_a_chain_that_is_over_goes_at_the_next_start(village: Village) -> None:
    left = village["mill"].folder / "chains" / "chain-00.1.1" / "input.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half of something")
    village["mill"].restart()
    assert village["mill"].files() == []
