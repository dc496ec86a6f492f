"""Accreditations in the EU's form: elm:Accreditation in XML, as quality agencies give them to the Qualifications
Dataset Register (European Learning Model v3, accreditation profile).

The form is not signed; whoever vouches for it signs the list that is made from it (`lists.write_list`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from pydantic import ValidationError

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.files.xml import Element, every, first, name_of, namespace_of, parse_xml, text_at
from skillspace.trust.issuers.accreditation import LEGAL_NAME, Accreditation, vat_name
from skillspace.trust.issuers.lists import MAX_ACCREDITATIONS, MAX_LIST_BYTES

NAMESPACE = "http://data.europa.eu/snb/model/ap/ams-constraints/"
_EQF = "http://data.europa.eu/snb/eqf/"
_ISCED_F = "http://data.europa.eu/snb/isced-f/"


def read_elm(document: bytes) -> tuple[Accreditation, ...]:
    """Return the accreditations of an XML document of the profile; raises UnreadableFile naming what does not fit.

    An accreditation begins with the later of its decision and its first valid day, and without the one it has none; a
    limit of a kind that is not understood makes the document unreadable, because leaving it out would widen it.
    """
    if len(document) > MAX_LIST_BYTES:
        raise UnreadableFile(f"The file is larger than {MAX_LIST_BYTES:,} bytes.")
    root = parse_xml(document)
    if name_of(root) != "Accreditations" or namespace_of(root) != NAMESPACE:
        raise UnreadableFile(f"This is no list of accreditations: <Accreditations xmlns={NAMESPACE!r}> was expected.")
    organisations = {each.get("id"): each for each in every(root, "agentReferences/organisation") if each.get("id")}
    listed = list(every(root, "accreditationReferences/accreditation"))
    if not listed or len(listed) > MAX_ACCREDITATIONS:
        raise UnreadableFile(f"The list holds {len(listed):,} accreditations; 1 to {MAX_ACCREDITATIONS:,} are read.")
    return tuple(_accreditation(each, organisations.get) for each in listed)


def _accreditation(element: Element, organisation: Callable[[str | None], Element | None]) -> Accreditation:
    place = str(element.get("id") or "without an id")[:200]
    unknown = {name_of(each) for each in element if name_of(each).startswith("limit")} - _LIMITS.keys()
    if unknown:
        raise UnreadableFile(f"The accreditation {place} has a limit that is not understood: {min(unknown)}.")
    about = organisation(_reference(element, "organisation"))
    by = organisation(_reference(element, "accreditingAgent"))
    if about is None or by is None:
        raise UnreadableFile(f"The accreditation {place} does not say of whom, or by whom, it is.")
    begins = [moment for tag in ("issued", "valid") if (moment := _moment(element, tag, place))]
    limits: dict[str, list[object]] = {}
    for tag, (name, read) in _LIMITS.items():
        limits.setdefault(name, []).extend(read(_uri(each, place), place) for each in every(element, tag))
    try:
        return Accreditation(
            names=tuple(dict.fromkeys(_names(about))),
            organisation=_name(about),
            by=_name(by),
            since=max(begins, default=None),
            until=_moment(element, "expiryDate", place),
            **{name: tuple(dict.fromkeys(found)) for name, found in limits.items()},  # type: ignore[arg-type]
        )
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in found["loc"])
        raise UnreadableFile(f"The accreditation {place} does not fit: {where}: {found['msg']}.") from None


def _level(uri: str, place: str) -> object:
    level = uri.removeprefix(_EQF)
    if level not in set("12345678"):
        raise UnreadableFile(f"The accreditation {place} has {uri[:100]!r}, which is no EQF level.")
    return int(level)


def _field(uri: str, place: str) -> object:
    code = uri.removeprefix(_ISCED_F)
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4):
        raise UnreadableFile(f"The accreditation {place} has {uri[:100]!r}, which is no field of ISCED-F.")
    return code


def _as_it_is(uri: str, _place: str) -> object:
    return uri


_LIMITS: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "limitEQFLevel": ("levels", _level),
    "limitField": ("fields", _field),
    "limitCredentialType": ("profiles", _as_it_is),
    "limitQualification": ("qualifications", _as_it_is),
    "limitAbstractProgramme": ("qualifications", _as_it_is),
    "limitJurisdiction": ("places", _as_it_is),
}


def _uri(element: Element, place: str) -> str:
    uri = element.get("uri") or element.get("idref")
    if not uri:
        raise UnreadableFile(f"The accreditation {place} has a {name_of(element)} without a URI.")
    return str(uri)


def _reference(element: Element, tag: str) -> str | None:
    found = first(element, tag)
    return found.get("idref") if found is not None else None


def _names(organisation: Element) -> Iterator[str]:
    """What an organisation can be recognised by: its own identifier, a DID, and numbers that name their country.

    A number alone might be another organisation's in another country.
    """
    yield str(organisation.get("id"))
    for tag in ("identifier", "eidasLegalIdentifier", "registration", "taxIdentifier"):
        for each in every(organisation, tag):
            written = text_at(each, "notation") or ""
            if written.startswith("did:") or LEGAL_NAME.fullmatch(written):
                yield written
    for each in every(organisation, "vatIdentifier"):
        if name := vat_name(text_at(each, "notation") or ""):
            yield name


def _name(organisation: Element) -> str:
    named = [*every(organisation, "legalName"), *every(organisation, "prefLabel"), *every(organisation, "altLabel")]
    words = [(each.get("language"), (each.text or "").strip()) for each in named]
    english = next((text for language, text in words if language == "en" and text), "")
    return (english or next((text for _, text in words if text), "") or str(organisation.get("id")))[:500]


def _moment(element: Element, tag: str, place: str) -> datetime | None:
    written = text_at(element, tag)
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise UnreadableFile(f"The accreditation {place} has a {tag} that is no moment: {written[:40]!r}.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
