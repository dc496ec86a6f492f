"""What changed between two versions of a contract or two words about an offering, place by place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skillspace.trust.contract.model import Offering, Terms
from skillspace.trust.policy.describe import describe, told

#: What says which entry of a list is which; a list without such a name is compared as a whole.
_NAMES = ("role", "clause", "id", "dataset")
#: Every version has its own.
_OF_EACH_VERSION = frozenset({"version", "previous", "issued", "material", "sign_within_days"})
#: What may change without a new signature: nobody's duties rest on it.
_FREE = frozenset({"title", "chains"})


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference: where (names joined by “ › ”), and what stood and stands there; empty where nothing does."""

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        """The change as a sentence."""
        if not self.before:
            return f"{self.path}: added {self.after}"
        if not self.after:
            return f"{self.path}: removed {self.before}"
        return f"{self.path}: {self.before} becomes {self.after}"


def diff(old: Terms, new: Terms) -> list[Change]:
    """Return what changed between two versions, without what every version has of its own."""
    before, after = old.content(), new.content()
    kept = [name for name in after if name not in _OF_EACH_VERSION]
    return [change for name in kept for change in _changes(name, before[name], after[name])]


def offering_diff(old: Offering, new: Offering) -> list[Change]:
    """Return what changed between two words about an offering; of its policy, the rules in plain words."""
    before, after = old.content(), new.content()
    changes = [change for name in after if name != "policy" for change in _changes(name, before[name], after[name])]
    said, says = _rules(old.policy), _rules(new.policy)
    changes += [Change(path="policy", before=rule, after="") for rule in said if rule not in says]
    changes += [Change(path="policy", before="", after=rule) for rule in says if rule not in said]
    if not changes and before["policy"] != after["policy"]:
        changes.append(Change(path="policy", before=_text(before["policy"]), after=_text(after["policy"])))
    return changes


def needs_signatures(old: Terms, new: Terms) -> list[str]:
    """Return the parts of a change that bind nobody until they sign them; other parts members are only told of.

    A chain that comes or goes is told; one that is changed under its name is signed.
    """
    parts = {change.path.split(" › ")[0] for change in diff(old, new)}
    known = {chain.id: chain.content()["services"] for chain in old.chains}
    if any(known.get(chain.id, chain.content()["services"]) != chain.content()["services"] for chain in new.chains):
        parts.add("chains changed")
    return sorted(parts - _FREE)


def _changes(path: str, before: object, after: object) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _changes(f"{path} › {name}", before.get(name), after.get(name))
        return
    old, new = _by_name(before), _by_name(after)
    if old is None or new is None:
        yield Change(path=path, before=_text(before), after=_text(after))
        return
    for name in dict.fromkeys([*old, *new]):
        yield from _changes(f"{path} › {name}", old.get(name), new.get(name))


def _by_name(entries: object) -> dict[str, object] | None:
    """The entries of a list by their own names; a list of texts by the texts; None where that is not possible."""
    if not isinstance(entries, list):
        return None
    found: dict[str, object] = {}
    for entry in entries:
        named = entry if isinstance(entry, str) else None
        if isinstance(entry, Mapping):
            named = next((str(entry[name]) for name in _NAMES if name in entry), None)
        if named is None or named in found:
            return None
        found[named] = entry
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _rules(policy: Mapping[str, object]) -> list[str]:
    return [told(line) for line in describe(policy)]
