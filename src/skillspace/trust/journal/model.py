"""What the journal speaks of: entries, signed heads, and what an audit found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

#: The content of the last entry about a row that its room deleted by rule; its exhibit gives None for it.
GONE: Mapping[str, object] = {"gone": True}
ADOPTED = "journal.adopted"
FORGOTTEN = "journal.forgotten"
FORKED = "journal.forked"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `content` is None once it was forgotten."""

    number: int
    at: datetime
    kind: str
    about: str
    digest: str
    previous: str
    hash: str
    content: Mapping[str, object] | None


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A node's signed word that its log was this long and had this hash, at that moment. `token` is the JWT."""

    did: str
    number: int
    hash: str
    at: datetime
    token: str


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """A witness's signed word that it holds a checkpoint."""

    witness: str
    did: str
    number: int
    hash: str
    at: datetime
    token: str


@dataclass(frozen=True, kw_only=True)
class WitnessAnswer:
    """What a witness holds about a node: pairs of checkpoint and acknowledgement (JWTs), and proofs of forks."""

    witness: str
    held: Sequence[tuple[str, str]]
    forks: Sequence[str] = ()


class Wrong(StrEnum):
    """What can be wrong, by the name it has in tests and catalogues."""

    DAMAGED = "damaged"
    MISSING = "missing"
    ALTERED = "altered"
    UNLINKED = "unlinked"
    CONTENT_ALTERED = "content_altered"
    CONTENT_GONE = "content_gone"
    CONTENT_BACK = "content_back"
    CONTENT_STRAY = "content_stray"
    HEAD = "head"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"
    UNSIGNED = "unsigned"
    SHORTER = "shorter"
    FORKED = "forked"
    ROW_DIFFERS = "row_differs"
    ROW_GONE = "row_gone"
    ROW_UNWRITTEN = "row_unwritten"
    ROW_UNREADABLE = "row_unreadable"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it was written: at which entry, about which thing, and what, in words without data."""

    wrong: Wrong
    number: int | None = None
    about: str = ""
    text: str


@dataclass(kw_only=True)
class Verdict:
    """What a look through the journal found; it is whole when nothing was.

    `proven_to` is the highest entry that a checkpoint with a signature that holds covers, `witnessed_to` the highest
    that somebody else signed for. `untold` counts findings beyond those listed. `notes` are no faults: what could not
    be checked, and why.
    """

    did: str
    entries: int = 0
    head: str = ""
    contents: int = 0
    forgotten: int = 0
    rows: int = 0
    proven_to: int = 0
    witnessed_to: int = 0
    findings: list[Finding] = field(default_factory=list)
    untold: int = 0
    notes: list[str] = field(default_factory=list)

    MOST = 1000

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def find(self, wrong: Wrong, text: str, *, number: int | None = None, about: str = "") -> None:
        """Add a finding; beyond a thousand they are only counted."""
        if len(self.findings) >= self.MOST:
            self.untold += 1
        else:
            self.findings.append(Finding(wrong=wrong, number=number, about=about, text=text))

    def note(self, text: str) -> None:
        """Add a note, each only once."""
        if text not in self.notes:
            self.notes.append(text)
