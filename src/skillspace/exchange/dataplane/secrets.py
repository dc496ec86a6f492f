"""Credentials of sources: kept in the node's own folder where only its owner reads, or in the environment; they are
never written to the database, a page, a message or a log."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from skillspace.kernel.errors import BadInput, NotFound, Unavailable

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
#: Shorter texts are no secrets worth the name, and would be found in any data.
SHORTEST_GUARDED = 8


class Secret:
    """Named texts such as ``{"token": …}``; shows nothing of them when it is printed or logged."""

    def __init__(self, parts: Mapping[str, str] | None = None) -> None:
        self._parts = dict(parts or {})

    def __repr__(self) -> str:
        """Show the names only."""
        return f"Secret({', '.join(sorted(self._parts))})"

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same, so that a changed secret is noticed."""
        return isinstance(other, Secret) and self._parts == other._parts

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, name: str) -> str:
        """Return one text; raise Unavailable (a fault of ours, named for the operator, not for the consumer)."""
        if name not in self._parts:
            raise Unavailable("The source is not set up completely; its owner must complete it.")
        return self._parts[name]

    def get(self, name: str) -> str | None:
        """Return one text, None when it has no such part."""
        return self._parts.get(name)

    def guarded(self) -> tuple[bytes, ...]:
        """The texts that must not be seen in anything that leaves."""
        return tuple(text.encode() for text in self._parts.values() if len(text) >= SHORTEST_GUARDED)


class Secrets:
    """Secrets by name, one file each in `folder`; ``SKILLSPACE_SECRET_NAME`` (JSON) in the environment wins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, parts: Mapping[str, str]) -> None:
        """Write a secret, over a former one of the name; whole or not at all."""
        file = self._file(name)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(dict(parts), stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)

    def read(self, name: str) -> Secret:
        """Return a secret; raise NotFound, or BadInput when it cannot be read or others on this machine can read it."""
        told = os.environ.get(f"SKILLSPACE_SECRET_{name.upper().replace('-', '_')}")
        if told is not None and _NAME.fullmatch(name):
            return Secret(_parts(name, told))
        file = self._file(name)
        try:
            with file.open(encoding="utf-8") as stream:
                if os.fstat(stream.fileno()).st_mode & 0o077:
                    raise BadInput(f"Others can read the secret {name}: run “chmod 600” on its file.")
                return Secret(_parts(name, stream.read()))
        except FileNotFoundError:
            raise NotFound(f"There is no secret {name}.") from None
        except (OSError, UnicodeDecodeError):
            raise BadInput(f"The secret {name} cannot be read.") from None

    def remove(self, name: str) -> None:
        """Forget a secret."""
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BadInput("A secret's name is small letters, digits, - and _, at most 64.")
        return self._folder / f"{name}.json"


class SecretSeen(Unavailable):
    """The source answered with its own credentials, so the answer was broken off; its owner must mend it."""


def without(secrets: Iterable[bytes], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass pieces on, and raise SecretSeen before the first byte of a secret leaves, wherever it is cut."""
    needles = tuple(secrets)
    if not needles:
        yield from pieces
        return
    held, keep = b"", max(map(len, needles)) - 1
    for piece in pieces:
        held += piece
        if any(needle in held for needle in needles):
            raise SecretSeen()
        if len(held) > keep:
            yield held[: len(held) - keep]
            held = held[len(held) - keep :] if keep else b""
    if held:
        yield held


def _parts(name: str, text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(part, str) for part in found.values()):
        raise BadInput(f"The secret {name} cannot be read: write a JSON object of texts.")
    return found
