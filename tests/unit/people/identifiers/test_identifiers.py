"""What somebody proved is theirs for a time; and with it a guardianship credential opens, and without it nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.node.composition import Node, compose
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.identifiers import Identifiers, proven_identifiers
from skillspace.people.recognition import NoHolderProof, NonceSpent, NotRecognised, WayClosed
from skillspace.records.credentials import issue
from skillspace.trust.identity import DidResolver
from skillspace.trust.mandate import ALL, Capacity, EvidenceRefused, Scope
from skillspace.trust.mandate.guardianship import GUARDIANSHIP, read_guardianship
from skillspace.trust.mandate.machine import MandateState
from skillspace.wire.jose import SigningKey
from tests.nodes import make_node
from tests.small_space import HeldClock
from tests.unit.people.recognition.wallet import Wallet

REGISTER = "did:web:register.example"
EVERY = Scope.of(acts=[ALL], purposes=[ALL], kinds=[ALL], recipients=[ALL])


class House:
    """An intermediary that takes the word of one population register."""

    def __init__(self, folder: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.key = SigningKey.generate(f"{REGISTER}#key-1")
        usual = DidResolver.key

        def key(resolver: DidResolver, issuer: str, kid: str, purpose: str = "assertionMethod"):  # type: ignore[no-untyped-def]
            return self.key.public_jwk() if issuer == REGISTER else usual(resolver, issuer, kid, purpose)

        monkeypatch.setattr(DidResolver, "key", key)
        rules = [{"type": "IdentityCredential", "claim": "person.number"}]
        trusted = [{"did": REGISTER, "types": ["IdentityCredential", GUARDIANSHIP]}]
        self.settings = make_node(
            folder / "hub",
            "Invented Space",
            "authority",
            "intermediary",
            taxonomies=str(folder / "none"),
            identifying={"credentials": rules},
            trusted_issuers=trusted,
        )
        self.node: Node = compose(self.settings, clock=clock)
        self.clock = clock
        assert self.node.rooms.spaces is not None
        self.identifiers: Identifiers = self.node.rooms.spaces.identifiers
        with self.node.database.writing() as work:
            accounts = self.node.rooms.accounts
            self.mother = accounts.make(work, name="Moa", kind=AccountKind.PERSON, born=date(1990, 1, 1))
            self.child = accounts.make(work, name="Ceder", kind=AccountKind.PERSON, born=date(2020, 1, 1))

    def prove(self, account: Account, wallet: Wallet, number: str, **changes: str) -> frozenset[str]:
        with self.node.database.writing() as work:
            asked = self.identifiers.begin(work, account.id)
        at = self.clock.at
        card = wallet.given(self.key, changes.get("type", "IdentityCredential"), {"person": {"number": number}}, at=at)
        audience = changes.get("audience", asked.audience)
        self.identifiers.prove(account.id, wallet.shows(card, audience=audience, nonce=asked.nonce, at=at))
        return self.proven(account)

    def proven(self, account: Account) -> frozenset[str]:
        with self.node.database.reading() as work:
            return proven_identifiers(work, account.id)


@pytest.fixture
def house(tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    made = House(tmp_path, clock, monkeypatch)
    yield made
    made.node.stop()


def test_the_key_and_the_number_that_the_law_knows_are_proven_for_a_time(house: House, clock: HeldClock) -> None:
    wallet = Wallet()
    assert house.prove(house.mother, wallet, "SE-19900101") == {wallet.did, "SE-19900101"}
    with house.node.database.reading() as work:
        [first, _] = house.identifiers.of(work, house.mother.id)
    assert (first.issuer, first.until) == (REGISTER, clock.at + timedelta(days=30))  # as long as the credential lasts
    assert house.proven(house.child) == frozenset()
    clock.move(days=30)
    assert house.proven(house.mother) == frozenset()


def test_a_number_that_claims_to_be_somebodys_key_is_not_believed(house: House) -> None:
    wallet, victim = Wallet(), Wallet()
    assert house.prove(house.mother, wallet, victim.did) == {wallet.did}


def test_who_proves_it_last_has_it(house: House) -> None:
    wallet = Wallet()
    house.prove(house.mother, wallet, "SE-1")
    house.prove(house.child, wallet, "SE-1")
    assert house.proven(house.mother) == frozenset()
    assert house.proven(house.child) == {wallet.did, "SE-1"}


def test_a_credential_alone_one_for_another_request_or_of_another_kind_proves_nothing(house: House) -> None:
    wallet = Wallet()
    card = wallet.given(house.key, "IdentityCredential", {"person": {"number": "SE-1"}}, at=house.clock.at)
    with pytest.raises(NoHolderProof):
        house.identifiers.prove(house.mother.id, card)
    with house.node.database.writing() as work:
        asked = house.identifiers.begin(work, house.mother.id)
    shown = wallet.shows(card, audience=asked.audience, nonce=asked.nonce, at=house.clock.at)
    with pytest.raises(NonceSpent):
        house.identifiers.prove(house.child.id, shown)
    with pytest.raises(NotRecognised):
        house.prove(house.mother, wallet, "SE-1", type=GUARDIANSHIP)
    assert house.proven(house.mother) == house.proven(house.child) == frozenset()


def test_what_is_proven_can_be_let_go_and_goes_with_the_account(house: House) -> None:
    wallet = Wallet()
    house.prove(house.mother, wallet, "SE-1")
    with house.node.database.writing() as work:
        with pytest.raises(NotFound):
            house.identifiers.forget(work, house.child.id, "SE-1")
        house.identifiers.forget(work, house.mother.id, "SE-1")
    assert house.proven(house.mother) == {wallet.did}
    with house.node.database.writing() as work:
        assert house.node.rooms.spaces is not None
        house.node.rooms.spaces.erasure.erase(work, house.mother.id)
        assert work.connection.exec_driver_sql("SELECT count(*) FROM proven_identifier").scalar() == 0


def test_where_no_credential_counts_nothing_is_asked_for(house: House, tmp_path: Path) -> None:
    settings = make_node(tmp_path / "other", "Other", "authority", "intermediary", taxonomies=str(tmp_path / "none"))
    node = compose(settings)
    assert node.rooms.spaces is not None
    with node.database.writing() as work, pytest.raises(WayClosed):
        node.rooms.spaces.identifiers.begin(work, "anybody")
    node.stop()


def test_a_guardianship_credential_opens_once_both_have_proven_who_they_are(house: House) -> None:
    mother, child, at = Wallet(), Wallet(), house.clock.at
    assert house.node.rooms.spaces is not None
    appointing = house.node.rooms.spaces.mandates.appointing
    token = issue(
        GUARDIANSHIP,
        {"guardianOf": {"id": "SE-child"}, "custody": "sole"},
        issuer_key=house.key,
        issuer_did=REGISTER,
        subject_did=mother.did,
        at=at,
        valid_for=timedelta(days=300),
    )
    trust = house.node.trust
    shown = read_guardianship(
        token, trust.resolver.key, at, trust=trust.issuers.is_trusted, check_status=trust.status.check
    )

    def present() -> MandateState:
        with house.node.database.writing() as work:
            made = appointing.present(
                work,
                agent=house.mother.id,
                principal=house.child.id,
                guardianship=shown,
                scope=EVERY,
                ends=at + timedelta(days=200),
            )
            assert made.capacity is Capacity.GUARDIAN
            return made.state

    with pytest.raises(EvidenceRefused, match="another guardian"):
        present()
    house.prove(house.mother, mother, "SE-mother")
    with pytest.raises(EvidenceRefused, match="another child"):
        present()
    house.prove(house.child, child, "SE-child")
    assert present() is MandateState.ACTIVE
