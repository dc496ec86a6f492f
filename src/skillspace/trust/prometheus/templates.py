"""Their rule templates (`uid`, `policy` with blanks, `requestedFields`): which clauses of ours say the same."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from functools import reduce
from typing import Any

from skillspace.trust.policy.templates import templates
from skillspace.trust.prometheus.intake import check
from skillspace.trust.prometheus.model import Loss, Read
from skillspace.trust.prometheus.parts import tail, top, vocabulary
from skillspace.trust.prometheus.rules import turn_policies
from skillspace.trust.prometheus.saying import clause_uses

_BLANK = re.compile(r"@\{([A-Za-z0-9_]{1,60})\}")
#: Whom a template's notification would tell, and what it is about: filled in when it is used.
_PROVIDER = "did:web:provider.invalid"
_DAYS = [f"2031-01-{day:02d}" for day in range(1, 29)]


def read_rule_template(document: object) -> Read:
    """Read one rule template; a blank stands in the clauses' values as ``{name}``. Raises BadInput."""
    losses: list[Loss] = []
    check(document)
    filled, blanks = _fill(document)
    part = top(filled, losses)
    uid, address = part.text("uid"), part.text("@id")
    if address and tail(address) != uid:
        part.lose("uid", f"It stands in the file “{tail(address)[:60]}” and calls itself another.", is_correction=True)
        uid = tail(address)
    name, says = part.text("name") or part.text("title"), part.text("description")
    fields = [one for one in part.texts("requestedFields") if one != "target"]
    rules = turn_policies([part], _PROVIDER)
    word = vocabulary()["rules"].get(uid)
    if word is not None and not rules.commitments:
        rules.commitments = [word]
    uses, unsaid = clause_uses(rules)
    for sentence in unsaid:
        told = reduce(lambda text, one: text.replace(one[0], f"{{{one[1]}}}"), blanks.items(), sentence)
        part.drop("policy", f"No clause says this, only the rule does: {told}")
    if rules.policy is None and not uses:
        part.drop(uid or "policy", "Nothing of this template can be said here.")
    content = {
        "uid": uid,
        "name": name,
        "says": says,
        "fields": fields,
        "like": [one.id for one in templates() if uid in one.like],
        "clauses": [_with_blanks(use, blanks) for use in uses],
        "rules": _with_blanks(rules.policy, blanks),
    }
    return Read(kind="rule", source=uid, content=content, losses=tuple(losses))


def _fill(document: object) -> tuple[object, dict[str, str]]:
    """Return the template with a value in each blank that its operand can take, and which value stands for which."""
    blanks = {_PROVIDER: "provider"}
    filled = copy.deepcopy(document) if isinstance(document, dict) else document
    waiting: list[Any] = [filled]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, dict):
            right = one.get("rightOperand")
            blank = _BLANK.fullmatch(right) if isinstance(right, str) else None
            if blank is not None:
                one["rightOperand"] = _sample(one.get("leftOperand"), len(blanks))
                blanks[str(one["rightOperand"])] = blank[1]
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return filled, blanks


def _sample(operand: object, number: int) -> str:
    if operand in ("dateTime", "subscriptionDateTime"):
        return _DAYS[number % len(_DAYS)]
    if operand in ("count", "payAmount", "usageCount"):
        return str(7000 + number)
    if operand in ("elapsedTime", "delayPeriod", "timeInterval"):
        return f"P{700 + number}D"
    return f"urn:example:blank-{number}"


def _with_blanks(value: Any, blanks: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _with_blanks(inner, blanks) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_blanks(inner, blanks) for inner in value]
    text = str(value)
    for sample, name in blanks.items():
        if text in (sample, f"{sample}T00:00:00.000Z", f"{sample}T00:00:00+00:00"):
            return f"{{{name}}}"
    return value
