"""The recipe of a common skill extractor, which our own speed is held against in the same run.

A text is split at full stops, commas, semicolons, "and" and "or"; each piece becomes a vector by all-MiniLM-L6-v2 and
counts as every skill whose preferred label has a cosine of .6 or more with it. Run as a program it reads JSON Lines,
as `skillspace enrich` does: ``python -m bench.recipe FOLDER FILE``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.minilm import Minilm

NAME = "all-MiniLM-L6-v2, cosine .6 with every label"
LEAST, BEST = 0.6, 10
_PIECES = re.compile(r"[.,;\n]+|\band\b|\bor\b")


class Recipe:
    """Finds labels that are near to pieces of texts. ``prepare`` is done once, as ours is."""

    def __init__(self, folder: Path) -> None:
        """Open what `prepare` left in a folder."""
        self._model = Minilm.open()
        self._concepts = (folder / "concepts.txt").read_text(encoding="utf-8").split("\n")
        self._labels: NDArray[np.float32] = np.load(folder / "labels.npy")

    @staticmethod
    def prepare(folder: Path, labels: Sequence[tuple[str, str]]) -> None:
        """Keep the vectors of (label, concept) pairs in a folder."""
        folder.mkdir()
        np.save(folder / "labels.npy", Minilm.open().encode([label for label, _ in labels]))
        (folder / "concepts.txt").write_text("\n".join(concept for _, concept in labels), encoding="utf-8")

    def enrich(self, text: str) -> list[tuple[int, int, str, float]]:
        """Return (start, end, concept, cosine) of every skill found in a text."""
        spans = list(_pieces(text))
        if not spans:
            return []
        near = self._model.encode([text[start:end] for start, end in spans]) @ self._labels.T
        found = np.argwhere(near >= LEAST)
        return [(*spans[piece], self._concepts[label], float(near[piece, label])) for piece, label in found]

    def rank(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the ten nearest concepts to each text as a whole, nearest first."""
        near = self._model.encode(texts) @ self._labels.T
        return [[self._concepts[at] for at in np.argsort(-row, kind="stable")[:BEST]] for row in near]

    def link(self, text: str) -> list[str]:
        """Return the ten nearest concepts to a title, nearest first."""
        near = self._model.encode([text])[0] @ self._labels.T
        first = np.argpartition(-near, BEST)[:BEST]
        return [self._concepts[at] for at in first[np.argsort(-near[first])]]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for found in [*_PIECES.finditer(text), None]:
        end = len(text) if found is None else found.start()
        if piece := text[at:end].strip():
            start = text.index(piece, at)
            yield start, start + len(piece)
        at = len(text) if found is None else found.end()


def main(folder: str, file: str) -> None:
    """Answer every line of a file."""
    recipe = Recipe(Path(folder))
    with Path(file).open(encoding="utf-8") as lines:
        for line in lines:
            asked = json.loads(line)
            print(json.dumps({"id": asked["id"], "skills": recipe.enrich(asked["text"])}))


if __name__ == "__main__":
    main(*sys.argv[1:])
