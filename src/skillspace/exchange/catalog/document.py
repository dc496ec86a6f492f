"""Catalog documents (DCAT terms, DSP 2025-1 §5): strict when we write, tolerant when we read another's.

What the protocol has no word for travels under absolute IRIs, so that JSON-LD readers keep it and others pass it by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from skillspace.exchange.catalog.model import CrawledOffering, Offering, is_offering_id, offer_of
from skillspace.exchange.messages import CONTEXT, check_storable
from skillspace.exchange.odrl import check_offer
from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput

DCT = "http://purl.org/dc/terms/"
TITLE, DESCRIPTION, MODIFIED = f"{DCT}title", f"{DCT}description", f"{DCT}modified"
MEDIA_TYPE = "http://www.w3.org/ns/dcat#mediaType"
OWN = "urn:skillspace:term:"
KIND, PERSONAL, PURPOSE, RETENTION = f"{OWN}kind", f"{OWN}personal", f"{OWN}purpose", f"{OWN}retentionDays"
MAX_TEXT = 2000
MAX_OFFERINGS = 10_000
MAX_DAYS = 365 * 200


def write_catalog(own_did: str, endpoint: str, title: str, offerings: Iterable[Offering]) -> dict[str, Any]:
    """Write the whole catalog; without offerings it has no `dataset` (an empty list would not be valid)."""
    datasets = [_dataset(own_did, endpoint, offering) for offering in offerings]
    catalog = {
        "@context": [CONTEXT],
        "@id": f"{endpoint}/catalog",
        "@type": "Catalog",
        TITLE: title,
        "participantId": own_did,
        "service": [_service(endpoint)],
    }
    return catalog | ({"dataset": datasets} if datasets else {})


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
    distribution = {
        "@type": "Distribution",
        "format": offering.format,
        "accessService": _service(endpoint),
        MEDIA_TYPE: offering.media_type,
    }
    return {
        "@id": offering.id,
        "@type": "Dataset",
        **{name: value for name, value in described.items() if value not in (None, [])},
        "hasPolicy": [offer_of(own_did, offering)],
        "distribution": [distribution],
    }


def _service(endpoint: str) -> dict[str, Any]:
    return {"@id": f"{endpoint}#service", "@type": "DataService", "endpointURL": endpoint}


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"@value": text} | ({"@language": language} if language else {}) for language, text in texts.items() if text
    ]


def read_catalog(document: Mapping[str, Any], provider: str, seen_at: datetime) -> tuple[list[CrawledOffering], int]:
    """Read what `provider` offers; return it with the number of datasets that could not be read.

    Raises BadInput when the document is not a catalog or speaks for another participant.
    """
    if document.get("@type") not in ("Catalog", ["Catalog"]):
        raise BadInput(f"{provider} did not answer with a Catalog.")
    if document.get("participantId") != provider:
        raise BadInput(f"The catalog of {provider} says it is of {str(document.get('participantId'))[:100]}.")
    found: dict[str, CrawledOffering] = {}
    broken = 0
    for dataset in _listed(document.get("dataset"))[:MAX_OFFERINGS]:
        try:
            offering = read_dataset(dataset, provider, seen_at)
            found.setdefault(offering.id, offering)
        except BadInput:
            broken += 1
    return list(found.values()), broken


def read_dataset(dataset: object, provider: str, seen_at: datetime) -> CrawledOffering:
    """Read one dataset with its first offer; raise BadInput when it has no id, no well-formed offer, or no format."""
    check_storable(dataset)
    if not isinstance(dataset, dict) or not is_offering_id(dataset.get("@id")):
        raise BadInput("A dataset needs an @id.")
    offers = [offer for offer in _listed(dataset.get("hasPolicy")) if isinstance(offer, dict)]
    distributions = [part for part in _listed(dataset.get("distribution")) if isinstance(part, dict)]
    formats = tuple(str(part["format"]) for part in distributions if isinstance(part.get("format"), str))
    if not offers or not formats:
        raise BadInput(f"The dataset {dataset['@id'][:100]} offers no policy or no format.")
    offer = check_offer(offers[0])
    if "target" in offer:
        raise BadInput(f"The offer of {dataset['@id'][:100]} names a target, which an offer in a catalog must not.")
    retention = _value(dataset.get(RETENTION))
    return CrawledOffering(
        provider=provider,
        id=dataset["@id"],
        title=_by_language(dataset.get(TITLE, dataset.get("dct:title", dataset.get("title")))),
        description=_by_language(dataset.get(DESCRIPTION, dataset.get("dct:description", dataset.get("description")))),
        kinds=_words(dataset.get(KIND)),
        # A catalog that does not say so may hold personal data: it is handled as such.
        personal=_value(dataset.get(PERSONAL)) is not False,
        purposes=_words(dataset.get(PURPOSE)),
        media_type=str(_value(distributions[0].get(MEDIA_TYPE)) or "application/octet-stream")[:200],
        formats=formats,
        offer=offer,
        retention_days=retention if type(retention) is int and 0 <= retention <= MAX_DAYS else None,
        updated=_moment(_value(dataset.get(MODIFIED))),
        seen_at=seen_at,
    )


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _value(value: object) -> object:
    """Return the literal of a JSON-LD value: plain, in a list of one, or under @value."""
    single = value[0] if isinstance(value, list) and len(value) == 1 else value
    return single.get("@value") if isinstance(single, dict) else single


def _words(value: object) -> tuple[str, ...]:
    words = (_value(item) for item in _listed(value))
    return tuple(word[:200] for word in words if isinstance(word, str))


def _by_language(value: object) -> dict[str, str]:
    texts: dict[str, str] = {}
    for item in _listed(value):
        text = _value(item)
        language = item.get("@language", "") if isinstance(item, dict) else ""
        if isinstance(text, str) and isinstance(language, str):
            texts.setdefault(language[:35], text[:MAX_TEXT])
    return texts


def _moment(value: object) -> datetime | None:
    try:
        return from_iso(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
