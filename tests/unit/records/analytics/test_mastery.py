"""Mastery: right answers raise the chance, its range holds it, and on invented learners it tells who knows a skill."""

from __future__ import annotations

import random
from math import exp

from hypothesis import given
from hypothesis import strategies as st

from skillspace.records.analytics import standing_rules
from skillspace.records.analytics.mastery import chance_known, traced

MODEL = standing_rules().mastery
ANSWERS = st.lists(st.booleans(), max_size=40)


def by_hand(answers: list[bool], start: float, learn: float, slip: float, guess: float) -> float:
    """The chance of knowing it by summing over every moment at which it may have been learnt: no recursion, no Bayes
    step by step."""
    known_at = [start]
    for _ in answers:
        known_at.append((1 - start) * (1 - learn) ** (len(known_at) - 1) * learn)
    never = (1 - start) * (1 - learn) ** len(answers)

    def seen(since: int) -> float:
        """How likely the answers are if it was known from answer number `since` on."""
        chance = 1.0
        for place, is_right in enumerate(answers):
            right = (1 - slip) if place >= since else guess
            chance *= right if is_right else 1 - right
        return chance

    knowing = sum(chance * seen(since) for since, chance in enumerate(known_at))
    return knowing / (knowing + never * seen(len(answers)))


@given(st.lists(st.booleans(), max_size=12), *(st.floats(0.05, 0.45) for _ in range(4)))
def test_the_chance_is_the_one_that_adding_up_every_case_gives(
    answers: list[bool], start: float, learn: float, slip: float, guess: float
) -> None:
    assert abs(traced(answers, start, learn, slip, guess) - by_hand(answers, start, learn, slip, guess)) < 1e-9


@given(ANSWERS, st.integers(0, 39))
def test_a_right_answer_in_place_of_a_wrong_one_never_lowers_the_chance(answers: list[bool], place: int) -> None:
    if place < len(answers) and not answers[place]:
        better = [*answers[:place], True, *answers[place + 1 :]]
        assert chance_known(better, MODEL)[0] >= chance_known(answers, MODEL)[0]


@given(ANSWERS)
def test_the_chance_lies_within_its_range(answers: list[bool]) -> None:
    chance, low, high = chance_known(answers, MODEL)
    assert 0 <= low <= chance <= high <= 1


def _tracing(chance: random.Random) -> tuple[list[bool], bool]:
    """A learner who learns as the model says, with numbers of their own anywhere in the ranges of the rules."""
    own = [chance.uniform(one.low, one.high) for one in (MODEL.start, MODEL.learn, MODEL.slip, MODEL.guess)]
    start, learn, slip, guess = own
    knows, answers = chance.random() < start, []
    for _ in range(chance.randint(3, 20)):
        answers.append(chance.random() < ((1 - slip) if knows else guess))
        knows = knows or chance.random() < learn
    return answers, knows


def _growing(chance: random.Random) -> tuple[list[bool], bool]:
    """A learner the model is wrong about: ability grows bit by bit, items differ (Rasch), and knowing is being able to
    answer an item of usual difficulty four times in five."""
    ability, answers = chance.gauss(-0.5, 1.5), []
    for _ in range(chance.randint(3, 20)):
        answers.append(chance.random() < 1 / (1 + exp(-(ability - chance.gauss(0, 1)))))
        ability += chance.uniform(0, 0.2)
    return answers, ability > 1.386


def _measured(made: list[tuple[list[bool], bool]]) -> dict[str, float]:
    """How well chances tell who knows it (AUC), and how far off they are (Brier), beside the share of right answers."""
    truth = [knows for _, knows in made]
    base = sum(truth) / len(truth)
    traced_ = [chance_known(answers, MODEL)[0] for answers, _ in made]
    shares = [sum(answers) / len(answers) for answers, _ in made]

    def auc(said: list[float]) -> float:
        yes = [one for one, knows in zip(said, truth, strict=True) if knows]
        no = [one for one, knows in zip(said, truth, strict=True) if not knows]
        return sum((one > other) + 0.5 * (one == other) for one in yes for other in no) / (len(yes) * len(no))

    def brier(said: list[float]) -> float:
        return sum((one - knows) ** 2 for one, knows in zip(said, truth, strict=True)) / len(truth)

    return {
        "auc": auc(traced_),
        "auc of the share": auc(shares),
        "brier": brier(traced_),
        "brier of the base rate": base * (1 - base),
    }


def test_on_invented_learners_who_learn_as_the_model_says_it_tells_better_than_the_share_of_right_answers() -> None:
    chance = random.Random(7)  # noqa: S311 - invented learners, the same each time
    measured = _measured([_tracing(chance) for _ in range(1000)])
    # docs/learning-analytics.md says these.
    told = {"auc": 0.97, "auc of the share": 0.95, "brier": 0.05, "brier of the base rate": 0.18}
    assert {name: round(value, 2) for name, value in measured.items()} == told


def test_on_invented_learners_the_model_is_wrong_about_it_tells_them_apart_and_is_too_sure_of_itself() -> None:
    chance = random.Random(8)  # noqa: S311 - invented learners, the same each time
    measured = _measured([_growing(chance) for _ in range(1000)])
    told = {"auc": 0.92, "auc of the share": 0.91, "brier": 0.28, "brier of the base rate": 0.22}
    assert {name: round(value, 2) for name, value in measured.items()} == told
