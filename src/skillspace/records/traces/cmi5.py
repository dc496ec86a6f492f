"""cmi5: statements of launched content, held to what cmi5 demands of them (cmi5 Quartz, §9), and lifted to xAPI 2.0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.records.traces.making import VERBS
from skillspace.records.traces.source import Origin, Source, Statement
from skillspace.records.traces.trace import Trace
from skillspace.records.traces.xapi import lifted, records

_CATEGORIES = "https://w3id.org/xapi/cmi5/context/categories/"
_SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
_MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
#: The verbs that cmi5 defines, and what each wants of `result` (§9.3, §9.5): None where it must not say anything.
_VERBS: Mapping[str, tuple[bool | None, bool | None]] = {
    VERBS["launched"]: (None, None), VERBS["initialized"]: (None, None), VERBS["completed"]: (True, None),
    VERBS["passed"]: (None, True), VERBS["failed"]: (None, False), VERBS["terminated"]: (None, None),
    VERBS["abandoned"]: (None, None), VERBS["waived"]: (True, True), VERBS["satisfied"]: (None, None),
}  # fmt: skip
_TIMED = {VERBS[name] for name in ("completed", "passed", "failed", "terminated")}


def read(record: Trace, origin: Origin) -> Iterator[Statement]:
    """Give the statement of a record; raise BadInput naming the rule of cmi5 that it breaks."""
    made = lifted(record, origin)
    context, result = _part(made, "context"), _part(made, "result")
    if "registration" not in context:
        raise BadInput("context.registration: cmi5 wants it in every statement (§9.6.1).")
    if not isinstance(_part(context, "extensions").get(_SESSION), str):
        raise BadInput("context.extensions: cmi5 wants the session id in every statement (§9.6.3.1).")
    if _CATEGORIES + "cmi5" in _categories(context):
        _check_defined(made, result, context)
    target = _part(made, "object")
    title = origin.titles.get(str(target.get("id")))
    if title and "name" not in _part(target, "definition"):
        made["object"] = {**target, "definition": {**_part(target, "definition"), "name": {"und": title}}}
    yield made


SOURCE = Source(name="cmi5", title="cmi5", read=read, records=records)


def _check_defined(made: Mapping[str, Any], result: Mapping[str, Any], context: Mapping[str, Any]) -> None:
    did = str(_part(made, "verb").get("id"))
    if did not in _VERBS:
        raise BadInput("verb.id: a statement of the category cmi5 has one of its nine verbs (§9.3).")
    for name, wanted in zip(("completion", "success"), _VERBS[did], strict=True):
        if result.get(name) is not wanted:
            told = "says nothing" if wanted is None else f"is {str(wanted).lower()}"
            raise BadInput(f"result.{name}: with this verb it {told} (§9.5).")
    if did in _TIMED and "duration" not in result:
        raise BadInput("result.duration: cmi5 wants it with this verb (§9.5.4).")
    scaled, mastery = _part(result, "score").get("scaled"), _part(context, "extensions").get(_MASTERY)
    if isinstance(scaled, int | float) and isinstance(mastery, int | float):
        is_wrong = (
            scaled < mastery if did == VERBS["passed"] else scaled >= mastery if did == VERBS["failed"] else False
        )
        if is_wrong:
            raise BadInput("result.score.scaled: it does not fit the mastery score and the verb (§9.3.4, §9.3.5).")


def _categories(context: Mapping[str, Any]) -> set[str]:
    listed = _part(context, "contextActivities").get("category", [])
    return {
        str(one.get("id")) for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, Mapping)
    }


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}
