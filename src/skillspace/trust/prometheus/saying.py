"""Which clauses of our library say what turned rules say; what no clause says is named in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.trust.contract.clauses import clause
from skillspace.trust.policy import terms
from skillspace.trust.policy.describe import Line, describe, told
from skillspace.trust.prometheus.rules import Rules

Values = Mapping[str, Any]
_HOUR = timedelta(hours=1)


def _days(text: str) -> int | None:
    length = terms.duration(text)
    return length.days if length is not None and length == timedelta(days=length.days) else None


def _hours(text: str) -> int | None:
    length = terms.duration(text)
    return length // _HOUR if length is not None and not length % _HOUR else None


def _day(text: str) -> str | None:
    moment = terms.moment(text)
    whole = moment is not None and (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return moment.date().isoformat() if moment is not None and whole else None


#: A rule template of ours, the clause that says it, and the clause's values from the template's.
_CLAUSES: Mapping[str, tuple[str, Callable[[Values], Values]]] = {
    "purpose": ("purpose-limitation", dict),
    "role": ("recipients-by-role", dict),
    "recipient": ("recipients-named", dict),
    "territory": ("place-of-use", dict),
    "kinds": ("data-kinds", dict),
    "commitments": ("commitments", dict),
    "consent": ("consent-basis", dict),
    "no-onward": ("no-handing-on", dict),
    "for": ("days-of-use", lambda values: {"days": _days(values["period"])}),
    "count": ("count-of-uses", lambda values: {"times": int(values["times"])}),
    "every": ("interval", lambda values: {"hours": _hours(values["interval"])}),
    "notify-before": ("notice-before-use", dict),
    "delete-after": ("deletion-at-end", lambda values: {"days": _days(values["period"])}),
    "billing-amount": ("billing-by-amount", dict),
    "period": ("period", lambda values: {"from": _day(values["from"]), "until": _day(values["until"])}),
}


def clause_uses(rules: Rules) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the clause uses that say what the rules say, and in English what no clause says."""
    uses: list[dict[str, Any]] = []
    unsaid: list[str] = []
    for line in _lines(rules):
        use = _use(line)
        if use is not None:
            uses.append(use)
        elif line.template != "free":
            unsaid.append(told(line))
    if rules.commitments:
        uses.append({"clause": clause("commitments").name, "values": {"commitments": rules.commitments}})
    return uses, unsaid


def _lines(rules: Rules) -> list[Line]:
    policies = [rules.policy] if rules.policy is not None else []
    if rules.joining:
        policies.append({"permission": [{"action": terms.USE, "constraint": rules.joining}]})
    lines = [line for policy in policies for line in describe(policy)]
    ends = {line.template: line for line in lines if line.template in ("from", "until")}
    if len(ends) == 2 and all(_day(str((line.values or {})[name])) for name, line in ends.items()):
        both = {name: (line.values or {})[name] for name, line in ends.items()}
        period = Line(pointer=ends["from"].pointer, reason=ends["from"].reason, template="period", values=both)
        return [period, *(line for line in lines if line.template not in ends)]
    return lines


def _use(line: Line) -> dict[str, Any] | None:
    if line.template not in _CLAUSES:
        return None
    name, values_of = _CLAUSES[line.template]
    try:
        one = clause(name)
        return {"clause": one.name, "values": one.filled(values_of(line.values or {}))}
    except (BadInput, ValueError):
        return None
