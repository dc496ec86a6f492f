"""Proofs inside a document (W3C VC Data Integrity 1.0, EdDSA cryptosuites): made and checked, keys given by the caller.

``eddsa-rdfc-2022`` signs what the document says, as canonical RDF; ``eddsa-jcs-2022`` signs the JSON as it stands
(VC-DI-EdDSA §3.2, §3.3). ``Ed25519Signature2020`` and ``eddsa-2022``, which older badges carry, are the first under
other names; they are read and never written. A document may have a set of proofs, or a chain in which one signs the
others (§2.1).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from c14n.Canonicalize import canonicalize  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature as SignatureDiffers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials.model import (
    VC_CONTEXT,
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    WrongAudience,
)
from skillspace.wire.jose import ed25519_bytes
from skillspace.wire.jsonld import canonize
from skillspace.wire.multibase import base58btc, from_base58btc
from skillspace.wire.proof_key import ProofKey

TYPE, OLD_TYPE = "DataIntegrityProof", "Ed25519Signature2020"
RDFC, JCS, OLD_RDFC = "eddsa-rdfc-2022", "eddsa-jcs-2022", "eddsa-2022"
#: Data model 1.1 has no words for these proofs; its documents need this context beside their own.
CONTEXT = "https://w3id.org/security/data-integrity/v2"
ASSERTION, AUTHENTICATION = "assertionMethod", "authentication"
MAX_PROOFS = 10
SIGNATURE_BYTES = 64
#: How far the clock of whoever signed may be ahead of ours.
AHEAD = timedelta(minutes=5)
#: XML Schema 1.1 dateTimeStamp; without an offset it means UTC (§2.1), however wrong it is to leave it out.
_MOMENT = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_DID_KEY = "did:key:"
_TEXTS = ("verificationMethod", "proofPurpose", "proofValue")

Document = Mapping[str, object]


class ProofBroken(InvalidSignature):
    """The document was changed after it was signed, or somebody else signed it."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A proof that held: which key made it (`method`, a DID URL), whose key that is (`controller`), and what for."""

    method: str
    controller: str
    purpose: str
    cryptosuite: str
    created: datetime | None


def add_proof(
    document: Document,
    *,
    key: ProofKey,
    method: str,
    at: datetime,
    purpose: str = ASSERTION,
    cryptosuite: str = RDFC,
    domain: str | None = None,
    challenge: str | None = None,
    expires: datetime | None = None,
    id: str | None = None,
    previous: Sequence[str] = (),
) -> dict[str, object]:
    """Return the document with one more proof, made by `key` under its name `method` (VC-DI §4.2).

    `previous` are the ids of proofs it already has, which this one signs, too. Raises BadInput when there is no such
    proof or cryptosuite, or the document says something its contexts have no word for.
    """
    if cryptosuite not in (RDFC, JCS):
        raise BadInput(f"There is no cryptosuite {cryptosuite[:40]!r} here; use {RDFC} or {JCS}.")
    if challenge is not None and domain is None:
        raise BadInput("A proof that answers a challenge also names the domain it is for.")
    signed = dict(document)
    there = _objects(signed.pop("proof", None))
    contexts = _listed(signed.get("@context"))
    if contexts[:1] == [VC_CONTEXT] and CONTEXT not in contexts:
        signed["@context"] = [*contexts, CONTEXT]
    proof: dict[str, object] = {
        **({"id": id} if id is not None else {}),
        "type": TYPE,
        "cryptosuite": cryptosuite,
        "created": iso(at),
        **({"expires": iso(expires)} if expires is not None else {}),
        "verificationMethod": method,
        "proofPurpose": purpose,
        **({"domain": domain} if domain is not None else {}),
        **({"challenge": challenge} if challenge is not None else {}),
        **({"previousProof": previous[0] if len(previous) == 1 else list(previous)} if previous else {}),
    }
    if cryptosuite == JCS and "@context" in signed:
        proof["@context"] = signed["@context"]
    message = _message(_with(signed, _previous(proof, there)), proof, cryptosuite)
    proof["proofValue"] = base58btc(key.sign(message))
    return _with(signed, [*there, proof])


def verify_proofs(
    document: Document,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    purpose: str = ASSERTION,
    domain: str | None = None,
    challenge: str | None = None,
) -> tuple[Proof, ...]:
    """Check every proof of a kind that is known here, and return them; at least one must be (VC-DI §4.4, §4.5).

    Keys come from `resolve_key`, asked for whom the verification method belongs to, and for this `purpose`. A `domain`
    or `challenge` that is asked for must be in the proof. Raises BadInput (form), InvalidSignature (ProofBroken where
    the signature itself differs), WrongAudience, CredentialExpired and CredentialNotYetValid for the proof's own time,
    and what `resolve_key` raises.
    """
    signed = dict(document)
    proofs = _objects(signed.pop("proof", None))
    if not proofs:
        raise BadInput("The document has no proof.")
    if len(proofs) > MAX_PROOFS:
        raise BadInput(f"The document has {len(proofs)} proofs; at most {MAX_PROOFS} are read.")
    named = [(proof, _suite_of(proof)) for proof in proofs]
    checked = [
        _verified(signed, proof, suite, proofs, resolve_key, at, purpose, domain, challenge)
        for proof, suite in named
        if suite is not None
    ]
    if not checked:
        kinds = ", ".join(str(proof.get("cryptosuite") or proof.get("type"))[:40] for proof in proofs)
        raise InvalidSignature(f"The document's proof is of a kind that is not known here: {kinds}.")
    return tuple(checked)


def moment_of(value: object, name: str) -> datetime:
    """Read a dateTimeStamp (XML Schema 1.1); raise BadInput naming the member when it is none."""
    try:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValueError
        return from_iso(value)
    except (ValueError, OverflowError):
        raise BadInput(f"{name} must be a date and time with its offset (2026-11-21T08:00:00Z).") from None


def _verified(
    signed: Document,
    proof: Document,
    suite: str,
    proofs: Sequence[Document],
    resolve_key: KeyResolver,
    at: datetime,
    purpose: str,
    domain: str | None,
    challenge: str | None,
) -> Proof:
    for name in _TEXTS:
        if not isinstance(proof.get(name), str) or not proof[name]:
            raise BadInput(f"The proof needs {name}, as a text.")
    if proof["proofPurpose"] != purpose:
        raise InvalidSignature(f"The proof was made for {str(proof['proofPurpose'])[:40]!r}, not for {purpose}.")
    _check_audience(proof, domain, challenge)
    created = _moment(proof, "created")
    expires = _moment(proof, "expires")
    method = str(proof["verificationMethod"])
    controller, _, fragment = method.partition("#")
    if not fragment and not method.startswith(_DID_KEY):
        raise BadInput(f"The proof's verificationMethod {method[:100]!r} names no key of anybody (DID#key).")
    if not fragment:  # a did:key is one key, and some name it so
        method = f"{controller}#{controller.removeprefix(_DID_KEY)}"
    value = from_base58btc(str(proof["proofValue"]))
    if len(value) != SIGNATURE_BYTES:
        raise InvalidSignature(
            f"The proof's value has {len(value)} bytes; a signature by Ed25519 has {SIGNATURE_BYTES}."
        )
    options = {name: each for name, each in proof.items() if name != "proofValue"}
    content = _with(_as_signed(signed, proof, suite), _previous(proof, proofs))
    key = _public_key(ed25519_bytes(resolve_key(controller, method)))
    try:
        key.verify(value, _message(content, options, suite))
    except SignatureDiffers:
        raise ProofBroken("The proof's signature does not belong to this document and this key.") from None
    if created is not None and created > at + AHEAD:
        raise CredentialNotYetValid(f"The proof says it was made at {created.isoformat()}, which has not come yet.")
    if expires is not None and at >= expires:
        raise CredentialExpired(f"The proof counted until {expires.isoformat()}; ask its issuer to renew it.")
    return Proof(method=method, controller=controller, purpose=purpose, cryptosuite=suite, created=created)


def _suite_of(proof: Document) -> str | None:
    """By which cryptosuite a proof is checked, None when that is not known here; raise BadInput for no proof at all."""
    kind = proof.get("type")
    if not isinstance(kind, str) or not kind:
        raise BadInput("A proof needs one type.")
    if kind == OLD_TYPE:
        return RDFC
    suite = proof.get("cryptosuite")
    if kind == TYPE and not isinstance(suite, str):
        raise BadInput("A DataIntegrityProof needs its cryptosuite, as a text.")
    return suite if kind == TYPE and isinstance(suite, str) and suite in _TRANSFORMS else None


def _check_audience(proof: Document, domain: str | None, challenge: str | None) -> None:
    if domain is not None and domain not in _listed(proof.get("domain")):
        raise WrongAudience(f"The proof was not made for {domain[:100]}.")
    if challenge is not None and proof.get("challenge") != challenge:
        raise WrongAudience("The proof does not answer this request: its challenge differs.")


def _moment(proof: Document, name: str) -> datetime | None:
    return moment_of(proof[name], f"The proof's {name}") if name in proof else None


def _previous(proof: Document, proofs: Sequence[Document]) -> list[Document]:
    """The proofs that this one signs, too, by their ids (§2.1.2)."""
    given = proof.get("previousProof")
    if given is None:
        return []
    names = _listed(given)
    if not names or not all(isinstance(name, str) for name in names):
        raise BadInput("A proof's previousProof must be the id of a proof, or a list of them.")
    found = [each for each in proofs if each.get("id") in names and each is not proof]
    if {each.get("id") for each in found} != set(names):
        raise BadInput("A proof names a previousProof that the document does not have.")
    return found


def _as_signed(signed: Document, proof: Document, suite: str) -> Document:
    """What was signed with JCS: the contexts the proof names, which the document must begin with (§3.3.2)."""
    if suite != JCS or "@context" not in proof:
        return signed
    named = _listed(proof["@context"])
    if _listed(signed.get("@context"))[: len(named)] != named:
        raise InvalidSignature("The document's contexts are not those that were signed.")
    return {**signed, "@context": proof["@context"]}


def _message(content: Document, options: Document, suite: str) -> bytes:
    """What is signed: the digest of the proof's own members, and then that of the document (VC-DI-EdDSA §3.2.4)."""
    transform = _TRANSFORMS[suite]
    if suite != JCS:
        options = {**options, "@context": content.get("@context")}
    return b"".join(hashlib.sha256(transform(part)).digest() for part in (options, content))


def _json(content: Document) -> bytes:
    try:
        written: bytes = canonicalize(dict(content))
        return written
    except (TypeError, ValueError, RecursionError, OverflowError) as fault:
        raise BadInput(f"The document cannot be written as canonical JSON ({type(fault).__name__}).") from None


_TRANSFORMS: Mapping[str, Callable[[Document], bytes]] = {RDFC: canonize, JCS: _json, OLD_RDFC: canonize}


@lru_cache(maxsize=512)
def _public_key(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise InvalidSignature("The signer's key cannot be read.") from None


def _with(signed: Document, proofs: Sequence[Document]) -> dict[str, object]:
    if not proofs:
        return dict(signed)
    return {**signed, "proof": dict(proofs[0]) if len(proofs) == 1 else [dict(each) for each in proofs]}


def _objects(value: object) -> list[Document]:
    found = _listed(value)
    if not all(isinstance(each, Mapping) for each in found):
        raise BadInput("A proof must be an object, or a list of objects.")
    return [each for each in found if isinstance(each, Mapping)]


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
