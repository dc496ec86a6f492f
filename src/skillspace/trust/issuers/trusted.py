"""Whose credentials count, by type: the lists of trusted issuers an operator keeps, and the data space's authority."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skillspace.trust.issuers.model import Line, Matter, Outcome, Source, Why

MEMBERSHIP_CREDENTIAL = "MembershipCredential"
#: Every credential has this type; it says nothing about what it is for.
_EVERY = "VerifiableCredential"


class TrustedIssuer(BaseModel):
    """One line of an operator's list (``[[trusted_issuers]]`` in ``node.toml``): whose word counts, and for what."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    #: Its DID, or the HTTPS address by which its certificate names it.
    did: str = Field(pattern=r"^(did:[a-z0-9]+:|https://)\S+$", max_length=300)
    types: tuple[str, ...] = Field(min_length=1, max_length=50)

    @field_validator("types", mode="before")
    @classmethod
    def _from_list(cls, types: object) -> object:
        return tuple(types) if isinstance(types, list) else types

    @field_validator("types")
    @classmethod
    def _named(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if any(not name or name in (_EVERY, "*") for name in types):
            raise ValueError(f"name the types one by one; {_EVERY} or * would trust an issuer for everything")
        return types


class TrustedIssuers:
    """Tells whether an issuer is trusted for a credential; nobody is trusted for what no list names."""

    def __init__(self, issuers: Sequence[TrustedIssuer] = (), *, authority: str | None = None) -> None:
        """`authority` is the DID of the data space's authority, trusted for membership and nothing else."""
        self._by_type: dict[str, frozenset[str]] = {}
        for issuer in issuers:
            for name in issuer.types:
                self._by_type[name] = self.of(name) | {issuer.did}
        if authority is not None:
            self._by_type[MEMBERSHIP_CREDENTIAL] = self.of(MEMBERSHIP_CREDENTIAL) | {authority}

    def is_trusted(self, issuer: str, types: Iterable[str]) -> bool:
        """Tell whether `issuer` is trusted for *all* of these types, so that no type can ride on another's trust."""
        named = [name for name in types if name != _EVERY]
        return bool(named) and all(issuer in self.of(name) for name in named)

    def of(self, type: str) -> frozenset[str]:
        """Return the DIDs of the issuers trusted for one type."""
        return self._by_type.get(type, frozenset())

    def line(self, names: Collection[str], matter: Matter) -> Line:
        """Return what the operator's list says in a matter of an issuer that goes by these names; it has no end but a
        change of the list."""
        if any(self.is_trusted(name, matter.types) for name in names):
            return Line(source=Source.LISTED, outcome=Outcome.YES, why=Why.LISTED)
        is_listed = any(not listed.isdisjoint(names) for listed in self._by_type.values())
        why = Why.LISTED_OTHERWISE if is_listed else Why.NOT_LISTED
        return Line(source=Source.LISTED, outcome=Outcome.NO, why=why)
