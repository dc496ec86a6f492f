"""A yes is never more than what was asked: fewer kinds, fewer things, a shorter time, fewer uses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.trust.consent.model import Grant, Items

MOST_ITEMS = 1000
#: All single things of a yes together: they travel in a token, which travels in a header.
MOST_BYTES = 32_000
#: As often as a recipient may be told that it may use something (`terms`).
MOST_USES = 1_000_000


def narrowed(items: Items, kinds: Collection[str]) -> Items:
    """Return items in one spelling; raise BadInput when they name a kind that is not there, nothing, or too much."""
    tidy = {kind: tuple(dict.fromkeys(found)) for kind, found in items.items()}
    for kind, found in tidy.items():
        if kind not in kinds:
            raise BadInput(f"Single things of {kind!r} are named, but {kind!r} itself is not asked for.")
        if not 0 < len(found) <= MOST_ITEMS or not all(0 < len(item) <= 500 for item in found):
            raise BadInput(f"Of {kind!r}, 1 to {MOST_ITEMS} single things can be named.")
    if sum(len(item.encode()) for found in tidy.values() for item in found) > MOST_BYTES:
        raise BadInput("So many single things do not fit into one yes; name fewer, or the whole kind.")
    return tidy


def narrower(
    asked: Grant,
    *,
    at: datetime,
    kinds: Collection[str] | None,
    until: datetime | None,
    items: Items | None,
    max_uses: int | None,
) -> Grant:
    """Return what is left of an ask after a person allowed less of it; None leaves as much as was asked.

    Raises BadInput when it would be more than was asked, or nothing.
    """
    allowed = tuple(kind for kind in asked.kinds if kinds is None or kind in kinds)
    if not allowed or (kinds is not None and set(kinds) - set(asked.kinds)):
        raise BadInput("A yes covers at least one of the kinds of data that were asked for, and no other.")
    end = until or asked.until
    if not at < end <= asked.until:
        raise BadInput("A yes ends in the future, and no later than was asked for.")
    uses = asked.max_uses if max_uses is None else max_uses
    if uses is not None and not 0 < uses <= (asked.max_uses or MOST_USES):
        raise BadInput("A yes is for at least one use, and for no more than were asked for.")
    return replace(asked, kinds=allowed, until=end, max_uses=uses, items=_items(asked, allowed, items))


def _items(asked: Grant, kinds: Collection[str], items: Items | None) -> Items:
    """What was asked for by name, cut down to what is allowed."""
    given = narrowed(items or {}, kinds)
    for kind, found in given.items():
        if kind in asked.items and set(found) - set(asked.items[kind]):
            raise BadInput(f"Of {kind!r}, more single things are named than were asked for.")
    return narrowed({**{kind: found for kind, found in asked.items.items() if kind in kinds}, **given}, kinds)
