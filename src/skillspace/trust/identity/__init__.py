"""Identity: DIDs and their documents, self-issued tokens, and calls between nodes that prove who calls."""

from skillspace.trust.identity.document import DidDocument, did_document, did_of_address
from skillspace.trust.identity.peers import Peer, PeerClient, PeerRefused
from skillspace.trust.identity.resolver import DidResolver
from skillspace.trust.identity.tokens import SelfIssuedTokens

__all__ = [
    "DidDocument",
    "DidResolver",
    "Peer",
    "PeerClient",
    "PeerRefused",
    "SelfIssuedTokens",
    "did_document",
    "did_of_address",
]
