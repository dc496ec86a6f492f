"""What can be published: offerings, their offers, and who is named to see them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.catalog.model import check_offering, offer_of, offers_of
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer
from tests.tables import make_tables
from tests.unit.exchange.catalog.shops import POLICY, Shop, offering

SCHOOL = "did:web:school.example"
SOMEBODY = Peer(did="did:web:somebody.example", name="Somebody", roles=frozenset())
OTHER_RULES = {"prohibition": [{"action": "use"}]}


def test_an_offer_keeps_its_id_until_its_rules_change() -> None:
    first = offer_of(SCHOOL, offering())
    assert offer_of(SCHOOL, offering(title={"en": "Other words"})) == first
    assert offer_of(SCHOOL, offering(policy=POLICY | OTHER_RULES))["@id"] != first["@id"]
    assert offer_of("did:web:other.example", offering())["@id"] != first["@id"]
    assert offer_of(SCHOOL, offering("another"))["@id"] != first["@id"]
    assert offer_of(SCHOOL, offering(offer_id="fixed:by:hand")) == first | {"@id": "fixed:by:hand"}


def test_a_dataset_may_be_had_under_other_rules_too() -> None:
    first, second = offers_of(SCHOOL, offering(other_policies=(OTHER_RULES,)))
    assert first == offer_of(SCHOOL, offering())
    assert second["prohibition"] == OTHER_RULES["prohibition"]
    assert first["@id"] != second["@id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "with space"},
        {"id": ""},
        {"title": {}},
        {"title": {"not a language": "x"}},
        {"formats": ()},
        {"formats": ("Carrier-Pigeon",)},
        {"formats": ("HttpData-PULL", "HttpData-PULL")},
        {"policy": {}},
        {"policy": POLICY | {"target": "diplomas"}},
        {"other_policies": ({},)},
        {"other_policies": (POLICY,)},
        {"retention_days": -1},
        {"visible_to": ("everybody",)},
        {"visible_to": ("did:web:a b",)},
        {"offer_id": "with space"},
    ],
)
def test_what_cannot_be_offered_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_offering(replace(offering(), **changes))


def test_what_was_published_is_there_word_by_word(school: Shop) -> None:
    full = offering(
        formats=("HttpData-PULL", "HttpData-PUSH"),
        other_policies=(OTHER_RULES,),
        visible_to=("role:agency", SCHOOL),
        offer_id="a:b:c",
    )
    school.publish(full, offering("plain"))
    with school.database.reading() as work:
        assert school.catalog.offering(work, "diplomas") == full
        assert [one.id for one in school.catalog.offerings(work)] == ["diplomas", "plain"]
        for offer in school.catalog.offers(full):
            assert school.catalog.offering_of(work, offer["@id"]) == "diplomas"
        assert school.catalog.offering_of(work, "unknown") is None


def test_publishing_again_changes_the_offer_and_forgets_the_old_one(school: Shop) -> None:
    school.publish(offering())
    school.publish(offering(policy=OTHER_RULES))
    with school.database.reading() as work:
        assert school.catalog.offering_of(work, offer_of(school.did, offering())["@id"]) is None
        assert school.catalog.offering_of(work, offer_of(school.did, offering(policy=OTHER_RULES))["@id"]) == "diplomas"


def test_two_offerings_cannot_share_an_offer(school: Shop) -> None:
    school.publish(offering(offer_id="one:for:all"))
    with pytest.raises(BadInput, match="belongs to another offering"):
        school.publish(offering("second", offer_id="one:for:all"))
    with pytest.raises(BadInput, match="share the offer"):
        school.publish(offering("third", offer_id="x"), offering("fourth", offer_id="x"))
    with school.database.reading() as work:
        assert [one.id for one in school.catalog.offerings(work)] == ["diplomas"]


def test_withdrawing_what_is_not_offered_says_so(school: Shop) -> None:
    with pytest.raises(NotFound):
        school.withdraw("unknown")


def test_many_are_published_at_once_or_none(school: Shop) -> None:
    school.publish(*(offering(f"d-{number:04d}") for number in range(1200)))
    with school.database.reading() as work:
        assert [one.id for one in school.catalog.offerings(work)] == [f"d-{number:04d}" for number in range(1200)]
    with pytest.raises(BadInput):
        school.publish(offering("good"), offering("bad", title={}))
    with school.database.reading() as work:
        assert school.catalog.offering(work, "good") is None


def test_publishing_the_same_again_leaves_the_catalog_as_it_was(school: Shop) -> None:
    digests = []
    for change in ({}, {}, {"retention_days": 31}):
        with school.database.writing() as work:
            school.catalog.publish(work, offering(**change))
            digests.append(school.catalog.digest(work, SOMEBODY))
    assert digests[0] == digests[1] != digests[2]


def test_what_an_older_program_published_is_indexed_when_asked(tmp_path: Path) -> None:
    database = Database.in_folder(tmp_path)
    make_tables(database)
    catalog = Catalog(own_did=SCHOOL, base_url="https://school.example", title="School")
    with database.writing() as work:
        catalog.publish(work, offering())
        for table in ("offering_offer", "offering_audience"):
            work.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - fixed names
        older = "formats = NULL, other_policies = NULL, visible_to = NULL, title_folded = NULL"
        work.connection.exec_driver_sql(f"UPDATE offering SET {older}")  # noqa: S608 - fixed text
        assert catalog.offering(work, "diplomas") == offering()
        assert catalog.offering_of(work, catalog.offer(offering())["@id"]) is None
        catalog.refresh(work)
        assert catalog.offering(work, "diplomas") == offering()
        assert catalog.offering_of(work, catalog.offer(offering())["@id"]) == "diplomas"
    database.close()
