"""The API itself: configuration to read, people's records to answer, verification and audit, under one prefix."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.govstack.agreements import Agreements
from skillspace.trust.consent.govstack.answers import Answers
from skillspace.trust.consent.govstack.clients import Clients, Scope
from skillspace.trust.consent.govstack.delegations import Delegations
from skillspace.trust.consent.govstack.doors import (
    USUAL,
    AgreementId,
    Doors,
    Individual,
    Limit,
    Offset,
    PolicyId,
    RecordId,
    RevisionId,
    client_of,
)
from skillspace.trust.consent.govstack.operations import PREFIX
from skillspace.trust.consent.govstack.people import one_of, people_routers
from skillspace.trust.consent.govstack.policies import Policies
from skillspace.trust.consent.govstack.records import Records, Wanted
from skillspace.trust.consent.govstack.revisions import Json
from skillspace.trust.consent.service import Consents
from skillspace.trust.journal import Journal
from skillspace.trust.register import Registers

Filter = Annotated[str | None, Query(max_length=500, pattern=r"^[!-~]+$")]


def govstack_router(
    consents: Consents,
    registers: Registers,
    database: Database,
    clients: Clients,
    *,
    delegations: Delegations,
    journal: Journal,
    address: str,
) -> APIRouter:
    """Return every door of the API, under `PREFIX`; `address` is the node's own, for the addresses of policies."""
    policies = Policies(registers, address)
    agreements = Agreements(consents.notices, policies)
    records = Records(consents, registers, agreements, journal)
    answers = Answers(consents, agreements, records)
    doors = Doors(clients, database)
    routes = APIRouter(prefix=PREFIX, tags=["GovStack consent"])
    routes.include_router(_configuration(doors, database, policies, agreements))
    routes.include_router(_lookups(doors, database, policies, agreements))
    routes.include_router(_verification(doors, database, agreements, records))
    for part in people_routers(doors, database, delegations, records, answers):
        routes.include_router(part)
    routes.include_router(_audit(doors, database, consents, agreements, records))
    routes.include_router(doors.not_offered())
    return routes


def _configuration(doors: Doors, database: Database, policies: Policies, agreements: Agreements) -> APIRouter:
    routes = doors.group(Scope.ORG)

    @routes.get("/config/policy/{policyId}/")
    def policy(did: PolicyId, revision_id: RevisionId = None) -> Json:
        with database.reading() as work:
            return _policy(policies, work, did, revision_id)

    @routes.get("/config/policy/{policyId}/revisions/")
    def policy_revisions(did: PolicyId, offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            known = policies.versions(work, did)
            hashes = [*(version.hash for version in known[1:]), None]
            found = [policies.revision(one, previous) for one, previous in zip(known, hashes, strict=True)]
        return {"policy": policies.to_json(known[0]), "revisions": found[offset : offset + limit]}

    @routes.get("/config/policies/")
    def policy_list(revision_id: RevisionId = None, offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            found = policies.listed(work, revision_id)[offset : offset + limit]
        return {"policies": [policies.to_json(version) for version in found]}

    @routes.get("/config/data-agreement/{dataAgreementId}/")
    def data_agreement(id: AgreementId) -> Json:
        with database.reading() as work:
            return _agreement(agreements, work, id)

    @routes.get("/config/data-agreements/")
    def data_agreement_list(offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            return _agreements(agreements, work, offset, limit)

    return routes


def _lookups(doors: Doors, database: Database, policies: Policies, agreements: Agreements) -> APIRouter:
    routes = doors.group(Scope.ORG, Scope.CONSUMER, Scope.INDIVIDUAL)

    @routes.get("/service/data-agreement/{dataAgreementId}/")
    def data_agreement(id: AgreementId) -> Json:
        with database.reading() as work:
            return _agreement(agreements, work, id)

    @routes.get("/service/policy/{policyId}/")
    def policy(did: PolicyId, revision_id: RevisionId = None) -> Json:
        with database.reading() as work:
            return _policy(policies, work, did, revision_id)

    return routes


def _verification(doors: Doors, database: Database, agreements: Agreements, records: Records) -> APIRouter:
    routes = doors.group(Scope.CONSUMER)

    @routes.get("/service/verification/data-agreements/")
    def data_agreements(request: Request, offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            return _agreements(agreements, work, offset, limit, recipient=_organisation(request))

    @routes.get("/service/verification/consent-records/")
    def consent_records(
        request: Request,
        opt_in: Annotated[bool | None, Query(alias="filterOptIn")] = None,
        agreement: Annotated[Filter, Query(alias="filterDataAgreementId")] = None,
        revision: Annotated[Filter, Query(alias="filterDataAgreementRevisionId")] = None,
        individual: Annotated[Filter, Query(alias="filterIndividualId")] = None,
        named: Individual = None,
        offset: Offset = 0,
        limit: Limit = USUAL,
    ) -> Json:
        wanted = Wanted(opt_in=opt_in, agreement=agreement, revision=revision, individual=one_of(individual, named))
        with database.reading() as work:
            found = records.of_recipient(work, _organisation(request), wanted, offset=offset, limit=limit)
            return {"consentRecords": [records.for_recipient(work, grant) for grant in found]}

    @routes.get("/service/verification/consent-record/{consentRecordId}/")
    def consent_record(request: Request, id: RecordId) -> Json:
        with database.reading() as work:
            found = records.to_recipient(work, _organisation(request), id)
            answer: Json = {"consentRecord": records.for_recipient(work, found)}
            is_open = records.is_open(work, found)
            return answer | ({"revision": records.terms_revision(found)} if is_open else {})

    return routes


def _audit(doors: Doors, database: Database, consents: Consents, agreements: Agreements, records: Records) -> APIRouter:
    routes = doors.group(Scope.AUDITOR)

    @routes.get("/audit/consent-records/")
    def consent_records(offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            found = records.every(work, offset=offset, limit=limit)
            return {"consentRecords": [records.to_json(work, grant, individual=None) for grant in found]}

    @routes.get("/audit/consent-record/{consentRecordId}/")
    def consent_record(id: RecordId) -> Json:
        with database.reading() as work:
            return {"consentRecord": records.to_json(work, consents.find(work, id), individual=None)}

    @routes.get("/audit/data-agreements/")
    def data_agreements(offset: Offset = 0, limit: Limit = USUAL) -> Json:
        with database.reading() as work:
            return _agreements(agreements, work, offset, limit)

    @routes.get("/audit/data-agreement/{dataAgreementId}/")
    def data_agreement(id: AgreementId) -> Json:
        with database.reading() as work:
            return {"dataAgreement": agreements.to_json(work, agreements.find(work, id))}

    return routes


def _policy(policies: Policies, work: Work, did: str, revision_id: str | None) -> Json:
    version, previous = policies.find(work, did, revision_id)
    return {"policy": policies.to_json(version), "revision": policies.revision(version, previous)}


def _agreement(agreements: Agreements, work: Work, id: str) -> Json:
    notice = agreements.find(work, id)
    return {"dataAgreement": agreements.to_json(work, notice), "revision": agreements.revision(work, notice)}


def _agreements(agreements: Agreements, work: Work, offset: int, limit: int, recipient: str | None = None) -> Json:
    found = agreements.listed(work, offset=offset, limit=limit, recipient=recipient)
    return {"dataAgreements": [agreements.to_json(work, notice) for notice in found]}


def _organisation(request: Request) -> str:
    organisation = client_of(request).organisation
    if organisation is None:
        raise BadInput("This client speaks for no organisation.")
    return organisation
