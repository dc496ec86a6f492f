"""A circle on the ground: what is at most so far away, and what counts where no position is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput

FURTHEST_KM = 20_037.5
"""Half of the way around the earth: nothing is further away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Everything at most ``km`` kilometres from ``at`` (latitude, longitude in degrees).

    What says no position counts by its place instead: it is there where that is one of ``places``. Raises BadInput.
    """

    at: tuple[float, float]
    km: float
    places: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not (abs(self.at[0]) <= 90 and abs(self.at[1]) <= 180 and 0 <= self.km <= FURTHEST_KM):
            raise BadInput(f"{self.km} km around {self.at} is no circle; give latitude, longitude and kilometres.")

    @property
    def near(self) -> tuple[float, float, float]:
        """Latitude, longitude and kilometres, as `Wishes.near` has them."""
        return (*self.at, self.km)


Where = Collection[str] | Around
"""Where something may be: codes of places, or a circle."""
