"""Scopes: how a verifier names the credentials it asks for (DCP 1.0 §5.4.1.2).

The specification writes ``alias:discriminator``; Eclipse EDC and the conformance kit write a third part, ``:read``.
Both are read here, and the three parts are written, because every implementation reads those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput

TYPE_ALIAS = "org.eclipse.dspace.dcp.vc.type"
ID_ALIAS = "org.eclipse.dspace.dcp.vc.id"
MAX_SCOPE = 300


@dataclass(frozen=True, kw_only=True, order=True)
class Scope:
    """Read access to credentials of one type, or to the one with an identifier."""

    alias: str
    name: str

    def __str__(self) -> str:
        return f"{self.alias}:{self.name}:read"

    def covers(self, types: Collection[str], credential_id: str | None) -> bool:
        """Tell whether a credential of these types and this identifier is what the scope names."""
        return self.name in types if self.alias == TYPE_ALIAS else self.name == credential_id


def of_type(credential_type: str) -> Scope:
    """Return the scope that names credentials of one type."""
    return Scope(alias=TYPE_ALIAS, name=credential_type)


def read_scope(text: str) -> Scope:
    """Read one scope; raise BadInput for another alias, an empty name, or a right other than reading."""
    alias, _, name = text.partition(":")
    if len(text) > MAX_SCOPE or not text.isprintable() or " " in text:
        raise BadInput(f"{text[:60]!r} is not a scope.")
    if alias not in (TYPE_ALIAS, ID_ALIAS):
        raise BadInput(f"The scope {text[:100]!r} has an alias that is not known here; use {TYPE_ALIAS} or {ID_ALIAS}.")
    # A credential's identifier may hold colons itself (urn:uuid:…), so only a last part that says “read” is a right.
    bare = name.removesuffix(":read")
    if not bare or (alias == TYPE_ALIAS and ":" in bare):
        raise BadInput(f"The scope {text[:100]!r} asks for something other than reading one kind of credential.")
    return Scope(alias=alias, name=bare)


def read_scopes(texts: Iterable[str]) -> tuple[Scope, ...]:
    """Read several scopes, each once, in their order."""
    return tuple(dict.fromkeys(read_scope(text) for text in texts))
