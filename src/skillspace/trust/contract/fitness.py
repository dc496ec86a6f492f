"""Whether the clauses of a version can be read and kept: asked before one is signed here, and before one is believed.

Terms are strict in shape (`reading`); what their clauses say together is looked at here, for each role, as the gate
will: with the clauses of all and those of the role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.contract.clauses import PurposeMissing, read_rules, read_text
from skillspace.trust.contract.errors import NoPurposeClause, UnfitClauses
from skillspace.trust.contract.model import Terms

Rules = Mapping[str, object]


def check_readable(terms: Terms) -> None:
    """Raise UnfitClauses unless every clause can be read, and in each role one use could keep all of them."""
    for where, uses in (("for everybody", terms.clauses), *((one.role, one.obligations) for one in terms.roles)):
        try:
            read_text([use.content() for use in uses], "en")
        except (BadInput, NotFound) as fault:
            raise UnfitClauses(_told(terms, where, fault)) from fault
    for role in _roles(terms):
        found = _fault(terms, role)
        if found is not None and not isinstance(found, PurposeMissing):
            raise UnfitClauses(_told(terms, role, found)) from found


def check_usable(terms: Terms) -> None:
    """Raise as `check_readable`, and NoPurposeClause where in some role no clause says what the data are for."""
    check_readable(terms)
    if roles := roles_without_purpose(terms):
        raise NoPurposeClause(lacks_purpose(terms, roles))


def roles_without_purpose(terms: Terms) -> tuple[str, ...]:
    """Return the roles in which no clause says what the data are for: nothing can be used in them."""
    return tuple(role for role in _roles(terms) if isinstance(_fault(terms, role), PurposeMissing))


def rules_of(terms: Terms, role: str) -> Rules:
    """Return what the clauses ask of a role as one ODRL policy.

    Raises NoPurposeClause or UnfitClauses, both with the contract's name and what is wrong.
    """
    try:
        return read_rules(_uses(terms, role))
    except PurposeMissing:
        raise NoPurposeClause(lacks_purpose(terms, (role,))) from None
    except (BadInput, NotFound) as fault:
        raise UnfitClauses(_told(terms, role, fault)) from fault


def lacks_purpose(terms: Terms, roles: Iterable[str]) -> str:
    """Return which clause a contract lacks, for whom, and what follows from that."""
    return (
        f"Contract {terms.id} (“{terms.title}”) lacks the clause “purpose-limitation” for {', '.join(roles)}: until it "
        "says what the data are for, nothing can be used under it."
    )


def _fault(terms: Terms, role: str) -> BadInput | NotFound | None:
    try:
        read_rules(_uses(terms, role))
    except (BadInput, NotFound) as fault:
        return fault
    return None


def _uses(terms: Terms, role: str) -> list[dict[str, object]]:
    own = next((one.obligations for one in terms.roles if one.role == role), ())
    return [use.content() for use in (*terms.clauses, *own)]


def _roles(terms: Terms) -> list[str]:
    return [one.role for one in terms.roles]


def _told(terms: Terms, where: str, fault: BadInput | NotFound) -> str:
    return f"The clauses of contract {terms.id[:200]} ({where[:100]}) do not work: {fault.message}"
