"""Downloading into a file: whole or not at all, going on after every fault, and never mixing two versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skillspace.exchange import Payload, PullRequest
from skillspace.exchange.dataplane.download import NotWhatWasAnnounced, TooLarge
from skillspace.exchange.dataplane.files import FileContent, FileSource, FolderSource
from skillspace.kernel.errors import Conflict, PeerUnreachable
from skillspace.trust.identity import PeerRefused
from tests.unit.exchange.dataplane.asking import at_bureau, opened
from tests.unit.exchange.neighbours import Town, settle

BODY = bytes(range(256)) * 12_000


class Breaking:
    """A source whose connection breaks off after so many bytes; with `changes` the first answers differ."""

    def __init__(self, after: int, *, is_tagged: bool = True, changes: bool = False) -> None:
        self.after = after
        self.is_tagged = is_tagged
        self.changes = changes
        self.asked = 0
        self.firsts: list[int] = []

    def open(self, request: PullRequest) -> Payload:  # noqa: ARG002
        self.asked += 1
        body = BODY[self.asked :] if self.changes and self.asked < 3 else BODY
        digest = hashlib.sha256(body)
        content = _BreakingContent(body, self)
        tag = digest.hexdigest() if self.is_tagged else None
        return Payload(media_type="application/octet-stream", content=content, etag=tag, digest=digest.digest())


class _BreakingContent:
    def __init__(self, body: bytes, source: Breaking) -> None:
        self._body = body
        self._source = source

    @property
    def length(self) -> int:
        return len(self._body)

    def read(self, first: int, count: int) -> Iterator[bytes]:
        self._source.firsts.append(first)
        sent = self._body[first : first + min(count, self._source.after)]
        yield from (sent[at : at + 10_000] for at in range(0, len(sent), 10_000))
        if len(sent) < count:
            raise OSError("the cable was pulled")

    def close(self) -> None:
        pass


def download(town: Town, pid: str, target: Path, **more: Any) -> Any:
    return town.bureau.exchange.dataplanes.downloads.download(pid, target, **more)


def test_a_file_arrives_whole_with_what_is_known_of_it(town: Town, tmp_path: Path) -> None:
    served = tmp_path / "served.csv"
    served.write_bytes(BODY)
    pid = opened(town, FileSource(served, "text/csv"))
    got = download(town, pid, tmp_path / "here.csv")
    assert (got.path.read_bytes(), got.bytes, got.media_type) == (BODY, len(BODY), "text/csv")
    assert got.sha256 == got.etag == hashlib.sha256(BODY).hexdigest()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["here.csv", "served.csv"]


def test_a_connection_that_drops_is_gone_on_with(town: Town, tmp_path: Path) -> None:
    source = Breaking(after=700_000)
    got = download(town, opened(town, source), tmp_path / "here")
    assert got.path.read_bytes() == BODY
    assert source.firsts == sorted(set(source.firsts))
    assert source.firsts[0] == 0
    assert len(source.firsts) == -(-len(BODY) // 700_000)


def test_a_restart_goes_on_with_what_is_on_the_disk_after_a_pause_too(town: Town, tmp_path: Path) -> None:
    source = Breaking(after=1_000_000)
    pid = opened(town, source)
    stopped = {"asked": 0}
    real = source.open

    def open_once(request: PullRequest) -> Payload:
        stopped["asked"] += 1
        if stopped["asked"] > 1:
            raise ConnectionError("the provider's machine is restarting")
        return real(request)

    source.open = open_once  # type: ignore[method-assign]
    with pytest.raises(PeerUnreachable):
        download(town, pid, tmp_path / "here")
    assert not (tmp_path / "here").exists()
    assert (tmp_path / "here.part").stat().st_size == 1_000_000
    for move in ("suspend", "resume"):
        with town.bureau.work() as work:
            getattr(town.bureau.exchange.transfers, move)(work, pid, *(["A pause."] if move == "suspend" else []))
        settle(town.school, town.bureau)
        if move == "suspend":
            with pytest.raises(Conflict):
                download(town, pid, tmp_path / "here")
    source.open, source.after = real, len(BODY)  # type: ignore[method-assign]
    got = download(town, pid, tmp_path / "here")
    assert (got.path.read_bytes(), source.firsts) == (BODY, [0, 1_000_000])


def test_data_that_changed_meanwhile_are_begun_anew(town: Town, tmp_path: Path) -> None:
    source = Breaking(after=2_000_000, changes=True)
    got = download(town, opened(town, source), tmp_path / "here")
    assert got.path.read_bytes() == BODY


def test_data_without_a_name_are_begun_anew_and_given_up_when_nothing_is_gained(town: Town, tmp_path: Path) -> None:
    with pytest.raises(PeerUnreachable):
        download(town, opened(town, Breaking(after=700_000, is_tagged=False)), tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_a_wrong_digest_leaves_nothing(town: Town, tmp_path: Path) -> None:
    class Lying(Breaking):
        def open(self, request: PullRequest) -> Payload:
            true = super().open(request)
            return Payload(
                media_type="text/plain", content=true.content, etag="v1", digest=hashlib.sha256(b"").digest()
            )

    with pytest.raises(NotWhatWasAnnounced):
        download(town, opened(town, Lying(after=len(BODY))), tmp_path / "here")
    assert list(tmp_path.iterdir()) == []


def test_more_than_is_wanted_is_not_taken(town: Town, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        download(town, opened(town, Breaking(after=len(BODY))), tmp_path / "here", max_bytes=len(BODY) - 1)
    assert not (tmp_path / "here").exists()


def test_one_file_of_a_folder_is_fetched_by_its_place(town: Town, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / "a b.csv").write_bytes(BODY)
    pid = opened(town, FolderSource(served))
    assert download(town, pid, tmp_path / "here", path="a%20b.csv").path.read_bytes() == BODY
    with pytest.raises(PeerRefused):
        download(town, pid, tmp_path / "other", path="none.csv")


def test_an_empty_file_arrives(town: Town, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    pid = opened(town, FileSource(tmp_path / "empty", "text/plain"))
    assert download(town, pid, tmp_path / "here").bytes == 0


def test_a_file_that_is_cut_while_it_is_sent_is_never_taken_for_whole(town: Town, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.write_bytes(BODY)

    class Cutting(FileSource):
        def open(self, request: PullRequest) -> Payload:
            payload = super().open(request)
            assert isinstance(payload.content, FileContent)
            with served.open("r+b") as file:
                file.truncate(1_000_000)
            return payload

    pid = opened(town, Cutting(served, "text/plain"))
    got = download(town, pid, tmp_path / "here")
    assert got.bytes == 1_000_000
    assert at_bureau(town, pid).state == "STARTED"
