"""The page where anybody has a document checked, and how far its issuer is trusted, wherever that is shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Page


@dataclass(frozen=True, kw_only=True)
class TrustLine:
    """What one source says: `word` and `kind` (of sign) for its answer, `text` why, and what was heard `last`."""

    source: str
    word: str
    kind: str
    text: str
    until: dt.datetime | None = None
    checked: dt.datetime | None = None
    last: str = ""


@dataclass(frozen=True, kw_only=True)
class TrustView:
    """How far an issuer is trusted: who it is, what it is accredited for, and every source by itself."""

    identity: tuple[str, str]
    accreditation: tuple[str, str]
    lines: tuple[TrustLine, ...]
    until: dt.datetime | None = None
    checked: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One check: in a word, with the kind of its sign, and why where that says more."""

    label: str
    kind: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultView:
    """What came out for one document: in one sentence (`verdict`, `kind`), then check by check.

    `who` is the name it gives its issuer, `address` that issuer's identifier; `shown` are a presentation's credentials.
    """

    what: str
    verdict: str
    kind: str
    title: str = ""
    format: str = ""
    who: str = ""
    address: str = ""
    about: str = ""
    issued: dt.date | None = None
    until: dt.date | None = None
    skills: tuple[str, ...] = ()
    more_skills: int = 0
    checks: tuple[CheckLine, ...] = ()
    trust: TrustView | None = None
    shown: tuple[ResultView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VerifyPage(Page):
    """Where a document is dropped, pasted or scanned, with what came out of one; `text` is what was typed."""

    TEMPLATE: ClassVar[str] = "verify.html"

    result: ResultView | None = None
    problem: str = ""
    text: str = ""
    most_bytes: int = 5 * 1024 * 1024
