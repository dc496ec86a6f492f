"""Letters leave encrypted, whole, for one address, and no fault of a mail server repeats that address."""

from __future__ import annotations

import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pydantic import ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.wire.mail import Letter, MailRefused, MailSettings, MailUnavailable, Postbox, postbox_of
from tests.conftest import NOON
from tests.smtp import certificate, mail_server

SENDER = "no-reply@university.example"


def letter(**changes: str) -> Letter:
    facts = {"to": "alva@example.org", "sender_name": "Invented University", "subject": "Your code", "language": "en"}
    return Letter(**{**facts, "body": "The code is K7QF-2MXA.\n.\nå\n", **changes})


def smtp(folder: Path, port: int, **more: object) -> Postbox:
    content = {"sender": SENDER, "host": "localhost", "port": port, "ca_file": "ca.pem"} | more
    return postbox_of(MailSettings.model_validate(content), folder, lambda: NOON)


def test_a_letter_goes_over_tls_and_arrives_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("right\n")
    with mail_server(tmp_path) as server:
        smtp(tmp_path, server.port, user="node", password_file="password").send(letter())
    [(to, got)] = server.letters
    assert (to, got["To"], got["From"]) == ("alva@example.org", "alva@example.org", f"Invented University <{SENDER}>")
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().splitlines() == ["The code is K7QF-2MXA.", ".", "å"]
    assert server.encrypted == [True]
    assert server.signed_in == ["\0node\0right"]


def test_without_encryption_nothing_is_said(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        server.offers_tls = False
        with pytest.raises(MailUnavailable, match="does not offer"):
            smtp(tmp_path, server.port).send(letter())
        assert server.letters == []


def test_a_server_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    certificate(tmp_path / "other")
    with mail_server(tmp_path) as server:
        with pytest.raises(MailUnavailable, match="certificate"):
            smtp(tmp_path, server.port, ca_file="other/ca.pem").send(letter())
        assert server.letters == []


@pytest.mark.parametrize(
    ("answer", "fault"), [("550 no ADDRESS here", MailRefused), ("451 ADDRESS is busy", MailUnavailable)]
)
def test_a_refusal_is_for_good_or_for_now_and_never_names_the_address(
    tmp_path: Path, answer: str, fault: type[Exception]
) -> None:
    with mail_server(tmp_path) as server:
        server.answer_to_recipient = answer
        with pytest.raises(fault) as no:
            smtp(tmp_path, server.port).send(letter())
    assert "alva" not in str(no.value)
    assert no.value.__cause__ is None
    assert no.value.__suppress_context__


def test_a_wrong_password_and_a_silent_server_are_for_now(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("wrong")
    with mail_server(tmp_path) as server, pytest.raises(MailUnavailable, match="sign in"):
        smtp(tmp_path, server.port, user="node", password_file="password").send(letter())
    with pytest.raises(MailUnavailable, match="does not answer"):
        smtp(tmp_path, server.port).send(letter())


def test_a_letter_in_the_folder_is_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    postbox_of(MailSettings(sender=SENDER, outbox=True), tmp_path, lambda: NOON).send(letter())
    [file] = (tmp_path / "outbox").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["To"] == "alva@example.org"


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "alva@example.org\nBcc: all@example.org"},
        {"subject": "Your code\r\nBcc: all@example.org"},
        {"to": "alva@example.org, all@example.org"},
        {"to": ""},
    ],
)
def test_nothing_written_into_a_letter_makes_another_header_or_reader(tmp_path: Path, changes: dict[str, str]) -> None:
    box = postbox_of(MailSettings(sender=SENDER, outbox=True), tmp_path, lambda: NOON)
    with pytest.raises(BadInput) as no:
        box.send(letter(**changes))
    assert "alva" not in str(no.value)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"host": "mail.example.org", "outbox": True},
        {"host": "mail.example.org", "security": "none"},
        {"host": "mail.example.org", "user": "node"},
        {"host": "mail.example.org", "sender": "a b@example.org"},
        {"host": "mail.example.org", "password": "secret"},
    ],
)
def test_settings_that_would_leak_or_lead_nowhere_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MailSettings.model_validate({"sender": SENDER} | content)


def test_a_letter_printed_shows_neither_address_nor_code() -> None:
    assert "alva" not in repr(letter())
    assert "K7QF" not in repr(letter())
