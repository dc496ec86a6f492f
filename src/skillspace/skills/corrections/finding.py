"""Words that people confirmed, found in texts where the model saw nothing: an organisation's own names above all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock

from skillspace.skills.corrections.corrections import Corrections
from skillspace.skills.enrichment.gazetteer import find_labels, fold_labels, fold_text
from skillspace.skills.enrichment.phrases import Phrases

Span = tuple[int, int]


class ConfirmedWords:
    """The words confirmed for concepts of one scheme. Safe to share by threads; a language is read when first asked."""

    def __init__(self, corrections: Corrections, scheme: str) -> None:
        self._corrections = corrections
        self._scheme = scheme
        self._read: dict[str, tuple[Phrases, list[str]]] = {}
        self._lock = Lock()

    def find(self, text: str, language: str, known: Iterable[Span]) -> Iterator[tuple[Span, str]]:
        """Give (start, end) of confirmed words in a text, and the words as people wrote them.

        Left out are those inside words that are ``known`` already, and those inside longer confirmed ones.
        """
        labels, written = self._in(language)
        if not written:
            return
        found = {
            (start, end): written[labels.entries(phrase)[0]]
            for start, end, phrase in find_labels(labels, fold_text(text))
        }
        taken = list(known)
        for start, end in sorted(found, key=lambda span: (span[0] - span[1], span[0])):
            if not any(first <= start and end <= last for first, last in taken):
                taken.append((start, end))
                yield (start, end), found[start, end]

    def _in(self, language: str) -> tuple[Phrases, list[str]]:
        with self._lock:
            if language not in self._read:
                written = self._corrections.confirmed_texts(self._scheme, language)
                arranged = Phrases.arrange([(label, at) for at, label in enumerate(fold_labels(written))])
                self._read[language] = Phrases(**arranged), written
            return self._read[language]
