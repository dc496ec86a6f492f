"""Checking a document: anybody brings what they were shown and reads what it is worth; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Refused, SkillspaceError, Unavailable
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.pages.trusting import trust_view
from skillspace.portal.pages.validating import HOPS, reason_of
from skillspace.portal.views.verification import CheckLine, ResultView, VerifyPage
from skillspace.portal.words import N_
from skillspace.records.credentials.verdict import Check, Outcome, Question
from skillspace.records.formats import FORMATS, MAX_BYTES
from skillspace.records.trail import Check as HopCheck
from skillspace.records.trail import HopStanding
from skillspace.trust.issuers import Outcome as Answer
from skillspace.trust.issuers.revocation import Revocation
from skillspace.trust.verification import Examined, Kind, SealRevoked, ShownBy

PATH = "/verify"
#: What the page needs of the browser, besides what every page is allowed: the camera, when somebody asks to scan.
PERMISSIONS = {"Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()"}
KINDS = {
    Kind.CREDENTIAL: N_("A credential"),
    Kind.PRESENTATION: N_("Credentials that somebody shows"),
    Kind.SEALED: N_("A document with an electronic seal"),
    Kind.TRAIL: N_("How a skill came to be recognised, step by step"),
    Kind.UNSIGNED: N_("A document without a signature"),
}
#: Each check in words, when it held and when it failed; what is not asked here is not told.
CHECKS = {
    Question.FORM: (N_("It is whole and can be read"), N_("It is not what it says it is")),
    Question.SIGNATURE: (N_("The signature is right"), N_("The signature could not be confirmed")),
    Question.PERIOD: (N_("It counts on this day"), N_("It does not count on this day")),
    Question.STATUS: (N_("It was not taken back"), N_("It is not sure that it still stands")),
    Question.HOLDER: (N_("Who shows it made it themselves"), N_("Somebody else than its holder shows it")),
}
#: Whether the certificate of a seal was taken back, with the kind of its sign.
REVOCATION = {
    Revocation.STANDS: (N_("Its certificate was not taken back"), "good"),
    Revocation.UNCHECKED: (N_("Whether its certificate was taken back was not checked"), "waiting"),
    Revocation.REVOKED: (N_("Its certificate was taken back"), "care"),
}
#: Why a check failed, told to a receiver; by the name of the fault.
WHY = {
    "NoKey": N_("The key that is said to have signed it cannot be had."),
    "InvalidSignature": N_("The signature does not fit: it was changed, or somebody else signed it."),
    "CredentialExpired": N_("Its time is over."),
    "CredentialNotYetValid": N_("Its time has not come yet."),
    "CredentialRevoked": N_("Who issued it has taken it back."),
    "CredentialSuspended": N_("Who issued it has suspended it for now."),
    "StatusUnreachable": N_("Nobody answers at the moment where it would be told. Try again later."),
    "StatusStale": N_("What is told about it is too old to rely on."),
    "StatusUnknown": N_("It is told in a way that is not understood here."),
    "NoHolderKey": N_("It is bound to nobody’s key, so nobody can prove that it is theirs."),
    "NotWhole": N_("Its last steps are missing."),
    "SealRevoked": N_("Whoever gave out the certificate has taken it back."),
    "CertificateRevoked": N_("Whoever gave out the certificate has taken it back."),
    "StandingUnknown": N_("Whether it still stands could not be looked up for every step."),
    "TooManyChecks": N_("Too many documents were checked from here. Wait a minute, then try again."),
    "ChecksBusy": N_("Many documents are being checked at this moment. Try again in a little while."),
    "TooMuchShown": N_("It shows more credentials at once than are checked here."),
    "TooLarge": N_("The file is too large."),
    "NothingBrought": N_("Choose a file, or paste the text."),
    "OnlyALink": N_("This is a link. Open it in a wallet or a browser; what it leads to is not fetched here."),
    "UnreadableFile": N_("This cannot be read: it is no kind of document that is known here, or it is damaged."),
    "BadInput": N_("This cannot be read: it is no kind of document that is known here, or it is damaged."),
}
#: Links that wallets open, which are no documents.
LINKS = ("openid-credential-offer:", "openid4vp:", "haip:", "eudi-openid4vp:", "http://", "https://")
FAULTS = (BadInput, Refused, Unavailable)


def router(frame: Frame) -> APIRouter:
    """Return the page, open to everybody at every node."""
    routes = frame.router("Verification", takes_file=True)

    @routes.get(PATH)
    def verify(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            return _show(visit, VerifyPage(chrome=visit.chrome(path=PATH), most_bytes=MAX_BYTES))

    @routes.post(PATH)
    def check(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            document, text = visit.file("file")[1], visit.field("text").strip()
        try:
            examined = frame.rooms.verification.examine(_document(document, text), _caller(request))
        except FAULTS as fault:
            with frame.reading(request, anybody=True) as visit:
                page = VerifyPage(chrome=visit.chrome(path=PATH), problem=_why(fault, visit.words), text=text)
                return _show(visit, page, fault.http_status)
        with frame.reading(request, anybody=True) as visit:
            result = _result(visit, examined)
            return _show(visit, VerifyPage(chrome=visit.chrome(path=PATH), result=result, most_bytes=MAX_BYTES))

    return routes


class NothingBrought(BadInput):
    """Choose a file, or paste the text."""


class OnlyALink(BadInput):
    """This is a link. Open it in a wallet or a browser; what it leads to is not fetched here."""


def _document(document: bytes, text: str) -> bytes:
    if document:
        return document
    if not text:
        raise NothingBrought()
    if text.startswith(LINKS) and " " not in text:
        raise OnlyALink()
    return text.encode()


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def _show(visit: Visit, page: VerifyPage, status: int = 200) -> Response:
    answer = visit.show(page, status)
    answer.headers.update(PERMISSIONS)
    return answer


def _result(visit: Visit, examined: Examined) -> ResultView:
    words = visit.words
    answer = visit.rooms.verification.answer(visit.work, examined)
    verdict, kind = _verdict(examined, answer.identity if answer else None)
    sealed_by = examined.seal.organisation if examined.seal else ""
    return ResultView(
        what=words.gettext(KINDS[examined.kind]),
        verdict=words.gettext(verdict),
        kind=kind,
        title=examined.title,
        format=next((each.TITLE for each in FORMATS if examined.format == each.FORMAT), ""),
        who=sealed_by or examined.issuer_name,
        address=examined.issuer or (examined.seal.identifier if examined.seal else ""),
        about=examined.about,
        issued=examined.issued,
        until=examined.until,
        skills=examined.skills,
        more_skills=examined.skill_count - len(examined.skills),
        checks=tuple(_checks(examined, words)),
        trust=trust_view(answer, words) if answer else None,
        shown=tuple(_result(visit, each) for each in examined.shown),
    )


def _verdict(examined: Examined, identity: Answer | None) -> tuple[str, str]:
    """One sentence for the whole, and the kind of its sign; a presentation is as good as what it shows."""
    if examined.kind is Kind.UNSIGNED:
        return N_("Nobody signed it, so anybody could have written it."), "care"
    if not examined.holds:
        return N_("Do not rely on it: see below what does not hold."), "problem"
    if examined.kind is Kind.PRESENTATION:
        return N_("Everything that is shown holds. Whose word each is stands below."), "done"
    if identity is Answer.YES:
        return N_("It holds, and it is proven who vouches for it."), "done"
    return N_("It holds, but it is not proven who vouches for it."), "care"


def _checks(examined: Examined, words: Translator) -> Iterator[CheckLine]:
    if examined.kind is Kind.SEALED:
        if examined.seal is not None:
            yield CheckLine(label=words.gettext("The seal fits; nothing was changed"), kind="good")
            said, kind = REVOCATION[examined.seal.revocation]
            yield CheckLine(label=words.gettext(said), kind=kind)
        if examined.fault is not None:
            label = N_("It does not count on this day") if examined.seal else N_("The seal does not fit")
            label = N_("It does not count any more") if isinstance(examined.fault, SealRevoked) else label
            yield CheckLine(label=words.gettext(label), kind="care", text=_why(examined.fault, words))
    if examined.kind is Kind.TRAIL:
        yield from (_hop(check, words) for check in examined.hops)
        if examined.fault is not None:
            label = words.gettext("It does not count as a whole")
            yield CheckLine(label=label, kind="care", text=_why(examined.fault, words))
    for check in examined.verdict.checks if examined.verdict else ():
        if check.question in CHECKS and check.outcome is not Outcome.UNCHECKED:
            yield _check(check, words)
    if examined.shown_by is not None:
        yield from _shown(examined.shown_by, words)


def _shown(by: ShownBy, words: Translator) -> Iterator[CheckLine]:
    """What the holder's own signature proves, and what nobody but who asked can know."""
    if by.bound is None:
        text = _why(by.fault, words) if by.fault is not None else ""
        yield CheckLine(label=words.gettext(N_("Its holder did not sign for showing this")), kind="care", text=text)
        return
    told = words.gettext(N_("Signed %(moment)s, it says, for %(audience)s."))
    text = told % {"moment": words.moment(by.bound.made), "audience": by.bound.audience[:200]}
    yield CheckLine(label=words.gettext(N_("Its holder signed for showing exactly this")), kind="good", text=text)
    yield CheckLine(
        label=words.gettext(N_("Whether it was shown to you cannot be seen here")),
        kind="waiting",
        text=words.gettext(
            N_("A copy of what was shown to somebody else looks the same. Only who asked can tell, by the request.")
        ),
    )


def _hop(check: HopCheck, words: Translator) -> CheckLine:
    """One step of a trail: what it is and by whom, and what is wrong with it or not known."""
    hop = check.hop
    label = f"{words.gettext(HOPS[hop.kind])}: {hop.title}" if hop else words.gettext("A step that cannot be trusted")
    is_known = check.holds and check.standing is not HopStanding.UNKNOWN
    return CheckLine(label=label, kind="good" if is_known else "care", text=reason_of(check, words))


def _check(check: Check, words: Translator) -> CheckLine:
    held, failed = CHECKS[check.question]
    if check.outcome is Outcome.HELD:
        return CheckLine(label=words.gettext(held), kind="good")
    text = words.gettext(WHY[check.code]) if check.code in WHY else fault_sentence(check.code, words) or check.why
    return CheckLine(label=words.gettext(failed), kind="care", text=text)


def _why(fault: SkillspaceError, words: Translator) -> str:
    return words.gettext(WHY[fault.code]) if fault.code in WHY else fault_sentence(fault.code, words) or fault.message
