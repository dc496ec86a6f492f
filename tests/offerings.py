"""What another organisation offers people, as its catalog was read."""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.exchange.catalog.model import CrawledOffering
from skillspace.storage.database import Work
from skillspace.trust.policy import offer_rules


def to_gather(
    work: Work, provider: str, name: str, kind: str, *, title: Mapping[str, str], description: Mapping[str, str]
) -> CrawledOffering:
    """An offering whose records come to people's own spaces, with their yes."""
    return CrawledOffering(
        provider=provider,
        id=name,
        title=title,
        description=description,
        kinds=(kind,),
        personal=True,
        purposes=("gather",),
        media_type="application/json",
        formats=("HttpData-PULL",),
        offer=offer_rules(purposes=["gather"]),
        retention_days=None,
        updated=work.now,
        seen_at=work.now,
    )
