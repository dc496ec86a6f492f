"""Offerings: a dataset with the terms it is offered under, our own and those read in other catalogs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillspace.exchange.messages import HTTP_PULL, HTTP_PUSH
from skillspace.exchange.odrl import canonical, check_rules, rules_of
from skillspace.kernel.errors import BadInput
from skillspace.trust.identity import Peer

FORMATS = frozenset({HTTP_PULL, HTTP_PUSH})
ROLE = "role:"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|")
_ID = re.compile(r"[^\s\x00-\x20\x7f]{1,512}")


@dataclass(frozen=True, kw_only=True)
class Offering:
    """A dataset this node publishes.

    `kinds` are kinds of data (“diploma”, “skills-profile”; none for open data), `policy` its ODRL rules,
    `other_policies` rules it may be had under instead, `retention_days` how long a recipient may keep a copy, `title`
    and `description` texts by language. `visible_to` names who sees it at all, by DID or by `role:NAME`; empty is
    everyone. `offer_id` fixes the name of its first offer; without it the name follows from the rules.
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
    formats: tuple[str, ...] = (HTTP_PULL,)
    retention_days: int | None = None
    other_policies: tuple[Mapping[str, Any], ...] = ()
    visible_to: tuple[str, ...] = ()
    offer_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CrawledOffering:
    """An offering as another node's catalog describes it; stale when `reachable` is false.

    `offer` is the ODRL offer word by word: it is what a negotiation must quote; `other_offers` may be had instead.
    `provider` is the participant to negotiate with, at `endpoint` where the catalog names one. `told_by` is the
    participant whose catalog said so when that is somebody else: hearsay, never the provider's own word.
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
    other_offers: tuple[Mapping[str, Any], ...] = ()
    endpoint: str | None = None
    told_by: str | None = None

    @property
    def offers(self) -> tuple[Mapping[str, Any], ...]:
        """Every offer the dataset may be had under, the first one first."""
        return (self.offer, *self.other_offers)

    @property
    def offer_id(self) -> str:
        """The provider's own name for its offer: opaque, and never split or rebuilt."""
        return str(self.offer["@id"])


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A catalog that another one names without containing it: whose it is, and where to ask for it."""

    participant: str
    endpoint: str


def is_offering_id(name: object) -> bool:
    """Tell whether a text can name a dataset: no spaces or control characters, at most 512 characters."""
    return isinstance(name, str) and _ID.fullmatch(name) is not None


def check_offering(offering: Offering) -> None:
    """Raise BadInput unless the offering can be published: a usable id, a title, formats served, well-formed rules."""
    if not is_offering_id(offering.id):
        raise BadInput(f"{offering.id[:100]!r} cannot name an offering: use a text without spaces.")
    if not offering.title or not all(_LANGUAGE.fullmatch(name) for name in (*offering.title, *offering.description)):
        raise BadInput(f"The offering {offering.id} needs a title, by language code (BCP 47).")
    if not offering.formats or len(set(offering.formats)) < len(offering.formats):
        raise BadInput(f"The offering {offering.id} needs a format, each once.")
    for name in offering.formats:
        if name not in FORMATS:
            raise BadInput(f"The offering {offering.id} uses {name}; this node serves {', '.join(sorted(FORMATS))}.")
    if offering.retention_days is not None and offering.retention_days < 0:
        raise BadInput(f"The offering {offering.id} cannot be kept for {offering.retention_days} days.")
    if offering.offer_id is not None and not is_offering_id(offering.offer_id):
        raise BadInput(
            f"{offering.offer_id[:100]!r} cannot name the offer of {offering.id}: use a text without spaces."
        )
    for audience in offering.visible_to:
        if not is_offering_id(audience) or not audience.startswith(("did:", ROLE)):
            raise BadInput(f"{audience[:100]!r} cannot see {offering.id}: name a DID, or a role as {ROLE}NAME.")
    _check_policies(offering)


def _check_policies(offering: Offering) -> None:
    policies = (offering.policy, *offering.other_policies)
    for policy in policies:
        check_rules(policy)
        if "target" in policy:
            raise BadInput(f"The policy of {offering.id} must not name a target; its place in the catalog says it.")
    if len({canonical(rules_of(policy)) for policy in policies}) < len(policies):
        raise BadInput(f"The offering {offering.id} is offered twice under the same rules.")


def offers_of(own_did: str, offering: Offering) -> tuple[dict[str, Any], ...]:
    """Return the ODRL offers of an offering: the same ids while their rules are the same, new ones after.

    Negotiations quote them, so that changed terms are noticed on both sides.
    """
    offers = []
    for place, policy in enumerate((offering.policy, *offering.other_policies)):
        rules = rules_of(policy)
        name = uuid.uuid5(uuid.NAMESPACE_URL, canonical([own_did, offering.id, rules])).urn
        offers.append({"@id": (offering.offer_id or name) if place == 0 else name, "@type": "Offer", **rules})
    return tuple(offers)


def offer_of(own_did: str, offering: Offering) -> dict[str, Any]:
    """Return the first ODRL offer of an offering."""
    return offers_of(own_did, offering)[0]


def audiences_of(peer: Peer) -> tuple[str, ...]:
    """Return the names by which an offering can be shown to `peer`: its DID and its roles."""
    return (peer.did, *(f"{ROLE}{role}" for role in sorted(peer.roles)))
