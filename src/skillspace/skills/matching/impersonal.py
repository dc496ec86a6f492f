"""A person's text without who they are: no names, titles, pronouns, addresses; a job's two forms are one.

What is left is what matching reads. No list of names is kept: it would know some origins better than others. A name is
told by where it stands (a label, an e-mail address, behind a title or "my name is"), or by being a word with a capital
that no taxonomy knows, beside another one, at the beginning of a sentence or behind "I am"; from then on it is left out
wherever it stands. Words that no taxonomy knows and that stand otherwise are kept: new tools have such names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import orjson

from skillspace.skills.matching.work_words import NO_WORDS, WorkWords
from skillspace.skills.taxonomy.folding import fold

LONGEST = 4
"""Words of a name, at most; particles such as "von" not counted."""

ROOT = 3
"""Letters before an ending that tells a woman's form of a job, at least."""

ENDS = 6
"""Lines at either end of a text among which a line that is nothing but a name is looked for."""

# All that may be long is bounded: where it begins at every letter, an endless word would take its length squared.
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@[\w-]{1,63}(?:\.\w{1,63}){1,8}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b\w[\w.-]{0,99}\.[a-z]{2,4}/\S+")
_NUMBER = re.compile(r"\(?\+?\d[\d ()/.–-]{6,40}\d")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LAST_FIRST = re.compile(rf"^[ \t]*({_WORD.pattern}), ({_WORD.pattern})[ \t]*$", re.MULTILINE)
_CAPITALS = r"[^\W\d_a-zß-öø-ÿ]{2,}"
_LISTED = re.compile(rf"[ \t]*({_CAPITALS}(?:[ '’-]{_CAPITALS})*, [^\W\d_]+(?:[ -][^\W\d_]+)?)(?= *(?:$|[-–|,]))")
"""A family name in capitals before a first name."""

_LABEL = re.compile(
    r"[ \t]*(?:\d{1,2}[.)][ \t]*)?([^\W\d_][^\W\d_ '’/-]*(?:[ '’/-][^\W\d_]+){0,3})(?:\(\w{1,2}\))?"
    r"[ \t]*[:\t][ \t]*(.*)"
)


def impersonal(text: str, work: WorkWords = NO_WORDS) -> str:
    """Return a text without what says who wrote it. With no ``work`` words names count only by where they stand."""
    return _Reading(work).cleaned(text)


def names_in(text: str, work: WorkWords = NO_WORDS) -> frozenset[str]:
    """Return the words of a text that name people, in small letters; found as `impersonal` finds what it leaves out."""
    reading = _Reading(work)
    reading.cleaned(text)
    return reading.names


@dataclass(frozen=True, kw_only=True)
class _Lists:
    """Words that say who somebody is, in small letters, in all languages together."""

    titles: frozenset[str]
    particles: frozenset[str]
    dropped: frozenset[str]
    names: frozenset[str]
    labels: frozenset[str]
    before: re.Pattern[str]
    being: re.Pattern[str]
    alone: re.Pattern[str]
    first: re.Pattern[str]
    said: re.Pattern[str]
    forms: dict[str, str]
    people: dict[str, str]
    endings: dict[str, list[str]]


@cache
def _lists() -> _Lists:
    told = orjson.loads(resources.files(__package__).joinpath("personal.json").read_bytes())
    titles = "|".join(sorted(told["titles"].split(), key=len, reverse=True))
    particles = "|".join(told["particles"].split())
    being = "|".join(map(re.escape, told["being"]))
    alone = "|".join(re.escape(said) for said in told["being"] if said not in told["capitals"])
    intros = "|".join(map(re.escape, told["intros"]))
    return _Lists(
        titles=frozenset(told["titles"].casefold().split()),
        particles=frozenset(told["particles"].split()),
        dropped=frozenset(f"{told['pronouns']} {told['states']}".casefold().split()),
        names=_spaced(told["names"]),
        labels=_spaced(told["names"]) | _spaced(told["labels"]),
        before=re.compile(rf"(?:\b(?:{titles}|M(?=\.))\.?|\b(?i:{intros}))[ \t]+(?=[^\W\d_])"),
        forms=told["forms"],
        people=told["people"],
        endings=told["endings"],
        being=re.compile(rf"\b(?i:{being}) ({_WORD.pattern})"),
        alone=re.compile(
            rf"\b(?i:{alone}) ((?:[A-ZÀ-Þ][^\W\d_A-ZÀ-Þ]+(?:[ '’-](?=[A-ZÀ-Þ]))?)+)(?=[,.!;]|$)", re.MULTILINE
        ),
        first=re.compile(rf"(?:^|[.!?]\s+)(?={_WORD.pattern} [^\W\d_A-ZÀ-Þ])({_WORD.pattern})", re.MULTILINE),
        said=re.compile(rf"\b((?:(?i:{particles}) )*)({_WORD.pattern})"),
    )


def _spaced(said: str) -> frozenset[str]:
    """Return labels, whose words are tied by hyphens, as they are compared."""
    return frozenset(_plain(one) for one in said.split())


def _plain(label: str) -> str:
    return label.casefold().replace("-", " ").strip()


def _key(word: str) -> str:
    """Return a word of a name as it is compared: in an address it stands without accents."""
    return fold(word).replace(" ", "-")


class _Reading:
    """One text being read: the names found so far."""

    def __init__(self, work: WorkWords) -> None:
        self._work = work
        self._lists = _lists()
        self._names: set[str] = set()
        self._told: set[str] = set()

    @property
    def names(self) -> frozenset[str]:
        """The words of names found so far, in small letters."""
        return frozenset(self._names)

    def cleaned(self, text: str) -> str:
        for mail in _MAIL.findall(text):
            self._tell(_WORD.findall(mail.replace("_", " ")))
        text = _NUMBER.sub(" ", _ADDRESS.sub(" ", _MAIL.sub(" ", text)))
        text = self._addressed("\n".join(map(self._unlabelled, text.split("\n"))))
        text = "\n".join(self._without_headings(text.split("\n")))
        self._look_for_names(text)
        return self._lists.said.sub(self._left, text)

    def _without_headings(self, lines: list[str]) -> list[str]:
        """Return lines, those near either end without what is nothing but a name, alone or behind a colon."""
        filled = [at for at, line in enumerate(lines) if line.strip()]
        for at in {*filled[:ENDS], *filled[-ENDS:]}:
            heading, colon, name = lines[at].rpartition(":")
            if self._is_name(name):
                self._tell(_WORD.findall(name))
                lines[at] = heading + colon
            elif found := _LISTED.match(lines[at]):
                self._tell(_WORD.findall(found[1]))
        return lines

    def _look_for_names(self, text: str) -> None:
        """Remember the names that the sentences of a text hold."""
        for found in _LAST_FIRST.finditer(text):
            if f"{found[2]} {found[1]}" in text:
                self._tell([found[1], found[2]])
        for found in self._lists.being.finditer(text):
            if not self._work.knows(found[1]) and found[1][0].isupper():
                self._tell([found[1]])
        for found in self._lists.alone.finditer(text):
            self._tell(_WORD.findall(found[1]))
        for run in self._runs(text):
            if len(run) <= LONGEST and not self._told.isdisjoint(map(_key, run)):
                self._tell(run)
            elif len(run) > 1:
                self._remember(run)
        for found in self._lists.first.finditer(text):
            self._remember([found[1]])

    def _remember(self, words: list[str]) -> None:
        """Remember the words of what may be a name: those with a capital that are no words of work."""
        is_name = (word for word in words if len(word) > 1 and word[0].isupper() and not self._work.knows(word))
        self._names.update(map(_key, is_name))

    def _tell(self, words: list[str]) -> None:
        """Remember the words of a name that the text says is one, even those that are words of work as well."""
        self._told.update(_key(word) for word in words if len(word) > 1)
        self._names |= self._told

    def _unlabelled(self, line: str) -> str:
        """Return a line, empty where its label says that it is about the person."""
        found = _LABEL.match(line)
        labels = {_plain(label) for label in found[1].split("/")} if found else set()
        if found is None or self._lists.labels.isdisjoint(labels):
            return line
        if not self._lists.names.isdisjoint(labels):
            self._tell(_WORD.findall(found[2]))
        return ""

    def _is_name(self, line: str) -> bool:
        """Tell whether a line is nothing but a name: words with capitals, of which no taxonomy knows one at least."""
        words = _WORD.findall(line)
        names = [word for word in words if word.casefold() not in self._lists.particles]
        is_bare = not re.sub(r"[^\W\d_]|[\s,.'’-]", "", line)
        if not (is_bare and 2 <= len(names) <= LONGEST and all(word[0].isupper() for word in names)):
            return False
        return not all(map(self._work.knows, names)) or self._told.issuperset(map(_key, names))

    def _addressed(self, text: str) -> str:
        """Return a text without titles and "my name is", and without the names behind them."""
        kept, at = [], 0
        for found in self._lists.before.finditer(text):
            if found.start() < at:
                continue
            run = next(self._runs(text, found.end()), [])
            end = found.end()
            for word in run[:LONGEST]:
                end = text.index(word, end) + len(word)
            self._tell(run[:LONGEST])
            kept.append(text[at : found.start()])
            at = end
        return "".join([*kept, text[at:]])

    def _runs(self, text: str, begin: int = 0) -> Iterator[list[str]]:
        """Give runs of capital words that only spaces and particles part; with ``begin`` the one that is there."""
        run: list[str] = []
        end = begin
        for found in _WORD.finditer(text, begin):
            word, is_near = found[0], not text[end : found.start()].strip(" ")
            if (run or begin) and is_near and word.casefold() in self._lists.particles:
                end = found.end()
                continue
            is_name = word[0].isupper() and word.casefold() not in self._lists.titles
            if not (is_near and is_name) and run:
                yield run
                run = []
            if begin and not is_near:
                return
            if is_name:
                run.append(word)
            elif begin:
                return
            end = found.end()
        if run:
            yield run

    def _left(self, found: re.Match[str]) -> str:
        """Return what is left of a word and the particles before it."""
        word, small = found[2], found[2].casefold()
        before = "".join(f"{one} " for one in found[1].split() if one.casefold() not in self._lists.dropped)
        if small in self._lists.dropped or (word[0].isupper() and small in self._lists.titles):
            return before
        if word[0].isupper() and any(_key(small.removesuffix(end)) in self._names for end in ("", "s", "'s", "’s")):
            return ""
        forms = [self._form(part) for part in small.split("-")]
        if not any(forms):
            return before + word
        return before + "-".join(form or part for form, part in zip(forms, small.split("-"), strict=True))

    def _form(self, small: str) -> str | None:
        """Return the one form of a job's name that stands for both, None where a word has no other."""
        form = self._lists.forms.get(small) or self._work.forms.get(fold(small))
        if form is not None:
            return form
        for ending, other in self._lists.people.items():
            if small.endswith(ending) and len(small) >= len(ending) + ROOT:
                return small.removesuffix(ending) + other
        for ending, others in self._lists.endings.items():
            if small.endswith(ending) and len(small) >= len(ending) + ROOT:
                changed = (small.removesuffix(ending) + other for other in others)
                if known := next(filter(self._work.knows, changed), None):
                    return known
        return None
