"""What was done, as cases: verbs and objects, activities, results, contexts and who else was there."""

from __future__ import annotations

from collections.abc import Iterator

from skillspace.records.statements import Version
from tests.conformance.lrs.case import NO_IRI, NUMBER, OBJECT, ONLY_2, TEXT, Case, case
from tests.conformance.lrs.parts import (
    ACTIVITY,
    AGENTS,
    COMPONENTS,
    CONTEXT,
    DEFINITION,
    GROUPS,
    INTERACTIONS,
    REFERENCE,
    RESULT,
    VERB,
    VOIDED,
    Json,
    drop,
    plain,
    put,
    whole,
    within,
)


def of_parts() -> Iterator[Case]:
    """Give every case on the parts of a statement."""
    yield from _verbs_and_objects()
    yield from _activities()
    yield from _results()
    yield from _contexts()
    yield from _companions()


def _verbs_and_objects() -> Iterator[Case]:
    yield from case("XAPI-00044", "a verb without words", plain(), drop("verb/display"), taken=True)
    yield from case("XAPI-00044", "a verb without id", plain(), drop("verb/id"))
    for wrong in (NO_IRI, TEXT, NUMBER, ""):
        yield from case("XAPI-00044", f"the verb {wrong!r}", plain(), put("verb/id", wrong))
    yield from case("XAPI-00044", "a verb as text", plain(), put("verb", VERB["id"]))
    for wrong in (NUMBER, "a12345 attended", {"en": 1}, ["en"]):
        yield from case("XAPI-00045", f"a verb in the words {wrong!r}", plain(), put("verb/display", wrong))
    for wrong in ("activity", "agent", "group", "statementref", "substatement", NUMBER, OBJECT):
        for target in (ACTIVITY, AGENTS["mbox"], GROUPS["mbox"], REFERENCE):
            yield from case("XAPI-00046", f"as {wrong!r}", plain(), put("object", {**target, "objectType": wrong}))
    yield from case("XAPI-00046", "an object as text", plain(), put("object", TEXT))
    for target in (AGENTS["mbox"], GROUPS["mbox"]):
        untold = {name: value for name, value in target.items() if name != "objectType"}
        yield from case("XAPI-00065", "an agent that is not said to be one", plain(), put("object", untold))
    yield from case("XAPI-00073", "a reference", plain(), put("object", REFERENCE), taken=True)
    yield from case("XAPI-00073", "a reference not said to be one", plain(), put("object", {"id": REFERENCE["id"]}))
    yield from case("XAPI-00072", "a reference to nothing", plain(), put("object", {"objectType": "StatementRef"}))
    yield from case("XAPI-00072", "a reference to text", plain(), put("object", {**REFERENCE, "id": TEXT}))
    twice = within(within(plain()))
    yield Case(requirement="XAPI-00071", what="within within", statement=twice, taken=False)
    for number, name, value in (
        ("XAPI-00070", "id", "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"),
        ("XAPI-00069", "stored", "2013-05-18T05:32:34.804Z"),
        ("XAPI-00068", "version", "1.0.0"),
        ("XAPI-00067", "authority", AGENTS["mbox"]),
    ):
        inner = within(plain())
        inner["object"][name] = value
        yield Case(requirement=number, what=f"{name} within", statement=inner, taken=False)
    yield from case("XAPI-00019", "a voiding", plain(), put("verb", VOIDED), put("object", REFERENCE), taken=True)
    voiding = {**plain(), "verb": VOIDED}
    yield Case(requirement="XAPI-00017", what="voiding an activity", statement=voiding, taken=False)
    odd = {**plain(), "verb": VOIDED, "object": {**REFERENCE, "objectType": "statementref"}}
    yield Case(requirement="XAPI-00020", what="voiding what is no reference", statement=odd, taken=False)


def _activities() -> Iterator[Case]:
    yield from case("XAPI-00047", "an activity by its id", plain(), put("object", {"id": ACTIVITY["id"]}), taken=True)
    yield from case("XAPI-00047", "an activity without id", plain(), drop("object/id"))
    for wrong in (NO_IRI, TEXT, NUMBER, ""):
        yield from case("XAPI-00047", f"the activity {wrong!r}", plain(), put("object/id", wrong))
    for wrong in (TEXT, NUMBER, [1]):
        yield from case("XAPI-00048", f"defined as {wrong!r}", plain(), put("object/definition", wrong))
        yield from case("XAPI-00056", f"named {wrong!r}", plain(), put("object/definition/name", wrong))
        yield from case("XAPI-00059", f"described {wrong!r}", plain(), put("object/definition/description", wrong))
        yield from case("XAPI-00060", f"of type {wrong!r}", plain(), put("object/definition/type", wrong))
        yield from case("XAPI-00061", f"more at {wrong!r}", plain(), put("object/definition/moreInfo", wrong))
        yield from case("XAPI-00057", f"extended by {wrong!r}", plain(), put("object/definition/extensions", wrong))
    yield from case("XAPI-00048", "defined by nothing", plain(), put("object/definition", {}), taken=True)
    for name in DEFINITION:
        only = {name: DEFINITION[name]}
        yield from case("XAPI-00048", f"defined by {name}", plain(), put("object/definition", only), taken=True)
    for kind, parts in INTERACTIONS.items():
        definition = {**DEFINITION, "interactionType": kind, **parts}
        yield from case("XAPI-00049", kind, plain(), put("object/definition", definition), taken=True)
        bare = {"interactionType": kind}
        yield from case("XAPI-00049", f"{kind} alone", plain(), put("object/definition", bare), taken=True)
        odd = {**definition, "interactionType": kind[:-1] + kind[-1].upper()}
        yield from case("XAPI-00009", f"{kind} in the wrong case", plain(), put("object/definition", odd))
        yield from case("XAPI-00064", f"{kind} not told", plain(), put("object/definition", {**DEFINITION, **parts}))
    for wrong in ("https://example.org/choice", NUMBER, OBJECT, TEXT):
        yield from case("XAPI-00049", f"as {wrong!r}", plain(), put("object/definition/interactionType", wrong))
    numbers = ("XAPI-00050", "XAPI-00051", "XAPI-00052", "XAPI-00053", "XAPI-00054")
    kinds = (("choices", "choice"), ("scale", "likert"), ("source", "matching"), ("target", "matching"))
    for number, (name, kind) in zip(numbers, (*kinds, ("steps", "performance")), strict=True):
        told = {"interactionType": kind}
        wrongs = (TEXT, [TEXT], [{"description": {"en": "x"}}], [{"id": 1}], [{"id": "a", "more": 1}])
        for wrong in wrongs:
            yield from case(number, f"{name} {wrong!r}", plain(), put("object/definition", {**told, name: wrong}))
        for number_of, wrong in (("XAPI-00062", {"en": 1}), ("XAPI-00063", TEXT)):
            odd = [{"id": "a", "description": wrong}]
            yield from case(number_of, f"{name} told {wrong!r}", plain(), put("object/definition", {**told, name: odd}))
        same = [COMPONENTS[0], COMPONENTS[0]]
        yield from case("XAPI-00058", f"{name} twice", plain(), put("object/definition", {**told, name: same}))
    for wrong in (TEXT, [1], OBJECT):
        definition = {"interactionType": "other", "correctResponsesPattern": wrong}
        yield from case("XAPI-00055", f"right: {wrong!r}", plain(), put("object/definition", definition))


def _results() -> Iterator[Case]:
    for name in RESULT:
        only = {name: RESULT[name]}
        yield from case("XAPI-00074", f"a result of {name}", plain(), put("result", only), taken=True)
    for path, number in (("result/success", "XAPI-00075"), ("result/completion", "XAPI-00076")):
        for wrong in (1, TEXT, OBJECT, None):
            yield from case(number, f"{path} is {wrong!r}", whole(), put(path, wrong))
    for wrong in (NUMBER, OBJECT, None):
        yield from case("XAPI-00077", f"the response {wrong!r}", whole(), put("result/response", wrong))
    for wrong in (TEXT, NUMBER, [1]):
        yield from case("XAPI-00078", f"the result {wrong!r}", whole(), put("result", wrong))
        yield from case("XAPI-00079", f"the score {wrong!r}", whole(), put("result/score", wrong))
    for scaled, taken in (
        (0.6767676, True),
        (1.0, True),
        (-1.0, True),
        (1.01, False),
        (-1.00001, False),
        (True, False),
    ):
        change = put("result/score", {"scaled": scaled})
        yield from case("XAPI-00083", f"scaled {scaled}", whole(), change, taken=taken)
    for number, score, taken in (
        ("XAPI-00082", {"raw": 0.6767676}, True),
        ("XAPI-00082", {"raw": 5, "max": 4.9}, False),
        ("XAPI-00082", {"raw": 5, "min": 5.1}, False),
        ("XAPI-00082", {"raw": 5, "min": 5, "max": 6}, True),
        ("XAPI-00081", {"min": 0.5}, True),
        ("XAPI-00081", {"min": 5, "max": 4}, False),
        ("XAPI-00080", {"max": 100.6767676}, True),
        ("XAPI-00080", {"max": 1, "min": 2, "raw": 1.5}, False),
        ("XAPI-00080", {"max": "2"}, False),
    ):
        yield from case(number, f"the score {score}", whole(), put("result/score", score), taken=taken)


def _contexts() -> Iterator[Case]:
    for name in CONTEXT:
        only = {name: CONTEXT[name]}
        yield from case("XAPI-00086", f"a context of {name}", plain(), put("context", only), taken=True)
    yield from case("XAPI-00086", "an empty context", plain(), put("context", {}), taken=True)
    for number, name in (("XAPI-00087-1", "registration"), ("XAPI-00087-2", "instructor"), ("XAPI-00088", "team")):
        for wrong in (OBJECT, TEXT, NUMBER):
            yield from case(number, f"{name} {wrong!r}", whole(), put(f"context/{name}", wrong))
    for number, name in (("XAPI-00089", "revision"), ("XAPI-00090", "platform"), ("XAPI-00091", "language")):
        for wrong in (NUMBER, OBJECT):
            yield from case(number, f"{name} {wrong!r}", whole(), put(f"context/{name}", wrong))
    for number, name in (("XAPI-00084", "revision"), ("XAPI-00085", "platform")):
        for target in (AGENTS["mbox"], GROUPS["mbox"], REFERENCE):
            base = {**plain(), "context": {name: "x"}}
            yield from case(number, f"{name} of no activity", base, put("object", target))
        inner = {**within(plain()), "context": {name: "x"}}
        yield Case(requirement=number, what=f"{name} of what is within", statement=inner, taken=False)
        untold = {"id": ACTIVITY["id"]}
        base = {**plain(), "context": {name: "x"}}
        yield from case(number, f"{name} of an activity", base, put("object", untold), taken=True)
    for wrong in (
        {**REFERENCE, "objectType": "statementref"},
        {**REFERENCE, "id": TEXT},
        TEXT,
        {"id": REFERENCE["id"]},
    ):
        yield from case("XAPI-00092", f"the statement {wrong!r}", whole(), put("context/statement", wrong))
    yield from case("XAPI-00086", "activities as text", whole(), put("context/contextActivities", TEXT))
    for name in ("parent", "grouping", "category", "other"):
        for near in (ACTIVITY, [ACTIVITY], [ACTIVITY, {"id": "https://example.org/b"}], []):
            change = put("context/contextActivities", {name: near})
            yield from case("XAPI-00093", f"{name}: {type(near).__name__}", whole(), change, taken=True)
        for odd in (OBJECT, [ACTIVITY, OBJECT], TEXT, [TEXT], AGENTS["mbox"]):
            change = put("context/contextActivities", {name: odd})
            yield from case("XAPI-00094", f"{name}: {odd!r}", whole(), change)
    change = put("context/contextActivities", {"sibling": ACTIVITY})
    yield from case("XAPI-00093", "another relation", whole(), change)


def _companions() -> Iterator[Case]:
    for name, part, who, other in (
        ("contextAgents", "agent", AGENTS["mbox"], GROUPS["mbox"]),
        ("contextGroups", "group", GROUPS["mbox"], AGENTS["mbox"]),
    ):
        kind = f"context{part.capitalize()}"
        right: Json = {"objectType": kind, part: who, "relevantTypes": ["https://example.org/types/player"]}
        untyped = {"objectType": kind, part: who}
        number = f"2.0 {name}"
        for listed in ([right], [right, untyped], []):
            change = put(f"context/{name}", listed)
            yield from case(number, f"{len(listed)} of them", whole(), change, taken=True, versions=ONLY_2)
        for wrong in (
            {**right, "objectType": "Should fail"},
            {**right, part: OBJECT},
            {**right, part: other},
            {**right, "relevantTypes": []},
            {**right, "relevantTypes": ["abc"]},
            {**right, "relevantTypes": TEXT},
            {**right, "more": 1},
            {"objectType": kind},
            {part: who},
            TEXT,
        ):
            yield from case(number, f"{wrong!r}", whole(), put(f"context/{name}", [wrong]), versions=ONLY_2)
        yield from case(number, "no list", whole(), put(f"context/{name}", right), versions=ONLY_2)
        old = (Version.V1_0,)
        yield from case(number, "before 2.0", whole(), put(f"context/{name}", [right]), versions=old)
