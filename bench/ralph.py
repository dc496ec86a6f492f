"""A peer of the learning record store: Ralph, in an environment of its own, with its store of files.

Its other stores want servers that do not come with it. What it wrote it does not wait for on the disk, as ours does.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from skillspace.kernel.errors import Unavailable
from tests.nodes import free_port

NAME = "Ralph 5.1.0, its store of files, not waiting for the disk"
PATH = "/xAPI/statements/"
USER, SECRET = "tool", "a secret of ten seconds"
HOME = Path(sys.prefix) / "ralph"
START_WITHIN_S = 60.0
#: As it ships its files take one post and refuse the next: they are told to append.
SERVE = """
import sys, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.data.fs import FSDataBackend
FSDataBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""


@contextmanager
def running() -> Iterator[int]:
    """Run it and give its port. Raises Unavailable where it is not installed or does not start."""
    if not (HOME / "bin" / "ralph").exists():
        raise Unavailable("Ralph is not installed: run make bench, which installs what it measures against.")
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        here = os.environ | {
            "PYTHONPATH": "",
            "RALPH_APP_DIR": str(folder),
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "statements"),
        }
        who = ["-u", USER, "-p", SECRET, "-s", "all", "-M", "mailto:tool@example.org"]
        letting_in: list[str | Path] = [HOME / "bin" / "ralph", "auth", *who, "-w"]
        subprocess.run(letting_in, cwd=folder, env=here, capture_output=True, check=True)  # noqa: S603 - fixed words
        with (folder / "log").open("w+") as log:
            process = subprocess.Popen(  # noqa: S603 - our own words
                [HOME / "bin" / "python", "-c", SERVE, str(port)], cwd=folder, env=here, stdout=log, stderr=log
            )
            try:
                _until_it_answers(port, process)
                yield port
            except Unavailable as fault:
                log.seek(0)
                raise Unavailable(f"{fault.message} It said last: {log.read()[-400:]}") from fault
            finally:
                process.terminate()
                process.wait(timeout=30)


def _until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", port)
        try:
            line.request("GET", "/__lbheartbeat__")
            line.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            line.close()
    raise Unavailable("Ralph did not start.")
