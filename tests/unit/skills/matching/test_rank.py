"""Why not this one: the place is the one in the full list, and what is said to be enough is, without one to spare."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import NotFound
from skillspace.skills.matching import HolderIndex, OfferIndex, PersonSkill, Question, Wishes, holder, rank
from skillspace.skills.matching.trainings import gap, place_of, trainings_for
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import Need
from tests.unit.skills.matching.test_offers import occupation_offers

numbers = st.lists(st.integers(0, 10_000), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def index(starter: Taxonomies) -> OfferIndex:
    return OfferIndex.build(occupation_offers(starter), starter)


def asked_by(index: OfferIndex, chosen: list[int]) -> Question:
    uris = sorted({uri for offer in index.ids() for uri, _, _ in index.needs_of(offer)})
    return Question(skills=tuple(PersonSkill(uri=uris[at % len(uris)]) for at in chosen))


def with_more(question: Question, skills: tuple[str, ...]) -> Question:
    return replace(question, skills=(*question.skills, *(PersonSkill(uri=uri) for uri in skills)))


@given(chosen=numbers, at=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_place_is_the_one_in_the_full_list(index: OfferIndex, chosen: list[int], at: int) -> None:
    question = asked_by(index, chosen)
    listed = [one.offer_id for one in index.ask(question, k=len(index))]
    offer = index.ids()[at % len(index)]
    found = rank(index, question, offer, first=5)
    assert found.of == len(index)
    if offer in listed:
        assert found.place == listed.index(offer) + 1
    else:
        assert found.match.score == 0
        assert found.place is not None
        assert found.place > len(listed)


@given(chosen=numbers, at=st.integers(0, 10_000), first=st.sampled_from([1, 3, 10]))
@settings(max_examples=30, deadline=None)
def test_what_is_enough_brings_it_among_the_first_and_none_of_it_can_be_left_out(
    index: OfferIndex, chosen: list[int], at: int, first: int
) -> None:
    question = asked_by(index, chosen)
    offer = index.ids()[at % len(index)]
    found = rank(index, question, offer, first=first)
    assert found.place is not None
    if found.place <= first:
        assert (found.enough, found.then) == ((), found.place)
        return
    if found.enough is None:
        everything = tuple(one.need_uri for one in (*found.match.close, *found.match.missing))
        assert rank(index, with_more(question, everything), offer, first=first).place == found.then
        assert found.then is not None
        assert found.then > first
        return
    assert found.enough
    assert rank(index, with_more(question, found.enough), offer, first=first).place == found.then
    for skill in found.enough:
        fewer = tuple(one for one in found.enough if one != skill)
        left = rank(index, with_more(question, fewer), offer, first=first).place
        assert left is not None
        assert left > first


def test_what_a_wish_shuts_out_has_no_place_and_still_its_reasons(index: OfferIndex) -> None:
    offer = index.ids()[0]
    question = replace(asked_by(index, [1, 2, 3]), wishes=Wishes(places=frozenset({"nowhere"}), remote=False))
    found = rank(index, question, offer)
    assert (found.place, found.of, found.enough, found.then) == (None, 0, None, None)
    assert found.match.offer_id == offer


def test_an_offer_that_is_not_there_is_not_found(index: OfferIndex) -> None:
    with pytest.raises(NotFound):
        rank(index, Question(), "job-unknown")


@given(chosen=numbers, wanted=numbers)
@settings(max_examples=30, deadline=None)
def test_the_place_of_a_training_is_the_one_in_its_list(
    starter: Taxonomies, index: OfferIndex, chosen: list[int], wanted: list[int]
) -> None:
    uris = sorted({uri for offer in index.ids()[:20] for uri, _, _ in index.needs_of(offer)})
    trainings = HolderIndex.build(
        [holder(f"t-{at:02}", dict.fromkeys(uris[at : at + 4])) for at in range(0, len(uris), 2)], starter
    )
    held = [PersonSkill(uri=uris[at % len(uris)]) for at in chosen]
    needs = [(uris[at % len(uris)], 1.0, Need.ESSENTIAL) for at in dict.fromkeys(at % len(uris) for at in wanted)]
    found = gap(held, needs, trainings.proximity)
    listed = [one.training_id for one in trainings_for(found, trainings, k=len(trainings))]
    for training in trainings.ids():
        place = listed.index(training) + 1 if training in listed else None
        assert place_of(found, trainings, training) == (place, len(listed))
    assert place_of(found, trainings, "unknown")[0] is None
