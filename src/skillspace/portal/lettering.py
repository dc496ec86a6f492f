"""Measures and wraps text for drawings, where nothing wraps by itself; widths lean to the widest of usual fonts."""

from __future__ import annotations

import math
import unicodedata

#: Parts of the font size, from the widths of DejaVu Sans, the widest of the fonts pages and printers fall back to.
_WIDTHS = {
    **dict.fromkeys("ijlI.,:;'’|! ", 0.34),
    **dict.fromkeys("frt()[]/-", 0.42),
    **dict.fromkeys("ckszvxy", 0.6),
    **dict.fromkeys("mwMWQO@%&—…", 1.1),
}
_BOLD = 1.12
_ELLIPSIS = "…"


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """How wide `text` is at `size`, in the same unit; rather too wide than too narrow."""
    return sum(map(_ems, text)) * size * (_BOLD if is_bold else 1.0)


def wrap(text: str, room: float, size: float, *, lines: int, is_bold: bool = False) -> tuple[str, ...]:
    """`text` in at most `lines` lines no wider than `room`: too long a word is cut, an ellipsis stands for the rest."""
    found: list[str] = []
    line = ""
    for piece in _pieces(text, room, size, is_bold):
        if line and width_of((line + piece).rstrip(), size, is_bold=is_bold) > room:
            found.append(line.rstrip())
            line = ""
        line += piece
    found.append(line.rstrip())
    if len(found) > lines:
        return (*found[: lines - 1], _shortened(found[lines - 1], room, size, is_bold))
    return tuple(found)


def _ems(character: str) -> float:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0x2FFF:
        return 1.1
    return 0.64 if character.islower() or character.isdigit() else 0.78


def _pieces(text: str, room: float, size: float, is_bold: bool) -> list[str]:
    """Words with the space after them, split behind hyphens and slashes, and evenly where one alone is too wide."""
    spaced = " ".join(text.split()).replace("-", "-\0").replace("/", "/\0").replace(" ", " \0")
    pieces: list[str] = []
    for word in spaced.split("\0"):
        whole = width_of(word.rstrip(), size, is_bold=is_bold)
        if whole <= room:
            pieces.append(word)
            continue
        parts = math.ceil(whole / max(1.0, room - width_of("-W", size, is_bold=is_bold)))
        part, reach = "", 0.0
        for character in word:
            if reach >= whole / parts:
                pieces.append(part + "-")
                part, reach = "", 0.0
            part += character
            reach += width_of(character, size, is_bold=is_bold)
        pieces.append(part)
    return pieces


def _shortened(line: str, room: float, size: float, is_bold: bool) -> str:
    while line and width_of(line + _ELLIPSIS, size, is_bold=is_bold) > room:
        line = line[:-1]
    return line.rstrip(" -/,;") + _ELLIPSIS
