"""What may be asked of a catalog: the subset of EDC's QuerySpec that is understood, and nothing that is not.

A filter (DSP 2025-1 §5.2.1: a list, its content left to implementations) holds QuerySpec objects: `filterExpression`
(criteria of `operandLeft`, `operator`, `operandRight`, all of which must hold), `limit`, `offset`, `sortField` (id) and
`sortOrder`. Whatever else it holds is refused by its name, never ignored.

    id, title, description, kind, purpose, mediaType, format    =   in   like   ilike
    personal                                                    =
    updated                                                     =   >   >=   <   <=

`like` takes `%` and `_` (`\\` before a sign means the sign itself), `ilike` the same whatever the case. Members with
several values (kinds, purposes, formats, texts by language) fit when one of them does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput

#: Datasets of a page when nobody says otherwise, and at most (EDC asks for 2,147,483,647: more than this is this).
PAGE, MAX_PAGE = 100, 1000
MAX_OFFSET = 1_000_000
MAX_CONDITIONS, MAX_VALUES, MAX_VALUE, MAX_WILDCARDS = 20, 100, 512, 8

TEXTS = frozenset({"title", "description"})
LISTS = frozenset({"kind", "purpose", "format"})
_WORDS = ("=", "in", "like", "ilike")
_MOMENTS = ("=", ">", ">=", "<", "<=")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("id", "title", "description", "kind", "purpose", "mediaType", "format"), _WORDS),
    "personal": ("=",),
    "updated": _MOMENTS,
}
_EDC, _DCT, _OWN = "https://w3id.org/edc/v0.0.1/ns/", "http://purl.org/dc/terms/", "urn:skillspace:term:"
#: Other spellings of the operands: those of EDC's assets, of DCAT and Dublin Core, prefixed or not.
_ALSO: Mapping[str, str] = {
    "@id": "id",
    "mediatype": "mediaType",
    "modified": "updated",
    "http://www.w3.org/ns/dcat#mediaType": "mediaType",
    "dcat:mediaType": "mediaType",
    **{f"{space}id": "id" for space in (_EDC, "edc:")},
    **{f"{_EDC}{name}": name for name in ("title", "description")},
    **{f"{space}{name}": name for space in (_DCT, "dct:", "dcterms:") for name in ("title", "description", "format")},
    **{f"{space}modified": "updated" for space in (_DCT, "dct:", "dcterms:")},
    **{f"{_OWN}{name}": name for name in ("kind", "purpose", "personal")},
}
_QUERY = frozenset({"filterExpression", "limit", "offset", "sortField", "sortOrder"})
_CRITERION = frozenset({"operandLeft", "operator", "operandRight"})


class FilterNotSupported(BadInput):
    """This catalog cannot be filtered like that."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One criterion: `member` is a key of OPERATORS, `values` what it is compared with (one, but for `in`)."""

    member: str
    operator: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a catalog; datasets come by id."""

    conditions: tuple[Condition, ...] = ()
    limit: int = PAGE
    offset: int = 0
    is_descending: bool = False

    def of_size(self, limit: int) -> Question:
        """Return the same question in pages of `limit` datasets."""
        return replace(self, limit=limit)


def read_filter(content: Sequence[object] | None) -> Question:
    """Read the `filter` of a CatalogRequestMessage; raise FilterNotSupported naming what is not understood."""
    said: dict[str, Any] = {}
    conditions: list[Condition] = []
    for item in content or ():
        members = _members(item, "filter")
        if _CRITERION & members.keys():
            conditions.append(_criterion(members))
            continue
        _only(members, _QUERY, "A filter")
        conditions += [
            _criterion(_members(each, "filterExpression")) for each in _listed(members.pop("filterExpression", None))
        ]
        if twice := said.keys() & members.keys():
            raise FilterNotSupported(f"The filter says {min(twice)} twice.")
        said |= members
    if len(conditions) > MAX_CONDITIONS:
        raise FilterNotSupported(f"The filter has {len(conditions)} criteria; {MAX_CONDITIONS} are possible.")
    return Question(
        conditions=tuple(conditions),
        limit=page_size(said.get("limit", PAGE)),
        offset=_whole(said.get("offset", 0), "offset", least=0, most=MAX_OFFSET),
        is_descending=_is_descending(said.get("sortField"), said.get("sortOrder")),
    )


def page_size(wanted: object) -> int:
    """Return how many datasets a page holds: what was asked for, MAX_PAGE at most. Raises FilterNotSupported."""
    return min(_whole(wanted, "limit", least=1, most=None), MAX_PAGE)


def condition(member: object, operator: object, values: Sequence[object]) -> Condition:
    """Return a criterion that can be answered; raise FilterNotSupported for one that cannot."""
    if not isinstance(member, str) or member not in OPERATORS:
        known = ", ".join(OPERATORS)
        raise FilterNotSupported(f"This catalog cannot be filtered by {str(member)[:200]!r}, only by {known}.")
    if operator not in OPERATORS[member]:
        known = ", ".join(OPERATORS[member])
        raise FilterNotSupported(f"{member} cannot be compared with {str(operator)[:40]!r}, only with {known}.")
    if not values or len(values) > (MAX_VALUES if operator == "in" else 1):
        raise FilterNotSupported(
            f"{member} {operator} was given {len(values)} values; “in” takes 1 to {MAX_VALUES}, others one."
        )
    return Condition(
        member=member, operator=str(operator), values=tuple(_value(member, str(operator), one) for one in values)
    )


def _criterion(members: Mapping[str, Any]) -> Condition:
    _only(members, _CRITERION, "A criterion")
    left = members.get("operandLeft")
    name = left.strip("'\"") if isinstance(left, str) else left
    operator = members.get("operator")
    right = members.get("operandRight")
    member = _ALSO.get(name, name) if isinstance(name, str) else name
    return condition(member, operator.lower() if isinstance(operator, str) else operator, _listed(right))


def _value(member: str, operator: str, value: object) -> str | bool:
    if member == "personal":
        spoken: dict[object, bool] = {True: True, False: False, "true": True, "false": False}
        if not isinstance(value, bool | str) or value not in spoken:
            raise FilterNotSupported("personal is compared with true or false.")
        return spoken[value]
    if not isinstance(value, str) or len(value) > MAX_VALUE or "\x00" in value:
        raise FilterNotSupported(f"{member} is compared with texts of at most {MAX_VALUE} characters.")
    if member == "updated":
        _check_moment(value)
    elif operator in ("like", "ilike"):
        pieces(value)
    return value


def _check_moment(value: str) -> None:
    try:
        from_iso(value)
    except (ValueError, OverflowError):
        raise FilterNotSupported(f"{value[:40]!r} is not a moment such as 2026-11-21T12:00:00Z.") from None


def pieces(pattern: str) -> list[tuple[str, bool]]:
    """Return the signs of a `like` pattern, each with whether it stands for others (`%` for any, `_` for one).

    Raises FilterNotSupported for a pattern that ends in a lone backslash, or would take long to look for.
    """
    found: list[tuple[str, bool]] = []
    signs = iter(pattern)
    for sign in signs:
        if sign == "\\":
            meant = next(signs, None)
            if meant is None:
                raise FilterNotSupported("A pattern must not end in a lone backslash.")
            found.append((meant, False))
        elif not (sign == "%" and found and found[-1] == ("%", True)):
            found.append((sign, sign in "%_"))
    if sum(stands and sign == "%" for sign, stands in found) > MAX_WILDCARDS:
        raise FilterNotSupported(f"A pattern may have {MAX_WILDCARDS} “%” at most.")
    return found


def _members(item: object, place: str) -> dict[str, Any]:
    """Return an object's members by their short names, whatever way EDC's JSON-LD was compacted."""
    if not isinstance(item, Mapping):
        raise FilterNotSupported(f"Each entry of {place} must be an object (QuerySpec), not {str(item)[:60]!r}.")
    return {
        str(name).removeprefix(_EDC).removeprefix("edc:"): _literal(value)
        for name, value in item.items()
        if name not in ("@type", "@context") and value is not None
    }


def _literal(value: Any) -> Any:
    if isinstance(value, Mapping) and "@value" in value:
        return value["@value"]
    if isinstance(value, Mapping) and "@list" in value:
        return value["@list"]
    return value


def _listed(value: object) -> list[Any]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    return [_literal(one) for one in listed]


def _only(members: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    if unknown := sorted(members.keys() - known):
        raise FilterNotSupported(f"{what} has no {unknown[0][:200]!r} here; there are {', '.join(sorted(known))}.")


def _whole(value: object, name: str, *, least: int, most: int | None) -> int:
    if type(value) is not int or value < least or (most is not None and value > most):
        raise FilterNotSupported(f"{name} must be a whole number from {least}{f' to {most}' if most else ''}.")
    return value


def _is_descending(field: object, order: object) -> bool:
    name = _ALSO.get(field, field) if isinstance(field, str) else field
    if name not in (None, "id"):
        raise FilterNotSupported(f"This catalog can be sorted by id only, not by {str(field)[:200]!r}.")
    if order not in (None, "ASC", "DESC"):
        raise FilterNotSupported(f"sortOrder is ASC or DESC, not {str(order)[:40]!r}.")
    return order == "DESC"
