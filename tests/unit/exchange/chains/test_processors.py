"""The services that need nothing but settings: they read and write piece by piece, and say what they cannot read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from skillspace.exchange.chains import Job, KeepFields, ProcessorSettings, processor_of
from skillspace.exchange.chains.processors import MAX_LINE, lines_of
from skillspace.exchange.dataplane.secrets import Secrets
from skillspace.kernel.errors import BadInput, Unavailable
from skillspace.trust.contract import Agreement

AGREED = Agreement(
    id="urn:a",
    dataset="d",
    provider="did:web:a",
    consumer="did:web:b",
    policy={},
    made=datetime(2026, 11, 1, tzinfo=UTC),
)
JOB = Job(chain="chain-1", dataset="service", purpose="guidance", media_type="application/x-ndjson", agreement=AGREED)


def cut(text: bytes, size: int) -> Iterator[bytes]:
    """Give a text in pieces."""
    return (text[at : at + size] for at in range(0, len(text), size))


class Api(BaseHTTPRequestHandler):
    """An invented interface that counts what it gets."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 500 if body.startswith(b'{"break') else 422 if body.startswith(b'{"odd') else 200
        answer = json.dumps(
            {"bytes": len(body), "key": self.headers.get("X-Api-Key") == "hush", "path": self.path}
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def built(folder: Path, **written: Any) -> Any:
    """Build a service as an operator writes it down."""
    settings: Any = TypeAdapter(ProcessorSettings).validate_python({"dataset": "service", **written})
    return processor_of(settings, Secrets(folder))


def test_only_the_named_fields_stay() -> None:
    lines = b'{"a":1,"b":{"c":2},"d":3}\n\n{"a":4}'
    made = KeepFields(["b", "a"]).process(cut(lines, 7), JOB)
    assert b"".join(made.pieces) == b'{"b":{"c":2},"a":1}\n{"a":4}\n'


@given(lines=st.lists(st.dictionaries(st.sampled_from("abc"), st.integers()), max_size=20), size=st.integers(1, 50))
def test_however_a_text_is_cut_its_lines_are_the_same(lines: list[dict[str, int]], size: int) -> None:
    text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert [json.loads(line) for line in lines_of(cut(text, size))] == lines


@given(st.binary(max_size=200))
def test_garbage_is_said_to_be_garbage(text: bytes) -> None:
    try:
        for line in KeepFields(["a"]).process(cut(text, 9), JOB).pieces:
            assert isinstance(json.loads(line), dict)
    except BadInput:
        pass


def test_a_line_without_end_is_not_gathered() -> None:
    with pytest.raises(BadInput, match="longer than"):
        list(lines_of(b"x" * MAX_LINE for _ in range(3)))


def test_an_interface_gets_the_input_as_one_request_and_its_credential(api: str, tmp_path: Path) -> None:
    Secrets(tmp_path).keep("key", {"token": "hush"})
    service = built(tmp_path, kind="rest", base=api, path="match", auth="header", secret="key")
    made = service.process(cut(b'{"a":1}\n{"b":2}\n', 5), JOB)
    assert made.media_type == "application/json"
    assert json.loads(b"".join(made.pieces)) == {"bytes": 16, "key": True, "path": "/match"}


def test_an_interface_gets_line_by_line_where_that_is_wanted(api: str, tmp_path: Path) -> None:
    service = built(tmp_path, kind="rest", base=api, by_line=True)
    made = service.process(cut(b'{"a":1}\n{"bb":2}\n', 5), JOB)
    assert [json.loads(line)["bytes"] for line in b"".join(made.pieces).splitlines()] == [7, 8]


def test_an_interface_that_refuses_ends_the_work_and_one_that_fails_is_asked_again(api: str, tmp_path: Path) -> None:
    service = built(tmp_path, kind="rest", base=api)
    with pytest.raises(BadInput, match="422"):
        service.process(iter([b'{"odd":1}']), JOB)
    with pytest.raises(Unavailable):
        service.process(iter([b'{"break":1}']), JOB)


def test_a_service_written_down_wrongly_is_refused() -> None:
    for wrong in ({"kind": "fields", "fields": []}, {"kind": "magic"}, {"kind": "rest", "base": "x", "more": 1}):
        with pytest.raises(ValueError, match="validation error"):
            TypeAdapter(ProcessorSettings).validate_python({"dataset": "service", **wrong})
