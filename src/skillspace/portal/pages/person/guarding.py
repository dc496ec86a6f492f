"""What a guardian's request and an officer's desk have in common: evidence, reach and codes, read from forms."""

from __future__ import annotations

from datetime import date, timedelta

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Account, AccountKind
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.views.common import Choice
from skillspace.portal.views.guardians import ProofForm, ReachForm
from skillspace.portal.words import N_
from skillspace.trust.mandate import ALL, STRONG, Act, Evidence, Proof, Scope

#: Evidence is looked at anew after five years; a child grows into deciding alone before that, or long after.
LONGEST = timedelta(days=5 * 365)
MOST_TYPED = 300
#: What a guardian can do on the pages there are, as the guardian reads it.
ACTS = {
    Act.VIEW: N_("See what they are asked, and who may see what"),
    Act.REFUSE: N_("Say no for them"),
    Act.REVOKE: N_("Stop a yes for them"),
    Act.GRANT: N_("Say yes for them"),
}
EVERY_ACT = N_("Decide for them, as the law lets a guardian")
PROOFS = {
    Proof.DOCUMENT: N_("A document, such as a ruling or a birth certificate"),
    Proof.CIVIL_REGISTER: N_("An entry in the population register"),
    Proof.SCHOOL_REGISTER: N_("An entry in a school’s register"),
    Proof.CREDENTIAL: N_("A signed digital credential"),
    Proof.WITNESS: N_("What somebody else says"),
    Proof.DECLARATION: N_("Their own word"),
}


def acts_in_words(visit: Visit, scope: Scope) -> tuple[str, ...]:
    """Return what a mandate covers, as its guardian reads it."""
    named = tuple(visit.words.gettext(text) for act, text in ACTS.items() if act.value in scope.acts)
    return named or (visit.words.gettext(EVERY_ACT),)


def proof_form(visit: Visit, told: Evidence | None = None) -> ProofForm:
    """Return the fields of evidence: as sent with a form, else as told before."""
    is_sent = visit.request.method == "POST"
    chosen = visit.field("type") if is_sent or told is None else told.type.value
    return ProofForm(
        types=tuple(
            Choice(value=each.value, label=visit.words.gettext(text), is_chosen=each.value == chosen)
            for each, text in PROOFS.items()
            if each in STRONG
        ),
        issuer=visit.field("issuer")[:MOST_TYPED] if is_sent or told is None else told.issuer,
        reference=visit.field("reference")[:MOST_TYPED] if is_sent or told is None else told.reference,
        dated=day_of(visit.field("dated")) if is_sent or told is None else told.dated,
        latest=visit.work.now.date(),
    )


def proof_sent(visit: Visit) -> Evidence:
    """Return the evidence a form tells of; raise BadInput in the reader's language."""
    _ = visit.words.gettext
    issuer, reference = (" ".join(visit.field(name).split()) for name in ("issuer", "reference"))
    if visit.field("type") not in {each.value for each in STRONG}:
        raise BadInput(_("Choose what shows it."))
    if not issuer or not reference or max(len(issuer), len(reference)) > MOST_TYPED:
        raise BadInput(_("Say who gave it out, and the number or name by which it is found again."))
    dated = day_of(visit.field("dated"))
    if visit.field("dated") and (dated is None or dated > visit.work.now.date()):
        raise BadInput(_("The day on it cannot be in the future."))
    return Evidence(type=Proof(visit.field("type")), issuer=issuer, reference=reference, dated=dated)


def reach_form(visit: Visit) -> ReachForm:
    """Return the fields of what a guardian may do and how long; everything is ticked to begin with."""
    is_sent, today = visit.request.method == "POST", visit.work.now.date()
    until = day_of(visit.field("until")) if is_sent else None
    return ReachForm(
        acts=tuple(
            Choice(value=act.value, label=visit.words.gettext(text), is_chosen=not is_sent or act in _acts(visit))
            for act, text in ACTS.items()
        ),
        jointly=visit.field("custody") == "joint",
        until=until or today + timedelta(days=365),
        earliest=today,
        latest=today + LONGEST,
    )


def reach_sent(visit: Visit) -> tuple[Scope, date, bool]:
    """Return what a guardian may do, the last day, and whether only jointly; raise BadInput in their language."""
    _ = visit.words.gettext
    day, acts = day_of(visit.field("until")), _acts(visit)
    if day is None or not visit.work.now < end_of(day) <= visit.work.now + LONGEST + timedelta(days=1):
        raise BadInput(_("Choose a last day within five years."))
    if not acts or acts - {act.value for act in ACTS}:
        raise BadInput(_("Choose at least one thing they may do."))
    if visit.field("custody") not in ("sole", "joint"):
        raise BadInput(_("Say whether they act alone or together with a second guardian."))
    every = frozenset({ALL})
    # Who acts for somebody sees what it is about: without that no page could open.
    scope = Scope(acts=frozenset(acts | {Act.VIEW.value}), purposes=every, kinds=every, recipients=every)
    return scope, day, visit.field("custody") == "joint"


def person_of(visit: Visit, code: str) -> Account | None:
    """Return whom a code names, a person with a space here; None says nothing of who there is."""
    try:
        found = visit.rooms.accounts.get(visit.work, code.strip())
    except NotFound:
        return None
    return found if found.kind is AccountKind.PERSON else None


def _acts(visit: Visit) -> set[str]:
    return set(visit.fields("act"))
