"""Identity: DIDs and their documents, self-issued tokens, and calls between nodes that prove who calls."""

from skillspace.trust.identity.document import DidDocument, read_document
from skillspace.trust.identity.peers import Peer, PeerClient, PeerRefused
from skillspace.trust.identity.resolver import DidResolver
from skillspace.trust.identity.tokens import SelfIssuedTokens
from skillspace.trust.identity.writing import RetiredKey, did_document, did_of_address

__all__ = [
    "DidDocument",
    "DidResolver",
    "Peer",
    "PeerClient",
    "PeerRefused",
    "RetiredKey",
    "SelfIssuedTokens",
    "did_document",
    "did_of_address",
    "read_document",
]
