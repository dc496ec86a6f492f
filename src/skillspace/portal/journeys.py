"""Draws ways to an occupation as lines with numbered stops, and interests as bars with the range they lie in."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from skillspace.portal.i18n import Translator
from skillspace.portal.lettering import width_of, wrap
from skillspace.portal.views.careers import Liking, Way
from skillspace.portal.words import N_

LABEL, VALUE = 15, 14
_LINE, _STOP, _EDGE = 20, 12, 13
#: A step is at least so long, so that stops never touch; what is beyond that is its effort.
_LEAST = 66
EVEN = 1 / 6


def ways_chart(ways: Sequence[Way], translator: Translator, *, key: str, title: str, width: int = 760) -> Markup:
    """A line a way, as long as it is hard; its stops are numbered as in the text, with what is to be learnt."""
    room = width - 2 * _EDGE
    most = max(len(way.stops) for way in ways)
    longest = max(sum(stop.effort for stop in way.stops) for way in ways)
    scale = (room - most * _LEAST) / max(longest, 1e-9)
    parts, top = [], 0.0
    for way in ways:
        for line in wrap(way_title(way, translator), width, LABEL, lines=3, is_bold=True):
            top += _LINE
            parts.append(f'<text class="label name" x="0" y="{top:g}">{escape(line)}</text>')
        y, x = top + 24, float(_EDGE)
        ends = [x := x + _LEAST + stop.effort * scale for stop in way.stops]
        parts.append(f'<path class="rail-line" d="M{_EDGE} {y:g}H{ends[-1]:.1f}"/>')
        parts.append(f'<circle class="start" cx="{_EDGE}" cy="{y:g}" r="7"/>')
        for number, (stop, end) in enumerate(zip(way.stops, ends, strict=True), 1):
            begin = ends[number - 2] if number > 1 else _EDGE
            learn = _learn(stop.match.missing, translator, end - begin)
            last = " last" if number == len(ends) else ""
            parts.append(f'<text class="value" x="{(begin + end) / 2:.1f}" y="{y + 30:g}">{escape(learn)}</text>')
            parts.append(f'<circle class="stop{last}" cx="{end:.1f}" cy="{y:g}" r="{_STOP}"/>')
            parts.append(f'<text class="number{last}" x="{end:.1f}" y="{y + 5:g}">{number}</text>')
        top = y + 46
    return _svg("ways", key, title, " ".join(_told(way, translator) for way in ways), width, top, parts)


def way_title(way: Way, translator: Translator) -> str:
    """Return a way in a few words."""
    end = way.title[:1].upper() + way.title[1:]
    if len(way.stops) == 1:
        return translator.gettext("%(end)s, directly") % {"end": end}
    through = translator.listing([stop.title for stop in way.stops[:-1]])
    return translator.gettext("%(end)s, by way of %(through)s") % {"end": end, "through": through}


def interests_chart(
    likings: Sequence[Liking], translator: Translator, *, key: str, title: str, width: int = 760
) -> Markup:
    """A bar an interest; the thin line is where it lies four times in five, the dashed one what all alike would be."""
    left = 0 if width < 500 else 24 + int(max(width_of(it.name, LABEL) for it in likings))
    most = max(*(it.high for it in likings), 2 * EVEN)
    scale = (width - left - 8) / most
    head = 22 if left == 0 else 0
    parts, top = [], 4.0
    row = head + 34
    even = left + EVEN * scale
    note = translator.gettext("all six alike")
    for it in likings:
        y = top + head
        look = f'x="0" y="{top + 15:g}"' if left == 0 else f'x="{left - 12}" y="{y + 16:g}" text-anchor="end"'
        clear = " clear" if it.is_clear else ""
        parts.append(f'<text class="label{clear}" {look}>{escape(it.name)}</text>')
        parts.append(
            f'<rect class="liking{clear}" x="{left}" y="{y:g}" width="{it.share * scale:.1f}" height="22" rx="3"/>'
        )
        line = f'd="M{left + it.low * scale:.1f} {y + 11:g}H{left + it.high * scale:.1f}"'
        parts.append(f'<path class="range under" {line}/><path class="range" {line}/>')
        top += row
    parts.append(f'<path class="even" d="M{even:.1f} 0V{top - 6:g}"/>')
    anchor = f'x="{even:.1f}" text-anchor="middle"'
    parts.append(f'<text class="value" {anchor} y="{top + 10:g}">{escape(note)}</text>')
    told = " ".join(_liked(it, translator) for it in likings)
    return _svg("interests", key, title, told, width, top + 18, parts)


def _learn(missing: Sequence[object], translator: Translator, room: float) -> str:
    """Return how much is to be learnt, in as many words as there is room for."""
    count = len(missing)
    text = translator.ngettext("learn %(num)d skill", "learn %(num)d skills", count) % {"num": count}
    short = translator.gettext("learn %(count)s") % {"count": count}
    return next((one for one in (text, short) if width_of(one, VALUE) <= room - 8), f"+{count}")


def _told(way: Way, translator: Translator) -> str:
    steps = [
        f"{number}: {stop.title}, {stop.size}, {_learn(stop.match.missing, translator, float('inf'))}"
        for number, stop in enumerate(way.stops, 1)
    ]
    return f"{way_title(way, translator)}: {'; '.join(steps)}."


def _liked(it: Liking, translator: Translator) -> str:
    clear, unclear = N_("%(name)s: it stands out."), N_("%(name)s: it does not stand out.")
    return translator.gettext(clear if it.is_clear else unclear) % {"name": it.name}


def _svg(look: str, key: str, title: str, told: str, width: int, height: float, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704  every text above went through escape
        f'<svg class="chart {look}" viewBox="0 0 {width} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(told)}</desc>{"".join(parts)}</svg>'
    )
