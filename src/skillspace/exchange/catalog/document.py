"""Writing catalogs and datasets (DCAT terms, DSP 2025-1 §5), strictly by the official schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from skillspace.exchange.catalog.model import Offering, Reference, offers_of
from skillspace.exchange.catalog.terms import (
    CATALOG_FORMAT,
    DESCRIPTION,
    KIND,
    MEDIA_TYPE,
    MODIFIED,
    PERSONAL,
    PURPOSE,
    RETENTION,
    TITLE,
)
from skillspace.exchange.dialects import CONTEXT
from skillspace.kernel.clock import iso


def write_catalog(
    own_did: str, endpoint: str, title: str, offerings: Iterable[Offering], references: Iterable[Reference] = ()
) -> dict[str, Any]:
    """Write a catalog, or one page of it; `references` are the catalogs of others that it names.

    What there is none of is left out: an empty list would not be valid.
    """
    parts = {
        "dataset": [_dataset(own_did, endpoint, offering) for offering in offerings],
        "catalog": [_reference(reference) for reference in references],
    }
    catalog = {
        "@context": [CONTEXT],
        "@id": f"{endpoint}/catalog",
        "@type": "Catalog",
        TITLE: title,
        "participantId": own_did,
        "service": [_service(endpoint)],
    }
    return catalog | {name: listed for name, listed in parts.items() if listed}


def write_dataset(own_did: str, endpoint: str, offering: Offering) -> dict[str, Any]:
    """Write one dataset as its own document."""
    return {"@context": [CONTEXT], **_dataset(own_did, endpoint, offering)}


def _dataset(own_did: str, endpoint: str, offering: Offering) -> dict[str, Any]:
    described: dict[str, Any] = {
        TITLE: _texts(offering.title),
        DESCRIPTION: _texts(offering.description),
        MODIFIED: iso(offering.updated),
        PERSONAL: offering.personal,
        KIND: list(offering.kinds),
        PURPOSE: list(offering.purposes),
        RETENTION: offering.retention_days,
    }
    distributions = [
        {
            "@type": "Distribution",
            "format": name,
            "accessService": _service(endpoint),
            MEDIA_TYPE: offering.media_type,
        }
        for name in offering.formats
    ]
    return {
        "@id": offering.id,
        "@type": "Dataset",
        **{name: value for name, value in described.items() if value not in (None, [])},
        "hasPolicy": list(offers_of(own_did, offering)),
        "distribution": distributions,
    }


def _reference(reference: Reference) -> dict[str, Any]:
    """Name another participant's catalog: whose it is and where to ask for it, and nothing of what is in it."""
    service = _service(reference.endpoint)
    return {
        "@id": f"{reference.endpoint}/catalog",
        "@type": "Catalog",
        "participantId": reference.participant,
        "distribution": [{"@type": "Distribution", "format": CATALOG_FORMAT, "accessService": service}],
        "service": [service],
    }


def _service(endpoint: str) -> dict[str, Any]:
    return {"@id": f"{endpoint}#service", "@type": "DataService", "endpointURL": endpoint}


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"@value": text} | ({"@language": language} if language else {}) for language, text in texts.items() if text
    ]
