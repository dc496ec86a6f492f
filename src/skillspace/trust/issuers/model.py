"""What is known of an issuer: one answer, a line for each source, and never more than the lines say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto


class Outcome(StrEnum):
    """What one source says to the question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    UNREACHABLE = "could not be reached"


class Source(StrEnum):
    """Who was asked."""

    DID = "did"
    MEMBERSHIP = "membership"
    GAIAX = "gaia-x"
    SEAL = "seal"
    CERTIFICATE = "certificate"
    LISTED = "listed"
    ACCREDITATION = "accreditation"


#: Sources that say who an issuer is, and those that say what it may vouch for.
IDENTIFYING = frozenset({Source.DID, Source.MEMBERSHIP, Source.GAIAX, Source.SEAL, Source.CERTIFICATE})
ACCREDITING = frozenset({Source.LISTED, Source.ACCREDITATION})


class Why(StrEnum):
    """Why a source says what it says; `words.SENTENCES` tells it in a sentence with the line's `by` and `detail`."""

    CONTROLS = auto()
    NO_DOCUMENT = auto()
    NO_KEY = auto()
    KEY_ALONE = auto()
    NOT_A_DID = auto()
    NOT_ASKED = auto()
    NOT_LATELY = auto()
    SILENT = auto()
    MEMBER = auto()
    NO_MEMBER = auto()
    COPY_OLD = auto()
    NO_LIST = auto()
    LEGAL = auto()
    LEGAL_ENDED = auto()
    LEGAL_FAILED = auto()
    NO_LEGAL = auto()
    SEALED = auto()
    SEALED_UNKNOWN = auto()
    SEAL_ENDED = auto()
    SEALED_UNCHECKED = auto()
    SEAL_REVOKED = auto()
    CERTIFIED = auto()
    CERTIFIED_UNCHECKED = auto()
    CERTIFICATE_REVOKED = auto()
    CERTIFICATE_ENDED = auto()
    LISTED = auto()
    LISTED_OTHERWISE = auto()
    NOT_LISTED = auto()
    ACCREDITED = auto()
    ACCREDITED_OTHERWISE = auto()
    ACCREDITED_PERHAPS = auto()
    ACCREDITATION_ENDED = auto()
    ACCREDITATION_LATER = auto()
    NO_ACCREDITATION = auto()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """For what an issuer's word is asked about; what is empty was not told.

    `types` are the names of the credential's types, `profiles` their URIs in the EU's list of credential types,
    `levels` EQF levels 1 to 8, `fields` ISCED-F codes, `qualifications` and `skills` the URIs of what is awarded or
    proven.
    """

    types: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    levels: frozenset[int] = frozenset()
    fields: frozenset[str] = frozenset()
    qualifications: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one source says. `until` is its end where it has one, `checked` when it was last heard, None for never.

    `last` is what was heard then, where the source cannot be reached now.
    """

    source: Source
    outcome: Outcome
    why: Why
    by: str = ""
    detail: str = ""
    until: datetime | None = None
    checked: datetime | None = None
    last: Outcome | None = None


@dataclass(frozen=True, kw_only=True)
class IssuerAnswer:
    """How far an issuer is trusted for a matter at a moment, with every source's own line."""

    issuer: str
    matter: Matter
    at: datetime
    lines: tuple[Line, ...]

    @property
    def identity(self) -> Outcome:
        """Whether it is proven who the issuer is."""
        return _together(self._of(IDENTIFYING))

    @property
    def accreditation(self) -> Outcome:
        """Whether somebody who counts here says that it may vouch for the matter."""
        return _together(self._of(ACCREDITING))

    @property
    def until(self) -> datetime | None:
        """The earliest end of all that says yes; None where none of it ends, or nothing says yes."""
        return min((line.until for line in self._yes() if line.until), default=None)

    @property
    def checked(self) -> datetime | None:
        """The oldest look on which a yes rests; None where nothing says yes."""
        return min((line.checked for line in self._yes() if line.checked), default=None)

    def _of(self, sources: frozenset[Source]) -> list[Line]:
        return [line for line in self.lines if line.source in sources]

    def _yes(self) -> list[Line]:
        return [line for line in self.lines if line.outcome is Outcome.YES]


def _together(lines: Iterable[Line]) -> Outcome:
    """One yes is a yes; a no needs everybody's; who could not be reached might have said yes."""
    said = {line.outcome for line in lines}
    for outcome in (Outcome.YES, Outcome.UNREACHABLE, Outcome.UNKNOWN):
        if outcome in said:
            return outcome
    return Outcome.NO if said else Outcome.UNKNOWN
