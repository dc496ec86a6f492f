"""The life of a case of validation: a person asks, an organisation looks and judges, and the person may stop any time.

Both keep it by this one table. What ends the person's yes ends an open case at both.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

PERSON, ORGANISATION, CLOCK = "person", "organisation", "clock"


class CaseState(StrEnum):
    """Where a case stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    EVIDENCE_WANTED = "evidence-wanted"
    ASSESSED = "assessed"
    REFUSED = "refused"
    RECOGNISED = "recognised"
    PARTLY = "partly"
    NOT_RECOGNISED = "not-recognised"
    TAKEN_BACK = "taken-back"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


_OPEN = (CaseState.ASKED, CaseState.ACCEPTED, CaseState.EVIDENCE_WANTED, CaseState.ASSESSED)

CASE = Lifecycle[CaseState](
    name="validation case",
    start=frozenset({CaseState.ASKED}),
    moves={
        (CaseState.ASKED, "accept", ORGANISATION): CaseState.ACCEPTED,
        (CaseState.ASKED, "refuse", ORGANISATION): CaseState.REFUSED,
        (CaseState.ACCEPTED, "want evidence", ORGANISATION): CaseState.EVIDENCE_WANTED,
        (CaseState.EVIDENCE_WANTED, "send evidence", PERSON): CaseState.ACCEPTED,
        (CaseState.ACCEPTED, "assess", ORGANISATION): CaseState.ASSESSED,
        (CaseState.EVIDENCE_WANTED, "assess", ORGANISATION): CaseState.ASSESSED,
        (CaseState.ASSESSED, "recognise", ORGANISATION): CaseState.RECOGNISED,
        (CaseState.ASSESSED, "recognise in part", ORGANISATION): CaseState.PARTLY,
        (CaseState.ASSESSED, "do not recognise", ORGANISATION): CaseState.NOT_RECOGNISED,
        (CaseState.ASSESSED, "take assessment back", ORGANISATION): CaseState.ACCEPTED,
        (CaseState.RECOGNISED, "take back", ORGANISATION): CaseState.TAKEN_BACK,
        (CaseState.PARTLY, "take back", ORGANISATION): CaseState.TAKEN_BACK,
        (CaseState.RECOGNISED, "take assessment back", ORGANISATION): CaseState.TAKEN_BACK,
        (CaseState.PARTLY, "take assessment back", ORGANISATION): CaseState.TAKEN_BACK,
        **{(state, "withdraw", PERSON): CaseState.WITHDRAWN for state in _OPEN},
        **{(state, "lapse", CLOCK): CaseState.LAPSED for state in _OPEN},
    },
)

#: Where a case is over; a recognition can still be taken back, and what it rests on with it.
OVER = CASE.states - frozenset(_OPEN)
#: Moves that end in a recognition: with them come a trail and a credential.
RECOGNISING = frozenset({"recognise", "recognise in part"})
#: Within what time the next step is due, by where a case stands; what is late is shown as late, and goes on.
WITHIN = {
    CaseState.ASKED: timedelta(days=30),
    CaseState.ACCEPTED: timedelta(days=90),
    CaseState.EVIDENCE_WANTED: timedelta(days=30),
    CaseState.ASSESSED: timedelta(days=30),
}
