"""XML read safely and by local name: no entities, no document type, no network, bounded depth and number of elements.

Learning records come in several versions of the same schema whose namespaces differ; what an element is called decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from skillspace.kernel.errors import UnreadableFile

__all__ = [
    "MAX_ELEMENTS", "XSI", "Element", "add", "add_given", "allowed", "as_bytes", "every", "first", "name_of",
    "namespace_of", "parse_xml", "phrase_at", "root_of", "text_at", "text_of",
]  # fmt: skip

MAX_ELEMENTS = 200_000
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What may stand before the root element; a document type there could define entities that grow without end.
_PROLOGUE = re.compile(rb"(?>\s|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE)?", re.DOTALL)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = re.compile(rb"utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)
_UNALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse_xml(document: bytes) -> Element:
    """Return the root element; raise UnreadableFile with the reason, before anything in the document takes effect."""
    document = document.removeprefix(b"\xef\xbb\xbf").lstrip()
    if (encoding := _ENCODING.match(document)) and not _ENCODINGS.fullmatch(encoding[1]):
        raise UnreadableFile(f"The XML says it is in {encoding[1].decode()}; save it as UTF-8 and try again.")
    if (prologue := _PROLOGUE.match(document)) and prologue[1]:
        raise UnreadableFile("The XML has a document type (DOCTYPE), which is not read: it could hide entities.")
    if document.count(b"<") > 2 * MAX_ELEMENTS:
        raise UnreadableFile(f"The XML has too many elements; at most {MAX_ELEMENTS:,} are read.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"The XML breaks off: {str(error)[:200]}.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile("The XML has a document type (DOCTYPE), which is not read: it could hide entities.")
    return root


def name_of(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace_of(element: Element) -> str:
    """The element's namespace, or nothing."""
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def every(element: Element | None, path: str) -> Iterator[Element]:
    """Give the elements at `path` (``A/B``, local names), in the order of the document."""
    if element is None:
        return
    step, _, rest = path.partition("/")
    for child in element:
        if name_of(child) == step:
            if rest:
                yield from every(child, rest)
            else:
                yield child


def first(element: Element | None, path: str) -> Element | None:
    """The first element at `path`, or None."""
    return next(every(element, path), None)


def text_at(element: Element | None, path: str = "") -> str | None:
    """The words of the first element at `path` that has any; with no path, the element's own."""
    found = [element] if not path else every(element, path)
    return next((words for each in found if each is not None and (words := text_of(each))), None)


def text_of(element: Element) -> str | None:
    """An element's own words, without the white space around them."""
    return (element.text or "").strip() or None


def phrase_at(element: Element | None, path: str) -> tuple[str, str | None] | None:
    """Words in one of several languages (``xml:lang``), English before the first of the others, and that language."""
    found = [(words, each.get(_LANGUAGE)) for each in every(element, path) if (words := text_of(each))]
    english = next((each for each in found if (each[1] or "").lower().split("-")[0] == "en"), None)
    return english or (found[0] if found else None)


def add(
    parent: Element, tag: str, text: str | None = None, *, space: str | None = None, language: str | None = None,
    **attributes: str | None,
) -> Element:  # fmt: skip
    """Add a child in the parent's namespace, or in `space`, with its words and those attributes that are given."""
    namespace = namespace_of(parent) if space is None else space
    child = etree.SubElement(parent, f"{{{namespace}}}{tag}" if namespace else tag)
    if text is not None:
        child.text = allowed(text)
    for name, value in attributes.items():
        if value is not None:
            child.set(name, allowed(value))
    if language is not None:
        child.set(_LANGUAGE, allowed(language))
    return child


def add_given(parent: Element, tag: str, text: str | None, *, space: str | None = None) -> None:
    """Add a child with words where there are any."""
    if text:
        add(parent, tag, text, space=space)


def allowed(text: str) -> str:
    """The text without the characters that XML 1.0 §2.2 forbids."""
    return _UNALLOWED.sub("", text)


def root_of(tag: str, namespace: str, spaces: dict[str | None, str], **attributes: str) -> Element:
    """A new root element."""
    return etree.Element(f"{{{namespace}}}{tag}", attrib=dict(attributes), nsmap={None: namespace, **spaces})


def as_bytes(root: Element) -> bytes:
    """The document as UTF-8."""
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
