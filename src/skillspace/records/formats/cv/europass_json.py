"""The Skills Passport as JSON, which the Europass of 2013 to 2020 gave out beside the XML: the same names, put back
into the schema's lists and attributes, so that one reader serves both."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.files.xml import Element, allowed

_DEPTH = 40
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
# What the schema keeps in lists (``WorkExperienceList/WorkExperience``) stands in JSON under its own name.
_LISTED = {
    "WorkExperience", "Education", "Telephone", "InstantMessaging", "Nationality", "MotherTongue", "ForeignLanguage",
    "Achievement",
}  # fmt: skip
_DATE = {"Year": ("year", "{:04d}"), "Month": ("month", "--{:02d}"), "Day": ("day", "---{:02d}")}


def holds_passport(document: object) -> bool:
    """Whether this JSON is a Skills Passport."""
    inner = document.get("SkillsPassport") if isinstance(document, Mapping) else None
    return isinstance(inner, Mapping) and isinstance(inner.get("LearnerInfo"), Mapping)


def as_xml(document: object) -> Element:
    """Return a passport in JSON as the element its XML would be; raises UnreadableFile where it is too deep."""
    whole = document if isinstance(document, Mapping) else {}
    return _element("SkillsPassport", whole.get("SkillsPassport"), 0)


def _element(name: str, value: object, depth: int) -> Element:
    if depth > _DEPTH:
        raise UnreadableFile("This Europass CV cannot be read: it is nested too deeply.")
    element = etree.Element(name)
    if not isinstance(value, Mapping):
        element.text = allowed(str(value).lower() if isinstance(value, bool) else str(value))
        return element
    for key, inner in value.items():
        if key in _DATE and isinstance(inner, int) and not isinstance(inner, bool) and 0 < inner < 10_000:
            attribute, form = _DATE[key]
            element.set(attribute, form.format(inner))
        elif inner is not None and _NAME.fullmatch(str(key)):
            _put(element, str(key), inner, depth)
    return element


def _put(element: Element, name: str, value: object, depth: int) -> None:
    each = value if isinstance(value, list) else [value]
    if name == "Description" and isinstance(value, list):  # the classes of a driving licence
        element, name = etree.SubElement(element, name), "Licence"
    elif name in _LISTED or (name == "Website" and isinstance(value, list)):
        element = etree.SubElement(element, f"{name}List")
    for one in each:
        element.append(_element(name, one, depth + 1))
