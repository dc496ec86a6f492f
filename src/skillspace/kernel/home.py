"""Where a machine keeps what its nodes and commands share: compiled taxonomies, and what is prepared from them."""

from __future__ import annotations

import os
from pathlib import Path


def home_folder() -> Path:
    """Return the folder for what nodes share on this machine (SKILLSPACE_HOME, else ``var``)."""
    return Path(os.environ.get("SKILLSPACE_HOME", "var"))
