"""The stage of the scenarios: EDC and a node of ours side by side, each with something to offer, and words to act."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from skillspace.exchange import Negotiation, Offering, Payload, PullRequest, Transfer
from skillspace.exchange.addresses import Address
from skillspace.exchange.catalog.reading import read_page
from skillspace.exchange.dialects import dialect
from skillspace.exchange.messages import HTTP_PULL, HTTP_PUSH, message
from skillspace.kernel.errors import SkillspaceError
from skillspace.node.composition import Node, compose
from skillspace.node.keys import make_key
from skillspace.node.serving import answering
from skillspace.node.settings import settings_of
from skillspace.storage.database import Work
from tests.conformance.edc.peer import Edc
from tests.conformance.edc.place import Place, serving
from tests.conformance.programs import free_port

OUR_ID = "did:web:node.example"
#: What each side offers.
OURS, THEIRS = "node-records", "edc-records"
RULES = {"permission": [{"action": "use"}]}
#: EDC looks for work this often; shorter, and it now and then sends a message twice and ends its own negotiations.
EDC_WAIT_MS = 100
#: EDC stores what it said only after our answer is there; a message that came sooner would be overwritten.
PAUSE_MS = 60
WITHIN_S = 60.0
OUR_CONTENT = b"".join(b'{"record":%d,"skill":"invented"}\n' % number for number in range(20_000))
THEIR_CONTENT = b"".join(b"%d;invented\n" % number for number in range(30_000))

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A node, an EDC, and a web server that holds EDC's data and takes what is sent to it; one version is spoken."""

    node: Node
    edc: Edc
    place: Place
    folder: Path
    version: str

    @property
    def our_base(self) -> str:
        """Where our node speaks this version."""
        return f"{self.node.settings.address}/dsp/{self.version}"

    @property
    def their_base(self) -> str:
        """Where EDC speaks this version."""
        return self.edc.base(self.version)

    def do(self, act: Callable[[Work], Found]) -> Found:
        """Do something at our node, in one transaction."""
        with self.node.database.writing() as work:
            return act(work)

    def look(self, act: Callable[[Work], Found]) -> Found:
        """Look something up at our node."""
        with self.node.database.reading() as work:
            return act(work)

    def our_catalog(self) -> dict[str, dict[str, Any]]:
        """Have EDC read our catalog; return its datasets by name."""
        found = self.edc.catalog(OUR_ID, self.our_base, self.version)
        return {str(each["@id"]): each for each in found}

    def their_offer(self) -> dict[str, Any]:
        """Read EDC's catalog with our node; return the offer of its dataset."""
        address = Address(base=self.their_base, dialect=dialect(self.version))
        asked = message("CatalogRequestMessage")
        told = self.node.exchange.channel.call("POST", self.edc.did, address, "/catalog/request", asked)
        page = read_page(told, self.edc.did, self.node.database.clock())
        return {each.id: dict(each.offer) for each in page.offerings}[THEIRS]

    def ours(self, their_pid: str, *, is_transfer: bool = False) -> Any:
        """Return our side of a process that EDC knows by its own identifier, None as long as there is none."""
        rooms = self.node.exchange
        listed: Any = self.look(rooms.transfers.transfers if is_transfer else rooms.negotiations.negotiations)
        return next((each for each in listed if each.peer_pid == their_pid), None)

    def ask_theirs(self, offer: Mapping[str, Any]) -> Negotiation:
        """Have our node ask EDC for its dataset under an offer."""
        rooms = self.node.exchange.negotiations
        at = {"address": self.their_base, "version": self.version}
        return self.do(lambda work: rooms.open(work, self.edc.did, THEIRS, offer, **at))

    def negotiate_theirs(self) -> Negotiation:
        """Have our node negotiate for EDC's dataset until both sides are done; return our side."""
        return self.until_negotiated(self.ask_theirs(self.their_offer()).pid)

    def until_negotiated(self, pid: str) -> Negotiation:
        """Wait until a negotiation of ours is over on both sides, and in the same state."""
        ended = until(lambda: self.when_over(pid))
        assert ended.peer_pid is not None, ended.reason
        until(lambda: self.edc.negotiation(str(ended.peer_pid))["state"] == ended.state.value)
        return ended

    def when_over(self, pid: str) -> Negotiation | None:
        """Return a negotiation of ours once it is over."""
        found = self.look(lambda work: self.node.exchange.negotiations.negotiation(work, pid))
        return found if found.is_over else None

    def negotiate_ours(self) -> str:
        """Have EDC negotiate for our dataset until both sides are done; return the agreement's identifier."""
        pid = self.edc.negotiate(OUR_ID, self.our_base, self.version, self.our_catalog()[OURS])
        until(lambda: self.edc.negotiation(pid)["state"] in ("FINALIZED", "TERMINATED"))
        assert self.edc.negotiation(pid)["state"] == "FINALIZED", self.edc.negotiation(pid)
        until(lambda: self.ours(pid).state == "FINALIZED")
        return str(self.edc.negotiation(pid)["contractAgreementId"])

    def request_theirs(self, negotiated: Negotiation, format: str = HTTP_PULL) -> str:
        """Have our node ask EDC for a transfer; return our pid once both say it is under way."""
        rooms = self.node.exchange

        def ask(work: Work) -> str:
            agreement = rooms.negotiations.agreement(work, str(negotiated.agreement))
            assert agreement is not None
            return rooms.transfers.request(work, agreement, f"test-{time.monotonic_ns()}", format=format)

        return self.do(ask)

    def transfer(self, pid: str) -> Transfer:
        """Return a transfer of ours."""
        return self.look(lambda work: self.node.exchange.transfers.transfer(work, pid))

    def until_ours(self, pid: str, state: str) -> Transfer:
        """Wait until a transfer is in a state on both sides."""
        found = until(lambda: _in(self.transfer(pid), state))
        # As provider, EDC gives back what it holds for a transfer that is over, and its state says only that.
        theirs = {state, "DEPROVISIONED"} if found.is_over else {state}
        until(lambda: self.edc.transfer_process(str(found.peer_pid))["state"] in theirs)
        return found

    def until_theirs(self, pid: str, state: str) -> Transfer:
        """Wait until a transfer EDC opened is in a state on both sides; return our side."""
        until(lambda: self.edc.transfer_process(pid)["state"] == state)
        return until(lambda: _in(self.ours(pid, is_transfer=True), state))

    def download(self, pid: str) -> bytes:
        """Fetch the data of a transfer of ours."""
        target = self.folder / f"download-{time.monotonic_ns()}"
        self.node.exchange.dataplanes.downloads.download(pid, target)
        return target.read_bytes()

    def address_told(self, path: str, number: int) -> tuple[str, str]:
        """Wait until EDC has told us `number` times where to pull from, on a path; return the last, and its token."""
        told = until(lambda: _enough(self.place.told(path), number))
        facts = told[-1]["payload"]["dataAddress"]["properties"]
        plain = {name.rpartition("/")[2]: value for name, value in facts.items()}
        return plain["endpoint"], plain["authorization"]

    def state_at(self, base: str, room: str, pid: str, *, asked_by: str) -> str:
        """Ask one side, over the protocol, for the state of a process."""
        header = json.dumps({"region": "any", "audience": base, "clientId": asked_by})
        answer = httpx2.get(f"{base}/{room}/{pid}", headers={"Authorization": header})
        assert answer.status_code == 200, answer.text
        return str(dialect(self.version).read(answer.json())["state"])


def pulled(address: tuple[str, str]) -> httpx2.Response:
    """Pull from an address with its token, as any client would."""
    endpoint, token = address
    return httpx2.get(endpoint, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def until(found: Callable[[], Found | None], within_s: float = WITHIN_S) -> Found:
    """Wait for something to be there, or to be so, and return it."""
    deadline = time.monotonic() + within_s
    while True:
        if last := found():
            return last
        if time.monotonic() > deadline:
            raise AssertionError(f"in {within_s:.0f} s it did not come about; last seen: {last!r}")
        time.sleep(0.03)


def _in(found: Transfer | None, state: str) -> Transfer | None:
    return found if found is not None and found.state == state else None


def _enough(told: list[Any], number: int) -> list[Any] | None:
    return told if len(told) >= number else None


class _Records:
    """What stands behind our dataset."""

    def open(self, request: PullRequest) -> Payload:  # noqa: ARG002 - the port of a source
        return Payload(media_type="application/x-ndjson", chunks=[OUR_CONTENT])


@contextmanager
def staged(jars: Path, folder: Path) -> Iterator[Callable[[str], Stage]]:
    """Start both sides; give what makes a stage for a version."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(THEIR_CONTENT) as place, Edc(jars, folder, "edc", wait_ms=EDC_WAIT_MS) as edc:
        edc.offer(THEIRS, f"{place.address}/file")
        node = _our_node(folder / "node", edc)
        with answering(node):
            yield lambda version: Stage(node=node, edc=edc, place=place, folder=folder, version=version)


def _our_node(folder: Path, edc: Edc) -> Node:
    folder.mkdir()
    address = f"http://127.0.0.1:{free_port()}"
    did = f"did:web:{address.removeprefix('http://').replace(':', '%3A')}"
    make_key(folder, did)
    content = {
        "name": "Invented node",
        "address": address,
        "roles": ["authority"],
        "authority": did,
        "loopback": True,
        "authentication": "mock",
        "participant_id": OUR_ID,
        "peers": [{"id": edc.did, "name": "Eclipse EDC", "address": edc.address}],
        "pause_ms": PAUSE_MS,
    }
    node = compose(settings_of(folder, content))
    node.exchange.sources.register(OURS, _Records())
    with node.database.writing() as work:
        node.exchange.catalog.publish(work, _offering(work))
    return node


def _offering(work: Work) -> Offering:
    return Offering(
        id=OURS,
        title={"en": "Invented records"},
        description={},
        kinds=(),
        personal=False,
        purposes=(),
        media_type="application/x-ndjson",
        policy=RULES,
        formats=(HTTP_PULL, HTTP_PUSH),
        updated=work.now,
    )


def expect_refusal(act: Callable[[], object]) -> SkillspaceError:
    """Do what must be refused; return the refusal."""
    try:
        act()
    except SkillspaceError as refusal:
        return refusal
    raise AssertionError("this should have been refused")
