"""Reading terms, participations and offerings from outside: strict in shape, in size, and in what they say together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_secret
from skillspace.trust.contract.model import Offering, Participation, Terms
from skillspace.trust.policy.lint import Severity, lint
from skillspace.trust.policy.vocabulary import scheme

MAX_TERMS_BYTES = 256 * 1024
MAX_PARTICIPATION_BYTES = 256 * 1024
MAX_OFFERING_BYTES = 32 * 1024

Shape = TypeVar("Shape", Terms, Participation, Offering)
_ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {
    shape: TypeAdapter(shape) for shape in (Terms, Participation, Offering)
}


def contract_id(orchestrator: str) -> str:
    """Return a fresh identifier that only this orchestrator's contracts can have: nobody takes it before them."""
    return f"{prefix_of(orchestrator)}{new_secret(16)}"


def is_id_of(contract: str, orchestrator: str) -> bool:
    """Tell whether a contract with this identifier can be this orchestrator's."""
    return contract.startswith(prefix_of(orchestrator))


def read_terms(document: object) -> Terms:
    """Read one version of a contract; raise BadInput with the place of what is wrong."""
    terms = _read(Terms, document, MAX_TERMS_BYTES, "contract")
    if not is_id_of(terms.id, terms.orchestrator):
        raise BadInput("The contract's identifier is not one of its orchestrator's.")
    if terms.starts >= terms.ends:
        raise BadInput("The contract ends before it starts.")
    if (terms.version == 1) != (terms.previous is None):
        raise BadInput("A later version names the hash of the one before it (previous), and the first names none.")
    for what, names in (
        ("role", [role.role for role in terms.roles]),
        ("purpose", list(terms.purposes)),
        ("chain", [chain.id for chain in terms.chains]),
    ):
        if len(set(names)) != len(names):
            raise BadInput(f"A {what} stands twice in the contract.")
    return terms


def read_participation(document: object) -> Participation:
    """Read what a member signed; raise BadInput with the place of what is wrong."""
    participation = _read(Participation, document, MAX_PARTICIPATION_BYTES, "participation")
    named = [(offering.provider, offering.dataset) for offering in participation.offerings]
    if len(set(named)) != len(named):
        raise BadInput("A data set stands twice in the participation.")
    return participation


def read_offering(document: object) -> Offering:
    """Read an offering; raise BadInput where its shape is wrong or its policy can never allow anything."""
    offering = _read(Offering, document, MAX_OFFERING_BYTES, "offering")
    faults = [finding for finding in lint(offering.policy) if finding.severity is Severity.ERROR]
    if faults:
        raise BadInput(f"The offering's policy does not work: {faults[0].reason.text}")
    return offering


def check_offering(offering: Offering, terms: Terms, *, among: Iterable[str]) -> None:
    """Raise BadInput unless an offering stays within the terms and is brought by one of `among`."""
    if offering.provider not in set(among):
        raise BadInput(f"{offering.provider} is no party that could bring {offering.dataset} here.")
    if strange := set(offering.roles) - terms.role_names:
        raise BadInput(f"The contract has no role {', '.join(sorted(strange))}.")
    if strange := {one for one in offering.purposes if not is_within(one, terms.purposes)}:
        raise BadInput(f"The contract is not for {', '.join(sorted(strange))}.")


def is_within(purpose: str, allowed: Iterable[str]) -> bool:
    """Tell whether a purpose is one of those allowed, or lies within one."""
    purposes = scheme("purposes")
    return any(purposes.fits(purposes.word(purpose), purposes.word(one)) is True for one in allowed)


def _read(shape: type[Shape], document: object, largest: int, what: str) -> Shape:
    if not isinstance(document, dict):
        raise BadInput(f"A {what} is a JSON object.")
    try:
        written = json.dumps(document, allow_nan=False).encode()
        if len(written) > largest:
            raise BadInput(f"The {what} is too long: {len(written)} bytes, at most {largest} are read.")
        read: Shape = _ADAPTERS[shape].validate_json(written)
        return read
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"The {what} is not as it should be at {place or 'its top'}: {first['msg'][:200]}.") from None
    except (TypeError, ValueError, RecursionError):
        raise BadInput(f"The {what} cannot be written as JSON.") from None


def prefix_of(orchestrator: str) -> str:
    """Return how the identifiers of this orchestrator's contracts begin."""
    return f"urn:skillspace:contract:{hashlib.sha256(orchestrator.encode()).hexdigest()[:16]}:"
