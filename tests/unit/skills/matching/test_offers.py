"""Matching one person against many offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.skills.matching import Gap, OfferIndex, OfferSkills, PersonSkill, Weights
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Need, Taxonomies, add_pack

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def skills(starter: Taxonomies) -> list[str]:
    return list(starter.concepts(kinds=SKILL_KINDS))


@pytest.fixture(scope="module")
def index(starter: Taxonomies) -> OfferIndex:
    return OfferIndex.build(occupation_offers(starter), starter)


def occupation_offers(starter: Taxonomies) -> list[OfferSkills]:
    return [
        OfferSkills(
            id=f"job-{number:03d}",
            occupation=occupation,
            needs=tuple((link.uri, 1.0, link.need) for link in starter.skills_of(occupation)),
            place=f"place-{number % 3}",
            languages=("sv",) if number % 2 else (),
        )
        for number, occupation in enumerate(starter.concepts(kinds={ConceptKind.OCCUPATION}))
    ]


def offer(name: str, *uris: str) -> OfferSkills:
    return OfferSkills(id=name, needs=tuple((uri, 1.0, Need.ESSENTIAL) for uri in uris))


def needs_named(gap: Gap) -> list[str]:
    return [one.need_uri for part in (gap.have, gap.close, gap.missing) for one in part]


numbers = st.lists(st.integers(0, 399), max_size=30, unique=True)


@given(held=numbers, levels=st.integers(1, 6))
@QUICK
def test_every_score_lies_between_zero_and_one(
    index: OfferIndex, skills: list[str], held: list[int], levels: int
) -> None:
    scores = index.scores([PersonSkill(uri=skills[at], validation=levels, years_since=0.0) for at in held])
    assert ((scores >= 0) & (scores <= 1)).all()


@given(held=numbers, extra=st.integers(0, 399), levels=st.tuples(st.integers(1, 6), st.integers(1, 6)))
@QUICK
def test_one_more_skill_never_lowers_a_score(
    index: OfferIndex, skills: list[str], held: list[int], extra: int, levels: tuple[int, int]
) -> None:
    before = [PersonSkill(uri=skills[at], validation=levels[0]) for at in held]
    after = [*before, PersonSkill(uri=skills[extra], validation=levels[1])]
    assert (index.scores(after) >= index.scores(before)).all()


@given(held=numbers)
@QUICK
def test_have_close_and_missing_part_the_needs(index: OfferIndex, skills: list[str], held: list[int]) -> None:
    for match in index.match([PersonSkill(uri=skills[at]) for at in held], k=5):
        assert sorted(needs_named(match)) == sorted(uri for uri, _, _ in index.needs_of(match.offer_id))
        shares = sum(one.weight for part in (match.have, match.close, match.missing) for one in part)
        assert shares == pytest.approx(1, abs=1e-4)


@given(held=numbers)
@QUICK
def test_the_same_question_has_the_same_answer_in_any_order(
    index: OfferIndex, skills: list[str], held: list[int]
) -> None:
    asked = [PersonSkill(uri=skills[at]) for at in held]
    assert index.match(asked) == index.match(asked[::-1])


def test_equal_scores_come_in_the_order_of_identifiers(starter: Taxonomies, skills: list[str]) -> None:
    index = OfferIndex.build([offer(name, skills[0], skills[1]) for name in ("c", "a", "b", "d")], starter)
    matches = index.match([PersonSkill(uri=skills[0])], k=3)
    assert [match.offer_id for match in matches] == ["a", "b", "c"]


def test_someone_with_every_skill_covers_the_offer_whatever_the_proof(starter: Taxonomies, index: OfferIndex) -> None:
    needs = index.needs_of("job-000")
    declared = index.explain("job-000", [PersonSkill(uri=uri) for uri, _, _ in needs])
    proven = index.explain("job-000", [PersonSkill(uri=uri, validation=6, years_since=0) for uri, _, _ in needs])
    assert declared.coverage == proven.coverage == pytest.approx(1, abs=1e-4)
    assert declared.missing == declared.close == ()
    assert declared.score > 0.9 * proven.score


def test_proof_decides_between_two_who_have_the_same_skills(index: OfferIndex) -> None:
    uri = index.needs_of("job-000")[0][0]
    declared, certified = (index.explain("job-000", [PersonSkill(uri=uri, validation=level)]) for level in (1, 5))
    assert certified.score > declared.score
    assert certified.coverage == declared.coverage


def test_a_related_skill_is_close_and_says_by_which_skill(starter: Taxonomies, skills: list[str]) -> None:
    held, wanted = next(
        (uri, other) for uri in skills for other in starter.related(uri) if other not in starter.broader(uri)
    )
    match = OfferIndex.build([offer("job", wanted)], starter).match([PersonSkill(uri=held)])[0]
    assert [(one.need_uri, one.by_uri) for one in match.close] == [(wanted, held)]
    assert match.coverage == match.close[0].credit < 1


def test_a_special_skill_counts_more_for_the_general_need_than_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text('scheme = "juggling"\nversion = "1"\n', encoding="utf-8")
    (tmp_path / "concepts.csv").write_text(
        "uri,kind,code,description,label:en\n"
        "urn:juggling:all,skill,,,juggling\n"
        "urn:juggling:fire,skill,,,fire juggling\n",
        encoding="utf-8",
    )
    (tmp_path / "relations.csv").write_text(
        "source,relation,target\nurn:juggling:fire,broader,urn:juggling:all\n", encoding="utf-8"
    )
    add_pack(str(tmp_path), tmp_path / "home", None)
    general, special = "urn:juggling:all", "urn:juggling:fire"
    offers = [offer("general", general), offer("special", special)]
    index = OfferIndex.build(offers, Taxonomies.open(tmp_path / "home"))
    by_special = index.explain("general", [PersonSkill(uri=special)]).close[0]
    by_general = index.explain("special", [PersonSkill(uri=general)]).close[0]
    assert (by_special.path, by_general.path) == ("narrower", "broader")
    assert by_special.credit > by_general.credit


def test_a_need_of_no_taxonomy_is_met_by_the_very_skill(starter: Taxonomies) -> None:
    index = OfferIndex.build([offer("job", "urn:example:juggling")], starter)
    assert index.match([PersonSkill(uri="urn:example:juggling")])[0].missing == ()
    assert index.match([PersonSkill(uri="urn:example:unicycling")]) == []


def test_an_offer_with_one_need_does_not_outrank_a_well_covered_one(starter: Taxonomies, index: OfferIndex) -> None:
    held = [PersonSkill(uri=uri) for uri, _, _ in index.needs_of("job-001")]
    both = OfferIndex.build([*occupation_offers(starter), offer("one", held[0].uri)], starter)
    assert both.match(held, k=1)[0].offer_id == "job-001"


def test_an_essential_need_weighs_more_than_an_optional_one(starter: Taxonomies, skills: list[str]) -> None:
    needs = ((skills[0], 1.0, Need.ESSENTIAL), (skills[1], 1.0, Need.OPTIONAL))
    index = OfferIndex.build([OfferSkills(id="job", needs=needs)], starter)
    flat = Weights(rarity=0)
    essential, optional = (index.explain("job", [PersonSkill(uri=uri)], flat).coverage for uri in skills[:2])
    assert essential == pytest.approx(1 / 1.4, abs=1e-4)
    assert optional == pytest.approx(0.4 / 1.4, abs=1e-4)


def test_filters_keep_place_language_and_named_offers(index: OfferIndex, skills: list[str]) -> None:
    held = [PersonSkill(uri=uri) for uri in skills]
    ids = index.ids()
    assert {m.offer_id for m in index.match(held, k=999, places={"place-1"})} == set(ids[1::3])
    assert {m.offer_id for m in index.match(held, k=999, languages={"fr"})} == set(ids[0::2])
    assert {m.offer_id for m in index.match(held, k=999, only={"job-007", "gone"})} == {"job-007"}
    assert index.match(held, places=set()) == []


def test_a_saved_index_answers_as_the_built_one(tmp_path: Path, index: OfferIndex, skills: list[str]) -> None:
    folder = tmp_path / "offers"
    index.save(folder)
    index.save(folder)
    held = [PersonSkill(uri=uri, validation=3) for uri in skills[::7]]
    assert OfferIndex.open(folder).match(held) == index.match(held)
    assert [path.name for path in tmp_path.iterdir()] == ["offers"]


def test_a_folder_that_holds_no_index_is_refused(tmp_path: Path, index: OfferIndex) -> None:
    with pytest.raises(UnreadableFile, match="build it again"):
        OfferIndex.open(tmp_path)
    index.save(tmp_path / "torn")
    (tmp_path / "torn" / "needed.needs.npy").write_bytes(b"\x93NUMPY torn")
    with pytest.raises(UnreadableFile):
        OfferIndex.open(tmp_path / "torn")


def test_an_empty_index_matches_nothing(starter: Taxonomies, skills: list[str]) -> None:
    index = OfferIndex.build([], starter)
    assert index.match([PersonSkill(uri=skills[0])]) == []
    assert index.ids() == []
    assert "job" not in index


def test_an_unknown_offer_is_not_found(index: OfferIndex) -> None:
    with pytest.raises(NotFound, match="job-999"):
        index.explain("job-999", [])
    assert "job-001" in index


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_need_must_weigh_something(starter: Taxonomies, skills: list[str], weight: float) -> None:
    with pytest.raises(BadInput, match="positive"):
        OfferIndex.build([OfferSkills(id="job", needs=((skills[0], weight, Need.ESSENTIAL),))], starter)


def test_two_offers_cannot_share_an_identifier(starter: Taxonomies, skills: list[str]) -> None:
    with pytest.raises(BadInput, match="same"):
        OfferIndex.build([offer("same", skills[0]), offer("same", skills[1])], starter)


def test_weights_out_of_range_are_refused() -> None:
    with pytest.raises(BadInput, match="proof"):
        Weights(proof=-0.1)
    with pytest.raises(BadInput, match="close skill"):
        Weights(narrower=0.99)
    with pytest.raises(BadInput, match="1 to 6"):
        PersonSkill(uri="urn:example:skill", validation=7)
