"""What statements say a person can do, by rules: a pure function of which statements there are, in whatever order.

A statement that was voided never counts, nor does one that came twice count twice. More statements never make a skill
less proven, unless one of them voids another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from skillspace.records.derivation.rules import Rule, Rules
from skillspace.records.model import Evidence, RecordKind, SkillAssertion
from skillspace.records.statements import identity, moment, target_of, voids


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A skill of a person (`identity` of their agent), the rule it follows by, and every statement that speaks for it
    (ids in small letters, the earliest first)."""

    person: str
    rule: str
    assertion: SkillAssertion
    statements: tuple[str, ...]


@dataclass(frozen=True, order=True)
class _Deed:
    when: datetime | None
    id: str
    activity: str


def derive(statements: Iterable[Mapping[str, Any]], rules: Rules) -> tuple[Derived, ...]:
    """Return what checked statements prove of everybody in them, by person, rule and skill.

    Statements without an id are no evidence and do not count; of people known as groups nothing is derived.
    """
    known: dict[str, Mapping[str, Any]] = {}
    voided: set[str] = set()
    for one in statements:
        if "id" in one:
            known[one["id"].lower()] = one
        if voids(one):
            voided.add(str(target_of(one)))
    counted: dict[tuple[str, str], list[_Deed]] = {}
    for key, one in known.items():
        who = identity(one["actor"]) if one["actor"].get("objectType", "Agent") == "Agent" else None
        # What voids cannot itself be voided (xAPI §4.2.1), and proves nothing.
        if who is None or key in voided or voids(one):
            continue
        for rule in rules.rule:
            if _counts(one, rule):
                deed = _Deed(when=_when(one), id=key, activity=one["object"].get("id", ""))
                counted.setdefault((who, rule.name), []).append(deed)
    named = {rule.name: rule for rule in rules.rule}
    return tuple(
        made
        for (who, name), deeds in sorted(counted.items())
        for made in _proven(who, named[name], sorted(deeds, key=_in_order), rules)
    )


def _counts(statement: Mapping[str, Any], rule: Rule) -> bool:
    target, result = statement["object"], statement.get("result", {})
    near = statement.get("context", {}).get("contextActivities", {}).get("category", [])
    score = rule.score_at_least
    return (
        statement["verb"]["id"] in rule.verbs
        and target.get("objectType", "Activity") == "Activity"
        and rule.takes(target["id"])
        and (not rule.activity_types or target.get("definition", {}).get("type") in rule.activity_types)
        and (not rule.categories or not {one["id"] for one in near}.isdisjoint(rule.categories))
        # What was failed is never a proof, whatever the verb says.
        and result.get("success") is not False
        and (rule.success is None or result.get("success") is True)
        and (rule.completion is None or result.get("completion") is True)
        and (score is None or result.get("score", {}).get("scaled", -1) >= score)
    )


def _proven(who: str, rule: Rule, deeds: list[_Deed], rules: Rules) -> Iterator[Derived]:
    if not _are_enough(deeds, rule):
        return
    ids = tuple(deed.id for deed in deeds)
    days = [deed.when.date() for deed in deeds if deed.when is not None]
    count = f"{len(ids)} statements" if len(ids) > 1 else "1 statement"
    for skill in rule.skills:
        evidence = Evidence(
            record_id=f"urn:uuid:{ids[-1]}",
            title=rules.title,
            kind=RecordKind.ASSESSMENT,
            excerpt=f"{count} by the rule {rule.name}",
        )
        assertion = SkillAssertion(
            concept=skill.concept,
            label=skill.label,
            language=skill.language,
            level=skill.level,
            level_scheme=skill.level_scheme,
            validation=rule.level,
            issuer=rules.issuer,
            issuer_name=rules.issuer_name,
            issued=days[-1] if days else None,
            evidence=evidence,
        )
        yield Derived(person=who, rule=rule.name, assertion=assertion, statements=ids)


def _are_enough(deeds: list[_Deed], rule: Rule) -> bool:
    """Tell whether there are enough deeds, about enough activities, within a window of the rule's days."""
    if rule.within_days is None:
        return len(deeds) >= rule.times and len({deed.activity for deed in deeds}) >= rule.different
    span = timedelta(days=rule.within_days)
    timed = [(deed.when, deed) for deed in deeds if deed.when is not None]
    about: dict[str, int] = {}
    start = 0
    for end, (when, deed) in enumerate(timed):
        about[deed.activity] = about.get(deed.activity, 0) + 1
        while when - timed[start][0] > span:
            gone = timed[start][1].activity
            about[gone] -= 1
            if not about[gone]:
                del about[gone]
            start += 1
        if end - start + 1 >= rule.times and len(about) >= rule.different:
            return True
    return False


def _in_order(deed: _Deed) -> tuple[bool, str, str]:
    return deed.when is not None, deed.when.isoformat() if deed.when else "", deed.id


def _when(statement: Mapping[str, Any]) -> datetime | None:
    said = statement.get("timestamp") or statement.get("stored")
    return moment(said, "timestamp") if said else None
