"""Packages: what goes in comes out as it was, the same data give the same bytes, and nothing else is opened."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.trust.rights import Holding
from skillspace.trust.rights.errors import PackageTooLarge, WrongPackage
from skillspace.trust.rights.model import PackageFacts
from skillspace.trust.rights.package import check_package, combine, file_digest, receive_package, write_package

SINCE = datetime(2026, 11, 21, tzinfo=UTC)
contents = st.binary(max_size=200) | st.text(max_size=40) | st.dictionaries(st.text(max_size=5), st.text(max_size=9))
media_types = st.sampled_from(["application/pdf", "text/plain", "application/x-unheard-of", "../../etc/passwd"])


def holding(content: Any, media_type: str = "application/pdf", **more: Any) -> Holding:
    facts: dict[str, Any] = {"kind": "diploma", "title": "A diploma", "source": "ourselves", "since": SINCE}
    return Holding(**(facts | {"retention": "ten years", "content": content, "media_type": media_type} | more))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(contents, media_types), max_size=5))
def test_what_goes_in_comes_out_and_the_same_again_is_the_same_file(
    tmp_path: Path, held: list[tuple[Any, str]]
) -> None:
    things = [holding(content, media_type) for content, media_type in held]
    facts = write_package(tmp_path / "a.zip", things, {"right": "access"})
    assert write_package(tmp_path / "b.zip", things, {"right": "access"}) == facts
    assert check_package(tmp_path / "a.zip")[-1] == "holdings.json"
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        listed = json.loads(archive.read("holdings.json"))["holdings"]
        assert facts.holdings == len(listed) == len(held)
        for (content, _), entry in zip(held, listed, strict=True):
            assert (archive.read(entry["file"]) if isinstance(content, bytes) else entry["content"]) == content


def test_more_than_a_package_carries_is_refused_while_it_is_written(tmp_path: Path) -> None:
    taken: list[int] = []

    def endless() -> Any:
        for number in range(1000):
            taken.append(number)
            yield holding(b"x" * 1024 * 1024)

    with pytest.raises(PackageTooLarge):
        write_package(tmp_path / "a.zip", endless(), {})
    assert len(taken) == 100


def made(tmp_path: Path, *members: tuple[str, bytes], pack: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", pack) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../holdings.json",
        "/etc/passwd",
        "documents/../../x.pdf",
        "documents/00001.pdf/",
        "other.txt",
        "documents/1.pdf",
    ],
)
def test_a_package_with_anything_at_another_place_is_not_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongPackage):
        check_package(made(tmp_path, ("holdings.json", b"{}"), (name, b"x")))


def test_a_package_without_its_list_or_packed_unusually_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(WrongPackage):
        check_package(made(tmp_path, ("documents/00001.pdf", b"x")))
    with pytest.raises(WrongPackage):
        check_package(made(tmp_path, ("holdings.json", b"{}"), pack=zipfile.ZIP_LZMA))


def test_a_small_package_that_would_unpack_to_a_large_one_is_not_opened(tmp_path: Path) -> None:
    nothing = b"\0" * (70 * 1024 * 1024)
    path = made(tmp_path, ("holdings.json", b"{}"), *((f"documents/0000{n}.bin", nothing) for n in (1, 2, 3)))
    assert path.stat().st_size < 1024 * 1024
    with pytest.raises(WrongPackage):
        check_package(path)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), cut=st.booleans())
def test_one_changed_byte_or_a_lost_end_is_noticed(tmp_path: Path, at: float, change: int, cut: bool) -> None:
    path = tmp_path / "true.zip"
    facts = write_package(path, [holding(b"a diploma"), holding({"a": "b"})], {})
    body = bytearray(path.read_bytes())
    place = int(at * len(body))
    if cut:
        del body[place:]
    else:
        body[place] ^= change
    with pytest.raises(WrongPackage):
        receive_package(iter([bytes(body)]), tmp_path / "came.zip", facts)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), at=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_whatever_bytes_an_organisation_signs_for_only_packages_are_opened(
    tmp_path: Path, body: bytes, at: float, change: int
) -> None:
    path = tmp_path / "signed.zip"
    write_package(path, [holding(b"a diploma"), holding({"a": "b"})], {})
    broken = bytearray(path.read_bytes())
    broken[int(at * len(broken))] ^= change
    for content in (body, bytes(broken), bytes(broken[: int(at * len(broken))])):
        path.write_bytes(content)
        facts = PackageFacts(digest=file_digest(path), size=max(len(content), 1), holdings=0)
        try:
            receive_package(iter([content]), tmp_path / "came.zip", facts)
            combine(io.BytesIO(), {"01-somebody": tmp_path / "came.zip"}, {})
        except WrongPackage:
            continue


def test_more_bytes_than_were_signed_for_are_not_taken(tmp_path: Path) -> None:
    taken: list[int] = []

    def endless() -> Any:
        while True:
            taken.append(1)
            yield b"x" * 1000

    with pytest.raises(WrongPackage):
        receive_package(endless(), tmp_path / "came.zip", PackageFacts(digest="0" * 64, size=5000, holdings=0))
    assert len(taken) == 6
