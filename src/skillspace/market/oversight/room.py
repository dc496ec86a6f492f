"""The room of one node: at an organisation, matching with what people decided beside it; at an intermediary, the way to
ask for that on a person's behalf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skillspace.kernel.errors import NotFound
from skillspace.market.oversight.circle import Circle, Circles
from skillspace.market.oversight.decisions import Decision, Decisions
from skillspace.market.oversight.explaining import explain
from skillspace.market.oversight.fits import Fits, Placed
from skillspace.market.oversight.machine import Why
from skillspace.market.oversight.messages import Explanation, read_explanation
from skillspace.market.oversight.stock import Stock
from skillspace.market.vacancies import Vacancy
from skillspace.people.received import Received
from skillspace.skills.ranking import declared
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer, PeerClient
from skillspace.trust.rights import Answerer, DataSubject, Holding
from skillspace.trust.rights.ports import Note

RECRUITMENT = "recruitment"
#: What a decision on a person is called among the kinds of things held.
KIND = "matching"
LOGIC = (
    "The skills you share are compared with what each vacancy asks for. People see the order with its reasons and "
    "decide themselves; no machine decides."
)


class Oversight:
    """Matching of this organisation's vacancies under the eyes of its people."""

    def __init__(
        self, *, received: Received, circles: Circles, vacancies: Stock[Vacancy], peers: PeerClient, note: Note
    ) -> None:
        self.circles = circles
        self.vacancies = vacancies
        self.fits = Fits()
        self.decisions = Decisions(note)
        self._received = received
        self._peers = peers
        self._note = note

    def now(self, work: Work) -> tuple[Circle, str, tuple[Vacancy, ...]]:
        """Return who may be recruited now, and the vacancies with the name of their edition."""
        etag, vacancies = self.vacancies.now(work)
        return self.circles.now(work, RECRUITMENT), etag, vacancies

    def placed(self, work: Work, circle: Circle, etag: str, vacancy: Vacancy) -> list[Placed]:
        """Return who is shown for a vacancy, in the order that holds."""
        return self.fits.placed(circle, etag, vacancy, self.decisions.of_vacancy(work, vacancy.id))

    def decide(
        self, work: Work, vacancy_id: str, grant_id: str, move: str, *, by: str, why: Why, words: str
    ) -> Decision:
        """Move somebody who shares now up, aside or back. Raises NotFound, MoveNotAllowed, BadInput without words."""
        circle, etag, vacancies = self.now(work)
        vacancy = next((one for one in vacancies if one.id == vacancy_id), None)
        if vacancy is None or grant_id not in circle.people:
            raise NotFound("This vacancy is closed, or the person does not share with you any more.")
        shown = [one.holder_id for one in self.fits.of(circle, etag, vacancy)]
        place = shown.index(grant_id) + 1 if grant_id in shown else None
        return self.decisions.decide(work, vacancy, grant_id, move, by=by, why=why, words=words, place=place)

    def forget(self, grant_id: str, _work: Work) -> int:
        """Let go of every match with a share in it; return in how many circles it was."""
        self.fits.forget()
        return self.circles.forget(grant_id)

    def explained(self, work: Work, grant_id: str, caller: Peer) -> Explanation:
        """Tell a person's intermediary what matching makes of them here; raises NotFound for anybody else's share."""
        if self._received.share(work, grant_id).intermediary != caller.did:
            raise NotFound("Nothing was shared with us under this number.")
        found = self._explain(work, grant_id)
        self._note(work, "matching.explained", grant_id, {"vacancies": len(found.vacancies)})
        return found

    def ask(self, organisation: str, grant_id: str) -> Explanation:
        """Ask an organisation what matching makes of the person of a grant. Call it outside of any transaction.

        Raises PeerRefused, PeerUnreachable, BadInput for an answer that cannot be read.
        """
        address = f"{self._peers.service(organisation, 'SkillspaceNode')}/matching/shares/{grant_id}/explained"
        return read_explanation(self._peers.call("POST", organisation, address))

    def answerer(self) -> Answerer:
        """Answer for matching and decisions when somebody uses their rights; words can go, decisions stand."""

        def grants(work: Work, who: DataSubject) -> list[str]:
            shares = self._received.of_subject(work, who.intermediary, who.subject)
            mine = [one for one in shares if one.purpose == RECRUITMENT and who.scope.covers(grant=one.grant_id)]
            return [one.grant_id for one in mine if who.before is None or one.since <= who.before]

        def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
            asked = grants(work, who) if who.scope.covers(kind=KIND) else []
            logic = " ".join([LOGIC, *declared(self.now(work)[0].policy)]) if asked else ""
            for grant_id in asked:
                for one in self._explain(work, grant_id).vacancies:
                    yield Holding(
                        kind=KIND,
                        title=one.title,
                        content=one.model_dump(exclude_none=True),
                        source="this organisation",
                        since=work.now,
                        purpose=RECRUITMENT,
                        basis="consent",
                        retention="matches until the consent ends; who decided what, as long as the log",
                        portable=False,
                        logic=logic,
                    )

        def erase(work: Work, who: DataSubject) -> Mapping[str, int]:
            mine = grants(work, who) if who.scope.covers(kind=KIND) else []
            return {KIND: sum(self.decisions.forget(grant_id, work) for grant_id in mine)}

        return Answerer(name="matching", collect=collect, erase=erase, restrict=_by_the_circle)

    def _explain(self, work: Work, grant_id: str) -> Explanation:
        said = self.decisions.of_grants(work, [grant_id])
        return explain(work, grant_id, *self._seen(work), said)

    def _seen(self, work: Work) -> tuple[Circle, Fits, str, tuple[Vacancy, ...]]:
        circle, etag, vacancies = self.now(work)
        return circle, self.fits, etag, vacancies


def _by_the_circle(_work: Work, _who: DataSubject, _on: bool) -> None:
    """Mark nothing: who asked that nothing is used is in no circle."""
