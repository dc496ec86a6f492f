"""Pages of the connector: offerings from publishing to withdrawal, agreements, transfers, peers, and dead letters."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from skillspace.exchange import NegotiationState, Offering, TransferState
from skillspace.exchange.catalog import store as crawled
from skillspace.exchange.catalog.model import CrawledOffering
from skillspace.exchange.negotiation import store as contracts
from skillspace.exchange.outbox import TASK as SEND
from skillspace.exchange.outbox import outgoing
from skillspace.exchange.transfer import store as carried
from skillspace.exchange.transfer.model import Transfer
from skillspace.storage.database import Work, tasks
from skillspace.trust.policy import Facts, offer_rules
from skillspace.trust.policy.decisions import About, Judge
from tests.unit.portal.pages.organisation.conftest import PEER, Office
from tests.unit.portal.pages.organisation.forms import send
from tests.unit.portal.pages.organisation.test_long_tables import agreement, negotiation

EVIL = '<script>alert("x")</script>'
EDIT = "/org/offering/edit"
ONE = "/org/offering?id=courses"
PURPOSE = {"purpose.purposes": ["orientation"]}


def offering(work: Work, name: str = "courses", **more: Any) -> Offering:
    facts: dict[str, Any] = {
        "id": name,
        "title": {"en": f"Title of {name}", "sv": f"Rubrik {name}"},
        "description": {},
        "kinds": (),
        "personal": False,
        "purposes": ("guidance",),
        "media_type": "text/csv",
        "policy": offer_rules(purposes=["guidance"]),
        "updated": work.now,
    }
    return Offering(**facts | more)


def publish(office: Office, name: str = "courses", **more: Any) -> None:
    office.write(lambda work: office.rooms.exchange.catalog.publish(work, offering(work, name, **more)))


def offered(office: Office, name: str = "courses") -> Offering | None:
    with office.rooms.database.reading() as work:
        return office.rooms.exchange.catalog.offering(work, name)


def waiting(office: Office) -> list[str]:
    with office.rooms.database.reading() as work:
        return [row["action"] for row in work.rows(outgoing.select().order_by(outgoing.c.position))]


def test_an_offering_is_published_changed_and_withdrawn_from_the_page(office: Office) -> None:
    texts = {"title-en": EVIL, "text-en": "All of them", "kinds": "badge, diploma", "others": PEER.did}
    status, where = send(office, EDIT, "", id="courses", role=["school"], format=["HttpData-PULL"], **texts)
    assert (status, where) == (303, "/org/offering?id=courses&done=published")
    found = offered(office)
    assert found is not None
    assert (found.title, found.kinds, found.visible_to) == (
        {"en": EVIL},
        ("badge", "diploma"),
        ("role:school", PEER.did),
    )
    page = office.get(ONE)
    assert EVIL not in page
    assert "&#34;@type&#34;: &#34;Dataset&#34;" in page
    assert "school and Lycée Jean Exemple" in page
    assert "not for everybody" in office.get("/org/offerings")
    change = {"title-en": "Courses", "delete-after.period": "90"}
    status, _ = send(office, f"{EDIT}?id=courses", "", rule=["purpose", "delete-after"], **change, **PURPOSE)
    assert status == 303
    changed = offered(office)
    assert changed is not None
    assert changed.policy == offer_rules(purposes=["orientation"], keep_days=90)
    assert changed.purposes == ("orientation",)
    assert changed.visible_to == found.visible_to
    assert send(office, ONE, "withdraw") == (303, "/org/offerings?done=withdrawn")
    assert offered(office) is None
    log = office.get("/org/log")
    assert all(words in log for words in ("Offering published", "Offering changed", "Offering withdrawn"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title-en": "", "id": "x"}, "needs a title"),
        ({"title-en": "T", "id": "has space"}, "without spaces"),
        ({"title-en": "T", "id": "courses"}, "in use already"),
        ({"title-en": "T", "id": "x", "retention": "soon"}, "number of days"),
        ({"title-en": "T", "id": "x", "others": "everybody"}, "name a DID"),
        ({"title-en": "T", "id": "x", "format": []}, "needs a format"),
        ({"title-en": "T", "id": "x", "as": "json", "rules": "{"}, "cannot be read as a policy"),
    ],
)  # fmt: skip
def test_what_cannot_be_published_is_said_and_what_was_written_stays(office: Office, fields: Any, why: str) -> None:
    publish(office)
    status, page = send(office, EDIT, "", **{"text-en": "Stays here", "format": ["HttpData-PULL"]} | fields)
    assert status == 400
    problem = re.search(r'<p class="problem"[^>]*>(.*?)</p>', page)
    assert problem is not None
    assert why in problem.group(1)
    assert "Stays here" in page
    assert offered(office, "x") is None


def test_data_behind_an_offering_come_from_below_the_nodes_files_only(office: Office) -> None:
    publish(office)
    assert send(office, ONE, "source", path="courses.csv")[0] == 303
    with office.rooms.database.reading() as work:
        assert office.rooms.exchange.data_sources.listed(work)[0].settings["path"] == "courses.csv"
    for path in ("/etc/passwd", "../keys.json", "a/../../keys.json", "", "."):
        assert send(office, ONE, "source", path=path)[0] == 400, path
    assert send(office, ONE, "source", path="x", kind="sql")[0] == 400
    publish(office, "people", personal=True)
    assert "Set where the data come from" not in office.get("/org/offering?id=people")


def test_an_offering_is_proposed_to_a_member(office: Office) -> None:
    publish(office)
    status, where = send(office, ONE, "propose")
    assert status == 303
    page = office.get(where.split("?")[0])
    assert "Offered" in page
    assert "Terms as in the catalogue" in page
    assert PEER.name in page
    assert waiting(office) == ["offers"]
    assert send(office, ONE, "propose", peer=office.rooms.did)[0] == 400


def test_ten_thousand_offerings_are_no_slower_than_a_page(office: Office) -> None:
    def fill(work: Work) -> None:
        many = (offering(work, f"set-{number:05}", kinds=("badge",) if number % 2 else ()) for number in range(10_000))
        office.rooms.exchange.catalog.publish_many(work, many)

    office.write(fill)
    first = office.get("/org/offerings")
    assert "Page 1 of 200" in first
    assert "set-00000" in first
    assert "set-09999" in office.get("/org/offerings?sort=title&down=1")
    assert "Title of set-07777" in office.get("/org/offerings?q=RUBRIK+set-07777")
    assert "Title of" not in office.get("/org/offerings?q=100%25_nothing")
    took = []
    for query in ("", "?sort=kind", "?sort=changed&page=100", "?sort=agreements&down=1", "?q=title"):
        began = time.perf_counter()
        office.get(f"/org/offerings{query}")
        took.append(time.perf_counter() - began)
    assert sorted(took)[2] < 0.3, took


def test_an_agreement_shows_its_parties_terms_transfers_and_decisions(office: Office) -> None:
    name = "urn:x:agreement/1?a=b"

    def fill(work: Work) -> None:
        policy = offer_rules(purposes=["guidance"], keep_days=90)
        one = contracts.add(work, negotiation(work, 1))
        made = agreement(work, name, consumer=office.rooms.did, policy=policy)
        contracts.add_agreement(work, one, made)
        contracts.put_in_force(work, one, True)
        carried.add(work, transfer(work, agreement=name))
        about = About(dataset="school-record", peer=PEER.did, agreement=name)
        facts = Facts(at=work.now, purpose="marketing", agreed=work.now)
        Judge().decide(work, policy, facts, about)

    office.write(fill)
    listed = office.get("/org/agreements")
    href = re.search(r'href="(/org/agreement\?[^"]+)"', listed)
    assert href is not None
    page = office.get(href.group(1).replace("&amp;", "&"))
    assert "Only for: guidance." in page
    assert "Copies must be deleted within 90 days" in page
    assert "/org/transfers/urn:uuid:t" in page
    assert "/org/negotiations/urn:uuid:1" in page
    assert "Refused" in page
    assert office.clients["operator"].get("/org/agreement?id=nothing").status_code == 404


def transfer(work: Work, **more: Any) -> Transfer:
    facts: dict[str, Any] = {
        "pid": "urn:uuid:t",
        "role": "provider",
        "peer": PEER.did,
        "peer_pid": "theirs",
        "callback": None,
        "version": "2025-1",
        "agreement": "a1",
        "dataset": "courses",
        "format": "HttpData-PULL",
        "reference": None,
        "address": None,
        "token_hash": "0" * 64,
        "state": TransferState.STARTED,
        "reason": None,
        "made": work.now - timedelta(hours=1),
        "changed": work.now - timedelta(minutes=30),
    }
    return Transfer(**facts | more)


def test_a_transfer_is_paused_resumed_and_ended_with_reasons(office: Office) -> None:
    path = "/org/transfers/urn:uuid:t"
    office.write(lambda work: carried.add(work, transfer(work)))
    page = office.get(path)
    assert all(words in page for words in ("Pause</button>", "Mark as complete</button>", "End the transfer</button>"))
    without = office.clients["operator"].post(path, data={"csrf": office.csrf("operator"), "do": "suspend"})
    assert without.status_code == 400
    assert send(office, path, "suspend", why="Maintenance tonight")[0] == 303
    page = office.get(path)
    steps = page[page.index("Step by step") :]
    assert steps.index("Requested") < steps.index("Paused") < steps.index("Maintenance tonight")
    assert "Mark as complete</button>" not in page
    assert send(office, path, "resume")[0] == 409, "the other side does not know of the pause yet"
    office.write(lambda work: work.delete(outgoing, outgoing.c.process == "urn:uuid:t"))
    assert send(office, path, "resume")[0] == 303
    assert send(office, path, "terminate", why="Not needed any more")[0] == 303
    page = office.get(path)
    assert "It is over" in page
    assert "Not needed any more" in page
    late = office.clients["operator"].post(path, data={"csrf": office.csrf("operator"), "do": "complete"})
    assert late.status_code == 409


def test_peers_are_members_known_ones_and_whoever_was_dealt_with(office: Office) -> None:
    def fill(work: Work) -> None:
        contracts.add(work, negotiation(work, 1, peer="did:web:else.example"))
        crawled.note_failure(work, PEER.did, "PeerUnreachable: <gone>")
        found = CrawledOffering(
            provider=PEER.did,
            id="school-record",
            title={"en": EVIL},
            description={},
            kinds=(),
            personal=True,
            purposes=(),
            media_type="",
            formats=(),
            offer={"@id": "urn:uuid:o", "@type": "Offer", **offer_rules(purposes=["gather"])},
            retention_days=None,
            updated=None,
            seen_at=work.now,
        )
        crawled.replace_crawled(work, PEER.did, [found])

    office.write(fill)
    page = office.get("/org/peers")
    assert PEER.name in page
    assert "did:web:else.example" in page
    assert "not a member" in page
    assert office.rooms.did not in page[page.index("<table") :]
    assert "else.example" not in office.get("/org/peers?q=jean")
    one = f"/org/peer?id={PEER.did}"
    page = office.get(one)
    assert EVIL not in page
    assert "school-record" in page
    assert send(office, one, "ask")[1].startswith("/org/negotiations/urn:uuid:")
    assert waiting(office) == ["request"]
    assert office.clients["operator"].get(f"/org/peer?{urlencode({'id': office.rooms.did})}").status_code == 404


def test_a_peer_is_examined_and_the_page_says_what_to_mend(office: Office) -> None:
    one = "/org/peer?id=did:web:no-such-name.invalid"
    assert send(office, one, "examine")[0] == 303
    page = office.get(one)
    assert "Looking: 0 of 11 checks done." in page
    assert 'data-reload="1"' in page
    while office.node.worker.run_due():
        pass
    page = office.get(one)
    assert "Something is wrong." in page
    assert "leads nowhere" in page
    assert "Check the spelling" in page
    assert "data-reload" not in page
    assert "Peer examined" in office.get("/org/log")
    assert "Wrong" in office.get("/org/peers")


def dead_message(office: Office) -> None:
    """Leave two messages of one negotiation, the first of which failed for good."""

    def fill(work: Work) -> None:
        contracts.add(work, negotiation(work, 1, state=NegotiationState.AGREED))
        for number, action in enumerate(("agreement/verification", "termination"), 1):
            row = {"id": f"m{number}", "room": "negotiations", "process": "urn:uuid:1", "position": number}
            row |= {"action": action, "leads_to": "VERIFIED", "body": {}, "is_initial": False, "made": work.now}
            work.insert(outgoing, row)
        task = {"id": "t1", "name": SEND, "key": "m1", "payload": {"message": "m1"}, "state": "dead", "attempts": 8}
        work.insert(tasks, task | {"due": work.now, "made": work.now, "last_error": "BadInput: <odd>"})

    office.write(fill)


def test_a_dead_message_names_its_process_and_is_sent_again(office: Office) -> None:
    dead_message(office)
    page = office.get("/org/log")
    assert "exchange.send · agreement/verification" in page
    assert 'href="/org/negotiations/urn:uuid:1"' in page
    assert PEER.name in page
    assert "&lt;odd&gt;" in page
    assert "1 message to it failed for good" in office.get(f"/org/peer?id={PEER.did}")
    assert office.post("/org/log", letter="t1", do="retry") == "/org/log?done=task-again"
    assert waiting(office) == ["agreement/verification", "termination"]


def test_a_dead_message_that_is_given_up_lets_the_next_one_go(office: Office) -> None:
    dead_message(office)
    office.post("/org/log", letter="t1", do="drop")
    assert waiting(office) == ["termination"]
    with office.rooms.database.reading() as work:
        assert [row["payload"] for row in work.rows(tasks.select().where(tasks.c.name == SEND))] == [{"message": "m2"}]


def test_the_process_of_a_dead_message_is_ended_from_the_log(office: Office) -> None:
    dead_message(office)
    assert office.post("/org/log", letter="t1", do="end") == "/org/log?done=process-ended"
    assert "Our messages could not be delivered." in office.get("/org/negotiations/urn:uuid:1")
    assert waiting(office) == ["termination", "termination"]
    assert "Process ended with its task" in office.get("/org/log")
    gone = office.clients["operator"].post(
        "/org/log", data={"csrf": office.csrf("operator"), "letter": "t1", "do": "end"}
    )
    assert gone.status_code == 404


def test_a_task_without_a_process_cannot_end_one(office: Office) -> None:
    row = {"id": "t1", "name": "catalog.crawl", "key": "c", "payload": {"provider": PEER.did}, "state": "dead"}
    office.write(
        lambda work: work.insert(tasks, row | {"attempts": 8, "due": work.now, "made": work.now, "last_error": "x"})
    )
    page = office.get("/org/log")
    assert "End the process" not in page
    assert PEER.name in page
    answer = office.clients["operator"].post(
        "/org/log", data={"csrf": office.csrf("operator"), "letter": "t1", "do": "end"}
    )
    assert answer.status_code == 404


def test_terms_that_say_too_little_are_shown_with_a_warning(office: Office) -> None:
    odd = {"leftOperand": "x", "operator": "eq", "rightOperand": "y"}
    publish(office, policy={"permission": [{"action": "use", "constraint": [odd]}]})
    page = office.get(ONE)
    assert "Worth a second look" in page
    assert office.clients["operator"].get("/org/offering?id=").status_code == 404
