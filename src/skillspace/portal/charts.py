"""Draws statistics as plain bars with their values beside them, from the same rows the table behind them shows."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from skillspace.portal.i18n import Translator
from skillspace.portal.lettering import width_of, wrap
from skillspace.portal.views.insight import SupplyDemand

LABEL, VALUE = 15, 14
_BAR, _LINE, _BESIDE = 14, 18, 7


def supply_demand_chart(
    rows: Sequence[SupplyDemand], translator: Translator, *, key: str, title: str, width: int = 760
) -> Markup:
    """Two bars a skill, people who have it above jobs that ask for it; a number too small to show is a dash.

    On a narrow drawing (`width` under 500) the skill's name stands above its bars instead of beside them.
    """
    left = 0 if width < 500 else 250
    room = width if width < 500 else left - 12
    largest = max((count for row in rows for count in (row.supply, row.demand) if count), default=1)
    people, jobs = translator.gettext("people"), translator.gettext("jobs")
    values = [(_value(row.supply, people, translator), _value(row.demand, jobs, translator)) for row in rows]
    reach = width - left - _BESIDE - max((width_of(text, VALUE) for pair in values for text in pair), default=0.0)
    parts = []
    top = 6.0
    for row, (supply, demand) in zip(rows, values, strict=True):
        lines = wrap(row.label, room, LABEL, lines=2)
        head = _LINE * len(lines) + 4 if left == 0 else 0
        start = top + 12 if left == 0 else top + 21 - 9 * (len(lines) - 1)
        look = 'x="0"' if left == 0 else f'x="{room}" text-anchor="end"'
        for number, line in enumerate(lines):
            parts.append(f'<text class="label" {look} y="{start + _LINE * number:g}">{escape(line)}</text>')
        for offset, name, count, text in ((0, "supply", row.supply, supply), (_BAR + 4, "demand", row.demand, demand)):
            y = top + head + offset
            length = max(2.0, reach * count / largest) if count else 2.0
            kind = name if count is not None else "hidden-count"
            x = left + length + _BESIDE
            parts.append(f'<rect class="{kind}" x="{left}" y="{y:g}" width="{length:.1f}" height="{_BAR}" rx="2"/>')
            parts.append(f'<text class="value" x="{x:.1f}" y="{y + 12:g}">{escape(text)}</text>')
        top += head + 2 * _BAR + 22
    names = (
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(_alt(rows, translator))}</desc>'
    )
    return Markup(  # noqa: S704  every text above went through escape
        f'<svg class="chart" viewBox="0 0 {width} {top:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">{names}{"".join(parts)}</svg>'
    )


def _value(count: int | None, what: str, translator: Translator) -> str:
    return f"{'–' if count is None else translator.number(count)} {what}"


def _alt(rows: Sequence[SupplyDemand], translator: Translator) -> str:
    hidden = translator.gettext("too few to show")
    lines = [
        translator.gettext("%(skill)s: people %(supply)s, jobs %(demand)s.")
        % {
            "skill": row.label,
            "supply": hidden if row.supply is None else translator.number(row.supply),
            "demand": hidden if row.demand is None else translator.number(row.demand),
        }
        for row in rows
    ]
    return " ".join(lines)
