"""Folders of arrays that are written once and memory-mapped afterwards, so that processes share one copy."""

from __future__ import annotations

import json
import mmap
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import UnreadableFile

LAYOUT = "layout.json"
ATTEMPTS = 5
APART = 1 << 18
"""Bytes from which memory of its own is worth the trouble."""

Strings = NDArray[np.bytes_]
Integers = NDArray[np.int32]
Floats = NDArray[np.float32]


def string_table(texts: Iterable[str]) -> Strings:
    """Return the distinct texts as sorted UTF-8 of fixed width: binary search works on the mapped file itself."""
    return np.array(sorted({text.encode() for text in texts}) or [b""], dtype=np.bytes_)


def rows_of(table: Strings, texts: Sequence[str]) -> Integers:
    """Return each text's row in a sorted table, -1 where the table does not hold it."""
    if not texts:
        return np.empty(0, dtype=np.int32)
    keys = [text.encode("utf-8", "surrogatepass") for text in texts]
    fits = np.array([0 < len(key) <= table.itemsize and key[-1] != 0 for key in keys])  # numpy cuts off a last NUL
    wanted = np.array(keys, dtype=table.dtype)
    rows = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    return np.where(fits & (table[rows] == wanted), rows, -1).astype(np.int32)


def text_at(table: Strings, row: int) -> str:
    """Return the text in a row of a string table."""
    return bytes(table[row]).decode()


def joined(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Return texts, none of which holds a line break, as one array of UTF-8 with a line for each."""
    return np.frombuffer("\n".join(texts).encode("utf-8", "replace"), dtype=np.uint8)


def lines(array: NDArray[np.uint8]) -> list[str]:
    """Return the texts that `joined` put together; no text at all and one empty text look the same."""
    return bytes(array).decode().split("\n") if len(array) else []


def apart(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy in memory of its own, which goes back to the system as soon as nobody needs the copy.

    What is built from many pieces keeps them so: left to the allocator, pieces that are freed leave gaps that nothing
    else fits in.
    """
    if array.nbytes < APART or array.dtype.hasobject:
        return array
    own = np.frombuffer(mmap.mmap(-1, array.nbytes), dtype=array.dtype).reshape(array.shape)
    own[...] = array
    return own


def write_folder(folder: Path, layout: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays beside the folder, then put them in its place; a crash leaves the old folder, or none.

    ``layout`` names what is inside and its version; reading asks for the same name.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.part")
    fresh.mkdir()
    try:
        for name, array in arrays.items():
            np.save(fresh / f"{name}.npy", array, allow_pickle=False)
        (fresh / LAYOUT).write_text(json.dumps({"layout": layout, "arrays": sorted(arrays)}), encoding="utf-8")
        _put(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put(fresh: Path, folder: Path) -> None:
    """Move ``fresh`` to where ``folder`` is; of several writers at once the last one wins."""
    for attempt in range(ATTEMPTS):
        old = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.old")
        with suppress(FileNotFoundError):
            folder.rename(old)
        try:
            fresh.rename(folder)
            return
        except OSError:
            if attempt == ATTEMPTS - 1:
                raise
        finally:
            shutil.rmtree(old, ignore_errors=True)


def read_folder(folder: Path, layout: str) -> dict[str, NDArray[Any]]:
    """Map the arrays of a folder, read-only. Raises UnreadableFile when it is absent, torn or of another layout."""
    try:
        written = json.loads((folder / LAYOUT).read_text(encoding="utf-8"))
        if written["layout"] != layout:
            raise UnreadableFile(f"{folder} holds {written['layout']}, not {layout}; build it again.")
        return {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in written["arrays"]}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{folder} holds no readable {layout} ({fault}); build it again.") from fault


def part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, Any]:
    """Return the arrays saved under a prefix, without it."""
    return {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{prefix}.")}
