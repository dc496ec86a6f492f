"""Over real HTTPS: a credential of an office that is known by its certificate alone, taken, counted and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx2 as httpx
import pytest

from skillspace.kernel.clock import now
from skillspace.kernel.errors import PeerUnreachable
from skillspace.node.composition import Node
from skillspace.people.wallet import Selection
from skillspace.trust.presentation import Shown
from skillspace.wire.jose import read_unverified
from skillspace.wire.outbound import Outbound
from tests.certificates import authority, context_of, trusting
from tests.nodes import until
from tests.patience import PATIENCE_S
from tests.unit.people.wallet.conftest import (
    WELDING,
    Space,
    encrypted_office,
    offer_of,
    three_nodes,
)

ROOT = authority("Invented Trust Services", at=now())


@dataclass(frozen=True, kw_only=True)
class Offices:
    """A data space, and two offices beside it: the employer believes the first of them."""

    space: Space
    office: Node
    unknown: Node


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    folder = tmp_path_factory.mktemp("by-certificate")
    with (
        trusting(ROOT),
        encrypted_office(folder / "office", ROOT) as office,
        encrypted_office(folder / "unknown", ROOT) as unknown,
        three_nodes(folder, ROOT, believed=[office.settings.address]) as space,
    ):
        yield Offices(space=space, office=office, unknown=unknown)


def test_it_is_kept_under_its_address_shown_and_refused_once_it_was_taken_back(offices: Offices) -> None:
    space, office = offices.space, offices.office
    offered = offer_of(office, with_pin=True)
    name = space.take(offered)
    with space.hub.database.reading() as work:
        card = space.wallets.card(work, space.person.id, name)
    assert (card.title, card.issuer) == (WELDING.title, office.settings.address)
    (shown,) = shown_by(space, name)[0]
    assert shown.issuer == office.settings.address
    assert [skill["label"] for skill in shown.claims["skills"]] == [WELDING.skills[0].label]
    with office.database.writing() as work:
        office.rooms.issuance.revoke(work, offered.id)
    # What the employer heard of the list a moment ago is not asked for again at once.
    space.employer.rooms.presentations._reader.check_selective.__self__.forget()  # type: ignore[attr-defined]
    shown_then, reason = shown_by(space, name)
    assert not shown_then
    assert "revoked" in reason


def test_a_certificate_says_who_somebody_is_and_not_that_they_are_believed(offices: Offices) -> None:
    name = offices.space.take(offer_of(offices.unknown))
    shown, reason = shown_by(offices.space, name)
    assert not shown
    assert f"{offices.unknown.settings.address} is not trusted" in reason


def shown_by(space: Space, card: str) -> tuple[Sequence[Shown], str]:
    """Return what the employer was shown after the person's yes to one skill of a card, or why it took nothing."""
    asked = space.ask()
    name = space.wallets.look_at_request(space.person.id, asked.link)
    chosen = [Selection(question="achievement", card=card, places=(("skills", 0),))]
    with space.hub.database.writing() as work:
        space.wallets.show(work, space.person.id, name, chosen)
    until(lambda: space.showing(name).state in ("shown", "failed"), "the employer answers")
    return space.answer(asked).shown or (), space.showing(name).reason or ""


@pytest.mark.parametrize(("name", "by_certificate"), [("tokens", False), ("tokens-x5c", True)])
def test_each_list_of_standing_is_signed_as_one_issuer(offices: Offices, name: str, by_certificate: bool) -> None:
    address = f"{offices.office.settings.address}/openid4vci/status/{name}"
    header, _ = read_unverified(httpx.get(address, verify=context_of(ROOT), trust_env=False).text)
    assert ("x5c" in header, "kid" in header) == (by_certificate, not by_certificate)


def test_whoever_answers_without_a_believed_certificate_is_not_heard(offices: Offices) -> None:
    with trusting(authority(at=now())):
        stranger = Outbound(loopback=True, timeout_s=PATIENCE_S)
    with pytest.raises(PeerUnreachable):
        stranger.send("GET", f"{offices.office.settings.address}/.well-known/openid-credential-issuer")
    stranger.close()
