"""A contract as evidence: everything that was signed, with the keys, in one document that anyone can check offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Unavailable
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.contract.errors import ForgedContract
from skillspace.trust.contract.model import Terms
from skillspace.trust.contract.reading import read_participation, read_terms
from skillspace.trust.contract.signing import Key, bare, check_countersignature, check_participation, check_terms
from skillspace.trust.contract.store import contract_row, seats_of, versions

FORMAT = "skillspace-contract-1"
MOST_ENTRIES = 10_000


@dataclass(frozen=True, kw_only=True)
class PartyReport:
    """One member's signature that holds. `is_published` tells whether its key is the one its DID names now; otherwise
    it is the one the orchestrator saw when it countersigned."""

    member: str
    role: str
    version: int
    datasets: tuple[str, ...]
    signed: datetime
    countersigned: datetime
    is_published: bool


@dataclass(frozen=True, kw_only=True)
class ContractReport:
    """A contract whose signatures all hold."""

    contract: str
    title: str
    orchestrator: str
    version: int
    terms_hash: str
    is_published: bool
    parties: tuple[PartyReport, ...]


def export(work: Work, contract: str) -> dict[str, object]:
    """Return a contract as evidence, as this node holds it; raise NotFound. Its `state` is this node's word alone."""
    row = contract_row(work, contract)
    signed = work.rows(sa.select(versions).where(versions.c.contract == contract).order_by(versions.c.version))
    return {
        "format": FORMAT,
        "contract": contract,
        "state": row["state"],
        "versions": [{"terms": one["terms"], "signature": one["signature"], "key": one["key"]} for one in signed],
        "participations": [
            {
                "document": seat["document"],
                "signature": seat["signature"],
                "countersignature": seat["countersignature"],
                "key": seat["key"],
                "orchestrator_key": seat["orchestrator_key"],
                "state": seat["state"],
            }
            for seat in seats_of(work, contract)
            if seat["document"] is not None and not seat["fault"]
        ],
    }


def check_contract(document: object, resolve_key: KeyResolver) -> ContractReport:
    """Check every signature and hash of an exported contract.

    Keys come from `resolve_key`; where it has none any more (InvalidSignature, NotFound, Unavailable), the key kept in
    the document is taken, and the report says so. A key it has must be the one kept. Raises BadInput for another shape
    and ForgedContract or InvalidSignature for what does not belong together.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadInput(f"This is no exported contract ({FORMAT}).")
    entries = _entries(document, "versions")
    if not entries:
        raise BadInput("The exported contract holds no terms.")
    terms = [read_terms(entry.get("terms")) for entry in entries]
    is_published = False
    for one, entry in zip(terms, entries, strict=True):
        # An older version without its key is bound to the newest by its hash.
        if one is terms[-1] or entry.get("key") is not None:
            keys = _Keys(resolve_key, _key(entry, "key"))
            check_terms(one, _text(entry, "signature"), keys)
            is_published = keys.was_published
    for before, after in pairwise(terms):
        if (after.version, after.previous) != (before.version + 1, before.hash) or after.id != before.id:
            raise ForgedContract(f"Version {after.version} does not follow version {before.version}.")
    by_hash = {one.hash: one for one in terms}
    newest = terms[-1]
    if any(one.orchestrator != newest.orchestrator for one in terms) or newest.id != document.get("contract"):
        raise ForgedContract("The versions are of several contracts, or of another.")
    parties = [
        _party(entry, newest.orchestrator, by_hash, resolve_key) for entry in _entries(document, "participations")
    ]
    return ContractReport(
        contract=newest.id,
        title=newest.title,
        orchestrator=newest.orchestrator,
        version=newest.version,
        terms_hash=newest.hash,
        is_published=is_published,
        parties=tuple(parties),
    )


class _Keys:
    """A resolver that falls back on the key kept beside a signature, and remembers whether it had to."""

    def __init__(self, resolve_key: KeyResolver, kept: Key) -> None:
        self._resolve_key = resolve_key
        self._kept = kept
        self.was_published = False

    def __call__(self, issuer: str, kid: str) -> Mapping[str, object]:
        try:
            found = self._resolve_key(issuer, kid)
        except (InvalidSignature, NotFound, Unavailable):
            return self._kept
        if bare(found) != bare(self._kept):
            raise ForgedContract(f"The key kept with the signature is not the key {kid[:200]} of {issuer[:200]}.")
        self.was_published = True
        return found


def _party(
    entry: Mapping[str, object], orchestrator: str, by_hash: Mapping[str, Terms], resolve_key: KeyResolver
) -> PartyReport:
    document, signature = read_participation(entry.get("document")), _text(entry, "signature")
    keys = _Keys(resolve_key, _key(entry, "key"))
    signed = check_participation(document, signature, keys)
    countersigned, key = check_countersignature(
        document,
        signature,
        _text(entry, "countersignature"),
        _Keys(resolve_key, _key(entry, "orchestrator_key")),
        orchestrator=orchestrator,
    )
    if key != signed.key:
        raise ForgedContract(f"The orchestrator countersigned another key than the one of {document.member}.")
    if document.terms_hash not in by_hash or by_hash[document.terms_hash].version != document.version:
        raise ForgedContract(f"{document.member} signed terms that are not among these.")
    if document.contract != by_hash[document.terms_hash].id:
        raise ForgedContract(f"{document.member} signed another contract.")
    return PartyReport(
        member=document.member,
        role=document.role,
        version=document.version,
        datasets=tuple(offering.dataset for offering in document.offerings),
        signed=signed.at,
        countersigned=countersigned.at,
        is_published=keys.was_published,
    )


def _entries(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    entries = document.get(name)
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise BadInput(f"The exported contract's {name} are not a list of at most {MOST_ENTRIES}.")
    if not all(isinstance(entry, dict) for entry in entries):
        raise BadInput(f"The exported contract's {name} are not objects.")
    return entries


def _key(entry: Mapping[str, object], name: str) -> Key:
    key = entry.get(name)
    if not isinstance(key, dict):
        raise BadInput(f"The exported contract's {name} is missing.")
    return key


def _text(entry: Mapping[str, object], name: str) -> str:
    text = entry.get(name)
    if not isinstance(text, str):
        raise BadInput(f"The exported contract's {name} is missing.")
    return text
