"""The schema a credential says it follows (credentialSchema): fetched with care, kept for a while, and then applied."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from skillspace.kernel.errors import BadInput, Refused
from skillspace.records.credentials import VerifiedCredential
from skillspace.wire.jose import strict_json
from skillspace.wire.outbound import Outbound

KEEP_SECONDS = 300.0
MAX_KEPT = 200
MAX_SCHEMA_BYTES = 64 * 1024
MAX_SCHEMAS = 5
#: JsonSchema speaks of the whole credential (VC JSON Schema 1.0 §2.1), its forerunners and DCP §6.6.2 of the subject.
_ABOUT_SUBJECT = frozenset({"JsonSchemaValidator2018", "JsonSchema2023"})
_KNOWN = _ABOUT_SUBJECT | {"JsonSchema"}


class SchemaViolated(Refused):
    """The credential is not shaped as the schema it names demands."""


class SchemaUnknown(Refused):
    """The credential names a schema that cannot be had or understood here."""


class SchemaChecker:
    """Checks credentials against the schemas they name; a schema we cannot read is one the credential may break."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def check(self, credential: VerifiedCredential) -> None:
        """Raise SchemaViolated or SchemaUnknown, or PeerUnreachable when the schema's host does not answer."""
        named = credential.credential.get("credentialSchema")
        found = named if isinstance(named, list) else [named] if named is not None else []
        if len(found) > MAX_SCHEMAS:
            raise SchemaUnknown(f"The credential names {len(found)} schemas; at most {MAX_SCHEMAS} are read.")
        for entry in found:
            self._check(credential, entry)

    def _check(self, credential: VerifiedCredential, entry: object) -> None:
        address, kind = (entry.get("id"), entry.get("type")) if isinstance(entry, Mapping) else (None, None)
        if not isinstance(address, str) or kind not in _KNOWN:
            raise SchemaUnknown(f"A credentialSchema of type {str(kind)[:60]!r} is not understood here.")
        about = credential.subjects if kind in _ABOUT_SUBJECT else (credential.credential,)
        validator = self._validator(address)
        if not all(validator.is_valid(dict(each)) for each in about):
            raise SchemaViolated(f"Credential {credential.id[:100]} does not fit the schema {address[:200]}.")

    def _validator(self, address: str) -> Any:
        with self._lock:
            kept = self._kept.get(address)
        if kept is not None and time.monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        reply = self._outbound.send("GET", address, max_bytes=MAX_SCHEMA_BYTES)
        if reply.status != 200:
            raise SchemaUnknown(f"The schema {address[:200]} cannot be had (answer {reply.status}).")
        validator = _compiled(reply.body, address)
        with self._lock:
            if len(self._kept) >= MAX_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[address] = (time.monotonic(), validator)
        return validator


def _compiled(body: bytes, address: str) -> Any:
    try:
        schema = strict_json(body)
        if not isinstance(schema, dict):
            raise SchemaUnknown(f"What lies at {address[:200]} is no schema.")
        # Patterns run in linear time, so that no schema can keep us busy.
        patterns = jsonschema_rs.RegexOptions()
        return jsonschema_rs.validator_for(schema, retriever=_nothing_further, pattern_options=patterns)
    except (BadInput, ValueError, jsonschema_rs.ReferencingError) as fault:
        raise SchemaUnknown(f"The schema {address[:200]} cannot be read ({type(fault).__name__}).") from fault


def _nothing_further(address: str) -> Any:
    """A schema that sends us elsewhere is not followed: only the one address the credential names is fetched."""
    raise ValueError(f"{address[:200]} is not fetched")
