"""The words of our policies: ODRL's own, and the few IRIs that ODRL leaves to a data space.

ODRL 2.2 names the operands `purpose`, `dateTime` and `elapsedTime`; who receives is our own operand. Values are
absolute IRIs, so that they mean the same after JSON-LD expansion; a bare word is short for one in our namespace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from skillspace.kernel.clock import from_iso

ODRL = "http://www.w3.org/ns/odrl/2/"
#: What data is used for: ``…purpose#gather``, ``…purpose#recruit``.
PURPOSE = "https://w3id.org/skillspace/purpose#"
#: What a member is in the data space: ``…role#employer``.
ROLE = "https://w3id.org/skillspace/role#"
#: Left operand: the roles the recipient's membership credential names.
RECIPIENT_ROLE = "https://w3id.org/skillspace/policy#recipientRole"

USE = "use"
#: Duties a node keeps by itself: deleting in time is done when a grant ends.
KNOWN_DUTIES = frozenset({"delete"})

_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?")


def purpose_iri(purpose: str) -> str:
    """Return the IRI of a purpose; an absolute IRI stays what it is."""
    return purpose if ":" in purpose else PURPOSE + purpose


def role_iri(role: str) -> str:
    """Return the IRI of a role; an absolute IRI stays what it is."""
    return role if ":" in role else ROLE + role


def short(iri: str) -> str:
    """Return a word a person can read: the last part of an IRI of ours or of ODRL."""
    for namespace in (ODRL, "odrl:", PURPOSE, ROLE):
        if iri.startswith(namespace):
            return iri.removeprefix(namespace)
    return iri


def moment(text: str) -> datetime | None:
    """Read an xsd:dateTime or xsd:date, None when it is neither."""
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        return None


def duration(text: str) -> timedelta | None:
    """Read an xsd:duration of weeks, days, hours, minutes and seconds; None for any other (months have no length)."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()) or text.endswith("T"):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def texts(operand: object) -> tuple[str, ...] | None:
    """Return a right operand's values: a text, ``{"@id"}``, ``{"@value"}``, or a list of them; None for any other."""
    if isinstance(operand, Mapping) and set(operand) == {"@list"}:
        operand = operand["@list"]
    found = [_text(part) for part in operand] if isinstance(operand, list) else [_text(operand)]
    values = tuple(value for value in found if value is not None)
    return values if values and len(values) == len(found) else None


def _text(value: object) -> str | None:
    if isinstance(value, Mapping) and set(value) <= {"@id", "@value", "@type"}:
        value = value.get("@id", value.get("@value"))
    return value if isinstance(value, str) else None
