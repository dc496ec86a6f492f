"""Published pages of a status register: signed when a bit changed, and else once a minute at most."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.status.store import status_entries

T = TypeVar("T")

KEPT_FOR = timedelta(minutes=1)
_REVOKED = status_entries.c.revoked
_SAID = (sa.func.count().label("count"), sa.func.sum(status_entries.c.place).label("places"))
_TAKEN = sa.select(*_SAID, sa.func.max(_REVOKED).label("last")).where(_REVOKED.is_not(None))


@dataclass(frozen=True, kw_only=True)
class _Kept:
    page: Any
    taken: tuple[object, ...]
    made: datetime


class Pages:
    """Keeps each page as it was signed last.

    How many were taken back, which places together, and when the last, is asked each time: a page counts only for the
    bits it shows, whoever takes something back in whichever process.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def of(self, work: Work, name: str, sign: Callable[[], T]) -> T:
        """Return the page of this name, signed anew where it has to be."""
        taken = tuple(work.connection.execute(_TAKEN).one())
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None and kept.taken == taken and timedelta() <= work.now - kept.made < KEPT_FOR:
            page: T = kept.page
            return page
        page = sign()
        with self._lock:
            self._kept[name] = _Kept(page=page, taken=taken, made=work.now)
        return page
