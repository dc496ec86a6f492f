"""The stored tasks of cases: evidence goes through the release gate to the organisation, a credential comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused, SkillspaceError, Unavailable
from skillspace.people.sharing import EVIDENCE_DATASET
from skillspace.people.validation.cases import Validations
from skillspace.people.validation.machine import OVER, PERSON
from skillspace.people.validation.messages import Asking
from skillspace.people.validation.model import SEND, TAKE, Case, NobodyValidates
from skillspace.people.validation.releasing import Releasing
from skillspace.people.validation.store import case_of, cases
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent import Consents, Gate
from skillspace.trust.consent.errors import PASSING
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.redemption import raise_unless_live
from skillspace.trust.identity import PeerClient, PeerRefused

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class CaseTasks:
    """Carries cases to organisations; `take` hands a credential's offer to a person's wallet (`Wallets.take`)."""

    validations: Validations
    consents: Consents
    desk: UseDesk
    gate: Gate
    releasing: Releasing
    peers: PeerClient
    take: Callable[[str, str], object]

    def register(self, book: TaskBook) -> None:
        """Take the tasks."""
        book.on_task(SEND, self._send, given_up=self._not_sent)
        book.on_task(TAKE, self._fetch)

    def _send(self, run: TaskRun) -> None:
        name, grant = str(run.payload["case"]), str(run.payload["grant"])
        with run.reading() as work:
            row = work.where(cases, id=name)
        if row is None or row["state"] in OVER:
            with run.finishing():
                return
        case = case_of(row)
        try:
            message = self._released(run, case, grant)
            address = f"{self.peers.service(case.organisation, 'SkillspaceNode')}/people/validations"
            self.peers.call("POST", case.organisation, address, message.model_dump(exclude_none=True))
        except Unavailable:
            raise
        except (Refused, BadInput, NotFound, Conflict) as fault:
            if (fault.body.get("code") if isinstance(fault, PeerRefused) else fault.code) in PASSING:
                raise Unavailable(fault.message) from fault
            log.warning("validation.not_sent", case=name, why=fault.message)
            with run.finishing() as work:
                work.update(cases, cases.c.id == name, problem=fault.message[:500])
            return
        with run.finishing() as work:
            work.update(cases, cases.c.id == name, problem=None)

    def _not_sent(self, work: Work, payload: Mapping[str, Any], fault: Exception) -> None:
        """Let the person see that nobody answered for days, so that they can send it again."""
        said = fault.message if isinstance(fault, SkillspaceError) else "Something went wrong at this node."
        still = (cases.c.id == str(payload["case"])) & cases.c.state.not_in(sorted(OVER))
        work.update(cases, still, problem=said[:500])

    def _released(self, run: TaskRun, case: Case, grant: str) -> Asking:
        """Let the gate open what this yes covers, written down as every use is, and write the message of it."""
        with run.database.writing() as work:
            token, said = self.desk.token(work, recipient=case.organisation, grant=grant, kinds=())
        raise_unless_live(said)
        with run.reading() as work:
            agreement, consent = (
                self.validations.agreement(work, case.organisation),
                self.consents.credential(work, grant),
            )
        if agreement is None:
            raise NobodyValidates()
        with self.gate.opened(token, case.organisation, EVIDENCE_DATASET, agreement, case.id) as (work, release):
            if release.person is None:
                raise Refused("This consent is not about a person of this node.")
            mine = [step.words for step in case.steps if step.party == PERSON]
            words = mine[[case.grant_id, *case.more].index(grant)]
            evidence = self.releasing.evidence(work, case, release, words)
        return Asking(case=case.id, consent=consent, skill=case.skill, label=case.label, words=words, evidence=evidence)

    def _fetch(self, run: TaskRun) -> None:
        """Take the credential into the person's wallet; its offer works once, so a second try is none."""
        try:
            self.take(str(run.payload["person"]), str(run.payload["offer"]))
        except Unavailable:
            raise
        except SkillspaceError as fault:
            log.warning("validation.no_card", why=fault.message)
        with run.finishing():
            return
