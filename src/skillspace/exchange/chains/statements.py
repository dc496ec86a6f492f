"""What a hop signs: on whose terms it hands on, and what it did; credentials like all others, checked on arrival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.exchange.chains.messages import Count, Digest, Name
from skillspace.exchange.chains.model import Part
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records import credentials
from skillspace.wire.jose import SigningKey

HAND_ON = "ChainHandOnCredential"
STATEMENT = "ChainStatementCredential"
#: Rules of all hops before, which every hop after them keeps; more than this is nobody's honest policy.
MAX_TERMS = 16


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: str
    attempt: int
    hop: int


class _HandOn(_Strict):
    to: Name
    dataset: Name
    personal: bool
    kinds: list[str] = Field(max_length=100)
    terms: list[dict[str, Any]] = Field(max_length=MAX_TERMS)


class Measured(BaseModel):
    """Bytes by their SHA-256 and number."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    sha256: Digest
    bytes: Count


class _Statement(_Strict):
    did: str = Field(pattern=r"^(gave|processed|received)$")
    dataset: str | None = None
    input: Measured | None = None
    output: Measured | None = None
    taken_under: str | None = None
    given_under: str | None = None
    transfer: str | None = None
    begun: str
    ended: str


@dataclass(frozen=True, kw_only=True)
class HandOn:
    """What the neighbour before promises: its dataset, whether it is about people and which kinds, on which terms."""

    dataset: str
    is_personal: bool
    kinds: frozenset[str]
    terms: tuple[Mapping[str, Any], ...]


class Seal:
    """Signs for this node and reads what others signed. `resolve_key` may use the network: never in a transaction."""

    def __init__(self, *, own_did: str, key: SigningKey, resolve_key: credentials.KeyResolver) -> None:
        self.own_did = own_did
        self._key = key
        self._resolve_key = resolve_key

    def hand_on(self, part: Part, *, is_personal: bool, kinds: frozenset[str], at: datetime) -> str:
        """Sign on whose terms the next hop gets our dataset. Raises BadInput for terms that are too long."""
        said = {
            "attempt": part.attempt,
            "hop": part.hop,
            "to": part.next,
            "dataset": part.dataset,
            "personal": is_personal,
            "kinds": sorted(kinds),
            "terms": [dict(one) for one in part.terms],
        }
        return self._issue(HAND_ON, part.chain, said, at)

    def statement(self, part: Part, *, given_under: str | None, at: datetime) -> str:
        """Sign what this node did in its part."""
        did = "gave" if part.is_provider else "received" if part.is_consumer else "processed"
        said = {
            "attempt": part.attempt,
            "hop": part.hop,
            "did": did,
            "dataset": part.dataset,
            "input": _measured(part.input_digest, part.input_bytes),
            "output": _measured(part.output_digest, part.output_bytes),
            "taken_under": part.agreement,
            "given_under": given_under,
            "transfer": part.transfer,
            "begun": iso(part.made),
            "ended": iso(at),
        }
        return self._issue(
            STATEMENT, part.chain, {name: value for name, value in said.items() if value is not None}, at
        )

    def read_hand_on(self, token: str, part: Part, at: datetime) -> HandOn:
        """Check what the neighbour before signed for us; raise BadInput, InvalidSignature, Unavailable."""
        found = self._read(_HandOn, HAND_ON, token, str(part.previous), part.chain, at)
        about = (found.attempt, found.hop, found.to, found.dataset)
        if about != (part.attempt, part.hop - 1, self.own_did, part.previous_dataset):
            raise InvalidSignature("What the hop before signed is not about this chain, this hop and this dataset.")
        terms = tuple(found.terms)
        return HandOn(dataset=found.dataset, is_personal=found.personal, kinds=frozenset(found.kinds), terms=terms)

    def read_statement(
        self, token: str, *, signer: str, chain: str, hop: int, attempt: int, at: datetime
    ) -> dict[str, Any]:
        """Check a hop's statement and return what it says; raise BadInput, InvalidSignature, Unavailable."""
        found = self._read(_Statement, STATEMENT, token, signer, chain, at)
        if (found.attempt, found.hop) != (attempt, hop):
            raise InvalidSignature("The statement is about another hop or another attempt.")
        said: dict[str, Any] = found.model_dump(exclude={"id"})
        return said | {"participant": signer}

    def _issue(self, kind: str, chain: str, said: Mapping[str, object], at: datetime) -> str:
        return credentials.issue(
            kind, said, issuer_key=self._key, issuer_did=self.own_did, subject_did=_subject(chain), at=at
        )

    def _read(self, model: type[Any], kind: str, token: str, signer: str, chain: str, at: datetime) -> Any:
        found = credentials.verify(token, self._resolve_key, at, expected_type=kind, trusted_issuers={signer})
        if found.subject_id != _subject(chain):
            raise InvalidSignature("What was signed is about another chain.")
        try:
            return model.model_validate(dict(found.subject))
        except ValidationError as fault:
            first = fault.errors(include_input=False, include_url=False)[0]
            raise BadInput(f"{kind}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None


def _subject(chain: str) -> str:
    return f"urn:skillspace:{chain}"


def _measured(digest: str | None, count: int | None) -> dict[str, object] | None:
    return {"sha256": digest, "bytes": count} if digest is not None else None
