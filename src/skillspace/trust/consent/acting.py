"""Who really acts when something is said in a person's name: the person, or somebody with a mandate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Somebody who acts for a person: who (an account), in which capacity (guardian, coach …), under which mandate.

    `name` is how the log calls them; None in its place everywhere means that the person acts.
    """

    actor: str
    name: str
    capacity: str
    mandate: str | None = None

    def to_json(self) -> dict[str, object]:
        """As it is stored and signed."""
        return dict(vars(self))


def read_acting(content: Mapping[str, Any] | None) -> Acting | None:
    """Read what `to_json` wrote."""
    return Acting(**content) if content is not None else None
