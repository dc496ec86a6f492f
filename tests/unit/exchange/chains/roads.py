"""What lies between the nodes of the village: a network one can stop in the middle, and what the provider gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from skillspace.exchange import Payload, PullRequest
from skillspace.kernel.errors import ConsentMissing, PeerUnreachable
from skillspace.trust.identity import PeerRefused
from skillspace.wire.outbound import Reply
from tests.unit.exchange.network import Network
from tests.unit.exchange.network import Request as Sent

if TYPE_CHECKING:
    from tests.unit.exchange.chains.village import Villager

LINES = [{"name": f"Ada {number}", "skill": f"skill-{number}", "mark": number} for number in range(50)]
CONTENT = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)


@dataclass
class Watched(Network):
    """The network, in which something else may happen just before or after a request is delivered."""

    count: int = 0
    before: dict[int, Callable[[], None]] = field(default_factory=dict)
    after: dict[int, Callable[[], None]] = field(default_factory=dict)

    def deliver(self, request: Sent) -> Reply:
        """Deliver it, with what else happens then."""
        if urlsplit(request.url).netloc not in self.sides:
            raise PeerUnreachable("Nobody answers there.")
        self.count += 1
        number = self.count
        self.before.pop(number, _nothing)()
        reply = super().deliver(request)
        self.after.pop(number, _nothing)()
        return reply


def _nothing() -> None:
    pass


class Marks:
    """The provider's data; about people only through the gate."""

    def __init__(self, villager: Villager) -> None:
        self.villager = villager

    def open(self, request: PullRequest) -> Payload:
        with self.villager.database.reading() as work:
            offering = self.villager.exchange.catalog.offering(work, request.dataset)
        assert offering is not None
        if not offering.personal:
            return Payload(media_type="application/x-ndjson", chunks=iter([CONTENT]))
        if request.grant is None:
            raise ConsentMissing()
        gate = self.villager.consent.gate
        with gate.opened(request.grant, request.consumer, request.dataset, request.agreement, request.transfer):
            return Payload(media_type="application/x-ndjson", chunks=iter([CONTENT]))


class Line:
    """Calls between nodes beside the protocol, through the same network."""

    def __init__(self, villager: Villager) -> None:
        self._villager = villager

    def service(self, of: str, kind: str) -> str:
        assert kind == "SkillspaceNode"
        return f"https://{of.removeprefix('did:web:')}"

    def call(self, method: str, to: str, url: str, body: object = None) -> dict[str, Any]:
        headers = self._villager.exchange.authentication.headers(to) | {"Content-Type": "application/json"}
        sender = self._villager.netloc
        content = json.dumps(body).encode() if body is not None else b""
        reply = self._villager.network.carry(Sent(sender=sender, method=method, url=url, headers=headers, body=content))
        answer = json.loads(reply.body) if reply.body else {}
        if reply.status >= 400:
            raise PeerRefused(str(answer.get("message")), status=reply.status, body=answer)
        return dict(answer)
