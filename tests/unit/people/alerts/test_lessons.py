"""What answers teach: a little, about what they name, within bounds whatever is answered how often."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.alerts import MOST_EFFECT, News, Outcome, Property, Said
from skillspace.people.alerts.lessons import learnt, taught, weight
from tests.unit.people.alerts.news import offer, offers

answers = st.lists(st.tuples(offers(), st.sampled_from(Said), st.none() | st.sampled_from(Outcome)), max_size=20)


@given(answers=answers, seen=offers())
def test_however_much_is_answered_an_offer_moves_by_three_tenths_at_most(
    answers: list[tuple[News, Said, Outcome | None]], seen: News
) -> None:
    lessons = learnt(taught(*answer) for answer in answers)
    found = weight(seen, {(one.about, one.value): one for one in lessons})
    assert 1 - MOST_EFFECT - 1e-9 <= found <= 1 + MOST_EFFECT + 1e-9
    assert all(abs(one.effect) <= MOST_EFFECT + 1e-9 for one in lessons)


@given(seen=offers())
def test_without_answers_nothing_moves(seen: News) -> None:
    assert weight(seen, {}) == 1


def test_a_yes_speaks_for_employer_group_and_distance_and_an_outcome_once_more() -> None:
    told = offer("a", employer="Sample Works AB")
    assert taught(told, Said.YES, None) == (
        ("employer", "sample works ab", 1),
        ("occupation", "urn:group:1", 1),
        ("distance", "region", 1),
    )
    assert {points for _, _, points in taught(told, Said.YES, Outcome.HIRED)} == {2}


def test_a_no_speaks_against_what_it_names_and_nothing_else() -> None:
    told = offer("a")
    assert taught(told, Said.NOT_EMPLOYER, None) == (("employer", "sample works a", -3),)
    assert taught(told, Said.NOT_OCCUPATION, None) == (("occupation", "urn:group:1", -3),)
    assert taught(told, Said.TOO_FAR, None) == (("distance", "region", -3),)
    assert taught(told, Said.NOT_NOW, None) == ()
    assert taught(offer("b", group=None), Said.NOT_OCCUPATION, None) == ()


def test_each_lesson_says_how_many_answers_it_rests_on() -> None:
    told = [offer(name, employer="Alpha", group=None, distance=None) for name in "abcde"]
    (one,) = learnt(taught(each, Said.YES, None) for each in told)
    assert (one.about, one.value, one.points, one.answers) == (Property.EMPLOYER, "alpha", 3, 5)
