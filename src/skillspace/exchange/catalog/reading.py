"""Reading the catalogs of others, tolerantly, and never letting one participant speak in another's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from skillspace.exchange.catalog.links import origin
from skillspace.exchange.catalog.model import CrawledOffering, Reference, is_offering_id
from skillspace.exchange.catalog.terms import (
    DESCRIPTION,
    KIND,
    MEDIA_TYPE,
    MODIFIED,
    PERSONAL,
    PURPOSE,
    RETENTION,
    TITLE,
)
from skillspace.exchange.odrl import check_offer
from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput

MAX_TEXT = 2000
MAX_OFFERS = 20
#: Datasets of one answer, and catalogs within catalogs; what is beyond is counted as skipped.
MAX_DATASETS, MAX_NESTING, MAX_REFERENCES = 10_000, 4, 1000
MAX_DAYS = 365 * 200


@dataclass(kw_only=True)
class PageRead:
    """What one answer held: `skipped` counts datasets without an id, a well-formed offer or a format."""

    offerings: list[CrawledOffering] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where in the document we are: in whose catalog, with which services, how deep."""

    asked: str
    participant: str
    endpoint: str | None
    services: Mapping[str, str]
    depth: int


def read_page(document: Mapping[str, Any], provider: str, seen_at: datetime, *, own_id: str | None = None) -> PageRead:
    """Read what `provider` answered (and the channel found storable), one page or all, and the catalogs within it.

    A catalog within that names another participant is hearsay: its offerings are that participant's, `told_by` the
    provider; `own_id` is who we are, of whom nobody can tell us anything. Raises BadInput when the document is not a
    catalog or speaks for another participant.
    """
    if document.get("@type") not in ("Catalog", ["Catalog"]):
        raise BadInput(f"{provider} did not answer with a Catalog.")
    if document.get("participantId") != provider:
        raise BadInput(f"The catalog of {provider} says it is of {str(document.get('participantId'))[:100]}.")
    page = PageRead()
    place = _Place(asked=provider, participant=provider, endpoint=None, services=_services(document), depth=0)
    _read_catalog(document, place, page, seen_at)
    page.offerings = [one for one in page.offerings if one.provider != own_id]
    page.references = list(dict.fromkeys(one for one in page.references if one.participant != own_id))
    return page


def read_dataset(dataset: object, provider: str, seen_at: datetime) -> CrawledOffering:
    """Read one dataset; raise BadInput when it has no id, no well-formed offer, or no format."""
    return _offering(
        dataset, _Place(asked=provider, participant=provider, endpoint=None, services={}, depth=0), seen_at
    )


def _read_catalog(catalog: Mapping[str, Any], place: _Place, page: PageRead, seen_at: datetime) -> None:
    datasets, catalogs = _listed(catalog.get("dataset")), _listed(catalog.get("catalog"))
    # Some list catalogs among the datasets.
    catalogs += [one for one in datasets if _is_catalog(one)]
    for dataset in datasets:
        if _is_catalog(dataset):
            continue
        if len(page.offerings) + page.skipped >= MAX_DATASETS:
            page.skipped += 1
            continue
        try:
            page.offerings.append(_offering(dataset, place, seen_at))
        except BadInput:
            page.skipped += 1
    for nested in catalogs:
        if not isinstance(nested, dict) or place.depth >= MAX_NESTING or len(page.references) >= MAX_REFERENCES:
            page.skipped += 1
            continue
        _read_nested(nested, place, page, seen_at)


def _read_nested(nested: Mapping[str, Any], place: _Place, page: PageRead, seen_at: datetime) -> None:
    named = nested.get("participantId", place.participant)
    if not is_offering_id(named):
        page.skipped += 1
        return
    services = _services(nested)
    endpoint = next(iter(services.values()), place.endpoint if named == place.participant else None)
    inner = replace(
        place, participant=named, endpoint=endpoint, services={**place.services, **services}, depth=place.depth + 1
    )
    if nested.get("dataset") or nested.get("catalog"):
        _read_catalog(nested, inner, page, seen_at)
    elif services:
        page.references.append(Reference(participant=named, endpoint=next(iter(services.values()))))
    else:
        page.skipped += 1


def _offering(dataset: object, place: _Place, seen_at: datetime) -> CrawledOffering:
    if not isinstance(dataset, dict) or not is_offering_id(dataset.get("@id")):
        raise BadInput("A dataset needs an @id.")
    distributions = [part for part in _listed(dataset.get("distribution")) if isinstance(part, dict)]
    formats = tuple(dict.fromkeys(name for part in distributions if (name := _format(part))))
    if not formats:
        raise BadInput(f"The dataset {dataset['@id'][:100]} has no format.")
    first, *others = _offers(dataset, distributions)
    retention = _value(dataset.get(RETENTION))
    media_type = next((kind for part in distributions if (kind := _value(part.get(MEDIA_TYPE)))), None)
    return CrawledOffering(
        provider=place.participant,
        id=dataset["@id"],
        title=_by_language(dataset.get(TITLE, dataset.get("dct:title", dataset.get("title")))),
        description=_by_language(dataset.get(DESCRIPTION, dataset.get("dct:description", dataset.get("description")))),
        kinds=_words(dataset.get(KIND)),
        # A catalog that does not say so may hold personal data: it is handled as such.
        personal=_value(dataset.get(PERSONAL)) is not False,
        purposes=_words(dataset.get(PURPOSE)),
        media_type=str(media_type or "application/octet-stream")[:200],
        formats=formats,
        offer=first,
        other_offers=tuple(others),
        retention_days=retention if type(retention) is int and 0 <= retention <= MAX_DAYS else None,
        updated=_moment(_value(dataset.get(MODIFIED))),
        seen_at=seen_at,
        endpoint=_access(distributions, place.services) or place.endpoint,
        told_by=None if place.participant == place.asked else place.asked,
    )


def _offers(dataset: Mapping[str, Any], distributions: list[Any]) -> list[dict[str, Any]]:
    """Return the offers that can be quoted; raise BadInput when there is none. A distribution may have its own."""
    given = [
        *_listed(dataset.get("hasPolicy")),
        *(one for part in distributions for one in _listed(part.get("hasPolicy"))),
    ]
    found: dict[str, dict[str, Any]] = {}
    fault: BadInput | None = None
    for offer in given[:MAX_OFFERS]:
        try:
            found.setdefault(*_quotable(offer))
        except BadInput as refusal:
            fault = refusal
    if not found:
        raise fault or BadInput(f"The dataset {dataset['@id'][:100]} has no offer.")
    return list(found.values())


def _quotable(offer: object) -> tuple[str, dict[str, Any]]:
    if not isinstance(offer, dict):
        raise BadInput("An offer must be an object.")
    checked = check_offer(offer)
    if "target" in checked:
        raise BadInput("The offer names a target, which an offer in a catalog must not.")
    return checked["@id"], checked


def _format(distribution: Mapping[str, Any]) -> str | None:
    """Return a distribution's format: a word, or an object that names one."""
    given = distribution.get("format")
    name = given.get("@id") if isinstance(given, dict) and "@id" in given else _value(given)
    return name[:200] if isinstance(name, str) and name else None


def _services(catalog: Mapping[str, Any]) -> dict[str, str]:
    """Return the addresses of a catalog's services by their id."""
    found: dict[str, str] = {}
    for service in _listed(catalog.get("service")):
        if isinstance(service, dict) and isinstance(service.get("@id", ""), str):
            address = _address(service.get("endpointURL"))
            if address:
                found.setdefault(service.get("@id", ""), address)
    return found


def _access(distributions: list[Any], services: Mapping[str, str]) -> str | None:
    for part in distributions:
        for service in _listed(part.get("accessService")):
            name = service.get("@id") if isinstance(service, dict) else service
            inline = _address(service.get("endpointURL")) if isinstance(service, dict) else None
            if address := inline or (services.get(name) if isinstance(name, str) else None):
                return address
    return None


def _address(value: object) -> str | None:
    address = _value(value)
    return _usable(address) if isinstance(address, str) and len(address) <= 2048 else None


@lru_cache(maxsize=512)
def _usable(address: str) -> str | None:
    if not is_offering_id(address[:512]):
        return None
    try:
        origin(address)
    except ValueError:
        return None
    return address.rstrip("/")


def _is_catalog(item: object) -> bool:
    return isinstance(item, dict) and item.get("@type") in ("Catalog", ["Catalog"])


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


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
