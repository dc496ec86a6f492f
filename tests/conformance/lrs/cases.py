"""Every rule on the shape of statements as cases: of whole statements here, of their parts beside."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.lrs.actor_cases import of_actors
from tests.conformance.lrs.case import NUMBER, OBJECT, ONLY_2, TEXT, Case, case
from tests.conformance.lrs.part_cases import of_parts
from tests.conformance.lrs.parts import ATTACHMENT, REFERENCE, Json, drop, plain, put, whole

LONG_UUID, ODD_UUID = "AA97B177-9383-4934-8543-0F91A7A028368", "MA97B177-9383-4934-8543-0F91A7A02836"


def cases() -> list[Case]:
    """Return every case."""
    return [
        *_formatting(),
        *_extensions(),
        *_names_and_languages(),
        *_moments(),
        *of_actors(),
        *of_parts(),
        *_the_rest(),
    ]


def _formatting() -> Iterator[Case]:
    yield from case("XAPI-00014", "a plain statement", plain(), taken=True)
    yield from case("XAPI-00014", "a statement with everything", whole(), taken=True)
    for what, odd in (("a list", [1]), ("text", "x"), ("nothing", None)):
        yield Case(requirement="XAPI-00014", what=f"{what} is no statement", statement=odd, taken=False)
    for path in ("actor/name", "verb/display/sv", "context/registration", "object/definition/moreInfo", "result"):
        yield from case("XAPI-00001", f"{path} is null", whole(), put(path, None))


def _extensions() -> Iterator[Case]:
    for path in ("object/definition/extensions", "result/extensions", "context/extensions"):
        for empty in (None, "", {}):
            change = put(path, {"https://example.org/none": empty})
            yield from case("XAPI-00119", f"{path} holds {empty!r}", whole(), change, taken=True)
        yield from case("XAPI-00119", f"{path} is empty", whole(), put(path, {}), taken=True)
        yield from case("XAPI-00118", f"{path} is text", whole(), put(path, TEXT))
        yield from case("XAPI-00118", f"{path} has no IRI", whole(), put(path, {"example.org/x": 1}))
        yield from case("XAPI-00120", f"{path} is a list", whole(), put(path, [1]))


def _names_and_languages() -> Iterator[Case]:
    for number, name in (("XAPI-00003", "actor"), ("XAPI-00004", "verb"), ("XAPI-00005", "object")):
        yield Case(requirement=number, what=f"no {name}", statement=_without(name), taken=False)
        inner = {**plain(), "object": {**_without(name), "objectType": "SubStatement"}}
        yield Case(requirement="XAPI-00066", what=f"no {name} within", statement=inner, taken=False)
    for path, wrong in (
        ("result/score/max", "one hundred"),
        ("result/score/max", "100"),
        ("result/success", "yes"),
        ("result/completion", "false"),
    ):
        yield from case("XAPI-00006", f"{path} is {wrong!r}", whole(), put(path, wrong))
    for path in ("id", "context/registration", "context/statement/id"):
        for wrong in (NUMBER, OBJECT, LONG_UUID, ODD_UUID, ""):
            yield from case("XAPI-00007", f"{path} is {wrong!r}", whole(), put(path, wrong))
    yield from case("XAPI-00027", "an id", plain(), put("id", "AA97B177-9383-4934-8543-0F91A7A02836"), taken=True)
    for number, wrong in (("XAPI-00028", NUMBER), ("XAPI-00029", LONG_UUID), ("XAPI-00030", ODD_UUID)):
        yield from case(number, f"StatementRef {wrong}", plain(), put("object", {**REFERENCE, "id": wrong}))
    for wrong in ("iD", "Actor", "veRb", "oBject", "RESULT", "conText", "timeStamp", "STOred", "auTHORity", "Version"):
        yield from case("XAPI-00008", f"{wrong} stands for it", whole(), put(wrong, "x"))
    yield from case("XAPI-00008", "attachmentS", whole(), put("attachmentS", [ATTACHMENT]))
    for path in ("actor", "verb", "object", "object/definition", "result", "result/score", "context"):
        yield from case("XAPI-00010", f"{path} has more than it may", whole(), put(f"{path}/more", "x"))
    for path in (
        "verb/id",
        "object/id",
        "object/definition/type",
        "object/definition/moreInfo",
        "attachments/0/usageType",
        "attachments/0/fileUrl",
    ):
        yield from case("XAPI-00011", f"{path} without its scheme", whole(), put(path, "example.org/x"))
    yield from _languages()


def _languages() -> Iterator[Case]:
    for tag in ("de", "cmn", "de-DE", "zh-Hant", "sr-Latn-RS", "es-419", "sl-rozaj-biske", "de-CH-1901", "x-own"):
        yield from case("XAPI-00013", f"the language {tag}", whole(), put("context/language", tag), taken=True)
        yield from case("XAPI-00121", f"words in {tag}", whole(), put("verb/display", {tag: "x"}), taken=True)
    for tag in ("something", "a12345", "a12345678", "zh-z-aaa-z-bbb-c-ccc", "", "en_GB", "e", "en-"):
        yield from case("XAPI-00013", f"no language {tag}", whole(), put("context/language", tag))
        for path in ("verb/display", "object/definition/name", "object/definition/description"):
            yield from case("XAPI-00121", f"{path} in no language {tag}", whole(), put(path, {tag: "x"}))
        for path in ("attachments/0/display", "attachments/0/description"):
            yield from case("XAPI-00121", f"{path} in no language {tag}", whole(), put(path, {tag: "x"}))


def _moments() -> Iterator[Case]:
    for stamp in (
        "2013-05-18T05:32:34.804Z",
        "2008-09-15 15:53:00.601+00:00",
        "2031-11-22T18:21:02.245Z",
        "2013-05-18T05:32:34.123456789+02:00",
    ):
        yield from case("XAPI-00123", f"at {stamp}", plain(), put("timestamp", stamp), taken=True)
    for stamp in (
        TEXT,
        "01/011/2015",
        "2008-09-15T15:53:00.601-00",
        "2008-09-15T15:53:00.601-0000",
        "2008-09-15T15:53:00.601-00:00",
        "2008-13-15T15:53:00Z",
        NUMBER,
        "",
    ):
        yield from case("XAPI-00022", f"at {stamp!r}", plain(), put("timestamp", stamp))
        yield Case(
            requirement="XAPI-00023", what=f"stored {stamp!r}", statement={**plain(), "stored": stamp}, taken=False
        )
    for length in ("PT1H0M0.1S", "PT4H35M59.14S", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W"):
        yield from case("XAPI-00124", f"lasting {length}", whole(), put("result/duration", length), taken=True)
    for wrong in ("PA1H0M0S", TEXT, NUMBER, OBJECT, "P4W1D", "P", "PT", "PT1.5H3M", "1H", "P3Y1"):
        yield from case("XAPI-00124", f"lasting {wrong!r}", whole(), put("result/duration", wrong))


def _the_rest() -> Iterator[Case]:
    for version, taken in (("1.0", True), ("1.0.9", True), ("0.9.9", False), ("1.1.0", False), (TEXT, False)):
        statement = {**plain(), "version": version}
        yield Case(requirement="XAPI-00101", what=f"version {version}", statement=statement, taken=taken)
    yield Case(
        requirement="XAPI-00101",
        what="version 2.0.0",
        statement={**plain(), "version": "2.0.0"},
        taken=True,
        versions=ONLY_2,
    )
    yield from case("XAPI-00025", "an attachment", whole(), taken=True)
    for wrong in (ATTACHMENT, TEXT, [NUMBER], [TEXT], None):
        yield from case("XAPI-00025", f"attachments {wrong!r}", whole(), put("attachments", wrong))
    for number, name, wrongs in (
        ("XAPI-00102", "length", (TEXT, 1.5, -1, None, True)),
        ("XAPI-00103", "sha2", (NUMBER, "", "12", None)),
        ("XAPI-00104", "fileUrl", (TEXT, NUMBER, "")),
        ("XAPI-00105", "contentType", (NUMBER, "text", "", None)),
        ("XAPI-00106", "display", (NUMBER, TEXT, {"en": 1}, None)),
        ("XAPI-00106", "description", (NUMBER, TEXT)),
        ("XAPI-00107", "usageType", (TEXT, NUMBER, None)),
    ):
        for wrong in wrongs:
            yield from case(number, f"{name} {wrong!r}", whole(), put(f"attachments/0/{name}", wrong))
        if name not in ("fileUrl", "description"):
            yield from case(number, f"no {name}", whole(), drop(f"attachments/0/{name}"))


def _without(name: str) -> Json:
    return {key: value for key, value in plain().items() if key != name}
