"""The README's page “a node by hand”, word for word: its commands make two nodes and a membership."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.conftest import ROOT
from tests.nodes import until
from tests.patience import PATIENCE_S
from tests.processes.demo import free_ports

BLOCK = re.compile(r"## A node by hand.*?```\n(.*?)```", re.DOTALL)


def test_the_readmes_five_commands_make_two_nodes_and_a_membership(tmp_path: Path) -> None:
    found = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    first = free_ports(2)
    script = found[1].replace(":7200", f":{first}").replace(":7201", f":{first + 1}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (tmp_path / "said").open("wb") as said:
        shell = subprocess.Popen(
            ["/bin/bash", "-e", "-c", script],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        until(lambda: shell.poll() is not None or _members(tmp_path / "uni") == 2, "the university is a member", 150)
        assert shell.poll() is None, (tmp_path / "said").read_text()
        assert _members(tmp_path / "hub") >= 1
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
        shell.wait(timeout=60)


def _members(folder: Path) -> int:
    """Return how many members a node knows."""
    database = folder / "node.db"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=PATIENCE_S)) as connection:
        try:
            return int(connection.execute("SELECT COUNT(*) FROM known_member").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return 0
