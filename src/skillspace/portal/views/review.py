"""Pages of review: an organisation's own taxonomies, the mappings proposed for them, and what people said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Listing, Page


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a review is: how many there are, were looked at, and wait with a proposal."""

    total: int
    done: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class WordsLine:
    """One taxonomy of the organisation's own; `is_working` while proposals are being made."""

    scheme: str
    version: str
    target: str
    languages: tuple[str, ...]
    added: dt.date
    progress: Progress
    is_working: bool = False


@dataclass(frozen=True, kw_only=True)
class WordsPage(Page):
    """The organisation's own taxonomies, and the form that brings another."""

    TEMPLATE: ClassVar[str] = "org_words.html"

    taxonomies: tuple[WordsLine, ...]
    targets: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    most_mb: int
    most_concepts: int
    name: str = ""
    version: str = ""
    tags: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ProgramLine:
    """A program of the organisation's own that is let in."""

    name: str
    made: dt.date


@dataclass(frozen=True, kw_only=True)
class ProgramsPage(Page):
    """The programs that may ask in the organisation's words; `token` is shown once, to who just made it for `name`."""

    TEMPLATE: ClassVar[str] = "org_programs.html"

    programs: tuple[ProgramLine, ...]
    address: str
    longest: int
    name: str = ""
    token: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class TargetChoice:
    """A concept ours may be: how likely in words, why, and the relation it is proposed with; `is_found` by a search."""

    uri: str
    label: str
    description: str
    chance: str = ""
    why: str = ""
    relation: str = ""
    is_chosen: bool = False
    is_found: bool = False


@dataclass(frozen=True, kw_only=True)
class SaidLine:
    """What somebody said before: yes or no, to which concept, as what, when; `is_mine` tells whether it was oneself."""

    is_yes: bool
    label: str
    relation: str
    at: dt.date
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class MappingCard:
    """One concept of ours, what it may be in the other taxonomy, and what was said of it."""

    source: str
    label: str
    names: tuple[str, ...]
    description: str
    above: str
    choices: tuple[TargetChoice, ...]
    said: tuple[SaidLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MappingPage(Page):
    """The review of one taxonomy's mappings, one concept at a time; no `card` when nothing waits."""

    TEMPLATE: ClassVar[str] = "org_words_review.html"

    line: WordsLine
    card: MappingCard | None
    relations: tuple[Choice, ...]
    skipped: int = 0
    is_single: bool = False
    query: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class DecidedLine:
    """A mapping people spoke about, with how many said what."""

    source: str
    label: str
    relation: str
    target: str
    holds: bool
    yes: int
    no: int
    last: dt.date


@dataclass(frozen=True, kw_only=True)
class DecidedPage(Page):
    """Everything people said of one taxonomy's mappings."""

    TEMPLATE: ClassVar[str] = "org_words_decided.html"

    line: WordsLine
    listing: Listing
    decided: tuple[DecidedLine, ...]


@dataclass(frozen=True, kw_only=True)
class LinkCard:
    """Words of ads or courses and what they may mean: the sentence around them, how many offers have them."""

    id: str
    text: str
    before: str
    after: str
    language: str
    is_title: bool
    times: int
    choices: tuple[TargetChoice, ...]
    said: tuple[SaidLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinksPage(Page):
    """The review of links, one question at a time; no `card` when nothing waits, `is_working` while we look.

    `is_heeded` where the answers change what people are matched with.
    """

    TEMPLATE: ClassVar[str] = "org_review.html"

    progress: Progress
    card: LinkCard | None
    is_heeded: bool
    skipped: int = 0
    is_working: bool = False
    query: str = ""
    problem: str = ""
