"""The journal in a file: an auditor needs nothing else to see that it is whole, and any change of the file is seen."""

from __future__ import annotations

import io

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.journal import Verdict, Wrong, check_export, export
from tests.unit.trust.journal.conftest import SCHOOL, World

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def exported(world: World) -> bytes:
    school = world[SCHOOL]
    for number in range(6):
        school.put(f"thing-{number}", "made", number)
    school.seal()
    world.settle()
    school.erase("thing-2")
    school.put("thing-1", "secret")
    school.seal()
    world.settle()
    school.put("thing-3", "ended")
    file = io.BytesIO()
    assert export(school.database, file, did=SCHOOL) == 9
    return file.getvalue()


def check(world: World, content: bytes) -> Verdict:
    return check_export(io.BytesIO(content), world.resolve_key)


def test_an_exported_journal_is_whole_and_holds_no_content(world: World, exported: bytes) -> None:
    verdict = check(world, exported)
    assert (verdict.findings, verdict.notes, verdict.did) == ([], [], SCHOOL)
    assert (verdict.entries, verdict.proven_to, verdict.witnessed_to) == (9, 8, 8)
    assert b"uses" not in exported
    assert b"salt" not in exported


def test_a_journal_of_nobody_is_exported_too(world: World) -> None:
    file = io.BytesIO()
    assert export(world[SCHOOL].database, file, did=SCHOOL) == 0
    verdict = check(world, file.getvalue())
    assert (verdict.is_whole, verdict.entries) == (True, 0)


@quick
@given(position=st.integers(0, 1_000_000), sign=st.sampled_from(b'09afAZ_-.x{"} \n\xff'))
def test_a_change_of_one_sign_is_found_or_the_file_is_refused(
    world: World, exported: bytes, position: int, sign: int
) -> None:
    position %= len(exported)
    changed = exported[:position] + bytes([sign]) + exported[position + 1 :]
    try:
        verdict = check(world, changed)
    except BadInput:
        return
    same = [orjson.loads(line) for line in exported.splitlines()] == [
        orjson.loads(line) for line in changed.splitlines() if line.strip()
    ]
    after_the_last_checkpoint = position > exported.rindex(b'{"number":9')
    assert same or not verdict.is_whole or verdict.notes or after_the_last_checkpoint


@quick
@given(data=st.data(), move=st.sampled_from(["drop", "double", "swap", "cut"]))
def test_lines_that_were_dropped_doubled_or_exchanged_are_found(
    world: World, exported: bytes, data: st.DataObject, move: str
) -> None:
    lines = exported.splitlines(keepends=True)
    entries = [place for place, line in enumerate(lines) if line.startswith(b'{"number"')]
    place = data.draw(st.sampled_from(entries))
    if move == "drop":
        del lines[place]
    elif move == "double":
        lines.insert(place, lines[place])
    elif move == "swap":
        other = data.draw(st.sampled_from(entries).filter(lambda one: one != place))
        lines[place], lines[other] = lines[other], lines[place]
    else:
        lines = lines[:place]
    assert not check(world, b"".join(lines)).is_whole


def test_a_shorter_file_that_says_so_itself_is_found_by_what_was_signed(world: World, exported: bytes) -> None:
    lines = [line for line in exported.splitlines(keepends=True) if b'"number":' not in line or b'"number":1,' in line]
    lines[0] = lines[0].replace(b'"entries":9', b'"entries":1')
    assert {finding.wrong for finding in check(world, b"".join(lines)).findings} == {Wrong.SHORTER}


def test_a_file_without_what_was_signed_says_so(world: World, exported: bytes) -> None:
    lines = [line for line in exported.splitlines(keepends=True) if b"checkpoint" not in line and b"ackn" not in line]
    verdict = check(world, b"".join(lines))
    assert (verdict.proven_to, verdict.witnessed_to) == (0, 0)
    assert "No checkpoint was ever signed" in verdict.notes[0]


@quick
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_whatever_comes_as_an_exported_journal_is_refused(world: World, content: bytes) -> None:
    with pytest.raises(BadInput):
        check(world, content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
members = st.sampled_from(["checkpoint", "acknowledgement", "number", "at", "kind", "about", "digest", "hash"])
lines = st.lists(st.dictionaries(members, json_values, max_size=6), max_size=4)


@quick
@given(lines=lines, count=st.integers(0, 3))
def test_well_shaped_nonsense_is_refused_or_found(world: World, lines: list[dict[str, object]], count: int) -> None:
    file = [{"journal": 1, "did": SCHOOL, "entries": count}, *lines]
    try:
        verdict = check(world, b"\n".join(orjson.dumps(line) for line in file))
    except BadInput:
        return
    assert not verdict.is_whole or (count, lines) == (0, [])


def test_a_line_without_end_is_refused(world: World, exported: bytes) -> None:
    with pytest.raises(BadInput, match="too long"):
        check(world, exported.splitlines()[0] + b"\n" + b'{"checkpoint":"' + b"x" * 100_000)
