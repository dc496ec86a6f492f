"""Cases of a person's rights in words: what each right does, where each organisation stands, and what it answered."""

from __future__ import annotations

from datetime import date

from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.rights import CaseLine, CasePage, Clock, PartView, RightCard
from skillspace.portal.words import N_
from skillspace.trust.rights import Case, CaseState, Ground, PackageState, Part, PartState, Right
from skillspace.trust.rights.model import STOPPING

RIGHTS = {
    Right.ACCESS: (N_("See what they have"), N_("They show you everything they hold about you, and say why.")),
    Right.PORTABILITY: (N_("Take it with me"), N_("You get your data as a file that another service can read.")),
    Right.RECTIFICATION: (N_("Have it corrected"), N_("You say what is wrong and what is right. They put it right.")),
    Right.ERASURE: (N_("Have it deleted"), N_("They delete what they hold, or say which law makes them keep it.")),
    Right.RESTRICTION: (N_("Pause it"), N_("They keep your data but may not use them until you let it go on.")),
    Right.OBJECTION: (N_("Object"), N_("You say no to something they do without asking you. They stop it.")),
    Right.REVIEW: (
        N_("Have a person look again"),
        N_("A machine had a part in how they see you. A person there looks again and answers you."),
    ),
}
CASES = {
    CaseState.OPEN: (N_("Under way"), "waiting"),
    CaseState.PARTLY: (N_("Partly answered"), "waiting"),
    CaseState.CLOSED: (N_("All have answered"), "good"),
    CaseState.WITHDRAWN: (N_("Taken back"), "ended"),
}
PARTS = {
    PartState.SENT: (N_("On its way to them"), "waiting"),
    PartState.RECEIVED: (N_("They have it"), "waiting"),
    PartState.IN_WORK: (N_("They are working on it"), "waiting"),
    PartState.EXTENDED: (N_("They need more time"), "care"),
    PartState.DOUBTED: (N_("They ask you something first"), "care"),
    PartState.ANSWERED: (N_("Answered"), "good"),
    PartState.REFUSED: (N_("They said no"), "care"),
    PartState.WITHDRAWN: (N_("Taken back"), "ended"),
    PartState.LIFTED: (N_("Goes on again"), "ended"),
}
PACKAGES = {
    PackageState.WAITING: N_("The data are on their way here."),
    PackageState.HERE: N_("The data are here."),
    PackageState.LOST: N_("The data could not be fetched in time. Ask again."),
    PackageState.CLEARED: N_("The data lay here for 90 days and are cleared away."),
}
GROUNDS = {
    Ground.NOT_IDENTIFIED: N_("They cannot tell that it is you."),
    Ground.UNFOUNDED: N_("They find the request clearly unfounded."),
    Ground.EXCESSIVE: N_("They find that you ask too often."),
    Ground.RIGHTS_OF_OTHERS: N_("It would harm the rights of other people."),
    Ground.ACCURATE: N_("They say that the data are right as they are."),
    Ground.NO_CASE_OF_ERASURE: N_("They say that the law does not let you have this deleted."),
    Ground.EXPRESSION: N_("It is protected by the freedom of expression."),
    Ground.LEGAL_OBLIGATION: N_("A law makes them keep it."),
    Ground.PUBLIC_HEALTH: N_("It is needed for public health."),
    Ground.ARCHIVING: N_("It is kept in an archive or for research."),
    Ground.LEGAL_CLAIMS: N_("It is needed for a legal dispute."),
    Ground.NO_CASE_OF_RESTRICTION: N_("They say that the law does not let you pause this."),
    Ground.NOT_PORTABLE: N_("It does not rest on your yes or on a contract, so it need not be handed over."),
    Ground.PUBLIC_TASK: N_("It belongs to a public task, so it need not be handed over."),
    Ground.PORTED_RIGHTS_OF_OTHERS: N_("Handing it over would harm the rights of other people."),
    Ground.COMPELLING_GROUNDS: N_("They say that their reasons weigh more than yours."),
    Ground.PUBLIC_RESEARCH: N_("It is needed for research in the public interest."),
    Ground.STANDS: N_("A person looked at it again, and it stands."),
    Ground.LAW_RESTRICTS: N_("A law limits this right here."),
}


def card(visit: Visit, right: Right) -> RightCard:
    """Return a right in plain words."""
    title, says = RIGHTS[right]
    return RightCard(key=right.value, title=visit.words.gettext(title), says=visit.words.gettext(says))


def case_line(visit: Visit, case: Case) -> CaseLine:
    """Return a case as one line; its clock is that of the organisation that has least time left."""
    word, kind = CASES[case.state]
    clocks = [clock for part in case.parts if (clock := _clock(visit, part))]
    return CaseLine(
        id=case.id,
        title=card(visit, case.right).title,
        opened=case.opened.date(),
        state=visit.words.gettext(word),
        kind=kind,
        answered=sum(part.is_done for part in case.parts),
        asked=len(case.parts),
        clock=min(clocks, key=lambda clock: clock.left, default=None),
    )


def case_page(visit: Visit, case: Case, problem: str = "") -> CasePage:
    """Return a case in full."""
    names = Names(visit)
    is_open = case.state in (CaseState.OPEN, CaseState.PARTLY)
    answered = any(part.state is PartState.ANSWERED for part in case.parts)
    return CasePage(
        chrome=visit.chrome("you", path=f"/you/rights/{case.id}"),
        case=case_line(visit, case),
        parts=tuple(_part(visit, part, names) for part in case.parts),
        words=case.words,
        can_withdraw=is_open,
        can_lift=case.right in STOPPING and answered,
        has_package=any(part.is_done for part in case.parts),
        problem=problem,
    )


def _part(visit: Visit, part: Part, names: Names) -> PartView:
    _ = visit.words.gettext
    word, kind = PARTS[part.state]
    return PartView(
        id=part.organisation,
        place=names.place(part.organisation, part.name),
        state=_(word),
        kind=kind,
        clock=_clock(visit, part),
        unreached_since=part.unreached_since,
        words=part.words,
        ground=_(GROUNDS[part.ground]) if part.ground else "",
        complaint=part.complaint if part.state is PartState.REFUSED else "",
        deleted=tuple(f"{names.kinds([name])[0]}: {count}" for name, count in part.deleted.items()),
        kept=tuple(_duty(visit, duty.what, duty.law, duty.until, names) for duty in part.kept),
        package=_(PACKAGES[part.package_state]) if part.package_state in PACKAGES else "",
        asks_you=part.state is PartState.DOUBTED,
        done=part.done.date() if part.done else None,
    )


def _duty(visit: Visit, what: str, law: str, until: date | None, names: Names) -> str:
    facts = {"what": names.kinds([what])[0], "law": law}
    if until is None:
        return visit.words.gettext("%(what)s, because of %(law)s") % facts
    return visit.words.gettext("%(what)s until %(date)s, because of %(law)s") % {
        **facts,
        "date": visit.words.date(until),
    }


def _clock(visit: Visit, part: Part) -> Clock | None:
    """Return how long an organisation has left; None once it owes nothing, or while it waits for the person."""
    if part.is_done or part.due is None:
        return None
    begun = part.asked.date()
    return Clock(due=part.due, left=(part.due - visit.work.now.date()).days, total=max((part.due - begun).days, 1))
