"""What every measurement returns, and the little they share: figures, timing, where the real data lies."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("SKILLSPACE_DATA", ROOT / ".." / "shared" / "data")).resolve()
#: Told what is being measured now.
Tell = Callable[[str], None]
#: Of these, more is better: their limit is the least, every other limit is the most.
MORE_IS_BETTER = frozenset({"share", "1/s"})


class Figure(TypedDict):
    """One measured number. `peer` names what does nearly the same more simply, `peer_value` is its number.

    `limit` is what the number must not pass; `more` is what one needs to know to believe it.
    """

    name: str
    value: float
    unit: str
    peer: str | None
    peer_value: float | None
    limit: float | None
    more: NotRequired[dict[str, float | str]]


def figure(
    name: str,
    value: float,
    unit: str,
    peer: str | None = None,
    peer_value: float | None = None,
    limit: float | None = None,
    more: Mapping[str, float | str] | None = None,
) -> Figure:
    """Return one figure, rounded to what can be told apart."""
    made = Figure(
        name=name,
        value=round(value, 4),
        unit=unit,
        peer=peer,
        peer_value=None if peer_value is None else round(peer_value, 4),
        limit=limit,
    )
    if more:
        made["more"] = {key: fact if isinstance(fact, str) else round(fact, 4) for key, fact in more.items()}
    return made


def is_missed(measured: Figure) -> bool:
    """Tell whether a figure is on the wrong side of its limit."""
    value, limit = measured["value"], measured["limit"]
    if limit is None:
        return False
    return value < limit if measured["unit"] in MORE_IS_BETTER else value > limit


def timed(work: Callable[..., object], inputs: Sequence[object]) -> list[float]:
    """Return the milliseconds of each call, after one that does not count."""
    work(inputs[0])
    times = []
    for one in inputs:
        began = time.perf_counter()
        work(one)
        times.append((time.perf_counter() - began) * 1000)
    return times


def untold(_what: str) -> None:
    """Say nothing: for those who measure without watching."""
