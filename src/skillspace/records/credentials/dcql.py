"""DCQL: how verifiers say which credentials and which claims they ask for (OpenID4VP 1.0 §6)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.pointers import Place, Pointer, places, read_pointer
from skillspace.wire.certificates import authorities_named_in
from skillspace.wire.jose import read_unverified

SELECTIVE, PLAIN = "dc+sd-jwt", "jwt_vc_json"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
MAX_CREDENTIALS = 20
MAX_CLAIMS = 100


@dataclass(frozen=True, kw_only=True)
class ClaimAsked:
    """One claim, by its path, and the values of which it should have one (None: any)."""

    id: str | None
    path: Pointer
    values: tuple[str | int | bool, ...] | None

    def places_in(self, claims: Mapping[str, object]) -> list[Place]:
        """Return where a credential has what is asked for; none is an empty list."""
        try:
            found = places(claims, self.path)
        except BadInput:
            return []
        return [place for place in found if self.values is None or _is_among(_at(claims, place), self.values)]


@dataclass(frozen=True, kw_only=True)
class CredentialAsked:
    """One credential that is asked for, or several of its kind where `is_multiple`.

    `types` are ways to be of the right kind: each a set of names that the credential must all have; none means any.
    `authorities` are those of which one must stand above the issuer, by their key identifiers; None asks for none.
    """

    id: str
    format: str
    types: tuple[frozenset[str], ...]
    claims: tuple[ClaimAsked, ...]
    claim_sets: tuple[tuple[str, ...], ...]
    is_multiple: bool
    is_bound: bool
    authorities: frozenset[str] | None

    def fits(self, format: str, types: Collection[str], authorities: Collection[str] = ()) -> bool:
        """Tell whether a credential of this format and these types, by an issuer below these authorities, is of the
        kind that is asked for."""
        is_kind = not self.types or any(way <= set(types) for way in self.types)
        is_vouched_for = self.authorities is None or not self.authorities.isdisjoint(authorities)
        return is_vouched_for and format == self.format and is_kind

    def wanted(self, claims: Mapping[str, object]) -> list[Place] | None:
        """Return the places in a credential's claims that would answer, or None when it cannot answer (§6.4.1).

        Without claims nothing that can be kept back is asked for: an empty list.
        """
        found = {claim: claim.places_in(claims) for claim in self.claims}
        for wanted in self._combinations():
            if all(found[claim] for claim in wanted):
                return list(dict.fromkeys(place for claim in wanted for place in found[claim]))
        return None

    def is_answered_by(self, claims: Mapping[str, object]) -> bool:
        """Tell whether what was shown holds what was asked for."""
        return self.wanted(claims) is not None

    def _combinations(self) -> list[tuple[ClaimAsked, ...]]:
        if not self.claim_sets:
            return [self.claims]
        named = {claim.id: claim for claim in self.claims}
        return [tuple(named[name] for name in names) for names in self.claim_sets]


@dataclass(frozen=True, kw_only=True)
class Query:
    """All that a verifier asks for. `sets` are groups of which one option must be answered whole, if `required`."""

    credentials: tuple[CredentialAsked, ...]
    sets: tuple[tuple[tuple[tuple[str, ...], ...], bool], ...]

    def is_answered_by(self, answered: Iterable[str]) -> bool:
        """Tell whether answers to these credentials (by id) are all that is required (§6.4.2)."""
        given = set(answered)
        if not given <= {each.id for each in self.credentials}:
            return False
        if not self.sets:
            return given == {each.id for each in self.credentials}
        return all(any(set(option) <= given for option in options) for options, required in self.sets if required)


def read_query(document: object) -> Query:
    """Read a DCQL query; unknown members are ignored, as the standard wants. Raises BadInput naming what is wrong."""
    whole = _object(document, "dcql_query")
    asked = _listed(whole.get("credentials"), "credentials", MAX_CREDENTIALS)
    found = tuple(_credential(each) for each in asked)
    if len({each.id for each in found}) != len(found):
        raise BadInput("The query asks for two credentials by the same id.")
    known = {each.id for each in found}
    sets = tuple(_set(each, known) for each in _optional(whole, "credential_sets", MAX_CREDENTIALS))
    return Query(credentials=found, sets=sets)


def _credential(document: object) -> CredentialAsked:
    whole = _object(document, "a credential query")
    format = whole.get("format")
    if not isinstance(format, str):
        raise BadInput("A credential query needs a format.")
    claims = tuple(_claim(each) for each in _optional(whole, "claims", MAX_CLAIMS))
    named = [claim.id for claim in claims if claim.id is not None]
    if len(set(named)) != len(named):
        raise BadInput("A credential query has two claims by the same id.")
    sets = tuple(
        tuple(str(name) for name in _listed(each, "claim_sets", MAX_CLAIMS))
        for each in _optional(whole, "claim_sets", MAX_CLAIMS)
    )
    if any(name not in named for names in sets for name in names):
        raise BadInput("The claim_sets of a credential query name a claim that it does not have.")
    return CredentialAsked(
        id=_name(whole.get("id")),
        format=format,
        types=_types(format, _object(whole.get("meta", {}), "meta")),
        claims=claims,
        claim_sets=sets,
        is_multiple=_flag(whole, "multiple", usual=False),
        is_bound=_flag(whole, "require_cryptographic_holder_binding", usual=True),
        authorities=_authorities(whole),
    )


def _authorities(whole: Mapping[str, object]) -> frozenset[str] | None:
    """The key identifiers among what is said of authorities (§6.1.1.1); other ways to say it match nothing here."""
    if "trusted_authorities" not in whole:
        return None
    told = [_object(each, "trusted_authorities") for each in _optional(whole, "trusted_authorities", 50)]
    named = [each for each in told if each.get("type") == "aki"]
    return frozenset(str(value) for each in named for value in _listed(each.get("values"), "values", 100))


def authorities_of(token: str) -> frozenset[str]:
    """Return the key identifiers of the authorities above who signed a token, as its certificates name them (x5c)."""
    return authorities_named_in(read_unverified(token.partition("~")[0])[0])


def _types(format: str, meta: Mapping[str, object]) -> tuple[frozenset[str], ...]:
    if format == SELECTIVE:
        return tuple(frozenset({str(each)}) for each in _optional(meta, "vct_values", 50))
    ways = _optional(meta, "type_values", 50)
    return tuple(frozenset(str(each) for each in _listed(way, "type_values", 50)) for way in ways)


def _claim(document: object) -> ClaimAsked:
    whole = _object(document, "a claims query")
    given = _optional(whole, "values", MAX_CLAIMS)
    values = tuple(each for each in given if isinstance(each, str | int | bool))
    if len(values) != len(given):
        raise BadInput("The values of a claims query are texts, whole numbers, true or false.")
    return ClaimAsked(
        id=None if whole.get("id") is None else _name(whole["id"]),
        path=read_pointer(whole.get("path")),
        values=values or None,
    )


def _set(document: object, known: set[str]) -> tuple[tuple[tuple[str, ...], ...], bool]:
    whole = _object(document, "a credential set")
    options = tuple(
        tuple(str(name) for name in _listed(each, "options", MAX_CREDENTIALS))
        for each in _listed(whole.get("options"), "options", MAX_CREDENTIALS)
    )
    if any(name not in known for option in options for name in option):
        raise BadInput("A credential set names a credential that the query does not have.")
    return options, _flag(whole, "required", usual=True)


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise BadInput("An id in a query has letters, digits, underscores and hyphens, and at least one of them.")
    return value


def _flag(whole: Mapping[str, object], name: str, *, usual: bool) -> bool:
    value = whole.get(name, usual)
    if not isinstance(value, bool):
        raise BadInput(f"{name} is true or false.")
    return value


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadInput(f"In a query, {what} must be an object.")
    return value


def _optional(whole: Mapping[str, object], name: str, most: int) -> list[object]:
    return [] if whole.get(name) is None else _listed(whole[name], name, most)


def _listed(value: object, name: str, most: int) -> list[object]:
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise BadInput(f"In a query, {name} must be a list of 1 to {most}.")
    return value


def _is_among(value: object, values: tuple[str | int | bool, ...]) -> bool:
    """Type and value must both match: 1 is not true."""
    return any(type(value) is type(each) and value == each for each in values)


def _at(claims: object, place: Place) -> object:
    for step in place:
        claims = claims[step]  # type: ignore[index]
    return claims
