"""The credentialStatus of a credential: where its issuer says whether it still stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.model import Model, StatusEntry
from skillspace.records.credentials.revocation_list import ENTRY_TYPE as REVOCATION_LIST

#: The entry types that are understood, by data model (StatusList2021 §2.1.1; Bitstring Status List 1.0 §2.1).
ENTRY_TYPES: Mapping[Model, str] = {"1.1": "StatusList2021Entry", "2.0": "BitstringStatusListEntry"}
#: What a place in a Token Status List is called here; an SD-JWT VC has it in its claim `status`, under no type.
TOKEN_STATUS = "TokenStatus"  # noqa: S105 - the name of a kind
MAX_ENTRIES = 10
#: A status of more bits has more values than anybody could word.
MAX_SIZE = 8
_INDEX = re.compile(r"[0-9]{1,9}")
_DIGITS = re.compile(r"0|[1-9][0-9]*")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")


def entries_of(status: object) -> tuple[StatusEntry, ...]:
    """Read a credentialStatus (an object, or several); raise BadInput when an entry breaks the rules of its type."""
    if status is None:
        return ()
    found = status if isinstance(status, list) else [status]
    if len(found) > MAX_ENTRIES:
        raise BadInput(f"The credential names {len(found)} statuses; at most {MAX_ENTRIES} are read.")
    return tuple(_entry(entry) for entry in found)


def check_entry(entry: Mapping[str, object]) -> None:
    """Check an entry of a Bitstring Status List as its norm words it (§2.1); other types have rules of their own.

    Raises BadInput that names the member. `entries_of` is milder, since makers of tokens mix texts and numbers up.
    """
    if entry.get("type") != ENTRY_TYPES["2.0"]:
        return
    index, size = entry.get("statusListIndex"), entry.get("statusSize", 1)
    if not isinstance(entry.get("statusPurpose"), str):
        raise BadInput("statusPurpose must be a text.")
    if not isinstance(index, str) or not _DIGITS.fullmatch(index):
        raise BadInput("statusListIndex must be a whole number, written as a text.")
    if not _is_url(entry.get("statusListCredential")):
        raise BadInput("statusListCredential must be a URL.")
    if entry.get("id") == entry["statusListCredential"]:
        raise BadInput("A status entry's id must not be the address of the list.")
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise BadInput("statusSize must be a whole number greater than zero.")
    _check_messages(entry.get("statusMessage"), size)
    references = entry.get("statusReference", [])
    if not all(map(_is_url, references if isinstance(references, list) else [references])):
        raise BadInput("statusReference must be a URL, or a list of URLs.")


def _check_messages(messages: object, size: int) -> None:
    """One message for every value that so many bits can have, each with its value in hexadecimal."""
    if messages is None and size == 1:
        return
    if size > MAX_SIZE or not isinstance(messages, list) or len(messages) != 2**size:
        raise BadInput(f"statusMessage must be a list with one message for each of the values of {size} bits.")
    for each in messages:
        texts = [each.get(name) for name in ("status", "message")] if isinstance(each, Mapping) else [None]
        if not all(isinstance(text, str) for text in texts) or not _HEXADECIMAL.fullmatch(str(texts[0])):
            raise BadInput("Every statusMessage needs its status (0x…) and its message, as texts.")


def _is_url(value: object) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


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
    if kind == REVOCATION_LIST:
        if not _is_url(entry.get("id")):
            raise BadInput(f"A credentialStatus of the type {REVOCATION_LIST} needs the list's address as its id.")
        return StatusEntry(type=kind, purpose="revocation", address=str(entry["id"]))
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
