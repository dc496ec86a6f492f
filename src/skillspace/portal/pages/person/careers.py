"""The map of occupations and the ways between them, each read once in the background."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from skillspace.kernel.errors import NotFound, UnreadableFile
from skillspace.portal.pages.background import PATIENCE_SECONDS, Slow
from skillspace.skills.careers import CareerMap, PathFinder
from skillspace.skills.taxonomy import Taxonomies


class Careers:
    """All occupations with what they need; nothing is read before somebody asks, and what was read is kept."""

    def __init__(self, taxonomies: Taxonomies, folder: Path) -> None:
        """``folder`` keeps the map of these editions of the taxonomies for the next start."""
        self._taxonomies = taxonomies
        editions = "+".join(f"{pack.scheme}-{pack.version}-{pack.relations}" for pack in taxonomies.schemes)
        self._place = folder / f"careers-{sha256(editions.encode()).hexdigest()[:16]}"
        self._map = Slow("careers", self._read)
        self._ways = Slow("career paths", self._link)

    def current(self, patience: float = PATIENCE_SECONDS) -> CareerMap | None:
        """Return the map, or None while it is being read, after waiting `patience` seconds: it takes about two."""
        return self._map.get(patience)

    def ways(self, patience: float = PATIENCE_SECONDS) -> PathFinder | None:
        """Return the ways between all occupations, or None as `current` does: weighing them takes about four."""
        return self._ways.get(patience)

    def _read(self) -> CareerMap:
        try:
            return CareerMap.open(self._place)
        except UnreadableFile:
            built = CareerMap.build(self._taxonomies)
            built.save(self._place)
            return built

    def _link(self) -> PathFinder:
        known = self._map.get(None)
        if known is None:
            raise NotFound("There are no ways without a map of occupations.")
        return PathFinder.build(known)
