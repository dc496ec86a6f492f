"""ZIP archives read within bounds that are set before anything is unpacked; names in them are labels, and never places
on disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from skillspace.kernel.errors import UnreadableFile

MAX_MEMBERS = 20_000
MAX_TOTAL = 200 * 1024 * 1024
MAX_RATIO = 200
"""How many times larger an archive may become; text of real records shrinks ten- to thirtyfold."""
_SMALL = 1024 * 1024
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Archive(Mapping[str, bytes]):
    """The members of an archive by the last part of their names; each is unpacked when it is asked for.

    Raises UnreadableFile when the archive breaks off, is locked, or promises more than the bounds allow.
    """

    def __init__(self, document: bytes, *, largest: int) -> None:
        self._largest = largest
        try:
            self._zip = zipfile.ZipFile(BytesIO(document))
            members = [member for member in self._zip.infolist() if not member.is_dir()]
        except _FAULTS as fault:
            raise UnreadableFile(f"The archive breaks off or is no ZIP: {fault}.") from None
        _check(members, len(document))
        self.members = {member.filename: member for member in members}
        self._by_name = {member.filename.replace("\\", "/").rsplit("/", 1)[-1]: member for member in reversed(members)}

    def __getitem__(self, name: str) -> bytes:
        return self._unpack(self._by_name[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def documents(self) -> Iterator[tuple[str, bytes | UnreadableFile]]:
        """Give every member under its whole name; what cannot be unpacked comes as its fault."""
        for name, member in self.members.items():
            try:
                yield name, self._unpack(member)
            except UnreadableFile as fault:
                yield name, fault

    def _unpack(self, member: zipfile.ZipInfo) -> bytes:
        if member.flag_bits & 0x1:
            raise UnreadableFile(f"{member.filename[:80]!r} in the archive is locked with a password.")
        try:
            with self._zip.open(member) as opened:  # what a member says of its size is not believed
                found = opened.read(self._largest + 1)
        except _FAULTS as fault:
            raise UnreadableFile(f"{member.filename[:80]!r} in the archive cannot be unpacked: {fault}.") from None
        if len(found) > self._largest:
            raise UnreadableFile(f"{member.filename[:80]!r} in the archive is larger than {self._largest:,} bytes.")
        return found


def _check(members: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile(f"The archive holds {len(members):,} files; at most {MAX_MEMBERS:,} are read.")
    if total > MAX_TOTAL or total > max(size * MAX_RATIO, _SMALL):
        raise UnreadableFile(f"The archive would grow from {size:,} to {total:,} bytes; that is not unpacked.")
