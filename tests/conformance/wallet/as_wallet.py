"""Our wallet, and a foreign issuer and verifier (OpenID4VCI 1.0, OpenID4VP 1.0)."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx

from skillspace.people.wallet import Card, OfferRefused, Selection
from tests.conformance.wallet.stage import FOREIGN_HOST, Stage
from tests.nodes import until

TITLE, VCT = "Certificate of welding", "https://foreign.example/certificate"
PIPES, BRAZING = {"label": "Pipe welding", "level": "5"}, {"label": "Brazing", "level": "2"}
SKILLS = {"id": "skills", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": [{"path": ["skills", None]}]}


def with_code(stage: Stage) -> None:
    """A code and a transaction code are given for a token bound to a key (DPoP), and the SD-JWT VC is kept"""
    offered = stage.peer("offer", pin="4711")
    seen = stage.space.wallets.look_at_offer(stage.space.person.id, offered["link"])
    assert (seen.issuer_name, seen.title, seen.needs_pin) == ("Foreign Office", TITLE, True)
    card = _taken(stage, offered, "4711")
    assert (card.issuer, card.claims["skills"]) == (stage.foreign["did"], [PIPES, BRAZING])
    told = stage.peer("offered", name=offered["name"])
    assert told["bound"]
    assert told["told"] == ["credential_accepted"]


def wrong_code(stage: Stage) -> None:
    """A wrong transaction code is told to the person in words"""
    offered = stage.peer("offer", pin="4711")
    try:
        told = stage.space.wallets.take(stage.space.person.id, offered["link"], "1234")
    except OfferRefused as fault:
        told = fault.message
    assert "tx_code" in told, told


def by_certificate(stage: Stage) -> None:
    """An issuer known by its certificate alone (x5c, and an address as iss) is known here as well"""
    card = _taken(stage, stage.peer("offer", named="certificate"))
    assert card.issuer == f"https://{FOREIGN_HOST}"


def plain(stage: Stage) -> None:
    """A credential without selective disclosure (jwt_vc_json) is kept, bound to a key that is named as did:key"""
    assert "ForeignCertificate" in _taken(stage, stage.peer("offer", configuration="plain")).types


def deferred(stage: Stage) -> None:
    """What is not ready is asked for again until it comes"""
    assert _taken(stage, stage.peer("offer", deferred=2)).claims["title"] == TITLE


def signed_in(stage: Stage) -> None:
    """The person signs in with the issuer (PAR, PKCE, DPoP) and comes back with a code"""
    person, wallets = stage.space.person.id, stage.space.wallets
    address = wallets.sign_in(person, stage.peer("offer", signs_in=True)["link"])
    back = httpx.URL(httpx.get(address, follow_redirects=False).headers["location"])
    assert str(back).startswith(f"{stage.space.hub.settings.address}/you/cards/signed-in?")
    assert _kept(stage, wallets.signed_in(person, dict(back.params))).claims["title"] == TITLE


def by_did(stage: Stage) -> None:
    """A request signed by a DID is answered encrypted: one skill goes after a yes, and nothing else"""
    _one_skill(stage, "did")


def by_hash(stage: Stage) -> None:
    """A request known by the hash of a certificate (x509_hash) is answered so"""
    _one_skill(stage, "hash")


def by_host(stage: Stage) -> None:
    """A request known by the host of a certificate (x509_san_dns) is answered so"""
    _one_skill(stage, "host")


def by_address(stage: Stage) -> None:
    """A request that nobody signed (redirect_uri) is answered in the clear, and the person told that nobody signed"""
    _one_skill(stage, "address")


def refused(stage: Stage) -> None:
    """A no is told, and nothing goes"""
    asked = stage.peer("ask", query={"credentials": [SKILLS]}, by="did")
    name = stage.space.wallets.look_at_request(stage.space.person.id, asked["link"])
    with stage.space.hub.database.writing() as work:
        stage.space.wallets.refuse(work, stage.space.person.id, name)
    until(lambda: stage.space.showing(name).state == "refused", "the no arrives")
    assert stage.peer("shown", name=asked["name"]) == {"shown": None, "encrypted": False, "error": "access_denied"}


def _one_skill(stage: Stage, by: str) -> None:
    card = _taken(stage, stage.peer("offer"))
    asked = stage.peer("ask", query={"credentials": [SKILLS]}, by=by)
    name = stage.space.wallets.look_at_request(stage.space.person.id, asked["link"])
    assert stage.space.showing(name).is_signed is (by != "address")
    with stage.space.hub.database.reading() as work:
        (question,) = stage.space.wallets.questions(work, stage.space.person.id, name)
    candidate = next(each for each in question.candidates if each.card.id == card.id)
    (place,) = [choice.place for choice in candidate.choices if choice.value == BRAZING]
    with stage.space.hub.database.writing() as work:
        chosen = [Selection(question=question.id, card=card.id, places=(place,))]
        stage.space.wallets.show(work, stage.space.person.id, name, chosen)
    until(lambda: stage.space.showing(name).state in ("shown", "failed"), "the answer arrives")
    assert stage.space.showing(name).state == "shown", stage.space.showing(name).reason
    told: dict[str, Any] = stage.peer("shown", name=asked["name"])
    assert told["encrypted"] is (by != "address")
    assert told["shown"]["skills"] == [BRAZING]
    assert not {"title", "family_name"} & set(told["shown"])


def _taken(stage: Stage, offered: dict[str, str], pin: str | None = None) -> Card:
    return _kept(stage, stage.space.wallets.take(stage.space.person.id, offered["link"], pin))


def _kept(stage: Stage, name: str) -> Card:
    until(lambda: stage.space.intake_state(name) in ("told", "failed"), "the credential is taken in")
    with stage.space.hub.database.reading() as work:
        intake = stage.space.wallets.intake(work, stage.space.person.id, name)
        assert intake.state == "told", intake.reason
        return stage.space.wallets.card(work, stage.space.person.id, name)


SCENARIOS = (
    with_code, wrong_code, by_certificate, plain, deferred, signed_in, by_did, by_hash, by_host, by_address, refused,
)  # fmt: skip
