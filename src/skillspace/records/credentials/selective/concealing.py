"""Concealing: the issuer replaces claims by digests of disclosures, down to one element of a list (RFC 9901 §4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from secrets import randbelow

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.pointers import Place, Pointer, places
from skillspace.records.credentials.selective.disclosure import (
    RESERVED,
    USUAL_HASH,
    Disclosure,
    digest_of,
    disclose,
    new_salt,
)

Salt = Callable[[], str]


def conceal(
    claims: Mapping[str, object], hidden: Iterable[Pointer], *, decoys: int = 0, salt: Salt = new_salt
) -> tuple[dict[str, object], tuple[Disclosure, ...]]:
    """Return the payload and the disclosures of `claims` of which everything that `hidden` points at is concealed.

    A pointer that selects nothing conceals nothing; what lies inside a concealed claim may be concealed as well, and
    is then disclosed beside it. `decoys` digests that stand for nothing go wherever something is concealed, so that
    nobody can count what is not shown (§4.2.5). Raises BadInput for a claim by a reserved name.
    """
    payload: dict[str, object] = {name: _copied(value) for name, value in _checked(claims).items()}
    found = list(dict.fromkeys(place for pointer in hidden for place in places(payload, pointer)))
    made: dict[Place, Disclosure] = {}
    # The innermost first, so that a claim is written with the digests of what is concealed in it.
    for around, group in groupby(sorted(found, key=_depth), key=lambda place: place[:-1]):
        container: object = payload
        for step in around:
            container = container[step]  # type: ignore[index]
        if isinstance(container, list):
            made |= _in_list(container, list(group), decoys, salt)
        elif isinstance(container, dict):
            made |= _in_object(container, list(group), decoys, salt)
    return payload | ({"_sd_alg": USUAL_HASH} if made else {}), tuple(made[place] for place in found)


def _depth(place: Place) -> tuple[int, str]:
    return -len(place), repr(place)


def _in_object(container: dict[str, object], group: list[Place], decoys: int, salt: Salt) -> dict[Place, Disclosure]:
    made = {place: disclose(str(place[-1]), container.pop(str(place[-1])), salt()) for place in group}
    # In an order that tells nothing of that of the claims (§4.2.4.1).
    container["_sd"] = sorted([each.digest() for each in made.values()] + [digest_of(salt()) for _ in range(decoys)])
    return made


def _in_list(container: list[object], group: list[Place], decoys: int, salt: Salt) -> dict[Place, Disclosure]:
    made: dict[Place, Disclosure] = {}
    for place in group:
        index = int(place[-1])
        made[place] = disclose(None, container[index], salt())
        container[index] = {"...": made[place].digest()}
    for _ in range(decoys):
        container.insert(randbelow(len(container) + 1), {"...": digest_of(salt())})
    return made


def _copied(value: object) -> object:
    """A copy that may be changed, of JSON in which no claim has a name of the format's own."""
    if isinstance(value, Mapping):
        return {name: _copied(each) for name, each in _checked(value).items()}
    return [_copied(each) for each in value] if isinstance(value, list | tuple) else value


def _checked(claims: Mapping[str, object]) -> Mapping[str, object]:
    if not RESERVED.isdisjoint(claims):
        raise BadInput(f"A claim cannot be called {min(RESERVED.intersection(claims))!r}.")
    return claims
