"""Words of contracts: moves of each party, and what the values of templates and offerings are called."""

from __future__ import annotations

from collections.abc import Iterable

from skillspace.portal.i18n import Translator
from skillspace.portal.views.contracts import Move
from skillspace.portal.words import N_

#: Moves of the contract as a whole, by its orchestrator; publishing and revising have forms of their own.
CONTRACT_MOVES = {
    "suspend": N_("Pause the contract"),
    "resume": N_("Resume the contract"),
    "terminate": N_("End the contract"),
}
#: Moves about one member, by the orchestrator.
SEAT_MOVES = {
    "admit": N_("Let them in"),
    "reject": N_("Turn down"),
    "withdraw": N_("Withdraw the invitation"),
    "conclude": N_("Everything is agreed"),
    "countersign": N_("Countersign"),
    "suspend": N_("Pause this member"),
    "resume": N_("Lift the pause"),
    "release": N_("Let go at once"),
    "exclude": N_("Exclude"),
}
#: Moves of a member about its own part; signing has a form of its own.
OWN_MOVES = {
    "accept": N_("Accept the invitation"),
    "decline": N_("Decline"),
    "withdraw": N_("Withdraw from it"),
    "leave": N_("Leave"),
    "leave_by_law": N_("Leave at once, because a law demands it"),
}
OFFER_MOVES = {"agree": N_("Agree"), "drop": N_("Let go of it")}
ASK_WHY = frozenset({"suspend", "terminate", "exclude", "leave", "leave_by_law", "reject", "decline"})
KINDS_OF_CONTRACT = {"ecosystem": N_("of many members"), "bilateral": N_("between two")}
PARAMETERS = {
    "starts": N_("First day"),
    "ends": N_("Day it ends"),
    "law": N_("Law of which country (two letters)"),
    "court": N_("Court"),
    "notice_days": N_("Days of notice when somebody leaves"),
    "language": N_("Language of the contract"),
    "purposes": N_("Purposes"),
    "kinds": N_("Kinds of data"),
    "source": N_("Name of the source"),
    "site": N_("Address of the source (https://…)"),
    "hours": N_("Hours until a withdrawn ad is gone"),
    "archive_law": N_("Law by which records are kept"),
    "age": N_("Age below which somebody answers for a child"),
    "recording_days": N_("Days until recordings are deleted"),
}
BASES = {
    "consent": N_("the person’s consent"),
    "contract": N_("a contract with the person"),
    "legal-obligation": N_("a legal obligation"),
    "public-task": N_("a public task"),
    "legitimate-interests": N_("legitimate interests"),
    "none": N_("no personal data"),
}


def moves_in_words(names: Iterable[str], catalogue: dict[str, str], words: Translator) -> tuple[Move, ...]:
    """Return the moves that have a button, in the order of the catalogue."""
    opened = set(names)
    return tuple(
        Move(name=name, label=words.gettext(label), asks_why=name in ASK_WHY)
        for name, label in catalogue.items()
        if name in opened
    )
