"""Statements with attachments: multipart bodies, hashes, and signatures."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from email.parser import BytesParser
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.conformance.lrs.door import Door, new_id, requirement
from tests.conformance.lrs.parts import ATTACHMENT, Json, plain

pytestmark = pytest.mark.conformance
BOUNDARY = "-------314159265358979323846"
MIXED = {"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"}
JSON_PART = "Content-Type: application/json\r\n"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def described(content: bytes, **more: Any) -> Json:
    own = {name: value for name, value in ATTACHMENT.items() if name != "fileUrl"}
    return {**own, "length": len(content), "sha2": hashlib.sha256(content).hexdigest(), **more}


def part(content: bytes, *, line: str = "\r\n", **changed: str | None) -> bytes:
    headers: dict[str, str | None] = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
        **changed,
    }
    told = line.join(f"{name}: {value}" for name, value in headers.items() if value is not None)
    return told.encode() + (line * 2).encode() + content


def body(statements: Any, *parts: bytes, line: str = "\r\n", first: str = JSON_PART) -> bytes:
    pieces = [first.replace("\r\n", line).encode() + line.encode() + json.dumps(statements).encode(), *parts]
    edge = f"--{BOUNDARY}{line}".encode()
    return b"".join(edge + piece + line.encode() for piece in pieces) + f"--{BOUNDARY}--{line}".encode()


def read(answer: Any) -> tuple[Any, list[tuple[str, bytes]]]:
    """The JSON of a multipart answer, and its attachments, as any other reader of mail reads them."""
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    whole = BytesParser().parsebytes(head + answer.content)
    assert whole.get_content_type() == "multipart/mixed"
    first, *others = whole.get_payload()  # type: ignore[misc]
    found = [(one["X-Experience-API-Hash"], one.get_payload(decode=True)) for one in others]  # type: ignore[index, union-attr]
    return json.loads(first.get_payload(decode=True)), found  # type: ignore[union-attr, arg-type]


@requirement("XAPI-00161", "XAPI-00167", "XAPI-00127")
def test_attachments_come_back_with_their_statement_when_they_are_asked_for(door: Door) -> None:
    files = [b"here is a simple attachment", b"here is another one\r\n--\xff\x00\r\n"]
    statement = {**plain(), "id": new_id(), "attachments": [described(one) for one in files]}
    answer = door.post(body(statement, *(part(one) for one in files)), headers=MIXED)
    assert answer.status_code == 200, answer.text
    asked = {"statementId": statement["id"]}
    for without in (asked, {**asked, "attachments": False}):
        got = door.call("GET", "statements", without)
        assert got.headers["content-type"] == "application/json"
        assert got.json()["attachments"] == statement["attachments"]
    got = door.call("GET", "statements", {**asked, "attachments": True})
    assert re.fullmatch(r"multipart/mixed; boundary=[^;\"\s]+", got.headers["content-type"])
    kept, found = read(got)
    assert kept["id"] == statement["id"]
    assert sorted(found) == sorted((hashlib.sha256(one).hexdigest(), one) for one in files)
    for one in files:
        assert got.content.count(hashlib.sha256(one).hexdigest().encode()) == 2
    listed, found = read(door.call("GET", "statements", {"limit": 1, "attachments": True}))
    assert listed["statements"][0]["id"] == statement["id"]
    assert len(found) == 2


def test_without_any_attachment_the_answer_is_in_parts_all_the_same(door: Door) -> None:
    number = door.stored(plain())
    kept, found = read(door.call("GET", "statements", {"statementId": number, "attachments": True}))
    assert (kept["id"], found) == (number, [])


def test_lines_may_end_as_they_do_on_other_machines(door: Door) -> None:
    content = b"here is a simple attachment"
    statement = {**plain(), "attachments": [described(content)]}
    answer = door.post(body(statement, part(content, line="\n"), line="\n"), headers=MIXED)
    assert answer.status_code == 200, answer.text
    quoted = {"Content-Type": f'multipart/mixed; charset=utf-8; boundary="{BOUNDARY}"'}
    assert door.post(body(statement, part(content)), headers=quoted).status_code == 200
    assert door.post(b"\r\n" + body(statement, part(content)), headers=MIXED).status_code == 200


def test_parts_may_be_written_as_tersely_as_mail_allows(door: Door) -> None:
    content = b"here is a simple attachment"
    statement = {**plain(), "attachments": [described(content)]}
    spaced = body(statement, part(content))
    terse = b"\r\n" + spaced.replace(b": ", b":").removesuffix(b"\r\n")
    assert terse != spaced
    assert door.post(terse, headers=MIXED).status_code == 200


@requirement("XAPI-00127")
def test_where_a_file_lies_is_enough(door: Door) -> None:
    statement = {**plain(), "attachments": [ATTACHMENT]}
    assert door.post(statement).status_code == 200
    assert door.post(body(statement), headers=MIXED).status_code == 200
    assert door.post(body(plain()), headers=MIXED).status_code == 200
    for kind in ("multipart/form-data; boundary=x", "text/plain", "application/x-www-form-urlencoded"):
        assert door.post(json.dumps(statement), headers={"Content-Type": kind}).status_code == 400
    as_form = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert door.post(body(statement), headers=as_form).status_code == 400
    assert (
        door.post(json.dumps(plain()), headers={"Content-Type": "application/json; charset=utf-8"}).status_code == 200
    )


CONTENT = b"here is a simple attachment"
WITH_FILE = {**plain(), "attachments": [described(CONTENT)]}
WRONG: list[tuple[str, bytes]] = [
    ("XAPI-00129 no bytes", body(WITH_FILE)),
    ("XAPI-00129 one of two", body({**plain(), "attachments": [described(CONTENT), described(b"x")]}, part(CONTENT))),
    ("XAPI-00128 one too many", body(WITH_FILE, part(CONTENT), part(b"more"))),
    ("XAPI-00128 none described", body(plain(), part(CONTENT))),
    ("XAPI-00131 no first boundary", body(WITH_FILE, part(CONTENT)).partition(b"\r\n")[2]),
    ("XAPI-00130 no boundary between", body(WITH_FILE).replace(f"--{BOUNDARY}--".encode(), part(CONTENT))),
    ("XAPI-00130 no last boundary", body(WITH_FILE, part(CONTENT))[:-10]),
    ("XAPI-00134 first part as text", body(WITH_FILE, part(CONTENT), first="Content-Type: text/plain\r\n")),
    ("XAPI-00134 first part as nothing", body(WITH_FILE, part(CONTENT), first="")),
    (
        "XAPI-00133 statements in two parts",
        body(WITH_FILE, JSON_PART.encode() + b"\r\n" + json.dumps(WITH_FILE).encode(), part(CONTENT)),
    ),
    ("XAPI-00132 no hash", body(WITH_FILE, part(CONTENT, **{"X-Experience-API-Hash": None}))),
    ("XAPI-00132 another hash", body(WITH_FILE, part(CONTENT, **{"X-Experience-API-Hash": "b0" * 32}))),
    ("XAPI-00132 no hash at all", body(WITH_FILE, part(CONTENT, **{"X-Experience-API-Hash": "x"}))),
    ("XAPI-00132 other bytes", body(WITH_FILE, part(b"x", **{"X-Experience-API-Hash": described(CONTENT)["sha2"]}))),
    ("XAPI-00135 in base64", body(WITH_FILE, part(CONTENT, **{"Content-Transfer-Encoding": "base64"}))),
    ("XAPI-00135 untold", body(WITH_FILE, part(CONTENT, **{"Content-Transfer-Encoding": None}))),
    ("a kind that no header can have", body(WITH_FILE, part(CONTENT, **{"Content-Type": "text/plain\0"}))),
    ("nothing", b""),
    ("no JSON", body(WITH_FILE, part(CONTENT)).replace(b'{"actor"', b"{actor", 1)),
]


@requirement("XAPI-00128", "XAPI-00129", "XAPI-00130", "XAPI-00131", "XAPI-00132", "XAPI-00133", "XAPI-00134")
@requirement("XAPI-00135")
@pytest.mark.parametrize(("what", "sent"), WRONG, ids=[what for what, _ in WRONG])
def test_parts_that_do_not_fit_are_refused(door: Door, what: str, sent: bytes) -> None:
    assert door.post(sent, headers=MIXED).status_code == 400, what


@requirement("XAPI-00130", "XAPI-00129")
def test_without_a_boundary_or_without_parts_it_is_refused(door: Door) -> None:
    sent = body(WITH_FILE, part(CONTENT))
    for kind in (
        "multipart/mixed;",
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=other",
    ):
        assert door.post(sent, headers={"Content-Type": kind}).status_code == 400
    assert door.post(WITH_FILE).status_code == 400, "as plain JSON its bytes are missing"


@requirement("XAPI-00133")
def test_several_statements_share_their_parts(door: Door) -> None:
    one, other = ({**WITH_FILE, "id": new_id()} for _ in range(2))
    assert door.post(body([one, other], part(CONTENT)), headers=MIXED).status_code == 200
    for number in (one["id"], other["id"]):
        _, found = read(door.call("GET", "statements", {"statementId": number, "attachments": True}))
        assert [content for _, content in found] == [CONTENT]
    _, found = read(door.call("GET", "statements", {"limit": 2, "attachments": True}))
    assert len(found) == 1, "the same bytes once"


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def token(payload: bytes, key: Any = KEY, alg: str = "RS256", **header: Any) -> bytes:
    used = {"RS384": hashes.SHA384, "RS512": hashes.SHA512}.get(alg, hashes.SHA256)
    signed = f"{coded(json.dumps({'alg': alg, **header}).encode())}.{coded(payload)}"
    return f"{signed}.{coded(key.sign(signed.encode(), padding.PKCS1v15(), used()))}".encode()


def certificate(key: Any) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A tool")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    der = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return base64.b64encode(der).decode()


def signed(statement: Json, sign: Callable[[bytes], bytes], **more: Any) -> bytes:
    signature = sign(json.dumps(statement).encode())
    own = described(signature, usageType=SIGNATURE, contentType="application/octet-stream", **more)
    full = {**statement, "attachments": [*statement.get("attachments", []), own]}
    return body(full, part(signature, **{"Content-Type": own["contentType"]}))


@requirement("XAPI-00115", "XAPI-00116", "XAPI-00117")
@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signed_statement_is_taken(door: Door, alg: str) -> None:
    statement = {**plain(), "id": new_id(), "timestamp": "2013-05-18T05:32:34.804+02:00"}
    assert door.post(signed(statement, lambda said: token(said, alg=alg)), headers=MIXED).status_code == 200
    certified = {**statement, "id": new_id(), "attachments": [ATTACHMENT]}
    sent = signed(certified, lambda said: token(said, alg=alg, x5c=[certificate(KEY)]))
    answer = door.post(sent, headers=MIXED)
    assert answer.status_code == 200, answer.text


@requirement("XAPI-00124")
def test_a_signed_duration_is_compared_to_hundredths_of_a_second(door: Door) -> None:
    for longer, expected in (("PT36M0.1237S", 200), ("PT36M0.13S", 400)):
        statement = {**plain(), "id": new_id(), "result": {"duration": "PT36M0.12S"}}
        sent = signed(statement, token).replace(b"PT36M0.12S", longer.encode(), 1)
        assert door.post(sent, headers=MIXED).status_code == expected, longer


def _wrongly_signed() -> Iterator[tuple[str, bytes]]:
    statement = {**plain(), "id": "16fd2706-8baf-433b-82eb-8c7fada847da"}
    yield "as text", signed(statement, token).replace(b"application/octet-stream", b"text/plain; charset=ascii")
    yield "by a shared secret", signed(statement, lambda said: token(said, alg="HS256"))
    yield "by nobody", signed(statement, lambda said: token(said, alg="none"))
    yield "broken JSON", signed(statement, lambda said: token(said.replace(b'"', b"'", 1)))
    yield "no token", signed(statement, lambda _: b"not.a.token")
    yield "no parts", signed(statement, lambda _: b"abc")
    yield "no object", signed(statement, lambda _: token(b"[1]"))
    yield "another statement", signed(statement, lambda said: token(said.replace(b"alva@", b"camille@")))
    yield "another key", signed(statement, lambda said: token(said, OTHER_KEY, x5c=[certificate(KEY)]))
    yield "no certificate", signed(statement, lambda said: token(said, x5c=["AAAA"]))
    yield "no certificates", signed(statement, lambda said: token(said, x5c=[]))
    own = described(b"x", usageType=SIGNATURE, contentType="application/octet-stream", fileUrl="https://example.org/s")
    yield "elsewhere", body({**statement, "attachments": [own]})


@requirement("XAPI-00115", "XAPI-00116", "XAPI-00117")
@pytest.mark.parametrize(("what", "sent"), [pytest.param(*one, id=one[0]) for one in _wrongly_signed()])
def test_a_signature_that_is_none_is_refused(door: Door, what: str, sent: bytes) -> None:
    assert door.post(sent, headers=MIXED).status_code == 400, what
