"""What a holder's own signature under an SD-JWT proves to whoever is shown it, and what only who asked can know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import InvalidSignature, SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.selective import Bound, check_asked, read_binding, read_token, verify


class NoHolderKey(InvalidSignature):
    """Somebody signed for showing it, but the credential is bound to no key, so nobody can prove that it is theirs."""


class NotShown(InvalidSignature):
    """No holder signed this for any audience or request, so it cannot be held against one."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """For whom and for which request something must have been shown; None for what is not known."""

    audience: str | None = None
    nonce: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShownBy:
    """What the holder's signature proves: `bound` says for whom and when, unless a `fault` says why it proves nothing.

    What stays open is whether it was made for whoever reads this, and whether it answers what they asked.
    """

    bound: Bound | None = None
    fault: SkillspaceError | None = None
    is_for_whom_open: bool = False
    is_request_open: bool = False


def shown_by(text: str, resolve_key: KeyResolver, at: datetime, asked: Asked) -> ShownBy | None:
    """Return what the holder's signature under an SD-JWT proves; None where there is none, or the credential itself
    does not hold, of which its verdict tells. Raises nothing for one that is bad in whatever way."""
    try:
        token = read_token(text)
        if token.binding is None:
            return None
        credential = verify(token.unbound, resolve_key, at)
    except SkillspaceError:
        return None
    if credential.holder_key is None:
        return ShownBy(fault=NoHolderKey())
    try:
        bound = read_binding(token, credential.holder_key, at, algorithm=credential.revealed.algorithm)
        check_asked(bound, audience=asked.audience, nonce=asked.nonce)
    except SkillspaceError as fault:
        return ShownBy(fault=fault)
    return ShownBy(bound=bound, is_for_whom_open=asked.audience is None, is_request_open=asked.nonce is None)
