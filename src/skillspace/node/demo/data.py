"""Where the real data lies, when this machine has it."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path | None:
    """Return the folder of real data (SKILLSPACE_DATA, else ``../shared/data``), or None where there is none."""
    found = Path(os.environ.get("SKILLSPACE_DATA", "../shared/data"))
    return found.resolve() if found.is_dir() else None
