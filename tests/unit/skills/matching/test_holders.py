"""Matching many people against one offer: the same engine from the other side."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.matching import Holder, HolderIndex, OfferIndex, OfferSkills, PersonSkill, match_people
from skillspace.skills.taxonomy import SKILL_KINDS, Need, Taxonomies

person = st.lists(
    st.tuples(st.integers(0, 399), st.integers(1, 6), st.one_of(st.none(), st.floats(0, 10))), min_size=1, max_size=12
)


@given(people=st.lists(person, min_size=1, max_size=5), wanted=st.lists(st.integers(0, 399), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_sides_of_a_match_see_the_same_score_and_reasons(
    starter: Taxonomies, people: list[list[tuple[int, int, float | None]]], wanted: list[int]
) -> None:
    skills = starter.concepts(kinds=SKILL_KINDS)
    holders = [
        Holder(
            id=f"person-{number}",
            skills=tuple(PersonSkill(uri=skills[at], validation=v, years_since=y) for at, v, y in held),
        )
        for number, held in enumerate(people)
    ]
    needs = tuple((skills[at], 1.0, Need.ESSENTIAL if at % 2 else Need.OPTIONAL) for at in wanted)
    job = OfferSkills(id="job", needs=needs)
    index = OfferIndex.build([job], starter)
    found = {match.holder_id: match for match in match_people(job, HolderIndex.build(holders, starter))}
    for holder in holders:
        match = index.explain("job", holder.skills)
        if holder.id not in found:
            assert match.score == 0
            continue
        other = found[holder.id]
        assert other.score == pytest.approx(match.score, abs=2e-6)
        assert (other.have, other.close, other.missing) == (match.have, match.close, match.missing)


def test_people_are_ranked_and_filtered(starter: Taxonomies, tmp_path: Path) -> None:
    first, second, third = starter.concepts(kinds=SKILL_KINDS)[:3]
    job = OfferSkills(id="job", needs=tuple((uri, 1.0, Need.ESSENTIAL) for uri in (first, second)))
    people = HolderIndex.build(
        [
            Holder(id="both", skills=(PersonSkill(uri=first), PersonSkill(uri=second)), place="Luleå"),
            Holder(id="one", skills=(PersonSkill(uri=first),), place="Rennes"),
            Holder(id="proven", skills=(PersonSkill(uri=first, validation=6),), place="Rennes"),
            Holder(id="nobody", skills=()),
        ],
        starter,
    )
    assert [match.holder_id for match in match_people(job, people)] == ["both", "proven", "one"]
    assert [match.holder_id for match in match_people(job, people, places={"Rennes"}, k=1)] == ["proven"]
    people.save(tmp_path / "people")
    again = HolderIndex.open(tmp_path / "people")
    assert match_people(job, again) == match_people(job, people)
    with pytest.raises(UnreadableFile, match="offers"):
        OfferIndex.open(tmp_path / "people")
    assert third not in {one.need_uri for match in match_people(job, people) for one in match.have}


def test_nobody_is_found_for_an_offer_that_states_no_need(starter: Taxonomies) -> None:
    uri = starter.concepts(kinds=SKILL_KINDS)[0]
    people = HolderIndex.build([Holder(id="one", skills=(PersonSkill(uri=uri),))], starter)
    assert match_people(OfferSkills(id="job", needs=()), people) == []
    assert HolderIndex.build([], starter).match([(uri, 1.0, Need.ESSENTIAL)]) == []
