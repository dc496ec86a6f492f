"""A school that offers credentials to wallets, and a wallet made of nothing but a key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from skillspace.records.achievement import Achievement
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.storage.database import Database
from skillspace.trust.issuance import GRANT, PROOF_TYPE, Issuance, Offered, issuance_router
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.wire import application

SCHOOL, ADDRESS = "did:web:school.example", "https://school.example"
KEY = SigningKey.generate(f"{SCHOOL}#key-1")
#: A wallet that the school knows, and where it is answered.
CLIENT, BACK = "did:web:space.example", "https://space.example/you/cards/signed-in"
WELDING = Achievement(
    id="urn:uuid:7b0d1c5e-0000-4000-8000-000000000001",
    title="Welding, part two",
    awarded=date(2026, 6, 1),
    skills=(SkillClaim(label="MIG welding", concept="http://data.europa.eu/esco/skill/mig", level="4"),),
)


class House:
    """The school's node, as far as a wallet sees it."""

    achievement = WELDING

    def __init__(self, folder: Path, clock: HeldClock, *, chain: tuple[str, ...] = (), address: str = ADDRESS) -> None:
        self.clock = clock
        self.database = Database.in_folder(folder, clock=clock)
        make_tables(self.database)
        issuer = Issuer(did=SCHOOL, name="School of Example", key=KEY, chain=chain)
        clients = {CLIENT: (BACK,)}
        self.issuance = Issuance(
            issuer=issuer, address=address, key=b"s" * 32, clients=lambda _work, client: clients.get(client, ())
        )
        self.web = TestClient(application(issuance_router(self.database, self.issuance)), base_url=ADDRESS)

    def offer(self, *, with_pin: bool = False, is_undecided: bool = False) -> Offered:
        with self.database.writing() as work:
            return self.issuance.offer(work, WELDING, about="student-7", with_pin=with_pin, is_undecided=is_undecided)

    def state(self, offered: Offered) -> str:
        with self.database.reading() as work:
            return self.issuance.find(work, offered.id).state.value

    def token(self, offered: Offered, pin: str | None = None) -> Any:
        form = {"grant_type": GRANT, "pre-authorized_code": code_of(offered.link)} | ({"tx_code": pin} if pin else {})
        return self.web.post("/openid4vci/token", data=form)

    def access(self, offered: Offered) -> str:
        return str(self.token(offered, offered.pin).json()["access_token"])

    def nonce(self) -> str:
        return str(self.web.post("/openid4vci/nonce").json()["c_nonce"])

    def proof(self, key: SigningKey, **changes: Any) -> str:
        claims = {"aud": ADDRESS, "iat": int(self.clock().timestamp()), "nonce": self.nonce()}
        named, typ = changes.pop("named", {"jwk": public(key)}), changes.pop("typ", PROOF_TYPE)
        return sign_jwt(claims | changes, key, typ=typ, named=named)

    def credential(self, access: str, proof: str, name: str = "achievement-sd-jwt", **more: Any) -> Any:
        request = {"credential_configuration_id": name, "proofs": {"jwt": [proof]}} | more
        return self.web.post("/openid4vci/credential", json=request, headers={"Authorization": f"Bearer {access}"})


def offer_of(link: str) -> dict[str, Any]:
    """What an offer's link holds."""
    return dict(json.loads(parse_qs(urlsplit(link).query)["credential_offer"][0]))


def code_of(link: str) -> str:
    """The code of an offer."""
    return str(offer_of(link)["grants"][GRANT]["pre-authorized_code"])


def public(key: SigningKey) -> dict[str, str]:
    """A key's public members alone."""
    return {name: key.public_jwk()[name] for name in ("kty", "crv", "x", "y")}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, HeldClock())
    yield made
    made.database.close()


@pytest.fixture
def wallet() -> SigningKey:
    """The key of a wallet."""
    return SigningKey.generate("wallet")
