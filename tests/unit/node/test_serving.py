"""Serving: one process a port, a short answer for commands, and logs that hold no values."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest
import structlog

from skillspace.kernel.errors import Conflict
from skillspace.node.composition import compose
from skillspace.node.serving import answering, configure_log, serve_forever
from skillspace.wire.outbound import Outbound
from tests.nodes import make_node, running
from tests.patience import PATIENCE_S


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path, starter_taxonomies: Path) -> None:
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=str(starter_taxonomies))
    with socket.socket() as taken:
        taken.bind((settings.host, settings.port))
        taken.listen()
        with pytest.raises(Conflict, match="already running"):
            serve_forever(settings)


def test_a_node_answers_for_a_moment_and_no_longer(tmp_path: Path, starter_taxonomies: Path) -> None:
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=str(starter_taxonomies))
    outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
    with answering(compose(settings)):
        assert outbound.send("GET", f"{settings.address}/health").status == 200
    outbound.close()
    with socket.socket() as probe:
        assert probe.connect_ex((settings.host, settings.port)) != 0


def test_beside_a_running_node_nothing_is_started(tmp_path: Path, starter_taxonomies: Path) -> None:
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=str(starter_taxonomies))
    with running(settings) as (node,):
        beside = compose(settings)
        with answering(beside):
            assert not beside.worker._running
        outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
        assert outbound.send("GET", f"{node.settings.address}/health").status == 200
        outbound.close()


def test_a_logged_fault_shows_where_and_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(token: str) -> None:
        holder = {"name": f"Alva {token}"}
        raise ValueError(f"no {len(holder)}")

    token = "-".join(("secret", "of", "alva"))
    before = structlog.get_config()
    try:
        configure_log(logging.WARNING)
        try:
            fails(token)
        except ValueError:
            structlog.get_logger().exception("task.failed")
    finally:
        structlog.configure(**before)
    said = capsys.readouterr().out
    assert "ValueError" in said
    assert "test_serving.py" in said
    assert token not in said
