"""`skillspace receipt verify`: a receipt from years ago is checked with nothing but a public key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli.receipt import app
from skillspace.trust.identity import did_document
from skillspace.wire.jose import SigningKey
from tests.unit.trust.consent.conftest import HUB, World

run = CliRunner().invoke


@pytest.fixture
def document(world: World, tmp_path: Path) -> Path:
    """The hub's DID document, as somebody kept it."""
    file = tmp_path / "did.json"
    file.write_text(json.dumps(did_document(HUB, [world[HUB].key], {}, [])), encoding="utf-8")
    return file


@pytest.mark.parametrize("form", ["document", "credential"])
def test_a_genuine_receipt_says_who_signed_what(world: World, tmp_path: Path, document: Path, form: str) -> None:
    grant = world.granted()
    with world[HUB].database.reading() as work:
        consents = world[HUB].consents
        text = (
            json.dumps(consents.receipt(work, grant.id, "sv"))
            if form == "document"
            else consents.receipt_credential(work, grant.id, "sv")
        )
    file = tmp_path / "receipt"
    file.write_text(text, encoding="utf-8")
    found = run(app, ["verify", str(file), "--did-document", str(document)])
    assert found.exit_code == 0, found.output
    assert HUB in found.output
    assert grant.id in found.output
    assert "Invented Works" in found.output


@pytest.mark.parametrize("what", ["text", "other key", "no json", "credential"])
def test_what_is_not_genuine_is_called_so(world: World, tmp_path: Path, document: Path, what: str) -> None:
    grant = world.granted()
    with world[HUB].database.reading() as work:
        receipt = world[HUB].consents.receipt(work, grant.id, "en")
        credential = world[HUB].consents.receipt_credential(work, grant.id, "en")
    text = json.dumps(receipt)
    if what == "text":
        text = text.replace("Invented Works", "Another Works")
    if what == "other key":
        other = SigningKey.generate(f"{HUB}#key-1")
        document.write_text(json.dumps(did_document(HUB, [other], {}, [])), encoding="utf-8")
    if what == "no json":
        text = "{"
    if what == "credential":
        text = credential[:-8] + "AAAAAAAA"
    file = tmp_path / "receipt"
    file.write_text(text, encoding="utf-8")
    found = run(app, ["verify", str(file), "--did-document", str(document)])
    assert found.exit_code == 1
    assert "Not genuine" in found.output
