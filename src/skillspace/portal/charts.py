"""Draws statistics as plain bars with their values beside them, from the same rows the table behind them shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from markupsafe import Markup, escape

from skillspace.portal.i18n import Translator
from skillspace.portal.views.insight import SupplyDemand

_ROW, _BAR = 50, 14


def supply_demand_chart(
    rows: Sequence[SupplyDemand], translator: Translator, *, key: str, title: str, width: int = 760
) -> Markup:
    """Two bars a skill, people who have it above jobs that ask for it; a number too small to show is a dash.

    On a narrow drawing (`width` under 500) the skill's name stands above its bars instead of beside them.
    """
    is_narrow = width < 500
    left = 0 if is_narrow else 250
    head = 20 if is_narrow else 0
    row_height = _ROW + head
    largest = max((count for row in rows for count in (row.supply, row.demand) if count), default=1)
    reach = width - left - 120
    parts = []
    for place, row in enumerate(rows):
        top = place * row_height + 6
        if is_narrow:
            parts.append(f'<text class="label" x="0" y="{top + 12}">{escape(row.label)}</text>')
        else:
            lines = textwrap.wrap(row.label, 26, max_lines=2, placeholder="…")
            for number, line in enumerate(lines):
                y = top + 21 + 18 * number - 9 * (len(lines) - 1)
                parts.append(f'<text class="label" x="{left - 12}" y="{y}" text-anchor="end">{escape(line)}</text>')
        people, jobs = translator.gettext("people"), translator.gettext("jobs")
        for offset, name, count, what in ((0, "supply", row.supply, people), (_BAR + 4, "demand", row.demand, jobs)):
            y = top + head + offset
            length = max(2.0, reach * count / largest) if count else 2.0
            kind = name if count is not None else "hidden-count"
            value = "–" if count is None else translator.number(count)
            parts.append(f'<rect class="{kind}" x="{left}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="2"/>')
            parts.append(
                f'<text class="value" x="{left + length + 7:.1f}" y="{y + 12}">{escape(value)} {escape(what)}</text>'
            )
    height = len(rows) * row_height + 4
    names = (
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(_alt(rows, translator))}</desc>'
    )
    return Markup(  # noqa: S704  every text above went through escape
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">{names}{"".join(parts)}</svg>'
    )


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
