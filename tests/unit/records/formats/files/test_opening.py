"""From bytes to a document: what is read, and everything hostile answered in plain words."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats.files import archive as archives
from skillspace.records.formats.files import xml
from skillspace.records.formats.files.archive import Archive
from skillspace.records.formats.files.opening import MAX_BYTES, is_token, open_document
from skillspace.records.formats.files.tables import Table, parse_table, write_table
from skillspace.records.formats.files.xml import Element, parse_xml, text_at
from tests.unit.records.formats.samples import zipped

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    "document",
    [
        LAUGHS,
        OUTSIDE,
        b"<!-- first --> <?x y?>\n<!DOCTYPE a><a/>",
        b"\xef\xbb\xbf<!DOCTYPE a SYSTEM 'http://evil.example/a.dtd'><a/>",
    ],
)
def test_a_document_type_is_refused_before_anything_in_it_takes_effect(document: bytes) -> None:
    with pytest.raises(UnreadableFile, match="DOCTYPE"):
        open_document(document)


def test_words_that_look_like_a_document_type_are_words() -> None:
    root = parse_xml(b"<a><b><![CDATA[<!DOCTYPE html><p>mail</p>]]></b></a>")
    assert text_at(root, "b") == "<!DOCTYPE html><p>mail</p>"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"<a>" * 300 + b"</a>" * 300, "breaks off"),
        (b"<a><b></a>", "breaks off"),
        (b"<a>half of an upl", "breaks off"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "UTF-7"),
        (b"<\0a\0/\0>\0", "UTF-16"),
        (b"<a/>" * 2, "breaks off"),
        ("<a>kök</a>".encode("latin-1"), "breaks off"),
        (b"<a>" + b"<b/>" * (xml.MAX_ELEMENTS * 2) + b"</a>", "too many elements"),
        (b" " * (MAX_BYTES + 1), "too large"),
        (b"", "empty"),
        (b"Dear Sir, I am a baker\nand have been one for years.\n", "neither JSON, XML nor a table"),
        (b"Only one line", "neither JSON, XML nor a table"),
        (b"PK\x03\x04half", "archive"),
        (b"\x89PNG\r\n\x1a\nhalf", "breaks off"),
        (b"%PDF-1.7\n%%EOF", "no attached XML"),
        (b"%PDF-1.7\n/Encrypt", "locked"),
    ],
)
def test_what_cannot_be_read_is_answered_in_plain_words(document: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        open_document(document)


def test_latin_1_that_says_so_is_read() -> None:
    root = parse_xml('<?xml version="1.0" encoding="ISO-8859-1"?><a><b>kök</b></a>'.encode("latin-1"))
    assert text_at(root, "b") == "kök"


def bomb() -> bytes:
    """A few kilobytes that would become very many."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.json", b"0" * (50 * 1024 * 1024))
    return packed.getvalue()


def test_an_archive_that_would_grow_beyond_reason_is_not_unpacked() -> None:
    with pytest.raises(UnreadableFile, match="would grow"):
        open_document(bomb())


def test_a_member_that_lies_about_its_size_is_stopped_at_the_bound() -> None:
    """The directory says that it is small; what is unpacked goes on."""
    honest = zipped({"a.json": "0" * 1000})
    with pytest.raises(UnreadableFile, match="larger than 100 bytes"):
        Archive(honest, largest=100)["a.json"]
    lying = honest.replace((1000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    with pytest.raises(UnreadableFile, match=r"a\.json"):
        Archive(lying, largest=100)["a.json"]


def test_an_archive_of_very_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(UnreadableFile, match="3 files"):
        open_document(zipped({"a": "", "b": "", "c": ""}))


def test_a_name_in_an_archive_is_a_label_and_no_place() -> None:
    opened = open_document(zipped({"../../etc/Profile.csv": "a,b\n", "C:\\x\\Skills.csv": "Name\n"})).document
    assert isinstance(opened, Archive)
    assert set(opened) == {"Profile.csv", "Skills.csv"}


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "document",
    [
        b"<" + b" " * 1_000_000,
        b"<?" * 500_000,
        b"<!--" * 500_000,
        b"%PDF-" + b"/EmbeddedFile" * 200_000,
        b" " * 1_000_000 + b"<",
    ],
    ids=["space", "instructions", "comments", "pdf", "late"],
)
def test_long_beginnings_without_an_end_are_refused_and_keep_nobody_waiting(document: bytes) -> None:
    with pytest.raises(UnreadableFile):
        open_document(document)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"%PDF-", b"a,b\n", b"{"])
)
def test_any_bytes_are_opened_or_refused(document: bytes, start: bytes) -> None:
    with contextlib.suppress(BadInput):
        open_document(start + document)


def test_a_token_is_three_parts_of_base64url() -> None:
    assert is_token("a.b-_.c")
    assert not any(is_token(each) for each in ("a.b", "a..c", "a.b.c.d", "a.b.ö", None, 1, "a b.c.d"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    opened = open_document(f"name{delimiter}skill\nElin{delimiter}bread\n\n".encode()).document
    assert opened == Table(columns=("name", "skill"), rows=(("Elin", "bread"),))


@pytest.mark.parametrize(
    ("text", "why"),
    [("a,b\n1,2,3\n", "row 2 has 3 values"), ('a,b\n"x', "row 2"), ("a,a\n1,2\n", "same name")],
)
def test_a_row_that_does_not_fit_is_named(text: str, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        parse_table(text)


def test_what_a_spreadsheet_would_run_is_made_inert() -> None:
    written = write_table(("a",), [{"a": "=HYPERLINK(1)"}, {"a": "fine"}])
    assert written == b"a\r\n'=HYPERLINK(1)\r\nfine\r\n"


def test_xml_is_navigated_by_local_names() -> None:
    root = parse_xml(b'<x:a xmlns:x="urn:x"><x:b><c> words </c></x:b></x:a>')
    assert isinstance(root, Element)
    assert text_at(root, "b/c") == "words"
