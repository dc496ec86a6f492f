"""What an organisation signs of its judgement: the hops of the trail, and the credential it offers the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillspace.kernel.errors import MoveNotAllowed, NotFound
from skillspace.kernel.ids import new_urn
from skillspace.people.validation.model import Request, Step
from skillspace.records.achievement import Achievement
from skillspace.records.formats.issuing import SkillClaim
from skillspace.records.model import ValidationLevel
from skillspace.records.trail import Hop, HopKind, Trail, fingerprint, name_of, write_hop
from skillspace.storage.database import Work
from skillspace.trust.issuance import Issuance
from skillspace.wire.canonical import canonical
from skillspace.wire.jose import SigningKey


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Signs in the name of one organisation."""

    own_did: str
    own_name: str
    key: SigningKey
    issuance: Issuance

    def assessed(self, work: Work, request: Request, step: Step, evidence: Sequence[str]) -> dict[str, Any]:
        """Return what to keep of an assessment: its hop (`assessment`), which rests on all of the evidence (hops), and
        by what it can be taken back (`assessment_place`)."""
        title = f"Assessed by {self.own_name}"
        hop = self._hop(request, step, title, HopKind.ASSESSMENT, ValidationLevel.ASSESSED, step.level)
        status = self.issuance.register.allocate(work)
        return {"assessment": self._signed(hop, evidence, status), "assessment_place": _place(status)}

    def recognised(
        self, work: Work, request: Request, step: Step, assessed: Step, assessment: str, evidence: Sequence[str]
    ) -> dict[str, Any]:
        """Offer the credential, and return what to keep of that: `parcel` for the person (the whole trail, and the link
        of the offer), and by what it can be taken back, `place` and `offer`.

        What is recognised in part stays at what was assessed.
        """
        status = self.issuance.register.allocate(work)
        is_whole = step.move == "recognise"
        achievement = Achievement(
            id=new_urn(),
            title=request.label[:200],
            awarded=step.at.date(),
            description=step.words[:2000] or None,
            criteria=assessed.words[:2000] or None,
            skills=(SkillClaim(label=request.label, concept=request.skill, level=assessed.level),),
        )
        title = f"Credential by {self.own_name}"
        level = ValidationLevel.CERTIFIED if is_whole else ValidationLevel.ASSESSED
        given = self._hop(request, step, title, HopKind.CREDENTIAL, level, assessed.level)
        written = fingerprint(canonical(achievement.to_json()))
        credential = self._signed(Hop(**{**vars(given), "evidence": written}), [assessment], status)
        title = f"Recognised by {self.own_name}" if is_whole else f"Recognised in part by {self.own_name}"
        level = ValidationLevel.RECOGNISED if is_whole else ValidationLevel.ASSESSED
        last = self._hop(request, step, title, HopKind.RECOGNITION, level, assessed.level)
        recognition = self._signed(last, [assessment, credential], status)
        trail = Trail.ending_in(request.subject, recognition, [*evidence, assessment, credential])
        offer = self.issuance.offer(work, achievement, about=request.id, with_pin=False)
        parcel = {"trail": trail.to_json(), "offer": offer.link}
        return {"parcel": parcel, "place": _place(status), "offer": offer.id}

    def taken_back(self, work: Work, place: int | None, offer: str | None) -> None:
        """Take a recognition back for good, with its credential: whoever looks it up from now on is told so."""
        self.taken_out(work, place)
        for end in (self.issuance.revoke, self.issuance.withdraw):
            with suppress(NotFound, MoveNotAllowed):  # as far as the wallet came with it
                if offer is not None:
                    end(work, offer)

    def taken_out(self, work: Work, place: int | None) -> None:
        """Take back for good what was signed with this place, if it has one; what rests on it does not hold either."""
        if place is not None:
            self.issuance.register.revoke(work, place)

    def _hop(
        self, request: Request, step: Step, title: str, kind: HopKind, validation: ValidationLevel, level: str | None
    ) -> Hop:
        at: datetime = step.at
        return Hop(
            kind=kind,
            subject=request.subject,
            issuer=self.own_did,
            issuer_name=self.own_name,
            title=title[:300],
            label=request.label,
            concept=request.skill,
            level=level,
            validation=validation,
            words=step.words or None,
            at=at,
        )

    def _signed(self, hop: Hop, rests_on: Sequence[str], status: Mapping[str, object] | None = None) -> str:
        return write_hop(Hop(**{**vars(hop), "rests_on": tuple(map(name_of, rests_on))}), self.key, status)


def _place(status: Mapping[str, object]) -> int:
    """The place in our status list that a credentialStatus names."""
    return int(str(status["statusListIndex"]))
