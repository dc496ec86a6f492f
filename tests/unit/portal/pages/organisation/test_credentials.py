"""Credentials at the office: an offer whose link and code are shown once, a request, and what can be taken back."""

from __future__ import annotations

import contextlib
import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from skillspace.kernel.errors import Conflict
from skillspace.node.keys import own_secret
from skillspace.people.holdings import HeldPerson
from skillspace.records.formats.issuing import Issuer
from skillspace.trust.issuance.signing import Signing
from skillspace.trust.presentation import CAME_BACK, Shown
from skillspace.trust.presentation.same_device import response_code
from skillspace.trust.presentation.store import requests
from skillspace.wire.jose import SigningKey
from tests.unit.portal.pages.organisation.conftest import Office

PATH = "/org/credentials"
FORM = {"about": "student-7", "title": "Welding", "awarded": "2026-06-01", "skills": "MIG welding: 4\n\nTIG welding"}


def send(office: Office, path: str, **fields: str) -> tuple[int, str]:
    answer = office.clients["operator"].post(path, data={"csrf": office.csrf("operator"), **fields})
    return answer.status_code, unescape(answer.text)


@pytest.fixture
def known(office: Office) -> Office:
    """The register knows one learner."""
    with office.rooms.database.writing() as work, contextlib.suppress(Conflict):
        office.rooms.holdings.add_person(work, HeldPerson(local_id="student-7", name="Alva"))
    return office


def thing(office: Office, kind: str) -> str:
    with office.rooms.database.reading() as work:
        if kind == "offer":
            return f"offer {office.rooms.issuance.latest(work)[0].id}"
        return f"request {office.rooms.presentations.latest(work)[0].id}"


def test_an_offer_s_link_and_code_are_shown_once(known: Office) -> None:
    status, page = send(known, PATH, **FORM)
    assert status == 200
    link = re.search(r"<code class=\"long\">(openid-credential-offer://[^<]+)</code>", page)
    assert link is not None
    pin = re.search(r"<code>(\d{6})</code>", page)
    assert pin is not None
    later = unescape(known.get(PATH))
    assert "Welding" in later
    assert link.group(1) not in later
    assert "Credential offered" in known.get("/org/log")
    with known.rooms.database.reading() as work:
        (row,) = known.rooms.issuance.of_person(work, "student-7")[:1]
    assert row.title == "Welding"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"about": "nobody"}, "knows nobody by this number"),
        ({"title": " "}, "Say what was achieved"),
        ({"awarded": "soon"}, "is not a day"),
        ({"skills": "a\na"}, "is there twice"),
    ],
)
def test_what_is_wrong_with_an_offer_stands_beside_what_was_typed(
    known: Office, changes: dict[str, str], words: str
) -> None:
    status, page = send(known, PATH, **FORM | changes)
    assert status == 400
    assert words in page
    assert "Tell them this code" not in page


def test_an_offer_is_taken_back(known: Office) -> None:
    send(known, PATH, **FORM)
    assert send(known, f"{PATH}/move", thing=thing(known, "offer"), do="withdraw")[0] == 303
    assert "taken back" in known.get(PATH)
    assert send(known, f"{PATH}/move", thing=thing(known, "offer"), do="withdraw")[0] == 409
    assert send(known, f"{PATH}/move", thing=thing(known, "offer"), do="eat")[0] == 400


def test_a_request_is_made_and_taken_back(office: Office) -> None:
    status, page = send(office, f"{PATH}/ask", purpose="Welders", skills="")
    assert status == 200
    assert "openid4vp://?client_id=decentralized_identifier" in page
    assert send(office, f"{PATH}/move", thing=thing(office, "request"), do="withdraw")[0] == 303


def test_a_wallet_on_this_device_leads_back_to_this_browser_and_what_it_showed_is_read_only_then(
    office: Office,
) -> None:
    status, page = send(office, f"{PATH}/ask", purpose="Welders here", skills="", here="yes")
    assert (status, 'href="openid4vp://?client_id=' in page) == (200, True)
    _, _, name = thing(office, "request").partition(" ")
    shown = Shown(asked="achievement", format="dc+sd-jwt", types=("urn:x",), issuer="did:web:school.example",
                  claims={"title": "Welding, part two"})  # fmt: skip
    with office.rooms.database.writing() as work:
        answer = {"state": "answered", "answered": work.now, "answer_hash": "a" * 64, "shown": [shown.to_json()]}
        work.update(requests, requests.c.id == name, **answer)
        row = work.where(requests, id=name)
    assert row is not None
    code = response_code(own_secret(office.node.settings.folder), row)
    waiting = unescape(office.get(PATH))
    assert "waits for the wallet to come back here" in waiting
    assert "Welding, part two" not in waiting
    client = office.clients["operator"]
    assert client.get(f"{CAME_BACK}/{name}?response_code={code[:-1]}0x", follow_redirects=False).status_code == 404
    back = client.get(f"{CAME_BACK}/{name}?response_code={code}", follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, f"{PATH}?done=credential-came-back")
    assert "Welding, part two" in unescape(office.get(PATH))


def test_a_request_without_a_purpose_or_with_a_skill_nobody_knows_is_not_made(office: Office) -> None:
    assert send(office, f"{PATH}/ask", purpose=" ", skills="")[0] == 400
    status, page = send(office, f"{PATH}/ask", purpose="Welders", skills="no such skill at all")
    assert status == 400
    assert "not known by this name" in page


def test_what_is_not_decided_is_offered_and_given_by_a_yes_on_the_page(known: Office) -> None:
    status, page = send(known, PATH, **FORM, undecided="yes")
    assert status == 200
    assert "Give it" in page
    waits = thing(known, "offer")
    assert send(known, f"{PATH}/move", thing=waits, do="decide")[0] == 303
    with known.rooms.database.reading() as work:
        assert not known.rooms.issuance.latest(work)[0].is_undecided
    assert "Credential may be given" in known.get("/org/log")
    assert send(known, f"{PATH}/move", thing=waits, do="decide")[0] == 409


def test_a_request_by_certificate_is_offered_only_where_there_is_one(office: Office) -> None:
    assert 'name="certificate"' not in office.get(PATH)
    status, page = send(office, f"{PATH}/ask", purpose="Welders", skills="", certificate="yes")
    assert status == 400
    assert "no certificate" in page


def test_an_offer_by_certificate_is_made_only_where_there_is_one(
    known: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, page = send(known, PATH, **FORM, certificate="yes")
    assert status == 400
    assert "no certificate" in page
    assert 'value="Welding"' in page
    issuer = Issuer(
        did=known.node.settings.did, name="School", key=SigningKey.generate("did:web:a.example#b"), chain=("x",)
    )
    certified = Signing(issuer, address="https://a.example", base="https://a.example/openid4vci")
    monkeypatch.setattr(known.rooms.issuance, "signing", certified)
    assert 'name="certificate"' in known.get(PATH)
    status, page = send(known, PATH, **FORM, certificate="yes")
    assert status == 200
    link = re.search(r"(openid-credential-offer://[^<]+)<", page)
    assert link is not None
    offer = json.loads(parse_qs(urlsplit(link.group(1)).query)["credential_offer"][0])
    assert offer["credential_configuration_ids"] == ["achievement-sd-jwt-x5c"]
