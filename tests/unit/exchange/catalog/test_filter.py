"""What may be asked of a catalog, in whose spelling, and what is refused by its name."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from skillspace.exchange.catalog import FilterNotSupported, Question, read_filter
from skillspace.exchange.catalog.filter import MAX_PAGE, OPERATORS, PAGE, Condition, pieces
from skillspace.exchange.catalog.matching import criterion
from skillspace.exchange.catalog.shelf import offerings
from skillspace.trust.identity import Peer
from tests.unit.exchange.catalog.shops import Shop, Town, ids, offering

SOMEBODY = Peer(did="did:web:somebody.example", name="Somebody", roles=frozenset())
EDC = "https://w3id.org/edc/v0.0.1/ns/"


def criteria(*all_of: tuple[str, str, object]) -> list[dict[str, Any]]:
    names = ("operandLeft", "operator", "operandRight")
    return [{"filterExpression": [dict(zip(names, one, strict=True)) for one in all_of]}]


def test_nothing_asked_is_the_first_page() -> None:
    assert read_filter(None) == read_filter([]) == read_filter([{}]) == Question(limit=PAGE)


def test_what_edc_sends_is_understood_however_its_json_ld_was_compacted() -> None:
    short = {
        "@type": "QuerySpec",
        "offset": 20,
        "limit": 2_147_483_647,
        "sortOrder": "DESC",
        "sortField": f"{EDC}id",
        "filterExpression": [
            {"@type": "Criterion", "operandLeft": f"'{EDC}id'", "operator": "in", "operandRight": ["a", "b"]}
        ],
    }
    long = {
        "@type": f"{EDC}QuerySpec",
        f"{EDC}offset": {"@value": 20},
        "edc:limit": 2_147_483_647,
        f"{EDC}sortOrder": "DESC",
        f"{EDC}sortField": f"{EDC}id",
        f"{EDC}filterExpression": {
            f"{EDC}operandLeft": f"{EDC}id",
            f"{EDC}operator": "IN",
            f"{EDC}operandRight": {"@list": ["a", {"@value": "b"}]},
        },
    }
    asked = Question(
        conditions=(Condition(member="id", operator="in", values=("a", "b")),),
        limit=MAX_PAGE,
        offset=20,
        is_descending=True,
    )
    assert read_filter([short]) == read_filter([long]) == asked


def test_a_criterion_may_come_without_its_query_spec() -> None:
    assert read_filter([{"operandLeft": "kind", "operator": "=", "operandRight": "diploma"}]).conditions == (
        Condition(member="kind", operator="=", values=("diploma",)),
    )


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ([{"kind": "diploma"}], "kind"),
        (["diploma"], "diploma"),
        ([{"filterExpression": ["x"]}], "filterExpression"),
        ([{"filterExpression": [{"operandLeft": "id", "operator": "=", "operandRight": "x", "not": 1}]}], "not"),
        (criteria(("price", "=", "0")), "price"),
        (criteria(("kind", "!=", "x")), "!="),
        (criteria(("kind", "=", 7)), "kind"),
        (criteria(("kind", "=", ["a", "b"])), "kind ="),
        (criteria(("kind", "in", [])), "kind in"),
        (criteria(("kind", "in", ["x"] * 101)), "kind in"),
        (criteria(("personal", "=", "maybe")), "personal"),
        (criteria(("personal", "like", "%")), "like"),
        (criteria(("updated", ">", "yesterday")), "yesterday"),
        (criteria(("updated", "like", "2026%")), "like"),
        (criteria(("title", "like", "x\\")), "backslash"),
        (criteria(("title", "like", "%a" * 9)), "%"),
        (criteria(("title", "=", "x" * 513)), "title"),
        (criteria(*[("id", "=", "x")] * 21), "21"),
        ([{"limit": 0}], "limit"),
        ([{"limit": "many"}], "limit"),
        ([{"limit": True}], "limit"),
        ([{"offset": -1}], "offset"),
        ([{"offset": 1_000_001}], "offset"),
        ([{"limit": 1}, {"limit": 2}], "limit"),
        ([{"sortField": "title"}], "title"),
        ([{"sortOrder": "SIDEWAYS"}], "SIDEWAYS"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_name(asked: list[object], named: str) -> None:
    with pytest.raises(FilterNotSupported) as fault:
        read_filter(asked)
    assert named in fault.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "@type @value @list filterExpression limit offset sortField sortOrder operandLeft operator "
                f"operandRight {EDC}limit".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.lists(JSON, max_size=3))
def test_garbage_is_refused_and_nothing_else(asked: list[object]) -> None:
    with contextlib.suppress(FilterNotSupported):
        read_filter(asked)


@given(st.text(alphabet="ab%_\\*?[]", max_size=8))
def test_the_pieces_of_a_pattern_say_it_again(pattern: str) -> None:
    with contextlib.suppress(FilterNotSupported):
        said = "".join(sign if stands else f"\\{sign}" for sign, stands in pieces(pattern))
        assert pieces(said) == pieces(pattern)


SHELF = (
    offering("b-transcripts", title={"en": "Transcripts"}, kinds=("transcript", "diploma"), purposes=()),
    offering("a-diplomas", description={"en": "100% [glass]"}),
    offering(
        "c-feed",
        title={"fr": "Offres d’été", "sv": "ÅRSBOKEN"},
        kinds=(),
        personal=False,
        media_type="application/x-ndjson",
        formats=("HttpData-PULL", "HttpData-PUSH"),
        updated=datetime(2026, 11, 20, tzinfo=UTC),
    ),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shelf"), "shelf", Town())
    shop.publish(*SHELF)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("texts"), "texts", Town())
    shop.publish(*(offering(str(place), title={"sv": text}) for place, text in enumerate(TEXTS)))
    yield shop
    shop.close()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([("id", "=", "a-diplomas")], "a"),
        ([("id", "in", ["a-diplomas", "c-feed", "x"])], "ac"),
        ([("id", "like", "_-%s")], "ab"),
        ([("id", "ilike", "A-%")], "a"),
        ([("title", "=", "Transcripts")], "b"),
        ([("title", "like", "transcripts")], ""),
        ([("title", "ilike", "transcripts")], "b"),
        ([("title", "ilike", "%årsboken")], "c"),
        ([("title", "like", "%års%")], ""),
        ([("dct:title", "like", "%från Åre")], "a"),
        ([("description", "like", "100\\% [glass]")], "a"),
        ([("description", "ilike", "100\\% [GLASS]")], "a"),
        ([("description", "like", "100% [glas]")], ""),
        ([("kind", "=", "diploma")], "ab"),
        ([("kind", "in", ["transcript", "x"])], "b"),
        ([("kind", "ilike", "DIP%")], "ab"),
        ([("purpose", "=", "guidance")], "ac"),
        ([("personal", "=", True)], "ab"),
        ([("personal", "=", "false")], "c"),
        ([("mediaType", "like", "application/x-%")], "c"),
        ([("format", "=", "HttpData-PULL")], "abc"),
        ([("format", "in", ["HttpData-PUSH"])], "c"),
        ([("updated", ">=", "2026-11-20T00:00:00Z")], "c"),
        ([("updated", "<", "2026-11-20T00:00:00Z")], "ab"),
        ([("updated", "=", "2026-11-01T08:00:00+00:00")], "ab"),
        ([("kind", "=", "diploma"), ("title", "ilike", "dip%")], "a"),
    ],
)
def test_a_filter_finds_what_it_says(shelf: Shop, asked: list[tuple[str, str, object]], found: str) -> None:
    with shelf.database.reading() as work:
        page = shelf.catalog.page(work, SOMEBODY, read_filter(criteria(*asked)))
    assert "".join(name[0] for name in ids(page.document)) == found


TEXTS = ("aÅ", "å*", "a.a", "Åaåa")


@given(st.text(alphabet="aåÅ%_.*", max_size=6), st.sampled_from(["like", "ilike"]))
def test_patterns_mean_what_they_mean_elsewhere(texts: Shop, pattern: str, operator: str) -> None:
    with contextlib.suppress(FilterNotSupported):
        asked = read_filter(criteria(("title", operator, pattern)))
        written = re.escape(pattern).replace("%", ".*").replace("_", ".")
        expected = [text for text in TEXTS if re.fullmatch(written, text, re.IGNORECASE if operator == "ilike" else 0)]
        with texts.database.reading() as work:
            found = ids(texts.catalog.page(work, SOMEBODY, asked).document)
        assert [TEXTS[int(name)] for name in found] == expected


@pytest.mark.parametrize("member", sorted(OPERATORS))
def test_every_criterion_can_be_put_to_postgresql_too(member: str) -> None:
    value: str | bool = True if member == "personal" else "2026-11-20T00:00:00Z"
    for operator in OPERATORS[member]:
        asked = Condition(member=member, operator=operator, values=(value,))
        text = str(criterion(offerings, asked, "postgresql").compile(dialect=postgresql.dialect()))
        assert "GLOB" not in text
        assert "json_each(" not in text
