"""What reading a document of Prometheus-X gives: our shape of it, and everything that did not come along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Something that could not be carried over, or was put right on the way.

    `path` is where it stood (RFC 6901), `what` its name, never its value where that may be a secret or about a person;
    `why` says the reason and, where there is something to do, what. `is_correction` tells the two apart.
    """

    path: str
    what: str
    why: str
    is_correction: bool = False

    def as_json(self) -> dict[str, object]:
        """The loss as plain JSON."""
        return {"path": self.path, "what": self.what, "why": self.why, "correction": self.is_correction}


@dataclass(frozen=True, kw_only=True)
class Read:
    """One document. `kind` names our shape of it, `source` what it is called where it came from.

    `content` is plain JSON: a draft in every case. Nothing read here is signed, in force, or a consent.
    """

    kind: str
    source: str
    content: dict[str, Any]
    losses: tuple[Loss, ...]

    @property
    def lost(self) -> tuple[Loss, ...]:
        """What did not come along."""
        return tuple(loss for loss in self.losses if not loss.is_correction)

    @property
    def corrected(self) -> tuple[Loss, ...]:
        """What was put right."""
        return tuple(loss for loss in self.losses if loss.is_correction)

    def as_json(self) -> dict[str, object]:
        """The whole as plain JSON."""
        return {
            "kind": self.kind,
            "source": self.source,
            "content": self.content,
            "losses": [loss.as_json() for loss in self.losses],
        }
