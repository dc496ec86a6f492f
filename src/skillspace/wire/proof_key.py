"""Keys whose signatures stand inside the documents they sign (Data Integrity): Ed25519, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skillspace.kernel.errors import BadInput
from skillspace.wire.multibase import base58btc

#: The multicodec name of an Ed25519 public key, as a varint.
_PUBLIC = b"\xed\x01"
SEED_BYTES = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class ProofKey:
    """An Ed25519 key pair; printed, it never shows its secret."""

    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> ProofKey:
        """Make a fresh key pair from the system's random source."""
        return cls(_key=Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> ProofKey:
        """Return the key pair that these 32 secret bytes make (RFC 8032 §5.1.5); raise BadInput for another length."""
        if len(seed) != SEED_BYTES:
            raise BadInput(f"A proof key is made of {SEED_BYTES} secret bytes, not of {len(seed)}.")
        return cls(_key=Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def multikey(self) -> str:
        """The public key as one word (Multikey, ``z6Mk…``)."""
        return base58btc(_PUBLIC + self._key.public_key().public_bytes_raw())

    @property
    def did(self) -> str:
        """The did:key that is this public key, for issuers that have no address."""
        return f"did:key:{self.multikey}"

    @property
    def method_of_did(self) -> str:
        """The verification method that `did` stands for."""
        return f"{self.did}#{self.multikey}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature of `message` (RFC 8032)."""
        return self._key.sign(message)
