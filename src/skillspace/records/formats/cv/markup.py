"""The little HTML that CV formats hold in long texts: read to words and points, and written from them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

_BREAKS = {"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "tr"}
_UNSEEN = {"script", "style", "template"}


class _Words(HTMLParser):
    """Collects the words of each paragraph, those of list items apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[bool, str]] = []
        self._said: list[str] = []
        self._item = 0
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library hands them over
        if tag in _BREAKS:
            self._close()
        self._item += tag == "li"
        self._unseen += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self._close()
        self._item -= tag == "li" and self._item > 0
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._said.append(data)

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        said = " ".join("".join(self._said).split())
        if said:
            self.lines.append((self._item > 0, said))
        self._said = []


def marked_down(text: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the words, a paragraph a line, and the points of lists; text without markup keeps its own lines."""
    if not text:
        return None, ()
    if "<" not in text:
        lines = [" ".join(line.split()) for line in text.splitlines()]
        return "\n".join(line for line in lines if line) or None, ()
    parser = _Words()
    parser.feed(text)
    parser.close()
    words = "\n".join(said for is_item, said in parser.lines if not is_item)
    return words or None, tuple(said for is_item, said in parser.lines if is_item)


def words_in(text: str | None) -> str | None:
    """Return all the words, a paragraph or a point a line."""
    words, points = marked_down(text)
    return "\n".join(line for line in (words, *points) if line) or None


def marked_up(words: str | None, points: Sequence[str] = ()) -> str | None:
    """Return HTML of paragraphs and one list; the text of either is escaped."""
    paragraphs = "".join(f"<p>{escape(line, quote=False)}</p>" for line in (words or "").splitlines() if line.strip())
    items = "".join(f"<li>{escape(point, quote=False)}</li>" for point in points)
    return paragraphs + (f"<ul>{items}</ul>" if items else "") or None
