"""Who a statement speaks of: agents and groups, and the one identifier by which each is known (xAPI §2.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skillspace.records.statements.values import (
    iri,
    mailbox,
    members,
    needed,
    sequence,
    sha1,
    text,
    wrong,
)

_ACCOUNT = frozenset({"homePage", "name"})


def _account(value: object, where: str) -> str:
    found = members(value, where, _ACCOUNT)
    needed(found, where, "homePage", "name")
    iri(found["homePage"], f"{where}.homePage")
    return text(found["name"], f"{where}.name")


#: The inverse functional identifiers: an agent has exactly one of them.
IDENTIFIERS: Mapping[str, Callable[[object, str], str]] = {
    "mbox": mailbox,
    "mbox_sha1sum": sha1,
    "openid": iri,
    "account": _account,
}
_AGENT = frozenset({"objectType", "name", *IDENTIFIERS})
_GROUP = _AGENT | {"member"}


def check_actor(value: object, where: str) -> None:
    """Check an agent or a group; raise NotAStatement."""
    if type(value) is dict and value.get("objectType") == "Group":
        check_group(value, where)
    else:
        check_agent(value, where)


def check_agent(value: object, where: str) -> None:
    """Check an agent: one identifier, and perhaps a name; raise NotAStatement."""
    found = members(value, where, _AGENT)
    if found.get("objectType", "Agent") != "Agent":
        raise wrong(f"{where}.objectType", "this must be Agent")
    if _identifiers(found, where) != 1:
        raise wrong(where, f"an agent has exactly one of {', '.join(IDENTIFIERS)}")


def check_group(value: object, where: str) -> None:
    """Check a group: known by an identifier, or by its members alone; raise NotAStatement."""
    found = members(value, where, _GROUP)
    if found.get("objectType") != "Group":
        raise wrong(f"{where}.objectType", "this must be Group")
    count = _identifiers(found, where)
    if count > 1:
        raise wrong(where, f"a group has at most one of {', '.join(IDENTIFIERS)}")
    if "member" in found:
        for place, one in enumerate(sequence(found["member"], f"{where}.member")):
            check_agent(one, f"{where}.member[{place}]")
    if count == 0 and not found.get("member"):
        raise wrong(where, "a group without an identifier needs members")


def check_authority(value: object, where: str) -> None:
    """Check an authority: an agent, or two agents as a group without an identifier (§2.4.9); raise NotAStatement."""
    check_actor(value, where)
    if type(value) is dict and value.get("objectType") == "Group":
        if IDENTIFIERS.keys() & value.keys():
            raise wrong(where, "a group as authority has no identifier of its own")
        if len(value["member"]) != 2:
            raise wrong(f"{where}.member", "a group as authority has exactly two members")


def identity(actor: Mapping[str, object]) -> str | None:
    """Return what an agent or group is known by, as one text; None for a group known by its members alone.

    The same text means the same agent; an account is its home page and its name there.
    """
    for name in IDENTIFIERS:
        if name in actor:
            value = actor[name]
            if isinstance(value, dict):
                return f"account {value['homePage']} {value['name']}"
            spelled = str(value)
            return f"{name} {spelled.lower() if name == 'mbox_sha1sum' else spelled}"
    return None


def _identifiers(found: Mapping[str, object], where: str) -> int:
    if "name" in found:
        text(found["name"], f"{where}.name")
    count = 0
    for name, check in IDENTIFIERS.items():
        if name in found:
            check(found[name], f"{where}.{name}")
            count += 1
    return count
