"""Conditions of offers beside skills: kind, dates, place, languages, licences, education, pay and hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.arrays import Floats, Integers, rows_of, text_at
from skillspace.skills.matching.around import Around, Where
from skillspace.skills.matching.columns import EPOCH, EVER, NEVER, Codes, Columns, Groups, day_number
from skillspace.skills.matching.model import Checked, Condition, State

Judged = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""Where an offer says enough to be judged, and where what it says does not fit, both (offers,)."""

EARTH_KM = 6371.0
DEGREE_KM = 111.2
NOWHERE = (0.0, 0.0, 0.0)
REMOTE = "remote"
SHOWN = 3
"""Places that are told: a region may have hundreds."""

FURTHEST_KM, MOST_PAY, WEEK_HOURS = 1e6, 1e12, 168

ALWAYS = frozenset({Condition.KIND, Condition.OPEN, Condition.PLACE, Condition.DISTANCE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a person says beside skills; what is not said is not looked at.

    ``near`` is latitude, longitude and the most kilometres; ``salary`` the least a year in ``currency``; ``hours`` the
    least and most a week; ``on`` the day on which the offer must be open. ``must`` names the conditions that shut an
    offer out when they are unmet; the others are only told. Raises BadInput when wishes contradict themselves.
    """

    kinds: frozenset[str] = frozenset()
    on: dt.date | None = None
    places: frozenset[str] | None = None
    near: tuple[float, float, float] | None = None
    remote: bool = True
    languages: frozenset[str] | None = None
    licences: frozenset[str] | None = None
    education: int | None = None
    salary: float | None = None
    currency: str | None = None
    hours: tuple[float, float] | None = None
    must: frozenset[Condition] = ALWAYS

    def __post_init__(self) -> None:
        if self.near is not None and not (
            abs(self.near[0]) <= 90 and abs(self.near[1]) <= 180 and 0 <= self.near[2] <= FURTHEST_KM
        ):
            raise BadInput(f"{self.near} is no place and distance; give latitude, longitude and kilometres.")
        if self.hours is not None and not 0 <= self.hours[0] <= self.hours[1] <= WEEK_HOURS:
            raise BadInput(f"No week has {self.hours[0]} to {self.hours[1]} hours; give the least, then the most.")
        if self.education is not None and not 1 <= self.education <= 8:
            raise BadInput(f"The education is {self.education}; levels of EQF run from 1 to 8.")
        if (self.salary is None) != (self.currency is None):
            raise BadInput("A salary needs its currency, and a currency its salary.")
        if self.salary is not None and not 0 <= self.salary <= MOST_PAY:
            raise BadInput(f"Nobody is paid {self.salary} a year; give a number, zero or more.")

    def said(self) -> dict[Condition, str]:
        """Return what the person says of each condition that they speak of."""
        said = {
            Condition.KIND: " ".join(sorted(self.kinds)) if self.kinds else None,
            Condition.OPEN: None if self.on is None else self.on.isoformat(),
            Condition.PLACE: None if self.places is None else " ".join(sorted(self.places)[:SHOWN]),
            Condition.DISTANCE: None if self.near is None else f"{self.near[2]:g} km",
            Condition.LANGUAGE: None if self.languages is None else " ".join(sorted(self.languages)),
            Condition.LICENCE: None if self.licences is None else " ".join(sorted(self.licences)),
            Condition.EDUCATION: None if self.education is None else str(self.education),
            Condition.SALARY: None if self.salary is None else f"{self.salary:.0f} {self.currency}",
            Condition.HOURS: None if self.hours is None else f"{self.hours[0]:g}–{self.hours[1]:g}",
        }
        return {condition: text for condition, text in said.items() if text is not None}


NO_WISHES = Wishes()


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The conditions of offers by position; see `Columns` for what each column holds."""

    kind: Codes
    employer: Codes
    place: Codes
    currency: Codes
    languages: Groups
    licences: Groups
    latitude: Floats
    longitude: Floats
    remote: NDArray[np.bool_]
    education: NDArray[np.int8]
    salary_min: Floats
    salary_max: Floats
    hours: Floats
    opens: Integers
    closes: Integers

    @classmethod
    def of(cls, columns: Columns) -> Conditions:
        """Take the conditions of offers that stand in the order of their positions."""
        return cls(**{name: getattr(columns, name) for name in cls.__dataclass_fields__})

    @classmethod
    def read(cls, arrays: dict[str, NDArray[Any]]) -> Conditions:
        """Return what `arrays` gave."""
        read: dict[str, Any] = {name: array for name, array in arrays.items() if "." not in name}
        for name in CODED:
            read[name] = Codes(table=arrays[f"{name}.table"], rows=arrays[f"{name}.rows"])
        for name in GROUPED:
            members = Codes(table=arrays[f"{name}.table"], rows=arrays[f"{name}.rows"])
            read[name] = Groups(starts=arrays[f"{name}.starts"], members=members)
        return cls(**read)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written for `read` to give this again."""
        written: dict[str, NDArray[Any]] = {}
        for name, column in self._columns():
            if isinstance(column, Groups):
                written[f"{name}.starts"] = column.starts
            codes = column.members if isinstance(column, Groups) else column
            if isinstance(codes, Codes):
                written |= {f"{name}.table": codes.table, f"{name}.rows": codes.rows}
            else:
                written[name] = codes
        return written

    def __len__(self) -> int:
        return len(self.remote)

    def _columns(self) -> Iterator[tuple[str, Any]]:
        return ((entry.name, getattr(self, entry.name)) for entry in fields(self))

    def places(self) -> dict[str, int]:
        """Return how many offers each place has."""
        counts = np.bincount(self.place.rows[self.place.rows >= 0], minlength=len(self.place.table))
        return {text_at(self.place.table, row): int(count) for row, count in enumerate(counts) if count}

    def taken(self, positions: NDArray[np.signedinteger]) -> Conditions:
        """Return those of some offers, in the order given."""
        taken: dict[str, Any] = {
            name: column.taken(positions) if isinstance(column, Codes | Groups) else column[positions]
            for name, column in self._columns()
        }
        return Conditions(**taken)

    def allowed(self, wishes: Wishes) -> NDArray[np.bool_] | None:
        """Return which offers no unmet condition of ``must`` shuts out (offers,); None when nothing is asked."""
        shut: NDArray[np.bool_] | None = None
        for condition in sorted(wishes.must & wishes.said().keys()):
            known, unfit = self._judged(condition, wishes)
            shut = known & unfit if shut is None else shut | (known & unfit)
        return None if shut is None else ~shut

    def checked(self, positions: NDArray[np.signedinteger], wishes: Wishes) -> list[tuple[Checked, ...]]:
        """Tell of some offers every condition that either side speaks of."""
        some, said = self.taken(positions), wishes.said()
        judged = {condition: some._judged(condition, wishes) for condition in said}
        told: list[tuple[Checked, ...]] = []
        for row in range(len(some)):
            offers = {condition: getattr(some, f"_{condition}_said")(row, wishes) for condition in Condition}
            told.append(
                tuple(
                    Checked(
                        condition=condition,
                        state=_state(judged[condition], row) if condition in said else State.UNKNOWN,
                        offer=offer,
                        person=said.get(condition, ""),
                    )
                    for condition, offer in offers.items()
                    if offer or said.get(condition)
                )
            )
        return told

    def there(self, where: Where) -> NDArray[np.bool_]:
        """Return which offers are somewhere (offers,): by their positions in a circle, else by their places."""
        if not isinstance(where, Around):
            return _among(self.place, frozenset(where))
        there = ~self._is_placed & _among(self.place, where.places)
        there[self.within(where.near)[0]] = True
        return there

    def distances(self, near: tuple[float, float, float]) -> Floats:
        """Return how many kilometres away each offer is (offers,); infinite where that is further than asked."""
        positions, kilometres = self.within(near)
        away = np.full(len(self), np.inf, dtype=np.float32)
        away[positions] = kilometres
        return away

    def within(self, near: tuple[float, float, float]) -> tuple[NDArray[np.int64], Floats]:
        """Return the positions of the offers that are no further away than asked, and how many kilometres each is."""
        latitude, longitude, most = near
        span = most / DEGREE_KM
        northward, latitudes, longitudes = self._northward
        reached = latitude - span - 0.01, latitude + span + 0.01
        band = slice(*np.searchsorted(latitudes, np.array(reached, dtype=np.float32)))
        poleward = min(abs(latitude) + span, 89.9)
        width = span / float(np.cos(np.radians(poleward))) + 0.01
        apart = np.abs(longitudes[band] - np.float32(longitude))
        close = band.start + np.flatnonzero((apart <= width) | (apart >= 360 - width) | (abs(latitude) + span > 89))
        there = (column[close].astype(np.float64) for column in (latitudes, longitudes))
        # Both sides rounded alike: who asks for 0 km from a place finds what is in that place.
        away = great_circle(float(np.float32(latitude)), float(np.float32(longitude)), *there).astype(np.float32)
        return northward[close[away <= most]], away[away <= most]

    @cached_property
    def _northward(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """The positions that lie somewhere, from south to north, their latitudes and their longitudes."""
        there = np.flatnonzero(self._is_placed)
        order = there[np.argsort(self.latitude[there], kind="stable")]
        return order, self.latitude[order], self.longitude[order]

    @cached_property
    def _is_placed(self) -> NDArray[np.bool_]:
        is_placed: NDArray[np.bool_] = ~np.isnan(self.latitude)
        return is_placed

    def _judged(self, condition: Condition, wishes: Wishes) -> Judged:
        judged: Judged = getattr(self, f"_{condition}")(wishes)
        return judged

    def _kind(self, wishes: Wishes) -> Judged:
        return self.kind.rows >= 0, ~_among(self.kind, wishes.kinds)

    def _kind_said(self, row: int, _: Wishes) -> str:
        return _text(self.kind, row)

    def _open(self, wishes: Wishes) -> Judged:
        day = day_number(wishes.on, 0)
        return (self.opens != EVER) | (self.closes != NEVER), (self.opens > day) | (self.closes < day)

    def _open_said(self, row: int, _: Wishes) -> str:
        opens, closes = int(self.opens[row]), int(self.closes[row])
        return f"{_date(opens) if opens != EVER else ''}/{_date(closes) if closes != NEVER else ''}".strip("/")

    def _place(self, wishes: Wishes) -> Judged:
        anywhere = self.remote & wishes.remote
        return (self.place.rows >= 0) | anywhere, ~(_among(self.place, wishes.places or frozenset()) | anywhere)

    def _place_said(self, row: int, wishes: Wishes) -> str:
        return REMOTE if self.remote[row] and wishes.remote and wishes.places is not None else _text(self.place, row)

    def _distance(self, wishes: Wishes) -> Judged:
        anywhere = self.remote & wishes.remote
        unfit = ~anywhere
        unfit[self.within(wishes.near or NOWHERE)[0]] = False
        return self._is_placed | anywhere, unfit

    def _distance_said(self, row: int, wishes: Wishes) -> str:
        if wishes.near is None:
            return ""
        away = great_circle(*wishes.near[:2], self.latitude[row], self.longitude[row])
        if np.isnan(away):
            return REMOTE if self.remote[row] and wishes.remote else ""
        return f"{away:.0f} km"

    def _language(self, wishes: Wishes) -> Judged:
        """An offer names the languages one may work in: one of them is enough."""
        return np.diff(self.languages.starts) > 0, self._named(self.languages, wishes.languages) == 0

    def _language_said(self, row: int, _: Wishes) -> str:
        return _texts(self.languages, row)

    def _licence(self, wishes: Wishes) -> Judged:
        """An offer names the licences it needs: all of them."""
        asked = np.diff(self.licences.starts)
        return asked > 0, self._named(self.licences, wishes.licences) < asked

    def _licence_said(self, row: int, _: Wishes) -> str:
        return _texts(self.licences, row)

    def _education(self, wishes: Wishes) -> Judged:
        return self.education > 0, self.education > (wishes.education or 0)

    def _education_said(self, row: int, _: Wishes) -> str:
        return str(self.education[row] or "")

    def _salary(self, wishes: Wishes) -> Judged:
        most = np.fmax(self.salary_max, self.salary_min)
        known = _among(self.currency, {wishes.currency or ""}) & ~np.isnan(most)
        return known, most < np.float32(wishes.salary or 0)

    def _salary_said(self, row: int, _: Wishes) -> str:
        numbers = [f"{pay:.0f}" for pay in (self.salary_min[row], self.salary_max[row]) if not np.isnan(pay)]
        return f"{'–'.join(numbers)} {_text(self.currency, row)}".strip() if numbers else ""

    def _hours(self, wishes: Wishes) -> Judged:
        least, most = wishes.hours or (0, 0)
        return ~np.isnan(self.hours), (self.hours < np.float32(least)) | (self.hours > np.float32(most))

    def _hours_said(self, row: int, _: Wishes) -> str:
        return "" if np.isnan(self.hours[row]) else f"{self.hours[row]:g}"

    def _named(self, groups: Groups, held: frozenset[str] | None) -> NDArray[np.int64]:
        """Return how many of those held each offer names."""
        owner = np.repeat(np.arange(len(self)), np.diff(groups.starts))
        return np.bincount(owner[_among(groups.members, held or frozenset())], minlength=len(self))


CODED = ("kind", "employer", "place", "currency")
GROUPED = ("languages", "licences")


def great_circle(latitude: float, longitude: float, latitudes: Any, longitudes: Any) -> Any:
    """Return the kilometres over the ground between one place and others (haversine on a sphere)."""
    north, other = np.radians(latitude), np.radians(latitudes)
    part = np.sin((other - north) / 2) ** 2
    part = part + np.cos(north) * np.cos(other) * np.sin(np.radians(longitudes - longitude) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(part, 1)))


def _among(codes: Codes, wanted: frozenset[str] | set[str]) -> NDArray[np.bool_]:
    """Return which entries are one of the texts wanted."""
    rows = rows_of(codes.table, sorted(wanted))
    chosen = np.zeros(len(codes.table) + 1, dtype=bool)  # the last stands for none
    chosen[rows[rows >= 0]] = True
    among: NDArray[np.bool_] = chosen[codes.rows]
    return among


def _state(judged: Judged, row: int) -> State:
    known, unfit = judged
    if not known[row]:
        return State.UNKNOWN
    return State.UNMET if unfit[row] else State.MET


def _text(codes: Codes, row: int) -> str:
    code = int(codes.rows[row])
    return text_at(codes.table, code) if code >= 0 else ""


def _texts(groups: Groups, row: int) -> str:
    members = groups.members.rows[groups.starts[row] : groups.starts[row + 1]]
    return " ".join(text_at(groups.members.table, member) for member in members.tolist())


def _date(day: int) -> str:
    return (EPOCH + dt.timedelta(days=day)).isoformat()
