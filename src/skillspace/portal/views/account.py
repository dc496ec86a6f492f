"""Pages about the account itself: signing in, the person's own settings, and pages that say no."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Page, Place
from skillspace.portal.views.guardians import GuardianCard


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """An invented account one may sign in as in the demo; `about` says who that is in one line."""

    id: str
    name: str
    about: str
    is_organisation: bool = False


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """The door: a passkey, and in a demo the invented accounts. `next` is the page to go to afterwards."""

    TEMPLATE: ClassVar[str] = "sign_in.html"

    next: str = "/"
    demo_accounts: tuple[DemoAccount, ...] = ()
    problem: str = ""
    has_spaces: bool = True


@dataclass(frozen=True, kw_only=True)
class SignUpPage(Page):
    """Making a space of one's own: a name, a date of birth and a passkey."""

    TEMPLATE: ClassVar[str] = "sign_up.html"

    today: dt.date


@dataclass(frozen=True, kw_only=True)
class WelcomePage(Page):
    """An invitation: its `token` opens the account once, to add a first passkey."""

    TEMPLATE: ClassVar[str] = "welcome.html"

    token: str


@dataclass(frozen=True, kw_only=True)
class PasskeyView:
    """A device or key that opens the account."""

    id: str
    label: str
    added: dt.date
    last_used: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Connection:
    """An organisation the person connected: what came from it, and when it last sent something.

    `way` is how the person proved to it who they are, a key of `words.WAYS`.
    """

    id: str
    place: Place
    since: dt.date
    way: str = "code"
    records: int = 0
    last_received: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class YouPage(Page):
    """Language, where one lives, sign-in, connected organisations, download, erase; for a child, its guardians in its
    own words. `home` is the municipality, or what was typed.
    """

    TEMPLATE: ClassVar[str] = "you.html"

    name: str
    passkeys: tuple[PasskeyView, ...] = ()
    connections: tuple[Connection, ...] = ()
    is_person: bool = True
    is_age_unknown: bool = False
    guardians_title: str = ""
    guardians: tuple[GuardianCard, ...] = ()
    today: dt.date | None = None
    problem: str = ""
    home: str = ""
    has_home: bool = False
    home_problem: str = ""


@dataclass(frozen=True, kw_only=True)
class MailboxPage(Page):
    """Where the person gets letters: the `proven` address, and one that is `waiting` for its code until `until`.

    `is_open` is False where this node sends no letters, `is_refused` True where the mail server did not take the code.
    `address` and `code` are what was typed; each has a problem of its own.
    """

    TEMPLATE: ClassVar[str] = "mailbox.html"

    is_open: bool = True
    proven: str = ""
    waiting: str = ""
    until: dt.datetime | None = None
    is_refused: bool = False
    address: str = ""
    address_problem: str = ""
    code: str = ""
    code_problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ErasePage(Page):
    """Last look before everything goes: what is erased, what stops, and what others must delete."""

    TEMPLATE: ClassVar[str] = "erase.html"

    skills: int = 0
    records: int = 0
    stories: int = 0
    grants: int = 0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ErasedPage(Page):
    """After the erasure: what happens now at those who held something."""

    TEMPLATE: ClassVar[str] = "erased.html"


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """A page that says no: `reason` is what happened, `advice` what to do, `reference` finds it in the log."""

    TEMPLATE: ClassVar[str] = "error.html"

    status: int
    reason: str = ""
    advice: str = ""
    href: str = ""
    link: str = ""
    reference: str = ""
