"""What is around the claims of a European digital credential: who issues it, how it is shown, from when to when."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap

from skillspace.records.credentials import VC_CONTEXT
from skillspace.records.formats.credentials.addresses import is_iri
from skillspace.records.formats.credentials.elm_terms import coined, country, language, listed, worded
from skillspace.records.formats.writing import present

CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
_SCHEMA = {"id": "http://data.europa.eu/snb/model/ap/edc-generic-full", "type": "ShaclValidator2017"}
_GENERIC = "e34929035b"
_BASE64 = "6146cde7dd"
_WIDTH, _HEIGHT, _LINE, _ROWS = 794, 1123, 44, 6  # an A4 page at 96 dots an inch; a title of six rows is a long one
Object = Mapping[str, object]


def location(words: str | None) -> Object:
    """A place: its country is asked for, and the term for what is not settled stands in; the record's words beside."""
    address = {"type": "Address", "countryCode": country(words)}
    return present(type="Location", address=address, geographicName=worded(words) if words else None)


def mention(identifier: str, name: str, tag: str = "en") -> dict[str, object]:
    """The issuer as claims name it; one without an address is told from others by a name within the document."""
    return {
        "id": identifier if is_iri(identifier) else "_:issuer",
        "type": "Organisation",
        "legalName": worded(name, tag),
    }


def issuer(
    identifier: str, name: str, *, where: str | None = None, legal: str | None = None, tag: str = "en"
) -> dict[str, object]:
    """The issuer in full. The official number is asked for: without one its own identifier stands in, called so."""
    scheme = {} if legal else {"schemeName": "identifier of the issuer"}
    number = {"type": "LegalIdentifier", "notation": legal or identifier, "spatial": country(where), **scheme}
    return {**mention(identifier, name, tag), "location": location(where), "eIDASIdentifier": number}


def other(name: str, where: str | None) -> dict[str, object]:
    """An organisation besides the issuer."""
    return {"type": "Organisation", "legalName": worded(name), "location": location(where)}


def credential(
    identifier: str, kinds: Sequence[str], *, issuer: Object, title: str, lines: Sequence[str], subject: Object,
    moment: str, until: str | None, tag: str = "en",
) -> dict[str, object]:  # fmt: skip
    """The whole credential; `lines` is what its picture says below the title, `moment` from when it holds."""
    tongue = language(tag)
    shown = {
        "type": "DisplayParameter", "title": worded(title, tag), "language": tongue, "primaryLanguage": tongue,
        "individualDisplay": {"type": "IndividualDisplay", "language": tongue, "displayDetail": _page(title, lines)},
    }  # fmt: skip
    return present(
        **{"@context": [VC_CONTEXT, CONTEXT]}, id=identifier,
        type=["VerifiableCredential", "EuropeanDigitalCredential", *kinds], issuer=issuer, issuanceDate=moment,
        issued=moment, validFrom=moment, expirationDate=until, validUntil=until,
        credentialProfiles=coined("credential", _GENERIC, "Generic"), credentialSchema=_SCHEMA,
        displayParameter=shown, credentialSubject=subject,
    )  # fmt: skip


def _page(title: str, lines: Sequence[str]) -> Object:
    """One page to look at; the profile asks for a picture, and this is the plainest there is."""
    rows = [(row, 32) for row in wrap(_printable(title), 40)[:_ROWS]]
    rows += [(row, 20) for line in lines for row in wrap(_printable(line), 64)[:_ROWS]]
    said = "".join(
        f'<text x="60" y="{120 + place * _LINE}" font-size="{size}">{escape(row)}</text>'
        for place, (row, size) in enumerate(rows)
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{said}</svg>'
    )
    image = {
        "type": "MediaObject", "content": b64encode(drawn.encode()).decode(),
        "contentType": listed("file-type", "SVG"), "contentEncoding": coined("encoding", _BASE64, "base64"),
    }  # fmt: skip
    return {"type": "DisplayDetail", "image": image, "page": 1}


def _printable(words: str) -> str:
    """Words without what XML cannot hold."""
    return "".join(letter for letter in words if letter.isprintable())
