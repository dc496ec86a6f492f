"""The text of a credential: the file itself, or what is baked into the picture that it is."""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.kernel.errors import SkillspaceError
from skillspace.records.credentials.embedded import read_document
from skillspace.records.formats.files.baking import PNG, unbake_png, unbake_svg
from skillspace.records.formats.files.opening import decode
from skillspace.records.formats.files.xml import name_of, parse_xml
from skillspace.wire.jose import read_unverified

PRESENTATION = "VerifiablePresentation"
_ENVELOPED = "EnvelopedVerifiablePresentation"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


def text_inside(raw: bytes) -> str:
    """Return the credential's text; raises UnreadableFile for a picture without one, and what is no text."""
    if raw.startswith(PNG):
        return unbake_png(raw).strip()
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return unbake_svg(parse_xml(raw)).strip()
    return decode(raw).strip()


def is_picture(raw: bytes) -> bool:
    """Whether this is a picture that may have a badge in it: PNG or SVG."""
    if raw.startswith(PNG):
        return True
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    try:
        return name_of(parse_xml(raw)) == "svg"
    except SkillspaceError:
        return False


def presentation_in(text: str) -> Mapping[str, object] | None:
    """Return the presentation that a text is, a signed one in the envelope it is checked in; None for anything else."""
    if text.startswith("{"):
        document = read_document(text)
        kinds = document.get("type")
        named = kinds if isinstance(kinds, list) else [kinds]
        return document if {PRESENTATION, _ENVELOPED} & {str(each) for each in named} else None
    if "~" in text or text.count(".") != 2:
        return None
    try:
        header, claims = read_unverified(text)
    except SkillspaceError:
        return None
    kind = str(header.get("typ", "")).lower().removeprefix("application/")
    if kind.startswith("vp+") or "vp" in claims:
        return {"@context": [_CONTEXT], "type": _ENVELOPED, "id": f"data:application/vp+jwt,{text}"}
    return None


def unbound(text: str) -> str:
    """Return an SD-JWT without what its holder signed for one receiver, of which `shown` tells."""
    return text if text.startswith("{") or "~" not in text else text[: text.rindex("~") + 1]
