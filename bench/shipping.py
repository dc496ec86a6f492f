"""The figures that ship with the program, for the documents it renders of itself: a part of what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures import ROOT

PLACE = ROOT / "src/skillspace/skills/dossier/figures.json"
SHIPPED = {
    "matching_quality": (
        "cv_titled_map",
        "cv_untitled_map",
        "cv_described_map",
        "cv_described_untaught_map",
        "cv_french_map",
        "occupation_both_mrr",
        "course_by_gap_mrr",
        "course_text_precision",
        "course_text_recall",
    ),
    "matching_fairness": (
        "twins_held_rbo",
        "twins_held_alike",
        "twins_held_names_rbo",
        "twins_held_gender_rbo",
        "twins_held_onet_rbo",
        "twins_held_esco_rbo",
        "twins_held_rome_rbo",
        "twins_held_german_rbo",
        "twins_held_swedish_rbo",
    ),
}


def ship(results: Path, place: Path = PLACE) -> None:
    """Write what ships of the figures that were measured; of a room that was not, nothing."""
    place.write_text(json.dumps(list(shipped(results)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def shipped(results: Path) -> Iterator[dict[str, Any]]:
    """Give what ships, each figure with the command that measures it and the commit it was measured at."""
    for room, names in SHIPPED.items():
        file = results / f"{room.replace('_', '-')}.json"
        if not file.exists():
            continue
        measured = json.loads(file.read_text(encoding="utf-8"))
        figures = {one["name"]: one for one in measured["figures"]}
        for name in names:
            one = figures[name]
            kept = {key: one[key] for key in ("name", "value", "peer", "peer_value")}
            kept |= {key: one["more"][key] for key in ("n", "low", "high")}
            yield kept | {"command": f"python -m bench.run {room}", "commit": measured["commit"]}
