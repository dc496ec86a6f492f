"""What people do at a node in the tests of falls, each a move in one transaction, named in `MOVES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from skillspace.node.composition import Node
from skillspace.people.accounts import AccountKind
from skillspace.people.holdings import HeldPerson
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.storage.database import Work
from skillspace.trust.agent import Effect, Wish
from skillspace.trust.consent import Acting, subject_for
from skillspace.trust.identity import Peer
from skillspace.trust.mandate import ALL, Capacity, Evidence, Proof, Scope
from skillspace.trust.mandate.tasks import CLOCK
from skillspace.trust.policy import offer_rules
from skillspace.trust.rights import Right

Move = Callable[[Node, Work, Mapping[str, str]], object]


def ask(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Ask a person of this node to share something with another, and return the ask."""
    spaces = node.rooms.spaces
    assert spaces is not None
    person = node.rooms.accounts.get(work, facts["person"])
    asked = spaces.consents.ask(
        work,
        person=person.id,
        subject=subject_for(person.secret, facts["recipient"]),
        provider=node.trust.did,
        provider_name=node.settings.name,
        recipient=facts["recipient"],
        recipient_name="Invented Works",
        dataset="skills-profile",
        purpose=facts["purpose"],
        kinds=(facts.get("kind", "skills"),),
        until=work.now + timedelta(days=30),
        agreement=None,
        why="We would like to see whether you fit.",
    )
    return asked.id


def _newcomer(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Let a person in, who never wants to share one kind of data."""
    assert node.rooms.spaces is not None
    person = node.rooms.accounts.make(work, name=facts["name"], kind=AccountKind.PERSON)
    preferences = node.rooms.spaces.agent.preferences
    never = Wish(effect=Effect.NEVER, kinds=frozenset({"plan"}))
    preferences.activate(work, preferences.propose(work, person.id, never).id, person.id)
    return person.id


def _family(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Let a small child in, and a guardian, to whom an officer gives a mandate; return the child."""
    assert node.rooms.spaces is not None
    accounts, mandates = node.rooms.accounts, node.rooms.spaces.mandates
    officer = accounts.make(work, name="Kim Officer", kind=AccountKind.STAFF, roles=["officer"])
    guardian = accounts.make(work, name="Alex Guardian", kind=AccountKind.PERSON)
    child = accounts.make(work, name=facts["name"], kind=AccountKind.PERSON, born=_years_ago(work, 5))
    mandate = mandates.appointing.appoint(
        work,
        officer=officer.id,
        principal=child.id,
        agent=guardian.id,
        capacity=Capacity.GUARDIAN,
        scope=Scope.of(acts=[ALL], purposes=[ALL], kinds=[ALL], recipients=[ALL]),
        evidence=[Evidence(type=Proof.DOCUMENT, issuer="Invented district court", reference="ruling 7")],
        ends=work.now + timedelta(days=900),
    )
    mandates.appointing.accept(work, mandate.id, guardian.id)
    grant = ask(node, work, facts | {"person": child.id})
    acting = Acting(actor=guardian.id, name="", capacity=Capacity.GUARDIAN)
    node.rooms.spaces.consents.grant(work, grant, child.id, acting=acting)
    return child.id


def _grow(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Let an officer record that somebody has reached the age of consent, as if the years had passed."""
    assert node.rooms.spaces is not None
    officer = node.rooms.accounts.make(work, name="Kim Officer", kind=AccountKind.STAFF, roles=["officer"])
    evidence = Evidence(type=Proof.CIVIL_REGISTER, issuer="Invented register", reference="line 1")
    births = node.rooms.spaces.mandates.births
    births.prove(work, facts["person"], born=_years_ago(work, 14), evidence=evidence, officer=officer.id)
    work.bring_forward(CLOCK)
    return ""


def _years_ago(work: Work, count: int) -> date:
    return (work.now - timedelta(days=count * 366)).date()


def _enrol(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Take somebody into an organisation's register, with one document; return the code that connects them."""
    number = facts["number"]
    if not node.rooms.holdings.knows(work, number):
        node.rooms.holdings.add_person(work, HeldPerson(local_id=number, name="Robin Example"))
    document = {"document_id": number, "kind": "diploma", "media_type": "text/plain", "body": b"An invented diploma."}
    node.rooms.holdings.add_document(work, local_id=number, dataset="diplomas", **document)
    return node.rooms.holdings.new_code(work, number)


def connect(node: Node, facts: Mapping[str, str]) -> str:
    """Connect a person to what an organisation holds; this calls the organisation."""
    assert node.rooms.spaces is not None
    with node.database.reading() as work:
        person = node.rooms.accounts.get(work, facts["person"])
    node.rooms.spaces.links.connect(person, facts["organisation"], "Invented School", facts["code"])
    return ""


def _ask_records(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    spaces = node.rooms.spaces
    assert spaces is not None
    return str(len(spaces.asks.propose(work, spaces.links.link(work, facts["person"], facts["organisation"]))))


def _share(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Let somebody share their profile with a member that keeps a copy for this purpose."""
    spaces, did = node.rooms.spaces, facts["recipient"]
    assert spaces is not None
    grant = spaces.sharing.share(
        work,
        person=facts["person"],
        recipient=Peer(did=did, name="Invented Works", roles=frozenset({"employer"})),
        purpose="recruitment",
        kinds=("name", "skills"),
        until=work.now + timedelta(days=30),
        agreement=node.exchange.negotiations.agreement_between(work, node.trust.did, did, PROFILE_DATASET),
        why="",
    )
    return grant.id


def _answer(what: str) -> Move:
    def answer(node: Node, work: Work, facts: Mapping[str, str]) -> object:
        assert node.rooms.spaces is not None
        return getattr(node.rooms.spaces.consents, what)(work, facts["grant"], facts["person"]).state

    return answer


def _open_case(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    assert node.rights.rights is not None
    return node.rights.rights.open(work, facts["person"], Right.ACCESS).id


def _draft(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Propose a contract of two to a member; what was drafted already under this title is not drafted again."""
    for head in node.contracts.contracts.listed(work):
        if head.title == facts["title"]:
            return head.id
    purposes = {"clause": "purpose-limitation/1", "values": {"purposes": ["recruitment"]}}
    content = {
        "kind": "bilateral",
        "title": facts["title"],
        "roles": [{"role": "employer"}, {"role": "school"}],
        "clauses": [purposes],
        "purposes": ["recruitment"],
        "starts": "2026-01-01T00:00:00Z",
        "ends": "2099-01-01T00:00:00Z",
        "notice_days": 30,
        "law": "Sweden",
        "language": "en",
    }
    id = node.contracts.record.draft(work, content).id
    node.contracts.record.publish(work, id, role="employer")
    node.contracts.seats.invite(work, id, facts["member"], "school")
    return id


def _offer(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    from skillspace.trust.contract import Offering  # noqa: PLC0415 - as the program reads it, after the fork

    own = node.trust.did
    offering = Offering(
        provider=own,
        dataset="urn:example:diplomas",
        policy=offer_rules(purposes=["recruitment"]),
        purposes=("recruitment",),
        kinds=("diploma",),
        legal_basis="consent",
        roles=("employer",),
    )
    node.contracts.partaking.accept(work, facts["contract"])
    return node.contracts.partaking.propose(work, facts["contract"], offering)


def _conclude(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    for talk in node.contracts.contracts.talks(work, facts["seat"]):
        node.contracts.seats.agree(work, talk.id, talk.round)
    node.contracts.seats.move(work, facts["seat"], "conclude")
    return facts["seat"]


def _sign(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    terms = node.contracts.contracts.terms(work, facts["contract"])
    return node.contracts.partaking.sign(work, facts["contract"], terms.hash)


def _take_and_answer(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    node.rights.desk.take(work, facts["request"], "staff-kim")
    return node.rights.desk.answer(work, facts["request"], "staff-kim", "Here it is.").id


MOVES: Mapping[str, Move] = {
    "newcomer": _newcomer,
    "family": _family,
    "grow": _grow,
    "enrol": _enrol,
    "ask_records": _ask_records,
    "share": _share,
    "ask": ask,
    "grant": _answer("grant"),
    "revoke": _answer("revoke"),
    "case": _open_case,
    "answer": _take_and_answer,
    "draft": _draft,
    "offer": _offer,
    "conclude": _conclude,
    "sign": _sign,
}
