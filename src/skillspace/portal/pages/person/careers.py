"""The map of occupations, read once in the background: the first visitors are told to wait a few seconds."""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path

import structlog

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.careers import CareerMap
from skillspace.skills.taxonomy import Taxonomies

log = structlog.get_logger()

#: How long a page waits for the map before it asks for patience: all of ESCO is read in about two.
PATIENCE_SECONDS = 2.5


class Careers:
    """All occupations with what they need; nothing is read before somebody asks, and what was read is kept."""

    def __init__(self, taxonomies: Taxonomies, folder: Path) -> None:
        """``folder`` keeps the map of these editions of the taxonomies for the next start."""
        self._taxonomies = taxonomies
        editions = "+".join(f"{pack.scheme}-{pack.version}-{pack.relations}" for pack in taxonomies.schemes)
        self._place = folder / f"careers-{sha256(editions.encode()).hexdigest()[:16]}"
        self._lock = threading.Lock()
        self._reading: threading.Thread | None = None
        self._map: CareerMap | None = None

    def current(self, patience: float = PATIENCE_SECONDS) -> CareerMap | None:
        """Return the map, or None while it is being read, after waiting `patience` seconds."""
        if self._map is not None:
            return self._map
        with self._lock:
            if self._reading is None:
                self._reading = threading.Thread(target=self._read, name="careers", daemon=True)
                self._reading.start()
            reading = self._reading
        reading.join(patience)
        return self._map

    def _read(self) -> None:
        try:
            self._map = self._kept()
        except Exception:
            log.exception("careers.unreadable")
            with self._lock:
                self._reading = None

    def _kept(self) -> CareerMap:
        try:
            return CareerMap.open(self._place)
        except UnreadableFile:
            built = CareerMap.build(self._taxonomies)
            built.save(self._place)
            return built
