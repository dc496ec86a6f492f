"""Records and credentials: statements stored and read, selective disclosure, diplomas read, documents imported.

Each part in a process of its own: what one leaves in memory must not count for the next.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

from bench.figures import ROOT, Figure, Tell, untold
from skillspace.kernel.errors import Unavailable

PARTS = ("statements", "selective", "importing")


def run(tell: Tell = untold) -> list[Figure]:
    """Measure the parts, one after the other. Raises Unavailable when one fails."""
    return [one for part in PARTS for one in _measured(part, tell)]


def _measured(part: str, tell: Tell) -> list[Figure]:
    tell(part)
    command = [sys.executable, "-m", "bench.records", part]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise Unavailable(f"{part}: {done.stderr.strip()[-400:] or 'ended without a word'}")
    figures: list[Figure] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    json.dump(importlib.import_module(f"bench.{sys.argv[1]}").run(), sys.stdout)
