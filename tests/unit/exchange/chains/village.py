"""An invented village of nodes with chains between them: real rooms, databases and signatures, a network to disturb."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from skillspace.exchange import Exchange
from skillspace.exchange.api import router
from skillspace.exchange.catalog import Offering
from skillspace.exchange.chains import Chain, ChainRequest, Chains, KeepFields, Limits, Stop
from skillspace.kernel.errors import InvalidSignature, SkillspaceError
from skillspace.storage.database import Database, Work, metadata, tasks
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.authentication import MockAuthentication
from skillspace.trust.consent import consent_of, subject_for
from skillspace.trust.identity import Peer
from skillspace.trust.policy import offer_rules
from skillspace.wire.jose import SigningKey
from tests.tables import make_tables
from tests.unit.exchange.chains.roads import LINES, Line, Marks, Watched
from tests.unit.exchange.network import Died, Ticking, Wire

ROLES = {
    "hub": {"authority", "intermediary"},
    "school": {"university"},
    "mill": {"edtech"},
    "press": {"edtech"},
    "works": {"employer"},
}
SKILLS = [{"skill": line["skill"]} for line in LINES]
PURPOSE = "guidance"
#: Tasks that only watch the clock.
WATCHES = ("chains.expire", "chains.late")


def did(name: str) -> str:
    """The identifier of a node of the village."""
    return f"did:web:{name}.invented.example"


class Villager:
    """One node. Its database, its key and its folder outlive a restart."""

    def __init__(self, village: Village, name: str) -> None:
        self.village, self.network, self.name = village, village.network, name
        self.netloc = f"{name}.invented.example"
        self.did = did(name)
        self.folder = village.folder / name
        self.key = SigningKey.generate(f"{self.did}#key-1")
        village.network.sides[self.netloc] = self  # type: ignore[assignment]
        self._build()

    def _build(self) -> None:
        self.database = Database.in_folder(self.folder, clock=self.village.clock)
        make_tables(self.database)
        known = {one.did: one for one in self.village.members}
        self.exchange = Exchange.build(
            base_url=f"https://{self.netloc}",
            title=self.name,
            folder=self.folder,
            database=self.database,
            peers=None,  # type: ignore[arg-type]
            authentication=MockAuthentication(self.did, known=known, loopback=True),
            outbound=Wire(self.network, self.netloc),  # type: ignore[arg-type]
            members=lambda _work: [],
            roles=lambda _work, who: known[who].roles,
            known={one.did: f"https://{one.name}.invented.example" for one in self.village.members},
            pause=timedelta(0),
        )
        line = Line(self)
        self.consent = consent_of(
            own_did=self.did,
            own_name=self.name,
            key=self.key,
            database=self.database,
            resolve_key=self.village.resolve_key,
            peers=line,
            find_member=lambda _work, who: self.village.member(who),
            find_agreement=self.exchange.negotiations.agreement,
            kinds_offered=self._kinds,
            is_intermediary=self.name == "hub",
        )
        self.chains = Chains(
            exchange=self.exchange,
            consent=self.consent,
            own_did=self.did,
            key=self.key,
            resolve_key=self.village.resolve_key,
            peers=line,
            find_member=lambda _work, who: self.village.member(who),
            database=self.database,
            folder=self.folder,
            limits=self.village.limits,
            takes_from=lambda asker: asker.did == did("hub"),
        )
        if self.name == "school":
            self.exchange.sources.register("marks", Marks(self))
        if self.name in ("mill", "press"):
            fields = ["skill", "mark"] if self.name == "mill" else ["skill"]
            self.chains.serve(f"{self.name}-service", KeepFields(fields))
        book = TaskBook()
        self.exchange.register(book)
        self.consent.tasks.register(book)
        self.chains.register(book)
        self.chains.start()
        self.worker = Worker(self.database, book)
        self.client = TestClient(self._app(), base_url=f"https://{self.netloc}")
        self.client.__enter__()

    def _app(self) -> FastAPI:
        app = FastAPI()
        authenticate = self.exchange.authentication.authenticate

        @app.exception_handler(SkillspaceError)
        async def say_no(_: Request, fault: Exception) -> JSONResponse:
            assert isinstance(fault, SkillspaceError)
            return JSONResponse({"code": fault.code, "message": fault.message}, fault.http_status)

        app.include_router(router(self.exchange, self.database))
        app.include_router(self.consent.router(authenticate, self.database))
        app.include_router(self.chains.router(authenticate))
        return app

    def _kinds(self, work: Work, dataset: str) -> frozenset[str]:
        offering = self.exchange.catalog.offering(work, dataset)
        return frozenset(offering.kinds) if offering else frozenset()

    def restart(self) -> None:
        """End the program and start it again over the same database and folder."""
        self.close()
        self._build()
        with self.database.writing() as work:
            work.update(tasks, tasks.c.state == "running", state="waiting", due=work.now)

    def close(self) -> None:
        """End the program."""
        self.client.__exit__(None, None, None)
        self.database.close()

    def work_on(self) -> int:
        """Do what is due; a node that dies in it is started again."""
        try:
            return self.worker.run_due()
        except Died:
            self.restart()
            return 1

    def publish(self, dataset: str, *, personal: bool = False, **more: Any) -> None:
        """Offer a dataset or service."""
        rules = more.pop("policy", None) or offer_rules(purposes=[PURPOSE, "match"])
        offering = Offering(
            id=dataset,
            title={"en": dataset},
            description={},
            kinds=("marks",) if personal else (),
            personal=personal,
            purposes=(PURPOSE,),
            media_type="application/x-ndjson",
            policy=rules,
            updated=datetime(2026, 11, 1, tzinfo=UTC),
            **more,
        )
        with self.database.writing() as work:
            self.exchange.catalog.publish(work, offering)

    def undone(self) -> list[Mapping[str, Any]]:
        """Return the tasks that are left, but for those that only watch the clock."""
        with self.database.reading() as work:
            return work.rows(sa.select(tasks).where(tasks.c.name.not_in(WATCHES)))

    def files(self) -> list[Path]:
        """Return every file that chains left in this node's folder."""
        return [path for path in (self.folder / "chains").rglob("*") if path.is_file()]


class Village:
    """The nodes, the network between them and the clock they share."""

    def __init__(self, folder: Path, *, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self.clock = Ticking()
        self.network = Watched()
        self.members = [Peer(did=did(name), name=name, roles=frozenset(roles)) for name, roles in ROLES.items()]
        self.keys: dict[str, SigningKey] = {}
        self.nodes: dict[str, Villager] = {}
        for name in ROLES:
            self.nodes[name] = Villager(self, name)

    def __getitem__(self, name: str) -> Villager:
        return self.nodes[name]

    def member(self, who: str) -> Peer | None:
        """Return a member of the village."""
        return next((one for one in self.members if one.did == who), None)

    def resolve_key(self, issuer: str, kid: str) -> dict[str, str]:
        """Return a node's public key."""
        node = self.nodes.get(urlsplit(f"//{issuer.removeprefix('did:web:')}").netloc.split(".")[0])
        if node is None or node.key.kid != kid:
            raise InvalidSignature(f"{issuer} names no key {kid}.")
        return node.key.public_jwk()

    def forget(self) -> None:
        """Be a new village in which the usual things are offered."""
        self.network.faults.clear()
        self.network.late.clear()
        self.network.said.clear()
        self.network.count = 0
        self.network.before.clear()
        self.network.after.clear()
        for node in self.nodes.values():
            with node.database.writing() as work:
                for table in reversed(metadata.sorted_tables):
                    work.connection.execute(sa.delete(table))
            node.chains.start()
        self["school"].publish("marks")
        self["mill"].publish("mill-service")
        self["press"].publish("press-service")

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.moment += timedelta(seconds=seconds)

    def settle(self, *, for_s: float = 900) -> None:
        """Heal the network and let everybody work until nothing is left to be done; no task may be dead."""
        self.network.heal()
        for _ in range(80):
            while sum(node.work_on() for node in self.nodes.values()):
                pass
            if not any(node.undone() for node in self.nodes.values()):
                break
            self.later(for_s / 80)
        left = {name: node.undone() for name, node in self.nodes.items() if node.undone()}
        assert not left, left

    def steps(self) -> Iterator[int]:
        """Let everybody work task by task, and count; ends when nothing is left."""
        count, idle = 0, 0
        while idle < 3:
            done = 0
            for node in self.nodes.values():
                if (claimed := node.worker.next_due()) is not None:
                    node.worker.perform(claimed)
                    done += 1
                    count += 1
                    yield count
            if done:
                idle = 0
            else:
                idle += 1
                self.clock.moment += timedelta(seconds=11)

    def ask(self, *names: str, asker: str = "hub", grants: Mapping[str, str] | None = None, **more: Any) -> str:
        """Ask for a chain through the nodes named, and return its id."""
        given = [("marks" if name == "school" else f"{name}-service") for name in names[:-1]]
        stops = tuple(
            Stop(participant=did(name), dataset=dataset, grant=(grants or {}).get(name))
            for name, dataset in zip(names, [*given, None], strict=True)
        )
        with self[asker].database.writing() as work:
            return self[asker].chains.ask(work, ChainRequest(purpose=PURPOSE, stops=stops, **more))

    def chain(self, chain: str, asker: str = "hub") -> Chain:
        """Return a chain as its asker sees it."""
        with self[asker].database.reading() as work:
            return self[asker].chains.chain(work, chain)

    def states(self, chain: str) -> dict[str, str]:
        """Return where each node's own part is."""
        found = {}
        for name, node in self.nodes.items():
            with node.database.reading() as work:
                for part in node.chains.parts(work):
                    if part.chain == chain:
                        found[name] = part.state.value
        return found

    def result(self, chain: str, at: str = "works") -> list[dict[str, Any]]:
        """Read what the consumer kept."""
        with self[at].database.reading() as work:
            kept = self[at].chains.result(work, chain)
        return [json.loads(line) for line in kept.path.read_text().splitlines()]

    def nothing_is_open(self, chain: str) -> None:
        """Check that no part, no transfer and no file of a chain is left anywhere, but for what was kept."""
        state = self.chain(chain).state
        for name, node in self.nodes.items():
            with node.database.reading() as work:
                for part in node.chains.parts(work):
                    assert part.is_over, (name, part.state)
                for transfer in node.exchange.transfers.transfers(work):
                    assert transfer.is_over, (name, transfer)
            allowed = 1 if state == "done" and name == self.kept_at(chain) else 0
            assert len(node.files()) == allowed, (name, state, node.files())

    def kept_at(self, chain: str) -> str:
        """The name of a chain's last hop."""
        return self.chain(chain).hops[-1].participant.removeprefix("did:web:").split(".")[0]

    def personal(self) -> None:
        """Let what the school and the services offer be about people."""
        for name, dataset in (("school", "marks"), ("mill", "mill-service"), ("press", "press-service")):
            self[name].publish(dataset, personal=True)

    def grants(self, person: str, *names: str) -> dict[str, str]:
        """Let a person say yes to every hop of a chain that gets something, and deliver it."""
        given = {}
        for before, name in pairwise(names):
            dataset = "marks" if before == "school" else f"{before}-service"
            given[name] = self.grant(person, before, name, dataset)
        self.settle()
        return given

    def grant(self, person: str, provider: str, recipient: str, dataset: str) -> str:
        """Let a person say yes at the hub, and deliver it."""
        consents = self["hub"].consent.consents
        assert consents is not None
        with self["hub"].database.writing() as work:
            asked = consents.ask(
                work,
                person=person,
                subject=subject_for(f"a secret of {person}, long enough".encode(), did(provider)),
                provider=did(provider),
                provider_name=provider,
                recipient=did(recipient),
                recipient_name=recipient,
                dataset=dataset,
                purpose=PURPOSE,
                kinds=["marks"],
                until=work.now + timedelta(days=30),
                agreement=None,
                why="To guide you.",
            )
            return consents.grant(work, asked.id, person).id

    def revoke(self, person: str, grant: str) -> None:
        """Let a person stop a yes."""
        consents = self["hub"].consent.consents
        assert consents is not None
        with self["hub"].database.writing() as work:
            consents.revoke(work, grant, person)

    def close(self) -> None:
        """End every node."""
        for node in self.nodes.values():
            node.close()


@contextmanager
def village_in(folder: Path, **more: Any) -> Iterator[Village]:
    """A village with the usual offerings."""
    village = Village(folder, **more)
    village.forget()
    yield village
    village.close()
