"""Charts and courses as files: what is wrong is said with its line and column, and nothing else ever happens."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.tables import Finder, Table
from skillspace.skills.taxonomy import Need, Taxonomies
from skillspace.skills.teams import Chart, Role, Unit, Wanted, read_chart, read_training
from tests.unit.skills.matching.brute import OWN, SKILLS
from tests.unit.skills.teams.drawn import charts

TABLE = f"""unit;part_of;role;heads;concept;need;level;weight
Oven;Firm;Baker;2;{OWN[0]};essential;4;
Oven;;Baker;;{SKILLS[0]};optional;;2,5

;;Driver;;{SKILLS[3]};;;
"""
CHART = Chart(
    units=(Unit(id="Oven", part_of="Firm"), Unit(id="Firm")),
    roles=(
        Role(
            id="Baker",
            unit="Oven",
            heads=2,
            needs=(
                Wanted(concept=OWN[0], level=4),
                Wanted(concept=SKILLS[0], need=Need.OPTIONAL, weight=2.5),
            ),
        ),
        Role(id="Driver", needs=(Wanted(concept=SKILLS[3]),)),
    ),
)


@pytest.fixture(scope="module")
def find(world: Taxonomies) -> Finder:
    return Finder(world, same={"urn:ours:kneading": SKILLS[2]})


def written(chart: Chart) -> bytes:
    roles = [
        {"id": role.id, "unit": role.unit, "heads": role.heads, "needs": [vars_of(one) for one in role.needs]}
        for role in chart.roles
    ]
    units = [{"id": one.id, "part_of": one.part_of} for one in chart.units]
    return json.dumps({"units": units, "roles": roles}).encode()


def vars_of(one: Wanted) -> dict[str, object]:
    return {"concept": one.concept, "need": one.need.value, "level": one.level, "weight": one.weight}


def test_a_table_and_json_say_the_same(find: Finder) -> None:
    assert read_chart(TABLE.encode(), find) == CHART
    assert read_chart(b"\xef\xbb\xbf" + TABLE.replace(";", "\t").encode(), find) == CHART
    assert read_chart(written(CHART), find) == CHART


@given(charts())
def test_what_is_written_is_read(find: Finder, chart: Chart) -> None:
    assert read_chart(written(chart), find) == chart


def test_a_concept_is_found_by_its_name_and_ones_own_by_what_it_was_mapped_to(find: Finder) -> None:
    chart = read_chart(f"role,concept\nBaker,{SKILLS[5].upper()}\nDriver,urn:ours:kneading\n".encode(), find)
    assert [role.needs[0].concept for role in chart.roles] == [SKILLS[5], SKILLS[2]]
    assert find("  no such skill ") is None


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", "The table is empty"),
        ("role\nBaker\n", "Line 1: the column concept is missing"),
        ("role,concept,colour\n", "Line 1, column 3: 'colour' is none of"),
        ("role,concept,role\n", "Line 1, column 3: 'role' is here twice"),
        ("role,concept\nBaker,kneading\n", "Line 2, column concept: no taxonomy here has a skill called 'kneading'"),
        ("role,concept\n,urn:a\n", "Line 2, column role: something has to stand here"),
        ("role,concept\nBaker,urn:a,urn:b\n", "Line 2, column 3: the first line names only 2"),
        ("role,concept\nBaker,urn:a\nBaker,urn:a\n", "Line 3, column concept: this role has a line"),
        ("role,concept,level\nBaker,urn:a,9\n", "Line 2, column level: '9' is no whole number from 1 to 8"),
        ("role,concept,weight\nBaker,urn:a,heavy\n", "Line 2, column weight: 'heavy' is no number"),
        ("role,concept,weight\nBaker,urn:a,0\n", "Line 2, column weight: a need that weighs nothing"),
        ("role,concept,need\nBaker,urn:a,maybe\n", "Line 2, column need: 'maybe' is none of"),
        ("role,concept,heads\nBaker,urn:a,2\nBaker,urn:b,3\n", "Line 3, column heads: an earlier line says 2"),
        ("role,concept,part_of\nBaker,urn:a,Firm\n", "Line 2, column part_of: only a unit"),
        ('role,concept\nBaker,"urn:a\n', "is not CSV"),
        ('{"roles": [', "Line 1, column 12: the chart is not JSON"),
        ('{"roles": {}}', "the chart: roles is a list"),
        ('{"roles": [{"id": "Baker", "needs": [{"concept": "kneading"}]}]}', r"roles\[0\].needs\[0\].concept: no"),
        ('{"roles": [{"id": "Baker", "needs": [{"concept": "urn:a", "level": "4"}]}]}', r"needs\[0\].level"),
        ('{"roles": [{"id": "Baker", "boss": "Bo"}]}', r"roles\[0\] has no 'boss'"),
        ('{"roles": [{"id": "Baker"}]}', "The role Baker needs nothing"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(find: Finder, said: str, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        read_chart(said.encode(), find)


def test_bytes_that_are_no_text_are_named_by_their_line(find: Finder) -> None:
    with pytest.raises(BadInput, match="Line 2 is not UTF-8"):
        read_chart(b"role,concept\nB\xe5ker,urn:a\n", find)


pieces = st.sampled_from(
    ["role", "concept", "unit", "part_of", "heads", "level", ",", ";", "\n", '"', "urn:a", "{", "3"]
)


@given(st.binary(max_size=200) | st.lists(pieces, max_size=40).map(lambda some: "".join(some).encode()))
def test_any_bytes_are_a_chart_or_bad_input(find: Finder, content: bytes) -> None:
    with suppress(BadInput):
        assert read_chart(content, find).roles


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(
    ["id", "unit", "heads", "needs", "teaches", "price", "hours", "starts", "ends", "own", "currency"]
)


@given(
    st.dictionaries(
        st.sampled_from(["units", "roles"]), st.lists(st.dictionaries(members, values, max_size=5)) | values
    )
)
def test_any_json_is_a_chart_or_bad_input(find: Finder, said: object) -> None:
    with suppress(BadInput):
        assert read_chart(json.dumps(said).encode(), find).roles


@given(st.dictionaries(members, values, max_size=8) | values)
def test_any_json_is_a_course_or_bad_input(find: Finder, said: object) -> None:
    with suppress(BadInput):
        assert read_training(json.dumps(said).encode(), 7, find)[0].id


def test_a_course_says_what_it_costs_and_when_it_is_held(find: Finder) -> None:
    line = {"id": "c", "teaches": [SKILLS[0], {"concept": OWN[0], "level": 5}], "price": 90.5, "hours": 8, "own": True,
            "starts": "2026-12-01", "ends": "2026-12-02"}  # fmt: skip
    training, is_own = read_training(json.dumps(line).encode(), 1, find)
    assert (training.price, training.hours, is_own) == (Decimal("90.5"), 8, True)
    assert [(one.uri, one.level) for one in training.teaches] == [(SKILLS[0], None), (OWN[0], 5)]
    assert str(training.sessions[0].ends) == "2026-12-02"


def test_a_table_too_large_is_refused_unread() -> None:
    with pytest.raises(BadInput, match="at most 5 MB"):
        Table.read(b"x" * ((5 << 20) + 1), required=("role",))
