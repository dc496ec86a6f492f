"""The part of the API that is about one person: who lets this program act, their records, and their answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.govstack.answers import Answers
from skillspace.trust.consent.govstack.clients import Scope
from skillspace.trust.consent.govstack.delegations import Act, Delegation, Delegations
from skillspace.trust.consent.govstack.doors import (
    USUAL,
    AgreementId,
    Doors,
    Individual,
    IndividualId,
    Limit,
    Offset,
    RecordId,
    RevisionId,
    client_of,
)
from skillspace.trust.consent.govstack.messages import Answered, Changed, RecordSent
from skillspace.trust.consent.govstack.records import Records
from skillspace.trust.consent.govstack.revisions import Json
from skillspace.trust.consent.model import Grant

IndividualQuery = Annotated[str, Query(alias="individualId", pattern=r"^[!-~]{1,500}$")]
AgreementQuery = Annotated[str, Query(alias="dataAgreementId", pattern=r"^[!-~]{1,500}$")]


def people_routers(
    doors: Doors, database: Database, delegations: Delegations, records: Records, answers: Answers
) -> tuple[APIRouter, ...]:
    """Return the routers of everything that is about one person."""
    return (
        _individuals(doors, database, delegations),
        _reading(doors, database, delegations, records),
        _drafting(doors, database, delegations, records, answers),
        _answering(doors, database, delegations, records, answers),
    )


def _individuals(doors: Doors, database: Database, delegations: Delegations) -> APIRouter:
    routes = doors.group(Scope.INDIVIDUAL)

    @routes.get("/service/individual/{individualId}/")
    def individual(request: Request, id: IndividualId) -> Json:
        with database.reading() as work:
            return {"individual": _individual(delegations.find(work, client_of(request), id))}

    @routes.get("/service/individuals/")
    def individuals(request: Request, offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            found = delegations.of_client(work, client_of(request), offset=offset, limit=limit)
        return {"individuals": [_individual(one) for one in found]}

    return routes


def _reading(doors: Doors, database: Database, delegations: Delegations, records: Records) -> APIRouter:
    routes = doors.group(Scope.INDIVIDUAL)

    def reading(work: Work, request: Request, named: str | None) -> Delegation:
        found = delegations.find(work, client_of(request), _named(named))
        found.must_allow(Act.READ)
        return found

    def shown(work: Work, found: list[Grant], who: Delegation) -> Json:
        return {"consentRecords": [records.for_person(work, grant, who) for grant in found]}

    @routes.get("/service/individual/record/data-agreement/{dataAgreementId}/")
    def current(request: Request, id: AgreementId, named: Individual = None) -> Json:
        with database.reading() as work:
            who = reading(work, request, named)
            return {"consentRecord": records.for_person(work, records.current_of(work, who.person, id), who)}

    @routes.get("/service/individual/record/data-agreement/{dataAgreementId}/all/")
    def of_agreement(
        request: Request, id: AgreementId, named: Individual = None, offset: Offset = 0, limit: Limit = USUAL
    ) -> Json:
        with database.reading() as work:
            who = reading(work, request, named)
            return shown(work, records.of_person(work, who.person, id)[offset : offset + limit], who)

    @routes.get("/service/individual/record/consent-record/")
    def all_current(request: Request, named: Individual = None, offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            who = reading(work, request, named)
            return shown(work, records.current(work, who.person)[offset : offset + limit], who)

    return routes


def _drafting(
    doors: Doors, database: Database, delegations: Delegations, records: Records, answers: Answers
) -> APIRouter:
    routes = doors.group(Scope.INDIVIDUAL)

    @routes.post("/service/individual/record/data-agreement/{dataAgreementId}/")
    def agree(
        request: Request,
        id: AgreementId,
        individual: IndividualQuery,
        named: Individual = None,
        revision: RevisionId = None,
    ) -> Json:
        with database.writing() as work:
            who = delegations.find(work, client_of(request), _named(one_of(individual, named)))
            return _told(work, records, answers.agree(work, who, id, revision), who)

    @routes.post("/service/individual/record/consent-record/draft/")
    def draft(
        request: Request,
        individual: IndividualQuery,
        agreement: AgreementQuery,
        named: Individual = None,
        revision: RevisionId = None,
    ) -> Json:
        with database.reading() as work:
            who = delegations.find(work, client_of(request), _named(one_of(individual, named)))
            return answers.draft(work, who, agreement, revision)

    return routes


def _answering(
    doors: Doors, database: Database, delegations: Delegations, records: Records, answers: Answers
) -> APIRouter:
    routes = doors.group(Scope.INDIVIDUAL)

    def person(work: Work, request: Request, sent: RecordSent, named: str | None) -> Delegation:
        name = one_of(sent.individual.id if sent.individual else None, named)
        return delegations.find(work, client_of(request), _named(name))

    @routes.post("/service/individual/record/consent-record/")
    def answer(request: Request, sent: Answered, named: Individual = None) -> Json:
        with database.writing() as work:
            who = person(work, request, sent.consent_record, named)
            grant = answers.answer(work, who, sent)
            signed = {"signature": records.receipt_signature(work, grant)} if records.is_open(work, grant) else {}
            return _told(work, records, grant, who) | signed

    @routes.put("/service/individual/record/consent-record/{consentRecordId}/")
    def change(request: Request, id: RecordId, sent: Changed, named: Individual = None) -> Json:
        with database.writing() as work:
            who = person(work, request, sent.consent_record, named)
            return _told(work, records, answers.change(work, who, id, sent.consent_record), who)

    return routes


def _told(work: Work, records: Records, grant: Grant, who: Delegation) -> Json:
    answer: Json = {"consentRecord": records.for_person(work, grant, who)}
    newest = records.revision(work, grant)
    return answer | ({"revision": newest} if newest else {})


def _individual(found: Delegation) -> Json:
    return {"id": found.id, "externalIdType": "pairwise"}


def one_of(first: str | None, second: str | None) -> str | None:
    """The individual, named once or twice alike; raise BadInput for two names."""
    if first is not None and second is not None and first != second:
        raise BadInput("The request names two different individuals.")
    return first if first is not None else second


def _named(individual: str | None) -> str:
    if individual is None:
        raise BadInput("Name the individual in the header X-ConsentBB-IndividualId.")
    return individual
