"""A list counts when its signature holds, it has an end that has not come, and its signer is one whose lists count."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, SkillspaceError
from skillspace.storage.database import Database
from skillspace.trust.issuers import Matter, Outcome
from skillspace.trust.issuers.accreditation import Accreditation, line_of
from skillspace.trust.issuers.lists import (
    TYPE,
    AccreditationList,
    ListEnded,
    accreditations_of,
    read_list,
    signer_of,
    write_list,
)
from skillspace.trust.issuers.store import AccreditationLists, Accreditor, NotAnAccreditor, OlderList
from skillspace.wire.jose import SigningKey, TokenNotYetValid, sign_jwt
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.tables import make_tables

AGENCY, SCHOOL, OWN = "did:web:agency.example", "did:web:school.example", "did:web:us.example"
KEY = SigningKey.generate(f"{AGENCY}#key-1")
YEAR = timedelta(days=365)
ONE = Accreditation(names=(SCHOOL, "VATSE-556677889901"), organisation="A school", by="An agency", levels=(4,))


def key(did: str, kid: str) -> Mapping[str, object]:
    if (did, kid) != (AGENCY, KEY.kid):
        raise InvalidSignature(f"{did} has no key {kid}.")
    return KEY.public_jwk()


def token(*accreditations: Accreditation, name: str = "2026", days: int = 0, signer: str = AGENCY) -> str:
    at = NOON + timedelta(days=days)
    return write_list(accreditations or (ONE,), name=name, signer=signer, key=KEY, at=at, until=at + YEAR)


def claims(**changes: object) -> dict[str, Any]:
    whole = {
        "iss": AGENCY,
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + YEAR).timestamp()),
        "list": "2026",
        "accreditations": [{"names": [SCHOOL], "organisation": "A school", "by": "An agency"}],
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def test_a_list_is_read_as_it_was_signed() -> None:
    found = read_list(f"{token()}\n", key, NOON)
    assert (found.signer, found.name, found.accreditations) == (AGENCY, "2026", (ONE,))
    assert (found.issued, found.until) == (NOON, NOON + YEAR)
    assert signer_of(token()) == AGENCY


def test_a_list_that_ran_out_or_has_not_begun_is_refused() -> None:
    with pytest.raises(ListEnded, match="2026"):
        read_list(token(), key, NOON + YEAR)
    with pytest.raises(TokenNotYetValid):
        read_list(token(days=2), key, NOON)
    with pytest.raises(BadInput, match="before it begins"):
        write_list([ONE], name="x", signer=AGENCY, key=KEY, at=NOON, until=NOON)


def test_another_key_and_another_signer_are_refused() -> None:
    stranger = SigningKey.generate(KEY.kid)
    with pytest.raises(InvalidSignature):
        read_list(sign_jwt(claims(), stranger, typ=TYPE), key, NOON)
    with pytest.raises(InvalidSignature, match="belongs to"):
        read_list(sign_jwt(claims(iss=SCHOOL), KEY, typ=TYPE), key, NOON)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"iat": None},
        {"iss": "school"},
        {"list": ""},
        {"more": 1},
        {"accreditations": "all"},
        {"accreditations": [{"organisation": "A school", "by": "An agency"}]},
        {"accreditations": [{"names": [], "organisation": "A school", "by": "An agency"}]},
        {"accreditations": [{"names": [SCHOOL], "organisation": "A", "by": "B", "levels": [9]}]},
        {"accreditations": [{"names": [SCHOOL], "organisation": "A", "by": "B", "levels": ["4"]}]},
        {"accreditations": [{"names": [SCHOOL], "organisation": "A", "by": "B", "until": "2027-01-01"}]},
        {"accreditations": [{"names": [SCHOOL], "organisation": "A", "by": "B", "anything": []}]},
    ],
)
def test_a_list_that_is_unclear_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="no accreditation list"):
        read_list(sign_jwt(claims(**changes), KEY, typ=TYPE), key, NOON)


def test_a_token_that_does_not_say_that_it_is_a_list_is_none() -> None:
    with pytest.raises(BadInput):
        read_list(sign_jwt(claims(), KEY), key, NOON)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda it: st.lists(it) | st.dictionaries(st.text(max_size=9), it),
    )
)
def test_any_json_is_a_list_of_accreditations_or_refused(content: object) -> None:
    try:
        found = accreditations_of(json.loads(json.dumps(content)))
    except SkillspaceError:
        return
    assert all(isinstance(each, Accreditation) for each in found)


@given(st.text(max_size=200))
def test_any_text_is_a_list_or_refused(text: str) -> None:
    with pytest.raises(SkillspaceError):
        read_list(text, key, NOON)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database.in_folder(tmp_path, clock=HeldClock())
    make_tables(found)
    yield found
    found.close()


def lists(*accreditors: str) -> AccreditationLists:
    named = [Accreditor(did=did, name="An agency") for did in accreditors]
    return AccreditationLists(named, own_did=OWN, own_name="Us")


def outcome(database: Database, kept: AccreditationLists, name: str = SCHOOL) -> Outcome:
    with database.reading() as work:
        return line_of(kept.said_of(work, [name]), Matter(levels=frozenset({4})), work.now).outcome


def taken(database: Database, kept: AccreditationLists, found: AccreditationList) -> None:
    with database.writing() as work:
        kept.take(work, found)


def test_a_list_of_a_signer_who_is_not_configured_counts_for_nothing(database: Database) -> None:
    found = read_list(token(), key, NOON)
    with pytest.raises(NotAnAccreditor, match="accreditors"):
        taken(database, lists(), found)
    assert outcome(database, lists()) is Outcome.NO
    taken(database, lists(AGENCY), found)
    assert outcome(database, lists(AGENCY)) is Outcome.YES
    assert outcome(database, lists(AGENCY), "VATSE-556677889901") is Outcome.YES
    # Taken out of the settings, the signer says nothing any more, whatever lies here.
    assert outcome(database, lists()) is Outcome.NO
    with database.reading() as work:
        assert [each.counts for each in lists().kept(work)] == [False]


def test_a_newer_list_replaces_the_older_whole_and_an_older_none(database: Database) -> None:
    kept = lists(AGENCY)
    taken(database, kept, read_list(token(), key, NOON))
    other = ONE.model_copy(update={"names": ("did:web:other.example",)})
    taken(database, kept, read_list(token(other, days=1), key, NOON + timedelta(days=2)))
    assert outcome(database, kept) is Outcome.NO
    assert outcome(database, kept, "did:web:other.example") is Outcome.YES
    with pytest.raises(OlderList):
        taken(database, kept, read_list(token(), key, NOON))
    taken(database, kept, read_list(token(name="another"), key, NOON))
    assert outcome(database, kept) is Outcome.YES


def test_a_list_that_is_removed_says_nothing(database: Database) -> None:
    kept = lists(AGENCY)
    taken(database, kept, read_list(token(), key, NOON))
    with database.writing() as work:
        kept.remove(work, AGENCY, "2026", must_be=True)
        with pytest.raises(NotFound):
            kept.remove(work, AGENCY, "2026", must_be=True)
    assert outcome(database, kept) is Outcome.NO
