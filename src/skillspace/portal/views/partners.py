"""The page of partners: who else can be asked what fits, whether they may be, and what they answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Match, Page, Place, SkillTag


@dataclass(frozen=True, kw_only=True)
class PartnerJob:
    """A job a partner named: `href` leads to it where its name is an address."""

    title: str
    match: Match
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class PartnerCard:
    """One partner. `state` is "off" (nobody said yes), "waiting" (an ask waits), "asking", "answered" or "failed".

    `grant_id` is the yes or the ask; `reason` a sentence why no answer came; `answered` is when the last one did.
    `sent` and `region` are what goes with a question, all of it.
    """

    did: str
    place: Place
    state: str = "off"
    grant_id: str = ""
    reason: str = ""
    answered: dt.datetime | None = None
    jobs: tuple[PartnerJob, ...] = ()
    sent: tuple[SkillTag, ...] = ()
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class PartnersPage(Page):
    """Who else can be asked; off until the person says yes to each."""

    TEMPLATE: ClassVar[str] = "partners.html"

    partners: tuple[PartnerCard, ...] = ()
