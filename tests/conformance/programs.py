"""Programs that are not ours: where they are, their published modules fetched once, free ports, and a clean end."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

from skillspace.kernel.errors import SkillspaceError

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FETCH_WITHIN_S, START_WITHIN_S, STOP_WITHIN_S = 600, 120, 60
JAVA = "openjdk-17-jdk-headless and maven"


def java() -> str:
    """Return the path of the Java program; raise SkillspaceError when there is none."""
    return found("java", JAVA)


def jars(kit: str) -> Path:
    """Return the folder of a kit's modules as its `pom.xml` names them, fetching them when they are not there yet.

    Raises SkillspaceError when they cannot be fetched.
    """
    pom, home = HERE / kit / "pom.xml", ROOT / "var" / "conformance" / kit
    mark = home / "pom.xml"
    if mark.is_file() and mark.read_bytes() == pom.read_bytes():
        return home / "lib"
    shutil.rmtree(home / "lib", ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    asked = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={home / 'lib'}"]
    command = [found("mvn", JAVA), "--batch-mode", "--quiet", "-f", str(pom), *asked]
    fetched = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_WITHIN_S, check=False)
    if fetched.returncode != 0:
        raise SkillspaceError(f"The modules of {kit} could not be fetched:\n{fetched.stdout[-2000:]}")
    mark.write_bytes(pom.read_bytes())
    return home / "lib"


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], address: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of ours as a process of its own until the end of the block, once its `address` answers.

    Raises SkillspaceError with the end of its log when it does not.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        deadline = time.monotonic() + START_WITHIN_S
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise SkillspaceError(f"{command[2]} did not start:\n{said}")
            time.sleep(0.1)
        yield process
    finally:
        stop(process)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started: politely, then for good."""
    process.terminate()
    try:
        process.wait(timeout=STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def found(program: str, packages: str) -> str:
    """Return the path of a program; raise SkillspaceError naming the packages that hold it when there is none."""
    path = shutil.which(program)
    if path is None:
        raise SkillspaceError(f"{program} is missing: install {packages}.")
    return path
