"""Proofs: what was written can be shown to anybody, with nothing but public keys, and nothing of others is told."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, SkillspaceError
from skillspace.trust.journal import NotYetSigned, check_proof, proof
from tests.conftest import NOON
from tests.unit.trust.journal.conftest import HUB, SCHOOL, WORKS, Node, World

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def proven(world: World, school: Node) -> dict[str, Any]:
    """A proof of a thing whose entries lie under two checkpoints, with others between them."""
    school.put("thing-1", "made", 1)
    school.put("thing-2", "made", 2)
    school.seal()
    world.settle()
    school.put("thing-3", "made", 3)
    school.put("thing-1", "signed", 4)
    school.put("thing-2", "signed", 5)
    school.put("thing-3", "signed", 6)
    school.seal()
    world.settle()
    return written(school, "thing-1", opened=True)


def written(node: Node, about: str, *, opened: bool = False) -> dict[str, Any]:
    """A proof as it arrives somewhere else."""
    with node.database.reading() as work:
        found: dict[str, Any] = orjson.loads(orjson.dumps(proof(work, about, did=node.did, opened=opened)))
    return found


def test_a_proof_shows_what_was_written_when_and_who_witnessed_it(world: World, proven: dict[str, Any]) -> None:
    first, second = check_proof(proven, world.resolve_key)
    assert (first.number, first.kind, first.at, first.content) == (1, "thing.made", NOON, {"state": "made", "uses": 1})
    assert (second.number, second.content) == (4, {"state": "signed", "uses": 4})
    assert (first.checkpoint.number, second.checkpoint.number) == (2, 6)
    assert first.witnesses == second.witnesses == (HUB, WORKS)


def test_a_closed_proof_shows_no_content_and_nothing_of_others(
    world: World, school: Node, proven: dict[str, Any]
) -> None:
    closed = written(school, "thing-1")
    assert [one.content for one in check_proof(closed, world.resolve_key)] == [None, None]
    for document in (closed, proven):
        text = orjson.dumps(document).decode()
        assert "thing-2" not in text
        assert "thing-3" not in text
    assert "salt" not in orjson.dumps(closed).decode()


def test_what_was_forgotten_is_still_proven_to_have_been_written(world: World, school: Node, proven: object) -> None:
    school.erase("thing-1")
    assert [one.content for one in check_proof(written(school, "thing-1", opened=True), world.resolve_key)] == [
        None
    ] * 2


def test_without_an_entry_or_a_checkpoint_there_is_no_proof(school: Node) -> None:
    with pytest.raises(NotFound):
        written(school, "thing-1")
    school.put("thing-1", "made")
    with pytest.raises(NotYetSigned):
        written(school, "thing-1")


def test_another_key_or_no_key_proves_nothing(world: World, proven: dict[str, Any]) -> None:
    world.retired.add(world[SCHOOL].key.kid)
    with pytest.raises(InvalidSignature):
        check_proof(proven, world.resolve_key)


@pytest.mark.parametrize("witness", [HUB, WORKS])
def test_an_acknowledgement_that_nobody_signed_spoils_a_proof(
    world: World, proven: dict[str, Any], witness: str
) -> None:
    world.retired.add(world[witness].key.kid)
    with pytest.raises(InvalidSignature):
        check_proof(proven, world.resolve_key)


@quick
@given(data=st.data())
def test_any_change_of_a_proof_spoils_it(world: World, proven: dict[str, Any], data: st.DataObject) -> None:
    """Whatever is changed in what a proof says, it is refused; what is left out may only make it say less."""
    changed = copy.deepcopy(proven)
    place = data.draw(st.sampled_from(list(places(changed))))
    target: Any = changed
    for step in place[:-1]:
        target = target[step]
    value = target[place[-1]]
    if isinstance(value, str):
        position = data.draw(st.integers(0, len(value) - 1))
        other = data.draw(st.sampled_from("09afAZ_-.x").filter(lambda sign: sign != value[position]))
        target[place[-1]] = value[:position] + other + value[position + 1 :]
    else:
        target[place[-1]] = value + data.draw(st.integers(-3, 3).filter(bool))
    with pytest.raises(SkillspaceError):
        check_proof(changed, world.resolve_key)


@quick
@given(
    entry=st.integers(0, 1), other=st.integers(0, 1), name=st.sampled_from(["links", "checkpoint", "said", "previous"])
)
def test_parts_of_two_entries_cannot_be_exchanged(
    world: World, proven: dict[str, Any], entry: int, other: int, name: str
) -> None:
    changed = copy.deepcopy(proven)
    changed["entries"][entry][name] = copy.deepcopy(proven["entries"][other][name])
    if entry == other:
        check_proof(changed, world.resolve_key)
        return
    with pytest.raises(SkillspaceError):
        check_proof(changed, world.resolve_key)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@quick
@given(json_values)
def test_whatever_comes_as_a_proof_is_refused(world: World, document: object) -> None:
    with pytest.raises(BadInput):
        check_proof(document, world.resolve_key)


@quick
@given(data=st.data(), value=json_values)
def test_a_proof_with_anything_in_any_place_is_refused_or_the_same(
    world: World, proven: dict[str, Any], data: st.DataObject, value: object
) -> None:
    changed = copy.deepcopy(proven)
    place = data.draw(st.sampled_from(list(places(changed))))
    target: Any = changed
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    try:
        check_proof(changed, world.resolve_key)
    except SkillspaceError:
        return
    assert changed == proven


def places(value: Any, at: tuple[Any, ...] = ()) -> Any:
    """Every place in a document that holds a text or a number."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*at, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from places(inner, (*at, position))
    elif isinstance(value, str | int):
        yield at
