"""Reading a profile (xAPI Profiles 1.0, JSON-LD): its templates, their rules, and its patterns; nothing is fetched.

What a profile says besides (concepts, versions, translations) is for people and is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from skillspace.kernel.errors import BadInput
from skillspace.records.profiles.locating import Way, read_places
from skillspace.wire.jose import strict_json

MAX_BYTES = 5 * 1024 * 1024
MAX_PARTS = 5000
"""Templates, and patterns, of one profile, at most."""
CONTEXT = {
    "context_parent_activity_type": "parent",
    "context_grouping_activity_type": "grouping",
    "context_category_activity_type": "category",
    "context_other_activity_type": "other",
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a template asks of the values at a place. `any`, `all` and `none` only speak where there are values."""

    written: str
    places: tuple[Way, ...]
    selected: tuple[Way, ...] | None
    presence: Literal["included", "excluded", "recommended"] | None
    any: tuple[object, ...]
    all: tuple[object, ...]
    none: tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Template:
    """One kind of statement: the properties that tell it (None: not asked for), and its rules."""

    id: str
    verb: str | None
    object_type: str | None
    context_types: Mapping[str, tuple[str, ...]]
    usage_types: tuple[str, ...]
    refers_to: tuple[str, ...]
    context_refers_to: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """In what order templates follow each other: one `kind`, over the ids of templates and other patterns."""

    id: str
    kind: Literal["sequence", "alternates", "optional", "oneOrMore", "zeroOrMore"]
    parts: tuple[str, ...]
    is_primary: bool


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A profile: what can be checked of it."""

    id: str
    title: str
    templates: Mapping[str, Template]
    patterns: Mapping[str, Pattern]


def read_profile(document: bytes) -> Profile:
    """Return a profile; raise BadInput naming what in it is not as the specification says."""
    if len(document) > MAX_BYTES:
        raise BadInput(f"The profile is larger than {MAX_BYTES:,} bytes.")
    try:
        found = _Profile.model_validate(strict_json(document))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadInput(f"This is no xAPI profile: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    templates = {one.id: _template(one) for one in found.templates}
    patterns = {one.id: _pattern(one) for one in found.patterns}
    for pattern in patterns.values():
        _check_ends(pattern, patterns, ())
    title = next(iter(found.pref_label.values()), found.id)
    return Profile(id=found.id, title=title, templates=templates, patterns=patterns)


_OPEN = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)
_Many = list[str]


class _Rule(BaseModel):
    model_config = _OPEN
    location: str = Field(max_length=2000)
    selector: str | None = Field(default=None, max_length=2000)
    presence: Literal["included", "excluded", "recommended"] | None = None
    any: list[Any] = []
    all: list[Any] = []
    none: list[Any] = []


class _Template(BaseModel):
    model_config = _OPEN
    id: str
    verb: str | None = None
    object_activity_type: str | None = None
    context_parent_activity_type: _Many = []
    context_grouping_activity_type: _Many = []
    context_category_activity_type: _Many = []
    context_other_activity_type: _Many = []
    attachment_usage_type: _Many = []
    object_statement_ref_template: _Many = []
    context_statement_ref_template: _Many = []
    rules: list[_Rule] = Field(default=[], max_length=MAX_PARTS)


class _Pattern(BaseModel):
    model_config = _OPEN
    id: str
    primary: bool = False
    sequence: _Many | None = None
    alternates: _Many | None = None
    optional: str | None = None
    one_or_more: str | None = None
    zero_or_more: str | None = None


class _Profile(BaseModel):
    model_config = _OPEN
    id: str
    type: Literal["Profile"]
    pref_label: dict[str, str] = {}
    templates: list[_Template] = Field(default=[], max_length=MAX_PARTS)
    patterns: list[_Pattern] = Field(default=[], max_length=MAX_PARTS)


def _template(said: _Template) -> Template:
    return Template(
        id=said.id,
        verb=said.verb,
        object_type=said.object_activity_type,
        context_types={near: tuple(getattr(said, name)) for name, near in CONTEXT.items()},
        usage_types=tuple(said.attachment_usage_type),
        refers_to=tuple(said.object_statement_ref_template),
        context_refers_to=tuple(said.context_statement_ref_template),
        rules=tuple(_rule(one) for one in said.rules),
    )


def _rule(said: _Rule) -> Rule:
    return Rule(
        written=f"{said.location}{f' {said.selector}' if said.selector else ''}",
        places=read_places(said.location),
        selected=read_places(said.selector) if said.selector else None,
        presence=said.presence,
        any=tuple(said.any),
        all=tuple(said.all),
        none=tuple(said.none),
    )


def _pattern(said: _Pattern) -> Pattern:
    kinds: dict[Any, _Many | str | None] = {
        "sequence": said.sequence,
        "alternates": said.alternates,
        "optional": said.optional,
        "oneOrMore": said.one_or_more,
        "zeroOrMore": said.zero_or_more,
    }
    said_kinds = [(name, value) for name, value in kinds.items() if value]
    if len(said_kinds) != 1:
        raise BadInput(f"This is no xAPI profile: the pattern {said.id} says exactly one way in which parts follow.")
    ((kind, parts),) = said_kinds
    listed = tuple(parts) if isinstance(parts, list) else (parts,)
    return Pattern(id=said.id, kind=kind, parts=listed, is_primary=said.primary)


def _check_ends(pattern: Pattern, patterns: Mapping[str, Pattern], above: tuple[str, ...]) -> None:
    """Raise BadInput where a pattern contains itself (§9.1)."""
    if pattern.id in above or len(above) > 64:
        raise BadInput(f"This is no xAPI profile: the pattern {pattern.id} contains itself.")
    for part in pattern.parts:
        if part in patterns:
            _check_ends(patterns[part], patterns, (*above, pattern.id))
