"""What the desk of validation answers when somebody uses their rights."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from skillspace.people.sharing import EVIDENCE_DATASET
from skillspace.people.validation.desk import COPIES, ValidationDesk
from skillspace.people.validation.model import PURPOSE, Request, step_json
from skillspace.storage.database import Work
from skillspace.trust.rights import Answerer, DataSubject, Holding


def validation_answerer(desk: ValidationDesk) -> Answerer:
    """Answer for requests and their evidence: evidence goes when it is asked to, what was judged stays, nameless."""

    def meant(work: Work, who: DataSubject) -> Iterator[tuple[Request, Holding]]:
        for request, evidence in desk.requests_of(work, who.intermediary, who.subject):
            is_old = who.before is None or request.made <= who.before
            if is_old and who.scope.covers(dataset=EVIDENCE_DATASET, kind=COPIES, grant=request.grant_id):
                steps = [step_json(step) for step in request.steps]
                told = [{"title": one.title, "document": _text(one.document), "hop": one.hop} for one in evidence]
                yield (
                    request,
                    Holding(
                        kind=COPIES,
                        title=f"validation of “{request.label}”",
                        content={"skill": request.skill, "state": request.state, "steps": steps, "evidence": told},
                        source=request.intermediary,
                        since=request.made,
                        purpose=PURPOSE,
                        basis="consent",
                        retention="until the case is over or the consent is stopped; its steps stay without a name",
                    ),
                )

    def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
        return (holding for _, holding in meant(work, who))

    def erase(work: Work, who: DataSubject) -> Mapping[str, int]:
        return {COPIES: sum(desk.erase(work, request) for request, _ in list(meant(work, who)))}

    return Answerer(name=COPIES, collect=collect, erase=erase, restrict=_by_the_desk)


def _text(document: bytes | None) -> str | None:
    return base64.b64encode(document).decode() if document is not None else None


def _by_the_desk(_work: Work, _who: DataSubject, _on: bool) -> None:
    """Mark nothing: the desk asks what is restricted before it shows evidence or lets anybody take a step."""
