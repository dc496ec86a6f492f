"""The package of an answer: a zip with one readable list and the documents as they were; and all packages as one.

`holdings.json` says what is held with everything Art. 15(1) asks for; bytes lie beside it under ``documents/``. What
another organisation sent is opened only if it is exactly that: these names, these sizes, nothing that unpacks to more.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from skillspace.kernel.clock import iso
from skillspace.trust.rights.errors import PackageTooLarge, WrongPackage
from skillspace.trust.rights.model import Holding, PackageFacts

MAX_BYTES = 100 * 1024 * 1024
MAX_MEMBERS = 10_000
LIST = "holdings.json"
_MEMBER = re.compile(r"documents/[0-9]{5}\.[a-z0-9]{1,5}")
_ENDINGS = {
    "application/json": "json",
    "application/ld+json": "json",
    "application/pdf": "pdf",
    "application/xml": "xml",
    "application/zip": "zip",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/xml": "xml",
}
#: The same data give the same bytes, so that a second try after a crash gives the same digest.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_CHUNK = 256 * 1024


def write_package(target: Path, holdings: Iterable[Holding], about: Mapping[str, object]) -> PackageFacts:
    """Write a package, readable by its owner alone, and return what is signed of it.

    `about` is laid over the list: who holds, for whom, which rights remain. Raises PackageTooLarge past 100 MB.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    entries: list[dict[str, Any]] = []
    size = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, holding in enumerate(holdings, start=1):
            entry = _entry(holding)
            if isinstance(holding.content, bytes):
                entry["file"] = f"documents/{number:05d}.{_ENDINGS.get(holding.media_type, 'bin')}"
                _put(archive, str(entry["file"]), holding.content)
                size += len(holding.content)
            else:
                entry["content"] = holding.content
            size += len(json.dumps(entry, ensure_ascii=False).encode())
            if size > MAX_BYTES or number >= MAX_MEMBERS:
                raise PackageTooLarge(f"What is held is more than {MAX_BYTES} bytes or {MAX_MEMBERS} things.")
            entries.append(entry)
        listed = json.dumps({**about, "holdings": entries}, ensure_ascii=False, indent=1).encode()
        if len(listed) > MAX_BYTES:
            raise PackageTooLarge()
        _put(archive, LIST, listed)
    return PackageFacts(digest=file_digest(target), size=target.stat().st_size, holdings=len(entries))


def check_package(path: Path) -> list[str]:
    """Return the names in a package, every one of which was read to its end.

    Raises WrongPackage unless it is of the shape that `write_package` gives it, and whole.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            for member in members:
                with archive.open(member) as source:
                    while source.read(_CHUNK):
                        pass
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        RuntimeError,
        EOFError,
        OverflowError,
        struct.error,
    ) as fault:
        raise WrongPackage(f"The package cannot be opened ({type(fault).__name__}).") from None
    return [member.filename for member in members]


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or LIST not in names or len(names) > MAX_MEMBERS + 1:
        raise WrongPackage("The package lacks its list, or names a thing twice.")
    if not all(name == LIST or _MEMBER.fullmatch(name) for name in names):
        raise WrongPackage("The package holds something at a place where nothing belongs.")
    plain = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if any(member.flag_bits & 1 or member.compress_type not in plain for member in members):
        raise WrongPackage("The package is locked, or packed in an unusual way.")
    if sum(member.file_size for member in members) > 2 * MAX_BYTES:
        raise WrongPackage("The package unpacks to more than a package may hold.")


def receive_package(pieces: Iterator[bytes], target: Path, facts: PackageFacts) -> None:
    """Write what arrives to a file; raise WrongPackage unless it is what was signed for, and shaped as a package."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    limit = min(facts.size, MAX_BYTES * 2)
    taken = 0
    with target.open("wb") as file:
        for piece in pieces:
            taken += len(piece)
            if taken > limit:
                raise WrongPackage(f"More than the {limit} bytes came that were signed for.")
            file.write(piece)
    if file_digest(target) != facts.digest:
        raise WrongPackage("What came is not what was signed for: the digests differ.")
    check_package(target)


def combine(target: IO[bytes], packages: Mapping[str, Path], texts: Mapping[str, bytes]) -> None:
    """Write one zip: each package, which was checked before, unpacked into its folder, and `texts` by their names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in texts.items():
            _put(archive, name, content)
        for folder, path in packages.items():
            with zipfile.ZipFile(path) as found:
                for name in found.namelist():
                    with found.open(name) as source, archive.open(_member(f"{folder}/{name}"), "w") as sink:
                        shutil.copyfileobj(source, sink, _CHUNK)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(holding: Holding) -> dict[str, Any]:
    return {
        "kind": holding.kind,
        "title": holding.title,
        "mediaType": holding.media_type,
        "source": holding.source,
        "since": iso(holding.since),
        "purpose": holding.purpose,
        "basis": holding.basis,
        "recipients": list(holding.recipients),
        "retention": holding.retention,
        "logic": holding.logic,
    }


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_member(name), content, zipfile.ZIP_DEFLATED)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _ALWAYS)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member
