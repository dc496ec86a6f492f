"""Verifiers as a wallet meets them (OpenID4VP 1.0): reading a request, knowing who sent it, answering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography import x509

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.kernel.ids import new_secret
from skillspace.people.wallet.issuers import fields_of
from skillspace.people.wallet.model import NotARequest, RequestSeen
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.dcql import read_query
from skillspace.trust.issuers.revocation import Revocation
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.presentation import (
    ANY_WALLET,
    BY_ADDRESS,
    BY_DID,
    BY_HASH,
    BY_HOST,
    ENCRYPTED,
    IN_THE_CLEAR,
    REQUEST_TYPE,
)
from skillspace.wire.certificates import CertificateRevoked, Certified, chain_name, check_chain, read_chain
from skillspace.wire.jose import check_times, read_unverified, strict_json, verify_jwt
from skillspace.wire.jwe import ALGORITHM, ENCODINGS
from skillspace.wire.outbound import Outbound, Reply

MAX_BYTES = 256 * 1024
MAX_PURPOSE = 500
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": f"application/{REQUEST_TYPE}"}
_JSON_FIELDS = ("dcql_query", "client_metadata")


class Verifiers:
    """Reads what verifiers ask of wallets here, and carries the answers.

    `resolve_key` finds the keys of those known by a DID; those known by a certificate count when an authority among
    the `anchors` vouches for them, and has not taken that back as far as `standings` tells. Those known by the address
    of their answers alone prove nothing about themselves, and the person is told so.
    """

    def __init__(
        self,
        outbound: Outbound,
        resolve_key: KeyResolver,
        clock: Clock,
        anchors: Sequence[x509.Certificate] = (),
        standings: Standings | None = None,
    ) -> None:
        self._outbound = outbound
        self._resolve_key = resolve_key
        self._clock = clock
        self._anchors = tuple(anchors)
        self._standings = standings or Standings(clock)

    def look(self, link: str) -> RequestSeen:
        """Return what a link asks for; raise NotARequest with the reason, InvalidSignature, PeerUnreachable."""
        fields = fields_of(link)
        client_id = fields.get("client_id", "")
        if "request_uri" in fields:
            return self._signed(*self._fetch(fields["request_uri"], fields.get("request_uri_method")), client_id)
        if "request" in fields:
            return self._signed(fields["request"], None, client_id)
        if not client_id.startswith(BY_ADDRESS):
            raise NotARequest("A request that nobody signed must be known by where its answer goes (redirect_uri).")
        given: dict[str, Any] = dict(fields)
        for name in _JSON_FIELDS:
            if name in given:
                given[name] = _json(given[name])
        return _seen(given, is_signed=False)

    def post(self, response_uri: str, form: Mapping[str, str]) -> Reply:
        """Post an answer; raise PeerUnreachable when nobody takes it."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._outbound.send("POST", response_uri, headers=headers, content=urlencode(form).encode())

    def _fetch(self, address: str, method: str | None) -> tuple[str, str | None]:
        """The request object, and the nonce of ours that must be in it."""
        if method not in (None, "get", "post"):
            raise NotARequest("The link names a way to fetch the request that does not exist (request_uri_method).")
        nonce = new_secret(16) if method == "post" else None
        content = urlencode({"wallet_nonce": nonce}).encode() if nonce else None
        headers = _FORM if nonce else {"Accept": _FORM["Accept"]}
        reply = self._outbound.send(
            "POST" if nonce else "GET", address, headers=headers, content=content, max_bytes=MAX_BYTES
        )
        if reply.status != 200:
            raise NotARequest(f"The request is not there any more (answer {reply.status}).")
        try:
            return reply.body.decode("ascii").strip(), nonce
        except UnicodeDecodeError:
            raise NotARequest("What was fetched is no signed request.") from None

    def _signed(self, token: str, nonce: str | None, client_id: str) -> RequestSeen:
        header, claims = read_unverified(token, max_bytes=MAX_BYTES)
        if header.get("typ") != REQUEST_TYPE:
            raise NotARequest(f"A signed request must be of the type {REQUEST_TYPE}.")
        if not client_id.startswith((BY_DID, BY_HOST, BY_HASH)) or claims.get("client_id") != client_id:
            raise NotARequest(
                "Who asks is not told the same way in the link and in the request, or in a way not known."
            )
        certified = None if client_id.startswith(BY_DID) else self._certified(client_id, header, claims)
        key = certified.jwk if certified is not None else self._key_of(client_id.removeprefix(BY_DID), header)
        verify_jwt(token, key, max_bytes=MAX_BYTES)
        if claims.get("aud") not in (ANY_WALLET, [ANY_WALLET]):
            raise NotARequest("The request was made for another wallet.")
        if nonce is not None and claims.get("wallet_nonce") != nonce:
            raise NotARequest("The request is not a fresh one: it does not repeat our nonce.")
        check_times(claims, at=self._clock())
        seen = _seen(claims, is_signed=True)
        if certified is None:
            return seen
        revocation = self._standings.of(certified)
        if revocation is Revocation.REVOKED:
            raise CertificateRevoked()
        return replace(
            seen,
            verifier=", ".join(sorted(certified.hosts)) or certified.organisation,
            certified=certified.organisation,
            authority=certified.authority,
            is_unchecked=revocation is Revocation.UNCHECKED,
        )

    def _key_of(self, did: str, header: Mapping[str, object]) -> Mapping[str, object]:
        kid = header.get("kid")
        if not isinstance(kid, str) or kid.partition("#")[0] not in ("", did):
            raise InvalidSignature("The request is signed by another key than its sender's.")
        return self._resolve_key(did, kid)

    def _certified(self, client_id: str, header: Mapping[str, object], claims: Mapping[str, object]) -> Certified:
        """Whom the request's certificate names; that must be who says to ask (OpenID4VP 1.0 §5.9.3)."""
        found = check_chain(read_chain(chain_name(header)), self._anchors, self._clock())
        if client_id.startswith(BY_HASH):
            if client_id.removeprefix(BY_HASH) != found.digest:
                raise InvalidSignature("The request brings another certificate than the one it names.")
            return found
        host = client_id.removeprefix(BY_HOST).lower()
        if host not in found.hosts:
            raise InvalidSignature(f"The request's certificate is not that of {host[:200]}.")
        if _host(claims.get("response_uri")) != host:
            raise NotARequest("The answer would go elsewhere than to whoever asks.")
        return found


def _seen(given: Mapping[str, Any], *, is_signed: bool) -> RequestSeen:
    mode = given.get("response_mode")
    if given.get("response_type") != "vp_token" or mode not in (IN_THE_CLEAR, ENCRYPTED):
        raise NotARequest(f"Only answers by {IN_THE_CLEAR} and {ENCRYPTED} are given here.")
    if "redirect_uri" in given or "transaction_data" in given or "scope" in given:
        raise NotARequest("The request asks for something that wallets here do not do.")
    client_id, response_uri, nonce = (_text(given, name) for name in ("client_id", "response_uri", "nonce"))
    if client_id.startswith(BY_ADDRESS) and client_id.removeprefix(BY_ADDRESS) != response_uri:
        raise NotARequest("The answer would go elsewhere than to whoever asks.")
    query, metadata = given.get("dcql_query"), given.get("client_metadata")
    read_query(query)
    name = metadata.get("client_name") if isinstance(metadata, dict) else None
    purpose, state = given.get("purpose"), given.get("state")
    return RequestSeen(
        client_id=client_id,
        verifier=client_id.removeprefix(BY_DID) if is_signed else _place(response_uri),
        is_signed=is_signed,
        name=name[:200] if isinstance(name, str) else "",
        purpose=purpose[:MAX_PURPOSE] if isinstance(purpose, str) else "",
        query=query if isinstance(query, dict) else {},
        response_uri=response_uri,
        nonce=nonce,
        state=state if isinstance(state, str) else None,
        encryption=_encryption(metadata) if mode == ENCRYPTED else None,
    )


def _encryption(metadata: object) -> dict[str, Any]:
    """The key that an answer shall be encrypted for, and how, of those that are understood here."""
    told = metadata if isinstance(metadata, dict) else {}
    held = told.get("jwks")
    keys = held.get("keys") if isinstance(held, dict) else None
    wanted = told.get("encrypted_response_enc_values_supported", ["A128GCM"])
    how = [each for each in ENCODINGS if isinstance(wanted, list) and each in wanted]
    for key in keys if isinstance(keys, list) else ():
        fits = isinstance(key, dict) and key.get("crv") == "P-256" and key.get("use", "enc") == "enc"
        if fits and key.get("alg", ALGORITHM) == ALGORITHM and how:
            members = {name: str(key[name]) for name in ("kty", "crv", "x", "y", "kid") if name in key}
            return {"key": members, "how": how[0]}
    raise NotARequest("The request wants an encrypted answer, and names no key or no way that is understood here.")


def _host(address: object) -> str:
    try:
        return (urlsplit(str(address)).hostname or "").lower()
    except ValueError:
        return ""


def _place(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        raise NotARequest(f"The answer would go to {address[:100]!r}, which is no address.") from None


def _json(text: str) -> object:
    try:
        return strict_json(text)
    except BadInput as fault:
        raise NotARequest(fault.message) from fault


def _text(given: Mapping[str, Any], name: str) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= 2000:
        raise NotARequest(f"The request has no {name}, or one that is too long.")
    return found
