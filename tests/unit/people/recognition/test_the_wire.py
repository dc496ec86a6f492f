"""Over the wire: the same bytes for a known and an unknown address, and nothing but well-formed messages of members."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.people.accounts import Account, AccountKind, Accounts
from skillspace.people.api import router as people_router
from skillspace.people.links import LinkMove, Links, Offer
from skillspace.people.links.messages import asked_of, datasets_of, offer_of, way_of
from skillspace.people.recognition import router
from skillspace.storage.database import Database
from skillspace.trust.consent import subject_for
from skillspace.trust.identity import PeerRefused
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.recognition.conftest import HUB, STRANGE, School, school_at
from tests.unit.people.recognition.wallet import Wallet
from tests.unit.people.wire import EMPLOYER, INTERMEDIARY, UNIVERSITY, Wire, application, authenticate

DOORS = ("letters", "nonces", "presentations")


class Both:
    """A school, an intermediary with one person, and the wire in between."""

    def __init__(self, folder: Path, clock: HeldClock) -> None:
        self.school: School = school_at(folder / "school", clock)
        self.ours = Database.in_folder(folder / "space", clock=clock)
        make_tables(self.ours)
        self.wire, database = Wire(), self.school.database
        recognition = self.school.recognition
        app = application(
            people_router(self.school.holdings, authenticate, database, recognition),
            router(recognition, authenticate, database),
        )
        self.client: TestClient = self.wire.add(UNIVERSITY, app)
        self.links = Links(self.wire.of(INTERMEDIARY), self.ours)  # type: ignore[arg-type]
        with self.ours.writing() as work:
            self.alva: Account = Accounts().make(work, name="Alva", kind=AccountKind.PERSON, language="sv")

    def post(self, door: str, body: object, caller: str = INTERMEDIARY):  # type: ignore[no-untyped-def]
        return self.client.post(f"/people/{door}", json=body, headers={"Authorization": f"Bearer {caller}"})

    def moves(self) -> list[tuple[LinkMove, str]]:
        with self.ours.reading() as work:
            return [(line.move, line.way) for line in self.links.log(work, self.alva.id)]


@pytest.fixture
def both(tmp_path: Path, clock: HeldClock):  # type: ignore[no-untyped-def]
    made = Both(tmp_path, clock)
    yield made
    made.ours.close()
    made.school.database.close()


def letter(address: str, subject: str = "urn:x:1") -> dict[str, str]:
    return {"purpose": "link", "subject": subject, "address": address, "language": "en"}


def test_known_unknown_shared_and_flooded_addresses_get_the_same_bytes(both: Both) -> None:
    answers = []
    addresses = ["alva@example.org", STRANGE, "nn@example.org", *["camille@example.org"] * 5]
    for number, address in enumerate(addresses):
        answer = both.post("letters", letter(address, f"urn:x:{number}"))
        both.school.work_off()
        headers = sorted((name, value) for name, value in answer.headers.items() if name != "date")
        answers.append((answer.status_code, answer.content, headers))
    assert answers == [(202, b'{"minutes":15}', answers[0][2])] * len(addresses)
    refused = []
    for number in range(len(addresses)):
        body = {"code": "AAAA-AAAA", "subject": f"urn:x:{number}"}
        answer = both.post("links", body)
        refused.append((answer.status_code, answer.content))
    assert len(set(refused)) == 1
    assert refused[0][0] == 403


def test_asking_does_the_same_work_in_the_database_for_known_and_unknown(both: Both) -> None:
    import sqlalchemy as sa  # noqa: PLC0415 - listens to one database

    seen: list[str] = []
    listen = lambda _c, _cursor, statement, _p, _context, _many: seen.append(statement)  # noqa: E731
    sa.event.listen(both.school.database.engine, "before_cursor_execute", listen)
    said = []
    for number, address in enumerate(("alva@example.org", STRANGE)):
        seen.clear()
        both.post("letters", letter(address, f"urn:x:{number}"))
        said.append(list(seen))
    assert said[0] == said[1] != []
    both.school.work_off()
    for number in range(2):
        seen.clear()
        both.post("links", {"code": "AAAA-AAAA", "subject": f"urn:x:{number}"})
        said.append(list(seen))
    assert said[2] == said[3] != []


def test_a_person_connects_by_mail_and_the_link_and_the_log_say_so(both: Both) -> None:
    assert both.links.offer(UNIVERSITY).ways == ("code", "mail", "credential")
    both.links.ask_letter(both.alva, UNIVERSITY, " alva@example.org ")
    both.school.work_off()
    [sent] = both.school.postbox.letters
    assert sent.language == "sv"
    link = both.links.connect(both.alva, UNIVERSITY, "Invented University", both.school.postbox.code())
    assert (link.way, link.datasets) == ("mail", ("diplomas",))
    subject = subject_for(both.alva.secret, UNIVERSITY)
    assert both.school.connected() == {(INTERMEDIARY, subject): ("s1", "mail")}
    assert both.moves() == [(LinkMove.CONNECTED, "mail")]
    with both.ours.reading() as work:
        dump = "".join(both_line for both_line in work.connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "example.org" not in dump


def test_a_person_connects_by_a_credential(both: Both) -> None:
    wallet, asked = Wallet(), both.links.ask_nonce(both.alva, UNIVERSITY)
    at = both.school.database.clock()
    card = wallet.given(both.school.ministry, "StudentCredential", {"studentNumber": "s2"}, at=at)
    shown = wallet.shows(card, audience=asked.audience, nonce=asked.nonce, at=at)
    link = both.links.show(both.alva, UNIVERSITY, "Invented University", f"\n{shown}\n")
    assert (link.way, both.moves()) == ("credential", [(LinkMove.CONNECTED, "credential")])


def test_what_the_organisation_takes_back_is_seen_and_stands_in_the_log(both: Both) -> None:
    both.links.ask_letter(both.alva, UNIVERSITY, "alva@example.org")
    both.school.work_off()
    link = both.links.connect(both.alva, UNIVERSITY, "Invented University", both.school.postbox.code())
    with both.school.database.writing() as work:
        both.school.recognition.disconnect(work, INTERMEDIARY, link.subject, by="organisation")
    assert both.links.refresh(both.alva.id, UNIVERSITY) is None
    assert both.moves() == [(LinkMove.TAKEN_BACK, "mail"), (LinkMove.CONNECTED, "mail")]


def test_an_organisation_that_knows_no_other_way_gives_out_codes(both: Both) -> None:
    both.wire.add(EMPLOYER, application(people_router(both.school.holdings, authenticate, both.school.database)))
    assert both.links.offer(EMPLOYER) == Offer(ways=("code",), credentials=(), minutes=15)


@pytest.mark.parametrize("caller", [EMPLOYER, "did:web:stranger.example", ""])
def test_only_a_member_that_is_an_intermediary_may_ask(both: Both, caller: str) -> None:
    for door in DOORS:
        assert both.post(door, letter("alva@example.org"), caller).status_code in (401, 403, 422)
    assert both.post("letters", letter("alva@example.org"), caller).status_code in (401, 403)
    headers = {"Authorization": f"Bearer {caller}"}
    assert both.client.get("/people/ways", headers=headers).status_code in (401, 403)
    both.school.work_off()
    assert both.school.postbox.letters == []


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "marketing"},
        {"purpose": None},
        {"subject": ""},
        {"subject": "a b"},
        {"subject": "a\x00b"},
        {"address": "alva"},
        {"address": ["alva@example.org"]},
        {"address": "alva@example.org\r\nBcc: x@example.org"},
        {"language": "tlh\n"},
        {"extra": 1},
    ],
)
def test_a_broken_message_is_refused_and_not_repeated(both: Both, change: dict[str, object]) -> None:
    answer = both.post("letters", letter("alva@example.org") | change)
    assert answer.status_code in (400, 422)
    both.school.work_off()
    assert both.school.postbox.letters == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["purpose", "subject", "address", "language", "presentation", "code"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*DOORS, "links"]), st.binary(max_size=60) | st.dictionaries(NAMES, JSON, max_size=5))
def test_nothing_that_comes_over_the_wire_breaks_the_doors(both: Both, door: str, body: object) -> None:
    headers = {"Authorization": f"Bearer {INTERMEDIARY}", "Content-Type": "application/json"}
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    answer = both.client.post(f"/people/{door}", headers=headers, **content)  # type: ignore[arg-type]
    assert 400 <= answer.status_code < 500


@given(st.dictionaries(st.sampled_from(["ways", "credentials", "minutes", "nonce", "audience", "until", "way"]), JSON))
def test_an_answer_is_read_or_refused(answer: dict[str, object]) -> None:
    assert way_of(answer) in ("code", "mail", "credential")
    for read in (offer_of, asked_of, datasets_of):
        try:
            read(answer)
        except BadInput:
            continue


def test_a_refusal_carries_the_organisations_own_reason(both: Both) -> None:
    for _ in range(5):
        both.links.ask_letter(both.alva, UNIVERSITY, STRANGE)
    with pytest.raises(PeerRefused) as no:
        both.links.ask_letter(both.alva, UNIVERSITY, STRANGE)
    assert (no.value.status, no.value.body["code"]) == (429, "TooManyLetters")
    with pytest.raises(PeerRefused) as shown:
        both.links.show(both.alva, UNIVERSITY, "Invented University", "x")
    assert shown.value.body["code"] == "BadInput"
    assert both.school.connected() == {}
    assert HUB == INTERMEDIARY
