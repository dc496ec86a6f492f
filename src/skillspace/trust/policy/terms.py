"""The words of our policies: ODRL's own, the few IRIs that ODRL leaves to a data space, and how values are written.

ODRL 2.2 names operands such as `purpose` and `dateTime`; what it leaves open (roles, commitments, levels of validation)
has IRIs of ours. Values are absolute IRIs, so that they mean the same after JSON-LD expansion; a bare word is short for
one in our namespace.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeGuard

from skillspace.kernel.clock import from_iso

ODRL = "http://www.w3.org/ns/odrl/2/"
#: What data is used for: ``…purpose#gather``, ``…purpose#recruit``.
PURPOSE = "https://w3id.org/skillspace/purpose#"
#: What a member is in the data space: ``…role#employer``.
ROLE = "https://w3id.org/skillspace/role#"
#: Our own left operands: ``…policy#recipientRole``.
OPERAND = "https://w3id.org/skillspace/policy#"
#: Left operand: the roles the recipient's membership credential names.
RECIPIENT_ROLE = OPERAND + "recipientRole"
#: Profiles this evaluator speaks (ODRL 2.2 §3.2: whoever does not know a policy's profile must not process it).
PROFILES = frozenset(
    {
        "https://w3id.org/skillspace/policy",
        "https://w3id.org/dspace/2025/1/odrl-profile.jsonld",
        "http://www.w3.org/ns/odrl/2/core",
    }
)
#: Right operand: the moment the policy is used (ODRL vocabulary §4.8).
POLICY_USAGE = "policyUsage"

USE = "use"

_DURATION = re.compile(
    r"P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,8})S)?)?"
)
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")


def purpose_iri(purpose: str) -> str:
    """Return the IRI of a purpose; an absolute IRI stays what it is."""
    return purpose if ":" in purpose else PURPOSE + purpose


def role_iri(role: str) -> str:
    """Return the IRI of a role; an absolute IRI stays what it is."""
    return role if ":" in role else ROLE + role


def own(text: str) -> str:
    """Return a term of ODRL without its namespace, a term of ours without ours; any other stays what it is."""
    if ":" in text:
        for namespace in (ODRL, "odrl:", OPERAND):
            if text.startswith(namespace):
                return text[len(namespace) :]
    return text


def short(iri: str) -> str:
    """Return a word a person can read: the last part of an IRI of ours or of ODRL."""
    for namespace in (ODRL, "odrl:", PURPOSE, ROLE, OPERAND):
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


def number(text: str) -> Decimal | None:
    """Read an xsd:decimal of at most 18 digits and nine decimals, None for any other text."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def texts(operand: object) -> tuple[str, ...] | None:
    """Return a right operand's values: a text, ``{"@id"}``, ``{"@value"}``, or a list of them; None for any other."""
    if is_object(operand) and set(operand) == {"@list"}:
        operand = operand["@list"]
    found = [_text(part) for part in operand] if isinstance(operand, list) else [_text(operand)]
    values = tuple(value for value in found if value is not None)
    return values if values and len(values) == len(found) else None


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Tell whether a JSON value, as `json.loads` gives it, is an object."""
    return isinstance(value, dict)


def listed(holder: object, member: str) -> list[object]:
    """A member as a list: JSON-LD lets a single value stand alone. An absent one is empty, a null one is not."""
    if not is_object(holder) or member not in holder:
        return []
    value = holder[member]
    return list(value) if isinstance(value, list) else [value]


def each(holder: object, member: str, pointer: str) -> list[tuple[str, object]]:
    """A member's values as `listed` gives them, each with where it lies (RFC 6901) below `pointer`."""
    below = f"{pointer}/{member}"
    if is_object(holder) and isinstance(holder.get(member), list):
        return [(f"{below}/{number}", value) for number, value in enumerate(listed(holder, member))]
    return [(below, value) for value in listed(holder, member)]


def below(pointer: str, member: str) -> str:
    """The pointer of a member, whatever its name (RFC 6901 §3)."""
    return f"{pointer}/{member.replace('~', '~0').replace('/', '~1')}"


def _text(value: object) -> str | None:
    if is_object(value) and set(value) <= {"@id", "@value", "@type"}:
        value = value.get("@id", value.get("@value"))
    return value if isinstance(value, str) else None
