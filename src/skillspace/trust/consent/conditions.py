"""Conditions a person puts on a yes: on which days, between which hours, and in which countries it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput

ALL_DAYS = frozenset(range(1, 8))
#: The European Economic Area: the countries in which the GDPR holds (ISO 3166-1).
EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """When and where a yes holds, besides its period.

    `days` are weekdays as in ISO 8601 (Monday is 1). `start` and `end` are local times of `zone`; when the end is not
    later than the start, the hours run over midnight and belong to the day they begin on. `countries` are ISO 3166-1
    codes of where the recipient works with the data; empty means anywhere.
    """

    days: frozenset[int] = ALL_DAYS
    start: time = time(0)
    end: time = time(0)
    zone: str = "UTC"
    countries: frozenset[str] = frozenset()

    def why_not(self, at: datetime, country: str | None) -> str | None:
        """Return why nothing is open at `at` for a recipient in `country` (None: not known), or None."""
        if self.countries and country not in self.countries:
            where = country or "no country it told"
            return f"It holds in {', '.join(sorted(self.countries))} only, and the recipient is in {where}."
        if not self._is_open(at.astimezone(ZoneInfo(self.zone))):
            hours = "" if self.start == self.end else f" from {self.start:%H:%M} to {self.end:%H:%M}"
            return f"It holds on days {', '.join(map(str, sorted(self.days)))} of the week{hours} ({self.zone}) only."
        return None

    def to_json(self) -> dict[str, object]:
        """The conditions as they are stored, signed and sent."""
        return {
            "days": sorted(self.days),
            "start": f"{self.start:%H:%M}",
            "end": f"{self.end:%H:%M}",
            "zone": self.zone,
            "countries": sorted(self.countries),
        }

    def _is_open(self, here: datetime) -> bool:
        day, hour = here.isoweekday(), here.time()
        if self.start < self.end:
            return day in self.days and self.start <= hour < self.end
        if hour >= self.start:
            return day in self.days
        the_day_before = day - 1 or 7
        return hour < self.end and the_day_before in self.days


class _Written(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(default=[1, 2, 3, 4, 5, 6, 7], min_length=1, max_length=7)
    start: _Hour = "00:00"
    end: _Hour = "00:00"
    zone: str = Field(default="UTC", max_length=60)
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] = Field(default=[], max_length=250)


def read_conditions(content: object) -> Conditions | None:
    """Read conditions as `to_json` writes them; None stays None. Raises BadInput naming what is wrong."""
    if content is None:
        return None
    try:
        written = _Written.model_validate(content)
        ZoneInfo(written.zone)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The conditions of a consent cannot be read: {place or 'their shape'}.") from None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("The conditions of a consent name a time zone that does not exist.") from None
    return Conditions(
        days=frozenset(written.days),
        start=time.fromisoformat(written.start),
        end=time.fromisoformat(written.end),
        zone=written.zone,
        countries=frozenset(written.countries),
    )
