"""The taxonomies an organisation brought itself: taken in from a file, kept in its node's folder, read beside others.

A file is read under a name of ours: of the name it had, only the ending counts. Bounds: MOST_BYTES of it, MOST_CONCEPTS
in it. A taxonomy cannot take the name of one that is published or shared on the machine.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound, SkillspaceError
from skillspace.market.review.store import own_taxonomies, proposals
from skillspace.skills.taxonomy import ConceptKind, Own, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.editions import Editions
from skillspace.skills.taxonomy.service import TAKEN
from skillspace.skills.taxonomy.sources import own as own_source
from skillspace.storage.database import Work

MOST_BYTES = 5 << 20
MOST_CONCEPTS = 20_000
MOST_TAXONOMIES = 20
ENDINGS = (".csv", ".tsv", ".ttl", ".nt", ".rdf", ".xml", ".owl", ".jsonld", ".json")
PROPOSE = "review.propose"


@dataclass(frozen=True, kw_only=True)
class OwnTaxonomy:
    """One taxonomy of the organisation's own, mapped to ``target``; ``proposed`` is when proposals were made last."""

    scheme: str
    version: str
    target: str
    concepts: int
    languages: tuple[str, ...]
    added: datetime
    proposed: datetime | None


class Words:
    """The own taxonomies of one node, in ``<node folder>/own``, which no other node reads."""

    def __init__(self, folder: Path, shared: Taxonomies) -> None:
        self._home = folder / "own"
        self._shared = shared
        self._lock = Lock()
        self._opened: tuple[tuple[str, ...], Taxonomies] | None = None

    @property
    def targets(self) -> list[str]:
        """The taxonomies one can map to: those of the machine that have concepts."""
        return [pack.scheme for pack in self._shared.schemes if pack.concepts]

    def read(self, content: bytes, ending: str, own: Own) -> Draft:
        """Return what a file describes; nothing is kept yet. Raises BadInput, saying what is wrong."""
        if ending.lower() not in ENDINGS:
            raise BadInput(f"A file ends in one of {', '.join(ENDINGS)}; this one ends in {ending[:20]!r}.")
        if not content or len(content) > MOST_BYTES:
            raise BadInput(f"A file has 1 to {MOST_BYTES >> 20} MB; this one has {len(content):,} bytes.")
        if not own.name:
            raise BadInput("Give the taxonomy a short name.")
        if own.name in TAKEN or own.name in {pack.scheme for pack in self._shared.schemes}:
            raise BadInput(f"The name {own.name!r} is taken by a published taxonomy; choose another.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file{ending.lower()}"
            path.write_bytes(content)
            try:
                draft = own_source.read(path, own)
            except RecursionError as fault:
                raise BadInput("The file is nested too deeply to be a taxonomy.") from fault
            except SkillspaceError as fault:  # where our copy lies concerns nobody
                raise BadInput(fault.message.replace(f"{path}: ", "").replace(str(path), "the file")) from fault
        if len(draft.rows) > MOST_CONCEPTS:
            raise BadInput(f"A taxonomy has at most {MOST_CONCEPTS:,} concepts here; this one has {len(draft.rows):,}.")
        return draft

    def keep(self, work: Work, draft: Draft, target: str) -> OwnTaxonomy:
        """Compile a taxonomy into the node's folder, and ask for proposals; an earlier edition is replaced.

        Raises BadInput for a target that is not loaded, Conflict when there are MOST_TAXONOMIES already.
        """
        if target not in self.targets:
            raise BadInput(f"There is no taxonomy {target[:40]!r} here to map to.")
        known = {one.scheme for one in self.listed(work)}
        if draft.scheme not in known and len(known) >= MOST_TAXONOMIES:
            raise Conflict(f"There are {MOST_TAXONOMIES} taxonomies already; take one away first.")
        with self._lock:
            self._clear(draft.scheme)
            pack = compile_pack(draft, self._home)
        row = {
            "scheme": pack.scheme,
            "version": pack.version,
            "target": target,
            "concepts": pack.concepts,
            "languages": list(pack.languages),
            "added": work.now,
            "proposed": None,
        }
        work.upsert(own_taxonomies, row, on=("scheme",))
        work.delete(proposals, proposals.c.scheme == pack.scheme)
        work.enqueue(PROPOSE, {"scheme": pack.scheme}, key=f"{PROPOSE}:{pack.scheme}:{work.now.isoformat()}")
        return self.one(work, pack.scheme)

    def remove(self, work: Work, scheme: str) -> None:
        """Take a taxonomy away, with what was proposed for it; what people said of it stays. Raises NotFound."""
        self.one(work, scheme)
        work.remove(own_taxonomies, scheme=scheme)
        work.delete(proposals, proposals.c.scheme == scheme)
        with self._lock:
            self._clear(scheme)

    def listed(self, work: Work) -> list[OwnTaxonomy]:
        """Return every taxonomy of the organisation's own, by name."""
        rows = work.rows(sa.select(own_taxonomies).order_by(own_taxonomies.c.scheme))
        return [OwnTaxonomy(**{**row, "languages": tuple(row["languages"])}) for row in rows]

    def one(self, work: Work, scheme: str) -> OwnTaxonomy:
        """Return one of them. Raises NotFound."""
        for found in self.listed(work):
            if found.scheme == scheme:
                return found
        raise NotFound(f"There is no taxonomy {scheme[:40]!r} of your own here.")

    def opened(self) -> Taxonomies:
        """Return the shared taxonomies and the node's own as one thing to ask."""
        with self._lock:
            shelf = self._home / "taxonomies"
            cards = sorted(shelf.glob("*/pack.json")) if shelf.is_dir() else []
            seen = tuple(f"{card}{card.stat().st_mtime_ns}" for card in cards)
            if self._opened is None or self._opened[0] != seen:
                ours = Editions.open(shelf, {}).in_use() if seen else []
                theirs = self._shared.editions.in_use()
                self._opened = seen, Taxonomies([*theirs, *ours], self._shared.editions)
            return self._opened[1]

    @property
    def schemes(self) -> frozenset[str]:
        """The names of the node's own taxonomies."""
        shared = {pack.scheme for pack in self._shared.schemes}
        return frozenset(pack.scheme for pack in self.opened().schemes) - shared

    def _clear(self, scheme: str) -> None:
        shelf = self._home / "taxonomies"
        for edition in Editions.open(shelf, {}) if shelf.is_dir() else ():
            if edition.info.scheme == scheme:
                shutil.rmtree(edition.folder)


def own_of(*, name: str, version: str, languages: str, kind: str) -> Own:
    """Return what a form says of a taxonomy. Raises BadInput for a kind that is none."""
    kinds = {one.value: one for one in ConceptKind}
    if kind not in kinds:
        raise BadInput(f"{kind[:40]!r} is no kind of concept; use one of {', '.join(kinds)}.")
    listed = tuple(tag.strip().lower() for tag in languages.replace(";", ",").split(",") if tag.strip())
    return Own(
        name=name.strip(),
        version=version.strip() or "1",
        languages=listed[:30],
        kind=kinds[kind],
    )
