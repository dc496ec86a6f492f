"""The organisation's shelf: packages wait here, each for one intermediary, until they are collected or 30 days old."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.storage.database import Work
from skillspace.trust.rights.answering import Answerers
from skillspace.trust.rights.errors import PackageGone, WrongPackage
from skillspace.trust.rights.model import DataSubject, PackageFacts, Request
from skillspace.trust.rights.package import write_package
from skillspace.trust.rights.store import requests
from skillspace.wire.canonical import digest

WAITS = timedelta(days=30)
RIGHTS_LEFT = "You may have this corrected (Art. 16), erased (17), limited (18), moved (20), and object to it (21)."


class Shelf:
    """Packs, hands out and throws away. `authority` is where to complain, as name and address."""

    def __init__(self, *, folder: Path, own_did: str, own_name: str, authority: str, answerers: Answerers) -> None:
        self._folder = folder / "rights" / "out"
        self._about = {
            "controller": {"id": own_did, "name": own_name},
            "rights": RIGHTS_LEFT,
            "complaint": f"You may complain to {authority}.",
        }
        self._answerers = answerers

    def pack(self, work: Work, request: Request, who: DataSubject, attempt: str) -> PackageFacts:
        """Write a draft of a request's package and return what is signed of it; it opens to nobody yet.

        Raises PackageTooLarge, and then there is no draft.
        """
        about = {**self._about, "right": request.right, "asked": iso(request.asked), "subject": request.subject}
        draft = self._draft(request.id, attempt)
        try:
            return write_package(draft, self._answerers.collect(work, who, request.right), about)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def put_out(self, request: str, attempt: str) -> None:
        """Make a draft the package, in the transaction that signs for it: of two packed at once only one is signed."""
        os.replace(self._draft(request, attempt), self.place(request))

    def drop(self, request: str, attempt: str) -> None:
        """Throw a draft away that nobody signs for."""
        self._draft(request, attempt).unlink(missing_ok=True)

    def place(self, request: str) -> Path:
        """Return where the package of a request lies, if there is one."""
        return self._folder / f"{request}.zip"

    def open(self, work: Work, intermediary: str, part: str, opens: str) -> Path:
        """Return the package for whom it was packed, who shows its key; raise PackageGone for anybody else."""
        row = self._row(work, intermediary, part)
        shown = digest({"opens": opens})
        if row is None or not hmac.compare_digest((row["opens_hash"] or "").encode(), shown.encode()):
            raise PackageGone()
        path = self.place(row["id"])
        if not path.is_file():
            raise PackageGone()
        return path

    def collected(self, work: Work, intermediary: str, part: str, shown: str) -> None:
        """Throw a package away once the intermediary shows that it has all of it; its key opens nothing any more.

        Again changes nothing. Raises PackageGone for a part that is not this intermediary's, WrongPackage for another
        digest: then it stays.
        """
        row = self._row(work, intermediary, part)
        if row is None or row["package"] is None:
            raise PackageGone()
        if not hmac.compare_digest(str(row["package"]["digest"]).encode(), shown.encode()):
            raise WrongPackage("This is not the digest of the package that waits here.")
        self.discard(work, row["id"])

    def discard(self, work: Work, request: str) -> None:
        """Throw a package away."""
        work.update(requests, requests.c.id == request, opens_hash=None)
        self.remove(request)

    def remove(self, request: str) -> None:
        """Throw the file away, of a request that is gone or has none."""
        self.place(request).unlink(missing_ok=True)

    def clear(self, work: Work) -> int:
        """Throw away what waited for thirty days, and files that belong to nothing; return how many went."""
        old = requests.c.opens_hash.is_not(None) & (requests.c.done <= work.now - WAITS)
        for row in work.rows(sa.select(requests.c.id).where(old)):
            self.discard(work, row["id"])
        waiting = {row["id"] for row in work.rows(sa.select(requests.c.id).where(requests.c.opens_hash.is_not(None)))}
        before = (work.now - timedelta(days=1)).timestamp()
        count = 0
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            with suppress(FileNotFoundError):
                if path.name.partition(".")[0] not in waiting and path.stat().st_mtime < before:
                    path.unlink()
                    count += 1
        return count

    def _draft(self, request: str, attempt: str) -> Path:
        return self._folder / f"{request}.{attempt}.draft"

    def _row(self, work: Work, intermediary: str, part: str) -> Mapping[str, Any] | None:
        here = (requests.c.intermediary == intermediary) & (requests.c.part == part)
        return work.one(sa.select(requests).where(here))
