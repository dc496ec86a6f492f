"""Joining claims from several taxonomies into one skill each, whatever their order and however often they arrive.

Which claims belong together, which one speaks and what is a conflict is said by `rules`, and by what the person chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from skillspace.people.profile.choices import NO_CHOICES, Choices
from skillspace.people.profile.model import Claim, Conflict, ConflictKind, Copy, ProfileSkill
from skillspace.people.profile.rules import OnceRule, Rules, shipped_rules
from skillspace.records.model import ValidationLevel


@dataclass(frozen=True, kw_only=True)
class Name:
    """How a known concept is called, and the theme it lies in, in the reader's language."""

    label: str
    theme: str
    theme_label: str


Namer = Callable[[str], Name | None]
_QUESTIONS: Mapping[str, Callable[[Claim, date, bool], object]] = {
    "valid": lambda claim, day, _chosen: not claim.is_live(day),
    "choice": lambda _claim, _day, chosen: not chosen,
    "proof": lambda claim, _day, _chosen: -claim.validation,
    "newest": lambda claim, _day, _chosen: -claim.since.toordinal(),
    "name": lambda claim, _day, _chosen: (claim.source, claim.record, repr(claim)),
}
_SHARED: Mapping[str, Callable[[Claim], object]] = {
    "issuer": lambda claim: claim.issuer,
    "title": lambda claim: " ".join(claim.evidence.title.casefold().split()),
    "issued": lambda claim: claim.issued,
    "until": lambda claim: claim.valid_until,
    "level": lambda claim: (claim.level, claim.level_scheme),
}


def join(
    claims: Iterable[Claim],
    day: date,
    name: Namer,
    rules: Rules | None = None,
    choices: Choices = NO_CHOICES,
) -> tuple[ProfileSkill, ...]:
    """Return one skill per concept, by label. `name` knows ESCO concepts; what it does not know keeps its own words.

    `rules` are those that come with the program where none are given. The answer does not depend on the order of the
    claims, nor on how often one is repeated. Skills that the person says are the same stand as one, whose level and
    proof are those of the best of them alone.
    """
    ruled = rules or shipped_rules()
    skills = {skill.uri: skill for skill in apiece(claims, day, name, ruled, choices)}
    together = _together(skills, choices.same, day, ruled) if choices.same else skills.values()
    return tuple(sorted(together, key=lambda skill: (skill.label.casefold(), skill.uri)))


def apiece(
    claims: Iterable[Claim], day: date, name: Namer, rules: Rules, choices: Choices = NO_CHOICES
) -> Iterator[ProfileSkill]:
    """Give one skill per concept, also where the person says that two are the same: what each of them proves."""
    found: dict[str, set[Claim]] = {}
    for claim in claims:
        heard = read_by(claim, rules, choices)
        found.setdefault(heard.key, set()).add(heard)
    for uri, said in found.items():
        yield _skill(uri, said, day, name(uri), rules, choices.speaks.get(uri, ()))


def read_by(claim: Claim, rules: Rules, choices: Choices) -> Claim:
    """Return a claim as these rules and the person read it: without a translation that either does not want."""
    if claim.esco and claim.concept != claim.esco and (claim.relation or "exact") not in rules.relations:
        claim = replace(claim, esco=None, relation=None)
    return choices.heed(claim)


def _skill(
    uri: str, claims: set[Claim], day: date, name: Name | None, rules: Rules, wished: Sequence[str]
) -> ProfileSkill:
    ordered, rule = _in_order(claims, day, rules, None)
    counted, copies = _once(ordered, rules.once)
    # What disagrees does so whomever the person lets speak.
    conflicts = tuple(_conflicts(counted, day, rules))
    if wished and (chosen := _wanted(ordered, day, wished)):
        ordered, rule = _in_order(claims, day, rules, chosen)
        counted, copies = _once(ordered, rules.once)
    best = counted[0]
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
        conflicts=conflicts,
        assertions=tuple(counted),
        sources=tuple(sorted({(claim.source, claim.source_name) for claim in ordered})),
        since=min(claim.since for claim in ordered),
        rule=rule if is_live else rules.spent.id,
        copies=copies,
    )


def _wanted(claims: list[Claim], day: date, wished: Sequence[str]) -> str | None:
    """Return the fingerprint that the person wished for last, of claims that are there and valid."""
    here = {claim.fingerprint for claim in claims if claim.is_live(day)}
    return next((each for each in wished if each in here), None)


def _in_order(claims: set[Claim], day: date, rules: Rules, chosen: str | None) -> tuple[list[Claim], str]:
    """Return the claims, who speaks first, and the id of the rule that put the first before the second."""
    if len(claims) == 1:
        return list(claims), ""
    questions = [_QUESTIONS[rule.by] for rule in rules.order]

    def answers(claim: Claim) -> tuple[object, ...]:
        is_chosen = chosen is not None and claim.fingerprint == chosen
        return tuple(question(claim, day, is_chosen) for question in questions)

    answered = sorted(((answers(claim), claim) for claim in claims), key=lambda pair: pair[0])
    first, second = answered[0][0], answered[1][0]
    decided = next(rule for rule, one, other in zip(rules.order, first, second, strict=True) if one != other)
    return [claim for _, claim in answered], decided.id


def _once(ordered: list[Claim], rule: OnceRule | None) -> tuple[list[Claim], tuple[Copy, ...]]:
    """Part the claims into those that count and those that another document says already."""
    if rule is None or len(ordered) == 1:
        return ordered, ()
    first: dict[tuple[object, ...], Claim] = {}
    copies: list[Copy] = []
    counted: list[Claim] = []
    for claim in ordered:
        known = first.setdefault(tuple(_SHARED[what](claim) for what in rule.by), claim)
        # What one document says twice it says on purpose; only another document is a copy.
        if known.record == claim.record:
            counted.append(claim)
        else:
            copies.append(Copy(claim=claim, of=known))
    return counted, tuple(copies)


def _together(
    skills: Mapping[str, ProfileSkill], pairs: Iterable[tuple[str, str]], day: date, rules: Rules
) -> Iterator[ProfileSkill]:
    """Put skills side by side that the person says are the same; who is best proven gives the name."""
    groups = {uri: {uri} for uri in skills}
    for one, other in pairs:
        if one in groups and other in groups:
            joined = groups[one] | groups[other]
            groups.update(dict.fromkeys(joined, joined))
    for uri, group in groups.items():
        members = sorted((skills[each] for each in group), key=_weight)
        if members[0].uri != uri:
            continue
        counted = [claim for member in members for claim in member.assertions]
        across = _contradictions([claim for claim in counted if claim.is_live(day)], rules)
        theirs = [conflict for member in members for conflict in member.conflicts]
        conflicts = tuple(dict.fromkeys((*theirs, *across)))
        yield replace(members[0], same=tuple(members[1:]), conflicts=conflicts) if len(members) > 1 else members[0]


def _weight(skill: ProfileSkill) -> tuple[object, ...]:
    return -skill.validation, not skill.is_known, skill.uri


def _conflicts(ordered: list[Claim], day: date, rules: Rules) -> Iterable[Conflict]:
    live = [claim for claim in ordered if claim.is_live(day)]
    yield from _contradictions(live, rules)
    best = max((claim.validation for claim in live), default=ValidationLevel.SELF_DECLARED)
    missed = rules.conflicts[ConflictKind.PROOF_EXPIRED].level
    for claim in ordered:
        if not claim.is_live(day) and claim.validation > best and claim.validation >= missed:
            yield Conflict(kind=ConflictKind.PROOF_EXPIRED, first=claim)


def _contradictions(live: list[Claim], rules: Rules) -> Iterable[Conflict]:
    """Compare the latest word of every issuer: a second, higher test by the same one is progress, no conflict."""
    if len(live) < 2:
        return
    ranked = [(claim, rules.compare.rank(claim.level, claim.level_scheme)) for claim in live if claim.level]
    latest: dict[tuple[str, str, str], tuple[float, Claim]] = {}
    for claim, read in sorted(ranked, key=lambda pair: (pair[0].since, pair[0].validation, repr(pair[0]))):
        if read is not None:
            latest[read[0], claim.source, claim.issuer] = (read[1], claim)
    words = sorted(latest.items(), key=lambda item: (item[0][0], -item[1][0], item[0]))
    for (one, (height, higher)), (other, (other_height, lower)) in combinations(words, 2):
        if one[0] == other[0] and height > other_height:
            yield Conflict(kind=_kind(higher, lower, rules), first=higher, second=lower)


def _kind(higher: Claim, lower: Claim, rules: Rules) -> ConflictKind:
    tested = rules.conflicts[ConflictKind.CLAIM_ABOVE_ASSESSMENT].level
    is_tested = lower.validation >= tested > higher.validation
    return ConflictKind.CLAIM_ABOVE_ASSESSMENT if is_tested else ConflictKind.LEVELS_DIFFER
