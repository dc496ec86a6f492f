"""The command `skillspace receipt verify`: is a receipt of a consent genuine, checked with nothing but a public key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, InvalidSignature, UnreadableFile
from skillspace.records.credentials import KeyResolver
from skillspace.trust.consent import check_credential, check_receipt
from skillspace.trust.identity import DidResolver
from skillspace.trust.identity.document import read_document
from skillspace.wire.jose import strict_json
from skillspace.wire.outbound import Outbound

app = typer.Typer(no_args_is_help=True, help="Receipts of consents: check them.")
out = Console()
LARGEST = 1024 * 1024


@app.callback()
def receipts() -> None:
    """Keep `verify` a command of its own: there will be others."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt: JSON, or a credential (JWT).")],
    did_document: Annotated[
        Path | None, typer.Option(help="The signer's DID document: nothing is asked of any network then.")
    ] = None,
) -> None:
    """Check signature and content; tell who signed what for whom. Exit code 1 when it is not genuine."""
    text = _read(file).strip()
    outbound = Outbound()
    try:
        resolve = _keys(did_document) if did_document else DidResolver(outbound).key
        signer, receipt = _check(text, resolve)
    except (BadInput, InvalidSignature) as fault:
        out.print(f"Not genuine: {fault.message}", style="bold red", highlight=False)
        raise typer.Exit(1) from None
    finally:
        outbound.close()
    out.print(f"Genuine: signed by {signer}.", style="bold green", highlight=False)
    for line in _told(receipt):
        out.print(line, highlight=False)


def _check(text: str, resolve: KeyResolver) -> tuple[str, Mapping[str, Any]]:
    if not text.startswith("{"):
        return check_credential(text, resolve, now())
    document = strict_json(text)
    if not isinstance(document, dict):
        raise BadInput("A receipt is a JSON object.")
    return check_receipt(document, resolve), document


def _keys(file: Path) -> KeyResolver:
    content = strict_json(_read(file))
    if not isinstance(content, dict):
        raise BadInput(f"{file} is no DID document.")
    document = read_document(content, str(content.get("id")))

    def key(did: str, kid: str) -> Mapping[str, object]:
        if did != document.did:
            raise InvalidSignature(f"The receipt is signed by {did}, the document is of {document.did}.")
        return document.key(kid, "assertionMethod")

    return key


def _told(receipt: Mapping[str, Any]) -> list[str]:
    """The receipt's own sentences, as far as it has any."""
    try:
        record = receipt["dpv:hasRecordOfActivity"]
        said = record["dpv:hasNotice"]["dct:description"]
        given = record["dpv:hasConsentStatus"]["dpv:isIndicatedAtTime"]
        return [f"Given on {given}, number {record['dct:identifier']}.", *(f"  {one}" for one in said)]
    except (KeyError, TypeError):
        return [json.dumps(receipt, ensure_ascii=False)[:2000]]


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise UnreadableFile(f"{file} is larger than a receipt can be.")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise UnreadableFile(f"{file}: {fault}.") from None
