"""Signed statements: an attachment that is a signed token of the statement itself (xAPI 1.0.3 part 2 §2.6; 2.0 §4.2.6).

Whose key signed is not asked here: a signature shows that its holder said this, which readers may check for
themselves. Where the token brings a certificate, it must have been made with that certificate's key.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from skillspace.records.statements.multipart import SIGNATURE, Attachment
from skillspace.records.statements.reading import Version, read_statement
from skillspace.records.statements.sameness import essence
from skillspace.records.statements.values import NotAStatement, wrong
from skillspace.wire.certificates import UNREADABLE

_HASHES: dict[str, type[HashAlgorithm]] = {"RS256": SHA256, "RS384": SHA384, "RS512": SHA512}


def check_signatures(
    statement: Mapping[str, Any], attachments: Sequence[Attachment], version: Version, where: str = "statement"
) -> None:
    """Check every signature on a statement; raise NotAStatement where one is none of this statement."""
    by_hash = {one.sha2: one for one in attachments}
    for place, described in enumerate(statement.get("attachments", ())):
        if described["usageType"] == SIGNATURE:
            here = f"{where}.attachments[{place}]"
            if described["contentType"] != "application/octet-stream":
                raise wrong(f"{here}.contentType", "a signature is application/octet-stream")
            _check(statement, by_hash[described["sha2"].lower()].body, version, here)


def _check(statement: Mapping[str, Any], token: bytes, version: Version, where: str) -> None:
    try:
        header_text, payload_text, signature_text = token.split(b".")
        header, payload = orjson.loads(_decoded(header_text)), orjson.loads(_decoded(payload_text))
        signature = _decoded(signature_text)
    except ValueError:
        raise wrong(where, "a signature is a token of three parts (JWS compact) around a statement") from None
    if not isinstance(header, dict) or header.get("alg") not in _HASHES:
        raise wrong(where, f"a signature is made with {', '.join(_HASHES)}")
    signed = read_statement(payload, version, f"{where}, the signed statement")
    if _said(signed) != _said(statement):
        raise wrong(where, "what was signed is another statement")
    if "x5c" in header:
        _check_with_certificate(header, header_text + b"." + payload_text, signature, where)


def _said(statement: Mapping[str, Any]) -> dict[str, Any]:
    """What a statement says without the signatures on it, which are no part of what is signed."""
    said = essence(statement, with_time=True)
    others = [one for one in said.pop("attachments", []) if one["usageType"] != SIGNATURE]
    return {**said, "attachments": others}


def _check_with_certificate(header: Mapping[str, Any], signed: bytes, signature: bytes, where: str) -> None:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0], validate=True))
        key = certificate.public_key()
    except (*UNREADABLE, IndexError, KeyError):
        raise wrong(where, "x5c holds no certificate that can be read") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise wrong(where, "the certificate in x5c has no RSA key")
    try:
        key.verify(signature, signed, padding.PKCS1v15(), _HASHES[header["alg"]]())
    except InvalidSignature:
        raise NotAStatement(f"{where}: the signature was not made with the key of its certificate.") from None


def _decoded(part: bytes) -> bytes:
    return base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
