"""Walking along a chain: every number, every link, and every head that somebody signed, seen once and in order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from skillspace.trust.journal.chain import GENESIS, SALT, digest_of, link, seal_of
from skillspace.trust.journal.model import Verdict, Wrong

_HASH = re.compile(r"[0-9a-f]{64}")


class Walk:
    """Takes entries in the order of their numbers and writes into a verdict what does not fit.

    `marks` are heads that were signed: for each number the hashes and whose word each is. Memory is that of the marks.
    """

    def __init__(self, verdict: Verdict, marks: Mapping[int, Iterable[tuple[str, str]]]) -> None:
        self._verdict = verdict
        self._marks = {number: list(heads) for number, heads in marks.items()}
        self.number = 0
        self.hash = GENESIS

    def take(self, row: Mapping[str, Any]) -> None:
        """Look at the next entry; `previous` may be absent, it is then taken to be the hash before."""
        verdict, number = self._verdict, row["number"]
        verdict.entries += 1
        previous = row.get("previous", self.hash)
        if number != self.number + 1:
            self._gap(number)
        elif previous != self.hash:
            text = "the entry does not follow the one before it"
            verdict.find(Wrong.UNLINKED, text, number=number, about=_short(row["about"]))
        if _hash_of(row, previous) != row["hash"]:
            text = "the entry is not what its hash was made of"
            verdict.find(Wrong.ALTERED, text, number=number, about=_short(row["about"]))
        self.number, self.hash = number, str(row["hash"])
        for signed, by in self._marks.pop(number, ()):
            if signed != self.hash:
                verdict.find(Wrong.CHECKPOINT, f"{by} was about another log up to here", number=number)

    def end(self) -> None:
        """Close the walk: a head that was signed and not met means that the log became shorter."""
        verdict = self._verdict
        verdict.head = self.hash
        for number, heads in sorted(self._marks.items()):
            for _, by in heads:
                text = f"the log ends at {self.number}, but {by} is about entry {number}"
                verdict.find(Wrong.SHORTER, text, number=number)

    def _gap(self, number: int) -> None:
        expected = self.number + 1
        if number < expected:
            self._verdict.find(Wrong.UNLINKED, "the number has no place in the log", number=number)
            return
        missing = f"entry {expected} is" if number == expected + 1 else f"entries {expected} to {number - 1} are"
        self._verdict.find(Wrong.MISSING, f"{missing} missing", number=expected)


class Forgotten:
    """Which entries' contents were forgotten, as the entries about forgetting tell; asked in ascending order."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._starts: list[int] = []

    def add(self, number: int, content: object) -> None:
        """Take the content of the forgetting entry `number`; it may only speak of entries before itself."""
        given = content.get("numbers") if isinstance(content, dict) else None
        for one in given if isinstance(given, list) else ():
            if (
                isinstance(one, list)
                and len(one) == 2
                and all(isinstance(end, int) for end in one)
                and one[0] <= one[1] < number
            ):
                self._ranges.append((one[0], one[1]))

    def close(self) -> None:
        """No more are coming; ranges of different erasures never overlap in an honest log."""
        merged: list[tuple[int, int]] = []
        for first, last in sorted(self._ranges):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        self._ranges = merged
        self._starts = [first for first, _ in merged]

    def covers(self, number: int) -> bool:
        """Whether some entry tells that the content of this one was forgotten."""
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number <= self._ranges[place][1]


def check_content(verdict: Verdict, row: Mapping[str, Any], forgotten: Forgotten) -> None:
    """Look at what an entry says (`salt`, `content`), or at why it says nothing any more."""
    number, salt, content = row["number"], row["salt"], row["content"]
    about = _short(row["about"])
    covered = forgotten.covers(number)
    if content is None:
        verdict.forgotten += covered
        if not covered:
            text = "what it says is gone, and no entry tells that it was forgotten"
            verdict.find(Wrong.CONTENT_GONE, text, number=number, about=about)
        return
    verdict.contents += 1
    if covered:
        verdict.find(Wrong.CONTENT_BACK, "what was forgotten is there again", number=number, about=about)
    sound = isinstance(content, str) and isinstance(salt, str) and SALT.fullmatch(salt)
    if not sound or digest_of(salt, content) != row["digest"]:
        verdict.find(Wrong.CONTENT_ALTERED, "what it says was changed", number=number, about=about)


def _hash_of(row: Mapping[str, Any], previous: object) -> str:
    """The hash an entry must have; empty, which no hash is, where a field is not even a text."""
    fields = {name: row[name] for name in ("at", "kind", "about", "digest")}
    if not isinstance(previous, str) or not _HASH.fullmatch(previous):
        return ""
    try:
        return link(previous, seal_of(number=row["number"], **fields))
    except (TypeError, ValueError):
        return ""


def _short(about: object) -> str:
    """An identifier for a finding; what somebody put in its place is not repeated at length."""
    return about[:200] if isinstance(about, str) else ""
