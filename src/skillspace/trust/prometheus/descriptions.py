"""Their self-descriptions: participants, offerings, data, software, infrastructure, representations, ecosystems."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.trust.prometheus.contracts import ecosystem_draft
from skillspace.trust.prometheus.model import Loss, Read
from skillspace.trust.prometheus.parts import Identities, Part, did_of, tail, top, vocabulary
from skillspace.trust.prometheus.rules import turn_policies

#: A country, or a region of one (ISO 3166).
_COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_NO_DID = "A catalogue's address is no identity: the organisation joins with a node and a key of its own."
_OPAQUE = "It is a number in their catalogue, which nothing here can look up; choose the kinds of data by hand."
_NEEDED = "Addresses in their system; a node of ours names its own."


def read_self_description(document: object, identities: Identities | None = None) -> Read:
    """Read a self-description; `identities` maps their addresses of participants to DIDs.

    Raises BadInput for another shape. What comes out is a draft: an offering is on offer once its provider puts it
    into its own catalogue.
    """
    losses: list[Loss] = []
    part = top(document, losses)
    written = tail(part.text("@type")).rsplit(":", 1)[-1].rsplit("#", 1)[-1].lower()
    if written not in _READERS:
        raise BadInput(f"“{written[:60]}” is no type of self-description; there are {', '.join(sorted(_READERS))}.")
    kind, reader = _READERS[written]
    source = part.source()
    content = {"source": source} | reader(part, identities or {})
    part.rest()
    return Read(kind=kind, source=source, content=content, losses=tuple(losses))


def _participant(part: Part, identities: Identities) -> dict[str, Any]:
    did = did_of(part.text("did"), identities) or did_of(part.source(), identities)
    if did is None:
        part.drop("did", _NO_DID)
    legal = part.part("legalPerson")
    number, parents = "", []
    countries: list[str] = []
    if legal is not None:
        number = legal.text("registrationNumber")
        for name in ("headquartersAddress", "legalAddress"):
            address = legal.part(name)
            if address is not None:
                countries.append(_country(address, countries))
                address.rest()
        parents = legal.texts("parentOrganization")
        legal.lose_if_said("subOrganization", "It follows from the parents the others name.")
        legal.rest()
    part.lose_if_said("dataspaceEndpoint", _NEEDED)
    part.lose_if_said("urls", _NEEDED)
    part.lose_if_said("endpoints", _NEEDED)
    part.lose_if_said("selfDescriptionURL", _NEEDED)
    return {
        "name": part.text("legalName") or part.text("name"),
        "did": did,
        "registration_number": number,
        "country": next((one for one in countries if one), ""),
        "parents": parents,
        "terms": part.text("termsAndConditions"),
    }


def _offering(part: Part, identities: Identities) -> dict[str, Any]:
    provider = _first(part, "providedBy")
    parts = part.texts("aggregationOf")
    if any("resource" not in one.lower() for one in parts):
        part.lose("aggregationOf", "Whether a part is data or a service is not said by its address.")
    price: dict[str, Any] = {name: part.text(name) for name in ("pricing", "currency", "pricingDescription")}
    price |= {name: _tails(part, name) for name in ("pricingModel", "businessModel")}
    for name in ("setupFee", "costPerAPICall", "pricingPeriod", "maximumConsumption", "maximumPerformance"):
        part.lose_if_said(name, "A price has one form here: the clauses on money; write it there.")
    for name in ("dataAccountExport", "dataProtectionRegime"):
        part.lose_if_said(name, "What is promised about data stands in the clauses of a contract.")
    for name in ("compliantServiceOfferingVC", "serviceOfferingVC"):
        part.lose_if_said(name, "Nothing is believed because of it: theirs is a placeholder, ours is issued anew.")
    return _described(part, provider, identities) | {
        "datasets": _both(part, "dataResources", parts),
        "services": _both(part, "softwareResources", parts),
        "needs": part.texts("dependsOn"),
        "price": price,
        "terms": part.text("termsAndConditions"),
        "is_visible": part.flag("visible"),
    }


def _data(part: Part, identities: Identities) -> dict[str, Any]:
    provider = _first(part, "providedBy")
    part.lose_if_said("anonymized_extract", "A sample is made anew: whether nobody is in it has to be looked at.")
    part.lose_if_said("representation", "How data are fetched is set at the provider's node, with its own access.")
    part.lose_if_said("apiResponseRepresentation", "How data are fetched is set at the provider's node.")
    described = _described(part, provider, identities)
    if (personal := part.flag("containsPII")) is None:
        part.drop(
            "containsPII", "It does not say whether data are about people; here they count as such until it is said."
        )
    return described | {
        "personal": personal is not False,
        "kinds": _kinds(part),
        "licences": part.texts("license"),
        "expires": part.moment("expirationDateTime") or part.moment("obsoleteDateTime"),
        "is_sent_to_a_service": part.flag("isPayloadForAPI"),
    }


def _software(part: Part, identities: Identities) -> dict[str, Any]:
    provider = _first(part, "providedBy")
    part.lose_if_said("representation", "How a service is called is set at its own node.")
    for name in ("retention_period", "recipient_third_parties", "jurisdiction"):
        part.lose_if_said(name, "It is a promise about people's data; write it as a clause of a contract.")
    described = _described(part, provider, identities)
    return described | {
        "personal": part.flag("usePII") is not False,
        "is_api": part.flag("isAPI"),
        "kinds": _kinds(part),
        "licences": part.texts("license"),
    }


def _infrastructure(part: Part, identities: Identities) -> dict[str, Any]:
    provider = _first(part, "providedBy")
    for name in ("costPerAPICall", "maximumConsumption", "pricing"):
        part.lose_if_said(name, "A price has one form here: the clauses on money; write it there.")
    described = _described(part, provider, identities)
    return described | {"takes": part.texts("inputFormat"), "gives": part.texts("outputFormat")}


def _representation(part: Part, _: Identities) -> dict[str, Any]:
    part.lose_if_said("sql", "A statement from elsewhere is never run; the provider writes its own, with parameters.")
    part.lose_if_said("proxy", "Which way a node reaches its own source is its own setting.")
    return {
        "type": part.text("type") or "REST",
        "address": part.text("url"),
        "method": part.text("method"),
        "format": part.text("mimeType"),
        "parameters": part.texts("queryParams"),
    }


def _ecosystem(part: Part, identities: Identities) -> dict[str, Any]:
    return ecosystem_draft(part, identities)


def _described(part: Part, provider: str, identities: Identities) -> dict[str, Any]:
    """What offerings, data and services have in common."""
    policies = part.parts("policy")
    rules = turn_policies(policies, provider)
    if rules.policy is None and policies:
        part.drop("policy", "What is offered gets the rules its provider writes anew, and is not on offer until then.")
    did = did_of(provider, identities)
    if did is None:
        part.drop("providedBy", _NO_DID)
    if part.flag("archived"):
        part.drop("archived", "It was taken from offer there; it is a draft here like everything else.")
    return {
        "name": part.text("name") or part.text("title"),
        "description": part.text("description"),
        "provider": did,
        "provided_by": provider,
        "keywords": part.texts("keywords"),
        "policy": rules.policy,
    }


def _first(part: Part, name: str) -> str:
    """One organisation where several may be named: who has the data answers for them."""
    named = part.texts(name)
    if len(named) > 1:
        part.correct(name, "Several are named; the first one answers for it here.")
    return named[0] if named else ""


def _kinds(part: Part) -> list[str]:
    known: Mapping[str, str] = vocabulary()["kinds"]
    named: list[str] = []
    for name in ("category", "subCategories"):
        said = part.texts(name)
        if any(tail(one) not in known for one in said):
            part.lose(name, _OPAQUE)
        named += said
    return list(dict.fromkeys(known[tail(one)] for one in named if tail(one) in known))


def _country(address: Part, before: list[str]) -> str:
    code = address.text("countryCode")
    if code and not _COUNTRY.fullmatch(code):
        address.lose("countryCode", "It is no code of a country (ISO 3166).")
        return ""
    if len(code) > 2:
        address.lose("countryCode", "Of a region only its country is carried.", is_correction=True)
    if before and code[:2] != before[0]:
        address.lose("countryCode", "One country is carried, that of the headquarters.")
    return code[:2]


def _both(part: Part, name: str, parts: list[str]) -> list[str]:
    """What an offering is made of, whether it says so by kind or all together."""
    word = name.lower()
    return list(dict.fromkeys([*part.texts(name), *(one for one in parts if word in one.lower())]))


def _tails(part: Part, name: str) -> list[str]:
    return [tail(one) for one in part.texts(name)]


_READERS: Mapping[str, tuple[str, Callable[[Part, Identities], dict[str, Any]]]] = {
    "participant": ("organisation", _participant),
    "legalparticipant": ("organisation", _participant),
    "serviceoffering": ("offering", _offering),
    "dataresource": ("dataset", _data),
    "softwareresource": ("service", _software),
    "infrastructureservice": ("infrastructure", _infrastructure),
    "representation": ("source", _representation),
    "ecosystem": ("ecosystem", _ecosystem),
}
TYPES = frozenset(_READERS)
