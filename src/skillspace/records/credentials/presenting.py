"""Presentations: a holder shows credentials about itself to one audience, in either data model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials.model import (
    LEEWAY_S,
    MAX_CREDENTIALS,
    MAX_PRESENTATION_BYTES,
    VC_CONTEXT,
    VC_CONTEXT_2,
    KeyResolver,
    Model,
    Trust,
    VerifiedCredential,
    WrongAudience,
    WrongHolder,
    texts,
)
from skillspace.records.credentials.verifying import check_type, model_of, verify, verify_by
from skillspace.wire.jose import SigningKey, check_times, read_unverified, sign_jwt

PRESENTATION_TYPES = frozenset({"jwt", "vp+jwt", "vp+ld+jwt", "vp+ld+json+jwt"})
ENVELOPED_CREDENTIAL = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION = "EnvelopedVerifiablePresentation"
_SUBTYPES = ("jwt", "ld+jwt", "ld+json+jwt")


def present(
    credentials: Iterable[str],
    *,
    holder_key: SigningKey,
    holder_did: str,
    audience: str,
    nonce: str | None = None,
    at: datetime | None = None,
    valid_for: timedelta = timedelta(minutes=5),
    model: Model = "1.1",
) -> str:
    """Return a signed presentation of credential tokens, made by their subject for one `audience`, short-lived.

    All credentials must be of the same `model` as the presentation (DCP 1.0, profiles).
    """
    begin = at or now()
    claims: dict[str, object] = {
        "iss": holder_did,
        "aud": audience,
        "jti": new_urn(),
        "nbf": int(begin.timestamp()),
        "iat": int(begin.timestamp()),
        "exp": int((begin + valid_for).timestamp()),
        **({} if nonce is None else {"nonce": nonce}),
    }
    if model == "2.0":
        # The one type is written as a text, as some verifiers will only have it; both forms are right (VC 2.0 §4.5).
        shown = [_envelope(ENVELOPED_CREDENTIAL, f"data:application/vc+jwt,{token}") for token in credentials]
        document = {"@context": [VC_CONTEXT_2], "type": "VerifiablePresentation", "holder": holder_did}
        return sign_jwt(claims | document | {"verifiableCredential": shown}, holder_key, typ="vp+jwt")
    presentation = {
        "@context": [VC_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": holder_did,
        "verifiableCredential": list(credentials),
    }
    return sign_jwt(claims | {"sub": holder_did, "vp": presentation}, holder_key)


def verify_presentation(
    presentation: str | Mapping[str, object],
    resolve_key: KeyResolver,
    at: datetime,
    audience: str,
    *,
    nonce: str | None = None,
    trusted_issuers: Collection[str] | None = None,
    trust: Trust | None = None,
    resolve_holder_key: KeyResolver | None = None,
    unaddressed: bool = False,
    lenient: bool = False,
) -> list[VerifiedCredential]:
    """Check a presentation made for `audience` and return its credentials, each about the one who presents it.

    A token, or the EnvelopedVerifiablePresentation that holds one, as an object or signed once more as some makers do.
    `resolve_holder_key` finds the presenter's keys where they differ by purpose (DCP 1.0 §5: authentication). A
    `nonce` that is asked for must come back. `unaddressed` accepts one that names no audience or no end: only for what
    was fetched from the holder's own service, where the connection says for whom and when it was made. An audience or
    an end that is there is always checked.

    Raises what `verify` raises, and WrongAudience, WrongHolder, TokenExpired or TokenNotYetValid for the presentation.
    """
    token = _unwrapped(presentation)
    header, claims = read_unverified(token, max_bytes=MAX_PRESENTATION_BYTES)
    check_type(header, PRESENTATION_TYPES)
    document = claims.get("vp", claims)
    if not isinstance(document, dict) or "VerifiablePresentation" not in texts(document.get("type"), "type"):
        raise BadInput("The token is no verifiable presentation: vp or its type is missing.")
    holder = holder_of(claims, document)
    verify_by(token, header, holder, resolve_holder_key or resolve_key, max_bytes=MAX_PRESENTATION_BYTES)
    _check_addressed(claims, audience, nonce, at, unaddressed=unaddressed)
    shown = [
        verify(each, resolve_key, at, trusted_issuers=trusted_issuers, trust=trust, lenient=lenient)
        for each in _credentials(document, plain="vp" in claims)
    ]
    for credential in shown:
        if any(subject["id"] != holder for subject in credential.subjects):
            raise WrongHolder(f"Credential {credential.id} is about another than its presenter {holder}.")
    if len({credential.model for credential in shown}) > 1:
        raise BadInput("The presentation mixes credentials of different data models.")
    return shown


def _check_addressed(
    claims: Mapping[str, object], audience: str, nonce: str | None, at: datetime, *, unaddressed: bool
) -> None:
    if not (unaddressed and "aud" not in claims) and audience not in texts(claims.get("aud"), "aud"):
        raise WrongAudience(f"The presentation was not made for {audience}.")
    if nonce is not None and claims.get("nonce") != nonce:
        raise WrongAudience("The presentation does not answer this request: its nonce differs.")
    if claims.get("exp") is None and not unaddressed:
        raise BadInput("The presentation never ends; it must carry exp.")
    check_times(claims, at=at, leeway_s=LEEWAY_S)


def holder_of(claims: Mapping[str, object], document: Mapping[str, object]) -> str:
    """Return who shows this: `iss` and `holder` must be the same where both speak (`sub`, too, where it is given)."""
    named = document.get("holder")
    told = [claims.get("iss"), named.get("id") if isinstance(named, dict) else named]
    speaking = [each for each in told if each is not None]
    if not speaking or not all(isinstance(each, str) and each for each in speaking):
        raise BadInput("The presentation does not say who shows it (iss or holder).")
    if len({*speaking, *([claims["sub"]] if isinstance(claims.get("sub"), str) else [])}) > 1:
        raise WrongHolder(f"The presentation names another holder than its signer {speaking[0]}.")
    return str(speaking[0])


def _credentials(document: Mapping[str, object], *, plain: bool) -> list[str]:
    """The tokens inside: texts in a 1.1 presentation, envelopes in a 2.0 one."""
    given = document.get("verifiableCredential")
    found = given if isinstance(given, list) else [given]
    if not found or len(found) > MAX_CREDENTIALS:
        raise BadInput(f"A presentation shows between 1 and {MAX_CREDENTIALS} credentials.")
    if plain:
        return list(texts(found, "vp.verifiableCredential"))
    if model_of(document) != "2.0":
        raise BadInput("A presentation of the 1.1 model belongs under vp.")
    return [open_envelope(each, ENVELOPED_CREDENTIAL, "vc") for each in found]


def _unwrapped(presentation: str | Mapping[str, object]) -> str:
    """The token that was signed by the holder, out of at most one envelope, itself perhaps in a token.

    What is signed around the envelope proves nothing that the token inside does not; it is not asked.
    """
    if not isinstance(presentation, str):
        return open_envelope(presentation, ENVELOPED_PRESENTATION, "vp")
    _, claims = read_unverified(presentation, max_bytes=MAX_PRESENTATION_BYTES)
    is_envelope = ENVELOPED_PRESENTATION in (claims.get("type"), *_list(claims.get("type")))
    return open_envelope(claims, ENVELOPED_PRESENTATION, "vp") if is_envelope else presentation


def open_envelope(envelope: object, kind: str, what: str) -> str:
    """Return the token in a data: URL (RFC 2397) of the right media type (VC 2.0 §4.13); raise BadInput.

    `kind` is the envelope's type, `what` the kind of token (``vc`` or ``vp``).
    """
    if not isinstance(envelope, Mapping) or kind not in texts(envelope.get("type"), "type"):
        raise BadInput(f"An {kind} was expected.")
    address = envelope.get("id")
    media, comma, token = address.partition(",") if isinstance(address, str) else ("", "", "")
    if not comma or media not in tuple(f"data:application/{what}+{subtype}" for subtype in _SUBTYPES):
        raise BadInput(f"An {kind} must hold its token as data:application/{what}+jwt,….")
    return token


def _envelope(kind: str, address: str) -> dict[str, object]:
    return {"@context": VC_CONTEXT_2, "id": address, "type": kind}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
