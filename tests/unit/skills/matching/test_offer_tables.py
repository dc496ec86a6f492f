"""Offers in Parquet: every column comes back, and whatever is wrong is said."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.matching import Collection, Columns, Offer, OfferIndex, Question
from skillspace.skills.matching import offer_tables as tables
from skillspace.skills.taxonomy import Need, Taxonomies
from tests.unit.skills.matching.brute import SKILLS, offer_lists
from tests.unit.skills.matching.test_columns import plain

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def row(offer: Offer) -> dict[str, Any]:
    """Say an offer in the words of the file; what it does not say is null."""
    levels, proofs = dict(offer.levels), dict(offer.proofs)
    said = {field.name: getattr(offer, field.name, None) for field in tables.SCHEMA}
    return said | {
        "latitude": offer.where and offer.where[0],
        "longitude": offer.where and offer.where[1],
        "skills": [
            {
                "concept": uri,
                "weight": weight,
                "essential": need is Need.ESSENTIAL,
                "level": levels.get(uri),
                "proof": proofs.get(uri),
            }
            for uri, weight, need in offer.needs
        ],
    }


def write(path: Path, offers: Sequence[Offer], **how: Any) -> Path:
    pq.write_table(pa.Table.from_pylist([row(offer) for offer in offers], schema=tables.SCHEMA), path, **how)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [offer for piece in tables.read_offers(path) for offer in plain(piece)]


def table(path: Path, **columns: Any) -> list[dict[str, Any]]:
    """Read what a file of these columns says."""
    pq.write_table(pa.table(columns), path)
    return read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "offers.parquet"


@given(offers=offer_lists, groups=st.integers(1, 4))
@QUICK
def test_every_column_comes_back_as_it_was_written(path: Path, offers: list[Offer], groups: int) -> None:
    assert read(write(path, offers, row_group_size=groups)) == plain(Columns.of(offers))


@given(offers=offer_lists, piece=st.integers(1, 5))
@QUICK
def test_pieces_cut_anywhere_hold_the_same_offers(path: Path, offers: list[Offer], piece: int) -> None:
    written = write(path, offers, row_group_size=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "PIECE", piece)
        pieces = list(tables.read_offers(written))
    assert all(len(one) <= piece for one in pieces)
    assert (plain(Columns.joined(pieces)) if pieces else []) == plain(Columns.of(offers))


def test_only_an_identifier_is_needed(path: Path) -> None:
    nothing = plain(Columns.of([Offer(id="a", occupation=None, needs=()), Offer(id="b", occupation=None, needs=())]))
    assert table(path, id=["a", "b"]) == nothing
    nulls = {field.name: pa.nulls(2, field.type) for field in tables.SCHEMA if field.name != "id"}
    assert table(path, id=["a", "b"], **nulls) == nothing
    assert table(path, id=["a", "b"], **{name: pa.nulls(2) for name in nulls}) == nothing


def test_an_empty_file_holds_no_offers(path: Path, world: Taxonomies, tmp_path: Path) -> None:
    assert read(write(path, [])) == []
    assert len(Collection.build(tmp_path / "index", tables.read_offers(path), world)) == 0


def test_skills_may_be_concepts_alone(path: Path) -> None:
    offers = [
        Offer(id=name, occupation=None, needs=tuple((uri, 1.0, Need.ESSENTIAL) for uri in uris))
        for name, uris in (("a", SKILLS[:2]), ("b", []), ("c", SKILLS[1:4]))
    ]
    said = [[uri for uri, _, _ in offer.needs] for offer in offers]
    for kind in (pa.list_(pa.string()), pa.large_list(pa.large_string()), pa.list_(pa.dictionary(pa.int32(), "utf8"))):
        assert table(path, id=["a", "b", "c"], skills=pa.array(said, pa.list_(pa.string())).cast(kind)) == plain(
            Columns.of(offers)
        )
    assert table(path, id=["a", "b", "c"], skills=[[{"concept": uri} for uri in uris] for uris in said]) == plain(
        Columns.of(offers)
    )


def test_kinds_that_say_the_same_are_read_as_what_they_say(path: Path) -> None:
    wide = table(
        path,
        id=pa.array([7, 8]),
        latitude=pa.array([59, None], pa.int64()),
        longitude=pa.array([18.0, None], pa.float64()),
        education=pa.array([6, None], pa.int64()),
        salary_min=pa.array([20_000_001, None], pa.int64()),
        place=pa.array(["SE11", None]).dictionary_encode(),
        opens=pa.array(["2026-11-22", None]),
        closes=pa.array([dt.datetime(2026, 11, 23, 23, 59, tzinfo=dt.UTC), None]),
    )
    assert [(offer["ids"], offer["education"], offer["place"]) for offer in wide] == [
        ("b'7'", "6", "SE11"),
        ("b'8'", "0", "None"),
    ]
    days = plain(
        Columns.of(
            [Offer(id="7", occupation=None, needs=(), opens=dt.date(2026, 11, 22), closes=dt.date(2026, 11, 23))]
        )
    )[0]
    assert (wide[0]["opens"], wide[0]["closes"]) == (days["opens"], days["closes"])


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"title": ["x"]}, "needs a column id"),
        ({"id": ["a"], "salery": [1]}, "knows no column salery"),
        ({"id": [None]}, "id is empty"),
        ({"id": [""]}, "id is empty"),
        ({"id": ["a\0"]}, "NUL"),
        ({"id": ["x" * 10**6]}, "longer"),
        ({"id": ["a"], "education": [257]}, "education"),
        ({"id": ["a"], "education": [9]}, "education"),
        ({"id": ["a"], "education": [3.5]}, "education"),
        ({"id": ["a"], "education": ["high"]}, "education"),
        ({"id": ["a"], "remote": ["perhaps"]}, "remote"),
        ({"id": ["a"], "title": [["x"]]}, "title"),
        ({"id": ["a"], "title": [b"\xff\xfe"]}, "title"),
        ({"id": ["a"], "languages": ["sv"]}, "languages"),
        ({"id": ["a"], "skills": ["urn:a"]}, "skills"),
        ({"id": ["a"], "skills": [[[1.5]]]}, "concept"),
        ({"id": ["a"], "skills": [[None]]}, "no concept"),
        ({"id": ["a"], "skills": [[{"concept": None}]]}, "no concept"),
        ({"id": ["a"], "skills": [[{"concept": "urn:a"}, None]]}, "no concept"),
        ({"id": ["a"], "skills": [[{"weight": 1.0}]]}, "hold concept"),
        ({"id": ["a"], "skills": [[{"concept": "urn:a", "wieght": 1.0}]]}, "wieght"),
        ({"id": ["a"], "skills": [[{"concept": "urn:a", "weight": -1.0}]]}, "positive"),
        ({"id": ["a"], "skills": [[{"concept": "urn:a", "weight": float("nan")}]]}, "positive"),
        ({"id": ["a"], "skills": [[{"concept": "urn:a", "level": 9}]]}, "level"),
        ({"id": ["a"], "skills": [[{"concept": "urn:a", "proof": 300}]]}, "proof"),
        ({"id": ["a"], "latitude": [91.0], "longitude": [0.0]}, "latitude"),
        ({"id": ["a"], "latitude": [59.0]}, "longitude"),
        ({"id": ["a"], "salary_min": [1e300]}, "no end"),
        ({"id": ["a"], "closes": ["tomorrow"]}, "closes"),
        ({"id": ["a"], "closes": pa.array([2**30], pa.int32()).cast(pa.date32())}, "calendar"),
    ],
)
def test_what_no_offer_can_say_is_refused_and_named(path: Path, columns: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        table(path, **columns)
    assert "offers.parquet" in refused.value.message


def test_a_column_that_comes_twice_is_refused(path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], ["id", "id"]), path)
    with pytest.raises(BadInput, match="twice"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"id,title\na,b\n", b"PAR1" + bytes(200) + b"PAR1"])
def test_what_is_no_parquet_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"offers\.parquet"):
        read(path)


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"offers\.parquet"):
        read(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of a few offers."""
    offers = [
        Offer(
            id=f"offer-{number}",
            occupation=None,
            needs=((SKILLS[number], 1.0, Need.ESSENTIAL),),
            title="nurse å",
            languages=("sv",),
            education=3,
            closes=dt.date(2026, 11, 22),
        )
        for number in range(6)
    ]
    made = tmp_path_factory.mktemp("whole") / "offers.parquet"
    return write(made, offers, compression="none").read_bytes()


def torn(data: st.DataObject, whole: bytes) -> bytes:
    """Cut the end off."""
    return whole[: data.draw(st.integers(0, len(whole) - 1))]


def bent(data: st.DataObject, whole: bytes) -> bytes:
    """Change a few bytes, where the offers are more often than where the file describes itself."""
    changed = bytearray(whole)
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=4)
    ):
        changed[at] = byte
    return bytes(changed)


@pytest.mark.parametrize("hurt", [torn, bent])
@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_file_is_refused_or_read_and_never_more(
    path: Path, whole: bytes, world: Taxonomies, hurt: Callable[[st.DataObject, bytes], bytes], data: st.DataObject
) -> None:
    path.write_bytes(hurt(data, whole))
    try:
        pieces = list(tables.read_offers(path))
        index = OfferIndex.of(Columns.joined(pieces), _proximity(pieces, world)) if pieces else None
    except BadInput:
        return
    if index is not None:
        index.ask(Question(text="nurse"))


def _proximity(pieces: Sequence[Columns], world: Taxonomies) -> Any:
    return OfferIndex.build([], world).proximity.including(concept for piece in pieces for concept in piece.concepts())


def test_an_identifier_that_comes_twice_is_refused_wherever_it_stands(
    path: Path, world: Taxonomies, tmp_path: Path
) -> None:
    offers = [Offer(id=name, occupation=None, needs=(), title="nurse") for name in "abca"]
    written = write(path, offers, row_group_size=2)
    with pytest.raises(BadInput, match="called a"):
        Collection.build(tmp_path / "index", tables.read_offers(written), world)
    assert not (tmp_path / "index").exists()


def test_hostile_texts_are_texts(path: Path, world: Taxonomies) -> None:
    titles = ["nurse\0\x1b[31m", "\u202enurse", "nurse " * 200_000, "\N{GRINNING FACE}" * 1000, "'; drop table --"]
    offers = [Offer(id=f"{at}\n\t'", occupation=None, needs=(), title=title) for at, title in enumerate(titles)]
    [piece] = tables.read_offers(write(path, offers))
    index = OfferIndex.of(piece, _proximity([piece], world))
    assert {match.offer_id for match in index.ask(Question(text="nurse"))} == {"0\n\t'", "1\n\t'", "2\n\t'"}
    assert [index.title(offer.id) for offer in offers] == titles


def test_a_file_of_many_row_groups_is_one_index(path: Path, world: Taxonomies, tmp_path: Path) -> None:
    draw = random.Random(1)  # noqa: S311 - repeatable
    offers = [
        Offer(id=f"{number:03d}", occupation=None, needs=((draw.choice(SKILLS), 1.0, Need.ESSENTIAL),))
        for number in range(300)
    ]
    built = Collection.build(tmp_path / "index", tables.read_offers(write(path, offers, row_group_size=7)), world)
    assert len(built) == 300
    assert built.why("123", Question()).missing[0].need_uri == offers[123].needs[0][0]
