"""The foreign program: one process of node, whose functions are called a line at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skillspace.kernel.errors import SkillspaceError
from tests.conformance.programs import FETCH_WITHIN_S, HERE, ROOT, found, stop

ANSWER_WITHIN_S = 120
_NEEDS = "nodejs and npm"


class PeerFault(Exception):
    """The foreign side gave up; `response` is what it was answered, if it was."""

    def __init__(self, kind: str = "", message: str | None = None, response: object = None) -> None:
        self.message = f"{kind}: {message}"
        super().__init__(self.message)
        self.kind = kind
        self.response: dict[str, Any] = response if isinstance(response, dict) else {}


class Peer:
    """Calls the functions of the foreign program."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def __call__(self, call: str, **given: object) -> Any:
        """Call a function and return what it told. Raises PeerFault, SkillspaceError when nothing comes back."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(ANSWER_WITHIN_S, self._process.kill)
        timer.start()
        try:
            self._process.stdin.write(json.dumps({"call": call, "given": given}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            said = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise SkillspaceError(f"The foreign program did not answer {call}:\n{said}")
        answer = json.loads(line)
        if "fault" in answer:
            raise PeerFault(**answer["fault"])
        return answer["told"]


def fetched() -> Path:
    """Return the folder of the foreign program with its libraries, fetching them when they are not there yet.

    Raises SkillspaceError when they cannot be fetched.
    """
    source, home = HERE / "wallet", ROOT / "var" / "conformance" / "wallet"
    locked, mark = source / "package-lock.json", home / "node_modules" / ".locked"
    home.mkdir(parents=True, exist_ok=True)
    for each in (*source.glob("*.mjs"), *source.glob("package*.json")):
        shutil.copy(each, home)
    if mark.is_file() and mark.read_bytes() == locked.read_bytes():
        return home
    command = [found("npm", _NEEDS), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    told = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=FETCH_WITHIN_S, check=False)
    if told.returncode != 0:
        raise SkillspaceError(f"The foreign wallet's libraries could not be fetched:\n{told.stderr[-2000:]}")
    mark.write_bytes(locked.read_bytes())
    return home


@contextmanager
def calling(home: Path, log: Path, believed: Path) -> Iterator[Peer]:
    """Run the foreign program until the end of the block; over HTTPS it believes the authority in a file, too."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [found("node", _NEEDS), "peer.mjs"]
    env = os.environ | {"NODE_EXTRA_CA_CERTS": str(believed)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        log.open("wb") as said,
        subprocess.Popen(
            command, cwd=home, env=env, **pipes, stderr=said, text=True, start_new_session=True
        ) as running,
    ):
        try:
            yield Peer(running, log)
        finally:
            stop(running)
