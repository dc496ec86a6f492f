"""Two sets of terms compared: in words, rule by rule, and as JSON, line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from skillspace.exchange.odrl import rules_of, same_rules
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.organisation.wording import naming
from skillspace.portal.views.connector import JsonRow, TermChange
from skillspace.trust.policy.describe import describe, told

#: Longer policies are compared in words only.
MOST_LINES = 600


def as_json(policy: Mapping[str, Any]) -> str:
    """Return the rules of a policy as people read JSON."""
    return json.dumps(rules_of(policy), ensure_ascii=False, indent=2)


def changed_terms(before: Mapping[str, Any], now: Mapping[str, Any], words: Translator) -> tuple[TermChange, ...]:
    """Return what was added, dropped or changed, in words; a rule of the same kind on both sides is one change."""
    if same_rules(before, now):
        return ()
    old, new = _told(before, words), _told(now, words)
    changes: list[TermChange] = []
    for kind in dict.fromkeys((*old, *new)):
        gone = list((Counter(old.get(kind, ())) - Counter(new.get(kind, ()))).elements())
        come = list((Counter(new.get(kind, ())) - Counter(old.get(kind, ()))).elements())
        pairs = zip_longest(gone, come, fillvalue="")
        changes += [TermChange(before=one, after=other) for one, other in pairs]
    return tuple(changes)


def side_by_side(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[JsonRow, ...]:
    """Return both policies as JSON, line beside line; nothing when they are the same, or too long to be read."""
    old, new = as_json(before).splitlines(), as_json(now).splitlines()
    if old == new or max(len(old), len(new)) > MOST_LINES:
        return ()
    rows: list[JsonRow] = []
    for step, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pairs = zip_longest(old[start:end], new[begin:stop], fillvalue="")
        rows += [JsonRow(before=one, after=other, is_changed=step != "equal") for one, other in pairs]
    return tuple(rows)


def _told(policy: Mapping[str, Any], words: Translator) -> dict[str, list[str]]:
    """Return a policy's sentences by the kind of rule they tell."""
    found: dict[str, list[str]] = {}
    for line in describe(policy):
        kind = line.template or line.reason.message
        found.setdefault(kind, []).append(told(line, words.language, naming(words)))
    return found
