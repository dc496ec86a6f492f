"""Which skills come close to which, for pages that show one profile beside one target."""

from __future__ import annotations

import threading

from skillspace.skills.matching import Proximity
from skillspace.skills.taxonomy import Taxonomies


class Nearness:
    """Which skills come close to which, read from the taxonomies at the first use."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self._lock = threading.Lock()
        self._proximity: Proximity | None = None

    @property
    def proximity(self) -> Proximity:
        """The links between skills."""
        with self._lock:
            if self._proximity is None:
                self._proximity = Proximity.build(self._taxonomies)
            return self._proximity
