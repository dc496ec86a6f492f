"""One compiled pack, opened read-only: every answer is read from mapped files, nothing is built up at opening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.columns import Links, Strings, load
from skillspace.skills.taxonomy.compile import FORMAT, KIND_MARKS, NONE, RELATION_MARKS
from skillspace.skills.taxonomy.draft import NEED_MARKS
from skillspace.skills.taxonomy.model import Concept, ConceptKind, Correspondence, PackInfo, SkillLink


class Pack:
    """The columns of one pack. Rows are concepts in URI order; label numbers run over all languages."""

    def __init__(self, folder: Path, card: dict[str, Any] | None = None) -> None:
        card, self.info = read_card(folder) if card is None else (card, info_of(card))
        self.unknown: dict[str, int] = card["unknown"]
        self._provenances: list[list[str]] = card["provenances"]
        self.uris = Strings.open(folder, "uris")
        self._codes, self._descriptions = Strings.open(folder, "codes"), Strings.open(folder, "descriptions")
        self._aliases, self._alias_rows = Strings.open(folder, "aliases"), load(folder, "alias-rows")
        self.kinds, self._themes = load(folder, "kinds"), load(folder, "themes")
        self.labels, self.label_rows = Strings.open(folder, "labels"), load(folder, "label-rows")
        self.label_preferred, self.language_starts = load(folder, "label-preferred"), load(folder, "language-starts")
        self._preferred = load(folder, "preferred")
        self._concept_labels, self._concept_label_starts = (
            load(folder, "concept-labels"),
            load(folder, "concept-label-starts"),
        )
        self.grams, self.gram_starts = load(folder, "grams"), load(folder, "gram-starts")
        self.gram_labels, self.label_grams = load(folder, "gram-labels"), load(folder, "label-grams")
        self._links = {
            name: Links.open(folder, name)
            for name in ("broader", "narrower", "needs", "needed-by", "related", "mobility", "replaced-by")
            if f"{name}.starts.npy" in card["files"]  # packs compiled before there were replacements have none
        }
        self.retired = load(folder, "retired") if "retired.npy" in card["files"] else None
        self._facts = Strings.open(folder, "facts") if "facts.text.npy" in card["files"] else None
        self._ends = Strings.open(folder, "ends")
        self._stated, self._stated_of = Links.open(folder, "stated"), Links.open(folder, "stated-of")

    def find(self, name: str) -> int | None:
        """Return the row of a URI, or of an alias such as ``esco:2654.1.7``, or None."""
        row = self.uris.find(name)
        if row is None:
            alias = self._aliases.find(name)
            row = None if alias is None else int(self._alias_rows[alias])
        return row

    def label(self, row: int, language: str, fallback: str) -> str:
        """Return the preferred label in ``language``, else in ``fallback``, else in any language, else the URI."""
        wanted = [self.info.languages.index(tag) for tag in (language, fallback) if tag in self.info.languages]
        for number in (*wanted, *range(len(self.info.languages))):
            label = self._preferred[row, number]
            if label != NONE:
                return self.labels[int(label)]
        return self.uris[row]

    def code(self, row: int) -> str | None:
        """Return the code of a concept, or None where it has none."""
        return self._codes[row] or None

    def names(self, row: int) -> dict[str, str]:
        """Return the preferred labels of a concept by language."""
        numbers = enumerate(self._preferred[row].tolist())
        return {self.info.languages[place]: self.labels[label] for place, label in numbers if label != NONE}

    def concept(self, row: int) -> Concept:
        """Return everything the pack says about one concept."""
        preferred: dict[str, str] = {}
        others: dict[str, list[str]] = {}
        span = slice(self._concept_label_starts[row], self._concept_label_starts[row + 1])
        for number in self._concept_labels[span].tolist():
            language = self.language_of(number)
            if self.label_preferred[number]:
                preferred[language] = self.labels[number]
            else:
                others.setdefault(language, []).append(self.labels[number])
        return Concept(
            uri=self.uris[row],
            scheme=self.info.scheme,
            kind=self.kind(row),
            code=self._codes[row] or None,
            labels=preferred,
            alternatives={language: tuple(texts) for language, texts in others.items()},
            description=self.description(row) or None,
        )

    def kind(self, row: int) -> ConceptKind:
        """Return what a concept is."""
        return KIND_MARKS[int(self.kinds[row])]

    def theme(self, row: int) -> str:
        """Return the URI of the theme a concept belongs to."""
        return self.uris[int(self._themes[row])]

    def is_retired(self, row: int) -> bool:
        """Tell whether the taxonomy itself has retired a concept it still lists."""
        return self.retired is not None and bool(self.retired[row])

    def replaced_by(self, row: int) -> list[str]:
        """Return what the taxonomy says is used instead of a concept."""
        return self.linked("replaced-by", row) if "replaced-by" in self._links else []

    def description(self, row: int) -> str:
        """Return the description of a concept, empty where it has none."""
        return self._descriptions[row]

    def facts(self, row: int) -> dict[str, Any]:
        """Return what the source says of a concept besides names and links."""
        text = self._facts[row] if self._facts is not None else ""
        found: dict[str, Any] = orjson.loads(text) if text else {}
        return found

    def marked(self, name: str, row: int) -> list[tuple[str, int]]:
        """Return (URI, mark) of the concepts a concept is linked to, smallest mark first."""
        return [(self.uris[target], mark) for target, mark in self._links[name].of(row)]

    def language_of(self, label: int) -> str:
        """Return the language of a label number."""
        return self.info.languages[int(self.language_starts.searchsorted(label, side="right")) - 1]

    def linked(self, name: str, row: int) -> list[str]:
        """Return the URIs a concept is linked to, nearest first."""
        return [self.uris[target] for target, _ in self._links[name].of(row)]

    def skill_links(self, name: str, row: int) -> list[SkillLink]:
        """Return occupation–skill links, essential ones first; ``name`` is "needs" or "needed-by"."""
        return [SkillLink(uri=self.uris[target], need=NEED_MARKS[mark]) for target, mark in self._links[name].of(row)]

    def stated(self, uri: str) -> Iterator[Correspondence]:
        """Give every correspondence of this pack that names ``uri``, read from ``uri`` outwards."""
        end = self._ends.find(uri)
        if end is None:
            return
        for target, mark in self._stated.of(end):
            yield self._correspondence(uri, self._ends[target], mark)
        for source, mark in self._stated_of.of(end):
            yield self._correspondence(self._ends[source], uri, mark).reversed()

    def _correspondence(self, source: str, target: str, mark: int) -> Correspondence:
        author, version = self._provenances[mark & 0xFFF]
        return Correspondence(
            source=source, target=target, relation=RELATION_MARKS[mark >> 12], author=author, version=version
        )


def info_of(card: dict[str, Any]) -> PackInfo:
    """Return the facts of a card. Raises KeyError or TypeError for one that lacks some."""
    about = {name: card[name] for name in PackInfo.__dataclass_fields__}
    return PackInfo(**{**about, "languages": tuple(card["languages"])})


def read_card(folder: Path) -> tuple[dict[str, Any], PackInfo]:
    """Return a pack's card, as written and as its facts. Raises UnreadableFile for a damaged card or file."""
    path = folder / "pack.json"
    try:
        card: dict[str, Any] = orjson.loads(path.read_bytes())
        damaged = [name for name, size in card["files"].items() if (folder / name).stat().st_size != size]
        if card["format"] != FORMAT:
            raise UnreadableFile(f"{folder} was compiled in format {card['format']}, not {FORMAT}; add the pack again.")
        info = info_of(card)
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(f"{path} is missing or damaged ({error}); add the taxonomy pack again.") from error
    if damaged:
        raise UnreadableFile(f"{folder / damaged[0]} does not have the size it was written with; add the pack again.")
    return card, info
