"""Revealing: disclosures go back to where their digests stand, and every rule of the standard is held (RFC 9901 §7.1).

A digest that nothing was disclosed for is left out; a disclosure that no digest stands for, a digest that stands twice,
and a claim that stands already are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.pointers import Place
from skillspace.records.credentials.selective.disclosure import RESERVED, USUAL_HASH, Disclosure

MAX_DEPTH = 32


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A disclosure, the place of what it says among the claims, and the disclosure it lies in, if any."""

    place: Place
    disclosure: Disclosure
    within: Disclosure | None


@dataclass(frozen=True, kw_only=True)
class Revealed:
    """The claims as they stand once all that was disclosed is in its place; `algorithm` is that of the digests."""

    claims: Mapping[str, object]
    placed: tuple[Placed, ...]
    algorithm: str


def reveal(payload: Mapping[str, object], disclosures: Iterable[Disclosure]) -> Revealed:
    """Put the disclosures in their places; raise BadInput when one of the standard's rules is broken."""
    given = list(disclosures)
    if len({each.text for each in given}) != len(given):
        raise BadInput("The SD-JWT has the same disclosure twice.")
    algorithm = payload.get("_sd_alg", USUAL_HASH)
    if not isinstance(algorithm, str):
        raise BadInput("The SD-JWT's hash function (_sd_alg) must be a text.")
    revealing = _Revealing({each.digest(algorithm): each for each in given})
    claims = revealing.filled({name: value for name, value in payload.items() if name != "_sd_alg"}, (), None)
    if revealing.unused:
        raise BadInput(f"{len(revealing.unused)} disclosures belong to no digest of the SD-JWT.")
    return Revealed(claims=claims, placed=tuple(revealing.placed), algorithm=algorithm)


class _Revealing:
    """One walk through a payload; every digest met is remembered, so that none counts twice."""

    def __init__(self, by_digest: dict[str, Disclosure]) -> None:
        self.unused = by_digest
        self.placed: list[Placed] = []
        self._met: set[str] = set()

    def value(self, value: object, place: Place, within: Disclosure | None) -> object:
        if len(place) > MAX_DEPTH:
            raise BadInput(f"The SD-JWT is nested more than {MAX_DEPTH} deep.")
        if isinstance(value, dict):
            return self.filled(value, place, within)
        return self._list(value, place, within) if isinstance(value, list) else value

    def filled(self, value: dict[str, object], place: Place, within: Disclosure | None) -> dict[str, object]:
        digests = value.get("_sd", [])
        if not isinstance(digests, list) or not all(isinstance(each, str) for each in digests):
            raise BadInput("A list of digests (_sd) must be a list of texts.")
        if taken := RESERVED.difference({"_sd"}).intersection(value):
            raise BadInput(f"A claim of the SD-JWT cannot be called {min(taken)!r}.")
        found: dict[str, object] = {
            name: self.value(each, (*place, name), within) for name, each in value.items() if name != "_sd"
        }
        for digest in digests:
            if (disclosure := self._taken(digest)) is None:
                continue
            if disclosure.name is None:
                raise BadInput("An element of a list is disclosed where a claim with a name belongs.")
            if disclosure.name in found:
                raise BadInput(f"The claim {disclosure.name[:60]!r} stands already where it is disclosed.")
            found[disclosure.name] = self._place(disclosure, (*place, disclosure.name), within)
        return found

    def _list(self, value: list[object], place: Place, within: Disclosure | None) -> list[object]:
        found: list[object] = []
        for each in value:
            if not (isinstance(each, dict) and "..." in each):
                found.append(self.value(each, (*place, len(found)), within))
                continue
            digest = each["..."]
            if len(each) != 1 or not isinstance(digest, str):
                raise BadInput("A concealed element of a list must be one digest and nothing else.")
            if (disclosure := self._taken(digest)) is None:
                continue
            if disclosure.name is not None:
                raise BadInput("A claim with a name is disclosed where an element of a list belongs.")
            found.append(self._place(disclosure, (*place, len(found)), within))
        return found

    def _taken(self, digest: str) -> Disclosure | None:
        if digest in self._met:
            raise BadInput("The SD-JWT has the same digest twice.")
        self._met.add(digest)
        return self.unused.pop(digest, None)

    def _place(self, disclosure: Disclosure, place: Place, within: Disclosure | None) -> object:
        self.placed.append(Placed(place=place, disclosure=disclosure, within=within))
        return self.value(disclosure.value, place, disclosure)
