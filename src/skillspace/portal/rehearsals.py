"""Draws what a preference would have done about the asks of the last days: a dot an ask, on a line a kind of answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup, escape

from skillspace.portal.i18n import Translator
from skillspace.portal.lettering import width_of
from skillspace.portal.views.agent import Rehearsal, RehearsedAsk
from skillspace.portal.words import N_

LABEL, VALUE = 15, 14
_LANE, _DOT, _EDGE = 44, 6, 12
#: The answers in the order they are drawn.
LANES = (
    ("always", N_("Yes for you")),
    ("never", N_("No for you")),
    ("ask", N_("You would have been asked")),
)


def rehearsal_chart(rehearsal: Rehearsal, translator: Translator, *, key: str, width: int = 760) -> Markup:
    """A line for each kind of answer there would have been, with a dot for each ask on the day it came.

    A full dot is as the person decided, a ring is another end than it had. Dots of one day stand on top of each other.
    """
    lanes = [(effect, translator.gettext(text)) for effect, text in LANES if rehearsal.count(effect)]
    left = 0 if width < 500 else 24 + int(max((width_of(text, LABEL) for _, text in lanes), default=0))
    parts, top = [], 0.0
    for effect, text in lanes:
        asks = [ask for ask in rehearsal.asks if ask.effect == effect]
        head = 22 if left == 0 else 0
        heights = _stacked(asks, rehearsal, width - left)
        line = top + head + max(_LANE, 2 * _DOT * max(heights) + 22) - _DOT - 6
        parts.append(f'<text class="label" x="0" y="{(top + 15) if left == 0 else line - 1:g}">{escape(text)}</text>')
        parts.append(f'<path class="lane" d="M{left} {line + _DOT + 2:g}H{width}"/>')
        for ask, height in zip(asks, heights, strict=True):
            x = left + _across(ask, rehearsal, width - left)
            kind = "ring" if ask.is_other else "full"
            parts.append(f'<circle class="{kind} {effect}" cx="{x:.1f}" cy="{line - (height - 1) * 13:g}" r="{_DOT}"/>')
        top = line + _DOT + (18 if left == 0 else 8)
    first, last = (translator.short_date(day) for day in (rehearsal.since, rehearsal.until))
    top -= 10 if left == 0 else 0
    parts.append(f'<text class="value" x="{left}" y="{top + 16:g}">{escape(first)}</text>')
    parts.append(f'<text class="value" x="{width}" y="{top + 16:g}" text-anchor="end">{escape(last)}</text>')
    days = translator.gettext("From %(first)s to %(last)s.") % {"first": first, "last": last}
    title = translator.gettext("Asks of the last 90 days, as your agent would have answered them")
    return Markup(  # noqa: S704  every text above went through escape
        f'<svg class="chart rehearsal" viewBox="0 0 {width} {top + 22:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(days)} {escape(_alt(rehearsal, lanes))}</desc>{"".join(parts)}</svg>'
    )


def _across(ask: RehearsedAsk, rehearsal: Rehearsal, room: float) -> float:
    days = max((rehearsal.until - rehearsal.since).days, 1)
    part = min(max((ask.at.date() - rehearsal.since) / dt.timedelta(days=days), 0.0), 1.0)
    return _EDGE + part * (room - 2 * _EDGE)


def _stacked(asks: Sequence[RehearsedAsk], rehearsal: Rehearsal, room: float) -> list[int]:
    """How high each dot stands, 1 on the line: above those it would cover."""
    heights, placed = [], list[tuple[float, int]]()
    for ask in asks:
        x, height = _across(ask, rehearsal, room), 1
        while any(abs(x - other) < 2 * _DOT + 1 and height == at for other, at in placed):
            height += 1
        placed.append((x, height))
        heights.append(height)
    return heights


def _alt(rehearsal: Rehearsal, lanes: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{text}: {rehearsal.count(effect)}." for effect, text in lanes)
