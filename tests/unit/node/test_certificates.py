"""A node's own certificate: asked for with its key, told to be wrong before anybody relies on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from skillspace.cli import node
from skillspace.kernel.errors import BadInput
from skillspace.node.certificates import anchors_of, chain_of
from skillspace.node.keys import make_key
from skillspace.node.settings import Settings, read_settings, write_settings
from skillspace.trust.identity import did_of_address
from skillspace.wire.jose import SigningKey
from tests.certificates import authority, pem, public_key, self_signed, x5c

ADDRESS, HOST = "https://school.example", "school.example"
ROOT = authority()
BELOW = authority("Invented Issuing Office", ROOT)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    content = {"name": "Invented School", "address": ADDRESS, "roles": ["school"], "certificate_chain": "chain.pem"}
    write_settings(tmp_path, content | {"authority": "did:web:authority.example", "seal_anchors": "anchors.pem"})
    make_key(tmp_path, did_of_address(ADDRESS))
    return read_settings(tmp_path)


def own(settings: Settings) -> SigningKey:
    return make_key(settings.folder, settings.did)


def test_a_request_holds_the_key_the_address_and_the_name(settings: Settings) -> None:
    result = CliRunner().invoke(node.app, ["certificate-request", str(settings.folder)], catch_exceptions=False)
    found = x509.load_pem_x509_csr(result.output.encode())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert found.is_signature_valid
    assert found.public_key() == public_key(own(settings))
    assert names.get_values_for_type(x509.DNSName) == [HOST]
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [ADDRESS, settings.did]
    assert found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "Invented School"


def test_its_chain_is_told_without_the_anchor(settings: Settings) -> None:
    chain = BELOW.give(own(settings), hosts=[HOST])
    (settings.folder / "chain.pem").write_bytes(pem(*chain, ROOT.certificate))
    (settings.folder / "anchors.pem").write_bytes(pem(ROOT.certificate, BELOW.certificate))
    assert list(chain_of(settings, own(settings))) == x5c(chain)
    assert anchors_of(settings) == [ROOT.certificate, BELOW.certificate]


@pytest.mark.parametrize(
    ("chain", "why"),
    [
        (lambda _: pem(*BELOW.give(SigningKey.generate("other"), hosts=[HOST])), "another key"),
        (lambda key: pem(*BELOW.give(key, hosts=["other.example"])), "does not name school.example"),
        (lambda key: pem(self_signed(key, HOST)), "nobody but its owner"),
        (lambda _: b"no certificate", "no certificates in PEM"),
    ],
)
def test_one_that_others_would_refuse_is_named_at_the_start(
    settings: Settings, chain: Callable[[SigningKey], bytes], why: str
) -> None:
    (settings.folder / "chain.pem").write_bytes(chain(own(settings)))
    with pytest.raises(BadInput, match=why):
        chain_of(settings, own(settings))


def test_without_one_there_is_none(settings: Settings) -> None:
    without = settings.model_copy(update={"certificate_chain": None, "seal_anchors": None})
    assert chain_of(without, own(settings)) == ()
    assert anchors_of(without) == []
