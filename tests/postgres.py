"""A PostgreSQL server of the tests' own, reached by a socket in its folder and gone with them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 60


@contextmanager
def own_server(*, durable: bool = False, password: str | None = None) -> Iterator[str]:
    """Run a server and give its address; the test fails where none is installed. Only a `durable` one waits for the
    disk, as one that is measured must; with a `password`, which is not in the address, it lets nobody in without.

    PostgreSQL refuses to run as root, and what pytest makes for a test only its own user may enter: hence a folder
    of its own, which belongs to the user that the package installs.
    """
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), Path(shutil.which("initdb") or "/none/initdb").parent]
    tools = next((place for place in places if (place / "initdb").exists()), None)
    if tools is None:
        pytest.fail("there is no PostgreSQL here: run make postgresql")
    folder = Path(tempfile.mkdtemp(prefix="skillspace-pg-", dir="/tmp"))  # the path of a socket must be short
    is_root = os.getuid() == 0
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if is_root else []
    (folder / "password").write_text(password or "")
    if is_root:
        shutil.chown(folder, "postgres", "postgres")
    try:
        make = [tools / "initdb", "-D", folder / "data", "-U", "school", "-E", "UTF8", "--no-sync"]
        make += ["-A", "scram-sha-256", f"--pwfile={folder / 'password'}"] if password else ["-A", "trust"]
        made = subprocess.run([*as_user, *map(str, make)], check=False, capture_output=True, cwd="/")
        if made.returncode:
            pytest.fail(f"PostgreSQL cannot be set up here: {made.stderr.decode()[-200:]}")
        options = [
            "-D",
            str(folder / "data"),
            "-k",
            str(folder),
            "-c",
            "listen_addresses=",
            "-c",
            f"fsync={'on' if durable else 'off'}",
        ]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen([*as_user, str(tools / "postgres"), *options], cwd="/", stdout=log, stderr=log)
        try:
            if not _answers([str(tools / "pg_isready"), "-q", "-h", str(folder)], running):
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()[-400:]}")
            yield f"postgresql+psycopg://school@/postgres?host={folder}"
        finally:
            running.send_signal(signal.SIGINT)  # “fast”: whoever is still connected is cut off
            running.wait(timeout=PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(question: list[str], server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        if subprocess.run(question, check=False).returncode == 0:
            return True
        time.sleep(0.05)
    return False
