"""Our issuer, and a foreign wallet (OpenID4VCI 1.0)."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx

from skillspace.kernel.clock import now
from tests.certificates import authority, x5c
from tests.conformance.wallet.stage import BADGE, SELECTIVE, Stage
from tests.unit.people.wallet.conftest import WELDING

TITLE = WELDING.title


def metadata(stage: Stage) -> None:
    """What we say of ourselves, as issuer and as authorization server, is read by its schemas as version 1.0"""
    seen = stage.peer("look", link=stage.space.offer(with_pin=True).link)
    assert seen["version"] == "V1", seen["version"]
    assert sorted(seen["known"]) == [BADGE, SELECTIVE]
    assert seen["issuer"]["credential_issuer"] == seen["servers"][0]["issuer"] == stage.space.school.settings.address


def with_code(stage: Stage) -> None:
    """A code and a transaction code give a token bound to a key (DPoP), and an SD-JWT VC that the wallet verifies"""
    name, offered = stage.take()
    found = stage.peer("check", name=name)
    assert found["claims"]["title"] == TITLE
    assert found["header"]["typ"] == "dc+sd-jwt"
    assert stage.peer("tell", name=name)["status"] == 204
    stage.until(offered, "accepted")


def bearer(stage: Stage) -> None:
    """A wallet that proves no key gets a token as well, and the same credential"""
    name, _ = stage.take(bound=False)
    assert stage.peer("check", name=name)["claims"]["title"] == TITLE


def badge(stage: Stage) -> None:
    """The same achievement as an Open Badge (jwt_vc_json), signed by a key of our DID document"""
    name, _ = stage.take(BADGE)
    claims = stage.peer("check", name=name)["claims"]
    document = claims.get("vc", claims)
    assert "OpenBadgeCredential" in document["type"]
    assert document["credentialSubject"]["achievement"]["name"] == TITLE


def signed_in(stage: Stage) -> None:
    """The wallet pushes its request (PAR, PKCE, DPoP), the person signs in on our page, and the code gives a token"""
    name, offered = next(stage.names), stage.space.offer(with_pin=True)
    address = stage.peer("signIn", name=name, link=offered.link, scope=SELECTIVE)["address"]
    page = httpx.get(address)
    assert page.status_code == 200
    assert TITLE in page.text
    form = {field: values[0] for field, values in parse_qs(urlsplit(address).query).items()}
    allowed = httpx.post(address.partition("?")[0], data=form | {"do": "yes", "pin": str(offered.pin)})
    back = re.search(r'href="(foreign-wallet://back[^"]+)"', allowed.text)
    assert back is not None
    assert stage.peer("signedIn", name=name, address=unescape(back[1]))["token_type"] == "DPoP"
    stage.peer("request", name=name, configuration=SELECTIVE)
    assert stage.peer("check", name=name)["claims"]["title"] == TITLE


def deferred(stage: Stage) -> None:
    """What the school has not decided yet is asked for again, and comes after its yes"""
    name, offered = next(stage.names), stage.space.offer(is_undecided=True)
    stage.peer("redeem", name=name, link=offered.link)
    first = stage.peer("request", name=name, configuration=SELECTIVE)
    assert first["status"] == 202
    assert stage.peer("again", name=name)["status"] == 202
    with stage.space.school.database.writing() as work:
        stage.space.school.rooms.issuance.decide(work, offered.id)
    assert stage.peer("again", name=name)["status"] == 200
    assert stage.peer("check", name=name)["claims"]["title"] == TITLE
    assert stage.peer("tell", name=name)["status"] == 204
    stage.until(offered, "accepted")


def wrong_code(stage: Stage) -> None:
    """A wrong transaction code is refused as the standard says, and the right one still counts"""
    name, offered = next(stage.names), stage.space.offer(with_pin=True)
    wrong = "000000" if offered.pin != "000000" else "111111"
    assert stage.refused("redeem", name=name, link=offered.link, pin=wrong) == "invalid_grant"
    stage.peer("redeem", name=name, link=offered.link, pin=offered.pin)


def used_code(stage: Stage) -> None:
    """A code works once"""
    _, offered = stage.take()
    assert stage.refused("redeem", name="late", link=offered.link, pin=offered.pin) == "invalid_grant"


def stolen_token(stage: Stage) -> None:
    """A token that is bound to a key opens nothing with another key's proof"""
    name, offered = next(stage.names), stage.space.offer()
    stage.peer("redeem", name=name, link=offered.link)
    assert stage.refused("request", name=name, configuration=SELECTIVE, thief=True) == "invalid_token"
    stage.peer("request", name=name, configuration=SELECTIVE)


def two_at_once(stage: Stage) -> None:
    """We promise no batch, and the wallet asks for none"""
    name, offered = next(stage.names), stage.space.offer()
    stage.peer("redeem", name=name, link=offered.link)
    fault = stage.gives_up("request", name=name, configuration=SELECTIVE, proofs=2)
    assert "max batch size is '1'" in fault.message
    stage.peer("request", name=name, configuration=SELECTIVE)


def revoked(stage: Stage) -> None:
    """A credential that was taken back is found revoked in our status list"""
    name, offered = stage.take()
    stage.peer("check", name=name)
    with stage.space.school.database.writing() as work:
        stage.space.school.rooms.issuance.revoke(work, offered.id)
    assert "Status is not valid" in stage.gives_up("check", name=name).message


def by_certificate(stage: Stage) -> None:
    """Over HTTPS: an office known by its certificate alone (x5c, its address as iss) gives an SD-JWT VC that holds"""
    name, offered = stage.take_by_certificate()
    found = stage.check_by_certificate(name)
    assert found["claims"]["iss"] == stage.office.settings.address
    assert "kid" not in found["header"]
    assert stage.peer("tell", name=name)["status"] == 204
    with stage.office.database.reading() as work:
        assert stage.office.rooms.issuance.find(work, offered.id).state.value == "accepted"


def other_authority(stage: Stage) -> None:
    """A wallet that relies on another authority does not believe the office"""
    name, _ = stage.take_by_certificate()
    other = x5c([authority("Invented Other Trust", at=now()).certificate])[0]
    assert "authority" in stage.gives_up("check", name=name, anchor=other).message


def revoked_by_certificate(stage: Stage) -> None:
    """What the office took back is found revoked in the list that its certificate signs"""
    name, offered = stage.take_by_certificate()
    stage.check_by_certificate(name)
    with stage.office.database.writing() as work:
        stage.office.rooms.issuance.revoke(work, offered.id)
    assert "Status is not valid" in stage.gives_up("check", name=name, anchor=stage.anchor).message


SCENARIOS = (
    metadata, with_code, bearer, badge, signed_in, deferred, wrong_code, used_code, stolen_token, two_at_once, revoked,
    by_certificate, other_authority, revoked_by_certificate,
)  # fmt: skip
