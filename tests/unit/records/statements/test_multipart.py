"""Parts: whatever is written in parts is read again, byte by byte, and any bytes are read or refused in words."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from skillspace.records.statements import Attachment, NotAStatement, boundary_of, matched, read_parts, write_parts
from tests.unit.records.statements.test_values import fault_of

BODIES = st.lists(
    st.binary(max_size=60) | st.sampled_from([b"", b"\r\n", b"--", b"\n--x\r\n", b"\r\n\r\n"]), max_size=4
)


@given(BODIES, st.binary(max_size=40).filter(lambda content: b"--" not in content))
def test_what_is_written_in_parts_is_read_again(bodies: list[bytes], content: bytes) -> None:
    files = {hashlib.sha256(one).hexdigest(): one for one in bodies}
    sent = [Attachment(sha2=sha2, content_type="text/plain", body=one) for sha2, one in files.items()]
    content_type, body = write_parts(content, sent)
    first, found = read_parts(body, boundary_of(content_type))
    assert first == content
    assert {sha2: one.body for sha2, one in found.items()} == files


@given(
    st.binary(),
    st.lists(st.sampled_from([b"--x", b"--x--", b"\r\n", b"\n", b"a: b", b"Content-Type: application/json"])),
)
def test_any_bytes_are_parts_or_refused_in_words(noise: bytes, pieces: list[bytes]) -> None:
    fault = fault_of(read_parts, b"".join(pieces) + noise + b"\r\n".join(pieces), "x")
    assert fault is None or fault.message


@given(st.lists(st.integers(0, 5), max_size=5), st.sets(st.integers(0, 5)))
def test_each_part_belongs_to_a_statement_and_each_statement_has_its_parts(named: list[int], sent: set[int]) -> None:
    parts = {str(one): Attachment(sha2=str(one), content_type="text/plain", body=b"") for one in sent}
    statements = [{"attachments": [{"sha2": str(one), "usageType": "urn:x:y"}]} for one in named]
    try:
        found = [[one.sha2 for one in own] for _, own in matched(statements, parts)]
    except NotAStatement:
        assert set(named) != sent
        return
    assert set(named) == sent
    assert found == [[str(one)] for one in named]
