"""A contract read for its page: clauses beside their rules with what is wrong, members, offerings and versions."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.contract_words import (
    BASES,
    OFFER_MOVES,
    OWN_MOVES,
    SEAT_MOVES,
    moves_in_words,
)
from skillspace.portal.pages.organisation.wording import PURPOSES, Names, terms_of, worded
from skillspace.portal.views.contracts import (
    ChangeLine,
    ClauseGroup,
    ClauseLine,
    MemberLine,
    Move,
    TalkLine,
    VersionLine,
)
from skillspace.portal.words import N_
from skillspace.trust.contract import (
    OFFER,
    PARTICIPATION,
    Change,
    ContractHead,
    Member,
    SeatState,
    Talk,
    Terms,
)
from skillspace.trust.contract.clauses import PurposeMissing, read_rules, read_text, role_title
from skillspace.trust.contract.fitness import roles_without_purpose
from skillspace.trust.contract.machine import ANSWERER, MEMBER, OPENER, ORCHESTRATOR, SEATED
from skillspace.trust.contract.model import ClauseUse

OFFERING = "/org/contract/offering"
PURPOSE_LACKS = N_(
    "Nothing can be used under this contract by: %(roles)s. No clause says what the data are for; “purpose-limitation” "
    "has to be added before anybody signs."
)
_TALKED_OF = frozenset({SeatState.NEGOTIATING, SeatState.AGREED, *SEATED})


def groups_of(terms: Terms, words: Translator) -> tuple[ClauseGroup, ...]:
    """Return the clauses of all and of each role, each with its fault; the rules are checked whole and by role."""
    whole = _group(terms, "all", words.gettext("For everybody"), terms.clauses, (), words)
    roles = [
        _group(
            terms,
            role.role,
            words.gettext("Also for: %(role)s") % {"role": role_title(role.role, words.language)},
            role.obligations,
            terms.clauses,
            words,
        )
        for role in terms.roles
    ]
    return (whole, *roles)


def without_purpose(terms: Terms, words: Translator) -> str:
    """Return what somebody has to know before they sign terms that do not say what the data are for; else empty."""
    if not (lacking := roles_without_purpose(terms)):
        return ""
    told = words.listing([role_title(role, words.language) for role in lacking])
    return words.gettext(PURPOSE_LACKS) % {"roles": told}


def _group(
    terms: Terms,
    key: str,
    label: str,
    uses: Sequence[ClauseUse],
    besides: Sequence[ClauseUse],
    words: Translator,
) -> ClauseGroup:
    lines = tuple(_clause(use, words.language) for use in uses)
    fault = ""
    if not any(line.fault for line in lines):
        try:
            read_rules([use.content() for use in (*besides, *uses)])
        except PurposeMissing:
            # Where each role has its own purposes, nothing is missing for everybody.
            lacking = roles_without_purpose(terms)
            fault = without_purpose(terms, words) if key in lacking or (key == "all" and lacking) else ""
        except (BadInput, NotFound) as wrong:
            fault = wrong.message
    return ClauseGroup(key=key, label=label, clauses=lines, fault=fault)


def _clause(use: ClauseUse, language: str) -> ClauseLine:
    try:
        (read,) = read_text([use.content()], language)
    except (BadInput, NotFound) as wrong:
        return ClauseLine(clause=use.clause, title=use.clause, text="", fault=wrong.message)
    return ClauseLine(
        clause=read.clause,
        title=read.title,
        text=read.text,
        rules=read.rules,
        enforced=tuple((by.name, by.how) for by in read.enforced_by),
    )


def members_of(visit: Visit, head: ContractHead, names: Names) -> tuple[MemberLine, ...]:
    """Return every participation with what it negotiates; who is in counts before who is not any more."""
    room = visit.rooms.contracts.contracts
    found = sorted(room.members(visit.work, head.id), key=lambda one: (one.state in PARTICIPATION.final, one.since))
    return tuple(_member(visit, head, one, room.talks(visit.work, one.id), names) for one in found)


def _member(visit: Visit, head: ContractHead, one: Member, talks: Sequence[Talk], names: Names) -> MemberLine:
    is_us, is_ours = one.member == visit.rooms.did, head.orchestrator == visit.rooms.did
    can_talk = one.state in _TALKED_OF and (is_us != is_ours)
    can_bring = one.state in SEATED and is_us and is_ours and head.kind == "ecosystem"
    href = urlencode({"contract": one.contract, "seat": one.id})
    return MemberLine(
        id=one.id,
        name=names.of(one.member),
        did=one.member,
        role=role_title(one.role, visit.language),
        state=one.state.value,
        since=one.since,
        is_us=is_us,
        version=one.document.version if one.document else None,
        reason=one.reason,
        fault=one.fault,
        sign_by=one.sign_by.date() if one.sign_by else None,
        leaves=one.leaves.date() if one.leaves else None,
        moves=seat_moves(visit, one, is_ours),
        talks=tuple(_talk(visit, it, one, is_ours, can_talk, names) for it in talks),
        propose_href=f"{OFFERING}?{href}" if can_talk or can_bring else "",
    )


def seat_moves(visit: Visit, one: Member, is_ours: bool) -> tuple[Move, ...]:
    """Return what we may do about a participation: as the one who keeps the contract, or about our own part."""
    is_us = one.member == visit.rooms.did
    if is_us == is_ours:
        return ()
    opened = PARTICIPATION.allowed(one.state, ORCHESTRATOR if is_ours else MEMBER)
    if is_ours and one.state in SEATED and not one.is_waiting:
        opened = [move for move in opened if move != "countersign"]
    return moves_in_words(opened, SEAT_MOVES if is_ours else OWN_MOVES, visit.words)


def must_sign(terms: Terms, one: Member, talks: Sequence[Talk]) -> bool:
    """Tell whether our signature is open and says something new: another version, or other offerings."""
    if "sign" not in PARTICIPATION.allowed(one.state, MEMBER):
        return False
    if one.document is None or one.document.terms_hash != terms.hash:
        return True
    agreed = {(it.offering.provider, it.offering.dataset): it.offering.content() for it in talks if _is_agreed(it)}
    signed = {(it.provider, it.dataset): it.content() for it in one.document.offerings}
    return agreed != signed


def _is_agreed(talk: Talk) -> bool:
    return talk.state.value == "agreed"


def _talk(visit: Visit, it: Talk, one: Member, is_ours: bool, can_talk: bool, names: Names) -> TalkLine:
    words, said = visit.words, it.offering
    party = OPENER if (it.opener == ORCHESTRATOR) == is_ours else ANSWERER
    opened = OFFER.allowed(it.state, party) if can_talk else []
    href = urlencode({"contract": one.contract, "seat": one.id, "offer": it.id})
    return TalkLine(
        id=it.id,
        round=it.round,
        title=names.title(said.provider, said.dataset),
        is_ours=said.provider == visit.rooms.did,
        state=it.state.value,
        purposes=words.listing(worded(said.purposes, PURPOSES, words)),
        basis=words.gettext(BASES[said.legal_basis]) if said.legal_basis in BASES else said.legal_basis,
        roles=words.listing(said.roles),
        terms=terms_of(said.policy, words),
        changes=changes_in(it.changes),
        moves=moves_in_words(opened, OFFER_MOVES, words),
        counter_href=f"{OFFERING}?{href}" if "counter" in opened else "",
    )


def versions_of(history: Sequence[tuple[Terms, Sequence[Change]]]) -> tuple[VersionLine, ...]:
    """Return the versions, newest first, each with what it changed."""
    return tuple(
        VersionLine(
            number=terms.version,
            issued=terms.issued.date(),
            is_material=terms.material,
            sign_by=terms.sign_by.date(),
            changes=changes_in(changes),
        )
        for terms, changes in reversed(history)
    )


def changes_in(changes: Sequence[Change]) -> tuple[ChangeLine, ...]:
    """Return changes as a page shows them."""
    return tuple(ChangeLine(path=one.path, before=one.before, after=one.after) for one in changes)


def own_part(visit: Visit, members: Sequence[Member]) -> Member | None:
    """Return our own participation, the live one before one that is over."""
    own = [one for one in members if one.member == visit.rooms.did]
    return min(own, key=lambda one: one.state in PARTICIPATION.final, default=None)
