"""Offerings: a dataset with the terms it is offered under, our own and those read in other catalogs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillspace.exchange.messages import HTTP_PULL
from skillspace.exchange.odrl import canonical, check_rules, rules_of
from skillspace.kernel.errors import BadInput

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|")
_ID = re.compile(r"[^\s\x00-\x20\x7f]{1,512}")


@dataclass(frozen=True, kw_only=True)
class Offering:
    """A dataset this node publishes.

    `kinds` are kinds of data (“diploma”, “skills-profile”; none for open data), `policy` its ODRL rules,
    `retention_days` how long a recipient may keep a copy, `title` and `description` texts by language.
    """

    id: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    kinds: tuple[str, ...]
    personal: bool
    purposes: tuple[str, ...]
    media_type: str
    policy: Mapping[str, Any]
    updated: datetime
    format: str = HTTP_PULL
    retention_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class CrawledOffering:
    """An offering as another node's catalog describes it; stale when `reachable` is false.

    `offer` is the ODRL offer word by word: it is what a negotiation must quote.
    """

    provider: str
    id: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    kinds: tuple[str, ...]
    personal: bool
    purposes: tuple[str, ...]
    media_type: str
    formats: tuple[str, ...]
    offer: Mapping[str, Any]
    retention_days: int | None
    updated: datetime | None
    seen_at: datetime
    reachable: bool = True
    last_error: str | None = None

    @property
    def offer_id(self) -> str:
        """The provider's own name for its offer: opaque, and never split or rebuilt."""
        return str(self.offer["@id"])


def is_offering_id(name: object) -> bool:
    """Tell whether a text can name a dataset: no spaces or control characters, at most 512 characters."""
    return isinstance(name, str) and _ID.fullmatch(name) is not None


def check_offering(offering: Offering) -> None:
    """Raise BadInput unless the offering can be published: a usable id, a title, well-formed rules."""
    if not is_offering_id(offering.id):
        raise BadInput(f"{offering.id[:100]!r} cannot name an offering: use a text without spaces.")
    if not offering.title or not all(_LANGUAGE.fullmatch(name) for name in (*offering.title, *offering.description)):
        raise BadInput(f"The offering {offering.id} needs a title, by language code (BCP 47).")
    if offering.format != HTTP_PULL:
        raise BadInput(f"The offering {offering.id} uses {offering.format}; this node serves {HTTP_PULL} only.")
    if offering.retention_days is not None and offering.retention_days < 0:
        raise BadInput(f"The offering {offering.id} cannot be kept for {offering.retention_days} days.")
    check_rules(offering.policy)
    if "target" in offering.policy:
        raise BadInput(f"The policy of {offering.id} must not name a target; its place in the catalog says it.")


def offer_of(own_did: str, offering: Offering) -> dict[str, Any]:
    """Return the ODRL offer of an offering: the same id as long as its rules stay the same, a new one when they change.

    Negotiations quote it, so that changed terms are noticed on both sides.
    """
    rules = rules_of(offering.policy)
    name = uuid.uuid5(uuid.NAMESPACE_URL, canonical([own_did, offering.id, rules]))
    return {"@id": name.urn, "@type": "Offer", **rules}
