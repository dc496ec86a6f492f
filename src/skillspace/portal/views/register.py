"""Pages of an organisation's record: what it says of itself and of each thing it does with people's data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.connector import RuleField


@dataclass(frozen=True, kw_only=True)
class ProcessingLine:
    """One thing that is done with people's data, in words; `facts` are the rest of what must be said of it."""

    purpose: str
    kinds: str
    basis: str
    kept: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """A law by which copies of a kind are kept for so many days."""

    kind: str
    days: int
    law: str


@dataclass(frozen=True, kw_only=True)
class RecordVersion:
    """A version that was written: by whom, and when."""

    number: int
    by: str
    made: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RegisterPage(Page):
    """The record as it stands, its versions, and the notice that a person would read."""

    TEMPLATE: ClassVar[str] = "org_register.html"

    version: int
    facts: tuple[tuple[str, str], ...]
    processings: tuple[ProcessingLine, ...] = ()
    duties: tuple[DutyLine, ...] = ()
    versions: tuple[RecordVersion, ...] = ()
    previews: tuple[Choice, ...] = ()
    notice: tuple[str, ...] = ()
    no_notice: str = ""
    json: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class FormPart:
    """Fields that belong together; `gone` names the box that takes them out, empty where they stay."""

    key: str
    label: str
    fields: tuple[RuleField, ...]
    gone: str = ""
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class RegisterFormPage(Page):
    """The record in a form; texts are in the reader's language, those in other languages stay."""

    TEMPLATE: ClassVar[str] = "org_register_form.html"

    version: int
    parts: tuple[FormPart, ...]
    problem: str = ""
