"""The catalog: what is published, what the documents say, and what a crawler makes of other catalogs."""

from __future__ import annotations

import contextlib
import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.catalog.document import read_catalog, read_dataset, write_catalog
from skillspace.exchange.catalog.model import check_offering, offer_of
from skillspace.exchange.messages import message
from skillspace.kernel.errors import BadInput, NotFound
from tests.unit.exchange.neighbours import POLICY, Neighbour, crawled, offering, settle

SCHOOL = "did:web:school.example"
ENDPOINT = "https://school.example/dsp/2025-1"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_what_is_written_is_read_back() -> None:
    ours = [offering(), offering("open", kinds=(), personal=False, purposes=(), retention_days=None)]
    found, broken = read_catalog(write_catalog(SCHOOL, ENDPOINT, "School", ours), SCHOOL, NOON)
    assert broken == 0
    for written, read in zip(ours, found, strict=True):
        for name in ("id", "title", "description", "kinds", "personal", "purposes", "media_type", "updated"):
            assert getattr(read, name) == getattr(written, name)
        assert read.retention_days == written.retention_days
        assert read.offer == offer_of(SCHOOL, written)


def test_an_empty_catalog_has_no_dataset_member() -> None:
    assert "dataset" not in write_catalog(SCHOOL, ENDPOINT, "School", [])


def test_an_offer_keeps_its_id_until_its_rules_change() -> None:
    first = offer_of(SCHOOL, offering())
    assert offer_of(SCHOOL, offering(title={"en": "Other words"})) == first
    assert offer_of(SCHOOL, offering(policy=POLICY | {"prohibition": [{"action": "use"}]}))["@id"] != first["@id"]
    assert offer_of("did:web:other.example", offering())["@id"] != first["@id"]
    assert offer_of(SCHOOL, offering("another"))["@id"] != first["@id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "with space"},
        {"id": ""},
        {"title": {}},
        {"title": {"not a language": "x"}},
        {"format": "HttpData-PUSH"},
        {"policy": {}},
        {"policy": POLICY | {"target": "diplomas"}},
        {"retention_days": -1},
    ],
)
def test_what_cannot_be_offered_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_offering(replace(offering(), **changes))


def test_withdrawing_what_is_not_offered_says_so(school: Neighbour) -> None:
    with school.work() as work, pytest.raises(NotFound):
        school.exchange.catalog.withdraw(work, "unknown")


def test_a_foreign_catalog_is_read_tolerantly() -> None:
    offer = {"@id": "a:b:c", "@type": "Offer", "permission": [{"action": "use"}], "odd": {"kept": True}}
    plain = {"@id": "plain", "hasPolicy": [offer], "distribution": [{"format": "Other", "accessService": "urn:s"}]}
    titled = plain | {"@id": "titled", "dct:title": {"@value": "Titel", "@language": "sv"}}
    listed = plain | {"@id": "listed", "http://purl.org/dc/terms/title": [{"@value": "T"}, 7], "extra": None}
    broken = [
        7,
        {},
        plain | {"@id": "half \ud800"},
        plain | {"@id": "half-\ud800"},
        {"@id": "x"},
        plain | {"hasPolicy": []},
        plain | {"distribution": []},
    ]
    document = {"@type": "Catalog", "participantId": SCHOOL, "dataset": [plain, titled, listed, *broken]}
    found, unreadable = read_catalog(document, SCHOOL, NOON)
    assert [one.id for one in found] == ["plain", "titled", "listed"]
    assert unreadable == len(broken)
    assert [one.title for one in found] == [{}, {"sv": "Titel"}, {"": "T"}]
    assert found[0].offer["odd"] == {"kept": True}
    assert found[0].personal, "what does not say that it is not personal is handled as personal"


def test_a_catalog_that_speaks_for_another_is_refused() -> None:
    with pytest.raises(BadInput):
        read_catalog({"@type": "Catalog", "participantId": "did:web:other.example"}, SCHOOL, NOON)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@value", "@language", "permission", "action", "format", "constraint"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON, JSON, JSON, JSON)
def test_garbage_in_a_dataset_is_bad_input_and_nothing_else(
    name: object, policy: object, way: object, title: object
) -> None:
    dataset = {"@id": name, "hasPolicy": policy, "distribution": way, "http://purl.org/dc/terms/title": title}
    with contextlib.suppress(BadInput):
        read_dataset(dataset, SCHOOL, NOON)


def test_the_catalog_is_packed_for_those_who_accept_it(school: Neighbour, bureau: Neighbour) -> None:
    with school.work() as work:
        for number in range(10):
            school.exchange.catalog.publish(work, offering(f"more-{number}"))
    headers = bureau.peers.headers(school.did) | {"Accept-Encoding": "gzip"}
    address = f"{school.base}/dsp/2025-1/catalog/request"
    asked = message("CatalogRequestMessage")
    with httpx.stream("POST", address, json=asked, headers=headers, trust_env=False) as reply:
        raw = b"".join(reply.iter_raw())
        assert reply.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).count(b'"Dataset"') == 11


def test_crawling_announces_what_it_found(school: Neighbour, bureau: Neighbour) -> None:
    bureau.members = [school.did, bureau.did]
    with bureau.work() as work:
        bureau.exchange.start(work)
        bureau.exchange.start(work)
    settle(bureau)
    assert bureau.heard("catalog.crawled") == [{"provider": school.did, "offerings": ["diplomas"], "changed": True}]
    with bureau.work() as work:
        [found] = bureau.exchange.crawler.offerings(work)
        assert bureau.exchange.crawler.last_crawl(work) == found.seen_at
    assert (found.provider, found.reachable, found.kinds) == (school.did, True, ("diploma",))


def test_the_round_comes_back_by_itself_and_sees_changes(school: Neighbour, bureau: Neighbour) -> None:
    bureau.members = [school.did]
    with bureau.work() as work:
        bureau.exchange.start(work)
    settle(bureau)
    with school.work() as work:
        school.exchange.catalog.withdraw(work, "diplomas")
        school.exchange.catalog.publish(work, offering("transcripts"))
    bureau.later(61)
    settle(bureau)
    with bureau.work() as work:
        assert [found.id for found in bureau.exchange.crawler.offerings(work)] == ["transcripts"]
    bureau.later(61)
    settle(bureau)
    assert [event["changed"] for event in bureau.heard("catalog.crawled")] == [True, True, False]


def test_a_member_that_is_down_keeps_its_entries_as_stale_and_catches_up(school: Neighbour, bureau: Neighbour) -> None:
    bureau.members = [school.did]
    crawled(bureau, school)
    school.down()
    crawled(bureau, school)
    with bureau.work() as work:
        [stale] = bureau.exchange.crawler.offerings(work)
        assert bureau.exchange.crawler.reachability(work) == {school.did: False}
    assert not stale.reachable
    assert stale.last_error is not None
    assert "PeerUnreachable" in stale.last_error
    school.up()
    bureau.later(2)
    settle(bureau)
    with bureau.work() as work:
        [fresh] = bureau.exchange.crawler.offerings(work)
    assert (fresh.reachable, fresh.last_error) == (True, None)
    assert fresh.seen_at > stale.seen_at
