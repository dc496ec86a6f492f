"""What both sides of validation show alike: a case as a line, its steps in words, and a trail hop by hop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skillspace.people.validation import OVER, PERSON, Case, Request, Step
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.views.common import Place
from skillspace.portal.views.validation import CaseLine, HopView, StepView
from skillspace.portal.words import N_
from skillspace.records.trail import Check, Fault, HopKind, HopStanding

STEPS: Mapping[str, str] = {
    "ask": N_("asked for it"),
    "send evidence": N_("sent more"),
    "withdraw": N_("stopped it"),
    "lapse": N_("It ran out."),
    "accept": N_("took it up"),
    "refuse": N_("said no"),
    "want evidence": N_("wants to see more"),
    "assess": N_("assessed it"),
    "recognise": N_("recognised the skill"),
    "recognise in part": N_("recognised it in part"),
    "do not recognise": N_("did not recognise it"),
    "take back": N_("took the recognition back"),
    "take assessment back": N_("took the assessment back"),
}
HOPS: Mapping[HopKind, str] = {
    HopKind.TRACE: N_("Trace"),
    HopKind.ASSESSMENT: N_("Assessment"),
    HopKind.CREDENTIAL: N_("Credential"),
    HopKind.RECOGNITION: N_("Recognition"),
}
FAULTS: Mapping[Fault, str] = {
    Fault.UNREADABLE: N_("It was changed, or is not signed by whom it names."),
    Fault.OTHER_PERSON: N_("It is about somebody else."),
    Fault.NOT_YET: N_("It says it was made at a time that has not come yet."),
    Fault.OVER: N_("Its time is over."),
    Fault.MISSING: N_("Something it rests on is not here."),
    Fault.TOO_EARLY: N_("It rests on something that was made after it."),
    Fault.WAS_OVER: N_("It rests on something that did not count any more."),
    Fault.ON_BROKEN: N_("It rests on something that does not hold."),
    Fault.ON_WRONG_KIND: N_("It cannot rest on what it names."),
    Fault.ON_NOTHING: N_("It rests on nothing."),
    Fault.CLAIMS_MORE: N_("It claims more than it may."),
    Fault.CLAIMS_OTHER: N_("It is about another skill or level than what it rests on."),
    Fault.MOVED: N_("It is not where it belongs."),
    Fault.TAKEN_BACK: N_("Who made it has taken it back."),
    Fault.SUSPENDED: N_("Who made it has suspended it for now."),
}
#: What is told of a hop that holds, but whose standing nobody could say.
UNASKED = N_("Whether it was taken back since could not be looked up.")


def line(visit: Visit, found: Case | Request, place: Place) -> CaseLine:
    """Return a case as one line of a list."""
    is_open = found.state not in OVER
    return CaseLine(
        id=found.id,
        label=found.label,
        place=place,
        state=found.state.value,
        made=found.made.date(),
        due=found.due.date() if found.due and is_open else None,
        is_late=is_open and found.due is not None and found.due < visit.work.now,
    )


def steps(visit: Visit, found: Iterable[Step], person: str, organisation: str) -> tuple[StepView, ...]:
    """Return the steps of a case; the two parties are called as given."""
    names = {PERSON: person, "organisation": organisation}
    return tuple(
        StepView(
            who=names.get(step.party, ""),
            what=visit.words.gettext(STEPS[step.move]),
            at=step.at,
            words=step.words,
            level=step.level or "",
        )
        for step in found
    )


def reason_of(check: Check, words: Translator) -> str:
    """Return what is wrong with a hop or not known of it, empty where nothing is."""
    if check.fault is not None:
        return words.gettext(FAULTS[check.fault])
    return words.gettext(UNASKED) if check.standing is HopStanding.UNKNOWN else ""


def hops(visit: Visit, checks: Iterable[Check]) -> tuple[HopView, ...]:
    """Return a trail that was replayed, hop by hop."""
    members = {peer.did: peer.name for peer in visit.rooms.directory.peers(visit.work)}
    found = []
    for check in checks:
        hop, reason = check.hop, reason_of(check, visit.words)
        found.append(
            HopView(
                kind=visit.words.gettext(HOPS[hop.kind]) if hop else "?",
                title=hop.title if hop else check.name,
                place=Place(name=hop.issuer_name, is_verified=hop.issuer in members) if hop else Place(name="?"),
                level=int(hop.validation) if hop else 1,
                on=hop.at.date() if hop else None,
                words=(hop.words or "") if hop else "",
                holds=check.holds,
                reason=reason,
            )
        )
    return tuple(found)
