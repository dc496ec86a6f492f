"""Examines what somebody was shown: the checks one by one, what it says in short, and who vouches for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from cryptography import x509

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import BadInput, Refused, SkillspaceError
from skillspace.records.credentials import (
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    Trust,
    UntrustedIssuer,
    VerifiedCredential,
    WrongHolder,
)
from skillspace.records.credentials.embedded import read_document
from skillspace.records.credentials.verdict import StatusCheck, Verdict, judge, judge_presentation
from skillspace.records.formats import read_all
from skillspace.records.formats.files.opening import is_token
from skillspace.records.model import Record
from skillspace.records.trail import HOP_CREDENTIAL, HopStanding, Trail, replay
from skillspace.records.trail import TYPE as TRAIL
from skillspace.records.trail import Check as HopCheck
from skillspace.trust.issuers.model import Matter
from skillspace.trust.issuers.revocation import Ask as AskSeals
from skillspace.trust.issuers.revocation import Revocation
from skillspace.trust.issuers.seals import Seal, is_sealed, read_seal
from skillspace.trust.verification.opening import is_picture, presentation_in, text_inside, unbound
from skillspace.trust.verification.shown import Asked, NotShown, ShownBy, shown_by

#: More skills than this are counted and not listed.
MOST_SKILLS = 40
_EVERY = "VerifiableCredential"
NOTHING_TOLD = Matter()
NOBODY_ASKED = Asked()


class Kind(StrEnum):
    """What a document is."""

    CREDENTIAL = "credential"
    PRESENTATION = "presentation"
    SEALED = "sealed"
    TRAIL = "trail"
    UNSIGNED = "unsigned"


class NotWhole(BadInput):
    """Hops of this trail are missing at its end."""


class SealRevoked(Refused):
    """The certificate of the seal was taken back by whoever gave it out."""


class StandingUnknown(Refused):
    """Whether all of it still stands could not be looked up, so it does not count now."""


class TooMuchShown(BadInput):
    """It shows more credentials at once than are checked here."""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What was found out about a document.

    `issuer` is the DID or the address whose signature held, empty where none did. `title`, `issuer_name`, `about`,
    `skills` (at most forty, of `skill_count`) and the days are what the document says of itself. `verdict` are the
    checks of what is signed, `seal` the seal that fits, `fault` why one does not, or does not count now. `shown_by` is
    what its holder's own signature proves, `shown` are the credentials of a presentation, `hops` the checks of a
    recognition trail.
    """

    kind: Kind
    title: str = ""
    format: str = ""
    issuer: str = ""
    issuer_name: str = ""
    about: str = ""
    issued: date | None = None
    until: date | None = None
    skills: tuple[str, ...] = ()
    skill_count: int = 0
    matter: Matter = NOTHING_TOLD
    verdict: Verdict | None = None
    seal: Seal | None = None
    fault: SkillspaceError | None = None
    shown_by: ShownBy | None = None
    shown: tuple[Examined, ...] = ()
    hops: tuple[HopCheck, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether somebody signed it, and nothing speaks against it."""
        if self.shown_by is not None and self.shown_by.fault is not None:
            return False
        if self.kind is Kind.SEALED:
            return self.seal is not None and self.fault is None
        if self.kind is Kind.TRAIL:
            return bool(self.hops) and all(hop.holds for hop in self.hops) and self.fault is None
        return self.verdict is not None and self.verdict.is_good


class Examiner:
    """Examines documents. `resolve_key` and `check_status` may call issuers: never in a transaction.

    `anchors` are the certificates of those whose seals count, `trust` whose credentials do (None: that is not asked);
    a presentation shows `most` credentials at most.
    """

    def __init__(
        self,
        *,
        resolve_key: KeyResolver,
        resolve_holder_key: KeyResolver,
        check_status: StatusCheck | None,
        anchors: Sequence[x509.Certificate],
        clock: Clock,
        trust: Trust | None = None,
        most: int = 10,
        ask_seals: AskSeals | None = None,
    ) -> None:
        self._resolve_key = resolve_key
        self._resolve_holder_key = resolve_holder_key
        self._check_status = check_status
        self._anchors = tuple(anchors)
        self._clock = clock
        self._trust = trust
        self._most = most
        self._ask_seals = ask_seals

    def examine(self, document: bytes, *, holder: str | None = None, asked: Asked = NOBODY_ASKED) -> Examined:
        """Return what a document is and whether it holds; a credential must be about `holder` where one is given, and
        signed by its holder for what was `asked`, which only an SD-JWT can be.

        Raises UnreadableFile or BadInput for what is no document that is read here, TooMuchShown.
        """
        found = self._examined(document, holder, asked)
        is_open = asked != NOBODY_ASKED and found.shown_by is None
        return replace(found, shown_by=ShownBy(fault=NotShown())) if is_open else found

    def _examined(self, document: bytes, holder: str | None, asked: Asked) -> Examined:
        at = self._clock()
        text = self._signed_text(document)
        if text is None:
            return self._unsigned(document, at)
        if (presentation := presentation_in(text)) is not None:
            return self._presentation(presentation, at)
        if text.startswith("{"):
            content = read_document(text)
            if is_sealed(content):
                return self._sealed(content, document, at)
            if content.get("type") == TRAIL:
                return self._trail(Trail.from_json(content), at, holder)
            if "proof" not in content and not _is_envelope(content):
                return self._unsigned(document, at)
        kept, key = unbound(text), self._resolve_key
        verdict = judge(kept, key, at, trust=self._trust, check_status=self._check_status, holder=holder)
        return replace(self._credential(verdict, kept, at), shown_by=shown_by(text, key, at, asked))

    def _signed_text(self, document: bytes) -> str | None:
        """The text of what may be signed in a way that is checked here; None for other documents."""
        if document.startswith((b"%PDF", b"PK")):
            return None
        if document.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and not is_picture(document):
            return None
        text = text_inside(document)
        return text if text.startswith("{") or is_token(text.partition("~")[0]) else None

    def _unsigned(self, document: bytes, at: datetime) -> Examined:
        records = read_all(document, resolve_key=self._resolve_key, at=at)
        return _told(Examined(kind=Kind.UNSIGNED), records[0] if records else None, None)

    def _credential(self, verdict: Verdict, text: str, at: datetime) -> Examined:
        found = verdict.credential
        examined = Examined(kind=Kind.CREDENTIAL, verdict=verdict, issuer=found.issuer if found else "")
        record = None
        with suppress(CredentialExpired, CredentialNotYetValid):  # the verdict says so
            record = self._record(text.encode(), at) if found else None
        return _told(examined, record, found)

    def _presentation(self, presentation: Mapping[str, object], at: datetime) -> Examined:
        held = presentation.get("verifiableCredential", [])
        if isinstance(held, list) and len(held) > self._most:
            raise TooMuchShown(f"It shows {len(held)} credentials at once; {self._most} are checked here.")
        verdict = judge_presentation(
            presentation,
            self._resolve_key,
            at,
            resolve_holder_key=self._resolve_holder_key,
            trust=self._trust,
            check_status=self._check_status,
        )
        shown = tuple(
            self._credential(each, each.credential.token if each.credential else "", at) for each in verdict.shown
        )
        return Examined(kind=Kind.PRESENTATION, verdict=verdict, shown=shown)

    def _sealed(self, content: Mapping[str, object], document: bytes, at: datetime) -> Examined:
        seal, record, fault = None, None, None
        try:
            seal = read_seal(content, self._anchors, at, self._ask_seals)
            record = self._record(document, at)
            if seal.revocation is Revocation.REVOKED:
                raise SealRevoked()
        except SkillspaceError as found:
            fault = found
        return _told(Examined(kind=Kind.SEALED, seal=seal, fault=fault), record, None)

    def _trail(self, trail: Trail, at: datetime, holder: str | None) -> Examined:
        found = replay(trail, self._resolve_key, at, self._check_status)
        examined = Examined(kind=Kind.TRAIL, about=trail.subject, hops=found.checks)
        claim = found.claim
        if claim is None:
            # Hops that hold each, and are not the whole of it, are no trail.
            return examined if not all(hop.holds for hop in found.checks) else replace(examined, fault=NotWhole())
        fault: SkillspaceError | None = None
        if self._check_status is not None and any(hop.standing is HopStanding.UNKNOWN for hop in found.checks):
            fault = StandingUnknown()
        elif holder is not None and trail.subject != holder:
            fault = WrongHolder(f"It is about another than {holder}.")
        elif self._trust is not None and not self._trust(claim.issuer, (_EVERY, HOP_CREDENTIAL)):
            fault = UntrustedIssuer(f"{claim.issuer} is not trusted to recognise skills.")
        return replace(
            examined,
            fault=fault,
            title=claim.label,
            issuer=claim.issuer,
            issuer_name=claim.issuer_name,
            issued=claim.at.date(),
            until=claim.until.date() if claim.until else None,
            skills=(f"{claim.label} ({claim.level})" if claim.level else claim.label,),
            skill_count=1,
            matter=Matter(skills=frozenset({claim.concept}) if claim.concept else frozenset()),
        )

    def _record(self, document: bytes, at: datetime) -> Record | None:
        """What a document says in the one shape of all formats, None where it is in none of them; raises where its
        time is over or has not come."""
        try:
            return next(iter(read_all(document, resolve_key=self._resolve_key, at=at)), None)
        except (CredentialExpired, CredentialNotYetValid):
            raise
        except SkillspaceError:
            return None


def _told(examined: Examined, record: Record | None, credential: VerifiedCredential | None) -> Examined:
    """What it says of itself added: as the format tells it, and where none does, as the credential's own members."""
    examined = replace(examined, matter=matter_of(record, credential))
    if credential is not None:
        examined = replace(
            examined,
            title=_words(credential.credential.get("name")) or _words(credential.subject.get("title")),
            issuer_name=_words(credential.credential.get("issuer")),
            about=credential.subject_id,
            issued=credential.issued.date(),
            until=credential.expires.date() if credential.expires else None,
        )
    if record is None:
        return examined
    person = record.person
    name = (person.name or " ".join(part for part in (person.given, person.family) if part)) if person else ""
    skills = dict.fromkeys(f"{said.label} ({said.level})" if said.level else said.label for said in record.assertions)
    return replace(
        examined,
        title=record.title or examined.title,
        format=record.format,
        issuer_name=record.issuer_name or examined.issuer_name,
        about=name or examined.about or record.subject or "",
        issued=record.issued or examined.issued,
        until=examined.until or record.valid_until,
        skills=tuple(skills)[:MOST_SKILLS],
        skill_count=len(skills),
    )


def matter_of(record: Record | None, credential: VerifiedCredential | None = None) -> Matter:
    """Return for what its issuer's word is asked about: what a record tells, and the types of the credential it is."""
    return Matter(
        types=frozenset(credential.types) - {_EVERY} if credential else frozenset(),
        profiles=frozenset(_profiles(credential)) if credential else frozenset(),
        levels=frozenset(_levels(record)) if record else frozenset(),
        skills=frozenset(said.concept for said in record.assertions if said.concept) if record else frozenset(),
    )


def _levels(record: Record) -> Iterator[int]:
    """The EQF levels that are stated; another framework's levels are none of them."""
    for said in record.assertions:
        level = (said.level or "").removeprefix("EQF").strip()
        if said.level_scheme == "EQF" and level in set("12345678"):
            yield int(level)


def _profiles(credential: VerifiedCredential) -> Iterator[str]:
    given = credential.credential.get("credentialProfiles")
    for each in given if isinstance(given, list) else [given]:
        uri = each.get("id") if isinstance(each, Mapping) else each
        if isinstance(uri, str):
            yield uri


def _words(value: object) -> str:
    """A name as it stands, in one language, or within what has one; empty where there is none."""
    if isinstance(value, Mapping):
        inner = value.get("name") or value.get("legalName") or value.get("@value") or value.get("en")
        return _words(inner) if inner is not value else ""
    if isinstance(value, list):
        return _words(value[0]) if value else ""
    return value[:300] if isinstance(value, str) and not value.startswith(("did:", "http")) else ""


def _is_envelope(content: Mapping[str, object]) -> bool:
    kinds = content.get("type")
    return "EnvelopedVerifiableCredential" in (kinds if isinstance(kinds, list) else [kinds])
