"""The standard's Revision and Signature: a version as canonical JSON with its SHA-256, and who signed what.

The hash of a revision is over `serializedSnapshot` exactly as it stands, so whoever reads one can check it, and
`predecessorHash` against the revision before. The standard's examples hash with SHA-1; SHA-256 stands here throughout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.wire.canonical import canonical
from skillspace.wire.jose import read_unverified

Json = dict[str, object]
#: The one method of signing: a JSON Web Signature, whose header names algorithm and key.
METHOD = "RFC7515"


def snapshot_of(schema: str, object_id: str, content: Mapping[str, object], at: datetime | None) -> str:
    """Write an object as the standard serialises one: its fields beside its kind, its identifier and its moment."""
    wrapped = {"objectData": dict(content), "schemaName": schema, "objectId": object_id, "signedWithoutObjectId": False}
    return canonical(wrapped | {"timestamp": moment(at)}).decode()


def revision(schema: str, object_id: str, snapshot: str, *, at: datetime | None, previous: str | None) -> Json:
    """Return a Revision of what `snapshot` says; it is named by its hash. `previous` is the hash before it."""
    hashed = hash_of(snapshot)
    written: Json = {
        "id": hashed,
        "schemaName": schema,
        "objectId": object_id,
        "signedWithoutObjectId": False,
        "serializedSnapshot": snapshot,
        "serializedHash": hashed,
        "timestamp": moment(at),
    }
    return written | ({"predecessorHash": previous} if previous else {})


def signature(id: str, token: str, signed: Mapping[str, object], *, at: datetime, delegate: bool | None = None) -> Json:
    """Return a Signature: the token (JWS), and the content whose hash or text it covers.

    `delegate` tells whether another than the person answered; None where that is nobody's business.
    """
    header, claims = read_unverified(token)
    written = unsigned(signed, by=str(header.get("kid")), at=at) | {
        "id": id,
        "payload": canonical(claims).decode(),
        "signature": token,
        "verificationJwsHeader": canonical(header).decode(),
    }
    return written | ({} if delegate is None else {"verificationSignedAs": "delegate" if delegate else "individual"})


def unsigned(signed: Mapping[str, object], *, by: str, at: datetime) -> Json:
    """Return a Signature that is still to be made, by `by`, over this content."""
    text = canonical(signed).decode()
    return {
        "id": "",
        "payload": "",
        "signature": "",
        "verificationMethod": METHOD,
        "verificationPayload": text,
        "verificationPayloadHash": hash_of(text),
        "verificationSignedBy": by,
        "timestamp": moment(at),
    }


def hash_of(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: datetime | None) -> str:
    """A moment as the standard's texts have it; empty where none is known."""
    return iso(at) if at else ""
