"""Issuers as a wallet meets them (OpenID4VCI 1.0): reading an offer, redeeming its code, fetching, telling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit, urlunsplit

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_secret
from skillspace.people.wallet.calling import MAX_BYTES, IssuerCalls
from skillspace.people.wallet.model import NotAnOffer, NotReady, OfferRefused, OfferSeen, Server, Terms, Waiting
from skillspace.records.credentials.dcql import PLAIN, SELECTIVE
from skillspace.trust.issuance import CODE_GRANT, GRANT, PROOF_TYPE, challenge_of
from skillspace.wire.jose import SigningKey, sign_jwt, strict_json
from skillspace.wire.outbound import Outbound, Reply

#: The page of ours that issuers send people back to; with this node's address it is known to them to the letter.
SIGNED_IN = "/you/cards/signed-in"
#: A credential that is not ready is asked for again after as long as its issuer says, within these.
LOOK_AGAIN_S, LOOK_AGAIN_AT_MOST_S = 5, 86_400
MAX_LINK = 16 * 1024
#: The formats a wallet here can keep, the one that shows least first.
_FORMATS = (SELECTIVE, PLAIN)


class Issuers:
    """Talks to issuers for people's wallets. What an offer says is believed of nobody before it is signed."""

    def __init__(self, outbound: Outbound, clock: Clock, *, did: str, address: str, secret: bytes) -> None:
        self._outbound = outbound
        self._calls = IssuerCalls(outbound, clock, secret)
        self._clock = clock
        self._client = {"client_id": did, "redirect_uri": f"{address.rstrip('/')}{SIGNED_IN}"}

    def look(self, link: str) -> OfferSeen:
        """Return what a link offers, by value or by reference; raise NotAnOffer, PeerUnreachable."""
        offer = self._offer(link)
        issuer = _text(offer, "credential_issuer")
        metadata = self._get(_well_known(issuer, "openid-credential-issuer"))
        if metadata.get("credential_issuer") != issuer:
            raise NotAnOffer(f"{issuer[:200]} does not say of itself that it issues credentials.")
        name, terms, scope = _chosen(offer, metadata, issuer)
        grants = _mapping(offer.get("grants"))
        kind = GRANT if isinstance(grants.get(GRANT), dict) else CODE_GRANT
        grant = _mapping(grants.get(kind))
        server = issuer
        if isinstance(servers := metadata.get("authorization_servers"), list) and servers:
            server = str(grant.get("authorization_server", servers[0]))
            if server not in servers:
                raise NotAnOffer("The offer names an authorization server that its issuer does not know.")
        authorization = self._get(_well_known(server, "oauth-authorization-server"))
        if authorization.get("issuer", server) != server:
            raise NotAnOffer(f"{server[:200]} does not say of itself that it gives tokens.")
        is_ready = kind == GRANT
        if "ES256" in _listed(authorization.get("dpop_signing_alg_values_supported")):
            terms = replace(terms, held=new_secret(16))
        return OfferSeen(
            issuer=issuer,
            issuer_name=_name(metadata) or issuer,
            title=name,
            needs_pin="tx_code" in grant,
            terms=terms,
            server=_server(authorization, server, signs_in=not is_ready),
            code=_text(grant, "pre-authorized_code") if is_ready else None,
            issuer_state=_maybe(grant, "issuer_state"),
            scope=scope,
        )

    def redeem(self, seen: OfferSeen, pin: str | None) -> str:
        """Give the offer's code for an access token; it works once. Raises OfferRefused, PeerUnreachable."""
        form = {"grant_type": GRANT, "pre-authorized_code": seen.code or ""} | ({"tx_code": pin} if pin else {})
        return self._token(seen.server, form, seen.terms)

    def push(self, seen: OfferSeen, *, state: str, verifier: str) -> str:
        """Tell the issuer what is asked for (RFC 9126), and return where its holder signs in.

        Raises OfferRefused, PeerUnreachable.
        """
        form = self._client | {"response_type": "code", "state": state, "scope": seen.scope or ""}
        form |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        if seen.issuer_state is not None:
            form["issuer_state"] = seen.issuer_state
        if seen.terms.held is not None:
            form["dpop_jkt"] = self._calls.thumbprint(seen.terms.held)
        reply = self._calls.post_form(seen.server.push_endpoint or "", form)
        asked = {"client_id": self._client["client_id"], "request_uri": _text(_answer(reply), "request_uri")}
        page = seen.server.authorization_endpoint or ""
        return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"

    def redeem_signed_in(self, waiting: Waiting, code: str) -> str:
        """Give the code of a sign-in for an access token; it works once. Raises OfferRefused, PeerUnreachable."""
        form = {"grant_type": CODE_GRANT, "code": code, "code_verifier": waiting.verifier} | self._client
        return self._token(waiting.server, form, waiting.terms)

    def _token(self, server: Server, form: Mapping[str, str], terms: Terms) -> str:
        answer = _answer(self._calls.post_form(server.token_endpoint, form, terms.held))
        if terms.held is not None and str(answer.get("token_type")).lower() != "dpop":
            raise OfferRefused("The organisation says that it binds what it gives to a key, and did not.")
        return _text(answer, "access_token")

    def fetch(self, terms: Terms, access_token: str, key: SigningKey) -> tuple[str, str | None]:
        """Return the credential, bound to `key`, and the name by which to tell what became of it.

        Raises OfferRefused, PeerUnreachable, NotReady where it is to be fetched later; asking again with the same key
        is harmless.
        """
        if terms.transaction is not None and terms.deferred_endpoint is not None:
            later = {"transaction_id": terms.transaction}
            return _given(self._calls.post_json(terms.deferred_endpoint, later, access_token, terms.held), terms)
        claims: dict[str, object] = {"aud": terms.issuer, "iat": int(self._clock().timestamp())}
        if terms.nonce_endpoint is not None:
            claims["nonce"] = _text(_answer(self._outbound.send("POST", terms.nonce_endpoint)), "c_nonce")
        named: dict[str, object] = {"kid": key.kid}
        if terms.format == SELECTIVE:
            public = key.public_jwk()
            named = {"jwk": {name: public[name] for name in ("kty", "crv", "x", "y")}}
        proof = sign_jwt(claims, key, typ=PROOF_TYPE, named=named)
        request = {"credential_configuration_id": terms.configuration, "proofs": {"jwt": [proof]}}
        return _given(self._calls.post_json(terms.credential_endpoint, request, access_token, terms.held), terms)

    def tell(self, terms: Terms, access_token: str, notice: str, event: str) -> None:
        """Tell the issuer what became of the credential; its refusal changes nothing here."""
        if terms.notification_endpoint is not None:
            message = {"notification_id": notice, "event": event}
            self._calls.post_json(terms.notification_endpoint, message, access_token, terms.held)

    def _offer(self, link: str) -> Mapping[str, Any]:
        fields = fields_of(link)
        if "credential_offer" in fields:
            return _object(fields["credential_offer"].encode())
        if "credential_offer_uri" in fields:
            return self._get(fields["credential_offer_uri"])
        raise NotAnOffer()

    def _get(self, address: str) -> Mapping[str, Any]:
        reply = self._outbound.send("GET", address, headers={"Accept": "application/json"}, max_bytes=MAX_BYTES)
        if reply.status != 200:
            raise NotAnOffer(f"{address[:200]} is not there (answer {reply.status}).")
        return _object(reply.body)


def fields_of(link: str) -> dict[str, str]:
    """Return the fields of a wallet's link, each once; raise BadInput when one comes twice, or the link is too long."""
    if len(link) > MAX_LINK:
        raise BadInput("The link is too long.")
    try:
        given = parse_qs(urlsplit(link.strip()).query, max_num_fields=40, errors="strict")
    except ValueError:
        raise BadInput("The link cannot be read.") from None
    if any(len(values) > 1 for values in given.values()):
        raise BadInput("The link says one thing twice.")
    return {name: values[0] for name, values in given.items()}


def _given(reply: Reply, terms: Terms) -> tuple[str, str | None]:
    """The credential of an answer, or NotReady with the name by which it is asked for later (OpenID4VCI 1.0 §8.3, §9).

    Earlier drafts said so with an error.
    """
    told = _object(reply.body) if reply.status < 500 else {}
    is_pending = told.get("error") == "issuance_pending"
    named = told.get("transaction_id", terms.transaction if is_pending else None)
    if isinstance(named, str) and named and terms.deferred_endpoint is not None:
        wait = told.get("interval")
        seconds = wait if isinstance(wait, int | float) and not isinstance(wait, bool) else LOOK_AGAIN_S
        after = timedelta(seconds=min(max(seconds, LOOK_AGAIN_S), LOOK_AGAIN_AT_MOST_S))
        raise NotReady(transaction=named, after=after)
    answer = _answer(reply)
    given = answer.get("credentials")
    first = given[0] if isinstance(given, list) and given else None
    token = first.get("credential") if isinstance(first, dict) else None
    if not isinstance(token, str):
        raise OfferRefused("The organisation did not give the credential now; ask it for a new offer.")
    notice = answer.get("notification_id")
    return token, notice if isinstance(notice, str) else None


def _server(authorization: Mapping[str, Any], issuer: str, *, signs_in: bool) -> Server:
    """Raises NotAnOffer where one would have to sign in and could not do so safely."""
    endpoint = _text(authorization, "token_endpoint")
    if not signs_in:
        return Server(issuer=issuer, token_endpoint=endpoint)
    pushed = _maybe(authorization, "pushed_authorization_request_endpoint")
    if pushed is None or "S256" not in _listed(authorization.get("code_challenge_methods_supported")):
        raise NotAnOffer("This offer wants you to sign in with its issuer in a way that wallets here do not trust.")
    page = _text(authorization, "authorization_endpoint")
    # A person is led there: it must be as safe as what was reached already, and no script.
    if _parts(page).scheme != _parts(issuer).scheme:
        raise NotAnOffer(f"{page[:200]!r} is no address where one could sign in safely.")
    return Server(
        issuer=issuer,
        token_endpoint=endpoint,
        authorization_endpoint=page,
        push_endpoint=pushed,
        says_who_it_is=authorization.get("authorization_response_iss_parameter_supported") is True,
    )


def _chosen(offer: Mapping[str, Any], metadata: Mapping[str, Any], issuer: str) -> tuple[str, Terms, str | None]:
    """The configuration that a wallet here can keep, of those that are offered, and the scope it is asked for by."""
    known, offered = metadata.get("credential_configurations_supported"), offer.get("credential_configuration_ids")
    if not isinstance(known, dict) or not isinstance(offered, list):
        raise NotAnOffer()
    found = {str(name): known[name] for name in offered if isinstance(name, str) and isinstance(known.get(name), dict)}
    for format in _FORMATS:
        for name, told in found.items():
            if told.get("format") == format and _can_prove(told):
                terms = Terms(
                    issuer=issuer,
                    credential_endpoint=_text(metadata, "credential_endpoint"),
                    nonce_endpoint=_maybe(metadata, "nonce_endpoint"),
                    notification_endpoint=_maybe(metadata, "notification_endpoint"),
                    configuration=name,
                    format=format,
                    deferred_endpoint=_maybe(metadata, "deferred_credential_endpoint"),
                )
                title = _name(_mapping(told.get("credential_metadata"))) or _name(told) or name
                return title, terms, _maybe(told, "scope")
    raise NotAnOffer("What is offered comes in no format that can be kept here.")


def _can_prove(told: Mapping[str, Any]) -> bool:
    jwt = _mapping(_mapping(told.get("proof_types_supported")).get("jwt"))
    return "ES256" in _listed(jwt.get("proof_signing_alg_values_supported"))


def _well_known(address: str, name: str) -> str:
    """The well-known place goes between host and path (OpenID4VCI 1.0 §12.2.2, RFC 8414 §3)."""
    parts = _parts(address)
    if parts.query or parts.fragment:
        raise NotAnOffer(f"{address[:200]} cannot be an issuer's address.")
    return urlunsplit((parts.scheme, parts.netloc, f"/.well-known/{name}{parts.path.rstrip('/')}", "", ""))


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise NotAnOffer(f"{address[:200]!r} is no address.") from None


def _answer(reply: Reply) -> Mapping[str, Any]:
    if reply.status < 300:
        return _object(reply.body)
    try:
        told = _object(reply.body)
    except BadInput:
        told = {}
    words = told.get("error_description") or told.get("error") or f"answer {reply.status}"
    raise OfferRefused(f"The organisation refused: {str(words)[:300]}")


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = strict_json(body)
    except BadInput as fault:
        raise NotAnOffer(fault.message) from fault
    if not isinstance(found, dict):
        raise NotAnOffer("A JSON object was expected.")
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(metadata: Mapping[str, Any]) -> str | None:
    shown = metadata.get("display")
    first = shown[0] if isinstance(shown, list) and shown and isinstance(shown[0], dict) else {}
    name = first.get("name")
    return name[:200] if isinstance(name, str) and name.strip() else None


def _text(document: Mapping[str, Any], name: str) -> str:
    found = document.get(name)
    if not isinstance(found, str) or not found:
        raise NotAnOffer(f"The other side does not say its {name}.")
    return found


def _maybe(document: Mapping[str, Any], name: str) -> str | None:
    return None if document.get(name) is None else _text(document, name)
