"""The credentialStatus of a credential: where its issuer says whether it still stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.model import Model, StatusEntry

#: The entry types that are understood, by data model (StatusList2021 §2.1.1; Bitstring Status List 1.0 §2.1).
ENTRY_TYPES: Mapping[Model, str] = {"1.1": "StatusList2021Entry", "2.0": "BitstringStatusListEntry"}
MAX_ENTRIES = 10
_INDEX = re.compile(r"[0-9]{1,9}")


def entries_of(status: object) -> tuple[StatusEntry, ...]:
    """Read a credentialStatus (an object, or several); raise BadInput when an entry breaks the rules of its type."""
    if status is None:
        return ()
    found = status if isinstance(status, list) else [status]
    if len(found) > MAX_ENTRIES:
        raise BadInput(f"The credential names {len(found)} statuses; at most {MAX_ENTRIES} are read.")
    return tuple(_entry(entry) for entry in found)


def entry_for(model: Model, *, address: str, purpose: str, index: int) -> dict[str, object]:
    """Write the credentialStatus of a new credential."""
    return {
        "id": f"{address}#{index}",
        "type": ENTRY_TYPES[model],
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def _entry(entry: object) -> StatusEntry:
    kind = entry.get("type") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(kind, str):
        raise BadInput("A credentialStatus must be an object with one type.")
    if kind not in ENTRY_TYPES.values():
        return StatusEntry(type=kind)
    purpose, address = entry.get("statusPurpose"), entry.get("statusListCredential")
    if not isinstance(purpose, str) or not isinstance(address, str):
        raise BadInput("A credentialStatus needs statusPurpose and statusListCredential.")
    index, size = _number(entry.get("statusListIndex")), _number(entry.get("statusSize", 1))
    return StatusEntry(type=kind, purpose=purpose, index=index, address=address, size=size)


def _number(value: object) -> int:
    """The norms want a text of digits (statusListIndex) or a number (statusSize); makers mix them up."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _INDEX.fullmatch(text):
        raise BadInput("A credentialStatus has an index or size that is not a small whole number.")
    return int(text)
