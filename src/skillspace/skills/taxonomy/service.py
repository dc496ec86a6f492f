"""Adding a taxonomy: find its source, read it, compile it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.compile import Progress, compile_pack, no_progress
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.model import PackInfo
from skillspace.skills.taxonomy.sources import crosswalks, folder
from skillspace.skills.taxonomy.sources.owning import Own
from skillspace.skills.taxonomy.taxonomies import Taxonomies, scheme_of

READERS = {
    "esco": "esco",
    "esco-1.0": "esco_1_0",
    "esco-1.2.0": "esco_1_2_0",
    "rome": "rome",
    "jobtech": "jobtech",
    "onet": "onet",
    "kldb": "kldb",
    "digcomp": "digcomp",
    "rncp": "rncp",
    "uk-ncs": "uk_ncs",
}  # name of a pack → module in sources/, imported when the pack is added and not before
PACKS = (*READERS, "crosswalks", "starter")  # in the order they build on each other


TAKEN = frozenset({*PACKS, "all", "ams", "competent", "ba-beruf", "ba-kompetenz", "co-sispe"})


@dataclass(frozen=True, kw_only=True)
class Added:
    """What adding a pack gave: its card, and how many rows of its source named concepts it does not have."""

    pack: PackInfo
    unknown: dict[str, int]


def starter_folder() -> Path:
    """Return where the starter pack and its courses lie inside the program."""
    return Path(str(resources.files("skillspace.skills.taxonomy") / "starter"))


def add_pack(
    name: str, home: Path, data: Path | None, progress: Progress = no_progress, own: Own | None = None
) -> Added:
    """Compile one pack into ``home`` and return what was added.

    ``name`` is one of PACKS, or the path of somebody's own taxonomy in a form ``sources/own.py`` reads, as ``own``
    describes it; ``data`` is the folder of published sources. Raises BadInput for an unknown name or a missing data
    folder, UnreadableFile for a broken source; then nothing is added.
    """
    progress("reading", 0.0)
    draft = _read(name, home, data, own or Own())
    progress("reading", 1.0)
    return Added(pack=compile_pack(draft, home, progress), unknown=dict(draft.unknown))


def _read(name: str, home: Path, data: Path | None, own: Own) -> Draft:
    if name == "starter":
        return folder.read(starter_folder())
    if name in PACKS:
        if data is None or not data.is_dir():
            raise BadInput(f"The pack {name!r} is read from the data folder, and there is none; set SKILLSPACE_DATA.")
        if name == "crosswalks":
            return crosswalks.read(data, _retired(home))
        published: Draft = _module(READERS[name]).read(data)
        return published
    path = Path(name)
    if not path.exists():
        raise BadInput(f"{name!r} is neither a known pack ({', '.join(PACKS)}) nor a file or folder.")
    draft: Draft = _module("own").read(path, own)
    if draft.scheme in TAKEN:
        raise BadInput(f"{path}: the scheme {draft.scheme!r} is taken; give your taxonomy a name of its own.")
    return draft


def _module(name: str) -> Any:
    return import_module(f"skillspace.skills.taxonomy.sources.{name}")


def _retired(home: Path) -> Callable[[str], bool]:
    """Return a test for URIs whose scheme is loaded without them: what a mapping to an older version leaves behind."""
    loaded = Taxonomies.open(home)
    schemes = {pack.scheme for pack in loaded.schemes}

    def is_retired(uri: str) -> bool:
        return scheme_of(uri) in schemes and not loaded.has(uri)

    return is_retired
