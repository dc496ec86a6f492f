"""Everything a person has here in one file: JSON-LD for machines with the original documents, a PDF for people."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.people.accounts import Account, Accounts
from skillspace.people.alerts import Alerts
from skillspace.people.identifiers import Identifiers, ProvenIdentifier
from skillspace.people.links import Link, LinkLine, Links
from skillspace.people.plan import Plans
from skillspace.people.profile import Choice, Profile, ProfileSkill, StoredRecord
from skillspace.people.sharing import Sharing
from skillspace.people.stories import Stories, Story
from skillspace.people.wallet import Wallets
from skillspace.storage.database import Work
from skillspace.trust.agent import AgentRoom
from skillspace.trust.consent import Consents, Grant, GrantState, Use
from skillspace.trust.consent.govstack import Delegation, Delegations
from skillspace.trust.mandate import MandateRoom

#: Terms by absolute IRI, in place: nobody has to fetch anything to understand the file.
CONTEXT: Mapping[str, object] = {
    "@version": 1.1,
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dpv": "https://w3id.org/dpv#",
    "name": "schema:name",
    "skills": "schema:knowsAbout",
    "label": "skos:prefLabel",
    "records": "schema:subjectOf",
    "consents": "dpv:hasConsent",
    "@vocab": "urn:skillspace:terms:",
}


@dataclass(frozen=True, kw_only=True)
class Download:
    """What a download holds, read in one transaction so that it fits together."""

    account: Account
    made: datetime
    skills: tuple[ProfileSkill, ...]
    choices: tuple[Choice, ...]
    records: list[StoredRecord]
    stories: list[Story]
    plan: dict[str, Any] | None
    grants: list[tuple[Grant, dict[str, object] | None]]
    log: list[Use]
    comments: list[dict[str, str]]
    mandates: dict[str, Any]
    agent: dict[str, Any]
    alerts: dict[str, Any]
    partners: list[dict[str, Any]]
    programs: list[Delegation]
    links: list[Link]
    link_log: list[LinkLine]
    proven: list[ProvenIdentifier]
    wallet: dict[str, Any]
    validations: list[dict[str, Any]]

    @classmethod
    def read(
        cls,
        work: Work,
        person: str,
        *,
        accounts: Accounts,
        profile: Profile,
        stories: Stories,
        plans: Plans,
        sharing: Sharing,
        consents: Consents,
        mandates: MandateRoom,
        agent: AgentRoom,
        alerts: Alerts,
        delegations: Delegations,
        links: Links,
        identifiers: Identifiers,
        wallets: Wallets,
        partners: list[dict[str, Any]],
        validations: list[dict[str, Any]],
    ) -> Download:
        """Read all of a person; `partners` is what others answered for them, `validations` the cases they brought."""
        account = accounts.get(work, person)
        given = []
        for grant in consents.of_person(work, person):
            was_given = grant.starts is not None and grant.state is not GrantState.PENDING
            given.append((grant, consents.receipt(work, grant.id, account.language) if was_given else None))
        plan = plans.of(work, person)
        return cls(
            account=account,
            made=work.now,
            skills=profile.skills(work, person, account.language),
            choices=profile.history(work, person),
            records=profile.records(work, person),
            stories=stories.of_person(work, person),
            plan=plan.to_json() if plan else None,
            grants=given,
            log=consents.log(work, person, limit=100_000),
            comments=[
                {"by": each.by, "organisation": each.organisation, "at": iso(each.at), "text": each.text}
                for each in sharing.comments_on(work, person=person)
            ],
            mandates=mandates.export(work, person),
            agent=agent.export(work, person),
            alerts=alerts.export(work, person),
            partners=partners,
            validations=validations,
            programs=delegations.of_person(work, person),
            links=links.of_person(work, person),
            link_log=links.log(work, person, limit=100_000),
            proven=identifiers.of(work, person),
            wallet=wallets.export(work, person),
        )


def jsonld(download: Download) -> bytes:
    """Write the download as JSON-LD 1.1: skills with every assertion, documents as they came, consents, receipts."""
    account = download.account
    document = {
        "@context": CONTEXT,
        "@type": "schema:Person",
        "@id": f"urn:skillspace:{account.id}",
        "name": account.name,
        "language": account.language,
        "email": account.email,
        "livesIn": account.territory,
        "made": iso(download.made),
        "skills": [_skill(face) for skill in download.skills for face in skill.faces],
        "choices": [_choice(choice) for choice in download.choices],
        "records": [_record(record) for record in download.records],
        "stories": [{"told": iso(story.made), "text": story.text} for story in download.stories],
        "plan": download.plan,
        "consents": [_grant(grant, receipt) for grant, receipt in download.grants],
        "log": [_use(use) for use in download.log],
        "organisations": [_link(link) for link in download.links],
        "connectionLog": [
            {"at": iso(line.at), "organisation": line.organisation, "what": line.move.value, "way": line.way}
            for line in download.link_log
        ],
        "provenIdentifiers": [
            {
                "identifier": one.identifier,
                "type": one.type,
                "issuer": one.issuer,
                "proven": iso(one.proven),
                "until": iso(one.until),
            }
            for one in download.proven
        ],
        "wallet": download.wallet,
        "comments": download.comments,
        "mandates": download.mandates,
        "agent": download.agent,
        "alerts": download.alerts,
        "partners": download.partners,
        "validations": download.validations,
        "programs": [_program(program) for program in download.programs],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()


def pdf(download: Download, words: Mapping[str, str]) -> bytes:
    """Set the download as a PDF in the person's language; `words` holds its headings, by the template's names."""
    import typst  # noqa: PLC0415 - a typesetter that only this page needs

    content = {
        "words": dict(words),
        "name": download.account.name,
        "made": download.made.date().isoformat(),
        "language": download.account.language,
        "skills": [
            {
                "label": skill.label,
                "theme": skill.theme_label,
                "validation": int(skill.validation),
                "level": skill.level or "",
                "sources": ", ".join(name for _, name in skill.sources),
                "since": skill.since.isoformat(),
            }
            for one in download.skills
            for skill in one.faces
        ],
        "records": [
            {
                "title": record.record.title if record.record else record.record_id,
                "source": record.source_name,
                "date": record.arrived.date().isoformat(),
            }
            for record in download.records
        ],
        "plan": download.plan,
        "grants": [
            {
                "who": grant.recipient_name,
                "from": grant.provider_name,
                "until": grant.until.date().isoformat(),
                "state": str(grant.state),
            }
            for grant, _ in download.grants
        ],
    }
    template = files("skillspace.people.leaving").joinpath("profile.typ").read_bytes()
    made = typst.compile(template, sys_inputs={"content": json.dumps(content)}, ignore_system_fonts=True)
    assert isinstance(made, bytes)  # noqa: S101 - one output format gives one file
    return made


def _skill(skill: ProfileSkill) -> dict[str, Any]:
    return {
        "@id": skill.uri,
        "label": skill.label,
        "validation": skill.validation.name.lower(),
        "level": skill.level,
        "since": skill.since.isoformat(),
        "assertions": [
            {
                "claim": claim.fingerprint,
                "concept": claim.concept,
                "label": claim.label,
                "level": claim.level,
                "validation": claim.validation.name.lower(),
                "issuer": claim.issuer,
                "issuerName": claim.issuer_name,
                "issued": claim.issued.isoformat() if claim.issued else None,
                "validUntil": claim.valid_until.isoformat() if claim.valid_until else None,
                "record": claim.record,
                "evidence": claim.evidence.title,
                "words": claim.evidence.excerpt,
            }
            for claim in skill.claims
        ],
        "sameAs": [other.uri for other in skill.same],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "number": choice.number,
        "said": choice.kind.value,
        "at": iso(choice.at),
        "skill": choice.skill,
        "label": choice.label,
        "other": choice.other,
        "otherLabel": choice.other_label,
        "issuer": choice.issuer or None,
        "takesBack": choice.ends,
    }


def _record(record: StoredRecord) -> dict[str, Any]:
    try:
        original = {"document": record.document.decode()}
    except UnicodeDecodeError:
        original = {"documentBase64": base64.b64encode(record.document).decode()}
    return {
        "@id": f"urn:skillspace:{record.id}",
        "source": record.source,
        "sourceName": record.source_name,
        "kind": record.kind,
        "mediaType": record.media_type,
        "arrived": iso(record.arrived),
        "problem": record.problem.message if record.problem else None,
    } | original


def _link(link: Link) -> dict[str, object]:
    return {
        "organisation": link.organisation,
        "name": link.name,
        "knownAs": link.subject,
        "since": iso(link.linked),
        "way": link.way,
    }


def _grant(grant: Grant, receipt: dict[str, object] | None) -> dict[str, Any]:
    return {
        "@id": f"urn:skillspace:{grant.id}",
        "provider": grant.provider_name,
        "recipient": grant.recipient_name,
        "purpose": grant.purpose,
        "kinds": list(grant.kinds),
        "until": iso(grant.until),
        "state": str(grant.state),
        "receipt": receipt,
    }


def _program(program: Delegation) -> dict[str, Any]:
    return {
        "name": program.client_name,
        "mayDo": sorted(program.acts),
        "since": iso(program.made),
        "until": iso(program.until),
    }


def _use(use: Use) -> dict[str, Any]:
    return {
        "at": iso(use.at),
        "outcome": use.outcome,
        "recipient": use.recipient_name,
        "provider": use.provider_name,
        "dataset": use.dataset,
        "kinds": list(use.kinds),
        "purpose": use.purpose,
        "reason": use.reason,
    }
