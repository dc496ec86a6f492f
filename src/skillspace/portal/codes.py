"""Draws a text as a QR code (ISO/IEC 18004), so that a phone can take it over from a screen."""

from __future__ import annotations

import segno
from markupsafe import Markup
from segno.encoder import DataOverflowError

#: A longer text makes points that no phone tells apart on a screen.
MOST_CHARACTERS = 2000
_POINTS = 4


def code_picture(text: str) -> Markup:
    """Return the code as SVG, dark on light whatever the page's colours are; empty where the text is too long.

    It is hidden from who hears the page: a code is of no use to them, and the text stands beside it.
    """
    if not text or len(text) > MOST_CHARACTERS:
        return Markup()
    try:
        drawn = segno.make(text, micro=False, error="l", boost_error=True)
    except DataOverflowError:
        return Markup()
    colours = {"dark": "#000", "light": "#fff"}
    inline = drawn.svg_inline(scale=_POINTS, border=4, svgclass="qr", lineclass=None, omitsize=True, **colours)
    # The drawing holds numbers alone, none of the text.
    return Markup(inline.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704
