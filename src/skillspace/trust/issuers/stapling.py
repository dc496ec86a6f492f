"""What a seal carries along for those who check it later (JAdES, ETSI TS 119 182-1 §5.3: etsiU with xVals and rVals).

Nobody signed that it belongs to the seal, and nobody needs to: certificates, lists and answers are signed themselves.
What is not understood is left aside.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import suppress

from cryptography import x509

from skillspace.kernel.errors import SkillspaceError
from skillspace.trust.issuers.revocation import Words
from skillspace.wire.certificates import UNREADABLE
from skillspace.wire.jose import strict_json

#: So many things of each kind are looked at.
MOST = 20
_HOLDERS = ("anyValData", "tstVD")


def stapled(seal: Mapping[str, object]) -> tuple[list[x509.Certificate], Words]:
    """Return the certificates, and the words about certificates taken back, that one signature of a JWS carries in its
    unprotected header. Never raises."""
    certificates: list[x509.Certificate] = []
    crls: list[bytes] = []
    answers: list[bytes] = []
    for found in _values(seal):
        for each in _listed(found.get("xVals")):
            with suppress(*UNREADABLE):
                certificates += [x509.load_der_x509_certificate(der) for der in _der(_object(each).get("x509Cert"))]
        values = _object(found.get("rVals"))
        crls += [der for each in _listed(values.get("crlVals")) for der in _der(each)]
        answers += [der for each in _listed(values.get("ocspVals")) for der in _der(each)]
    return certificates[:MOST], Words(crls=tuple(crls[:MOST]), answers=tuple(answers[:MOST]))


def _values(seal: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Everything in `etsiU`, whose members stand there as they are or as base64url (§5.3.1)."""
    for each in _listed(_object(seal.get("header")).get("etsiU")):
        member: object = each
        if isinstance(each, str):
            try:
                member = strict_json(base64.b64decode(each + "=" * (-len(each) % 4), altchars=b"-_", validate=True))
            except (ValueError, SkillspaceError):
                continue
        yield _object(member)
        yield from (_object(_object(member).get(name)) for name in _HOLDERS)


def _der(value: object) -> Iterator[bytes]:
    text = _object(value).get("val")
    with suppress(ValueError):
        if isinstance(text, str):
            yield base64.b64decode(text, validate=True)


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[object]:
    return value[:MOST] if isinstance(value, list) else []
