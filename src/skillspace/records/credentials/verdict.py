"""Is this credential good? One question, answered check by check in plain words, whatever form the credential comes in.

A credential is a token (VC-JWT, SD-JWT VC), a document with its proof inside, or an envelope around a token. Each
check says whether it held, failed, or could not be made; a credential is good when form and signature held and none
failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.records.credentials.data_integrity import ASSERTION
from skillspace.records.credentials.data_model import check_party
from skillspace.records.credentials.model import (
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    Trust,
    UntrustedIssuer,
    VerifiedCredential,
    WrongHolder,
)
from skillspace.records.credentials.shapes import read_credential, read_presentation
from skillspace.records.credentials.verifying import check_period
from skillspace.wire.certificates import CertificateRevoked
from skillspace.wire.jose import TokenExpired, TokenNotYetValid

T = TypeVar("T")
Document = Mapping[str, object]
StatusCheck = Callable[[VerifiedCredential], None]
"""Return when nothing speaks against a credential's standing; raise with the reason when something does."""


class Outcome(StrEnum):
    """How a check went."""

    HELD = "held"
    FAILED = "failed"
    UNCHECKED = "not checked"


class Question(StrEnum):
    """What is asked of a credential, in the order in which it is told."""

    FORM = "form"
    SIGNATURE = "signature"
    PERIOD = "period"
    ISSUER = "issuer"
    STATUS = "status"
    HOLDER = "holder"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: what was asked, how it went, and why, in a sentence for people; `code` names the fault that was
    found, for whoever has sentences of their own."""

    question: Question
    outcome: Outcome
    why: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found about one credential or presentation.

    `credential` is what it says, as far as it could be read; `shown` are the verdicts on what a presentation shows.
    """

    checks: tuple[Check, ...]
    credential: VerifiedCredential | None = None
    shown: tuple[Verdict, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether form and signature held, nothing failed, and all that is shown is good."""
        held = {check.question for check in self.checks if check.outcome is Outcome.HELD}
        return (
            {Question.FORM, Question.SIGNATURE} <= held
            and all(check.outcome is not Outcome.FAILED for check in self.checks)
            and all(verdict.is_good for verdict in self.shown)
        )

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it is not good, worst first; empty when it is."""
        own = tuple(check.why for check in self.checks if check.outcome is Outcome.FAILED)
        return own + tuple(fault for verdict in self.shown for fault in verdict.faults)


#: What is told once a credential was read: both questions held.
_READ = {
    Question.FORM: "It is what it says it is.",
    Question.SIGNATURE: "Its signature is from the key it names, and nothing was changed.",
}


class NoKey(InvalidSignature):
    """The key that is said to have signed cannot be had."""


def judge(
    credential: str | bytes | Document,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    trust: Trust | None = None,
    check_status: StatusCheck | None = None,
    holder: str | None = None,
    purpose: str = ASSERTION,
    domain: str | None = None,
    challenge: str | None = None,
) -> Verdict:
    """Say whether a credential is good at the moment `at`.

    `resolve_key` finds issuers' keys; `trust` tells whose word counts, `check_status` asks whether it was taken back
    (it may call the issuer, and is asked only about a signature that held), `holder` is whom it must be about; a
    proof inside must be made for `purpose`, `domain` and `challenge`. What is not given is not checked, and the verdict
    says so. Never raises for a credential that is bad in whatever way.
    """
    notes = _Notes()
    keys = _asking(resolve_key)
    found = notes.read(
        lambda: read_credential(credential, keys, at, purpose=purpose, domain=domain, challenge=challenge)
    )
    if found is not None:
        notes.ask(Question.PERIOD, lambda: check_period(found.issued, found.expires, at), _period_of(found))
        if trust is not None:
            notes.ask(Question.ISSUER, lambda: _check_trust(trust, found), f"{found.issuer} is trusted for this.")
        if check_status is not None:
            told = "Its issuer has not taken it back." if found.status else "Its issuer says nothing of taking it back."
            notes.ask(Question.STATUS, lambda: check_status(found), told)
        if holder is not None:
            notes.ask(Question.HOLDER, lambda: _check_holder(holder, found), f"It is about {holder}.")
    return Verdict(checks=notes.checks(), credential=found)


def judge_presentation(
    presentation: Document,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    resolve_holder_key: KeyResolver | None = None,
    trust: Trust | None = None,
    check_status: StatusCheck | None = None,
    domain: str | None = None,
    challenge: str | None = None,
) -> Verdict:
    """Say whether a presentation, with its proof inside or in an envelope, and all it shows, is good at a moment.

    A holder that is named must have made the proof. None need be: every credential shown must be secured by itself,
    so that none rests on the presenter's proof alone (VC 2.0 §4.13.4). `domain` and `challenge` must be in the proof
    when they are given. Never raises for one that is bad in whatever way.
    """
    notes = _Notes()
    keys = _asking(resolve_holder_key or resolve_key)
    found = notes.read(lambda: read_presentation(presentation, keys, at, domain=domain, challenge=challenge))
    if found is None:
        return Verdict(checks=notes.checks())
    maker, document = found
    held = _listed(document.get("verifiableCredential", []))
    shown = tuple(
        judge(each, resolve_key, at, trust=trust, check_status=check_status)
        for each in held
        if isinstance(each, str | Mapping)
    )
    named = document.get("holder")
    notes.ask(Question.HOLDER, lambda: _check_presenter(named, maker), f"It was made by {maker}.")
    return Verdict(checks=notes.checks(), shown=shown)


class _Notes:
    """Takes down how each check went."""

    def __init__(self) -> None:
        self._taken: dict[Question, Check] = {}

    def read(self, reading: Callable[[], T]) -> T | None:
        """Read and check the signature; which of the two failed shows in what was raised."""
        try:
            found = reading()
        except SkillspaceError as fault:
            failed = _question_of(fault)
            for question, told in _READ.items():
                if question is failed:
                    break
                self._take(question, Outcome.HELD, told)
            self._take(failed, Outcome.FAILED, fault.message, fault.code)
            return None
        for question, told in _READ.items():
            self._take(question, Outcome.HELD, told)
        return found

    def ask(self, question: Question, check: Callable[[], None], told: str) -> None:
        try:
            check()
        except SkillspaceError as fault:
            self._take(question, Outcome.FAILED, fault.message, fault.code)
        else:
            self._take(question, Outcome.HELD, told)

    def _take(self, question: Question, outcome: Outcome, why: str, code: str = "") -> None:
        self._taken[question] = Check(question=question, outcome=outcome, why=why, code=code)

    def checks(self) -> tuple[Check, ...]:
        return tuple(self._taken.get(each) or _unchecked(each) for each in Question)


def _question_of(fault: SkillspaceError) -> Question:
    """Which question a credential failed that could not be read: what is asked first is checked first."""
    if isinstance(fault, CredentialExpired | CredentialNotYetValid | TokenExpired | TokenNotYetValid):
        return Question.PERIOD
    is_form = isinstance(fault, BadInput) and not isinstance(fault, InvalidSignature)
    return Question.FORM if is_form else Question.SIGNATURE


def _unchecked(question: Question) -> Check:
    return Check(question=question, outcome=Outcome.UNCHECKED, why="This was not looked at.")


def _check_presenter(named: object, maker: str) -> None:
    if named is not None and check_party(named, "holder") != maker:
        raise WrongHolder(f"The presentation names {check_party(named, 'holder')}, but {maker} made it.")


def _check_trust(trust: Trust, found: VerifiedCredential) -> None:
    if not trust(found.issuer, found.types):
        raise UntrustedIssuer(f"{found.issuer} is not trusted to issue {', '.join(found.types)}.")


def _check_holder(holder: str, found: VerifiedCredential) -> None:
    if any(subject.get("id") != holder for subject in found.subjects):
        raise WrongHolder(f"It is about another than {holder}.")


def _period_of(found: VerifiedCredential) -> str:
    end = f" until {found.expires.date().isoformat()}" if found.expires else ", without an end"
    return f"It counts from {found.issued.date().isoformat()}{end}."


def _asking(resolve_key: KeyResolver) -> KeyResolver:
    """The same keys; one that cannot be had is a fault of the signature, and what kept it from us is told."""

    def ask(controller: str, method: str) -> Mapping[str, object]:
        try:
            return resolve_key(controller, method)
        except CertificateRevoked:
            raise
        except SkillspaceError as fault:
            raise NoKey(f"The key {method[:200]} cannot be had: {fault.message}") from fault

    return ask


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]
