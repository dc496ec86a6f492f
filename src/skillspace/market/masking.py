"""Ads name the people to call; those names, addresses and numbers are taken out before an ad is kept or shown."""

from __future__ import annotations

import re
from html.parser import HTMLParser

MASK = "[…]"

_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w/.=-])(?:\+|00)?\(?\d{2,4}\)?(?:[ ./-]?\d{2,4}){2,5}(?![\w/-])")
_NO_PHONE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}")
_NAME = r"(?:[A-ZÅÄÖÆØÉ][\w'’-]+|[A-Z]\.)(?: (?:[A-ZÅÄÖÆØÉ][\w'’-]+|[A-Z]\.|af|von|van|de|la)){1,3}"
_CALLING = (
    r"contact(?: person)?|kontakt(?:person|a|e)?|ring(?: til)?|call|phone|attn|att|recruiter|rekryterare|konsulent|"
    r"appelez|contactez"
)
_PERSON = re.compile(rf"\b((?i:{_CALLING})\b(?: [a-zåäöæøé]+){{0,4}}[ :,]+)({_NAME})")


def mask_contacts(text: str) -> str:
    """Replace e-mail addresses, telephone numbers and the names that follow a word of calling by ``[…]``.

    A rule of thumb, on the safe side: it may take a company's name for a person's; a name in running text that no
    word announces stays, so texts of employers are shown only with their link back.
    """
    text = _EMAIL.sub(MASK, text)
    text = _PHONE.sub(lambda found: found[0] if _is_no_number(found[0]) else MASK, text)
    return _PERSON.sub(rf"\1{MASK}", text)


def _is_no_number(text: str) -> bool:
    """Tell dates, opening hours and small amounts from telephone numbers, which have eight digits or more."""
    return bool(_NO_PHONE.fullmatch(text)) or sum(sign.isdigit() for sign in text) < 8


class _Words(HTMLParser):
    """Collects the words of a page and breaks lines where the page does."""

    BREAKS = frozenset({"p", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "div", "tr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line, or stop listening inside code."""
        _ = attrs
        if tag in self.BREAKS:
            self.pieces.append("\n")
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """Break the line, or listen again after code."""
        if tag in self.BREAKS:
            self.pieces.append("\n")
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep what a reader would see."""
        if not self._hidden:
            self.pieces.append(data)


def plain_text(page: str) -> str:
    """Return what a reader of this HTML would see, without tags, runs of blanks or control characters."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = (" ".join(one_line(line).split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return a text as one line without control characters; Windows quotes read as Latin-1 become quotes again."""
    return " ".join("".join(map(_printable, text)).split())


def _printable(sign: str) -> str:
    if 0x80 <= ord(sign) < 0xA0:
        return sign.encode("latin-1").decode("cp1252", "ignore")
    return sign if ord(sign) >= 32 and ord(sign) != 127 else " "
