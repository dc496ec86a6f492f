"""Mandates: who may act for whom, minors and their guardians, coaches; and the log says who really acted.

The intermediary runs the room. `mandate_of` puts it together; every other room asks `mandates.check` before it lets
anybody act for a person, and `mandates.record` writes who did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.mandate import tasks
from skillspace.trust.mandate.ages import age_of_consent, age_of_majority
from skillspace.trust.mandate.appointing import Appointing
from skillspace.trust.mandate.births import Births
from skillspace.trust.mandate.concerns import Concerns
from skillspace.trust.mandate.document import MandateTerms, read_mandate
from skillspace.trust.mandate.errors import (
    AgeUnknown,
    EvidenceRefused,
    MandateEnded,
    NeedsAssent,
    NeedsGuardian,
    NeedsSecondGuardian,
    NotMandated,
    Outgrown,
    OutOfScope,
    OwnActOnly,
    SaidNo,
)
from skillspace.trust.mandate.guardianship import Guardianship, read_guardianship
from skillspace.trust.mandate.handover import AskedAgain, HandOver, Why
from skillspace.trust.mandate.machine import ASKED_AGAIN, CONCERN, MANDATE, AgainState, ConcernState, MandateState
from skillspace.trust.mandate.model import (
    ALL,
    ROLE,
    STRONG,
    Act,
    Acting,
    Capacity,
    Concern,
    Done,
    Evidence,
    Mandate,
    Proof,
    Scope,
    Settings,
    Stage,
    Standing,
    Word,
)
from skillspace.trust.mandate.ports import (
    Forget,
    GuardianGrants,
    IdentifiersOf,
    IsOfficer,
    Note,
    RolesOf,
    StatusRegister,
)
from skillspace.trust.mandate.service import Mandates
from skillspace.trust.mandate.texts import child_texts, guardian_texts
from skillspace.wire.jose import SigningKey

__all__ = [
    "ALL",
    "ASKED_AGAIN",
    "CONCERN",
    "MANDATE",
    "ROLE",
    "STRONG",
    "Act",
    "Acting",
    "AgainState",
    "AgeUnknown",
    "Appointing",
    "AskedAgain",
    "Births",
    "Capacity",
    "Concern",
    "ConcernState",
    "Concerns",
    "Done",
    "Evidence",
    "EvidenceRefused",
    "GuardianGrants",
    "Guardianship",
    "HandOver",
    "Mandate",
    "MandateEnded",
    "MandateRoom",
    "MandateState",
    "MandateTerms",
    "Mandates",
    "NeedsAssent",
    "NeedsGuardian",
    "NeedsSecondGuardian",
    "NotMandated",
    "OutOfScope",
    "Outgrown",
    "OwnActOnly",
    "Proof",
    "SaidNo",
    "Scope",
    "Settings",
    "Stage",
    "Standing",
    "Why",
    "Word",
    "age_of_consent",
    "age_of_majority",
    "child_texts",
    "guardian_texts",
    "mandate_of",
    "read_guardianship",
    "read_mandate",
]


#: More than anybody has: a person's own copy is whole.
ALL_LINES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class MandateRoom:
    """The room of one intermediary: ages, who may act, how mandates are made and ended, hand-over, worries."""

    births: Births
    mandates: Mandates
    appointing: Appointing
    hand_over: HandOver
    concerns: Concerns

    def register(self, book: TaskBook) -> None:
        """Write the room's clock into the node's book."""
        tasks.register(book, self.appointing)

    def start(self, work: Work) -> None:
        """Start the clock."""
        tasks.start(work)

    def export(self, work: Work, person: str) -> dict[str, Any]:
        """Return everything kept about a person, as JSON for their own copy: age, mandates, what was said and done.

        What somebody else said about a guardian is no part of a guardian's copy.
        """
        mandates = self.mandates
        own = [*mandates.of_principal(work, person), *mandates.of_agent(work, person)]
        return {
            "born": self.births.told(work, person),
            "mandates": [{"id": one.id, "state": one.state.value, "reason": one.reason} | one.entry() for one in own],
            "said": [one.entry() for one in mandates.said(work, person)],
            "done": [one.entry() for one in mandates.done_for(work, person, limit=ALL_LINES)],
            "worries": [
                {"at": iso(one.said), "words": one.words, "answer": one.answer}
                for mandate in mandates.of_principal(work, person)
                for one in self.concerns.of_mandate(work, mandate.id)
                if one.person == person
            ],
        }


def mandate_of(
    *,
    own_did: str,
    key: SigningKey,
    grants: GuardianGrants,
    is_officer: IsOfficer,
    roles_of: RolesOf,
    identifiers_of: IdentifiersOf,
    settings: Settings | None = None,
    note: Note | None = None,
    forget: Forget | None = None,
    register: StatusRegister | None = None,
) -> MandateRoom:
    """Put the room together; what it needs of others comes as callables (`ports`)."""
    chosen = settings or Settings()
    births = Births(settings=chosen, is_officer=is_officer, note=note)
    mandates = Mandates(births=births, settings=chosen, is_officer=is_officer, roles_of=roles_of, note=note)
    hand_over = HandOver(mandates=mandates, grants=grants, settings=chosen)
    appointing = Appointing(
        own_did=own_did,
        key=key,
        births=births,
        mandates=mandates,
        hand_over=hand_over,
        is_officer=is_officer,
        identifiers_of=identifiers_of,
        note=note,
        forget=forget,
        register=register,
    )
    concerns = Concerns(mandates=mandates, is_officer=is_officer, note=note)
    return MandateRoom(births=births, mandates=mandates, appointing=appointing, hand_over=hand_over, concerns=concerns)
