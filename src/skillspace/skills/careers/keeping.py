"""Keeping a map: its numbers as a folder of arrays that is read back in no time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.arrays import joined, lines, read_folder, write_folder
from skillspace.skills.careers.interests import Ground, InterestsOf
from skillspace.skills.careers.model import Pay
from skillspace.skills.careers.occupations import Occupations
from skillspace.skills.careers.official import OfficialTable

LAYOUT = "careers-1"
Arrays = Mapping[str, NDArray[Any]]


def keep(numbers: Occupations, folder: Path) -> None:
    """Write the numbers of a map for `kept`."""
    arrays: dict[str, NDArray[Any]] = {
        "uris": joined(numbers.uris),
        "columns": joined(sorted(numbers.column_of, key=numbers.column_of.__getitem__)),
        "level": numbers.level,
        "interests": joined(orjson.dumps(None if one is None else asdict(one)).decode() for one in numbers.interests),
        "pay": joined(orjson.dumps({key: asdict(pay) for key, pay in one.items()}).decode() for one in numbers.pay),
        "tables": joined(f"{table.near_up_to} {name}" for name, table in numbers.tables.items()),
        "meaning": np.empty((0, 0), np.float32) if numbers.meaning is None else numbers.meaning,
    }
    matrices = {"needs": numbers.needs, "groups": numbers.groups}
    for at, table in enumerate(numbers.tables.values()):
        matrices |= {f"carriers-{at}": table.carriers, f"moves-{at}": table.moves}
    for name, matrix in matrices.items():
        arrays |= {f"{name}.{part}": getattr(matrix, part) for part in ("data", "indices", "indptr")}
        arrays[f"{name}.shape"] = np.array(matrix.shape)
    write_folder(folder, LAYOUT, arrays)


def kept(folder: Path) -> Occupations:
    """Read the numbers that `keep` wrote. Raises UnreadableFile when there are none of this layout."""
    arrays = read_folder(folder, LAYOUT)
    try:
        return Occupations(
            uris=tuple(lines(arrays["uris"])),
            column_of={uri: column for column, uri in enumerate(lines(arrays["columns"]))},
            needs=_matrix(arrays, "needs"),
            groups=_matrix(arrays, "groups"),
            level=arrays["level"],
            meaning=arrays["meaning"] if arrays["meaning"].size else None,
            interests=tuple(_interests(line) for line in lines(arrays["interests"])),
            tables={table.name: table for table in _tables(arrays)},
            pay=tuple(_pay(line) for line in lines(arrays["pay"])),
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise UnreadableFile(f"{folder} holds no readable {LAYOUT} ({fault}); build it again.") from fault


def _matrix(arrays: Arrays, name: str) -> csr_array:
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return csr_array(parts, shape=tuple(arrays[f"{name}.shape"].tolist()))


def _tables(arrays: Arrays) -> Iterator[OfficialTable]:
    for at, line in enumerate(lines(arrays["tables"])):
        near, _, name = line.partition(" ")
        carriers = _matrix(arrays, f"carriers-{at}")
        yield OfficialTable(
            name=name,
            near_up_to=int(near),
            carriers=carriers,
            carried=csr_array(carriers.T),
            moves=_matrix(arrays, f"moves-{at}"),
        )


def _interests(line: str) -> InterestsOf | None:
    said = orjson.loads(line)
    if said is None:
        return None
    return InterestsOf(shares=tuple(said["shares"]), ground=Ground(said["ground"]), via=tuple(said["via"]))


def _pay(line: str) -> dict[str, Pay]:
    return {scheme: Pay(**said) for scheme, said in orjson.loads(line).items()}
