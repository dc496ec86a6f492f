"""Draws a person's skills: themes as round areas, skills as dots that carry the six signs, best proven at the centre.

Zoomed into one theme, the same dots stand in bands by level with their names. Shapes take their colours from the
page's style sheet by class; drawn alone (`is_alone`) they carry plain colours themselves.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from skillspace.portal.i18n import Translator
from skillspace.portal.signs import sign_shape
from skillspace.portal.views.skills import SkillDot, Theme
from skillspace.portal.words import CERTIFIED, LEVELS

WIDE, NARROW = 920, 340
_DOT = 9.0
_STEP = 16.5
_HEART = 0.35
_GOLDEN = math.pi * (3 - math.sqrt(5))
_LINE = 19
_ALONE = {
    "area": 'fill="#eef3f0" stroke="#c9d6cf"',
    "name": 'fill="#1d2420" font-family="sans-serif" font-size="15" font-weight="600"',
    "note": 'fill="#55605a" font-family="sans-serif" font-size="13"',
    "proven": 'color="#0f6b4f"',
    "said": 'color="#55605a"',
}


@dataclass(frozen=True, kw_only=True)
class _Blob:
    """A theme laid out around 0, 0: the radius of its area, its dots, its name and counts in lines, its width."""

    theme: Theme
    radius: float
    dots: tuple[tuple[float, float, SkillDot], ...]
    name: tuple[str, ...]
    note: tuple[str, ...]
    width: float

    @property
    def height(self) -> float:
        return 2 * self.radius + 14 + _LINE * (len(self.name) + len(self.note))


def skills_picture(
    themes: Sequence[Theme], translator: Translator, *, key: str, width: int = WIDE, is_alone: bool = False
) -> Markup:
    """The picture of all themes, `width` units wide; `key` keeps ids apart when a page holds it twice."""
    blobs = [_blob(theme, width, translator) for theme in sorted(themes, key=lambda theme: -len(theme.skills))]
    parts: list[str] = []
    top = 4.0
    for row in _rows(blobs, width):
        tallest = max(blob.radius for blob in row)
        gap = (width - sum(blob.width for blob in row)) / (len(row) + 1)
        left = gap
        for blob in row:
            parts.append(_draw_blob(blob, left + blob.width / 2, top + tallest, translator, is_alone))
            left += blob.width + gap
        top += max(tallest - blob.radius + blob.height for blob in row) + 16
    title = translator.gettext("Your skills by theme")
    alt = _alt(themes, translator)
    return _frame(parts, width=width, height=top, alt=alt, title=title, key=key, is_alone=is_alone)


def theme_picture(theme: Theme, translator: Translator, *, key: str, width: int = WIDE) -> Markup:
    """One theme filling the picture: a band for each level, strongest on top, each skill with its name."""
    column = 300 if width >= WIDE else width - 16
    columns = max(1, (width - 16) // column)
    parts: list[str] = []
    top = 8.0
    for level in sorted(LEVELS, reverse=True):
        dots = [skill for skill in theme.skills if skill.level == level]
        if not dots:
            continue
        lines = math.ceil(len(dots) / columns)
        height = 34 + lines * 32
        parts.append(f'<rect class="area" x="1" y="{top:g}" width="{width - 2}" height="{height}" rx="8"/>')
        word = escape(_capital(translator.gettext(LEVELS[level].word)))
        parts.append(f'<text class="note" x="16" y="{top + 23:g}">{word} · {len(dots)}</text>')
        for place, dot in enumerate(sorted(dots, key=lambda dot: dot.label.casefold())):
            x = 16 + _DOT + (place % columns) * column
            y = top + 48 + (place // columns) * 32
            parts.append(_draw_dot(dot, x, y, translator, is_alone=False, is_named=True, room=column))
        top += height + 8
    alt = _alt((theme,), translator)
    return _frame(parts, width=width, height=top, alt=alt, title=theme.label, key=key, is_alone=False)


def _blob(theme: Theme, width: int, translator: Translator) -> _Blob:
    """Dots in a sunflower spiral, the best proven first, so that the heart of an area is what is sure."""
    dots = []
    ordered = sorted(theme.skills, key=lambda skill: (-skill.level, skill.label.casefold()))
    step = min(_STEP, (width / 2 - 24) / math.sqrt(max(1, len(ordered))))
    for place, skill in enumerate(ordered):
        reach = step * math.sqrt(place + _HEART)
        dots.append((reach * math.cos(place * _GOLDEN), reach * math.sin(place * _GOLDEN), skill))
    middle_x = sum(x for x, _, _ in dots) / max(1, len(dots))
    middle_y = sum(y for _, y, _ in dots) / max(1, len(dots))
    dots = [(x - middle_x, y - middle_y, skill) for x, y, skill in dots]
    radius = max(44.0, max((math.hypot(x, y) for x, y, _ in dots), default=0.0) + _DOT + 14)
    name = tuple(textwrap.wrap(theme.label, 19, max_lines=3, placeholder="…")) or ("",)
    return _Blob(
        theme=theme,
        radius=radius,
        dots=tuple(dots),
        name=name,
        note=_note(theme, translator, is_narrow=width < WIDE),
        width=max(2 * radius, 148.0),
    )


def _note(theme: Theme, translator: Translator, *, is_narrow: bool) -> tuple[str, ...]:
    """How many skills, how many of them certified, in one line or, where it is narrow, in two."""
    certified = sum(skill.level >= CERTIFIED for skill in theme.skills)
    counts = [translator.ngettext("%(num)d skill", "%(num)d skills", len(theme.skills)) % {"num": len(theme.skills)}]
    if certified:
        counts.append(translator.ngettext("%(num)d certified", "%(num)d certified", certified) % {"num": certified})
    return tuple(counts) if is_narrow else (" · ".join(counts),)


def _rows(blobs: Sequence[_Blob], width: int) -> list[list[_Blob]]:
    """Areas side by side while they fit, evenly shared over the rows that takes."""
    fitting: list[list[_Blob]] = []
    used = float(width)
    for blob in blobs:
        if used + blob.width > width:
            fitting.append([])
            used = 0.0
        fitting[-1].append(blob)
        used += blob.width
    per_row = math.ceil(len(blobs) / max(1, len(fitting)))
    evenly = [list(blobs[start : start + per_row]) for start in range(0, len(blobs), per_row)]
    return evenly if all(sum(blob.width for blob in row) <= width for row in evenly) else fitting


def _draw_blob(blob: _Blob, x: float, y: float, translator: Translator, is_alone: bool) -> str:
    theme = blob.theme
    shapes = [f'<circle {_paint("area", is_alone)} cx="{x:.1f}" cy="{y:.1f}" r="{blob.radius:.1f}"/>']
    line = y + blob.radius + 22
    for words in blob.name:
        shapes.append(_text("name", x, line, words, is_alone))
        line += _LINE
    for words in blob.note:
        shapes.append(_text("note", x, line, words, is_alone))
        line += _LINE
    title = f"<title>{escape(theme.label)}: {escape(' · '.join(blob.note))}</title>"
    area = f'<a class="theme" href="/skills?{escape(urlencode({"theme": theme.key}))}">{title}{"".join(shapes)}</a>'
    dots = [_draw_dot(skill, x + dx, y + dy, translator, is_alone=is_alone) for dx, dy, skill in blob.dots]
    return area + "".join(dots)


def _draw_dot(
    skill: SkillDot,
    x: float,
    y: float,
    translator: Translator,
    *,
    is_alone: bool,
    is_named: bool = False,
    room: int = 0,
) -> str:
    word = translator.gettext(LEVELS[skill.level].word)
    kind = "proven" if skill.level >= 4 else "said"
    href = escape(f"/skill?{urlencode({'uri': skill.uri})}")
    ground = f'<circle class="ground" cx="{x:.1f}" cy="{y:.1f}" r="{_DOT + 2:g}" fill-opacity="0"/>'
    name = ""
    if is_named:
        label = textwrap.shorten(skill.label, max(12, (room - 44) // 8), placeholder="…")
        name = f'<text class="label" x="{x + 18:.1f}" y="{y + 5:.1f}">{escape(label)}</text>'
    title = f"<title>{escape(skill.label)}: {escape(word)}</title>"
    shape = sign_shape(skill.level, round(x, 1), round(y, 1), _DOT)
    return f'<a {_paint(kind, is_alone, "dot")} href="{href}">{title}{ground}{shape}{name}</a>'


def _paint(role: str, is_alone: bool, more: str = "") -> str:
    return _ALONE[role] if is_alone else f'class="{more} {role}"' if more else f'class="{role}"'


def _text(role: str, x: float, y: float, text: str, is_alone: bool) -> str:
    return f'<text {_paint(role, is_alone)} x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'


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
        f'<svg{space} viewBox="0 0 {width} {height:.0f}" role="group" '
        f'aria-labelledby="{key}-title" aria-describedby="{key}-desc">{names}{"".join(parts)}</svg>'
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
