"""Pages about what a person can do and how that is known: skills, records, stories."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place, SkillTag
from skillspace.portal.views.verification import TrustView


@dataclass(frozen=True, kw_only=True)
class SkillDot:
    """One skill in the picture and the list: best level 1 to 6, and where it comes from."""

    uri: str
    label: str
    level: int
    places: tuple[Place, ...] = ()
    since: dt.date | None = None
    has_conflict: bool = False


@dataclass(frozen=True, kw_only=True)
class Theme:
    """An area of the picture: skills that belong together; `key` is what the query string carries."""

    key: str
    label: str
    skills: tuple[SkillDot, ...]


@dataclass(frozen=True, kw_only=True)
class SkillsPage(Page):
    """All my skills. `skills`, `places`, `certified` count everything; `themes` hold what the filters leave.

    `view` is "picture" or "list"; `zoom` is the key of the theme that fills the picture, or ""; `said` counts what
    the person said of how claims become their skills.
    """

    TEMPLATE: ClassVar[str] = "skills.html"

    skills: int
    places: int
    certified: int
    updated: dt.date | None = None
    themes: tuple[Theme, ...] = ()
    view: str = "picture"
    zoom: str = ""
    sources: tuple[Choice, ...] = ()
    levels: tuple[Choice, ...] = ()
    theme_choices: tuple[Choice, ...] = ()
    said: int = 0

    @property
    def shown(self) -> int:
        """How many skills the filters leave."""
        return sum(len(theme.skills) for theme in self.themes)


@dataclass(frozen=True, kw_only=True)
class TrailStep:
    """One step on the way of a claim: who did what to it, when."""

    at: dt.datetime
    who: str
    what: str


@dataclass(frozen=True, kw_only=True)
class WhyLine:
    """One value of a skill, the rule that made it so in words and by its name, and the claims it weighed."""

    value: str
    says: str
    rule: str = ""
    weighed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaidLine:
    """Something the person said of their skills and can take back; `is_idle` where it has no effect now."""

    number: int
    text: str
    on: dt.date
    is_idle: bool = False


@dataclass(frozen=True, kw_only=True)
class AssertionView:
    """One claim that the person has the skill: who says so, how well, since when, and what it rests on.

    `claim` is its fingerprint, for forms; `also` are records that say the same once more, as (id, title).
    """

    place: Place
    level: int
    on: dt.date
    until: dt.date | None = None
    is_expired: bool = False
    says: str = ""
    their_level: str = ""
    record_id: str = ""
    record_title: str = ""
    trail: tuple[TrailStep, ...] = ()
    claim: str = ""
    speaks: bool = False
    can_speak: bool = False
    can_part: bool = False
    also: tuple[tuple[str, str], ...] = ()
    trust: TrustView | None = None


@dataclass(frozen=True, kw_only=True)
class SameSkill:
    """Another skill that the person says is the same, with its own claims and proof."""

    uri: str
    label: str
    level: int
    assertions: tuple[AssertionView, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Something that would prove a skill at a better level, and where to start it."""

    level: int
    what: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class SkillPage(Page):
    """One skill: every claim about it, where claims disagree, why it is shown so, and what would prove it better.

    `why` gives each value with its rule, of the set named in `rules`; `said` is what the person said of it, and
    `others` are their other skills, one of which may be the same.
    """

    TEMPLATE: ClassVar[str] = "skill.html"

    uri: str
    label: str
    level: int | None
    description: str = ""
    description_language: str = "en"
    framework: str = ""
    theme: str = ""
    theme_key: str = ""
    also_called: tuple[str, ...] = ()
    assertions: tuple[AssertionView, ...] = ()
    same: tuple[SameSkill, ...] = ()
    conflicts: tuple[str, ...] = ()
    why: tuple[WhyLine, ...] = ()
    rules: str = ""
    said: tuple[SaidLine, ...] = ()
    others: tuple[Choice, ...] = ()
    proofs: tuple[Proof, ...] = ()
    wanted_by: int = 0
    related: tuple[SkillTag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaidPage(Page):
    """Everything the person said of how claims become their skills, each to be taken back."""

    TEMPLATE: ClassVar[str] = "skills_said.html"

    said: tuple[SaidLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """A record in the list: what it is, who it comes from, when it came, how many skills were read from it."""

    id: str
    title: str
    kind: str
    place: Place
    received: dt.date
    skills: int
    is_verified: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordsPage(Page):
    """Every record the person's skills rest on."""

    TEMPLATE: ClassVar[str] = "records.html"

    records: tuple[RecordLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check made on a record, what came out, in words."""

    label: str
    is_passed: bool
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordPage(Page):
    """One record as evidence: what it says, how it was checked, the skills read from it, the text as it came."""

    TEMPLATE: ClassVar[str] = "record.html"

    id: str
    title: str
    kind: str
    place: Place
    received: dt.datetime
    issued: dt.date | None = None
    format: str = ""
    checks: tuple[Check, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    skills: tuple[SkillTag, ...] = ()
    original: str = ""
    download: str = ""
    trust: TrustView | None = None


@dataclass(frozen=True, kw_only=True)
class StoryPage(Page):
    """The page where a person tells, in their words, something they did; `text` is what they had typed."""

    TEMPLATE: ClassVar[str] = "story_new.html"

    text: str = ""
    problem: str = ""
    max_length: int = 4000


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of the story; `skills` are the numbers of the suggestions it points to, none for plain text."""

    text: str
    skills: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A skill found in the story: its number, the words that suggest it, and the person's answer so far."""

    number: int
    uri: str
    label: str
    words: tuple[str, ...]
    description: str = ""
    answer: bool | None = None
    is_known: bool = False


@dataclass(frozen=True, kw_only=True)
class StoryReviewPage(Page):
    """The story with the words that suggest skills marked, and a yes or no for each skill."""

    TEMPLATE: ClassVar[str] = "story.html"

    id: str
    told: dt.date
    segments: tuple[Segment, ...]
    suggestions: tuple[Suggestion, ...] = ()
