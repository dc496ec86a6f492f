"""Badges in pictures: what is baked in comes out again, and a picture is otherwise left as it was."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats import read
from skillspace.records.formats.credentials import openbadges, openbadges2
from skillspace.records.formats.files.baking import PNG, bake, unbake_png
from skillspace.records.formats.files.opening import open_document
from skillspace.records.formats.suite import FULL, NOON, no_keys
from tests.unit.records.formats.samples import BADGE2

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9"><circle r="4"/></svg>'


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG with its check sum."""
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def picture(*more: bytes) -> bytes:
    """One grey point."""
    head = chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    return PNG + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("image", [picture(), SVG], ids=["png", "svg"])
def test_a_baked_badge_is_read_from_its_picture(image: bytes) -> None:
    credential = openbadges.write_record(FULL)
    baked = bake(image, credential)
    record = read(baked, resolve_key=no_keys, at=NOON)
    plain = read(credential, resolve_key=no_keys, at=NOON)
    assert record.media_type.startswith("image/")
    assert [each.label for each in record.assertions] == [each.label for each in plain.assertions]
    assert open_document(bake(baked, credential)).document == json.loads(credential)


def test_a_token_is_baked_as_one() -> None:
    assert open_document(bake(SVG, b"aa.bb.cc")).document == "aa.bb.cc"
    assert open_document(bake(picture(), b"aa.bb.cc")).document == "aa.bb.cc"


def test_a_picture_keeps_its_own_parts() -> None:
    baked = bake(picture(chunk(b"tEXt", b"Author\0me")), b"{}")
    assert chunk(b"tEXt", b"Author\0me") in baked
    assert b"<circle" in bake(SVG, b"{}") or b"circle" in bake(SVG, b"{}")


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"tEXt", b"openbadges\0" + json.dumps(BADGE2).encode()),
        chunk(b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress(json.dumps(BADGE2).encode())),
    ],
)
def test_an_older_badge_is_read_from_either_kind_of_text(text: bytes) -> None:
    record = read(picture(text), resolve_key=no_keys, at=NOON)
    assert (record.format, record.title) == (openbadges2.FORMAT, "Rye bread")


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (picture(), "holds no badge"),
        (picture()[:-6], "breaks off"),
        (picture().replace(b"IDAT", b"IDAX"), "breaks off"),
        (picture(chunk(b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress(b" " * 6_000_000))), "larger than"),
        (picture(chunk(b"iTXt", b"openbadges\0\1\0\0\0junk")), "damaged"),
        (SVG, "holds no badge"),
    ],
)
def test_a_picture_without_a_whole_badge_is_refused(image: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        open_document(image)


def test_only_pictures_are_baked_into() -> None:
    for image in (b"GIF89a", b"<html/>", b""):
        with pytest.raises(BadInput):
            bake(image, b"{}")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(lambda text: json.dumps({"a": text})))
def test_any_text_comes_out_of_a_png_as_it_went_in(credential: str) -> None:
    assert unbake_png(bake(picture(), credential.encode())) == credential
