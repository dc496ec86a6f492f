"""Turns a draft into the files of a pack, all or nothing: a crash at any moment leaves no half pack behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from skillspace.skills.taxonomy.columns import Links, Strings, save
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.folding import fold, label_grams
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind, PackInfo

FORMAT = 1
KIND_MARKS = tuple(ConceptKind)
RELATION_MARKS = tuple(MatchKind)
REVERSED = {LinkKind.BROADER: "narrower", LinkKind.NEEDS: "needed-by"}  # links that are also read backwards
NONE = np.uint32(0xFFFF_FFFF)

Progress = Callable[[str, float], None]


def no_progress(step: str, done: float) -> None:
    """Report nothing; a progress callback gets the step's name and the share done, 0 to 1."""


def compile_pack(draft: Draft, home: Path, progress: Progress = no_progress) -> PackInfo:
    """Write a draft to ``<home>/taxonomies/<scheme>-<version>/`` and return what was written.

    The files are built aside and renamed into place; an older build of the same pack stays usable for whoever has
    it open. Raises OSError when the disk refuses.
    """
    shelf = home / "taxonomies"
    shelf.mkdir(parents=True, exist_ok=True)
    _sweep(shelf)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=shelf))
    try:
        info = _write(draft, building, progress)
        _put_in_place(building, shelf / f"{draft.scheme}-{draft.version}")
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return info


def _sweep(shelf: Path) -> None:
    """Remove what a crash left behind; an hour is far longer than any build in progress takes."""
    for left in (*shelf.glob(".building-*"), *shelf.glob(".replaced-*")):
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)


def _put_in_place(building: Path, place: Path) -> None:
    building.chmod(0o755)
    if place.exists():
        # One rename cannot replace a folder that is not empty; the name starts with a dot, so nobody opens it.
        aside = Path(tempfile.mkdtemp(prefix=".replaced-", dir=place.parent))
        os.rename(place, aside / place.name)
        try:
            os.rename(building, place)
        except OSError:
            os.rename(aside / place.name, place)
            raise
        finally:
            shutil.rmtree(aside)
    else:
        os.rename(building, place)


def _write(draft: Draft, folder: Path, progress: Progress) -> PackInfo:
    uris = sorted(draft.rows)
    order = np.array([draft.rows[uri] for uri in uris], np.int64)
    final = np.empty(len(uris), np.int64)
    final[order] = np.arange(len(uris))
    _write_concepts(draft, folder, uris, order, final)
    _write_labels(draft, folder, final, progress)
    progress("links", 0.0)
    _write_links(draft, folder, final)
    provenances = _write_correspondences(draft.correspondences, folder)
    info = PackInfo(
        scheme=draft.scheme,
        version=draft.version,
        concepts=len(uris),
        relations=draft.relations,
        licence=draft.licence,
        statement=draft.statement,
        languages=tuple(sorted(draft.labels)),
    )
    card = {
        "format": FORMAT,
        **asdict(info),
        "is_partial": draft.is_partial,
        "provenances": provenances,
        "unknown": dict(draft.unknown),
        "files": {path.name: path.stat().st_size for path in sorted(folder.iterdir())},
    }
    (folder / "pack.json").write_bytes(orjson.dumps(card, option=orjson.OPT_INDENT_2))
    progress("links", 1.0)
    return info


def _write_concepts(draft: Draft, folder: Path, uris: list[str], order: np.ndarray, final: np.ndarray) -> None:
    Strings.write(folder, "uris", uris)
    Strings.write(folder, "codes", (draft.codes[row] or "" for row in order))
    Strings.write(folder, "descriptions", (draft.descriptions[row] for row in order))
    save(folder, "kinds", np.array([KIND_MARKS.index(draft.kinds[row]) for row in order], np.uint8))
    save(folder, "retired", np.array([row in draft.retired for row in order.tolist()], np.bool_))
    Strings.write(folder, "facts", (_json(draft.facts.get(row)) for row in order.tolist()))
    names = sorted(draft.aliases)
    Strings.write(folder, "aliases", names)
    save(folder, "alias-rows", np.array([final[draft.aliases[name]] for name in names], np.uint32))
    save(folder, "themes", np.array([final[row] for row in _themes(draft, uris)], np.uint32)[order])


def _json(facts: dict[str, Any] | None) -> str:
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode() if facts else ""


def _themes(draft: Draft, uris: list[str]) -> list[int]:
    """Return for every draft row the row of its theme: the nearest ancestor with nothing but a roof above it.

    Equally near ones are told apart by code (ESCO: L before S before T), then by URI.
    """
    parents: dict[int, list[int]] = {}
    for child, parent in draft.links[LinkKind.BROADER]:
        if parent not in draft.roofs:
            parents.setdefault(child, []).append(parent)
    names = {draft.rows[uri]: uri for uri in uris}

    def theme(row: int) -> int:
        level, seen = {row}, {row}
        while level:
            tops = [candidate for candidate in level if candidate not in parents]
            if tops:
                return min(tops, key=lambda top: (draft.codes[top] or names[top], names[top]))
            level = {parent for child in level for parent in parents[child]} - seen
            seen |= level
        return row  # only a cycle has no top

    return [theme(row) for row in range(len(uris))]


def _write_labels(draft: Draft, folder: Path, final: np.ndarray, progress: Progress) -> None:
    """Write all labels sorted by (language, folded form), the way back from concepts to labels, and the trigrams."""
    languages = sorted(draft.labels)
    texts: list[str] = []
    rows: list[np.ndarray] = []
    marks: list[np.ndarray] = []
    grams: list[np.ndarray] = []
    postings: list[np.ndarray] = []
    preferred = np.full((len(final), len(languages)), NONE, np.uint32)
    starts = [0, *accumulate(len(draft.labels[language]) for language in languages)]
    for number, language in enumerate(languages):
        progress("labels", starts[number] / starts[-1])
        known = draft.preferred.get(language, {})
        entries = sorted(
            (fold(text), int(final[row]), text, known.get(row) == text) for row, text in draft.labels[language]
        )
        texts += [text for _, _, text, _ in entries]
        rows.append(np.array([row for _, row, _, _ in entries], np.uint32))
        marks.append(np.array([is_preferred for _, _, _, is_preferred in entries], np.uint8))
        chosen = np.flatnonzero(marks[-1])
        preferred[rows[-1][chosen], number] = chosen + starts[number]
        found, positions = label_grams([folded for folded, _, _, _ in entries])
        grams.append(found | np.uint32(number << 24))
        postings.append(positions + np.uint32(starts[number]))
    Strings.write(folder, "labels", texts)
    save(folder, "label-rows", np.concatenate([np.empty(0, np.uint32), *rows]))
    save(folder, "label-preferred", np.concatenate([np.empty(0, np.uint8), *marks]))
    save(folder, "language-starts", np.array(starts, np.uint32))
    save(folder, "preferred", preferred)
    _write_label_index(folder, len(final), rows, grams, postings)


def _write_label_index(
    folder: Path, concepts: int, rows: list[np.ndarray], grams: list[np.ndarray], postings: list[np.ndarray]
) -> None:
    all_rows = np.concatenate([np.empty(0, np.uint32), *rows])
    save(folder, "concept-labels", np.argsort(all_rows, kind="stable").astype(np.uint32))
    save(folder, "concept-label-starts", np.searchsorted(np.sort(all_rows), np.arange(concepts + 1)).astype(np.uint32))
    all_grams = np.concatenate([np.empty(0, np.uint32), *grams])
    all_postings = np.concatenate([np.empty(0, np.uint32), *postings])
    starts = np.flatnonzero(np.append(True, all_grams[1:] != all_grams[:-1])[: all_grams.size])
    save(folder, "grams", all_grams[starts])
    save(folder, "gram-starts", np.append(starts, all_grams.size).astype(np.uint32))
    save(folder, "gram-labels", all_postings)
    save(folder, "label-grams", np.bincount(all_postings, minlength=all_rows.size).astype(np.uint16))


def _write_links(draft: Draft, folder: Path, final: np.ndarray) -> None:
    for kind, known in draft.links.items():
        triples = np.array([(*ends, mark) for ends, mark in known.items()], np.int64).reshape(-1, 3)
        triples[:, :2] = final[triples[:, :2]]
        if kind is LinkKind.RELATED:
            triples = np.unique(np.concatenate([triples, triples[:, [1, 0, 2]]]), axis=0)
        Links.write(folder, kind.value, len(final), triples)
        if kind in REVERSED:
            Links.write(folder, REVERSED[kind], len(final), triples[:, [1, 0, 2]])


def _write_correspondences(statements: list[Correspondence], folder: Path) -> list[tuple[str, str]]:
    """Write the correspondences and return their provenances, (author, version), in the order the marks count them."""
    ends = sorted({end for statement in statements for end in (statement.source, statement.target)})
    row_of = {end: row for row, end in enumerate(ends)}
    provenances = sorted({(statement.author, statement.version) for statement in statements})
    number_of = {provenance: number for number, provenance in enumerate(provenances)}

    def mark(statement: Correspondence) -> int:
        # the relation leads, so that the strongest one comes first in a row of links
        return RELATION_MARKS.index(statement.relation) << 12 | number_of[statement.author, statement.version]

    triples = np.array([(row_of[one.source], row_of[one.target], mark(one)) for one in statements], np.int64).reshape(
        -1, 3
    )
    Strings.write(folder, "ends", ends)
    Links.write(folder, "stated", len(ends), triples)
    Links.write(folder, "stated-of", len(ends), triples[:, [1, 0, 2]])
    return provenances
