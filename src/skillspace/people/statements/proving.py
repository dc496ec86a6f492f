"""What a person's statements prove by the operator's own rules, said in statements of the organisation: whoever reads
xAPI reads the skills, how well they are proven, and which statements they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from skillspace.records.derivation import Derived, Rules, derive
from skillspace.records.model import ValidationLevel

#: What is said when a skill follows from traces, and when an outcome was asked for.
INFERRED = {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}}
ASSESSED = {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}}
EVIDENCE = "urn:skillspace:xapi:evidence"
"""The extension that lists the statements a skill rests on, by their ids."""
_RULE = "urn:skillspace:xapi:rule:"


def proven(
    statements: Iterable[Mapping[str, Any]], rules: Rules, actor: Mapping[str, Any], home: str
) -> Iterator[dict[str, Any]]:
    """Give a statement for each skill that a person's statements prove: the same ones again say the same.

    `statements` are all of one person, here known as `actor`; `home` is the address of the store that vouches. A skill
    that a rule names by words alone has no place in a statement, and is left out.
    """
    theirs = ({**one, "actor": actor} for one in statements)
    for one in derive(theirs, rules):
        if one.assertion.concept is not None:
            said = _said(one, rules, actor, home)
            yield {"id": str(uuid5(NAMESPACE_URL, orjson.dumps(said).decode())), **said}


def _said(one: Derived, rules: Rules, actor: Mapping[str, Any], home: str) -> dict[str, Any]:
    skill, is_assessed = one.assertion, one.assertion.validation is ValidationLevel.ASSESSED
    named = {"name": {skill.language or "und": skill.label}}
    said: dict[str, Any] = {
        "actor": actor,
        "verb": ASSESSED if is_assessed else INFERRED,
        "object": {"id": f"{_RULE}{one.rule}", "definition": {"name": {"und": f"{rules.title}: {one.rule}"}}},
        "context": {
            "contextActivities": {"other": [{"id": skill.concept, "definition": named}]},
            "extensions": {EVIDENCE: [*one.statements]},
        },
        "authority": {"name": rules.issuer_name, "account": {"homePage": home, "name": rules.issuer}},
    }
    if is_assessed:
        said["result"] = {"success": True}
    if skill.issued is not None:
        said["timestamp"] = f"{skill.issued.isoformat()}T00:00:00Z"
    return said
