"""The person's cabinet at the intermediary: packages that came, and everything of a case as one file to take along."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from skillspace.kernel.clock import iso
from skillspace.trust.rights.errors import WrongPackage
from skillspace.trust.rights.model import Case, PackageFacts, Part, Proof
from skillspace.trust.rights.package import check_package, combine, receive_package
from skillspace.trust.rights.store import duty_row

KEPT = timedelta(days=90)


class Cabinet:
    """Packages of the people whose spaces are here, readable by the node alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "rights" / "in"

    def receive(self, part: str, attempt: str, pieces: Iterator[bytes], facts: PackageFacts) -> None:
        """Keep a package that arrives piece by piece. Raises WrongPackage, and then nothing is kept."""
        draft = self._folder / f"{part}.{attempt}.draft"
        try:
            receive_package(pieces, draft, facts)
            os.replace(draft, self.place(part))
        finally:
            draft.unlink(missing_ok=True)

    def place(self, part: str) -> Path:
        """Return where the package of a part lies, if it is here."""
        return self._folder / f"{part}.zip"

    def remove(self, part: str) -> None:
        """Throw a package away."""
        self.place(part).unlink(missing_ok=True)

    def write(self, case: Case, proofs: Sequence[Proof], target: IO[bytes]) -> None:
        """Write everything that is here of a case as one zip: a summary, what is missing, answers, and the data.

        A folder for each organisation; the signed answers are beside the data, to be checked by anybody.
        """
        texts = {"case.json": _json(_summary(case)), "missing.json": _json([_missing(part) for part in case.missing])}
        packages: dict[str, Path] = {}
        for number, part in enumerate(case.parts, start=1):
            folder = f"{number:02d}-{_plain(part.name)}"
            for proof in proofs:
                if proof.part == part.id:
                    texts[f"{folder}/signed/{proof.number:02d}-{proof.move}.jwt"] = proof.token.encode()
            if self._is_whole(part):
                packages[f"{folder}/data"] = self.place(part.id)
        combine(target, packages, texts)

    def _is_whole(self, part: Part) -> bool:
        try:
            return bool(check_package(self.place(part.id)))
        except WrongPackage:
            return False


def _summary(case: Case) -> dict[str, Any]:
    return {
        "case": case.id,
        "right": case.right,
        "opened": iso(case.opened),
        "state": case.state,
        "words": case.words,
        "scope": {name: list(values) for name, values in vars(case.scope).items()},
        "corrections": [vars(each) for each in case.corrections],
        "parts": [_part(part) for part in case.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "organisation": part.organisation,
        "name": part.name,
        "state": part.state,
        "asked": iso(part.asked),
        "received": iso(part.received) if part.received else None,
        "done": iso(part.done) if part.done else None,
        "words": part.words,
        "ground": part.ground,
        "complaint": part.complaint,
        "deleted": dict(part.deleted),
        "kept": [duty_row(duty) for duty in part.kept],
        "package": vars(part.package) if part.package else None,
    }


def _missing(part: Part) -> dict[str, Any]:
    return {
        "organisation": part.organisation,
        "name": part.name,
        "state": part.state,
        "due": part.due.isoformat() if part.due else None,
        "overdue": part.is_overdue,
        "notReachedSince": iso(part.unreached_since) if part.unreached_since else None,
    }


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _plain(name: str) -> str:
    """Return a name as part of a path: letters and digits of any script, the rest as hyphens."""
    return re.sub(r"[^\w]+", "-", name).strip("-_")[:60] or "organisation"
