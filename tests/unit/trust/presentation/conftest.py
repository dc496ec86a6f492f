"""A verifier, an issuer it trusts, and a wallet made of a key and a credential."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from skillspace.kernel.errors import InvalidSignature
from skillspace.records.achievement import Achievement, Envelope, Holder, write
from skillspace.records.credentials import present
from skillspace.records.credentials.pointers import Place
from skillspace.records.credentials.selective import KeyBinding, bind, read_token, show, verify
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.storage.database import Database
from skillspace.trust.identity.multikey import jwk_of_multikey, multikey_of_jwk
from skillspace.trust.presentation import (
    ENCRYPTED,
    Asked,
    KnownBy,
    Presentations,
    Reader,
    RequestStatus,
    presentation_router,
    skills_query,
)
from skillspace.trust.status import CredentialRevoked
from skillspace.wire.certificates import written_chain
from skillspace.wire.jose import SigningKey, verify_jwt
from skillspace.wire.jwe import encrypt
from tests.certificates import authority
from tests.small_space import HeldClock, answer_faults
from tests.tables import make_tables
from tests.unit.people.wire import application

VERIFIER, ADDRESS, SCHOOL = "did:web:acme.example", "https://acme.example", "did:web:school.example"
KEYS = {did: SigningKey.generate(f"{did}#key-1") for did in (VERIFIER, SCHOOL, "did:web:stranger.example")}
ROOT = authority()
CHAIN = written_chain(ROOT.give(KEYS[VERIFIER], hosts=["acme.example"]))
WELDING = Achievement(
    id="urn:uuid:7b0d1c5e-0000-4000-8000-000000000001",
    title="Welding, part two",
    awarded=date(2026, 6, 1),
    skills=(
        SkillClaim(label="MIG welding", concept="http://data.europa.eu/esco/skill/mig", level="4"),
        SkillClaim(label="TIG welding", concept="http://data.europa.eu/esco/skill/tig"),
    ),
)


def resolve_key(issuer: str, kid: str) -> dict[str, str]:
    if issuer.startswith("did:key:"):
        return jwk_of_multikey(issuer.removeprefix("did:key:"))
    if KEYS[issuer].kid != kid:
        raise InvalidSignature(f"{issuer} has no key {kid}.")
    return KEYS[issuer].public_jwk()


class House:
    """An employer's node as far as wallets see it, and one wallet."""

    def __init__(self, folder: Path, clock: HeldClock) -> None:
        self.clock = clock
        self.database = Database.in_folder(folder, clock=clock)
        make_tables(self.database)
        self.revoked = False
        reader = Reader(
            resolve_key=resolve_key,
            trust=lambda issuer, _types: issuer == SCHOOL,
            check_plain=self._check,
            check_selective=self._check,
        )
        self.presentations = Presentations(
            did=VERIFIER,
            name="Acme Invented",
            key=KEYS[VERIFIER],
            address=ADDRESS,
            secret=b"v" * 32,
            reader=reader,
            database=self.database,
            chain=CHAIN,
        )
        app = application(presentation_router(self.database, self.presentations))
        answer_faults(app)
        self.web = TestClient(app, base_url=ADDRESS)
        self.holder = SigningKey.generate("holder")
        multikey = multikey_of_jwk(self.holder.public_jwk())
        self.holder_did = f"did:key:{multikey}"
        self.named = SigningKey.from_jwk(self.holder.private_jwk() | {"kid": f"{self.holder_did}#{multikey}"})

    def _check(self, _credential: object) -> None:
        if self.revoked:
            raise CredentialRevoked("It was taken back.")

    def ask(self, query: dict[str, Any] | None = None, *, known_by: KnownBy = KnownBy.DID) -> Asked:
        with self.database.writing() as work:
            return self.presentations.ask(work, query or skills_query(), purpose="a job", known_by=known_by)

    def status(self, asked: Asked) -> RequestStatus:
        with self.database.reading() as work:
            return self.presentations.find(work, asked.id)

    def request(self, asked: Asked) -> dict[str, Any]:
        """What a wallet reads out of the link, its signature checked."""
        fields = dict(parse_qsl(urlsplit(asked.link).query))
        if "request_uri" not in fields:
            return fields | {"dcql_query": json.loads(fields["dcql_query"])}
        answer = self.web.post(urlsplit(fields["request_uri"]).path, data={"wallet_nonce": "w"})
        assert answer.headers["content-type"] == "application/oauth-authz-req+jwt"
        return verify_jwt(answer.text, KEYS[VERIFIER].public_jwk())

    def credential(self, issuer: str = SCHOOL, envelope: Envelope = Envelope.SD_JWT) -> str:
        return write(
            WELDING,
            envelope,
            issuer=Issuer(did=issuer, name="School of Example", key=KEYS[issuer]),
            holder=Holder(did=self.holder_did, jwk=self.holder.public_jwk()),
            at=self.clock(),
        )

    def shown(self, request: dict[str, Any], *places: Place, issuer: str = SCHOOL, **changes: str) -> str:
        """A presentation of some places of the credential, made for a request."""
        kept = verify(self.credential(issuer), resolve_key, self.clock())
        asked = {"audience": request["client_id"], "nonce": request["nonce"]} | changes
        chosen = show(read_token(str(kept.token)), kept.revealed, places)
        return str(bind(chosen, KeyBinding(**asked), self.holder, at=self.clock()))

    def badge(self, request: dict[str, Any]) -> str:
        """A presentation of the same achievement as an Open Badge."""
        return present(
            [self.credential(envelope=Envelope.OPEN_BADGE)],
            holder_key=self.named,
            holder_did=self.holder_did,
            audience=request["client_id"],
            nonce=request["nonce"],
            at=self.clock(),
        )

    def answer(self, request: dict[str, Any], vp_token: object, **more: str) -> Any:
        form = {"vp_token": json.dumps(vp_token), "state": request["state"]} | more
        if request["response_mode"] == ENCRYPTED:
            (key,) = request["client_metadata"]["jwks"]["keys"]
            form = {"response": encrypt(form | {"vp_token": vp_token}, key)}
        return self.web.post(urlsplit(request["response_uri"]).path, data=form)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, HeldClock())
    yield made
    made.database.close()
