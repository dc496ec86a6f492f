"""What is known at the moment of use; whatever is missing here is “not known”, and never helps a permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

_STRICT = {"strict": True, "extra": "forbid"}
#: Duties a node keeps by itself: deleting in time is done when a grant ends.
KEPT_BY_NODES = frozenset({"delete"})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true at the moment of use. Words are IRIs or bare words of our namespaces; None means not known.

    About the use: `action`, `purpose`, `target` (data set), `at`, `kinds` of data asked for and `level` of validation
    they have at least, `formats` (media types), `channels`, `devices`, `places` where it happens (NUTS or countries),
    `events` going on. About the recipient: `recipient` (DID), `roles` and `memberships` of its credentials, `sectors`
    (NACE), `languages`, `commitments`, and `attributes` (an absolute IRI to its values) from other credentials.
    About the agreement: `provider`, `agreed` (from there times count), `uses` before this one, `last_use`, `paid` in
    all by currency, `paid_until`, `paid_uses` left, `notified` parties, `done` (actions of duties), `consent` of the
    person; `keeps` are the duties this node keeps by itself.
    """

    __pydantic_config__ = _STRICT

    at: datetime
    purpose: str | None = None
    action: str = "use"
    target: str | None = None
    provider: str | None = None
    recipient: str | None = None
    roles: frozenset[str] | None = None
    memberships: frozenset[str] | None = None
    commitments: frozenset[str] | None = None
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    agreed: datetime | None = None
    uses: int | None = None
    last_use: datetime | None = None
    paid: Mapping[str, Decimal] | None = None
    paid_until: datetime | None = None
    paid_uses: int | None = None
    notified: frozenset[str] | None = None
    done: frozenset[str] | None = None
    consent: bool | None = None
    places: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    sectors: frozenset[str] | None = None
    formats: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    devices: frozenset[str] | None = None
    events: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    level: str | None = None
    keeps: frozenset[str] = KEPT_BY_NODES

    def __post_init__(self) -> None:
        """Refuse a moment without an offset: it cannot be compared with the policy's."""
        for name in ("at", "agreed", "last_use", "paid_until"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{name} needs its offset from UTC.")
