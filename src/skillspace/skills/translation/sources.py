"""Statements from outside the packs, found from either end, with the confidence their file gives them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

from skillspace.skills.taxonomy import Correspondence, Taxonomies
from skillspace.skills.translation.sssom import parse_mapping_set

MADE = {frozenset({"rome", "esco"}): "rome_esco_skills.sssom.tsv"}


class Extra:
    """Correspondences held in memory; ``confidence`` is the file's own word, None where it has none."""

    def __init__(self, statements: Iterable[tuple[Correspondence, float | None]] = ()) -> None:
        self._stated: dict[str, list[Correspondence]] = {}
        self._confidence: dict[Correspondence, float] = {}
        for one, confidence in statements:
            for read in (one, one.reversed()):
                self._stated.setdefault(read.source, []).append(read)
                if confidence is not None:
                    self._confidence[read] = confidence

    def __bool__(self) -> bool:
        """Tell whether there is any statement at all."""
        return bool(self._stated)

    def stated(self, uri: str) -> list[Correspondence]:
        """Return every statement about ``uri``, read from it."""
        return list(self._stated.get(uri, ()))

    def confidence(self, one: Correspondence) -> float | None:
        """Return the confidence given with a statement, or None."""
        return self._confidence.get(one)

    def schemes(self, taxonomies: Taxonomies) -> set[str]:
        """Return the schemes the statements speak of."""
        return {scheme for uri in self._stated if (scheme := taxonomies.scheme(uri)) is not None}


def made(one: str | None, other: str) -> Extra:
    """Return the table the program carries for two schemes between whose skills nobody published one; else nothing.

    It is made by ``tools/make_skill_mappings.py`` and read when it is first asked for.
    """
    name = MADE.get(frozenset({one or "", other}))
    return Extra() if name is None else _table(name)


@cache
def _table(name: str) -> Extra:
    text = resources.files("skillspace.skills.translation").joinpath(name).read_text("utf-8")
    return Extra(parse_mapping_set(text, name).statements())
