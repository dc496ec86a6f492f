"""1EdTech's revocation list for Open Badges 3.0: the credentials that an issuer took back, by their identifiers.

Unlike the lists of bits it is signed by nobody: it counts because the signed credential names its address, which is
asked over HTTPS, and it is an issuer's own where it says whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.model import UntrustedIssuer
from skillspace.wire.jose import strict_json

#: What a credentialStatus of this kind calls itself; its `id` is the address of the list (OB 3.0, vcrl 1.0).
ENTRY_TYPE = "1EdTechRevocationList"
MAX_LIST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class RevocationList:
    """The identifiers of what was taken back; it says nothing of how long it may be kept."""

    address: str
    revoked: frozenset[str]
    expires: datetime | None = None


def read_revocation_list(published: str, *, address: str, issuer: str) -> RevocationList:
    """Read the list published at `address`; one without `revoked` beside an identifier took it back all the same.

    Raises UntrustedIssuer when it says that it is another's, BadInput when it is no such list.
    """
    if len(published) > MAX_LIST_BYTES:
        raise BadInput(f"The revocation list is too long; at most {MAX_LIST_BYTES} characters are read.")
    document = strict_json(published)
    listed = document.get("revokedCredentials", []) if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or "issuer" not in document or not isinstance(listed, list):
        raise BadInput(f"What is published at {address} is no revocation list.")
    named = document["issuer"]
    whose = named.get("id") if isinstance(named, Mapping) else named
    if whose != issuer:
        raise UntrustedIssuer(f"The list at {address} is of {str(whose)[:200]}, not of {issuer}.")
    revoked = set()
    for each in listed:
        name = each.get("id") if isinstance(each, Mapping) else None
        if not isinstance(each, Mapping) or not isinstance(name, str):
            raise BadInput(f"An entry of the revocation list at {address} names no credential.")
        if each.get("revoked", True) is not False:
            revoked.add(name)
    return RevocationList(address=address, revoked=frozenset(revoked))
