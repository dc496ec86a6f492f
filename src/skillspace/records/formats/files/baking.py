"""Badges baked into pictures: the credential travels inside the PNG or SVG that people see (Open Badges 2.0 and 3.0
§5.3, "Baking")."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from lxml import etree

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats.files.xml import Element, as_bytes, name_of, namespace_of, parse_xml, text_of

PNG = b"\x89PNG\r\n\x1a\n"
SVG_SPACE = "http://www.w3.org/2000/svg"
_KEYWORDS = (b"openbadgecredential", b"openbadges")
_BADGE_SPACES = ("https://purl.imsglobal.org/ob/v3p0", "http://openbadges.org")
_LARGEST = 5 * 1024 * 1024


def unbake_png(picture: bytes) -> str:
    """Return the credential in a PNG: JSON, or a token; raises UnreadableFile where there is none."""
    for kind, body in _chunks(picture):
        if kind == b"iTXt" and body.partition(b"\0")[0] in _KEYWORDS:
            return _international_text(body)
        if kind == b"tEXt" and body.partition(b"\0")[0] in _KEYWORDS:
            return body.partition(b"\0")[2].decode("latin-1")
    raise UnreadableFile("The picture holds no badge: it has no text called openbadgecredential or openbadges.")


def unbake_svg(root: Element) -> str:
    """Return the credential in an SVG picture; raises UnreadableFile where there is none."""
    for element in root.iter():
        if namespace_of(element) in _BADGE_SPACES and name_of(element) in {"credential", "assertion"}:
            found = text_of(element) or element.get("verify")
            if found:
                return found
    raise UnreadableFile("The picture holds no badge: it has no openbadges:credential or openbadges:assertion.")


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return the picture with the credential in it, in place of one that was there; raises BadInput on no picture."""
    if picture.startswith(PNG):
        return _bake_png(picture, credential)
    if picture.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        root = parse_xml(picture)
        if name_of(root) == "svg":
            return _bake_svg(root, credential.decode())
    raise BadInput("A badge is baked into a PNG or an SVG; this picture is neither.")


def _bake_png(picture: bytes, credential: bytes) -> bytes:
    baked = bytearray(PNG)
    for kind, body in _chunks(picture):
        if kind in {b"iTXt", b"tEXt"} and body.partition(b"\0")[0] in _KEYWORDS:
            continue
        baked += _chunk(kind, body)
        if kind == b"IHDR":
            # keyword, not compressed (two bytes), no language, no translated keyword: PNG §11.3.4.5
            baked += _chunk(b"iTXt", _KEYWORDS[0] + b"\0\0\0\0\0" + credential)
    return bytes(baked)


def _bake_svg(root: Element, credential: str) -> bytes:
    space = _BADGE_SPACES[0]
    whole = etree.Element(root.tag, attrib=dict(root.attrib), nsmap={**root.nsmap, "openbadges": space})
    whole.text = root.text
    inner = etree.SubElement(whole, f"{{{space}}}credential")
    if credential.lstrip().startswith("{"):
        inner.text = credential
    else:
        inner.set("verify", credential)
    for child in list(root):
        if namespace_of(child) not in _BADGE_SPACES:
            whole.append(child)
    return as_bytes(whole)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give a PNG's chunks (PNG §5.3); their check sums are checked."""
    place = len(PNG)
    while place < len(picture):
        size = int.from_bytes(picture[place : place + 4], "big")
        kind, body = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]
        check = picture[place + 8 + size : place + 12 + size]
        if len(body) < size or check != zlib.crc32(kind + body).to_bytes(4, "big"):
            raise UnreadableFile("The picture breaks off: half of an upload, or a damaged PNG.")
        yield kind, body
        place += 12 + size
    # Without its end the last rows may be missing, and with them a badge that was meant to be here.
    if not picture[:-4].endswith(b"IEND"):
        raise UnreadableFile("The picture breaks off: half of an upload, or a damaged PNG.")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def _international_text(body: bytes) -> str:
    _, _, rest = body.partition(b"\0")
    is_compressed, rest = rest[:1] == b"\1", rest[2:]
    text = rest.split(b"\0", 2)[-1]
    try:
        if is_compressed:
            opened = zlib.decompressobj()
            text = opened.decompress(text, _LARGEST)
            if opened.unconsumed_tail:
                raise UnreadableFile(f"The badge in the picture is larger than {_LARGEST:,} bytes.")
        return text.decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        raise UnreadableFile("The badge in the picture is damaged.") from None
