"""The best offers, their scores and reasons, against scoring every offer by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import (
    DEFAULT,
    Match,
    Offer,
    OfferIndex,
    PersonSkill,
    Question,
    Weights,
    cells,
    meaning,
    postings,
)
from skillspace.skills.matching.postings import Postings
from skillspace.skills.taxonomy import Need, Taxonomies
from tests.unit.skills.matching.brute import (
    CONCEPTS,
    GROUPS,
    OCCUPATIONS,
    SKILLS,
    WORDS,
    closeness,
    fits,
    indexed,
    merged,
    offer_lists,
    people,
    questions,
    score,
    weight,
    weightings,
)

OFTEN = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
ROUNDED = 2e-6


def by_hand(
    index: OfferIndex, offers: Sequence[Offer], question: Question, weights: Weights
) -> Iterator[tuple[str, float]]:
    """Give every offer that may be an answer, best first, once its score was found right."""
    found = []
    for offer in offers:
        told = index.why(offer.id, question, weights).score
        assert told == pytest.approx(score(offer, question, offers, weights), abs=ROUNDED)
        named = question.only is None or offer.id in question.only
        if told > 0 and named and fits(offer, question.wishes):
            found.append((offer.id, told))
    yield from sorted(found, key=lambda one: (-one[1], one[0]))


def answers(matches: Sequence[Match]) -> list[tuple[str, float]]:
    return [(match.offer_id, match.score) for match in matches]


@given(
    offers=offer_lists,
    question=questions,
    weights=weightings,
    k=st.sampled_from([1, 2, 3, 5, 8, 1000]),
    most=st.sampled_from([0, 2, 50_000]),
)
@OFTEN
def test_the_best_are_those_found_by_scoring_all_by_hand(
    world: Taxonomies, offers: list[Offer], question: Question, weights: Weights, k: int, most: int
) -> None:
    index = indexed(offers, world)
    with mock.patch.object(postings, "MOST_CANDIDATES", most):
        assert answers(index.ask(question, k=k, weights=weights)) == list(by_hand(index, offers, question, weights))[:k]


@given(seed=st.integers(0, 10**6), k=st.integers(1, 12), question=questions, is_strict=st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_best_of_many_blocks_are_those_found_by_scoring_all_by_hand(
    world: Taxonomies, seed: int, k: int, question: Question, is_strict: bool
) -> None:
    draw = random.Random(seed)  # noqa: S311 - repeatable
    offers = [
        Offer(
            id=f"offer-{number:04d}",
            needs=tuple((uri, 1.0, draw.choice(list(Need))) for uri in draw.sample(CONCEPTS, draw.randint(0, 8))),
            text=" ".join(draw.choices(WORDS, k=draw.randint(0, 3))) if number % 4 == 0 else "",
            occupation=draw.choice([None, *OCCUPATIONS]),
            levels=((SKILLS[number % 14], draw.randint(1, 8)),) if is_strict else (),
            proofs=((SKILLS[number % 14], draw.randint(1, 6)),) if is_strict and number % 3 else (),
        )
        for number in range(150)
    ]
    with (
        mock.patch.object(postings, "BLOCK", 4),
        mock.patch.object(cells, "MEMBERS", 4),
        mock.patch.object(meaning, "FIRST", 2),
        mock.patch.object(meaning, "TRUST", 1.0),
    ):
        index = indexed(offers, world)
        assert answers(index.ask(question, k=k)) == list(by_hand(index, offers, question, DEFAULT))[:k]


def test_an_offer_whose_level_is_not_reached_does_not_hide_a_better_one(world: Taxonomies) -> None:
    needs = tuple((uri, 1.0, Need.ESSENTIAL) for uri in SKILLS[:6])
    demanding = [
        Offer(id=f"a-{number}", occupation=None, needs=needs, levels=tuple((uri, 8) for uri in SKILLS[:6]))
        for number in range(3)
    ]
    modest = Offer(id="b", occupation=None, needs=(*needs, ("urn:own:rare", 2.0, Need.ESSENTIAL)))
    asked = Question(skills=[PersonSkill(uri=uri, reached=1) for uri in SKILLS[:6]])
    assert OfferIndex.build([*demanding, modest], world).ask(asked, k=1)[0].offer_id == "b"


def test_what_is_equally_good_comes_whole_and_in_order_however_much_of_it(world: Taxonomies) -> None:
    offers = [
        Offer(id=f"offer-{number:04d}", occupation=None, needs=((SKILLS[number % 2], 1.0, Need.ESSENTIAL),))
        for number in range(1500)
    ]
    asked = Question(skills=[PersonSkill(uri=SKILLS[1])])
    found = [match.offer_id for match in OfferIndex.build(offers, world).ask(asked, k=755)]
    assert found == [offer.id for offer in offers[1::2]] + [offer.id for offer in offers[:10:2]]


def test_someone_with_ten_thousand_skills_is_answered_as_by_hand(world: Taxonomies) -> None:
    many = [f"urn:own:{number:05d}" for number in range(10_000)]
    offers = [
        Offer(
            id=f"offer-{number:02d}",
            occupation=None,
            needs=tuple((uri, 1.0, Need.ESSENTIAL) for uri in [*many[: number * 500], SKILLS[number % 14]]),
        )
        for number in range(20)
    ]
    index = OfferIndex.build(offers, world)
    asked = Question(skills=[PersonSkill(uri=uri) for uri in [*many, "urn:nobody:knows"]])
    ceiling = DEFAULT.ceiling
    expected = {
        offer.id: len(offer.needs[:-1])
        / ((len(offer.needs) - 1 + weight(offer.needs[-1], DEFAULT)) * ceiling + DEFAULT.caution)
        for offer in offers
    }
    found = index.ask(asked, k=50)
    assert {match.offer_id: match.score for match in found} == pytest.approx(
        {name: score for name, score in expected.items() if score}, abs=1e-5
    )


@given(offers=offer_lists, asked=st.lists(questions, min_size=8, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_eight_threads_at_once_get_the_answers_that_one_gets(
    world: Taxonomies, offers: list[Offer], asked: list[Question]
) -> None:
    index = indexed(offers, world)
    other = Weights(rarity=0.0)
    jobs = [(question, weights) for question in asked for weights in (DEFAULT, other)] * 3
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda job: index.ask(job[0], k=3, weights=job[1]), jobs))
    assert found == [index.ask(question, k=3, weights=weights) for question, weights in jobs]


@given(offers=offer_lists, question=questions, weights=weightings)
@OFTEN
def test_every_reason_is_true_of_both_sides(
    world: Taxonomies, offers: list[Offer], question: Question, weights: Weights
) -> None:
    index = indexed(offers, world)
    held = {skill.uri for skill in question.skills}
    brings = {path: getattr(weights, path.name.lower()) for path in set(map(closeness, SKILLS, SKILLS[1:])) if path}
    for offer in offers:
        match, needs = index.why(offer.id, question, weights), merged(offer)
        by_need = {one.need_uri: one for part in (match.have, match.close, match.missing) for one in part}
        assert by_need.keys() == needs.keys()
        assert len(match.have) + len(match.close) + len(match.missing) == len(needs)
        assert {one.need_uri for one in match.have} == needs.keys() & held
        for one in match.have:
            assert one.validation == max(skill.validation for skill in question.skills if skill.uri == one.need_uri)
        for close in match.close:
            assert close.by_uri in held
            assert close.path is closeness(close.by_uri, close.need_uri)
            assert close.credit == brings.get(close.path, close.credit)
        for missing in match.missing:
            near = {closeness(uri, missing.need_uri) for uri in held} - {None}
            assert all(path is not None and getattr(weights, path.name.lower()) == 0 for path in near)
            assert missing.need is needs[missing.need_uri][2]
        total = sum(weight(need, weights) for need in needs.values())
        for uri, one in by_need.items():
            assert one.weight == pytest.approx(weight(needs[uri], weights) / total if total else 0, abs=2e-6)
        got = sum(one.weight for one in match.have) + sum(one.weight * one.credit for one in match.close)
        assert match.coverage == pytest.approx(min(got, 1), abs=2e-6)


@given(offers=offer_lists, question=questions, extra=people)
@OFTEN
def test_more_skills_and_better_proof_never_lower_a_score(
    world: Taxonomies, offers: list[Offer], question: Question, extra: list[PersonSkill]
) -> None:
    index = indexed(offers, world)
    if question.skills:
        more = Question(
            skills=[*question.skills, *(PersonSkill(uri=one.uri, validation=one.validation) for one in extra)],
            text=question.text,
            occupations=question.occupations,
            meaning=question.meaning,
        )
        for offer in offers:
            assert index.why(offer.id, more).score >= index.why(offer.id, question).score


@given(offers=offer_lists, question=questions)
@OFTEN
def test_the_order_in_which_skills_are_told_changes_nothing(
    world: Taxonomies, offers: list[Offer], question: Question
) -> None:
    index = indexed(offers, world)
    turned = Question(
        skills=question.skills[::-1],
        text=question.text,
        occupations=dict(reversed(question.occupations.items())),
        wishes=question.wishes,
        only=question.only,
        meaning=question.meaning,
    )
    assert index.ask(turned) == index.ask(question)


def test_somebodys_own_weights_leave_everybodys_postings_as_they_are(world: Taxonomies) -> None:
    """Putting all offers in order anew takes long; who asks as usual must not wait for it."""
    index = indexed([Offer(id="a", needs=((SKILLS[0], 1.0, Need.ESSENTIAL), (SKILLS[1], 1.0, Need.OPTIONAL)))], world)
    asked = [PersonSkill(uri=SKILLS[0])]
    usual = index.match(asked)
    with mock.patch.object(Postings, "of", wraps=Postings.of) as made:
        for optional in (0.9, 0.9, 0.1):
            index.match(asked, weights=Weights(optional=optional))
            assert index.match(asked) == usual
    assert made.call_count == 2


def test_weights_of_what_a_person_brings_put_no_offers_in_order_anew(world: Taxonomies) -> None:
    offers = [Offer(id=str(at), needs=((SKILLS[at], 1.0, Need.ESSENTIAL),)) for at in range(3)]
    index, asked = indexed(offers, world), [PersonSkill(uri=SKILLS[0])]
    for changed in ({"narrower": 0.1}, {"broader": 0.6}, {"related": 0.0}, {"level": 1.0}, {"meaning": 0.5}):
        weights = Weights.changed(changed)
        with mock.patch.object(Postings, "of", side_effect=AssertionError("put in order anew")):
            found = index.match(asked, weights=weights)
        assert {match.offer_id: match.score for match in found} == {
            name: score for name, score in zip(index.ids(), index.scores(asked, weights), strict=True) if score
        }


def test_offers_without_skills_are_found_by_their_text_and_by_their_occupation(world: Taxonomies) -> None:
    offers = [
        Offer(id="said", occupation=None, needs=(), title="night nurse"),
        Offer(id="known", occupation=OCCUPATIONS[0], needs=()),
        Offer(id="empty", occupation=None, needs=()),
    ]
    index = OfferIndex.build(offers, world)
    assert [match.offer_id for match in index.ask(Question(text="Nurse, nights"))] == ["said"]
    assert [match.offer_id for match in index.ask(Question(occupations={OCCUPATIONS[0]: 0.5}))] == ["known"]
    assert index.ask(Question()) == []
    assert index.why("empty", Question(text="nurse")).score == 0


def test_a_group_that_an_offer_asks_for_is_come_close_to_by_its_members(world: Taxonomies) -> None:
    index = OfferIndex.build([Offer(id="job", occupation=None, needs=((GROUPS[0], 1.0, Need.ESSENTIAL),))], world)
    assert index.ask(Question(skills=[PersonSkill(uri=SKILLS[3])]))[0].close[0].by_uri == SKILLS[3]


@pytest.mark.parametrize("near", [-0.1, 1.1, float("nan")])
def test_an_occupation_is_near_from_nothing_to_all(near: float) -> None:
    with pytest.raises(BadInput, match="0 to 1"):
        Question(occupations={OCCUPATIONS[0]: near})
