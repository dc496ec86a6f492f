"""A composed intermediary with one person and a contract with an agency: for tests of what people do there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from skillspace.exchange import Offering
from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.kernel.clock import Clock
from skillspace.node.composition import Node, compose
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.profile import Arrival
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.portal.rooms import Spaces
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy import offer_rules
from tests.nodes import make_node

AGENCY = Peer(did="did:web:agency.example", name="Invented Agency", roles=frozenset({"agency"}))
EMPLOYER = Peer(did="did:web:employer.example", name="Invented Employer", roles=frozenset({"employer"}))
UNIVERSITY = Peer(did="did:web:university.example", name="Invented University", roles=frozenset({"university"}))
PURPOSES = ("guidance", "recruitment", "training-advice")


@dataclass
class House:
    """The intermediary, its spaces, and Alva, who lives there."""

    node: Node
    spaces: Spaces
    alva: Account
    agreement: Agreement

    def share(self, work: Work, *kinds: str, person: Account | None = None, purpose: str = "guidance") -> Grant:
        return self.spaces.sharing.share(
            work,
            person=(person or self.alva).id,
            recipient=AGENCY,
            purpose=purpose,
            kinds=kinds,
            until=work.now + timedelta(days=30),
            agreement=self.agreement,
            why="",
        )


@contextmanager
def house(folder: Path, taxonomies: Path, clock: Clock) -> Iterator[House]:
    """Open the house; nothing of it runs by itself."""
    settings = make_node(folder / "hub", "Invented Space", "authority", "intermediary", taxonomies=str(taxonomies))
    node = compose(settings, clock=clock)
    assert node.rooms.spaces is not None
    with node.database.writing() as work:
        own = Peer(did=node.trust.did, name=settings.name, roles=frozenset(settings.roles))
        node.trust.directory.replace(work, [own, AGENCY, EMPLOYER, UNIVERSITY])
        alva = node.rooms.accounts.make(
            work, name="Alva Exempelsson", kind=AccountKind.PERSON, email="alva@example.org", language="sv"
        )
        agreement = signed(work, node.trust.did)
        node.rooms.spaces.profile.keep(work, diploma(alva, node))
    yield House(node=node, spaces=node.rooms.spaces, alva=alva, agreement=agreement)
    node.stop()


def profile_offering(work: Work) -> Offering:
    return Offering(
        id=PROFILE_DATASET,
        title={"en": "Profiles"},
        description={"en": "What people choose to share."},
        kinds=("skills", "name", "plan"),
        personal=True,
        purposes=PURPOSES,
        media_type="application/json",
        policy=offer_rules(purposes=list(PURPOSES)),
        updated=work.now,
    )


def signed(work: Work, own: str) -> Agreement:
    """Put a contract for profiles between this node and the agency in force."""
    policy = offer_rules(purposes=list(PURPOSES))
    agreement = Agreement(
        id="urn:uuid:a1", dataset=PROFILE_DATASET, provider=own, consumer=AGENCY.did, policy=policy, made=work.now
    )
    made = Negotiation(
        pid="urn:uuid:n1",
        role="provider",
        peer=AGENCY.did,
        peer_pid=None,
        callback=None,
        opened_by=AGENCY.did,
        dataset=PROFILE_DATASET,
        offer={},
        offers_made=0,
        state=NegotiationState.FINALIZED,
        reason=None,
        agreement=agreement.id,
        made=work.now,
        changed=work.now,
    )
    store.add_agreement(work, store.add(work, made), agreement)
    store.put_in_force(work, made, True)
    return replace(agreement, in_force=True)


def diploma(person: Account, node: Node, *, level: ValidationLevel = ValidationLevel.CERTIFIED) -> Arrival:
    """A diploma that came from the university, with three skills."""
    taxonomies = node.rooms.taxonomies
    uris = sorted(taxonomies.concepts(kinds={"skill"}))[:3]  # type: ignore[arg-type]
    evidence = Evidence(record_id="d-1", title="Bachelor of Invention", kind=RecordKind.DIPLOMA)
    assertions = tuple(
        SkillAssertion(
            concept=uri,
            label=taxonomies.label(uri, "en"),
            validation=level,
            issuer=UNIVERSITY.did,
            issuer_name=UNIVERSITY.name,
            issued=date(2025, 6, 1),
            evidence=evidence,
        )
        for uri in uris
    )
    record = Record(
        id="d-1",
        kind=RecordKind.DIPLOMA,
        title=evidence.title,
        issuer=UNIVERSITY.did,
        issuer_name=UNIVERSITY.name,
        assertions=assertions,
        proof=ProofStatus.SIGNED_BY_ISSUER,
        media_type="text/plain",
        format="test",
    )
    return Arrival(
        person=person.id,
        source=UNIVERSITY.did,
        source_name=UNIVERSITY.name,
        record_id="d-1",
        kind="diploma",
        media_type="text/plain",
        document=f"about {person.name}".encode(),
        record=record,
        dataset="diplomas",
    )
