"""Agreements as every room sees them: who promised what to whom, about which data, under which ODRL policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A finalized contract (DSP 2025-1 §7, ODRL Agreement): the provider's policy, echoed unchanged in `policy`."""

    id: str
    dataset: str
    provider: str
    consumer: str
    policy: Mapping[str, object]
    made: datetime
    in_force: bool = True
