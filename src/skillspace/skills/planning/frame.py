"""What a person's bounds say of each session by itself, before any plan: which bounds it breaks, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillspace.skills.planning.catalogue import NO_DAY, Catalogue, Days, Flags, Numbers
from skillspace.skills.planning.model import Bound, Bounds, Point

EARTH_KM = 6371.0
MONDAY = 1
"""The ordinal of a Monday (0001-01-01), from which calendar weeks are counted."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Bounds laid over a catalogue. ``breaks`` has, for each bound, whether a session by itself breaks it.

    ``price`` and ``hours`` are by training, ``km`` by session; NaN is unknown.
    """

    catalogue: Catalogue
    bounds: Bounds
    price: Numbers
    km: Numbers
    breaks: dict[Bound, Flags]

    @classmethod
    def of(cls, catalogue: Catalogue, bounds: Bounds) -> Frame:
        """Lay the bounds over every session."""
        is_own = np.array([one.currency == bounds.currency for one in catalogue.trainings], dtype=bool)
        price = np.where(is_own, catalogue.price, np.nan)
        km = _distances(catalogue, bounds)
        frame = cls(catalogue=catalogue, bounds=bounds, price=price, km=km, breaks={})
        frame.breaks.update(frame._broken())
        return frame

    @property
    def fits(self) -> Flags:
        """Which sessions break nothing by themselves."""
        fits: Flags = ~np.any(list(self.breaks.values()), axis=0)
        return fits

    def peak(self, sessions: Days) -> Numbers:
        """Return the hours of each session's fullest calendar week; its hours spread evenly over its days."""
        starts, ends = self.catalogue.starts[sessions], self.catalogue.ends[sessions]
        days = ends - starts + 1
        first = np.minimum(7 - (starts - MONDAY) % 7, days)
        fullest = np.where(days - first >= 7, 7, np.maximum(first, days - first))
        hours = np.where(starts == NO_DAY, 0.0, self.catalogue.hours[self.catalogue.owner[sessions]])
        peak: Numbers = hours * fullest / days
        return peak

    def _broken(self) -> dict[Bound, Flags]:
        catalogue, bounds = self.catalogue, self.bounds
        owner, starts, ends = catalogue.owner, catalogue.starts, catalogue.ends
        broken: dict[Bound, Flags] = {}

        def limit(bound: Bound, values: Numbers, most: float | None) -> None:
            if most is not None:
                broken[bound] = values > most + 1e-9

        def state(unknown: Bound, is_unstated: Flags, is_looked_at: bool = True) -> None:
            if is_looked_at and unknown not in bounds.allows:
                broken[unknown] = is_unstated

        if bounds.languages:
            speaks = [
                not one.languages or not one.languages.isdisjoint(bounds.languages) for one in catalogue.trainings
            ]
            broken[Bound.LANGUAGES] = ~np.array(speaks, dtype=bool)[owner]
        broken[Bound.EARLIEST] = starts < bounds.earliest.toordinal()
        if bounds.latest:
            broken[Bound.LATEST] = (ends > bounds.latest.toordinal()) & (ends != NO_DAY)
        limit(Bound.BUDGET, self.price[owner], None if bounds.budget is None else float(bounds.budget))
        limit(Bound.HOURS, catalogue.hours[owner], bounds.hours)
        limit(Bound.HOURS_A_WEEK, self.peak(np.arange(len(owner))), bounds.hours_a_week)
        limit(Bound.DISTANCE, self.km, bounds.km)
        state(Bound.UNKNOWN_DATES, starts == NO_DAY)
        state(Bound.UNKNOWN_PRICE, np.isnan(self.price[owner]), bounds.budget is not None)
        is_timed = bounds.hours is not None or bounds.hours_a_week is not None
        state(Bound.UNKNOWN_HOURS, np.isnan(catalogue.hours[owner]), is_timed)
        state(Bound.UNKNOWN_DISTANCE, np.isnan(self.km), bounds.km is not None)
        return broken


def week_hours(starts: int, ends: int, hours: float) -> dict[int, float]:
    """Return the hours of a session in each calendar week it touches, by week number; spread evenly over its days."""
    days = ends - starts + 1
    weeks = range((starts - MONDAY) // 7, (ends - MONDAY) // 7 + 1)
    return {
        week: hours * (min(ends, MONDAY + week * 7 + 6) - max(starts, MONDAY + week * 7) + 1) / days for week in weeks
    }


def _distances(catalogue: Catalogue, bounds: Bounds) -> Numbers:
    """Return the kilometres to each session: by the great circle between two positions, else as place codes say."""
    stated = np.array([*(bounds.distances.get(place, np.nan) for place in catalogue.places), np.nan])
    km: Numbers = stated[catalogue.place]
    if bounds.home is not None:
        away = _great_circle(bounds.home, catalogue.points)
        km = np.where(np.isnan(away), km, away)
    return np.where(catalogue.is_online, 0.0, km)


def _great_circle(home: Point, points: Numbers) -> Numbers:
    """Return the haversine distance in kilometres."""
    (here, east), (there, beyond) = np.radians(home), np.radians(points).T
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin((beyond - east) / 2) ** 2
    km: Numbers = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return km
