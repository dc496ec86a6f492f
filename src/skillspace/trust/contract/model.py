"""What a contract is made of: its terms, one member's participation under them, and what binds two members.

The shapes are strict as they stand here: `reading` takes nothing else from outside, and the canonical form of what is
written here is what gets signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from skillspace.kernel.clock import iso
from skillspace.trust.contract.plain import moment, plain
from skillspace.wire.canonical import digest

STRICT = ConfigDict(strict=True, extra="forbid")

Did = Annotated[str, Field(max_length=300, pattern=r"^did:[a-z0-9]+:[!-~]+$")]
Word = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[!-~]+$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
At = Annotated[datetime, AfterValidator(moment)]
#: JSON of texts, whole numbers, booleans and lists, with ASCII names: what has one canonical form.
Plain = Annotated[dict[str, Any], AfterValidator(plain)]
Words = Annotated[tuple[Word, ...], Field(max_length=100)]


@dataclass(frozen=True, kw_only=True)
class ClauseUse:
    """A clause of the library with the values it is used with."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    clause: Word
    values: Plain = field(default_factory=dict)

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {"clause": self.clause, "values": dict(self.values)}


@dataclass(frozen=True, kw_only=True)
class Role:
    """A part that members play, with what it obliges them to."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    role: Word
    obligations: Annotated[tuple[ClauseUse, ...], Field(max_length=100)] = ()

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {"role": self.role, "obligations": [use.content() for use in self.obligations]}


@dataclass(frozen=True, kw_only=True)
class ChainStep:
    """One service of a chain: who does it, with which data set, and how."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    participant: Did
    dataset: Line
    params: Plain = field(default_factory=dict)

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {"participant": self.participant, "dataset": self.dataset, "params": dict(self.params)}


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A way data may take through several members."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    status: Literal["active", "inactive"] = "active"
    services: Annotated[tuple[ChainStep, ...], Field(max_length=50)] = ()

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {"id": self.id, "status": self.status, "services": [step.content() for step in self.services]}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One version of a contract, as its orchestrator signs it and every member after it.

    `previous` is the hash of the version before. A `material` version must be signed again within `sign_within_days`
    of `issued`; for another one members stay bound as they are. `notice_days` is how long leaving takes.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    kind: Literal["ecosystem", "bilateral"]
    title: Line
    version: Annotated[int, Field(ge=1, le=100_000)]
    previous: Hash | None
    orchestrator: Did
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=50)]
    clauses: Annotated[tuple[ClauseUse, ...], Field(max_length=200)] = ()
    purposes: Annotated[tuple[Word, ...], Field(min_length=1, max_length=100)]
    chains: Annotated[tuple[Chain, ...], Field(max_length=200)] = ()
    business_model: Plain = field(default_factory=dict)
    issued: At
    starts: At
    ends: At
    notice_days: Annotated[int, Field(ge=0, le=3650)]
    law: Line
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
    material: bool = True
    sign_within_days: Annotated[int, Field(ge=0, le=365)] = 30

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "version": self.version,
            "previous": self.previous,
            "orchestrator": self.orchestrator,
            "roles": [role.content() for role in self.roles],
            "clauses": [use.content() for use in self.clauses],
            "purposes": list(self.purposes),
            "chains": [chain.content() for chain in self.chains],
            "business_model": dict(self.business_model),
            "issued": iso(self.issued),
            "starts": iso(self.starts),
            "ends": iso(self.ends),
            "notice_days": self.notice_days,
            "law": self.law,
            "language": self.language,
            "material": self.material,
            "sign_within_days": self.sign_within_days,
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return digest(self.content())

    @property
    def role_names(self) -> frozenset[str]:
        """The roles members can have."""
        return frozenset(role.role for role in self.roles)

    @property
    def sign_by(self) -> datetime:
        """When those who have not signed a material version are suspended."""
        return self.issued + timedelta(days=self.sign_within_days)


@dataclass(frozen=True, kw_only=True)
class Offering:
    """What a member brings: a data set under an ODRL offer, for which purposes and roles; an empty `roles` means all.

    `legal_basis` is a word for the ground on which the data are used, such as ``consent`` or ``public-task``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    provider: Did
    dataset: Line
    policy: Plain
    purposes: Annotated[tuple[Word, ...], Field(min_length=1, max_length=100)]
    kinds: Words = ()
    legal_basis: Word
    roles: Words = ()

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {
            "provider": self.provider,
            "dataset": self.dataset,
            "policy": dict(self.policy),
            "purposes": list(self.purposes),
            "kinds": list(self.kinds),
            "legal_basis": self.legal_basis,
            "roles": list(self.roles),
        }


@dataclass(frozen=True, kw_only=True)
class Participation:
    """What one member signs: itself, in a role, under one version of the terms, with the offerings agreed on."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    contract: Word
    version: Annotated[int, Field(ge=1, le=100_000)]
    terms_hash: Hash
    member: Did
    role: Word
    offerings: Annotated[tuple[Offering, ...], Field(max_length=100)] = ()
    signed: At

    def content(self) -> dict[str, object]:
        """The canonical content."""
        return {
            "id": self.id,
            "contract": self.contract,
            "version": self.version,
            "terms_hash": self.terms_hash,
            "member": self.member,
            "role": self.role,
            "offerings": [offering.content() for offering in self.offerings],
            "signed": iso(self.signed),
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return digest(self.content())


@dataclass(frozen=True, kw_only=True)
class Binding:
    """What lets a consumer use a provider's data set: the version both signed, and what they agreed about the data.

    `role` is the consumer's, `signed` the version it signed itself.
    """

    contract: str
    version: int
    terms_hash: str
    role: str
    signed: int
    policy: Mapping[str, object]
    purposes: tuple[str, ...]
    kinds: tuple[str, ...]
    legal_basis: str
