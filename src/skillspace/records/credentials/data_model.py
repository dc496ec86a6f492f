"""The form of credentials and presentations, as W3C VC Data Model 2.0 (and 1.1) demands it: members, values, digests.

What JSON-LD decides (whether types and words are defined, whether a term is redefined) is found when the document is
canonicalised; what is decided here needs no such work, and holds for credentials in tokens, too. Nothing is fetched: a
related resource is compared with its digest only when its bytes are known here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.data_integrity import moment_of
from skillspace.records.credentials.model import CONTEXTS, VC_CONTEXT, VC_CONTEXT_2, Model
from skillspace.records.credentials.status_entries import check_entry
from skillspace.wire.jsonld import content_of
from skillspace.wire.multibase import from_multibase

Document = Mapping[str, object]
CREDENTIAL, PRESENTATION = "VerifiableCredential", "VerifiablePresentation"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
#: Members whose objects must say their type (VC 2.0 §4.5, §5.10).
_TYPED = (
    "credentialStatus",
    "credentialSchema",
    "refreshService",
    "termsOfUse",
    "evidence",
    "confidenceMethod",
    "renderMethod",
)
_LANGUAGE_WORDS = {"@value", "@language", "@direction"}
#: A language tag that is well formed (BCP 47), whether or not anybody speaks it.
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_OFFSET = re.compile(r".*(Z|[+-]\d\d:\d\d)")
#: The members that begin and end a credential.
PERIODS: Mapping[Model, tuple[str, str]] = {
    "1.1": ("issuanceDate", "expirationDate"),
    "2.0": ("validFrom", "validUntil"),
}
_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_=-]+)")
_SRI_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
#: A multihash says first by which function, and how long: SHA-256 in 32 bytes, SHA-384 in 48.
_MULTIHASHES = {b"\x12\x20": "sha256", b"\x20\x30": "sha384"}


def check_credential(credential: Document, *, exact: bool = False) -> Model:
    """Check a credential's form, whether or not it is signed yet, and return its data model.

    `exact` demands the offset of every moment: whoever reads takes one without it for UTC, whoever writes must not
    leave it out (VC 2.0 §4.9). Raises BadInput that names the member and what it must be (VC 2.0 §4, §5).
    """
    model = check_contexts(credential)
    _check_types(credential, CREDENTIAL)
    _check_id(credential, "id")
    check_party(credential.get("issuer"), "issuer")
    _check_subjects(credential.get("credentialSubject"))
    _check_period(credential, model, exact)
    for name in _TYPED:
        _check_typed(credential, name)
    for entry in _objects(credential, "credentialStatus"):
        check_entry(entry)
    for schema in _objects(credential, "credentialSchema"):
        if "id" not in schema:
            raise BadInput("A credentialSchema needs an id: the URL of the schema.")
    for holder in (credential, credential.get("issuer")):
        for name in ("name", "description"):
            if isinstance(holder, Mapping) and name in holder:
                _check_text(holder[name], name)
    _check_related(credential)
    return model


def check_presentation(presentation: Document) -> Model:
    """Check a presentation's own form, not that of what it holds, and return its data model; raises BadInput."""
    model = check_contexts(presentation)
    _check_types(presentation, PRESENTATION)
    _check_id(presentation, "id")
    if "holder" in presentation:
        check_party(presentation["holder"], "holder")
    for name in ("termsOfUse", "refreshService"):
        _check_typed(presentation, name)
    if not all(isinstance(each, Mapping) for each in _listed(presentation.get("verifiableCredential", []))):
        raise BadInput("verifiableCredential must hold credentials as objects, not texts or numbers.")
    return model


def check_contexts(document: Document) -> Model:
    """Check that @context is a list that begins with a data model's own; return which. Raises BadInput."""
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not contexts or not isinstance(contexts[0], str):
        raise BadInput(f"@context must be a list that begins with {VC_CONTEXT_2} (or {VC_CONTEXT}).")
    if contexts[0] not in CONTEXTS:
        raise BadInput(f"The first @context must be {VC_CONTEXT_2} or {VC_CONTEXT}.")
    for each in contexts[1:]:
        if not (isinstance(each, Mapping) or (isinstance(each, str) and _URL.fullmatch(each))):
            raise BadInput(f"Every @context must be a URL or an object, not {str(each)[:60]!r}.")
    return CONTEXTS[contexts[0]]


def check_party(value: object, name: str) -> str:
    """Return the URL of an issuer or a holder, written as a text or as an object with an id; raise BadInput."""
    found = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(found, str) or not _URL.fullmatch(found):
        raise BadInput(f"{name} must be a URL, or an object with an id that is one.")
    return found


def _check_types(document: Document, needed: str) -> None:
    types = _listed(document.get("type"))
    if not types or not all(isinstance(each, str) and each for each in types):
        raise BadInput("type must be a text, or a list of texts.")
    if needed not in types:
        raise BadInput(f"One of the types must be {needed}.")


def _check_id(holder: Document, name: str) -> None:
    if "id" in holder and not (isinstance(holder["id"], str) and _URL.fullmatch(holder["id"])):
        raise BadInput(f"{name} must be a single URL.")


def _check_subjects(value: object) -> None:
    subjects = _listed(value)
    if not subjects or not all(isinstance(each, Mapping) and each for each in subjects):
        raise BadInput("credentialSubject must be an object that says something, or a list of such objects.")
    for each in subjects:
        if isinstance(each, Mapping):
            _check_id(each, "credentialSubject.id")


def _check_period(credential: Document, model: Model, exact: bool) -> None:
    first, last = PERIODS[model]
    if model == "1.1" and first not in credential:
        raise BadInput("A credential of the 1.1 model needs its issuanceDate.")
    named = [name for name in (first, last) if name in credential]
    moments = [moment_of(credential[name], name) for name in named]
    if exact and not all(_OFFSET.fullmatch(str(credential[name])) for name in named):
        raise BadInput(f"{' and '.join(named)} must say the offset from UTC (2026-11-21T08:00:00Z).")
    if moments != sorted(moments):
        raise BadInput(f"{last} lies before {first}.")


def _check_typed(document: Document, name: str) -> None:
    for each in _objects(document, name):
        types = _listed(each.get("type"))
        if not types or not all(isinstance(kind, str) and kind for kind in types):
            raise BadInput(f"{name} needs a type.")
        _check_id(each, f"{name}.id")


def _check_text(value: object, name: str) -> None:
    """A text, or one with its language and direction, or several such (VC 2.0 §4.6, §11.1)."""
    said = _listed(value)
    if not said or not all(isinstance(each, str) or _is_worded(each) for each in said):
        raise BadInput(f"{name} must be a text, or an object of @value, @language and @direction alone.")


def _is_worded(value: object) -> bool:
    """A text that says its language, well formed, and may say its direction."""
    if not isinstance(value, Mapping) or not set(value) <= _LANGUAGE_WORDS or not isinstance(value.get("@value"), str):
        return False
    language, direction = value.get("@language", "und"), value.get("@direction", "ltr")
    return isinstance(language, str) and bool(_LANGUAGE.fullmatch(language)) and direction in ("ltr", "rtl")


def _check_related(credential: Document) -> None:
    """Related resources have a URL each, and a digest that fits where their bytes are known here (VC 2.0 §5.3)."""
    seen = set()
    for each in _objects(credential, "relatedResource"):
        _check_id(each, "relatedResource.id")
        address = each.get("id")
        if not isinstance(address, str):
            raise BadInput("A relatedResource needs an id: the URL of the resource.")
        if address in seen:
            raise BadInput(f"relatedResource names {address[:100]} twice.")
        seen.add(address)
        digests = [*_digests(each)]
        if not digests:
            raise BadInput(f"The relatedResource {address[:100]} needs a digestSRI or a digestMultibase.")
        content = content_of(address)
        if content is not None and any(hashlib.new(name, content).digest() != digest for name, digest in digests):
            raise BadInput(f"The relatedResource {address[:100]} is not what its digest says.")


def _digests(resource: Document) -> Iterator[tuple[str, bytes]]:
    for written in _listed(resource.get("digestSRI")):
        for one in str(written).split():
            yield _sri(one)
    for written in _listed(resource.get("digestMultibase")):
        raw = from_multibase(str(written))
        yield (_MULTIHASHES[raw[:2]], raw[2:]) if len(raw) > 32 and raw[:2] in _MULTIHASHES else ("sha256", raw)


def _sri(text: str) -> tuple[str, bytes]:
    """Subresource Integrity: the function's name, and the digest in base64; some write it in hexadecimal instead."""
    parts = _SRI.fullmatch(text)
    if parts is None:
        raise BadInput(f"A digestSRI is written like sha384-…, not {text[:60]!r}.")
    name, digest = parts.groups()
    length = _SRI_BYTES[name]
    try:
        if len(digest) == 2 * length:
            return name, bytes.fromhex(digest)
        plain = digest.rstrip("=").replace("-", "+").replace("_", "/")
        return name, base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        raise BadInput(f"A digestSRI is written like sha384-…, not {text[:60]!r}.") from None


def _objects(document: Document, name: str) -> list[Document]:
    """The objects under a member that has one or several; raise BadInput for anything that is no object."""
    if name not in document:
        return []
    found = _listed(document[name])
    if not found or not all(isinstance(each, Mapping) for each in found):
        raise BadInput(f"{name} must be an object, or a list of objects.")
    return [each for each in found if isinstance(each, Mapping)]


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
