"""A node that can be told to fall: killed (SIGKILL) just before or just after its n-th commit from now on.

Between two commits nothing on the disk changes, so these are all the moments at which a crash can make a difference.
"""

from __future__ import annotations

import logging
import os
import signal
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Annotated

import sqlalchemy as sa
from fastapi import Body, FastAPI

from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.node.serving import configure_log, server
from skillspace.node.settings import read_settings
from tests.processes.moves import MOVES, connect

#: The file in a node's folder that says at which touch it falls: 1 before its next commit, 2 after it, 3 before …
ORDER = "fall"


def start(folder: Path) -> BaseProcess:
    """Start a node as a process of its own, forked from one that has read the program."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["skillspace.node.serving"])
    process = context.Process(target=_serve, args=(folder,), name=folder.name)
    process.start()
    return process


def _serve(folder: Path) -> None:
    os.setsid()
    log = os.open(folder / "node.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    configure_log(logging.WARNING)
    _let_fall(folder / ORDER)
    node = compose(read_settings(folder))
    app = application(node)
    _open_door(app, node)
    server(node, app).run()


def _let_fall(order: Path) -> None:
    commit, lock = sa.Connection.commit, Lock()
    touches = [0]

    def touch() -> None:
        if order.exists():
            with lock:
                touches[0] += 1
                if touches[0] >= int(order.read_text()):
                    order.unlink()
                    os.kill(os.getpid(), signal.SIGKILL)

    def falling(connection: sa.Connection) -> None:
        touch()
        commit(connection)
        touch()

    sa.Connection.commit = falling  # type: ignore[method-assign]


def _open_door(app: FastAPI, node: Node) -> None:
    """Let the test do here what people do on pages, each in one transaction; to connect calls another node."""

    @app.post("/walk/connect")
    def call(facts: Annotated[dict[str, str], Body()]) -> dict[str, str]:
        return {"made": connect(node, facts)}

    @app.post("/walk/{move}")
    def walk(move: str, facts: Annotated[dict[str, str], Body()]) -> dict[str, str]:
        with node.database.writing() as work:
            return {"made": str(MOVES[move](node, work, facts))}

    @app.get("/walk/audit")
    def audit() -> list[str]:
        return [f"{one.wrong} {one.about}" for one in node.journal.verify(node.database).findings]
