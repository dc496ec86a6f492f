"""Offers are told apart by pay, level and occupation, where they say so."""

from __future__ import annotations

from pathlib import Path

from skillspace.skills.fairness import properties_of
from skillspace.skills.matching import Columns, Offer
from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack


def test_pay_is_told_by_thirds_within_a_currency_and_the_rest_as_said(tmp_path: Path) -> None:
    add_pack("starter", tmp_path, None)
    starter = Taxonomies.open(tmp_path)
    occupation = starter.concepts(kinds={ConceptKind.OCCUPATION})[0]
    offers = [Offer(id=f"eur-{at}", needs=(), salary_min=20_000 + 1_000 * at, currency="EUR") for at in range(9)]
    offers += [Offer(id="sek", needs=(), salary_min=400_000, currency="SEK", education=6, occupation=occupation)]
    offers += [Offer(id="silent", needs=())]
    found = properties_of([Columns.of(offers[:4]), Columns.of(offers[4:])], starter)
    assert [found["pay"][f"eur-{at}"] for at in (0, 4, 8)] == ["lower third", "middle third", "upper third"]
    assert "silent" not in found["pay"]
    assert found["level"] == {"sek": "EQF 6"}
    assert found["occupation"] == {"sek": str(starter.concept(occupation).code)[:1]}
