"""Writes the measured tables into docs/translation.md, so that the page says what the figures say.

python -m tools.tell_translation

Each table stands between ``<!-- figures: name -->`` and ``<!-- end -->`` and is made from a file of bench/results.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/translation.md"
RESULTS = ROOT / "bench/results"
TABLE = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
STATED = ("exact", "close", "broad", "narrow", "related", "none")


def main() -> None:
    """Make every table of the page anew; one whose figures are not there stays as it is."""
    told = {name: make for name, (file, make) in TABLES.items() if (RESULTS / file).is_file()}
    text = PAGE.read_text("utf-8")

    def made(found: re.Match[str]) -> str:
        if found[2] not in told:
            return found[0]
        file, make = TABLES[found[2]]
        return found[1] + make(json.loads((RESULTS / file).read_text("utf-8"))) + found[3]

    PAGE.write_text(TABLE.sub(made, text), "utf-8")


def learned(figures: dict[str, Any]) -> str:
    """Return what is told and how often it is right, by sort and relation."""
    rows = [
        (
            sort,
            kind,
            one["told"],
            f"{one['right']:.2f} {_interval(one['interval'])}",
            one["confidence"],
            f"{one['ece']:.2f} {_interval(one['ece, 95 %'])}",
            one["ece by luck"],
        )
        for sort, found in figures["figures"].items()
        for kind, one in found["other half"]["relations"].items()
    ]
    return _table(("of", "relation told", "pairs", "right", "mean confidence", "ECE", "by luck alone"), rows)


def confusion(figures: dict[str, Any]) -> str:
    """Return what the tables say of pairs, by the relation told."""
    rows = []
    for sort, found in figures["figures"].items():
        cells = found["other half"]["confusion (told → stated)"]
        rows += [(sort, told, *(cells[told].get(stated, 0) for stated in STATED)) for told in STATED if told in cells]
    return _table(("of", "told", *(f"stated {one}" for one in STATED)), rows)


def apart(figures: dict[str, Any]) -> str:
    """Return how a crosswalk fares by what was learnt from the others."""
    rows = [
        (table, one["pairs"], one["near at all, of those told"], one["ece of any relation"], *_of_exact(one))
        for table, one in figures["figures"]["occupation"]["by other crosswalks"].items()
    ]
    head = ("crosswalk", "pairs", "stated at all, of those told", "ECE of that", "exact: right", "exact: confidence")
    return _table(head, rows)


def _of_exact(one: dict[str, Any]) -> tuple[float, float]:
    return one["relations"]["exact"]["right"], one["relations"]["exact"]["confidence"]


def rome(figures: dict[str, Any]) -> str:
    """Return the precision of the table of competences by group, and its recall."""
    rows = [
        (
            name,
            one["pairs"],
            f"{one['near']:.2f} {_interval(one['near, 95 %'])}",
            f"{one['relation right']:.2f} {_interval(one['relation right, 95 %'])}",
            one["mean confidence"],
            f"{one['ece']:.2f} {_interval(one['ece, 95 %'])}",
            one["ece by luck"],
        )
        for name, one in figures["precision"].items()
    ]
    found = figures["recall"]
    recalls = (
        f"\n{figures['mappings']:,} mappings of {figures['concepts mapped']:,} competences and savoirs: all whose "
        f"chance to be near at all is {figures['bar']} or more. Of "
        f"{found['competences']} drawn at random, {found['near: have one']} have something near in their pool, and the "
        f"table has one of it for {found['near']:.0%} {_interval(found['near, 95 %'])} of them; "
        f"{found['exact or close: have one']} have an exact or close one, and the table has it for "
        f"{found['exact or close']:.0%} {_interval(found['exact or close, 95 %'])}.\n"
    )
    head = ("mappings", "judged", "near at all", "relation as told", "mean confidence", "ECE", "by luck alone")
    return _table(head, rows) + recalls


def loss(figures: dict[str, Any]) -> str:
    """Return what every pair of schemes loses."""
    shares = ("same", "nearby", "lost", "same by some mapping")
    rows = [
        (f"{one['from']} → {one['to']}", one["of"], f"{one['concepts']:,}", *(f"{one[name]:.1%}" for name in shares))
        for one in figures["pairs"]
    ]
    return _table(("there → back", "of", "concepts", *shares), rows)


def _interval(both: list[float]) -> str:
    return f"[{both[0]:.2f}, {both[1]:.2f}]"


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = ((f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row) for row in lines)
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


TABLES = {
    "learned": ("translation-learned.json", learned),
    "confusion": ("translation-learned.json", confusion),
    "apart": ("translation-learned.json", apart),
    "rome": ("translation-rome-esco.json", rome),
    "loss": ("translation-loss.json", loss),
}


if __name__ == "__main__":
    main()
