"""Who this node is and how it proves it: identity, credentials, membership."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509

from skillspace.kernel.clock import Clock
from skillspace.node.certificates import anchors_of
from skillspace.node.keys import proof_key, read_key, retired_keys
from skillspace.node.settings import Settings
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.trust.authentication import (
    Authentication,
    ClaimsAuthentication,
    MockAuthentication,
    OAuth2Authentication,
)
from skillspace.trust.claims import (
    ISSUER_PATH,
    SERVICE_PATH,
    STATUS_PATH,
    Correspondence,
    CredentialService,
    Issuer,
    SecureTokenService,
    Verifier,
)
from skillspace.trust.identity import DidResolver, Peer, PeerClient, SelfIssuedTokens, did_document
from skillspace.trust.identity.document import read_document
from skillspace.trust.issuers import TrustedIssuers
from skillspace.trust.issuers.certified import CertifiedKeys
from skillspace.trust.issuers.revocation_asking import RevocationDesk
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.membership import Authority, Directory, Gatekeeper, LegalIdentities
from skillspace.trust.register import Contact, Record, Registers
from skillspace.trust.status import Register, StatusChecker
from skillspace.trust.vc_api import VC_STATUS_PATH, VcApi
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound

#: Who gave out a certificate keeps a check waiting no longer than this.
SILENT_SECONDS, ANSWER_SECONDS = 4.0, 8.0


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Who this node is and how it proves it: identity and membership."""

    did: str
    key: SigningKey
    document: dict[str, object]
    outbound: Outbound
    signed: Outbound
    """Where what proves itself is fetched, whichever way it comes."""
    resolver: DidResolver
    keys: KeyResolver
    """The keys of issuers, known by their DID or by a certificate."""
    anchors: tuple[x509.Certificate, ...]
    standings: Standings
    """Whether certificates were taken back."""
    tokens: SelfIssuedTokens
    wallet: CredentialService
    issuer: Issuer | None
    sts: SecureTokenService | None
    correspondence: Correspondence
    gatekeeper: Gatekeeper
    peers: PeerClient
    verifier: Verifier
    issuers: TrustedIssuers
    status: StatusChecker
    directory: Directory
    registers: Registers
    authority: Authority | None
    vc_api: VcApi | None
    written: Mapping[str, Peer]
    """Peers of other schemes, by the operator's word."""

    def roles_of(self, work: Work, participant: str) -> frozenset[str]:
        """Return what a participant is: by the authority's list, or else by the operator's word."""
        found = self.directory.find(work, participant) or self.written.get(participant)
        return found.roles if found else frozenset()


def trust_of(settings: Settings, database: Database, clock: Clock) -> Trust:
    did, key = settings.did, read_key(settings.folder)
    services = {
        "CredentialService": f"{settings.address}{SERVICE_PATH}",
        "DataService": f"{settings.address}/dsp/.well-known/dspace-version",
        "SkillspaceNode": settings.address,
    }
    if settings.is_authority:
        services["IssuerService"] = f"{settings.address}{ISSUER_PATH}"
    retired = [each for each in retired_keys(settings.folder) if each.until > clock()]
    proof = proof_key(settings.folder) if settings.vc_api is not None else None
    method = f"{did}#proof-1"
    document = did_document(did, [key], services, retired, {method: proof.multikey} if proof is not None else None)
    outbound = Outbound(loopback=settings.loopback)
    resolver = DidResolver(outbound, loopback=settings.loopback, own=read_document(document, did))
    tokens = SelfIssuedTokens(did, key, resolver, database, clock)
    issuers = TrustedIssuers(settings.trusted_issuers, authority=settings.authority)
    wallet = CredentialService(
        did=did,
        key=key,
        resolver=resolver,
        trust=issuers.is_trusted,
        issuers={settings.authority, *(each.did for each in settings.trusted_issuers)},
        shows=settings.shown_credentials,
        clock=clock,
    )
    anchors = tuple(anchors_of(settings))
    signed = Outbound(loopback=settings.loopback, plain=True, timeout_s=SILENT_SECONDS, answer_s=ANSWER_SECONDS)
    standings = Standings(clock, RevocationDesk(signed).ask if settings.seal_revocation else None)
    keys = CertifiedKeys(resolver.key, anchors, clock, standings).key
    status = StatusChecker(outbound, keys, clock)
    verifier = Verifier(
        tokens=tokens,
        resolver=resolver,
        outbound=outbound,
        trust=issuers.is_trusted,
        check_status=status.check,
        clock=clock,
    )
    peers = PeerClient(outbound, tokens, resolver, own_access=wallet.access_token)
    issuer, authority = None, None
    if settings.is_authority:
        register = Register(issuer_did=did, issuer_key=key, base=f"{settings.address}{STATUS_PATH}")
        issuer = Issuer(did=did, key=key, base=f"{settings.address}{ISSUER_PATH}", register=register)
        legal = LegalIdentities(resolve_key=resolver.key, trust=issuers.is_trusted, check_status=status.check)
        authority = Authority(did=did, data_space=settings.data_space, issuer=issuer, legal=legal)
    vc_api = None
    if settings.vc_api is not None and proof is not None:
        named = (did, method) if settings.vc_api.issuer == "web" else (proof.did, proof.method_of_did)
        places = Register(
            issuer_did=named[0], issuer_key=key, base=f"{settings.address}{VC_STATUS_PATH}", desk="vc-api"
        )
        vc_api = VcApi(
            did=named[0],
            method=named[1],
            key=proof,
            resolver=resolver,
            register=places,
            status=status,
            database=database,
            clock=clock,
        )
    directory = Directory(authority=settings.authority, peers=peers)
    return Trust(
        did=did,
        key=key,
        document=document,
        outbound=outbound,
        signed=signed,
        resolver=resolver,
        keys=keys,
        anchors=anchors,
        standings=standings,
        tokens=tokens,
        wallet=wallet,
        issuer=issuer,
        sts=SecureTokenService(tokens=tokens, access=wallet.access) if settings.sts else None,
        correspondence=Correspondence(
            holder=wallet, issuer=issuer, tokens=tokens, resolver=resolver, outbound=outbound
        ),
        gatekeeper=Gatekeeper(verifier=verifier, clock=clock, keep=timedelta(seconds=settings.believe_seconds)),
        peers=peers,
        verifier=verifier,
        issuers=issuers,
        status=status,
        directory=directory,
        registers=Registers(
            own_did=did,
            key=key,
            resolve_key=resolver.key,
            peers=peers,
            fallback=Record(name=settings.name, country=settings.country, contact=Contact(website=settings.address)),
            members=lambda work: [peer.did for peer in directory.peers(work)],
        ),
        authority=authority,
        vc_api=vc_api,
        written={
            peer.id: Peer(did=peer.id, name=peer.name or peer.id, roles=frozenset(peer.roles))
            for peer in settings.peers
        },
    )


def authentication_in(settings: Settings, trust: Trust, clock: Clock) -> Authentication:
    """Return the scheme by which peers prove who they are on the protocol; all else is DCP whatever is set here."""
    if settings.authentication == "mock":
        return MockAuthentication(settings.participant, known=trust.written, loopback=settings.loopback)
    if settings.authentication == "oauth2" and settings.oauth2 is not None:
        return OAuth2Authentication(
            settings.participant, settings.oauth2, trust.outbound, known=trust.written, clock=clock
        )
    return ClaimsAuthentication(trust.peers, trust.gatekeeper.authenticate)
