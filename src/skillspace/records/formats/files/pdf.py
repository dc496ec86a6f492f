"""XML that travels inside a PDF: Europass editors attach the data of a CV to the CV people print (PDF 1.7 §7.11.4).

Only attached files are looked for; nothing of the page itself is read or run.
"""

from __future__ import annotations

import re
import zlib
from itertools import islice

from skillspace.kernel.errors import UnreadableFile

PDF = b"%PDF-"
_LARGEST = 5 * 1024 * 1024
_MOST = 200
_NEAR = 4_000
"""How far a stream's dictionary reaches at most."""
_ATTACHED = re.compile(rb"/EmbeddedFile\b|/(?:text|application)#2[Ff]xml\b")
_BEGIN = re.compile(rb">>\s*stream\r?\n")


def xml_in_pdf(document: bytes) -> bytes:
    """Return the XML that is attached to a PDF; raises UnreadableFile where there is none that can be read."""
    if b"/Encrypt" in document:
        raise UnreadableFile("The PDF is locked; save it without a password and try again.")
    for marked in islice(_ATTACHED.finditer(document), _MOST):
        begin = _BEGIN.search(document, marked.end(), marked.end() + _NEAR)
        if begin is None or b"endobj" in document[marked.end() : begin.start()]:
            continue
        end = document.find(b"endstream", begin.end())
        if end < 0:
            raise UnreadableFile("The PDF breaks off: half of an upload.")
        head = document.rfind(b"obj", max(0, marked.start() - _NEAR), marked.start())
        content = _unpacked(document[begin.end() : end], document[head : begin.start()])
        if content is not None and content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return content.rstrip(b"\r\n")
    raise UnreadableFile(
        "The PDF holds no attached XML. A Europass CV has it when it was downloaded as “PDF with Europass data”; "
        "send the XML file, or write the CV as text."
    )


def _unpacked(content: bytes, dictionary: bytes) -> bytes | None:
    if b"/Filter" not in dictionary:
        return content
    if b"/FlateDecode" not in dictionary:
        return None
    opened = zlib.decompressobj()
    try:
        plain = opened.decompress(content, _LARGEST)
    except zlib.error:
        raise UnreadableFile("The XML attached to the PDF is damaged.") from None
    if opened.unconsumed_tail:
        raise UnreadableFile(f"The XML attached to the PDF is larger than {_LARGEST:,} bytes.")
    return plain
