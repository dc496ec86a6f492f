"""The six signs of validation and the other small drawings, as SVG, so that every screen shows the same shapes."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

_QUARTERS = {2: 1, 3: 2, 4: 3}
ICONS = {
    "skills": (
        '<circle cx="7" cy="8" r="3"/><circle cx="16.5" cy="6.5" r="2"/>'
        '<circle cx="15.5" cy="15.5" r="4"/><circle cx="6" cy="17" r="2"/>'
    ),
    "opportunities": '<circle cx="12" cy="12" r="9"/><path d="m15.5 8.5-2 5-5 2 2-5z"/>',
    "plan": '<path d="M5 20c9 0 1-8 8-8s4-7 6-7"/><circle cx="5" cy="20" r="1.6"/><path d="m16 2.5 3.5 2.5-3 3"/>',
    "sharing": (
        '<circle cx="6" cy="12" r="2.8"/><circle cx="17.5" cy="5.5" r="2.8"/>'
        '<circle cx="17.5" cy="18.5" r="2.8"/><path d="m8.5 10.7 6.5-3.8m-6.5 6.4 6.5 3.8"/>'
    ),
    "you": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.6-6 7.5-6s6.7 2 7.5 6"/>',
    "verified": '<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.7 5.2-5.7"/>',
    "always": '<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.7 5.2-5.7"/>',
    "never": '<circle cx="12" cy="12" r="9"/><path d="m5.8 5.8 12.4 12.4"/>',
    "ask": '<path d="M4 5h16v11H11l-4.5 4v-4H4z"/><path d="M9 10.5h6"/>',
    "training": '<path d="m12 5 9.5 4.5L12 14 2.5 9.5z"/><path d="M6.5 11.5v4.7c3 2.4 8 2.4 11 0v-4.7"/>',
}


def sign_shape(level: int, x: float, y: float, radius: float) -> str:
    """The sign of `level` (1 to 6) centred on x, y as SVG shapes that take their colour from `currentColor`."""
    if level == 6:
        return f'<path d="{_star(x, y, radius * 1.25)}" fill="currentColor"/>'
    if level == 5:
        return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="currentColor"/>'
    edge = max(1.2, radius * 0.22)
    inner = radius - edge / 2
    ring = f'<circle cx="{x:g}" cy="{y:g}" r="{inner:g}" fill="none" stroke="currentColor" stroke-width="{edge:g}"/>'
    quarters = _QUARTERS.get(level, 0)
    if not quarters:
        return ring
    turn = quarters * math.pi / 2
    end_x, end_y = x + inner * math.sin(turn), y - inner * math.cos(turn)
    large = 1 if quarters > 2 else 0
    pie = f"M{x:g} {y:g}V{y - inner:.2f}A{inner:g} {inner:g} 0 {large} 1 {end_x:.2f} {end_y:.2f}Z"
    return f'{ring}<path d="{pie}" fill="currentColor"/>'


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for corner in range(8):
        reach = radius if corner % 2 == 0 else radius * 0.38
        angle = corner * math.pi / 4
        points.append(f"{x + reach * math.sin(angle):.2f} {y - reach * math.cos(angle):.2f}")
    return "M" + "L".join(points) + "Z"


def sign(level: int) -> Markup:
    """The sign of a level beside text; hidden from screen readers, for its word always stands next to it."""
    shape = sign_shape(level, 8, 8, 6)
    return Markup(f'<svg class="sign l{level:d}" viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>')  # noqa: S704


def icon(name: str) -> Markup:
    """A line drawing beside a word; `name` is a key of ICONS."""
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{ICONS[name]}</svg>')  # noqa: S704


def match_bar(have: int, close: int, missing: int, label: str) -> Markup:
    """A bar of one block a skill, full if you have it, half if you are close, else empty; `label` is its alt text."""
    width = 100 / max(1, have + close + missing)
    blocks = []
    for place, part in enumerate(["have"] * have + ["close"] * close + ["missing"] * missing):
        where = f'x="{place * width:.3f}%" width="{width:.3f}%"'
        blocks.append(f'<rect class="rail" {where} height="100%"/>')
        if part == "have":
            blocks.append(f'<rect class="have" {where} height="100%"/>')
        elif part == "close":
            blocks.append(f'<rect class="close" {where} y="50%" height="50%"/>')
    return Markup(f'<svg class="bar" role="img" aria-label="{escape(label)}">{"".join(blocks)}</svg>')  # noqa: S704
