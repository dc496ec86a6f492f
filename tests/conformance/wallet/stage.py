"""Three of our nodes and a foreign program that meets them as wallet, as issuer and as verifier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

from skillspace.kernel.clock import now
from skillspace.kernel.pace import Pace
from skillspace.node.composition import Node
from skillspace.people.wallet import issuers
from skillspace.trust.issuance import Offered, service
from skillspace.trust.presentation import Asked, RequestState, Shown
from skillspace.wire.jose import SigningKey
from tests.certificates import authority, pem, x5c
from tests.conformance.wallet.peer import Peer, PeerFault, calling
from tests.nodes import until
from tests.unit.people.wallet.conftest import Space, encrypted_office, offer_of, three_nodes

#: The foreign wallet as the school's operator writes it down, so that people may sign in from it.
FOREIGN_WALLET = {"client_id": "foreign-wallet", "redirect_uris": ["foreign-wallet://back"]}
#: By which the foreign organisation is known where it is known by a certificate.
FOREIGN_HOST = "foreign.example"
SELECTIVE, BADGE, CERTIFIED = "achievement-sd-jwt", "achievement-badge", "achievement-sd-jwt-x5c"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a scenario plays with; every taking of the foreign wallet has a `name` of its own."""

    space: Space
    #: An office beside the data space, over HTTPS, that is known by its certificate.
    office: Node
    #: The certificate of the authority that everybody relies on, as a token brings it.
    anchor: str
    peer: Peer
    names: Iterator[str]
    #: The foreign organisation: its address, and its DID.
    foreign: dict[str, str]

    def take(self, configuration: str = SELECTIVE, **how: Any) -> tuple[str, Offered]:
        """Let the foreign wallet take an achievement of our school; return its name there, and our offer."""
        name, offered = next(self.names), self.space.offer(with_pin=True)
        self.peer("redeem", name=name, link=offered.link, pin=offered.pin, **how)
        self.peer("request", name=name, configuration=configuration)
        return name, offered

    def take_by_certificate(self) -> tuple[str, Offered]:
        """Let the foreign wallet take an achievement of the office; return its name there, and the offer."""
        name, offered = next(self.names), offer_of(self.office, with_pin=True)
        self.peer("redeem", name=name, link=offered.link, pin=offered.pin)
        self.peer("request", name=name, configuration=CERTIFIED)
        return name, offered

    def check_by_certificate(self, name: str) -> dict[str, Any]:
        """Let the foreign wallet check what it took, with the authority that it relies on."""
        return dict(self.peer("check", name=name, anchor=self.anchor))

    def gives_up(self, call: str, **given: object) -> PeerFault:
        """Return the fault with which the foreign side gives a call up, which it must."""
        try:
            told = self.peer(call, **given)
        except PeerFault as fault:
            return fault
        raise AssertionError(f"Nothing was in the way: {told}")

    def refused(self, call: str, **given: object) -> str:
        """Return the protocol's name of the reason for which we refused a call, which we must."""
        fault = self.gives_up(call, **given)
        return str(fault.response.get("error", fault.message))

    def answered(self, asked: Asked) -> Shown:
        """Return the one credential that our employer was shown."""
        status = self.space.answer(asked)
        assert status.state is RequestState.ANSWERED
        assert status.shown is not None
        (shown,) = status.shown
        return shown

    def until(self, offered: Offered, state: str) -> None:
        """Wait until our school has it that an offer is in a state."""
        until(lambda: self.space.offer_state(offered) == state, f"the offer is {state}")


@contextmanager
def staged(home: Path, work: Path) -> Iterator[Stage]:
    """Set the stage until the end of the block; the foreign program lies in `home`."""
    relied_on, hurried = authority(at=now()), Pace(1000, timedelta(minutes=1))
    work.mkdir(parents=True, exist_ok=True)
    anchor = work / "anchor.pem"
    anchor.write_bytes(pem(relied_on.certificate))
    with (
        three_nodes(work, relied_on, hosts=["127.0.0.1"], wallets=[FOREIGN_WALLET]) as space,
        encrypted_office(work / "office", relied_on) as office,
        calling(home, work / "peer.log", anchor) as peer,
        mock.patch.object(issuers, "LOOK_AGAIN_S", 0.2),
        mock.patch.object(service, "ASK_AGAIN_S", 1),
        mock.patch.object(space.wallets, "_pace", hurried),
    ):
        key = SigningKey.generate("key-1")
        chain = relied_on.give(key, hosts=[FOREIGN_HOST, "127.0.0.1"], organisation="Foreign Office", at=now())
        foreign = peer("open", key=dict(key.private_jwk()), chain=x5c(chain), host=FOREIGN_HOST)
        names = (f"taking-{number}" for number in count(1))
        yield Stage(
            space=space, office=office, anchor=x5c([relied_on.certificate])[0], peer=peer, names=names, foreign=foreign
        )
