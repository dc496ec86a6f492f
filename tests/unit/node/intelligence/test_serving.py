"""A service of its own: on this machine alone, or for who shows the token; and the real command answers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from skillspace.kernel.errors import BadInput, Conflict, Refused
from skillspace.node.intelligence.serving import TOKEN_VARIABLE, application, serve, token_of
from skillspace.skills.answering import Answers
from skillspace.wire.outbound import Outbound
from tests.conftest import ROOT
from tests.questions import answers, asked

TOKEN = "an-invented-token-of-some-length"


def listed(client: TestClient, **headers: str) -> int:
    return client.get("/intelligence/taxonomies", headers=headers).status_code


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "skills.example.org"])  # noqa: S104 - refused
def test_without_a_token_nothing_listens_beyond_this_machine(home: Path, host: str) -> None:
    with pytest.raises(Refused, match=TOKEN_VARIABLE):
        serve(Answers(home), host=host, port=0, token=None, tell=pytest.fail)


def test_with_a_token_only_who_shows_it_is_answered(home: Path) -> None:
    client = TestClient(application(Answers(home), TOKEN), base_url="https://skills.example.org")
    assert listed(client, authorization=f"Bearer {TOKEN}") == 200
    for wrong in ("", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN[:-1]}"):
        assert listed(client, authorization=wrong) == 401
    assert listed(client) == 401
    assert client.post("/intelligence/link", content=b"garbage").status_code in (400, 401)


def test_without_a_token_a_page_elsewhere_cannot_make_a_browser_ask(home: Path) -> None:
    client = TestClient(application(Answers(home), None), base_url="http://127.0.0.1")
    for name in ("localhost:7300", "127.0.0.1", "[::1]:7300", "127.0.0.2:1"):
        assert listed(client, host=name) == 200
    for name in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]", "0.0.0.0"):  # noqa: S104
        assert listed(client, host=name) == 403


def test_a_token_comes_from_a_file_or_a_variable_and_is_no_word_to_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    assert token_of(None) is None
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    assert token_of(None) == TOKEN
    (tmp_path / "token").write_text(f"{TOKEN[::-1]}\nmore", encoding="utf-8")
    assert token_of(tmp_path / "token") == TOKEN[::-1]
    for bad in ("", "short", "with spaces in between", "å" * 20):
        (tmp_path / "token").write_text(bad, encoding="utf-8")
        with pytest.raises(BadInput, match="at least 16"):
            token_of(tmp_path / "token")
    with pytest.raises(BadInput, match="cannot be read"):
        token_of(tmp_path / "none")


def test_the_command_answers_on_a_port_of_its_own_until_it_is_stopped(home: Path) -> None:
    environment = {**os.environ, "SKILLSPACE_HOME": str(home), "COLUMNS": "200"}
    environment.pop(TOKEN_VARIABLE, None)
    command = [sys.executable, "-m", "skillspace.cli", "serve-skills", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        told = re.search(r"http://127\.0\.0\.1:(\d+)", running.stderr.readline())
        assert told is not None
        outbound = Outbound(loopback=True, timeout_s=60)
        body = {"scheme": "esco-skill", "k": 2, "texts": asked("link", 8)}
        said = outbound.send("POST", f"{told[0]}/intelligence/link", json=body)
        outbound.close()
        with pytest.raises(Conflict, match="can listen"):
            serve(Answers(home), host="127.0.0.1", port=int(told[1]), token=None, tell=pytest.fail)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) in (0, -signal.SIGINT, 130)
    assert said.status == 200
    assert json.loads(said.body)["answers"] == [json.loads(line) for line in answers(home, "link", 8)]
