"""What every translation loses on the way there and back, in one table: what comes home, lands nearby, is lost.

    python -m tools.measure_loss HOME

HOME holds the compiled packs esco, rome, jobtech, onet and crosswalks. Every pair of schemes is taken both ways
where one side has a pack, so that its concepts can be counted; official statements, composed paths and the table of
ROME competences answer, the linker does not. Nearby is a broader concept, or another one; lost has no mapping, there or
back. ``skillspace translate --loss`` tells the same of one pair, with examples.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import product
from pathlib import Path

from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.skills.taxonomy.sources.crosswalks import TABLES
from skillspace.skills.translation import Translator
from skillspace.skills.translation.loss import Fate, Tally, measure_loss

FIGURES = Path(__file__).parents[1] / "bench/results/translation-loss.json"
COUNTED = ("esco", "rome", "jobtech", "onet")
SORTS = {ConceptKind.OCCUPATION: "occupations", ConceptKind.OCCUPATION_GROUP: "", ConceptKind.SKILL_GROUP: ""}


def main(home: Path) -> None:
    """Measure all pairs, print them as a table and write them as figures."""
    translator = Translator(Taxonomies.open(home))
    others = dict.fromkeys((*COUNTED, *sorted(table.scheme for table in TABLES)))
    rows = []
    print("| from → to | of | concepts | same | nearby | lost | same by some mapping |\n|---|---|---|---|---|---|---|")
    for frm, to in product(COUNTED, others):
        for row in losses(translator, frm, to) if frm != to else []:
            rows.append(row)
            print(line(row), flush=True)
    packs = {pack.scheme: pack.version for pack in translator.taxonomies.schemes if pack.scheme in COUNTED}
    FIGURES.write_text(json.dumps({"packs": packs, "pairs": rows}, indent=1) + "\n", "utf-8")


def losses(translator: Translator, frm: str, to: str) -> list[dict[str, str | int | float]]:
    """Return one row for the occupations of a pair, and one for its skills, where anything leads out of them."""
    sums: dict[str, Counter[str]] = {}
    for kind, tally in measure_loss(translator, frm, to).kinds.items():
        if sort := SORTS.get(kind, "skills"):
            sums.setdefault(sort, Counter()).update(fates(tally))
    return [
        {
            "from": frm,
            "to": to,
            "of": sort,
            "concepts": found.pop("concepts"),
            **{name: round(count / sums_of, 4) for name, count in found.items()},
        }
        for sort, found in sorted(sums.items())
        if (sums_of := found["concepts"])
    ]


def fates(tally: Tally) -> dict[str, int]:
    """Return how many concepts came home, nearby, or not at all."""
    told = tally.fates
    return {
        "concepts": told.total(),
        "same": told[Fate.HOME],
        "nearby": told[Fate.BROADER] + told[Fate.OTHER],
        "lost": told[Fate.LOST_OUT] + told[Fate.LOST_BACK],
        "same by some mapping": tally.could,
    }


def line(row: dict[str, str | int | float]) -> str:
    """Return a row of the table."""
    shares = (f"{100 * float(row[name]):.1f} %" for name in ("same", "nearby", "lost", "same by some mapping"))
    return f"| {row['from']} → {row['to']} | {row['of']} | {row['concepts']:,} | {' | '.join(shares)} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
