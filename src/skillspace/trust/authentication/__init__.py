"""Authentication: how peers prove who they are on the protocol, behind one port with three implementations.

DCP is what a data space uses; OAuth2 client credentials serve spaces with an identity provider; the mock scheme of
foreign test connectors proves nothing and works on loopback only.
"""

from skillspace.trust.authentication.dcp import ClaimsAuthentication
from skillspace.trust.authentication.mock import MockAuthentication
from skillspace.trust.authentication.oauth2 import OAuth2Authentication, OAuth2Terms
from skillspace.trust.authentication.port import Authentication, KnownPeers

__all__ = [
    "Authentication",
    "ClaimsAuthentication",
    "KnownPeers",
    "MockAuthentication",
    "OAuth2Authentication",
    "OAuth2Terms",
]
