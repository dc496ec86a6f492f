"""Holdings: documents by person, data set and kind, and codes that connect once and cannot be guessed."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.people.holdings import (
    AlreadyLinked,
    HeldDocument,
    HeldPerson,
    Holdings,
    TooManyAttempts,
    WrongCode,
    bundle,
    read_bundle,
    write_bundle,
)
from skillspace.people.holdings.model import ALPHABET, new_link_code, part_name, plain_code
from skillspace.people.holdings.service import CODE_LASTS, TRIES
from skillspace.storage.database import Database, Work
from tests.conftest import NOON
from tests.small_space import HeldClock

SPACE, OTHER_SPACE = "did:web:space.example", "did:web:other-space.example"
ALVA, CAMILLE = "urn:skillspace:subject:alva", "urn:skillspace:subject:camille"


@pytest.fixture
def holdings(database: Database) -> Holdings:
    holdings = Holdings()
    with database.writing() as work:
        for number, name in (("s1", "Alva Exempelsson"), ("s2", "Camille Exemplaire")):
            holdings.add_person(work, HeldPerson(local_id=number, name=name))
        put(work, "d1", kind="diploma")
        put(work, "b1", kind="badge")
        put(work, "t1", kind="transcript", dataset="transcripts")
        put(work, "d2", local_id="s2")
    return holdings


def put(
    work: Work, document_id: str, *, local_id: str = "s1", dataset: str = "diplomas", kind: str = "diploma"
) -> None:
    Holdings().add_document(
        work,
        local_id=local_id,
        dataset=dataset,
        document_id=document_id,
        kind=kind,
        media_type="application/jwt",
        body=document_id.encode(),
    )


def documents(work: Work, subject: str = ALVA, *kinds: str, dataset: str = "diplomas") -> list[str]:
    found = Holdings().documents_for(work, intermediary=SPACE, subject=subject, dataset=dataset, kinds=kinds)
    return [document.id for document in found]


def test_a_code_connects_a_person_and_says_where_something_is_held(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        code = holdings.new_code(work, "s1")
        assert holdings.redeem(work, SPACE, code, ALVA) == {"datasets": ["diplomas", "transcripts"]}
        assert documents(work, ALVA, "diploma", "badge") == ["b1", "d1"]
        assert list(holdings.connected(work)) == ["s1"]


def test_only_the_released_kinds_of_one_data_set_and_one_person_are_opened(
    database: Database, holdings: Holdings
) -> None:
    with database.writing() as work:
        holdings.redeem(work, SPACE, holdings.new_code(work, "s1"), ALVA)
        assert documents(work, ALVA, "badge") == ["b1"]
        assert documents(work, ALVA) == []
        assert documents(work, ALVA, "diploma", "transcript") == ["d1"]
        with pytest.raises(NotFound):
            documents(work, CAMILLE, "diploma")
        with pytest.raises(NotFound):
            holdings.documents_for(work, intermediary=OTHER_SPACE, subject=ALVA, dataset="diplomas", kinds=["diploma"])


def test_a_code_is_for_one_person_once(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        code = holdings.new_code(work, "s1")
        first = holdings.redeem(work, SPACE, code, ALVA)
        assert holdings.redeem(work, SPACE, code, ALVA) == first  # the first answer may have been lost
        for intermediary, subject in ((SPACE, CAMILLE), (OTHER_SPACE, ALVA)):
            with pytest.raises(WrongCode):
                holdings.redeem(work, intermediary, code, subject)


def test_a_code_ends_with_its_time_and_with_the_next_one(
    database: Database, holdings: Holdings, clock: HeldClock
) -> None:
    with database.writing() as work:
        replaced = holdings.new_code(work, "s1")
        late = holdings.new_code(work, "s1")
        with pytest.raises(WrongCode):
            holdings.redeem(work, SPACE, replaced, ALVA)
    clock.at += CODE_LASTS
    with database.writing() as work, pytest.raises(WrongCode):
        holdings.redeem(work, SPACE, late, ALVA)


def test_a_space_is_connected_to_one_person_only(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        holdings.redeem(work, SPACE, holdings.new_code(work, "s1"), ALVA)
        with pytest.raises(AlreadyLinked):
            holdings.redeem(work, SPACE, holdings.new_code(work, "s2"), ALVA)


def test_the_newest_connection_of_a_person_counts(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        holdings.redeem(work, SPACE, holdings.new_code(work, "s1"), "old-space")
        holdings.redeem(work, SPACE, holdings.new_code(work, "s1"), ALVA)
        with pytest.raises(NotFound):
            documents(work, "old-space", "diploma")
        assert documents(work, ALVA, "diploma") == ["d1"]


def test_who_disconnects_is_forgotten_and_needs_a_new_code(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        code = holdings.new_code(work, "s1")
        holdings.redeem(work, SPACE, code, ALVA)
        holdings.disconnect(work, SPACE, ALVA)
        with pytest.raises(NotFound):
            holdings.held_for(work, SPACE, ALVA)
        with pytest.raises(WrongCode):
            holdings.redeem(work, SPACE, code, ALVA)


def test_guessing_stops_after_five_tries_and_starts_again_after_a_while(
    database: Database, holdings: Holdings, clock: HeldClock
) -> None:
    for _ in range(TRIES):
        with database.writing() as work:
            holdings.count_attempt(work, SPACE, ALVA)
    for _ in range(2):
        with database.writing() as work, pytest.raises(TooManyAttempts):
            holdings.count_attempt(work, SPACE, ALVA)
    with database.writing() as work:
        holdings.count_attempt(work, SPACE, CAMILLE)
        holdings.count_attempt(work, OTHER_SPACE, ALVA)
    clock.at += timedelta(minutes=15)
    with database.writing() as work:
        holdings.count_attempt(work, SPACE, ALVA)


def test_one_intermediary_cannot_try_without_end_under_many_names(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        for number in range(300):
            holdings.count_attempt(work, SPACE, f"name-{number}")
        with pytest.raises(TooManyAttempts):
            holdings.count_attempt(work, SPACE, "one-more")
        holdings.count_attempt(work, OTHER_SPACE, "another")


def test_the_database_holds_no_code_that_would_connect(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        code = holdings.new_code(work, "s1")
        stored = str(work.connection.exec_driver_sql("SELECT * FROM link_code").fetchall())
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_a_document_again_replaces_itself_and_never_changes_hands(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        put(work, "d1", kind="transcript")
        holdings.redeem(work, SPACE, holdings.new_code(work, "s1"), ALVA)
        assert documents(work, ALVA, "transcript") == ["d1"]
        with pytest.raises(Conflict):
            put(work, "d1", local_id="s2")
        with pytest.raises(NotFound):
            put(work, "d9", local_id="nobody")
        holdings.remove_document(work, "diplomas", "d1")
        assert documents(work, ALVA, "transcript", "diploma") == []


def test_removing_a_person_removes_all_of_theirs(database: Database, holdings: Holdings) -> None:
    with database.writing() as work:
        code = holdings.new_code(work, "s1")
        holdings.remove_person(work, "s1")
        with pytest.raises(WrongCode):
            holdings.redeem(work, SPACE, code, ALVA)
        assert [person.local_id for person in holdings.people(work)] == ["s2"]
        left = work.connection.exec_driver_sql("SELECT local_id FROM held_document").scalars().all()
    assert left == ["s2"]


def test_a_code_is_read_however_a_person_types_it() -> None:
    code = new_link_code()
    assert len(code) == 9
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code} ", code.replace("-", "")):
        assert plain_code(typed) == code.replace("-", "")


@given(typed=st.text(max_size=30))
def test_any_text_is_a_code_or_none(typed: str) -> None:
    meant = plain_code(typed)
    assert meant is None or (len(meant) == 8 and set(meant) <= set(ALPHABET))


@given(subject=st.text(max_size=300).filter(lambda text: not text or len(text) > 200 or not text.isprintable()))
def test_a_subject_that_is_no_identifier_is_refused(subject: str) -> None:
    with pytest.raises(BadInput):
        Holdings().redeem(None, SPACE, "K7QF-2MXA", subject)  # type: ignore[arg-type]


PARTS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "b#0000001", "å", "b!"]), st.integers(1, 12), st.binary(max_size=60)),
    max_size=20,
    unique_by=lambda one: part_name(one[0], one[1]),
)


@given(PARTS, st.integers(1, 900), st.integers(1, 5))
def test_every_part_of_a_document_is_in_one_bundle_whatever_goes_into_one(
    parts: list[tuple[str, int, bytes]], full: int, most: int
) -> None:
    held = [
        HeldDocument(
            id=name,
            local_id="s1",
            dataset="d",
            kind="badge",
            media_type="text/plain",
            body=body,
            updated=NOON,
            part=part,
        )
        for name, part, body in parts
    ]
    found, after = [], ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "FULL_BYTES", full)
        patch.setattr(bundle, "MAX_RECORDS", most)
        while True:
            one = read_bundle(write_bundle("urn:x:s", reversed(held), after))
            assert len(one.records) <= most
            found += [(record.id, record.part, record.body()) for record in one.records]
            if one.more is None:
                break
            assert one.more > after
            after = one.more
    assert sorted(found) == sorted(parts)


def test_two_parts_of_one_name_are_refused() -> None:
    record = {"id": "a", "kind": "badge", "mediaType": "text/plain", "document": "x"}
    for other in (record, {**record, "id": "a", "part": 1}):
        told = {"@type": "RecordBundle", "subject": "s", "records": [record, other]}
        with pytest.raises(BadInput, match="same id"):
            read_bundle(orjson.dumps(told))
    for part in (0, 1_000_001, "2"):
        told = {"@type": "RecordBundle", "subject": "s", "records": [record | {"part": part}]}
        with pytest.raises(BadInput, match="part"):
            read_bundle(orjson.dumps(told))
