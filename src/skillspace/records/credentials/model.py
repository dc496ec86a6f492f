"""What a credential is once read, whichever of the two data models it came in, and what can be wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from skillspace.kernel.errors import BadInput, Refused

Model = Literal["1.1", "2.0"]
"""The data model of a credential: W3C VC 1.1 or 2.0; its first @context says which."""

VC_CONTEXT = "https://www.w3.org/2018/credentials/v1"
VC_CONTEXT_2 = "https://www.w3.org/ns/credentials/v2"
CONTEXTS: Mapping[str, Model] = {VC_CONTEXT: "1.1", VC_CONTEXT_2: "2.0"}
MAX_PRESENTATION_BYTES = 512 * 1024
MAX_CREDENTIALS = 50
LEEWAY_S = 5

KeyResolver = Callable[[str, str], Mapping[str, object]]
"""Given an issuer (DID) and a key's name (`kid`), return its public JWK, or raise when the issuer has no such key.

An issuer that is known by its HTTPS address and certificates has their chain in place of the name (wire.certificates).
"""

Trust = Callable[[str, tuple[str, ...]], bool]
"""Given an issuer (DID) and the types of a credential, tell whether this issuer is trusted for all of them."""


class CredentialExpired(Refused):
    """The credential's time has run out; ask its issuer for a new one."""


class CredentialNotYetValid(Refused):
    """The credential's time has not come yet."""


class UntrustedIssuer(Refused):
    """The credential's issuer is not one that is trusted for this."""


class WrongAudience(Refused):
    """The presentation was made for someone else."""


class WrongHolder(Refused):
    """The credential is about someone else than the one who shows it."""


@dataclass(frozen=True, kw_only=True)
class StatusEntry:
    """Where a credential's status stands: bit `index` of the list at `address`, for one `purpose`.

    An entry of a type that is not known here has only its `type`; whoever must know the status refuses it.
    """

    type: str
    purpose: str = ""
    index: int = 0
    address: str = ""
    size: int = 1


@dataclass(frozen=True, kw_only=True)
class VerifiedCredential:
    """A credential whose signature, issuer and times held when it was read.

    `subject` is the one the credential is about, its `id` kept; `subjects` are all of them where there are several.
    Whether it was revoked is another question, for which `status` says where to look.
    """

    types: tuple[str, ...]
    issuer: str
    subject_id: str
    subject: Mapping[str, object]
    subjects: tuple[Mapping[str, object], ...]
    issued: datetime
    expires: datetime | None
    id: str
    model: Model
    status: tuple[StatusEntry, ...]
    token: str
    credential: Mapping[str, object]


def texts(value: object, name: str) -> tuple[str, ...]:
    """Return a text or a list of texts as a tuple; raise BadInput on anything else, the empty list too."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
        raise BadInput(f"{name} must be a text or a list of texts.")
    return tuple(str(item) for item in items)


def identifier(value: object, name: str) -> str:
    """Return the identifier that `value` is, or that it holds as its `id`; raise BadInput when there is none."""
    found = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(found, str) or not found:
        raise BadInput(f"The credential has no {name} with an identifier.")
    return found
