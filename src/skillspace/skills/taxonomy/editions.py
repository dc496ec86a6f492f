"""The shelf of compiled packs: which edition of each scheme is in use, and the others, opened when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillspace.kernel.errors import NotFound
from skillspace.skills.taxonomy.model import PackInfo
from skillspace.skills.taxonomy.pack import Pack, read_card


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One pack on the shelf, not opened yet; ``card`` is its pack.json as it is written."""

    folder: Path
    info: PackInfo
    card: dict[str, Any]

    @property
    def is_partial(self) -> bool:
        """Whether the edition's source lacks tables that others of the scheme have."""
        return bool(self.card.get("is_partial"))

    @property
    def name(self) -> str:
        """The edition's name in commands, such as ``esco-1.1.1``."""
        return f"{self.info.scheme}-{self.info.version}"


class Editions:
    """All editions of a home folder.

    In use is the newest of a scheme, where a complete edition goes before a partial one, and a pre-release such as
    ``1.1.1-starter`` counts as older than ``1.1.1`` (Semantic Versioning 2.0.0 §11).
    """

    def __init__(self, editions: list[Edition], versions: Mapping[str, str]) -> None:
        self._editions = sorted(editions, key=lambda one: (not one.is_partial, age_of(one.info.version)), reverse=True)
        self._open: dict[str, Pack] = {}
        self._chosen: dict[str, Edition] = {}
        for edition in self._editions:
            wanted = versions.get(edition.info.scheme, edition.info.version)
            if wanted == edition.info.version:
                self._chosen.setdefault(edition.info.scheme, edition)
        for scheme, version in versions.items():
            if scheme not in self._chosen:
                raise NotFound(f"There is no {scheme} {version} here; add it, or choose one of `taxonomy list`.")

    @classmethod
    def open(cls, folder: Path, versions: Mapping[str, str]) -> Editions:
        """Read the cards of all packs of a home folder, or of its ``taxonomies`` folder.

        Raises UnreadableFile when one is damaged, NotFound when a version asked for is not there.
        """
        shelf = folder / "taxonomies" if (folder / "taxonomies").is_dir() else folder
        found = []
        for place in sorted(shelf.glob("*/pack.json")):
            if not place.parent.name.startswith("."):
                card, info = read_card(place.parent)
                found.append(Edition(folder=place.parent, info=info, card=card))
        return cls(found, versions)

    def __iter__(self) -> Iterator[Edition]:
        return iter(self._editions)

    def in_use(self) -> list[Pack]:
        """Return the packs in use, one for every scheme."""
        return [self.pack(edition) for edition in self._chosen.values()]

    def earlier(self, scheme: str | None) -> Iterator[Pack]:
        """Give the packs that are not in use, newest first: of one scheme, or of all when ``scheme`` is None."""
        for edition in self._editions:
            if self._chosen[edition.info.scheme] is not edition and scheme in {None, edition.info.scheme}:
                yield self.pack(edition)

    def named(self, name: str) -> Pack:
        """Return the pack called ``esco-1.1.1``. Raises NotFound, naming those that are there."""
        for edition in self._editions:
            if edition.name == name:
                return self.pack(edition)
        known = ", ".join(sorted(edition.name for edition in self._editions)) or "none yet"
        raise NotFound(f"There is no edition {name!r} here; there are: {known}.")

    def pack(self, edition: Edition) -> Pack:
        """Open an edition, once."""
        if edition.name not in self._open:
            self._open[edition.name] = Pack(edition.folder, edition.card)
        return self._open[edition.name]


def age_of(version: str) -> tuple[list[int], bool, str]:
    """Return what versions are ordered by: the numbers, then whether it is no pre-release, then the text itself."""
    release, _, early = version.partition("-")
    return [int(number) for number in re.findall(r"\d+", release)], not early, version
