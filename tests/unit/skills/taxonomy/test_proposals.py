"""Proposed mappings of somebody's own concepts, and what people decide about them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli.taxonomy import app
from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy import ConceptKind, MatchKind, Own, Taxonomies, add_pack
from skillspace.skills.taxonomy.proposals import LEARNED, Decision, Proposal, Review, propose

TABLE = """code,kind,label:en,label:sv,exact
1,occupation,Electrician,elektriker,
2,skill,quantum basket whispering,,
3,skill,bookkeeping,,http://data.europa.eu/esco/skill/made-up
4,occupation,primary school teacher for newcomers,,
"""
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The starter pack and an invented employer's words."""
    home: Path = tmp_path_factory.mktemp("both")
    (home / "mine.csv").write_text(TABLE, "utf-8")
    add_pack("starter", home, None)
    add_pack(str(home / "mine.csv"), home, None, own=Own(name="mine"))
    return Taxonomies.open(home)


def proposed(both: Taxonomies, code: str) -> list[Proposal]:
    return [one for one in propose(both, "mine") if one.source == f"urn:mine:{code}"]


def test_an_equal_name_is_proposed_as_exact_with_the_names_as_reason(both: Taxonomies) -> None:
    first = proposed(both, "1")[0]
    assert both.label(first.target, "en") == "electrician"
    assert (first.relation, first.score) == (MatchKind.EXACT, 1.0)
    assert "elektriker" in first.reason or "Electrician" in first.reason


def test_a_concept_that_nothing_resembles_gets_no_proposal(both: Taxonomies) -> None:
    assert proposed(both, "2") == []


def test_a_concept_that_states_its_own_exact_match_is_left_alone(tmp_path: Path) -> None:
    add_pack("starter", tmp_path, None)
    electrician = Taxonomies.open(tmp_path).search("electrician", "en")[0].uri
    (tmp_path / "mine.csv").write_text(f"code,kind,label,exact\n1,occupation,electrician,{electrician}\n", "utf-8")
    add_pack(str(tmp_path / "mine.csv"), tmp_path, None)
    assert list(propose(Taxonomies.open(tmp_path), "mine")) == []


def test_a_longer_name_is_proposed_as_narrower_than_the_name_it_holds(both: Taxonomies) -> None:
    found = {both.label(one.target, "en"): one.relation for one in proposed(both, "4")}
    assert found["primary school teacher"] is MatchKind.BROAD


def test_proposals_stay_within_a_kind(both: Taxonomies) -> None:
    for one in propose(both, "mine"):
        assert (both.kind(one.source) is ConceptKind.OCCUPATION) == (both.kind(one.target) is ConceptKind.OCCUPATION)


def test_proposals_are_the_same_every_time_and_best_first(both: Taxonomies) -> None:
    found = list(propose(both, "mine"))
    assert found == list(propose(both, "mine"))
    for source in {one.source for one in found}:
        scores = [one.score for one in found if one.source == source]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_a_model_alone_says_what_is_proposed_as_what_and_how_surely(both: Taxonomies) -> None:
    electrician = both.search("electrician", "en", kinds={ConceptKind.OCCUPATION})[0].uri
    other = both.concepts(kinds={ConceptKind.SKILL})[0]

    def model(concept: str, to: str) -> list[tuple[str, MatchKind, float]]:
        said = {"urn:mine:1": [(electrician, MatchKind.NARROW, 0.61)], "urn:mine:2": [(other, MatchKind.BROAD, 0.9)]}
        return said.get(concept, []) if to == "esco" else []

    found = {one.source: one for one in propose(both, "mine", model=model)}
    assert set(found) == {"urn:mine:1", "urn:mine:2"}
    named, meant = found["urn:mine:1"], found["urn:mine:2"]
    assert (named.target, named.relation, named.score) == (electrician, MatchKind.NARROW, 0.61)
    assert "lectrici" in named.reason
    assert (meant.target, meant.relation, meant.reason) == (other, MatchKind.BROAD, LEARNED)


def test_what_a_model_says_no_to_is_not_proposed_however_alike_the_names_are(both: Taxonomies) -> None:
    assert proposed(both, "1")
    assert list(propose(both, "mine", model=lambda _concept, _to: [])) == []


def test_the_command_writes_proposals_as_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLSPACE_HOME", str(tmp_path))
    (tmp_path / "mine.csv").write_text(TABLE, "utf-8")
    add_pack("starter", tmp_path, None)
    add_pack(str(tmp_path / "mine.csv"), tmp_path, None)
    result = CliRunner().invoke(app, ["propose", "mine"])
    first = json.loads(result.stdout.splitlines()[0])
    assert (first["source"], first["target_name"], first["relation"]) == ("urn:mine:1", "electrician", "exact")


@pytest.mark.parametrize(("scheme", "to"), [("mine", "mine"), ("mine", "rome"), ("yours", "esco")])
def test_schemes_that_are_not_two_loaded_ones_are_refused(both: Taxonomies, scheme: str, to: str) -> None:
    with pytest.raises(BadInput, match="one loaded scheme to another"):
        list(propose(both, scheme, to))


def test_an_accepted_proposal_becomes_a_mapping_by_its_reviewer(both: Taxonomies) -> None:
    proposal = proposed(both, "1")[0]
    kept = Review(proposal=proposal, decision=Decision.ACCEPTED, relation=MatchKind.CLOSE, who="Robin", when=NOW)
    mapping = kept.correspondence("mine 1 – ESCO 1.1.1")
    assert mapping is not None
    assert (mapping.relation, mapping.author, mapping.target) == (MatchKind.CLOSE, "Robin", proposal.target)
    refused = Review(proposal=proposal, decision=Decision.REJECTED, relation=MatchKind.CLOSE, who="Robin", when=NOW)
    assert refused.correspondence("mine 1 – ESCO 1.1.1") is None
    with pytest.raises(BadInput, match="time zone"):
        Review(
            proposal=proposal,
            decision=Decision.ACCEPTED,
            relation=MatchKind.CLOSE,
            who="Robin",
            when=NOW.replace(tzinfo=None),
        )
