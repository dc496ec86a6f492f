"""Records as evidence: what each says, how it was checked, and the document exactly as it came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import SkillspaceError
from skillspace.people.profile import SELF, StoredRecord
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.pages.trusting import record_trust, voucher
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import SkillTag
from skillspace.portal.views.skills import Check, RecordLine, RecordPage, RecordsPage
from skillspace.records.credentials.selective import shown_claims
from skillspace.records.formats.files.opening import is_selective
from skillspace.records.model import ProofStatus, RecordKind, Standing
from skillspace.trust.issuers.certified import member_that_is
from skillspace.wire.jose import read_unverified

SHOWN_CHARACTERS = 20_000
#: Types a browser may be told; anything else is bytes to keep.
PLAIN_TYPES = {
    "application/json": "json",
    "application/ld+json": "jsonld",
    "application/jwt": "jwt",
    "application/vc+jwt": "jwt",
    "application/xml": "xml",
    "text/plain": "txt",
}


def router(frame: Frame) -> APIRouter:
    """Return the list of records, one record, and its document."""
    routes = frame.router("Records")

    @routes.get("/records")
    def records(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            names = Names(visit)
            stored = spaces.profile.records(visit.work, person.id)
            page = RecordsPage(chrome=visit.chrome("skills"), records=tuple(_line(each, names) for each in stored))
            return visit.show(page)

    @routes.get("/records/{record_id}")
    def record(request: Request, record_id: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            stored = spaces.profile.record(visit.work, person.id, record_id)
            if stored.source == SELF and stored.kind == RecordKind.STORY:
                return visit.go(f"/stories/{stored.record_id}")
        frame.rooms.verification.issuers.look(voucher(stored), stored.document)
        with frame.reading(request) as visit:
            return visit.show(_page(stored, visit))

    @routes.get("/records/{record_id}/original")
    def original(request: Request, record_id: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            stored = spaces.profile.record(visit.work, person.id, record_id)
        return _download(stored)

    return routes


def _line(stored: StoredRecord, names: Names) -> RecordLine:
    record = stored.record
    return RecordLine(
        id=stored.id,
        title=names.record(stored),
        kind=names.record_kind(stored),
        place=names.place(stored.source, stored.source_name),
        received=stored.arrived.date(),
        skills=len(record.assertions) if record else 0,
        is_verified=record is not None and record.proof is ProofStatus.SIGNED_BY_ISSUER,
    )


def _page(stored: StoredRecord, visit: Visit) -> RecordPage:
    names = Names(visit)
    record = stored.record
    person, spaces = visit.person()
    claims = spaces.profile.claims(visit.work, person.id)
    tags = {
        claim.key: SkillTag(
            uri=claim.key,
            label=names.skill(claim.key) if claim.esco or claim.concept else claim.label,
            level=int(claim.validation),
        )
        for claim in claims
        if claim.record == stored.id
    }
    return RecordPage(
        chrome=visit.chrome("skills"),
        id=stored.id,
        title=names.record(stored),
        kind=names.record_kind(stored),
        place=names.place(stored.source, stored.source_name),
        received=stored.arrived,
        issued=record.issued if record else None,
        format=record.format if record else stored.media_type,
        checks=tuple(_checks(stored, visit, names)),
        fields=tuple(_fields(stored, names)),
        skills=tuple(tags.values()),
        original=_readable(stored.document),
        download=f"/records/{stored.id}/original" if stored.document else "",
        trust=record_trust(visit, stored),
    )


def _checks(stored: StoredRecord, visit: Visit, names: Names) -> Iterator[Check]:
    _ = names.words.gettext
    record = stored.record
    if record is None:
        problem = stored.problem
        reason = fault_sentence(problem.code, names.words) or problem.message if problem else ""
        yield Check(label=_("Could not be read"), is_passed=False, text=reason)
        return
    if record.proof is ProofStatus.SIGNED_BY_ISSUER:
        yield Check(label=_("The signature is right"), is_passed=True)
        is_member = member_that_is(record.issuer, visit.rooms.directory, visit.work) is not None
        label = _("Who signed is a member of this data space") if is_member else _("Who signed is not a member here")
        yield Check(label=label, is_passed=is_member)
        if record.standing is Standing.STANDS:
            yield Check(label=_("Not taken back when we last asked"), is_passed=True)
        elif record.standing is Standing.UNASKED:
            text = _("Until somebody does, it counts as your own word. We ask again.")
            yield Check(label=_("Nobody says whether it was taken back"), is_passed=False, text=text)
    else:
        text = _("It came straight from %(who)s, whose identity was checked.") % {"who": stored.source_name}
        yield Check(label=_("Not signed"), is_passed=False, text=text)
    if record.valid_until is not None:
        is_live = record.valid_until >= visit.work.now.date()
        until = names.words.date(record.valid_until)
        yield Check(label=_("Still valid") if is_live else _("Ran out"), is_passed=is_live, text=until)


def _fields(stored: StoredRecord, names: Names) -> Iterator[tuple[str, str]]:
    _ = names.words.gettext
    record = stored.record
    if record is None:
        return
    yield _("Issued by"), record.issuer_name or record.issuer
    for said in record.assertions:
        if said.level:
            yield said.label, said.level


def _readable(document: bytes) -> str:
    """Return a document as text to look at: the claims of a signed one, and nothing of a picture or an archive."""
    try:
        text = document.decode()
    except UnicodeDecodeError:
        return ""
    with suppress(SkillspaceError):
        token = text.strip()
        claims = shown_claims(token) if is_selective(token) else read_unverified(token)[1]
        text = json.dumps(claims, indent=2, ensure_ascii=False)
    return text[:SHOWN_CHARACTERS]


def _download(stored: StoredRecord) -> Response:
    """Return the document byte for byte, as a file: never as a page of ours, whatever it holds."""
    kind = stored.media_type.partition(";")[0].strip().lower()
    name = re.sub(r"[^A-Za-z0-9-]+", "-", stored.record_id)[:60].strip("-") or "record"
    ending = PLAIN_TYPES.get(kind, "bin")
    headers = SECURITY_HEADERS | {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    media_type = kind if kind in PLAIN_TYPES else "application/octet-stream"
    return Response(stored.document, media_type=media_type, headers=headers)
