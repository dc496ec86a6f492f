"""Draws how somebody learns as plain bars with their values beside them, from the rows the tables behind them show."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from skillspace.portal.i18n import Translator
from skillspace.portal.lettering import width_of, wrap
from skillspace.portal.views.learning import CourseLine, SkillLine, WeekLine

LABEL, VALUE = 15, 14
_BAR, _ROW, _BESIDE = 18, 34, 8


def progress_chart(
    courses: Sequence[CourseLine], translator: Translator, *, key: str, title: str, width: int = 760
) -> Markup:
    """A bar a course: all activities anything is known of, and those that are done."""
    values = [_of(translator, it.done, it.of) for it in courses]
    left, reach = _room([it.title for it in courses], values, width)
    most = max(it.of for it in courses)
    rows = []
    for it, value in zip(courses, values, strict=True):
        whole = reach * it.of / max(most, 1)
        done = reach * it.done / max(most, 1)
        rows.append((it.title, [("hidden-count", whole), ("supply", done)], value))
    return _bars("progress", key, title, rows, left, width)


def weeks_chart(weeks: Sequence[WeekLine], translator: Translator, *, key: str, title: str, width: int = 760) -> Markup:
    """A bar a week: hours said by tools, and after them the estimated ones."""
    labels = [translator.short_date(it.day) for it in weeks]
    # “h” is the sign of the hour in every language (ISO 80000-3).
    values = [f"{translator.number(round(it.said + it.estimated, 1))} h" for it in weeks]
    left, reach = _room(labels, values, width)
    most = max((it.said + it.estimated for it in weeks), default=0.0) or 1.0
    rows = [
        (label, [("estimated", reach * (it.said + it.estimated) / most), ("supply", reach * it.said / most)], value)
        for it, label, value in zip(weeks, labels, values, strict=True)
    ]
    return _bars("weeks", key, title, rows, left, width)


def mastery_chart(
    skills: Sequence[SkillLine], mastered: float, translator: Translator, *, key: str, title: str, width: int = 760
) -> Markup:
    """A bar a skill, as long as the chance that it is known; the thin line is its range, the dashed one what counts as
    known."""
    left, reach = _room([it.label for it in skills], [""], width)
    parts, top = [], 4.0
    for it in skills:
        lines, head, y = _label(it.label, left, top, width)
        parts += lines
        middle = y + _BAR / 2
        known = " clear" if it.is_mastered else ""
        parts.append(
            f'<rect class="liking{known}" x="{left}" y="{y:g}" width="{max(2.0, reach * it.chance):.1f}" '
            f'height="{_BAR}" rx="3"/>'
        )
        line = f'd="M{left + reach * it.low:.1f} {middle:g}H{left + reach * it.high:.1f}"'
        parts.append(f'<path class="range under" {line}/><path class="range" {line}/>')
        top += head + _ROW
    x = left + reach * mastered
    note = translator.gettext("counts as known")
    parts.append(f'<path class="even" d="M{x:.1f} 0V{top - 4:g}"/>')
    parts.append(f'<text class="value" x="{x:.1f}" text-anchor="end" y="{top + 12:g}">{escape(note)}</text>')
    told = " ".join(f"{it.label}: {it.text}" for it in skills)
    return _svg("interests", key, title, told, width, top + 20, parts)


def _of(translator: Translator, done: int, of: int) -> str:
    facts = {"count": translator.number(done), "total": translator.number(of)}
    return translator.gettext("%(count)s of %(total)s") % facts


def _room(labels: Sequence[str], values: Sequence[str], width: int) -> tuple[int, float]:
    """Return where bars begin, and how long the longest may be: names stand above them on a narrow drawing."""
    longest = max((width_of(text, LABEL) for text in labels), default=0.0)
    left = 0 if width < 500 else min(260, 14 + int(longest))
    beside = max((width_of(text, VALUE) for text in values), default=0.0)
    return left, width - left - _BESIDE - beside - 2


def _bars(
    look: str, key: str, title: str, rows: Sequence[tuple[str, list[tuple[str, float]], str]], left: int, width: int
) -> Markup:
    parts: list[str] = []
    top = 4.0
    for label, bars, value in rows:
        lines, head, y = _label(label, left, top, width)
        parts += lines
        for kind, length in bars:
            if length > 0:
                parts.append(f'<rect class="{kind}" x="{left}" y="{y:g}" width="{length:.1f}" height="{_BAR}" rx="2"/>')
        x = left + max((length for _, length in bars), default=0.0) + _BESIDE
        parts.append(f'<text class="value" x="{x:.1f}" y="{y + 14:g}">{escape(value)}</text>')
        top += head + _ROW
    told = " ".join(f"{label}: {value}." for label, _, value in rows)
    return _svg(look, key, title, told, width, top, parts)


def _label(text: str, left: int, top: float, width: int) -> tuple[list[str], float, float]:
    """Return a name as SVG, how much higher it makes its row, and where the bar lies."""
    lines = wrap(text, width if left == 0 else left - 12, LABEL, lines=2)
    if left == 0:
        head = 18.0 * len(lines) + 2
        return (
            [
                f'<text class="label" x="0" y="{top + 14 + 18 * n:g}">{escape(line)}</text>'
                for n, line in enumerate(lines)
            ],
            head,
            top + head,
        )
    extra = 18.0 * (len(lines) - 1)
    drawn = [
        f'<text class="label" x="{left - 12}" text-anchor="end" y="{top + 14 + 18 * n:g}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    ]
    return drawn, extra, top + extra / 2


def _svg(look: str, key: str, title: str, told: str, width: int, height: float, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704  every text above went through escape
        f'<svg class="chart {look}" viewBox="0 0 {width} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(told)}</desc>{"".join(parts)}</svg>'
    )
