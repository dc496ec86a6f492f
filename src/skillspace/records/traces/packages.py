"""What packages of courses call their parts: ``imsmanifest.xml`` of SCORM, ``cmi5.xml`` of cmi5."""

from __future__ import annotations

from skillspace.records.formats.files.xml import Element, name_of, parse_xml, text_of


def titles(package: bytes) -> dict[str, str]:
    """Return the names of a package's parts, by their identifiers and those of their resources.

    Of a name in several languages the first is taken. Raises UnreadableFile where this is no XML that is read here.
    """
    found: dict[str, str] = {}
    for element in parse_xml(package).iter():
        title = next((part for part in element if name_of(part) == "title"), None)
        if title is None or not (name := _first_words(title)):
            continue
        for attribute in ("identifier", "identifierref", "id"):
            if identifier := element.get(attribute):
                found[identifier] = name
    return found


def _first_words(title: Element) -> str:
    return next((words for part in (*title, title) if (words := " ".join((text_of(part) or "").split()))), "")
