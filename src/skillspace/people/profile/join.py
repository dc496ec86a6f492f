"""Joining claims from several taxonomies into one skill each, whatever their order and however often they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from skillspace.people.profile.levels import rank
from skillspace.people.profile.model import Claim, Conflict, ConflictKind, ProfileSkill
from skillspace.records.model import ValidationLevel


@dataclass(frozen=True, kw_only=True)
class Name:
    """How a known concept is called, and the theme it lies in, in the reader's language."""

    label: str
    theme: str
    theme_label: str


def join(claims: Iterable[Claim], day: date, name: Callable[[str], Name | None]) -> tuple[ProfileSkill, ...]:
    """Return one skill per concept, by label. `name` knows ESCO concepts; what it does not know keeps its own words.

    The answer does not depend on the order of the claims, nor on how often one is repeated.
    """
    together: dict[str, set[Claim]] = {}
    for claim in claims:
        together.setdefault(claim.key, set()).add(claim)
    skills = (_skill(uri, found, day, name(uri)) for uri, found in together.items())
    return tuple(sorted(skills, key=lambda skill: (skill.label.casefold(), skill.uri)))


def _skill(uri: str, claims: set[Claim], day: date, name: Name | None) -> ProfileSkill:
    ordered = sorted(claims, key=lambda claim: _strength(claim, day))
    best = ordered[0]
    is_live = best.is_live(day)
    return ProfileSkill(
        uri=uri,
        label=name.label if name else best.label,
        is_known=name is not None,
        theme=name.theme if name else "",
        theme_label=name.theme_label if name else "",
        validation=best.validation if is_live else ValidationLevel.SELF_DECLARED,
        level=best.level if is_live else None,
        level_scheme=best.level_scheme if is_live else None,
        conflicts=tuple(_conflicts(ordered, day)),
        assertions=tuple(ordered),
        sources=tuple(sorted({(claim.source, claim.source_name) for claim in ordered})),
        since=min(claim.since for claim in ordered),
    )


def _strength(claim: Claim, day: date) -> tuple[object, ...]:
    """Sort key: valid before expired, better proof first, then newer, then anything that is always the same."""
    return (
        not claim.is_live(day),
        -claim.validation,
        -claim.since.toordinal(),
        claim.source,
        claim.record,
        repr(claim),
    )


def _conflicts(ordered: list[Claim], day: date) -> Iterable[Conflict]:
    live = [claim for claim in ordered if claim.is_live(day)]
    yield from _contradictions(live)
    best = live[0].validation if live else ValidationLevel.SELF_DECLARED
    for claim in ordered:
        if not claim.is_live(day) and claim.validation > best and claim.validation >= ValidationLevel.ASSESSED:
            yield Conflict(kind=ConflictKind.PROOF_EXPIRED, first=claim)


def _contradictions(live: list[Claim]) -> Iterable[Conflict]:
    """Compare the latest word of every issuer: a second, higher test by the same one is progress, no conflict."""
    latest: dict[tuple[str, str, str], tuple[float, Claim]] = {}
    for claim in sorted(live, key=lambda claim: claim.since):
        if ranked := rank(claim.level, claim.level_scheme):
            scale, height = ranked
            latest[scale, claim.source, claim.issuer] = (height, claim)
    words = sorted(latest.items(), key=lambda item: (item[0][0], -item[1][0], item[0]))
    for (one, (height, higher)), (other, (other_height, lower)) in combinations(words, 2):
        if one[0] == other[0] and height > other_height:
            yield Conflict(kind=_kind(higher, lower), first=higher, second=lower)


def _kind(higher: Claim, lower: Claim) -> ConflictKind:
    is_tested = lower.validation >= ValidationLevel.ASSESSED > higher.validation
    return ConflictKind.CLAIM_ABOVE_ASSESSMENT if is_tested else ConflictKind.LEVELS_DIFFER
