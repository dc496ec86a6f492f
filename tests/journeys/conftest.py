"""A whole data space and a real browser, once for all journeys."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from skillspace.node.demo.running import Running, running
from skillspace.node.demo.space import read_space
from tests.conftest import data_folder

BROWSER = os.environ.get("SKILLSPACE_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Where pictures for the README go; they are only taken when somebody asks for them.
PICTURES = os.environ.get("SKILLSPACE_SCREENSHOTS")


def seven_free_ports() -> int:
    """The first of seven neighbouring ports nobody listens on."""
    for first in range(17100, 17900, 10):
        probes = [socket.socket() for _ in range(7)]
        try:
            for number, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + number))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no seven neighbouring ports are free")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo as anybody starts it: on real data where there is some, else on the starter pack."""
    if not Path(BROWSER).exists():
        pytest.fail(f"there is no browser at {BROWSER}: run make browser, or set SKILLSPACE_CHROMIUM")
    if (folder := data_folder()) is not None:
        os.environ["SKILLSPACE_DATA"] = str(folder)
    space = read_space(tmp_path_factory.mktemp("demo"), seven_free_ports())
    with running(space, lambda _what, _done: None) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window."""
    with sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield window
        window.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """The folder for pictures, emptied first, or None."""
    if PICTURES is None:
        return None
    folder = Path(PICTURES)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
