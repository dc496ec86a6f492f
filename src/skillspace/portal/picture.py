"""Draws a person's skills: themes as areas that grow with what is in them, each skill a sign with its name beside it.

Best proven come first. Where there are more skills than a reader would read, each area names its best and shows the
others as signs; zoomed into one theme, every skill has its name. Shapes take their colours from the page's style sheet
by class; drawn alone (`is_alone`) they carry plain colours themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from skillspace.portal.areas import pack
from skillspace.portal.i18n import Translator
from skillspace.portal.lettering import wrap
from skillspace.portal.signs import sign_shape
from skillspace.portal.views.skills import SkillDot, Theme
from skillspace.portal.words import CERTIFIED, LEVELS

WIDE, MIDDLE, NARROW = 1000, 660, 336
TITLE, LABEL, NOTE = 16, 15, 14
_COLUMN = 320
_PAD, _GAP = 16, 10
_DOT = 8.0
_ROW, _LINE, _STEP = 28, 19, 27
_BESIDE = 20
_CHEVRON = 16
_TESTED = 4
#: More than these, by width, and an area names only its best.
_READABLE = {WIDE: 48, MIDDLE: 40, NARROW: 28}
_BEST = 4
_ALONE = {
    "area": 'fill="#f1f0eb"',
    "area strong": 'fill="#e4f1eb"',
    "name": 'fill="#1c211e" font-family="sans-serif" font-size="16" font-weight="600"',
    "note": 'fill="#55595a" font-family="sans-serif" font-size="14"',
    "label": 'fill="#1c211e" font-family="sans-serif" font-size="15"',
    "ground": 'fill="none"',
    "dot proven": 'color="#0d6a4d"',
    "dot said": 'color="#55595a"',
    "conflict": 'fill="#7a4b00" stroke="#ffffff"',
}


@dataclass(frozen=True, kw_only=True)
class _Named:
    """A skill with its name in lines."""

    skill: SkillDot
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return _ROW + _LINE * (len(self.lines) - 1)


@dataclass(frozen=True, kw_only=True)
class _Card:
    """A theme laid out for a width: its name in lines, its named skills in columns, the others as signs in rows."""

    name: tuple[str, ...]
    columns: tuple[tuple[_Named, ...], ...]
    dots: tuple[tuple[SkillDot, ...], ...]
    column_width: float

    @property
    def head(self) -> float:
        return _PAD + 22.0 + (_LINE + 1) * len(self.name) + 6

    @property
    def height(self) -> float:
        return self.head + _tallest(self.columns) + _STEP * len(self.dots) + (14 if self.dots else 10)


@dataclass(frozen=True, kw_only=True)
class _Pen:
    """Draws the shapes of one picture, in a language, with the page's colours or its own."""

    words: Translator
    is_alone: bool = False

    def look(self, role: str) -> str:
        return _ALONE[role] if self.is_alone else f'class="{role}"'

    def text(self, role: str, x: float, y: float, text: str) -> str:
        return f'<text {self.look(role)} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'

    def area(self, x: float, y: float, width: float, height: float, *, is_strong: bool = False) -> str:
        look = self.look("area strong" if is_strong else "area")
        return f'<rect {look} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="8"/>'

    def skill(self, skill: SkillDot, x: float, y: float, lines: Sequence[str] = ()) -> str:
        """A sign centred on x, y, a link to the skill, with its name in `lines` beside it if there are any."""
        said = [self.words.gettext(LEVELS[skill.level].word)]
        if skill.has_conflict:
            said.append(self.words.gettext("sources disagree"))
        shapes = [
            f"<title>{escape(skill.label)}: {escape(', '.join(said))}</title>",
            f'<circle {self.look("ground")} cx="{x:.1f}" cy="{y:.1f}" r="{_DOT + 4:g}"/>',
            sign_shape(skill.level, round(x, 1), round(y, 1), _DOT),
        ]
        if skill.has_conflict:
            shapes.append(self._conflict(x + 8, y + 8))
        shapes += [self.text("label", x + _BESIDE, y + 5 + _LINE * number, words) for number, words in enumerate(lines)]
        look = self.look("dot proven" if skill.level >= _TESTED else "dot said")
        href = escape(f"/skill?{urlencode({'uri': skill.uri})}")
        return f'<a {look} href="{href}">{"".join(shapes)}</a>'

    def named(self, columns: Sequence[Sequence[_Named]], x: float, top: float, step: float) -> str:
        """Named skills in columns `step` apart; x, top is the corner."""
        shapes = []
        for number, column in enumerate(columns):
            y = top + _ROW / 2
            for it in column:
                shapes.append(self.skill(it.skill, x + number * step + _DOT, y, it.lines))
                y += it.height
        return "".join(shapes)

    def _conflict(self, x: float, y: float) -> str:
        """An exclamation mark in a disc, at the corner of a sign that it must not hide."""
        mark = f"M{x:.1f} {y - 3:.1f}v3.4m0 1.4v1.2"
        return f'<g {self.look("conflict")}><circle cx="{x:.1f}" cy="{y:.1f}" r="5"/><path d="{mark}"/></g>'


def skills_picture(
    themes: Sequence[Theme], translator: Translator, *, key: str, width: int = WIDE, is_alone: bool = False
) -> Markup:
    """The picture of all themes, `width` units wide; `key` keeps ids apart when a page holds it more than once."""
    pen = _Pen(words=translator, is_alone=is_alone)
    ordered = sorted(themes, key=lambda theme: -len(theme.skills))
    total = sum(len(theme.skills) for theme in themes)
    is_crowd = total > _READABLE.get(width, _READABLE[NARROW])
    grid = max(1, width // _COLUMN)
    unit = (width - _GAP * (grid - 1)) / grid
    cards: dict[tuple[int, int], _Card] = {}

    def height_of(index: int, units: int) -> float:
        cards[index, units] = _card(ordered[index], unit * units + _GAP * (units - 1), units, is_crowd=is_crowd)
        return cards[index, units].height

    places = pack([len(theme.skills) for theme in ordered], height_of, units=min(grid, max(1, total)), gap=_GAP)
    parts = [
        _draw(
            pen, ordered[it.index], cards[it.index, it.units], it.left * (unit + _GAP), it.top,
            unit * it.units + _GAP * (it.units - 1), it.height,
        )
        for it in places
    ]  # fmt: skip
    bottom = max((it.top + it.height for it in places), default=0.0)
    title = translator.gettext("Your skills by theme")
    alt = _alt(themes, translator)
    return _frame(parts, width=width, height=bottom, alt=alt, title=title, key=key, is_alone=is_alone)


def theme_picture(theme: Theme, translator: Translator, *, key: str, width: int = WIDE) -> Markup:
    """One theme filling the picture: a band for each level, strongest on top, each skill with its name."""
    pen = _Pen(words=translator)
    columns = max(1, width // _COLUMN)
    parts: list[str] = []
    top = 0.0
    for level in sorted(LEVELS, reverse=True):
        skills = sorted((it for it in theme.skills if it.level == level), key=lambda it: it.label.casefold())
        if not skills:
            continue
        shared, step = _columns(skills, width - 2 * _PAD, columns)
        height = 44 + _tallest(shared) + 8
        word = translator.gettext(LEVELS[level].word)
        parts.append(pen.area(0, top, width, height, is_strong=level >= _TESTED))
        parts.append(pen.text("note", _PAD, top + 27, f"{word[:1].upper()}{word[1:]} · {len(skills)}"))
        parts.append(pen.named(shared, _PAD, top + 40, step))
        top += height + _GAP
    alt = _alt((theme,), translator)
    return _frame(parts, width=width, height=top - _GAP, alt=alt, title=theme.label, key=key, is_alone=False)


def _card(theme: Theme, width: float, columns: int, *, is_crowd: bool) -> _Card:
    """Best proven first, from top to bottom and then to the next column."""
    ordered = sorted(theme.skills, key=lambda skill: (-skill.level, skill.label.casefold()))
    named = _BEST * columns if is_crowd and len(ordered) > _BEST * columns + 2 else len(ordered)
    inside = width - 2 * _PAD
    per_row = max(1, int((inside - 2 * _DOT) // _STEP) + 1)
    others = ordered[named:]
    shared, step = _columns(ordered[:named], inside, columns)
    return _Card(
        name=wrap(_capital(theme.label), inside - _CHEVRON, TITLE, lines=3, is_bold=True),
        columns=shared,
        dots=tuple(tuple(others[start : start + per_row]) for start in range(0, len(others), per_row)),
        column_width=step,
    )


def _columns(skills: Sequence[SkillDot], inside: float, columns: int) -> tuple[tuple[tuple[_Named, ...], ...], float]:
    """The skills with their names wrapped, shared over columns, and how far apart the columns start."""
    step = (inside + _PAD) / columns
    room = step - _PAD - _DOT - _BESIDE
    named = [_Named(skill=skill, lines=wrap(skill.label, room, LABEL, lines=2)) for skill in skills]
    each = math.ceil(len(named) / columns) or 1
    return tuple(tuple(named[start : start + each]) for start in range(0, len(named), each)), step


def _tallest(columns: Sequence[Sequence[_Named]]) -> float:
    return max((sum(it.height for it in column) for column in columns), default=0.0)


def _draw(pen: _Pen, theme: Theme, card: _Card, x: float, y: float, width: float, height: float) -> str:
    note = _note(theme, pen.words)
    strong = sum(skill.level >= _TESTED for skill in theme.skills)
    shapes = [pen.area(x, y, width, height, is_strong=2 * strong >= len(theme.skills))]
    line = y + _PAD + TITLE - 2
    for words in card.name:
        shapes.append(pen.text("name", x + _PAD, line, words))
        line += _LINE + 1
    shapes.append(pen.text("note", x + _PAD, line, note))
    if not pen.is_alone:
        shapes.append(f'<path class="into" d="M{x + width - _PAD - 5:.1f} {y + _PAD + 3:.1f}l5 5-5 5"/>')
    title = f"<title>{escape(theme.label)}: {escape(note)}</title>"
    area = f'<a class="theme" href="/skills?{escape(urlencode({"theme": theme.key}))}">{title}{"".join(shapes)}</a>'
    top = y + card.head
    named = pen.named(card.columns, x + _PAD, top, card.column_width)
    top += _tallest(card.columns) + _STEP / 2 + 2
    dots = [
        pen.skill(skill, x + _PAD + _DOT + number * _STEP, top + row * _STEP)
        for row, skills in enumerate(card.dots)
        for number, skill in enumerate(skills)
    ]
    return area + named + "".join(dots)


def _note(theme: Theme, translator: Translator) -> str:
    """How many skills, and how many of them certified."""
    certified = sum(skill.level >= CERTIFIED for skill in theme.skills)
    counts = [translator.ngettext("%(num)d skill", "%(num)d skills", len(theme.skills)) % {"num": len(theme.skills)}]
    if certified:
        counts.append(translator.ngettext("%(num)d certified", "%(num)d certified", certified) % {"num": certified})
    return " · ".join(counts)


def _alt(themes: Sequence[Theme], translator: Translator) -> str:
    lines = []
    for theme in themes:
        levels = [
            f"{translator.gettext(LEVELS[level].word)} {count}"
            for level in sorted(LEVELS, reverse=True)
            if (count := sum(skill.level == level for skill in theme.skills))
        ]
        lines.append(f"{theme.label}: {translator.listing(levels)}.")
    return " ".join(lines)


def _frame(
    parts: Sequence[str], *, width: int, height: float, alt: str, title: str, key: str, is_alone: bool
) -> Markup:
    names = f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(alt)}</desc>'
    space = ' xmlns="http://www.w3.org/2000/svg"' if is_alone else ' class="picture"'
    return Markup(  # noqa: S704  every text above went through escape
        f'<svg{space} viewBox="0 0 {width} {math.ceil(height)}" role="group" '
        f'aria-labelledby="{key}-title" aria-describedby="{key}-desc">{names}{"".join(parts)}</svg>'
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
