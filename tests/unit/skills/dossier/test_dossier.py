"""The document says what runs: another weight or edition changes it, and its figures are those that were measured."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from bench.run import HERE
from bench.shipping import PLACE, shipped
from skillspace.skills.dossier import Running, dossier, markdown, running
from skillspace.skills.dossier.dossier import figures
from skillspace.skills.matching import Collection, Columns, Offer, Weights
from skillspace.skills.taxonomy import Taxonomies, add_pack


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Running:
    home = tmp_path_factory.mktemp("home")
    add_pack("starter", home, None)
    taxonomies = Taxonomies.open(home)
    offer = Offer(id="bakery", needs=(), title="Baker", text="You bake bread.")
    Collection.build(home / "index", [Columns.of([offer])], taxonomies)
    return running(Collection(home / "index"), taxonomies)


@pytest.mark.parametrize("name", [entry.name for entry in fields(Weights)])
def test_another_weight_changes_the_document(runs: Running, name: str) -> None:
    changed = replace(runs, weights={**runs.weights, name: 0.123})
    assert "| 0.123 |" in markdown(dossier(changed))
    assert markdown(dossier(changed)) != markdown(dossier(runs))
    assert dossier(changed).as_json() != dossier(runs).as_json()


def test_the_weights_that_run_are_told(runs: Running) -> None:
    assert runs.weights == asdict(Weights())


def test_another_edition_offer_method_or_provider_changes_the_document(runs: Running) -> None:
    told = markdown(dossier(runs))
    edition = replace(runs.editions[0], version="99.1")
    for changed, shown in (
        (replace(runs, editions=(edition,)), "99.1"),
        (replace(runs, offers="other-offers"), "other-offers"),
        (replace(runs, methods={"encoder": "encoder-99"}), "encoder-99"),
        (replace(runs, index={"offers": 123_456}), "123456"),
        (replace(runs, order=("Own courses count double.",)), "| order | Own courses count double. |"),
    ):
        assert shown in markdown(dossier(changed))
        assert shown not in told
    assert "Invented Bakery Ltd" in markdown(dossier(runs, "Invented Bakery Ltd"))


def test_the_same_system_gives_the_same_document(runs: Running) -> None:
    assert markdown(dossier(runs)) == markdown(dossier(runs))
    assert json.loads(json.dumps(dossier(runs).as_json()))["running"]["offers"] == runs.offers


def test_every_article_on_high_risk_systems_has_its_section(runs: Running) -> None:
    articles = " ".join(section.article for section in dossier(runs).sections)
    for number in (9, 10, 12, 13, 14, 15):
        assert f"Article {number}" in articles
    for point in ("point 2(", "points 3 and 4", "points 3 and 5", "points 6 to 9"):
        assert point in articles
    assert all(section.says for section in dossier(runs).sections)


def test_the_figures_that_ship_are_those_that_were_measured() -> None:
    assert json.loads(PLACE.read_text(encoding="utf-8")) == list(shipped(HERE / "results")) == figures()
    told = markdown(dossier(Running(program="", offers="", index={}, weights={}, editions=(), methods={})))
    for one in figures():
        assert f"| {one['name']} | {one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]" in told


def test_no_place_on_this_machine_is_in_it(runs: Running, tmp_path: Path) -> None:
    assert str(tmp_path.parent) not in markdown(dossier(runs))
