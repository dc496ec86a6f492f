"""A pack while it is being read: what every reader of a source fills in, before it is compiled."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, Need

NEED_MARKS = (Need.ESSENTIAL, Need.OPTIONAL)  # the stored mark is the position


class LinkKind(StrEnum):
    """Links inside one pack. NEEDS runs from an occupation to a skill, MOBILITY from an occupation to the next one.

    REPLACED runs from a retired concept to what is used instead.
    """

    BROADER = "broader"
    NEEDS = "needs"
    RELATED = "related"
    MOBILITY = "mobility"
    REPLACED = "replaced-by"


class Draft:
    """Concepts, labels and links in the order they were read.

    A link or label that names a concept the pack does not have is counted in ``unknown`` and left out: official
    tables cite retired concepts, and one of those must not cost the other hundred thousand rows.
    ``is_partial`` marks an edition whose source lacks tables that others of the scheme have.
    """

    def __init__(self, *, scheme: str, version: str, licence: str, statement: str, is_partial: bool = False) -> None:
        self.scheme, self.version, self.licence, self.statement = scheme, version, licence, statement
        self.is_partial = is_partial
        self.rows: dict[str, int] = {}
        self.kinds: list[ConceptKind] = []
        self.codes: list[str | None] = []
        self.descriptions: list[str] = []
        self.aliases: dict[str, int] = {}
        self.labels: dict[str, dict[tuple[int, str], None]] = {}
        self.preferred: dict[str, dict[int, str]] = {}
        self.links: dict[LinkKind, dict[tuple[int, int], int]] = {kind: {} for kind in LinkKind}
        self.correspondences: list[Correspondence] = []
        self.roofs: set[int] = set()
        self.retired: set[int] = set()
        self.facts: dict[int, dict[str, Any]] = {}
        self.unknown: Counter[str] = Counter()

    def concept(
        self, uri: str, kind: ConceptKind, *, code: str | None = None, description: str = "", roof: bool = False
    ) -> None:
        """Add a concept. A ``roof`` stands above the themes (ESCO's four pillars) and is never a theme itself.

        Raises BadInput when the URI was added before.
        """
        if uri in self.rows:
            raise BadInput(f"The concept {uri} is there twice; keep one of the two.")
        row = self.rows[uri] = len(self.rows)
        self.kinds.append(kind)
        self.codes.append(code)
        self.descriptions.append(description.strip())
        if roof:
            self.roofs.add(row)
        if code:
            self.alias(f"{self.scheme}:{code}", uri)

    def alias(self, name: str, uri: str) -> None:
        """Let a concept be found by another name as well; the first concept to claim a name keeps it."""
        self.aliases.setdefault(name, self.rows[uri])

    def label(self, uri: str, language: str, text: str, *, preferred: bool = False) -> None:
        """Add a label; the first preferred one of a language stays the preferred one."""
        text = " ".join(text.split())
        row = self.rows.get(uri)
        if row is None:
            self.unknown["labels"] += 1
        elif text:
            self.labels.setdefault(language, {})[row, text] = None
            if preferred:
                self.preferred.setdefault(language, {}).setdefault(row, text)

    def link(self, kind: LinkKind, source: str, target: str, mark: int = 0) -> None:
        """Add a link; of two links between the same concepts the one with the smaller mark stays."""
        pair = self.rows.get(source), self.rows.get(target)
        if pair[0] is None or pair[1] is None:
            self.unknown[kind.value] += 1
            return
        known = self.links[kind]
        key = pair[0], pair[1]
        known[key] = min(mark, known.get(key, mark))

    def need(self, occupation: str, skill: str, need: Need) -> None:
        """Add an occupation–skill link; essential outweighs optional when a source says both."""
        self.link(LinkKind.NEEDS, occupation, skill, NEED_MARKS.index(need))

    def retire(self, uri: str, *replacements: str) -> None:
        """Mark a concept as retired, and name what its taxonomy says is used instead, if it says so."""
        self.retired.add(self.rows[uri])
        for other in replacements:
            if other != uri:
                self.link(LinkKind.REPLACED, uri, other)

    def fact(self, uri: str, name: str, value: Any) -> None:
        """Add what the source says of a concept besides names and links, as plain JSON: ``riasec``, ``pay``."""
        row = self.rows.get(uri)
        if row is None:
            self.unknown[name] += 1
        else:
            self.facts.setdefault(row, {})[name] = value

    @property
    def relations(self) -> int:
        """How many links and correspondences were kept."""
        return sum(map(len, self.links.values())) + len(self.correspondences)
