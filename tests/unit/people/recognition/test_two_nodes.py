"""Real nodes: a letter by SMTP and one in a folder connect a person, and the browser of that person does all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from skillspace.kernel.clock import now
from skillspace.node.composition import Node
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.holdings import HeldPerson
from skillspace.people.identifiers import IdentifyingTerms
from skillspace.people.recognition import LinkingTerms
from skillspace.trust.issuers import TrustedIssuer
from skillspace.trust.journal import Verdict
from tests.nodes import acquaint, admit, make_node, running, until
from tests.smtp import MailServer, mail_server
from tests.unit.people.recognition.conftest import CODE
from tests.unit.people.recognition.wallet import Wallet

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
LINKING = {"ways": ["code", "mail"]}
WALLETS = {"ways": ["credential"], "credentials": [{"type": "StudentCredential", "claim": "number"}]}
REQUEST = re.compile(r'<code class="long">([^<]+)</code>')


@dataclass
class Town:
    """An intermediary, a university with a mail server, and a school that writes letters into its folder."""

    hub: Node
    university: Node
    school: Node
    server: MailServer
    alva: Account

    def register(self, node: Node, number: str, address: str) -> None:
        with node.database.writing() as work:
            node.rooms.holdings.add_person(work, HeldPerson(local_id=number, name="Alva Exempelsson"))
            node.rooms.recognition.contacts.set_address(work, number, address)
            facts = {"document_id": number, "kind": "diploma", "media_type": "text/plain", "body": b"x"}
            node.rooms.holdings.add_document(work, local_id=number, dataset="diplomas", **facts)

    def way(self, node: Node) -> list[tuple[str, str]]:
        with node.database.reading() as work:
            return [(one.local_id, one.way) for one in node.rooms.holdings.connections(work)]

    def outbox(self) -> list[EmailMessage]:
        found = sorted((self.school.settings.folder / "outbox").glob("*.eml"))
        letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in found]
        return [letter for letter in letters if isinstance(letter, EmailMessage)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    empty = str(tmp_path / "none")
    hub = make_node(tmp_path / "hub", "Invented Space", "authority", "intermediary", taxonomies=empty)
    more = {"authority": hub.did, "linking": LINKING, "taxonomies": empty}
    sender = "no-reply@university.example"
    with mail_server(tmp_path / "mail") as server:
        smtp = {"sender": sender, "host": "localhost", "port": server.port, "ca_file": "../mail/ca.pem"}
        university = make_node(tmp_path / "uni", "Invented University", "university", mail=smtp, **more)
        school = make_node(
            tmp_path / "school", "Invented School", "school", mail={"sender": sender, "outbox": True}, **more
        )
        believes = (TrustedIssuer(did=school.did, types=("StudentCredential",)),)
        terms = IdentifyingTerms.model_validate({"credentials": [{"type": "StudentCredential"}]})
        hub = hub.model_copy(update={"trusted_issuers": believes, "identifying": terms})
        ways = LinkingTerms.model_validate({"ways": ["mail", *WALLETS["ways"]], "credentials": WALLETS["credentials"]})
        university = university.model_copy(update={"trusted_issuers": believes, "linking": ways})
        with running(hub, university, school) as nodes:
            admit(*nodes)
            acquaint(*nodes)
            with nodes[0].database.writing() as work:
                alva = nodes[0].rooms.accounts.make(
                    work, name="Alva Exempelsson", kind=AccountKind.PERSON, language="sv", is_demo=True
                )
            yield Town(hub=nodes[0], university=nodes[1], school=nodes[2], server=server, alva=alva)


def code_in(letter: EmailMessage) -> str:
    found = CODE.search(letter.get_content())
    assert found is not None
    return found[0]


def test_a_letter_by_smtp_connects_a_person_and_the_journal_of_the_organisation_is_whole(town: Town) -> None:
    assert town.hub.rooms.spaces is not None
    links, did = town.hub.rooms.spaces.links, town.university.trust.did
    town.register(town.university, "u1", "alva@example.org")
    assert links.offer(did).ways == ("mail", "credential")
    links.ask_letter(town.alva, did, "nobody@example.org")
    links.ask_letter(town.alva, did, "Alva@Example.org")
    until(lambda: town.server.letters, "the letter arrived")
    [(to, letter)] = town.server.letters
    assert (to, town.server.encrypted) == ("alva@example.org", [True])
    assert "Invented Space" in letter.get_content()
    link = links.connect(town.alva, did, "Invented University", code_in(letter))
    assert (link.way, link.datasets) == ("mail", ("diplomas",))
    assert town.way(town.university) == [("u1", "mail")]
    assert town.way(town.school) == []
    found: Verdict = town.university.journal.verify(town.university.database)
    assert list(found.findings) == []


def test_a_person_does_it_all_in_a_browser_and_the_letter_lies_in_the_folder(town: Town) -> None:
    town.register(town.school, "s1", "alva@example.org")
    did = town.school.trust.did
    with httpx2.Client(base_url=town.hub.settings.address, follow_redirects=True) as browser:
        browser.post("/sign-in", data={"account": town.alva.id})
        found = CSRF.search(browser.get("/you").text)
        assert found is not None
        form = {"csrf": found[1], "organisation": did}
        ways = browser.post("/you/connect", data={**form, "do": "ways"})
        assert 'name="address"' in ways.text
        asked = browser.post("/you/connect/mail", data={**form, "address": "alva@example.org"})
        assert asked.status_code == 200
        assert 'id="code"' in asked.text
        until(town.outbox, "the letter lies in the folder")
        [letter] = town.outbox()
        connected = browser.post("/you/connect", data={**form, "code": code_in(letter)})
        assert connected.status_code == 200
        assert "Invented School" in browser.get("/you").text
        assert "Invented School" in browser.get("/log").text
    assert town.way(town.school) == [("s1", "mail")]


def test_a_wallet_connects_and_proves_in_a_browser_and_a_credential_alone_does_neither(town: Town) -> None:
    town.register(town.university, "u1", "alva@example.org")
    did, wallet, at = town.university.trust.did, Wallet(), now()
    card = wallet.given(town.school.trust.key, "StudentCredential", {"number": "u1"}, at=at)
    with httpx2.Client(base_url=town.hub.settings.address, follow_redirects=True) as browser:
        browser.post("/sign-in", data={"account": town.alva.id})
        found = CSRF.search(browser.get("/you").text)
        assert found is not None
        form = {"csrf": found[1], "organisation": did}
        for begin, shown in (
            ("/you/connect/wallet", "/you/connect/shown"),
            ("/you/proofs/wallet", "/you/proofs/shown"),
        ):
            audience, nonce = REQUEST.findall(browser.post(begin, data=form).text)
            refused = browser.post(shown, data={**form, "presentation": card})
            assert refused.status_code == 400
            assert "intyget ensamt" in refused.text
            old = wallet.shows(card, audience=audience, nonce=nonce, at=at)
            audience, nonce = REQUEST.findall(refused.text)
            assert browser.post(shown, data={**form, "presentation": old}).status_code == 400
            audience, nonce = REQUEST.findall(browser.post(begin, data=form).text)
            answer = wallet.shows(card, audience=audience, nonce=nonce, at=at)
            assert browser.post(shown, data={**form, "presentation": answer}).status_code == 200
        assert wallet.did in browser.get("/you/proofs").text
        assert "med ett intyg" in browser.get("/you").text
        gone = browser.post("/you/proofs/forget", data={**form, "identifier": wallet.did})
        assert wallet.did not in gone.text
    assert town.way(town.university) == [("u1", "credential")]


def test_a_refusal_is_said_in_the_persons_language_and_the_page_stays(town: Town) -> None:
    did = town.school.trust.did
    with httpx2.Client(base_url=town.hub.settings.address, follow_redirects=True) as browser:
        browser.post("/sign-in", data={"account": town.alva.id})
        found = CSRF.search(browser.get("/you").text)
        assert found is not None
        form = {"csrf": found[1], "organisation": did}
        wrong = browser.post("/you/connect/mail", data={**form, "address": "alva"})
        assert (wrong.status_code, "ingen e-postadress" in wrong.text) == (400, True)
        for _ in range(5):
            asked = browser.post("/you/connect/mail", data={**form, "address": "nobody@example.org"})
            assert asked.status_code == 200
        often = browser.post("/you/connect/mail", data={**form, "address": "nobody@example.org"})
        assert (often.status_code, "för många brev" in often.text) == (400, True)
        assert browser.post("/you/connect/wallet", data=form).status_code == 403
        stranger = browser.post(
            "/you/connect/mail", data={**form, "organisation": "did:web:x.example", "address": "a@b.c"}
        )
        assert stranger.status_code == 404
