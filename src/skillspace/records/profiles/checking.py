"""Do statements keep to a profile: each by itself against its templates, and those of a registration in their order.

A statement belongs to a template when everything that tells the template is so in it (Profiles 1.0 §8); it keeps to
the profile when all rules of at least one such template hold. Where none does, the report tells of the template that
it comes nearest to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from skillspace.records.profiles.locating import values_at
from skillspace.records.profiles.reading import Pattern, Profile, Rule, Template
from skillspace.records.statements import moment

MAX_IN_A_ROW = 10_000
"""Statements of one registration whose order is looked at, at most."""
_MOST_TOLD = 100


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that a statement breaks, and how."""

    statement: str
    template: str
    rule: str
    why: str


@dataclass(kw_only=True)
class Conformance:
    """How statements keep to a profile. `outside` belong to none of its templates, and so are not judged."""

    statements: int = 0
    conforming: int = 0
    breaking: int = 0
    outside: int = 0
    templates: Counter[str] = field(default_factory=Counter)
    broken: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    registrations: int = 0
    in_order: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the report as JSON values; it names statements and places, never values."""
        return {
            "statements": self.statements,
            "conforming": self.conforming,
            "breaking": self.breaking,
            "outside": self.outside,
            "templates": dict(self.templates),
            "rules_broken": [
                {"template": template, "rule": rule, "why": why, "count": count}
                for (template, rule, why), count in self.broken.most_common()
            ],
            "findings": [
                {"statement": one.statement, "template": one.template, "rule": one.rule, "why": one.why}
                for one in self.findings
            ],
            "registrations": {"looked_at": self.registrations, "in_order": self.in_order},
        }


def check(statements: Iterable[Mapping[str, Any]], profile: Profile) -> Conformance:
    """Return how checked statements keep to a profile, each by itself and by registration in order of time."""
    known = list(statements)
    by_id = {str(one["id"]).lower(): one for one in known if "id" in one}
    report = Conformance()
    rows: dict[str, list[tuple[float, int, Set[str]]]] = {}
    for place, one in enumerate(known):
        report.statements += 1
        belongs = {template.id for template in profile.templates.values() if belongs_to(one, template, profile, by_id)}
        broken = {name: _findings(one, profile.templates[name]) for name in sorted(belongs)}
        keeps = {name for name, found in broken.items() if not found}
        nearest = [] if keeps else min(broken.values(), key=len, default=[])
        report.templates.update(keeps or {each.template for each in nearest})
        report.outside += not belongs
        report.conforming += bool(keeps)
        report.breaking += bool(nearest)
        report.broken.update((each.template, each.rule, each.why) for each in nearest)
        report.findings += nearest[: max(_MOST_TOLD - len(report.findings), 0)]
        registration = one.get("context", {}).get("registration")
        if registration and belongs:
            when = moment(one["timestamp"], "timestamp").timestamp() if "timestamp" in one else 0.0
            rows.setdefault(registration.lower(), []).append((when, place, keeps))
    primary = [pattern for pattern in profile.patterns.values() if pattern.is_primary]
    for row in rows.values() if primary else ():
        report.registrations += 1
        in_time = [keeps for _, _, keeps in sorted(row, key=lambda each: each[:2])[:MAX_IN_A_ROW]]
        report.in_order += any(follows(in_time, pattern, profile) for pattern in primary)
    return report


def belongs_to(
    statement: Mapping[str, Any],
    template: Template,
    profile: Profile,
    by_id: Mapping[str, Mapping[str, Any]],
    depth: int = 0,
) -> bool:
    """Tell whether a statement has everything that tells a template; `by_id` has those it may refer to."""
    target = statement["object"]
    context = statement.get("context", {})
    near = context.get("contextActivities", {})
    usage = {one["usageType"] for one in statement.get("attachments", ())}
    return (
        template.verb in (None, statement["verb"]["id"])
        and template.object_type in (None, target.get("definition", {}).get("type"))
        and all(
            {one.get("definition", {}).get("type") for one in near.get(name, ())} >= set(types)
            for name, types in template.context_types.items()
        )
        and usage >= set(template.usage_types)
        and _refers(target, template.refers_to, profile, by_id, depth)
        and _refers(context.get("statement", {}), template.context_refers_to, profile, by_id, depth)
    )


def follows(row: Sequence[Set[str]], pattern: Pattern, profile: Profile) -> bool:
    """Tell whether a row of statements, each by the templates it belongs to, is one of this pattern from end to end."""
    return len(row) in _ends(pattern.id, {0}, row, profile)


def _ends(part: str, starts: set[int], row: Sequence[Set[str]], profile: Profile) -> set[int]:
    """Return where a part can end that begins at one of `starts`."""
    pattern = profile.patterns.get(part)
    if pattern is None:
        return {at + 1 for at in starts if at < len(row) and part in row[at]}
    if pattern.kind == "alternates":
        return set().union(*(_ends(one, starts, row, profile) for one in pattern.parts))
    if pattern.kind == "sequence":
        for one in pattern.parts:
            starts = _ends(one, starts, row, profile)
        return starts
    (inner,) = pattern.parts
    once = _ends(inner, starts, row, profile)
    if pattern.kind == "optional":
        return starts | once
    reached, new = set(once), once
    while new:
        new = _ends(inner, new, row, profile) - reached
        reached |= new
    return reached | starts if pattern.kind == "zeroOrMore" else reached


def _refers(
    reference: Mapping[str, Any],
    wanted: tuple[str, ...],
    profile: Profile,
    by_id: Mapping[str, Mapping[str, Any]],
    depth: int,
) -> bool:
    if not wanted:
        return True
    other = by_id.get(str(reference.get("id")).lower()) if reference.get("objectType") == "StatementRef" else None
    if other is None or depth > 8:
        return False
    templates = (profile.templates[one] for one in wanted if one in profile.templates)
    return any(belongs_to(other, template, profile, by_id, depth + 1) for template in templates)


def _findings(statement: Mapping[str, Any], template: Template) -> list[Finding]:
    return [
        Finding(statement=str(statement.get("id", "")), template=template.id, rule=rule.written, why=why)
        for rule in template.rules
        if (why := _fault(statement, rule)) is not None
    ]


def _fault(statement: Mapping[str, Any], rule: Rule) -> str | None:
    """Return how a statement breaks a rule, None where it keeps to it (§8.2)."""
    found = values_at(statement, rule.places)
    has_gap = False
    if rule.selected is not None:
        chosen = [values_at(one, rule.selected) for one in found]
        has_gap = any(not values for values in chosen)
        found = [value for values in chosen for value in values]
    among = [[_is_among(value, listed) for value in found] for listed in (rule.any, rule.all, rule.none)]
    faults = {
        "there must be something here": rule.presence == "included" and (not found or has_gap),
        "there must be nothing here": rule.presence == "excluded" and bool(found),
        "none of the values is one of those it must have": bool(rule.any and found) and not any(among[0]),
        "a value is not among those allowed": bool(rule.all and found) and not all(among[1]),
        "a value is one of those it must not have": any(among[2]),
    }
    return next((why for why, is_so in faults.items() if is_so), None)


def _is_among(value: object, allowed: tuple[object, ...]) -> bool:
    # True is not 1 in JSON.
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in allowed)
