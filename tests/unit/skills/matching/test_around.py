"""A circle on the ground: by positions where they are known, by places where they are not, for offers and trainings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import (
    Around,
    Columns,
    Condition,
    Holder,
    HolderIndex,
    Offer,
    OfferIndex,
    PersonSkill,
    State,
    holder,
    lacking,
    trainings_for,
)
from skillspace.skills.matching.conditions import Conditions
from skillspace.skills.taxonomy import Need, Taxonomies
from skillspace.skills.taxonomy.model import SKILL_KINDS
from tests.unit.skills.matching.brute import PLACES, kilometres, offer_lists, spots

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
STOCKHOLM, UPPSALA, PARIS = (59.33, 18.07), (59.86, 17.64), (48.86, 2.35)
circles = st.builds(
    Around,
    at=spots,
    km=st.sampled_from([1.0, 50.0, 2_000.0, 20_000.0]),
    places=st.frozensets(st.sampled_from(PLACES)),
)


def is_there(around: Around, where: tuple[float, float] | None, place: str | None) -> bool:
    """By hand: the position says it, and only without one the place."""
    return place in around.places if where is None else kilometres(around.at, where) <= around.km


@given(offers=offer_lists, around=circles)
@QUICK
def test_what_lies_in_a_circle_is_found_as_by_hand_for_offers_and_for_trainings(
    starter: Taxonomies, offers: list[Offer], around: Around
) -> None:
    wanted = [is_there(around, offer.where, offer.place) for offer in offers]
    assert Conditions.of(Columns.of(offers)).there(around).tolist() == wanted
    skill = PersonSkill(uri=starter.concepts(kinds=SKILL_KINDS)[0])
    holders = [Holder(id=one.id, skills=(skill,), place=one.place, where=one.where) for one in offers]
    found = HolderIndex.build(holders, starter).match([(skill.uri, 1.0, Need.ESSENTIAL)], places=around)
    assert {match.holder_id for match in found} == {one.id for one, is_in in zip(offers, wanted, strict=True) if is_in}


def test_the_best_in_a_circle_say_how_far_they_are(starter: Taxonomies) -> None:
    skill = starter.concepts(kinds=SKILL_KINDS)[0]
    needs = ((skill, 1.0, Need.ESSENTIAL),)
    index = OfferIndex.build(
        [
            Offer(id="here", needs=needs, where=STOCKHOLM),
            Offer(id="next door", needs=needs, where=UPPSALA),
            Offer(id="abroad", needs=needs, where=PARIS, place="SE"),
            Offer(id="somewhere in the county", needs=needs, place="SE110"),
            Offer(id="somewhere", needs=needs),
        ],
        starter,
    )
    held = [PersonSkill(uri=skill)]
    near = index.match(held, places=Around(at=STOCKHOLM, km=30, places=frozenset({"SE110", "SE"})))
    assert [match.offer_id for match in near] == ["here", "somewhere in the county"]
    far = index.match(held, places=Around(at=STOCKHOLM, km=100))
    assert [match.offer_id for match in far] == ["here", "next door"]
    told = {one.condition: one for one in far[1].conditions}
    assert told[Condition.DISTANCE].state is State.MET
    assert (told[Condition.DISTANCE].offer, told[Condition.DISTANCE].person) == ("64 km", "100 km")


def test_trainings_keep_their_positions_when_they_are_written(starter: Taxonomies, tmp_path: Path) -> None:
    first, second = starter.concepts(kinds=SKILL_KINDS)[:2]
    trainings = HolderIndex.build(
        [holder("near", [first], where=UPPSALA), holder("far", [first, second], where=PARIS)], starter
    )
    trainings.save(tmp_path / "trainings")
    jobs = OfferIndex.build([Offer(id="job", needs=((first, 1.0, Need.ESSENTIAL),))], starter)
    wanted = lacking(jobs.match([PersonSkill(uri=second)]) or [jobs.explain("job", [])])
    around = Around(at=STOCKHOLM, km=100)
    for index in (trainings, HolderIndex.open(tmp_path / "trainings")):
        assert [fit.training_id for fit in trainings_for(wanted, index)] == ["near", "far"]
        assert [fit.training_id for fit in trainings_for(wanted, index, places=around)] == ["near"]


@pytest.mark.parametrize(("at", "km"), [((91.0, 0.0), 5), ((0.0, 181.0), 5), (STOCKHOLM, -1), (STOCKHOLM, 1e6)])
def test_what_is_no_circle_is_refused(at: tuple[float, float], km: float) -> None:
    with pytest.raises(BadInput, match="no circle"):
        Around(at=at, km=km)
