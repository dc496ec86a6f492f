"""Twins differ in nothing but who they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cvs import is_held
from bench.ranking import overlap
from bench.twins import lists, part, twins

STORY = ["Plans the work", "Keeps the books", "Writes invoices"]
rankings = st.lists(st.integers(0, 30).map(str), max_size=10, unique=True)


@settings(deadline=None)
@given(number=st.integers(0, 10_000), language=st.sampled_from(["en", "fr", "de", "sv"]))
def test_a_twin_does_the_same_work_under_another_name(number: int, language: str) -> None:
    one = twins(f"o{number}", language, STORY, ("her job", "his job"))
    for text in (one.text, *one.swapped.values()):
        assert all(done in text for done in STORY)
        assert ("her job" in text) != ("his job" in text)
    assert ("her job" in one.text) != ("her job" in one.swapped["all"])
    assert ("her job" in one.text) == ("her job" in one.swapped["names"])
    assert one.text != one.swapped["names"]
    assert one == twins(f"o{number}", language, STORY, ("her job", "his job"))


def test_the_halves_share_no_layout_and_no_origin() -> None:
    told = lists()
    assert not told["origins"]["held"].keys() & told["origins"]["developed"].keys()
    for layouts in told["layouts"].values():
        assert not set(layouts["held"]) & set(layouts["developed"])
    assert {part(f"o{number}") for number in range(20)} == {"held", "developed"}
    assert part("o1") == ("held" if is_held("o1") else "developed")


@given(one=rankings, other=rankings)
def test_overlap_is_even_between_nothing_and_all(one: list[str], other: list[str]) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1 + 1e-9
    if len(one) == 10:
        assert abs(overlap(one, one) - 1) < 1e-9


def test_overlap_weighs_what_stands_first_most() -> None:
    ten = [str(at) for at in range(10)]
    assert overlap(ten, [*ten[1::-1], *ten[2:]]) < overlap(ten, [*ten[:8], ten[9], ten[8]]) < 1
