"""A group of learners is counted so that nobody in it can be told from the rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.learning import group_of
from skillspace.people.sharing.document import SharedInference

LEAST = 4


def known(skill: str, chance: float) -> SharedInference:
    return SharedInference(
        rule="mastery", version="1", family="mastery", basis="modelled", about=skill, names={"en": skill},
        numbers={"chance": chance}, confidence=0.9, statements=5, computed="2026-11-20T12:00:00Z",
    )  # fmt: skip


def sign(rule: str) -> SharedInference:
    return SharedInference(
        rule=rule, version="1", family="sign", basis="declared", numbers={}, confidence=1.0, statements=3,
        computed="2026-11-20T12:00:00Z",
    )  # fmt: skip


LEARNERS = st.lists(
    st.lists(
        st.builds(known, st.sampled_from("ab"), st.floats(0, 1))
        | st.builds(sign, st.sampled_from(["sign-pause", "sign-failures"])),
        max_size=5,
    ),
    max_size=14,
)


@given(LEARNERS)
def test_no_count_shown_rests_on_fewer_than_the_threshold_on_either_side(learners: list[list[SharedInference]]) -> None:
    count, rows = group_of(learners, least=LEAST, mastered=0.5)
    assert (count is None) is (len(learners) < LEAST)
    for row in rows:
        assert (row.so is None) is (row.of is None)
        if row.so is not None and row.of is not None:
            assert row.so >= LEAST
            assert row.of - row.so >= LEAST
        if row.about:
            assert sum(any(one.about == row.about for one in learner) for learner in learners) >= LEAST


def test_what_is_counted_is_right() -> None:
    learners = [[known("sums", 0.99), known("sums", 0.98)], *[[known("sums", 0.97)] for _ in range(4)]]
    learners += [[known("sums", 0.2), sign("sign-pause")] for _ in range(4)]
    count, rows = group_of(learners, least=LEAST, mastered=0.95)
    assert count == 9
    found = {row.what: (row.so, row.of) for row in rows}
    assert found == {
        "mastery": (5, 9),
        "sign-pause": (4, 9),
        "sign-failures": (None, None),
        "sign-deadline": (None, None),
    }


def test_in_a_group_that_is_all_alike_nothing_is_told_of_everybody() -> None:
    _, rows = group_of([[known("sums", 0.99)] for _ in range(10)], least=LEAST, mastered=0.95)
    assert [row.so for row in rows if row.what == "mastery"] == [None]
