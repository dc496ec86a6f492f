"""Who calls holds a key (DPoP, RFC 9449): a token that was given to it opens nothing in other hands.

A wallet may do without; one that proves a key once is asked for that key from then on.
"""

from __future__ import annotations

from skillspace.kernel.errors import BadInput, Refused
from skillspace.storage.database import Work
from skillspace.trust.issuance.model import IssuanceFault
from skillspace.trust.issuance.nonces import Nonces
from skillspace.wire.dpop import FRESH_FOR, read_proof

KIND = "possession"


class Possessions:
    """Checks the proofs that come with calls below `base`; each counts once, with a nonce of ours (§8)."""

    def __init__(self, nonces: Nonces, base: str) -> None:
        self._nonces = nonces
        self._base = base

    def nonce(self, work: Work) -> str:
        """Return a nonce for proofs, good for several within minutes."""
        return self._nonces.new(work, KIND)

    def key(self, work: Work, path: str, proof: str, access_token: str | None = None) -> str:
        """Return the thumbprint of the key that a POST to `path` proves, with the access token that came along.

        To be called in a transaction of its own, so that a proof is spent whatever comes of the call. Raises
        IssuanceFault (invalid_dpop_proof, use_dpop_nonce).
        """
        try:
            found = read_proof(proof, "POST", f"{self._base}{path}", at=work.now, access_token=access_token)
        except (BadInput, Refused) as fault:
            raise _refused(fault.message, at_token=access_token is None) from fault
        if found.nonce is None or self._nonces.end(work, KIND, found.nonce) is None:
            raise IssuanceFault(
                "use_dpop_nonce",
                "A proof of possession needs the nonce of this answer.",
                status=400 if access_token is None else 401,
                headers={"DPoP-Nonce": self.nonce(work)},
            )
        if not self._nonces.use_up(work, KIND, f"{found.key} {found.name}", found.made + 2 * FRESH_FOR):
            raise _refused("This proof of possession was used before.", at_token=access_token is None)
        return found.key


def _refused(message: str, *, at_token: bool) -> IssuanceFault:
    return IssuanceFault("invalid_dpop_proof", message, status=400 if at_token else 401)
