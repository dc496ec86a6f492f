"""What organisations answer about links, read strictly: another member's word is input like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput
from skillspace.people.links.model import Asked, Offer

WAYS = ("code", "mail", "credential")
MAX_TYPES, MAX_DATASETS, MAX_TEXT = 50, 1000, 500
MAX_MINUTES = 24 * 60


def datasets_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where something is held; raise BadInput when that is no list of identifiers."""
    found = answer.get("datasets")
    if not isinstance(found, list) or len(found) > MAX_DATASETS or not all(isinstance(one, str) for one in found):
        raise BadInput("The organisation's answer cannot be read: “datasets” must be a list of identifiers.")
    return tuple(found)


def way_of(answer: Mapping[str, Any]) -> str:
    """Return how somebody was recognised; a code where the organisation does not say it, or we do not know it."""
    found = answer.get("way")
    return found if isinstance(found, str) and found in WAYS else WAYS[0]


def offer_of(answer: Mapping[str, Any]) -> Offer:
    """Read in which ways an organisation connects people, those that are known here; raise BadInput."""
    ways, types, minutes = (answer.get(name) for name in ("ways", "credentials", "minutes"))
    if not _is_texts(ways) or not _is_texts(types) or not isinstance(minutes, int) or isinstance(minutes, bool):
        raise BadInput("The organisation's answer cannot be read: it does not say in which ways it connects people.")
    return Offer(
        ways=tuple(way for way in WAYS if way in (ways or ())),
        credentials=tuple(types or ()),
        minutes=min(max(minutes, 1), MAX_MINUTES),
    )


def asked_of(answer: Mapping[str, Any]) -> Asked:
    """Read what a wallet has to answer; raise BadInput."""
    nonce, audience, until = (answer.get(name) for name in ("nonce", "audience", "until"))
    if not all(isinstance(each, str) and 0 < len(each) <= MAX_TEXT for each in (nonce, audience, until)):
        raise BadInput("The organisation's answer cannot be read: it does not say what the wallet has to answer.")
    try:
        return Asked(nonce=str(nonce), audience=str(audience), until=from_iso(str(until)))
    except (ValueError, OverflowError):
        raise BadInput("The organisation's answer cannot be read: “until” is no moment.") from None


def _is_texts(found: object) -> bool:
    if not isinstance(found, list) or len(found) > MAX_TYPES:
        return False
    return all(isinstance(each, str) and 0 < len(each) <= MAX_TEXT and each.isprintable() for each in found)
