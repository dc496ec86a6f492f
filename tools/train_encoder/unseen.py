"""How titles are read in languages that nothing of a crosswalk was learnt in: ``python -m tools.train_encoder.unseen``.

Takes weights that were trained ``--without`` every crosswalk. Each table's titles are weighed by what the titles in
other languages taught, so that neither the encoder nor the weighing has seen one of its language.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skillspace.skills.encoder import Encoder
from skillspace.skills.linking import Linker
from skillspace.skills.linking.fusion import Weighing
from skillspace.skills.taxonomy import Taxonomies
from tools.train_encoder import splits
from tools.train_encoder.fusing import Evidence, gather, learn
from tools.train_encoder.splits import Question

Row = tuple[Question, str, Evidence]


def reciprocal_rank(seen: Evidence, weighing: Weighing) -> float:
    """Return one by the rank of the first right answer, ties shared; 0 where none was looked at."""
    if not seen.right.any():
        return 0.0
    sums = weighing.sums(seen.features)
    best = sums[seen.right].max()
    return float(1 / ((sums > best).sum() + ((sums == best).sum() + 1) / 2))


def by_group(rows: Sequence[Row]) -> dict[str, float]:
    """Return the mean reciprocal rank of each group, weighed by what the groups of other languages taught."""
    groups = dict.fromkeys(one.group for one, _, _ in rows)
    found = {}
    for group in groups:
        language = _language(group)
        lessons: dict[str, list[Evidence]] = {}
        for one, kind, seen in rows:
            if _language(one.group) != language:
                lessons.setdefault(kind, []).append(seen)
        weighings = {kind: learn(seen) for kind, seen in lessons.items()}
        ranks = [reciprocal_rank(seen, weighings[kind]) for one, kind, seen in rows if one.group == group]
        found[group] = float(np.mean(ranks))
    return found


def _language(group: str) -> str:
    return group.rpartition(" ")[2].partition("-")[0]


def main(arguments: Sequence[str]) -> None:
    """Print the mean reciprocal rank of each table, and the two means."""
    parser = argparse.ArgumentParser(prog="tools.train_encoder.unseen", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--home", type=Path, required=True, help="a home folder with the pack esco")
    parser.add_argument("--weights", type=Path, required=True, help="trained without the crosswalks")
    asked = parser.parse_args(arguments)
    linker = Linker(Taxonomies.open(asked.home), encoder=Encoder.open(asked.weights))
    questions = [one for one in splits.questions(asked.data) if one.group.startswith("title ")]
    found = by_group(gather(linker, questions))
    for group, rank in found.items():
        sys.stdout.write(f"{group}: {rank:.3f}\n")
    for name, across in (("own language", False), ("into English", True)):
        chosen = [rank for group, rank in found.items() if (_language(group) != group.rpartition("-")[2]) is across]
        sys.stdout.write(f"mean, {name}: {np.mean(chosen):.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
