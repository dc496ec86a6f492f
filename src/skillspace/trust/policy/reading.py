"""From an ODRL policy as it travels (DSP 2025-1 compact JSON) to a tree; what is not understood is named.

Reading needs no facts and never raises. A condition that is not understood is an `Unread` in its place; whatever else
is not understood makes the whole policy void.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import orjson

from skillspace.trust.policy import terms
from skillspace.trust.policy.conditions import read_conditions
from skillspace.trust.policy.model import Act, Condition, Part, Policy, Rule, Unread
from skillspace.trust.policy.reasons import Reason, named
from skillspace.trust.policy.vocabulary import scheme

CONFLICTS = frozenset({"perm", "prohibit", "invalid"})
_POLICY_MEMBERS = frozenset(
    {"@context", "@id", "@type", "uid", "target", "assigner", "assignee", "timestamp", "profile", "conflict"}
    | {"permission", "prohibition", "obligation"}
)
_RULE_MEMBERS = frozenset({"@id", "@type", "uid", "action", "constraint", "target", "assigner", "assignee"})
_PARTIES_OF_DUTIES = frozenset({"informedParty", "compensatedParty", "attributedParty", "consentingParty"})
#: The member that holds the duties of a rule.
_FURTHER = {"permission": "duty", "prohibition": "remedy", "obligation": "consequence", "duty": "consequence"}
#: How deep consequences of consequences go; conditions have a limit of their own.
MOST_NESTED = 4
#: Policies of so many bytes are kept once read.
MOST_REMEMBERED = 8192
_AS_IT_IS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def read_policy(document: object) -> Policy:
    """Read a policy; `faults` of the answer name everything that makes it void (ODRL 2.2 §2.1, §2.6, §2.10)."""
    if not isinstance(document, Mapping):
        return Policy(faults=(_fault("", "unread.policy"),))
    try:
        written = orjson.dumps(document, option=_AS_IT_IS)
    except TypeError:  # orjson's own error: no JSON, or JSON that it does not write, such as very long numbers
        return _read(document)
    # An agreement is read at every use of its data, and most are short.
    return _remembered(written) if len(written) <= MOST_REMEMBERED else _read(document)


@lru_cache(maxsize=512)
def _remembered(written: bytes) -> Policy:
    return _read(orjson.loads(written))


def _read(given: Mapping[str, object]) -> Policy:
    document = dict(given)
    faults = list(_strange_members(document))
    rules = {kind: tuple(_rules(document, kind, faults)) for kind in ("permission", "prohibition", "obligation")}
    conflict = document.get("conflict", "invalid")
    return Policy(
        permissions=rules["permission"],
        prohibitions=rules["prohibition"],
        obligations=rules["obligation"],
        conflict=terms.own(conflict) if isinstance(conflict, str) else "invalid",
        target=_identifier(document.get("target")),
        assigner=_identifier(document.get("assigner")),
        assignee=_identifier(document.get("assignee")),
        profiles=tuple(str(profile) for profile in terms.listed(document, "profile")),
        faults=tuple(faults),
    )


def _strange_members(document: Mapping[str, object]) -> Iterator[Unread]:
    for member in sorted(map(str, set(document) - _POLICY_MEMBERS)):
        yield _fault(terms.below("", member), "unread.member", kind="policy", name=named(member))
    for member in ("target", "assigner", "assignee"):
        if member in document and _identifier(document[member]) is None:
            yield _fault(f"/{member}", "unread.part", kind="policy", name=member)
    for profile in terms.listed(document, "profile"):
        if profile not in terms.PROFILES:
            yield _fault("/profile", "unread.profile", name=named(profile))
    conflict = document.get("conflict", "invalid")
    if not isinstance(conflict, str) or terms.own(conflict) not in CONFLICTS:
        yield _fault("/conflict", "unread.conflict", name=named(conflict))


def _rules(holder: Mapping[str, object], member: str, faults: list[Unread]) -> Iterator[Rule]:
    for pointer, written in terms.each(holder, member, ""):
        rule = _rule(written, member, pointer, faults, depth=1)
        if rule is not None:
            yield rule


def _rule(written: object, kind: str, pointer: str, faults: list[Unread], *, depth: int) -> Rule | None:
    if not terms.is_object(written):
        faults.append(_fault(pointer, "unread.object", kind=kind))
        return None
    if depth > MOST_NESTED:
        faults.append(_fault(pointer, "unread.deep", kind=kind))
        return None
    further = _FURTHER[kind]
    known = _RULE_MEMBERS | {further} | (_PARTIES_OF_DUTIES if kind in ("duty", "obligation") else frozenset())
    strange = sorted(map(str, set(written) - known))
    faults += [_fault(terms.below(pointer, name), "unread.member", kind=kind, name=named(name)) for name in strange]
    if "informedParty" in written and _identifier(written["informedParty"]) is None:
        faults.append(_fault(f"{pointer}/informedParty", "unread.part", kind=kind, name="informedParty"))
    duties = []
    for at, duty in terms.each(written, further, pointer):
        read = _rule(duty, "duty", at, faults, depth=depth + 1)
        duties += [read] if read is not None else []
    return Rule(
        kind=kind,
        pointer=pointer,
        acts=tuple(_acts(written, kind, pointer, faults)),
        parts=tuple(_parts(written, kind, pointer, faults)),
        conditions=_conditions(written, "constraint", pointer),
        duties=tuple(duties),
        informed=_identifier(written.get("informedParty")) or "",
    )


def _acts(rule: Mapping[str, object], kind: str, pointer: str, faults: list[Unread]) -> Iterator[Act]:
    written = terms.each(rule, "action", pointer)
    if not written:
        faults.append(_fault(f"{pointer}/action", "unread.action", kind=kind, name=""))
    for at, one in written:
        refinements: tuple[Condition, ...] = ()
        name = one
        if terms.is_object(one) and set(one) <= {"@id", "@type", "rdf:value", "value", "refinement"}:
            refinements = _conditions(one, "refinement", at)
            name = _identifier(one.get("rdf:value", one.get("value", one.get("@id"))))
        action = scheme("actions").word(name) if isinstance(name, str) else ""
        if scheme("actions").knows(action):
            yield Act(action=action, refinements=refinements)
        else:
            faults.append(_fault(at, "unread.action", kind=kind, name=named(name if isinstance(name, str) else "")))


def _parts(rule: Mapping[str, object], kind: str, pointer: str, faults: list[Unread]) -> Iterator[Part]:
    for role in ("target", "assigner", "assignee"):
        if role not in rule:
            continue
        written, at = rule[role], f"{pointer}/{role}"
        refinements: tuple[Condition, ...] = ()
        if terms.is_object(written) and set(written) <= {"@id", "@type", "uid", "source", "refinement"}:
            refinements = _conditions(written, "refinement", at)
            written = written.get("source", written.get("uid", written.get("@id")))
        found = _identifier(written)
        if found is None:
            faults.append(_fault(at, "unread.part", kind=kind, name=role))
            continue
        yield Part(pointer=at, role=role, id=found, refinements=refinements)


def _conditions(holder: Mapping[str, object], member: str, pointer: str) -> tuple[Condition, ...]:
    return read_conditions(terms.each(holder, member, pointer))


def _identifier(written: object) -> str | None:
    if terms.is_object(written) and set(written) <= {"@id", "@type"}:
        written = written.get("@id")
    return written if isinstance(written, str) and written else None


def _fault(pointer: str, message: str, **params: str) -> Unread:
    return Unread(pointer=pointer, reason=Reason(message=message, params=params))
