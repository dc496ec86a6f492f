"""The text of an SD-JWT: the issuer's token, disclosures, and a key binding, divided by tildes (RFC 9901 §4)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.selective.disclosure import Disclosure, read_disclosure

MAX_BYTES = 512 * 1024
MAX_DISCLOSURES = 2000


@dataclass(frozen=True, kw_only=True)
class SelectiveToken:
    """The parts of an SD-JWT; `binding` is the key binding token of an SD-JWT+KB, None in an SD-JWT."""

    issued: str
    disclosures: tuple[Disclosure, ...]
    binding: str | None = None

    @property
    def unbound(self) -> str:
        """The SD-JWT without its key binding, its last tilde included: what sd_hash is made of (§4.3.1)."""
        return "".join(f"{part}~" for part in (self.issued, *(each.text for each in self.disclosures)))

    def __str__(self) -> str:
        """The compact form (§4)."""
        return self.unbound + (self.binding or "")

    def with_only(self, disclosures: tuple[Disclosure, ...]) -> SelectiveToken:
        """Return the same token with these disclosures and no key binding."""
        return replace(self, disclosures=disclosures, binding=None)


def read_token(text: str, *, max_bytes: int = MAX_BYTES) -> SelectiveToken:
    """Read the compact form WITHOUT checking who signed it; raise BadInput on anything else."""
    if len(text) > max_bytes:
        raise BadInput(f"The SD-JWT is too long: {len(text)} characters, at most {max_bytes} are read.")
    issued, *rest = text.split("~")
    if not rest or not issued:
        raise BadInput("This is no SD-JWT: its parts are divided by tildes (~), and it ends with one or a key binding.")
    *between, last = rest
    if len(between) > MAX_DISCLOSURES:
        raise BadInput(f"The SD-JWT has {len(between)} disclosures; at most {MAX_DISCLOSURES} are read.")
    return SelectiveToken(
        issued=issued, disclosures=tuple(read_disclosure(part) for part in between), binding=last or None
    )
