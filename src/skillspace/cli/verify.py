"""The command `skillspace verify`: is this document good, and how far is its issuer trusted, check by check in plain
words, also without a network."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from rich.console import Console
from rich.markup import escape

from skillspace.cli.files import content_of
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.verdict import Outcome, Verdict
from skillspace.records.formats.files.opening import MAX_BYTES, decode
from skillspace.records.trail import Check as HopCheck
from skillspace.trust.identity import DidResolver
from skillspace.trust.identity.document import read_document
from skillspace.trust.identity.resolver import document_of_key
from skillspace.trust.issuers import IssuerAnswer, Line
from skillspace.trust.issuers.accreditation import Said, line_of
from skillspace.trust.issuers.certified import ADDRESS, CertifiedKeys
from skillspace.trust.issuers.identity import IdentityLooks
from skillspace.trust.issuers.lists import MAX_LIST_BYTES, read_list, signer_of
from skillspace.trust.issuers.revocation import Revocation
from skillspace.trust.issuers.revocation_asking import RevocationDesk
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.issuers.words import ACCREDITATION, IDENTITY, SOURCES, sentence
from skillspace.trust.status import StatusChecker
from skillspace.trust.verification import Asked, Examined, Examiner, Kind, ShownBy
from skillspace.wire.certificates import UNREADABLE
from skillspace.wire.jose import strict_json
from skillspace.wire.outbound import Outbound

app = typer.Typer()
out = Console()
_SIGNS = {Outcome.HELD: "[green]✓[/]", Outcome.FAILED: "[bold red]✗[/]", Outcome.UNCHECKED: "–"}
MOST_SHOWN = 50
_REVOCATION = {
    Revocation.STANDS: f"{_SIGNS[Outcome.HELD]} certificate: It was not taken back.",
    Revocation.UNCHECKED: f"{_SIGNS[Outcome.UNCHECKED]} certificate: Whether it was taken back was not checked.",
    Revocation.REVOKED: f"{_SIGNS[Outcome.FAILED]} certificate: It was taken back.",
}


@app.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(
            help="A credential or presentation: JSON, a token (JWT, SD-JWT), a sealed document, a recognition trail, a "
            "baked PNG or SVG; - for stdin."
        ),
    ],
    trust: Annotated[list[str] | None, typer.Option(help="An issuer (DID) whose word counts; may be repeated.")] = None,
    holder: Annotated[str | None, typer.Option(help="Whom it must be about (DID).")] = None,
    did_document: Annotated[
        Path | None, typer.Option(help="The issuer's DID document: nothing is asked of any network then.")
    ] = None,
    accreditations: Annotated[
        list[Path] | None, typer.Option(help="A signed accreditation list; may be repeated.")
    ] = None,
    accreditor: Annotated[
        list[str] | None, typer.Option(help="Whose accreditation lists count (DID); others' count for nothing.")
    ] = None,
    seal_anchors: Annotated[
        Path | None, typer.Option(help="Certificates (PEM) of authorities whose seals and certificates count.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="Whom an SD-JWT must have been shown to: the client_id of the request.")
    ] = None,
    nonce: Annotated[str | None, typer.Option(help="The nonce of the request that an SD-JWT must answer.")] = None,
    offline: Annotated[bool, typer.Option(help="Ask no network: keys from did:key only, status not checked.")] = False,
) -> None:
    """Say whether a document is good, why not, and how far its issuer is trusted. Exit code 1 when it is not good."""
    raw, is_offline = _read(file), offline or did_document is not None
    outbound, signed = Outbound(), Outbound(plain=True)
    try:
        resolver = DidResolver(outbound)
        keys = _Keys(resolver, did_document, is_offline=is_offline)
        anchors = _certificates(seal_anchors)
        ask = None if is_offline else RevocationDesk(signed).ask
        certified = CertifiedKeys(keys.key, anchors, now, Standings(now, ask))
        examiner = Examiner(
            resolve_key=certified.key,
            resolve_holder_key=keys.holder_key,
            check_status=None if is_offline else StatusChecker(outbound, certified.key).check,
            anchors=anchors,
            clock=now,
            trust=(lambda issuer, _: issuer in trust) if trust else None,
            most=MOST_SHOWN,
            ask_seals=ask,
        )
        examined = examiner.examine(raw, holder=holder, asked=Asked(audience=audience, nonce=nonce))
        looks = IdentityLooks(resolver)
        for each in (examined, *examined.shown) if not is_offline else ():
            looks.look(each.issuer)
        said = _Said(accreditations or (), accreditor or (), keys.key)
        for line in (*_told(examined), *_trusted(examined, _Identities(looks, certified), said)):
            out.print(_on_one_line(line), highlight=False)
    finally:
        outbound.close()
        signed.close()
    out.print("[bold green]Good.[/]" if examined.holds else "[bold red]Not good.[/]")
    if not examined.holds:
        raise typer.Exit(1)


class _Keys:
    """Issuers' keys: from the document that was given, from a did:key itself, or from their addresses."""

    def __init__(self, resolver: DidResolver, did_document: Path | None, *, is_offline: bool) -> None:
        self._resolver = resolver
        self._written = strict_json(_read(did_document)) if did_document is not None else None
        self._is_offline = is_offline

    def key(self, did: str, kid: str) -> Mapping[str, object]:
        return self._key(did, kid, "assertionMethod")

    def holder_key(self, did: str, kid: str) -> Mapping[str, object]:
        return self._key(did, kid, "authentication")

    def _key(self, did: str, kid: str, purpose: str) -> Mapping[str, object]:
        if isinstance(self._written, dict) and self._written.get("id") == did:
            return read_document(self._written, did).key(kid, purpose)
        if did.startswith("did:key:"):
            return document_of_key(did).key(kid, purpose)
        if self._is_offline:
            raise NotFound(f"The document of {did} is not here, and no network was to be asked.")
        return self._resolver.key(did, kid, purpose)


class _Identities:
    """What proves who an issuer is: its own address, or for one that is known by it alone, its certificate."""

    def __init__(self, looks: IdentityLooks, certified: CertifiedKeys) -> None:
        self._looks = looks
        self._certified = certified

    def line(self, issuer: str, at: datetime) -> Line:
        return (self._certified if issuer.startswith(ADDRESS) else self._looks).line(issuer, at)


class _Said:
    """What the given accreditation lists say, of those signers alone who count; each list must hold."""

    def __init__(self, files: Sequence[Path], accreditors: Sequence[str], resolve_key: KeyResolver) -> None:
        self.is_given = bool(files)
        self._said: list[Said] = []
        for file in files:
            token = decode(content_of(file, MAX_LIST_BYTES))
            if signer_of(token) not in accreditors:
                continue
            found = read_list(token, resolve_key, now())
            self._said += [
                Said(accreditation=each, signer=found.signer, taken=found.issued, list_until=found.until)
                for each in found.accreditations
            ]

    def of(self, name: str) -> list[Said]:
        """Return what they say of the organisation with this name."""
        return [each for each in self._said if name in each.accreditation.names]


def _on_one_line(line: str) -> str:
    """A line without what would move or hide others on a screen: a document's words are whoever wrote it."""
    return "".join(each if each.isprintable() else "�" for each in line)


def _told(examined: Examined) -> Iterator[str]:
    if examined.kind is Kind.UNSIGNED:
        yield "✗ Nobody signed it, so anybody could have written it."
    if examined.seal is not None:
        yield f"{_SIGNS[Outcome.HELD]} seal: It fits, and nothing was changed."
        yield _REVOCATION[examined.seal.revocation]
    for number, hop in enumerate(examined.hops, 1):
        yield f"{_SIGNS[Outcome.HELD if hop.holds else Outcome.FAILED]} {_hop(number, hop)}"
    if examined.fault is not None:
        what = "trail" if examined.hops else "seal"
        yield f"{_SIGNS[Outcome.FAILED]} {what}: {escape(examined.fault.message)}"
    if examined.verdict is not None:
        yield from _checks(examined.verdict)
    if examined.shown_by is not None:
        yield from _shown(examined.shown_by)


def _shown(by: ShownBy) -> Iterator[str]:
    """What the holder's own signature proves, and what it cannot prove to whoever was not asked."""
    if by.bound is None:
        yield f"{_SIGNS[Outcome.FAILED]} shown: {escape(by.fault.message if by.fault else '')}"
        return
    made = f"{by.bound.made:%Y-%m-%d %H:%M} UTC"
    yield f"{_SIGNS[Outcome.HELD]} shown: The key it is bound to signed exactly this selection; it says on {made}."
    audience = escape(by.bound.audience[:200])
    if by.is_for_whom_open:
        yield f"{_SIGNS[Outcome.UNCHECKED]} for whom: Made for {audience}; whether that is you, --audience tells."
    else:
        yield f"{_SIGNS[Outcome.HELD]} for whom: Made for {audience}."
    if by.is_request_open:
        why = "A copy of what was shown to somebody else looks the same; only the nonce you asked with tells (--nonce)."
        yield f"{_SIGNS[Outcome.UNCHECKED]} request: {why}"
    else:
        yield f"{_SIGNS[Outcome.HELD]} request: It answers the request with this nonce."


def _hop(number: int, check: HopCheck) -> str:
    hop = check.hop
    said = f"{hop.kind.value} “{escape(hop.title)}” by {escape(hop.issuer_name)}, {hop.at:%Y-%m-%d}" if hop else "hop"
    return f"{number}. {said}: {escape(check.reason)}"


def _checks(verdict: Verdict, depth: int = 0) -> Iterator[str]:
    indent = "  " * depth
    for each in verdict.checks:
        yield f"{indent}{_SIGNS[each.outcome]} {each.question.value}: {escape(each.why)}"
    for number, shown in enumerate(verdict.shown, 1):
        yield f"{indent}  credential {number}:"
        yield from _checks(shown, depth + 2)


def _trusted(examined: Examined, looks: _Identities, said: _Said) -> Iterator[str]:
    """How far each issuer that proved to be one is trusted, source by source."""
    at = now()
    for each in (examined, *examined.shown):
        answer = _answer(each, looks, said, at)
        if answer is None:
            continue
        yield f"issuer {escape(answer.issuer)}: {IDENTITY[answer.identity]}"
        if said.is_given:
            yield f"  {ACCREDITATION[answer.accreditation]}"
        for line in answer.lines:
            until = f" Until {line.until:%Y-%m-%d}." if line.until else ""
            yield f"  {SOURCES[line.source]}: {line.outcome.value}. {escape(sentence(line))}{until}"


def _answer(examined: Examined, looks: _Identities, said: _Said, at: datetime) -> IssuerAnswer | None:
    seal = examined.seal
    if seal is None and not examined.issuer:
        return None
    first = looks.line(examined.issuer, at) if seal is None else seal.line(at)
    name = examined.issuer if seal is None else seal.proven_name(at)
    lines = (first, line_of(said.of(name), examined.matter, at)) if said.is_given else (first,)
    issuer = examined.issuer if seal is None else seal.identifier or seal.organisation
    return IssuerAnswer(issuer=issuer, matter=examined.matter, at=at, lines=lines)


def _certificates(file: Path | None) -> list[x509.Certificate]:
    if file is None:
        return []
    try:
        return x509.load_pem_x509_certificates(content_of(file))
    except UNREADABLE:
        raise BadInput(f"{file} holds no certificates in PEM.") from None


def _read(file: Path) -> bytes:
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if str(file) == "-" else _limited(file)
    except OSError as fault:
        raise UnreadableFile(f"{file}: {fault}.") from None
    if len(raw) > MAX_BYTES:
        raise BadInput(f"{file} is larger than a credential in a picture can be ({MAX_BYTES:,} bytes).")
    return raw


def _limited(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
