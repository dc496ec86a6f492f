"""A case: a requirement of the conformance suite, a statement, and whether it must be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from skillspace.records.statements import Version
from tests.conformance.lrs.parts import Change, Json, within

BOTH = (Version.V1_0, Version.V2_0)
ONLY_2 = (Version.V2_0,)
NO_IRI = "ab=c://should.not.be"
TEXT, NUMBER, OBJECT = "no such thing", 12345, {"key": "value"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A statement sent, and whether it must be taken."""

    requirement: str
    what: str
    statement: Any
    taken: bool
    versions: tuple[Version, ...] = BOTH


def case(
    requirement: str, what: str, base: Json, *changes: Change, taken: bool = False, versions: Any = BOTH
) -> Iterator[Case]:
    """Give a case, and the same within a statement."""
    for change in changes:
        change(base)
    yield Case(requirement=requirement, what=what, statement=base, taken=taken, versions=versions)
    target = base.get("object")
    has_own = bool({"id", "stored", "authority", "version"} & base.keys())
    if not has_own and not (isinstance(target, dict) and target.get("objectType") == "SubStatement"):
        inner = within(base)
        yield Case(requirement=requirement, what=f"{what}, within", statement=inner, taken=taken, versions=versions)
