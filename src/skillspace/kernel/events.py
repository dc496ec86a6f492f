"""Events: what a room announces upward, versioned, and harmless when it arrives twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from skillspace.kernel.clock import now
from skillspace.kernel.ids import new_id

Json = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: `name` such as ``consent.granted``, `about` the thing's identifier.

    Handlers see an event at least once; `id` lets them know it again.
    """

    name: str
    about: str
    content: Json = field(default_factory=dict)
    version: int = 1
    id: str = field(default_factory=lambda: new_id("event"))
    at: datetime = field(default_factory=now)
