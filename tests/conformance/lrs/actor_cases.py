"""Who acts, as cases: agents and groups wherever they stand, and the authority behind a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conformance.lrs.case import NO_IRI, NUMBER, OBJECT, TEXT, Case, case
from tests.conformance.lrs.parts import AGENTS, ANONYMOUS, GROUPS, MEMBERS, Json, plain, put, whole


def of_actors() -> Iterator[Case]:
    """Give every case on actors and authorities."""
    for path, agents, groups in _places():
        base = plain if path == "object" else whole
        for name, agent in AGENTS.items():
            yield from case("XAPI-00034", f"{path}: {name}", base(), put(path, agent), taken=agents)
        for name, group in GROUPS.items():
            yield from case("XAPI-00037", f"{path}: group by {name}", base(), put(path, group), taken=groups)
            lonely = {key: value for key, value in group.items() if key != "member"}
            yield from case("XAPI-00037", f"{path}: {name} alone", base(), put(path, lonely), taken=groups)
        yield from case("XAPI-00035", f"{path}: nameless group", base(), put(path, ANONYMOUS), taken=groups)
        for what, wrong in _wrong_actors():
            yield from case(what[0], f"{path}: {what[1]}", base(), put(path, wrong))
    for requirement, what, agent in _wrong_authorities():
        base = {**plain(), "authority": agent}
        yield Case(requirement=requirement, what=f"authority: {what}", statement=base, taken=False)
    for what, agent in (("an agent", AGENTS["account"]), ("two together", {"objectType": "Group", "member": MEMBERS})):
        base = {**plain(), "authority": agent}
        yield Case(requirement="XAPI-00024", what=f"authority: {what}", statement=base, taken=True)


def _places() -> Iterator[tuple[str, bool, bool]]:
    """Where agents and groups stand in a statement: where, whether an agent may, and whether a group may."""
    yield "actor", True, True
    yield "object", True, True
    yield "context/instructor", True, True
    yield "context/team", False, True


def _wrong_actors() -> Iterator[tuple[tuple[str, str], Any]]:
    mbox, group = AGENTS["mbox"], GROUPS["mbox"]
    yield ("XAPI-00031", "no object"), TEXT
    for wrong in (NUMBER, OBJECT, "agent", "Person", '"objectType": "Agent"'):
        yield ("XAPI-00032", f"is {wrong!r}"), {**mbox, "objectType": wrong}
    for wrong in (NUMBER, OBJECT, None):
        yield ("XAPI-00033", f"has the name {wrong!r}"), {**mbox, "name": wrong}
    yield ("XAPI-00034", "nobody"), {"objectType": "Agent", "name": "Alva"}
    for one in AGENTS:
        for other in AGENTS:
            if one != other:
                yield ("XAPI-00034", f"{one} and {other}"), {**AGENTS[one], other: AGENTS[other][other]}
                both = {**GROUPS[one], other: AGENTS[other][other]}
                yield ("XAPI-00037", f"group by {one} and {other}"), both
    yield ("XAPI-00035", "an agent with members"), {**mbox, "member": MEMBERS}
    yield ("XAPI-00035", "a group of nobody"), {"objectType": "Group", "name": "None"}
    yield ("XAPI-00035", "an empty group"), {"objectType": "Group", "member": []}
    for wrong in (mbox, TEXT, [TEXT], [group], [{"name": "Alva"}]):
        yield ("XAPI-00036", f"has the members {wrong!r}"), {**group, "member": wrong}
    yield from _wrong_identifiers()


def _wrong_identifiers() -> Iterator[tuple[tuple[str, str], Any]]:
    for kind in ("Agent", "Group"):
        for wrong in ("mailto:should.fail.com", "http://should.fail.com", "alva@example.org", OBJECT, NUMBER):
            yield ("XAPI-00038", f"{kind} mbox {wrong!r}"), {"objectType": kind, "mbox": wrong}
        for wrong in (OBJECT, NUMBER, "9c1185", TEXT):
            yield ("XAPI-00039", f"{kind} sha1 {wrong!r}"), {"objectType": kind, "mbox_sha1sum": wrong}
        for wrong in (NO_IRI, "open.id.com/testUser", OBJECT, NUMBER):
            yield ("XAPI-00040", f"{kind} openid {wrong!r}"), {"objectType": kind, "openid": wrong}
        for wrong in (TEXT, NUMBER, {}):
            yield ("XAPI-00041", f"{kind} account {wrong!r}"), {"objectType": kind, "account": wrong}
        for home in (NO_IRI, "homePage.com/testUser", OBJECT, None):
            account = {"homePage": home, "name": "s1"}
            yield ("XAPI-00042", f"{kind} home {home!r}"), {"objectType": kind, "account": account}
        yield ("XAPI-00042", f"{kind} no home"), {"objectType": kind, "account": {"name": "s1"}}
        yield ("XAPI-00043", f"{kind} no name"), {"objectType": kind, "account": {"homePage": "https://a.example"}}
        for name in (OBJECT, NUMBER, None):
            account = {"homePage": "https://a.example", "name": name}
            yield ("XAPI-00043", f"{kind} name {name!r}"), {"objectType": kind, "account": account}


def _wrong_authorities() -> Iterator[tuple[str, str, Any]]:
    two: Json = {"objectType": "Group", "member": MEMBERS}
    yield "XAPI-00024", "text", TEXT
    yield "XAPI-00024", "an object", OBJECT
    for name in AGENTS:
        yield "XAPI-00100", f"two together as {name}", {**two, name: AGENTS[name][name]}
    yield "XAPI-00098", "a group of one", {**two, "member": MEMBERS[:1]}
    yield "XAPI-00098", "a group of three", {**two, "member": [*MEMBERS, AGENTS["openid"]]}
    yield "XAPI-00098", "a group of nobody", {"objectType": "Group"}
    yield "XAPI-00034", "nobody", {"objectType": "Agent"}
