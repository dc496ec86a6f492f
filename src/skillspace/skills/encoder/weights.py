"""The file of the encoder's weights: safetensors, read by mapping it, so that processes share one copy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import UnreadableFile

TYPES: dict[str, np.dtype[Any]] = {"I8": np.dtype("i1"), "F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
NAMES = {dtype: name for name, dtype in TYPES.items()}
LENGTH_BYTES, HEADER_LIMIT = 8, 1 << 20


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Map the tensors of a safetensors file, read-only, and return them with its metadata.

    Source: the safetensors format: a little-endian length, a JSON header, then the bytes. Raises UnreadableFile.
    """
    try:
        whole = np.memmap(path, np.uint8, mode="r")
        length = int.from_bytes(whole[:LENGTH_BYTES].tobytes(), "little")
        if length > HEADER_LIMIT:
            raise ValueError("its header is too long")
        header = json.loads(whole[LENGTH_BYTES : LENGTH_BYTES + length].tobytes())
        body = whole[LENGTH_BYTES + length :]
        about = header.pop("__metadata__", {})
        return {name: _tensor(body, entry) for name, entry in header.items()}, about
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise UnreadableFile(
            f"{path} holds no readable weights ({fault}); docs/encoder.md says how they are made."
        ) from fault


def _tensor(body: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    first, last = entry["data_offsets"]
    if not 0 <= first <= last <= len(body):
        raise ValueError("a tensor lies outside of the file")
    tensor: NDArray[Any] = np.frombuffer(body[first:last], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensor


def write_tensors(path: Path, tensors: Mapping[str, NDArray[Any]], about: Mapping[str, str]) -> None:
    """Write tensors with their metadata; widest type first, so that each lies where its type can be read in place."""
    header: dict[str, Any] = {"__metadata__": dict(about)}
    place = 0
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    for name, tensor in ordered:
        shape, span = list(tensor.shape), [place, place + tensor.nbytes]
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": shape, "data_offsets": span}
        place += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH_BYTES)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(LENGTH_BYTES, "little") + text)
        for _, tensor in ordered:
            file.write(np.ascontiguousarray(tensor).tobytes())
