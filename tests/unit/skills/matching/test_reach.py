"""What further skills would open: counted exactly, and never less than before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import OfferIndex, PersonSkill, Question
from skillspace.skills.matching.reach import reach
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.skills.matching.brute import SKILLS
from tests.unit.skills.matching.test_offers import occupation_offers

held = st.lists(st.sampled_from(range(400)), max_size=25, unique=True)


@pytest.fixture(scope="module")
def index(starter: Taxonomies) -> OfferIndex:
    return OfferIndex.build(occupation_offers(starter), starter)


@given(numbers=held, least=st.sampled_from([0.05, 0.2, 0.5, 0.9]))
@settings(max_examples=30, deadline=None)
def test_what_is_promised_is_what_one_would_reach(index: OfferIndex, numbers: list[int], least: float) -> None:
    uris = [uri for offer in index.ids()[:20] for uri, _, _ in index.needs_of(offer)]
    question = Question(skills=tuple(PersonSkill(uri=uris[at % len(uris)]) for at in numbers))
    found = reach([(index, None)], question, least=least)
    assert found.now == (index.all_scores(question) >= least).sum()
    before = found.now
    for more in found.more:
        assert more.offers > before
        question = replace(question, skills=(*question.skills, PersonSkill(uri=more.skill)))
        assert more.offers == (index.all_scores(question) >= least).sum()
        before = more.offers


def test_the_first_skill_is_the_one_that_opens_most(index: OfferIndex) -> None:
    needs = index.needs_of("job-000")
    question = Question(skills=tuple(PersonSkill(uri=uri) for uri, _, _ in needs[: len(needs) // 2]))
    found = reach([(index, None)], question, skills=1, least=0.3)
    missing = {uri for offer in index.ids() for uri, _, _ in index.needs_of(offer)}
    most = max(
        int((index.all_scores(replace(question, skills=(*question.skills, PersonSkill(uri=uri)))) >= 0.3).sum())
        for uri in missing
    )
    assert (found.more[0].offers if found.more else found.now) <= most
    assert found.now <= most


def test_who_has_nothing_and_what_no_offer_knows_are_no_trouble(index: OfferIndex) -> None:
    assert reach([(index, None)], Question()).more == ()
    assert reach([(index, None)], Question(skills=(PersonSkill(uri=SKILLS[0]),))).now == 0


def test_a_score_that_nobody_can_reach_is_refused(index: OfferIndex) -> None:
    with pytest.raises(BadInput, match="cannot be reached"):
        reach([(index, None)], Question(), least=1.5)
