"""The map of occupations, read once in the background: the first visitors are told to wait a few seconds."""

from __future__ import annotations

import threading

import structlog

from skillspace.skills.careers import CareerMap
from skillspace.skills.taxonomy import Taxonomies

log = structlog.get_logger()


class Careers:
    """All occupations with what they need; nothing is read before somebody asks."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self._lock = threading.Lock()
        self._reading: threading.Thread | None = None
        self._map: CareerMap | None = None

    def current(self) -> CareerMap | None:
        """Return the map, or None while it is being read."""
        with self._lock:
            if self._map is None and self._reading is None:
                self._reading = threading.Thread(target=self._read, name="careers", daemon=True)
                self._reading.start()
            return self._map

    def wait(self) -> CareerMap:
        """Return the map, waiting until it is read."""
        self.current()
        if self._reading is not None:
            self._reading.join()
        return self._map or CareerMap.build(self._taxonomies)

    def _read(self) -> None:
        try:
            self._map = CareerMap.build(self._taxonomies)
        except Exception:
            log.exception("careers.unreadable")
            with self._lock:
                self._reading = None
