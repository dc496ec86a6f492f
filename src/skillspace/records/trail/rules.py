"""What each kind of hop may rest on, and the most it may claim: the rules of replaying, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skillspace.records.model import ValidationLevel
from skillspace.records.trail.model import HopKind


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What one kind of hop may do.

    `ceiling` is the most it may claim, `on` the kinds it may rest on. One that `must` rest on something has to; one
    that says the `same` must speak of the skill and the level of something it rests on.
    """

    ceiling: ValidationLevel
    on: frozenset[HopKind]
    must: bool
    same: bool


_EVIDENCE = frozenset({HopKind.TRACE, HopKind.ASSESSMENT, HopKind.CREDENTIAL})
_JUDGED = frozenset({HopKind.ASSESSMENT, HopKind.CREDENTIAL})

#: A credential from elsewhere may begin a trail: its assessment was its issuer's, and is not here.
RULES: Mapping[HopKind, Rule] = {
    HopKind.TRACE: Rule(ceiling=ValidationLevel.INFERRED, on=frozenset(), must=False, same=False),
    HopKind.ASSESSMENT: Rule(ceiling=ValidationLevel.ASSESSED, on=_EVIDENCE, must=True, same=False),
    HopKind.CREDENTIAL: Rule(ceiling=ValidationLevel.CERTIFIED, on=_JUDGED, must=False, same=True),
    HopKind.RECOGNITION: Rule(ceiling=ValidationLevel.RECOGNISED, on=_JUDGED, must=True, same=True),
}
