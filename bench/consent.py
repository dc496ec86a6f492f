"""What consent costs: the gate among a million grants, a yes with notice and receipts, and how fast a stop spreads."""

from __future__ import annotations

import socket
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from bench.figures import Figure, Tell, figure, untold
from bench.stopping import Stops
from skillspace.exchange import Offering
from skillspace.kernel.ids import new_id
from skillspace.node.composition import Node, compose
from skillspace.node.founding import found
from skillspace.node.keys import make_key
from skillspace.node.serving import answering
from skillspace.node.settings import Settings, read_settings, write_settings
from skillspace.people.accounts import AccountKind
from skillspace.storage.database import Work
from skillspace.trust.consent import Consents, Grant, GrantState
from skillspace.trust.consent.notices.notice import write_notice
from skillspace.trust.consent.receipts import make_receipt
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.store import grants, of_grant
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer, did_of_address
from skillspace.trust.membership import Application
from skillspace.trust.policy import offer_rules

GRANTS = 1_000_000
USES = 1_000
GIVEN = 600
HOLDERS = 50
DATASET = "skills-profile"
YEAR = timedelta(days=365)
BATCH = 10_000
WORKS = Peer(did="did:web:works.example", name="Invented Works", roles=frozenset({"employer"}))


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures of consent, measured on whole nodes with their journals, on SQLite."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        hub = _hub(folder)
        try:
            figures = [_revocation(folder, hub, tell), *_a_yes(hub, tell), *_the_gate(hub, tell)]
        finally:
            hub.stop()
    order = ("gate_p95_ms", "revocation_last_holder_s", "notice_ms", "grants_per_s")
    return sorted(figures, key=lambda one: order.index(one["name"]))


def _hub(folder: Path) -> Node:
    hub = compose(_settings(folder / "hub", "Invented Hub", "authority", "intermediary"))
    found(hub.settings)
    own = Peer(did=hub.trust.did, name="Invented Hub", roles=frozenset({"authority", "intermediary"}))
    with hub.database.writing() as work:
        hub.trust.directory.replace(work, [own, WORKS])
        hub.exchange.catalog.publish(work, _offering(work))
    return hub


def _a_yes(hub: Node, tell: Tell) -> list[Figure]:
    """Time one notice with one receipt, written anew; then whole yeses, asked and given in transactions each."""
    tell("writing notices and receipts")
    consents = _consents(hub)
    with hub.database.writing() as work:
        people = [
            hub.rooms.accounts.make(work, name=f"Inhabitant {number}", kind=AccountKind.PERSON).id
            for number in range(GIVEN)
        ]
    times = []
    with hub.database.writing() as work:
        asked = _ask(work, hub, people[0])
        agreement = _agreement(hub)
        for _ in range(50):
            start = time.perf_counter()
            record = hub.trust.registers.own(work)
            notice = write_notice(asked, record=record, policy=agreement.policy, country="SE", before=None)
            given = replace(asked, state=GrantState.GRANTED, starts=work.now, decided=work.now)
            make_receipt(given, notice, "sv", key=hub.trust.key, own_did=hub.trust.did, own_name="Hub", at=work.now)
            times.append((time.perf_counter() - start) * 1000)
    tell(f"{GIVEN} yeses")

    def give(some: list[str]) -> None:
        for person in some:
            with hub.database.writing() as work:
                asked = _ask(work, hub, person)
            with hub.database.writing() as work:
                consents.grant(work, asked.id, person)

    halves = people[: GIVEN // 2], people[GIVEN // 2 :]
    threads = [Thread(target=give, args=(half,)) for half in halves]
    start, spent = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate, spent = GIVEN / (time.perf_counter() - start), time.process_time() - spent
    more: dict[str, float | str] = {
        "each": "ask and yes, two transactions, a receipt in three languages, journal, order to deliver",
        "yeses": GIVEN,
        "processor_ms": spent / GIVEN * 1000,
    }
    return [
        figure("notice_ms", _p95(times), "ms", limit=50, more={"median": statistics.median(times), "of": "p95 of 50"}),
        figure("grants_per_s", rate, "1/s", limit=300, more=more),
    ]


def _the_gate(hub: Node, tell: Tell) -> list[Figure]:
    """Time releases to an employer, from the token that is shown to the audit row, with a million grants beside."""
    agreement = _agreement(hub)
    with hub.database.writing() as work:
        # While the hub ran it copied the authority's list, which has no such employer.
        hub.trust.directory.replace(work, [*hub.trust.directory.peers(work), WORKS])
        example = _ask(work, hub, "nobody")
    made = _many(hub, example, tell)
    gate, desk = hub.consent.gate, UseDesk(_consents(hub), key=hub.trust.key, country_of=hub.trust.registers.country)
    gate._find_agreement = lambda _work, _id: agreement  # the connector's own table is not what is measured
    chosen = made[:: max(1, len(made) // USES)][:USES]
    tell(f"{USES} releases")
    tokens, times, spent = [], [], []
    for grant in chosen:
        start = time.perf_counter()
        with hub.database.writing() as work:
            token, _ = desk.token(work, recipient="did:web:works.example", grant=grant, kinds=())
        tokens.append((time.perf_counter() - start) * 1000)
        start, used = time.perf_counter(), time.thread_time()
        with gate.opened(token, "did:web:works.example", DATASET, agreement, "transfer") as (_, release):
            if release.kinds != {"skills", "name"}:
                raise RuntimeError("something else was released")
        times.append((time.perf_counter() - start) * 1000)
        spent.append((time.thread_time() - used) * 1000)
    more = {"median": statistics.median(times), "processor_median": statistics.median(spent)}
    more |= {"token_p95": _p95(tokens), "grants": len(made), "releases": USES}
    return [figure("gate_p95_ms", _p95(times), "ms", limit=5, more=more)]


def _many(hub: Node, example: Grant, tell: Tell) -> list[str]:
    """Put a million living grants into the database and return their identifiers."""
    made = []
    for done in range(0, GRANTS, BATCH):
        if done % (BATCH * 10) == 0:
            tell(f"{done:,} grants")
        with hub.database.writing() as work:
            begun = work.now
            rows = []
            for number in range(BATCH):
                id = new_id("grant")
                person = f"account-{done + number}"
                subject = f"urn:skillspace:subject:{done + number}"
                given = replace(example, id=id, person=person, subject=subject, state=GrantState.GRANTED)
                rows.append(of_grant(replace(given, starts=begun, decided=begun)))
                made.append(id)
            work.insert(grants, *rows)
    return made


def _revocation(folder: Path, hub: Node, tell: Tell) -> Figure:
    """Stop fifty yeses to fifty running nodes at once, and wait for the last signed receipt of deletion."""
    tell(f"making {HOLDERS} holders")
    others = [
        _settings(folder / f"holder-{number}", f"Invented Works {number}", "employer", authority=hub.trust.did)
        for number in range(HOLDERS)
    ]

    def ask(work: Work, person: str, each: Settings) -> Grant:
        return _ask(work, hub, person, did=each.did, name=each.name)

    with answering(hub):
        _admit(hub, others)
        with hub.database.writing() as work:
            person = hub.rooms.accounts.make(work, name="Alva Exempelsson", kind=AccountKind.PERSON).id
        return Stops(hub, person, others, ask, tell).measure()


def _consents(hub: Node) -> Consents:
    if hub.consent.consents is None:
        raise RuntimeError("the hub keeps people's spaces")
    return hub.consent.consents


def _admit(hub: Node, others: list[Settings]) -> None:
    """Make every holder a member, by the authority's hand, and let all know each other."""
    authority = hub.trust.authority
    if authority is None:
        raise RuntimeError("the hub is the authority")
    everybody = [Peer(did=each.did, name=each.name, roles=frozenset(each.roles)) for each in (hub.settings, *others)]
    for each in others:
        application = Application(name=each.name, roles=list(each.roles), address=each.address)
        with hub.database.writing() as work:
            authority.apply(work, each.did, application)
            member = authority.move(work, each.did, "admit")
            token = authority.credential(work, member.did)
        node = compose(each)
        with node.database.writing() as work:
            node.trust.wallet.keep(work, hub.trust.did, token)
            node.trust.directory.replace(work, [one for one in everybody if one.did in (hub.trust.did, each.did)])
        node.stop()
    with hub.database.writing() as work:
        hub.trust.directory.replace(work, [*everybody, WORKS])


def _ask(work: Work, hub: Node, person: str, did: str = "did:web:works.example", name: str = "Invented Works") -> Grant:
    return _consents(hub).ask(
        work,
        person=person,
        subject=f"urn:skillspace:subject:{person}:{did[-12:]}",
        provider=hub.trust.did,
        provider_name="Invented Hub",
        recipient=did,
        recipient_name=name,
        dataset=DATASET,
        purpose="recruitment",
        kinds=("skills", "name"),
        until=work.now + YEAR,
        agreement=None,
        why="We would like to see whether you fit.",
    )


def _agreement(hub: Node) -> Agreement:
    policy = {
        "@id": "urn:example:policy",
        "@type": "Agreement",
        "target": DATASET,
        **offer_rules(purposes=["recruitment"]),
    }
    return Agreement(
        id="agreement-1",
        dataset=DATASET,
        provider=hub.trust.did,
        consumer="did:web:works.example",
        policy=policy,
        made=hub.database.clock(),
    )


def _offering(work: Work) -> Offering:
    return Offering(
        id=DATASET,
        title={"en": "Profiles"},
        description={},
        kinds=("skills", "name", "plan"),
        personal=True,
        purposes=("recruitment",),
        media_type="application/json",
        policy=offer_rules(purposes=["recruitment"]),
        updated=work.now,
    )


def _settings(folder: Path, name: str, *roles: str, authority: str | None = None) -> Settings:
    folder.mkdir(parents=True)
    address = f"http://127.0.0.1:{_free_port()}"
    did = did_of_address(address)
    content = {"name": name, "address": address, "roles": roles, "authority": authority or did, "loopback": True}
    write_settings(folder, content | {"crawl_seconds": 3600.0, "taxonomies": str(folder / "taxonomies")})
    make_key(folder, did)
    return read_settings(folder)


@cache
def _taken() -> set[int]:
    return set()


def _free_port() -> int:
    """A port nobody listens on, and that no other node here was given."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _taken():
            _taken().add(port)
            return port


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
