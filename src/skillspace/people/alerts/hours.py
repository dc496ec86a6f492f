"""Quiet hours: when a person wants to hear of nothing, by the clock on their wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from skillspace.kernel.errors import BadInput

#: No zone's clock has stood otherwise than on quarters of an hour for decades; hours open on one of these.
STEP = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """From `start` until `end` in `zone` (IANA), over midnight where the end comes first; the same twice is never.

    Raises BadInput for a zone nobody knows, and for times that are no quarters of an hour.
    """

    start: time = time(20)
    end: time = time(8)
    zone: str = "Europe/Stockholm"

    def __post_init__(self) -> None:
        if any(at.minute % 15 or at.second or at.microsecond or at.tzinfo for at in (self.start, self.end)):
            raise BadInput("Quiet hours begin and end on a quarter of an hour, such as 20:00 or 07:45.")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):  # unknown, no name of a zone, a folder of zones
            raise BadInput(f"{self.zone[:60]!r} is no time zone; write for example Europe/Stockholm.") from None

    def holds(self, moment: datetime) -> bool:
        """Tell whether it is quiet at a moment: what the wall clock shows alone counts, also when clocks change."""
        shown = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start <= self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def over(self, moment: datetime) -> datetime:
        """Return the moment if it is not quiet then, else the next quarter of an hour in which it is not."""
        while self.holds(moment):
            moment = _quarter_after(moment)
        return moment

    def day_after(self, moment: datetime, days: int) -> datetime:
        """Return when it is first not quiet from the beginning of the day so many days after a moment's."""
        day = moment.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=days)
        return self.over(datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(moment.tzinfo))


def _quarter_after(moment: datetime) -> datetime:
    return moment + STEP - timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
