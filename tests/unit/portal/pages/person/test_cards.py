"""The wallet on its pages: a link is opened, taken in, and what is asked for is shown as ticked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from html import unescape

import pytest

from skillspace.kernel.errors import PeerUnreachable
from skillspace.people.profile import Arrival
from skillspace.people.wallet import RequestSeen, Verifiers
from skillspace.people.wallet.issuers import Issuers
from skillspace.people.wallet.model import OfferSeen, Server, Terms
from skillspace.people.wallet.store import cards, intakes
from skillspace.portal.pages.person.cards import PATH
from skillspace.records.achievement import Envelope, Holder, write
from skillspace.records.credentials.selective import verify
from skillspace.records.formats import read
from skillspace.records.formats.issuing import Issuer
from skillspace.records.model import Standing
from skillspace.trust.presentation import skills_query
from skillspace.wire.jose import SigningKey
from tests.unit.portal.pages.person.conftest import House
from tests.unit.trust.issuance.conftest import KEY, SCHOOL, WELDING

REQUEST = "openid4vp://?client_id=x"


@pytest.fixture
def holding(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Alva holds a credential, and a request waits behind the link."""
    at, key = house.node.database.clock(), SigningKey.generate("holder")
    issuer = Issuer(did=SCHOOL, name="School of Example", key=KEY)
    holder = Holder(did="did:key:z", jwk=key.public_jwk())
    token = write(WELDING, Envelope.SD_JWT, issuer=issuer, holder=holder, at=at)
    claims = verify(token, lambda _issuer, _kid: KEY.public_jwk(), at).claims
    kept = {name: value for name, value in claims.items() if name not in {"iss", "iat", "cnf", "vct"}}
    row = {"id": "card-1", "person": house.alva.id, "format": "dc+sd-jwt", "types": ["urn:skillspace:achievement:1"]}
    row |= {"title": WELDING.title, "issuer": SCHOOL, "issuer_name": issuer.name, "token": token, "claims": kept}
    with house.node.database.writing() as work:
        work.upsert(cards, row | {"received": at, "expires": None}, on=("id",))
    asked = RequestSeen(
        client_id="redirect_uri:https://yard.example/answers",
        verifier="yard.example",
        is_signed=False,
        name="Yard",
        purpose="Welders",
        query=skills_query(),
        response_uri="https://yard.example/answers",
        nonce="n",
        state="s",
    )
    monkeypatch.setattr(Verifiers, "look", lambda _self, _link: asked)
    yield house
    with house.node.database.writing() as work:
        work.remove(cards, id="card-1")


def test_a_card_says_what_it_says_and_is_its_persons_alone(holding: House) -> None:
    page = holding.browser(holding.alva).get(PATH).text
    assert "Welding, part two" in page
    assert "MIG welding (4)" in page
    assert 'href="/you/cards"' in holding.browser(holding.alva).get("/you").text
    assert "Welding, part two" not in holding.browser(holding.camille).get(PATH).text


def test_a_link_that_offers_nothing_says_so_beside_the_field(house: House) -> None:
    answer = house.browser(house.alva).post(f"{PATH}/open", {"link": "https://example.org/?a=b"})
    assert answer.status_code == 400
    assert "offers no credential" in answer.text
    assert "https://example.org/?a=b" in unescape(answer.text)


def test_what_is_ticked_goes_and_nothing_before(holding: House) -> None:
    browser = holding.browser(holding.alva)
    opened = browser.post(f"{PATH}/open", {"link": REQUEST})
    assert opened.status_code == 303
    place = opened.headers["location"]
    page = browser.get(place).text
    assert "Nobody vouches for who asks" in page
    assert "What for: Welders" in page
    nothing = browser.post(place, {"do": "yes"})
    assert nothing.status_code == 400
    assert "Tick more, or say no" in nothing.text
    for wrong in ("x", "7", "[]", '["achievement", "card-1", ["title"]]', '["achievement", "card-1", [7]]'):
        assert browser.post(place, {"do": "yes", "show": wrong}).status_code == 400
    assert "Show what I ticked" in browser.get(place).text
    yes = browser.post(place, {"do": "yes", "show": '["achievement", "card-1", ["skills", 0]]'})
    assert yes.headers["location"] == f"{place}?done=card-shown"
    assert "What you showed" in browser.get(place).text
    assert holding.browser(holding.camille).get(place).status_code == 404


def test_a_card_is_thrown_away(holding: House) -> None:
    browser = holding.browser(holding.alva)
    assert browser.post(f"{PATH}/remove", {"card": "card-1"}).headers["location"] == f"{PATH}?done=card-gone"
    assert browser.post(f"{PATH}/remove", {"card": "card-1"}).status_code == 404


def test_what_did_not_come_is_told_and_asked_for_again_where_its_issuer_was_only_silent(house: House) -> None:
    terms = Terms(
        issuer="https://school.example",
        credential_endpoint="https://school.example/credential",
        nonce_endpoint=None,
        notification_endpoint=None,
        configuration="achievement-sd-jwt",
        format="dc+sd-jwt",
    )
    row = {"person": house.alva.id, "state": "failed", "issuer": terms.issuer, "terms": asdict(terms), "reason": "no"}
    silent = row | {"id": "card-8", "issuer_name": "Silent Guild", "access_token": "token"}
    refused = row | {"id": "card-9", "issuer_name": "Old Academy", "access_token": None}
    with house.node.database.writing() as work:
        work.insert(intakes, *(each | {"made": work.now} for each in (silent, refused)))
    browser = house.browser(house.alva)
    page = browser.get(PATH).text
    assert "What Silent Guild offered has not come" in page
    assert "What Old Academy offered did not come. Ask them for a new offer." in page
    assert page.count("Ask them again") == 1
    assert house.browser(house.camille).post(f"{PATH}/again", {"intake": "card-8"}).status_code == 404
    assert browser.post(f"{PATH}/again", {"intake": "card-9"}).status_code == 409
    assert browser.post(f"{PATH}/again", {"intake": "card-8"}).headers["location"] == f"{PATH}?done=card-again"
    assert "What Silent Guild offered is on its way." in browser.get(PATH).text


def test_an_issuer_that_is_silent_is_told_of(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_self: Issuers, _link: str) -> None:
        raise PeerUnreachable("school.example does not answer.")

    monkeypatch.setattr(Issuers, "look", silent)
    answer = house.browser(house.alva).post(f"{PATH}/take", {"link": "openid-credential-offer://?x=y", "pin": ""})
    assert answer.status_code == 400


def test_who_has_to_sign_in_first_sees_where_and_comes_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Terms(
        issuer="https://school.example",
        credential_endpoint="https://school.example/credential",
        nonce_endpoint=None,
        notification_endpoint=None,
        configuration="achievement-sd-jwt",
        format="dc+sd-jwt",
    )
    seen = OfferSeen(
        issuer="https://school.example",
        issuer_name="School of Example",
        title="Achievement",
        needs_pin=False,
        terms=terms,
        server=Server(issuer="https://school.example", token_endpoint="https://school.example/token"),
        code=None,
    )
    states = []
    monkeypatch.setattr(Issuers, "look", lambda _self, _link: seen)
    monkeypatch.setattr(
        Issuers, "push", lambda _self, _seen, **given: states.append(given["state"]) or "https://school.example/in?a=b"
    )
    monkeypatch.setattr(Issuers, "redeem_signed_in", lambda _self, _away, _code: "token")
    browser, link = house.browser(house.alva), "openid-credential-offer://?x=y"
    assert 'action="/you/cards/sign-in"' in browser.post(f"{PATH}/open", {"link": link}).text
    page = browser.post(f"{PATH}/sign-in", {"link": link}).text
    assert 'href="https://school.example/in?a=b"' in page
    stranger = browser.get(f"{PATH}/signed-in?code=c&state=other")
    assert (stranger.status_code, "You did not sign in" in stranger.text) == (400, True)
    refused = browser.get(f"{PATH}/signed-in?error=access_denied&state={states[0]}")
    assert (refused.status_code, "did not give it" in refused.text) == (400, True)
    browser.post(f"{PATH}/sign-in", {"link": link})
    back = browser.get(f"{PATH}/signed-in?code=c&state={states[1]}")
    assert (back.status_code, back.headers["location"]) == (303, f"{PATH}?done=card-taken")


def test_a_request_of_a_wallet_that_is_over_says_so_to_anybody(house: House) -> None:
    answer = house.browser(house.alva).get("/openid4vci/authorize?client_id=x&request_uri=y")
    assert (answer.status_code, "once more in the wallet" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing.STANDS, "Not taken back when we last asked"),
        (Standing.UNASKED, "Nobody says whether it was taken back"),
    ],
)
def test_a_record_says_what_is_known_of_its_being_taken_back(house: House, standing: Standing, told: str) -> None:
    at, spaces = house.node.database.clock(), house.node.rooms.spaces
    assert spaces is not None
    key = SigningKey.generate("holder")
    issuer, holder = Issuer(did=SCHOOL, name="School", key=KEY), Holder(did="did:key:z", jwk=key.public_jwk())
    token = write(WELDING, Envelope.SD_JWT, issuer=issuer, holder=holder, at=at).encode()
    record = read(token, resolve_key=lambda _issuer, _kid: KEY.public_jwk(), at=at)
    arrival = Arrival(
        person=house.alva.id,
        source=SCHOOL,
        source_name="School",
        record_id="card-9",
        kind="badge",
        media_type=record.media_type,
        document=token,
        record=replace(record, standing=standing),
    )
    with house.node.database.writing() as work:
        name = spaces.profile.keep(work, arrival)
    page = house.browser(house.alva).get(f"/records/{name}").text
    assert told in page
    assert "Welding, part two" in page
    assert "MIG welding" in unescape(page.partition("<pre")[2])
