"""Catalogs of others: read tolerantly, and never taken for the word of somebody who did not speak."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.catalog import Reference
from skillspace.exchange.catalog.document import write_catalog
from skillspace.exchange.catalog.model import offers_of
from skillspace.exchange.catalog.reading import MAX_NESTING, read_dataset, read_page
from skillspace.kernel.errors import BadInput
from tests.unit.exchange.catalog.shops import offering

SCHOOL, MILL, BUREAU = "did:web:school.example", "did:web:mill.example", "did:web:bureau.example"
ENDPOINT = "https://school.example/dsp/2025-1"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OFFER = {"@id": "a:b:c", "@type": "Offer", "permission": [{"action": "use"}], "odd": {"kept": True}}
PLAIN = {"@id": "plain", "hasPolicy": [OFFER], "distribution": [{"format": "Other", "accessService": "urn:s"}]}


def catalog(**members: Any) -> dict[str, Any]:
    return {"@type": "Catalog", "@id": "urn:c", "participantId": SCHOOL} | members


def test_what_is_written_is_read_back() -> None:
    ours = [
        offering(other_policies=({"prohibition": [{"action": "use"}]},), formats=("HttpData-PULL", "HttpData-PUSH")),
        offering("open", kinds=(), personal=False, purposes=(), retention_days=None),
    ]
    page = read_page(write_catalog(SCHOOL, ENDPOINT, "School", ours), SCHOOL, NOON)
    assert (page.skipped, page.references) == (0, [])
    for written, read in zip(ours, page.offerings, strict=True):
        for name in ("id", "title", "description", "kinds", "personal", "purposes", "media_type", "updated", "formats"):
            assert getattr(read, name) == getattr(written, name)
        assert read.retention_days == written.retention_days
        assert read.offers == offers_of(SCHOOL, written)
        assert (read.endpoint, read.told_by) == (ENDPOINT, None)


def test_an_empty_catalog_has_no_dataset_member() -> None:
    assert not {"dataset", "catalog"} & write_catalog(SCHOOL, ENDPOINT, "School", []).keys()


def test_a_foreign_catalog_is_read_tolerantly() -> None:
    titled = PLAIN | {"@id": "titled", "dct:title": {"@value": "Titel", "@language": "sv"}}
    listed = PLAIN | {"@id": "listed", "http://purl.org/dc/terms/title": [{"@value": "T"}, 7], "extra": None}
    broken = [
        7,
        {},
        PLAIN | {"@id": "two words"},
        {"@id": "x"},
        PLAIN | {"hasPolicy": []},
        PLAIN | {"hasPolicy": [OFFER | {"target": "plain"}]},
        PLAIN | {"distribution": []},
    ]
    page = read_page(catalog(dataset=[PLAIN, titled, listed, *broken]), SCHOOL, NOON)
    assert [one.id for one in page.offerings] == ["plain", "titled", "listed"]
    assert page.skipped == len(broken)
    assert [one.title for one in page.offerings] == [{}, {"sv": "Titel"}, {"": "T"}]
    assert page.offerings[0].offer["odd"] == {"kept": True}
    assert page.offerings[0].personal, "what does not say that it is not personal is handled as personal"


def test_single_things_are_read_as_lists_of_one() -> None:
    single = PLAIN | {"hasPolicy": OFFER, "distribution": PLAIN["distribution"][0]}
    assert (
        read_page(catalog(dataset=single), SCHOOL, NOON).offerings
        == read_page(catalog(dataset=[PLAIN]), SCHOOL, NOON).offerings
    )


def test_every_offer_and_every_format_is_kept() -> None:
    others = [OFFER | {"@id": name} for name in ("d", "e")]
    dataset = PLAIN | {
        "hasPolicy": [{"@id": "broken"}, OFFER, others[0], OFFER],
        "distribution": [
            {"format": {"@id": "HttpData-PULL"}, "accessService": "urn:s"},
            {"format": "HttpData-PUSH", "accessService": "urn:s", "hasPolicy": [others[1]]},
            {"format": "HttpData-PULL", "accessService": "urn:s"},
        ],
    }
    read = read_dataset(dataset, SCHOOL, NOON)
    assert [offer["@id"] for offer in read.offers] == ["a:b:c", "d", "e"]
    assert read.formats == ("HttpData-PULL", "HttpData-PUSH")


@pytest.mark.parametrize(
    ("service", "endpoint"),
    [
        ("urn:s", "https://school.example/s"),
        ({"@id": "urn:s"}, "https://school.example/s"),
        ({"@id": "urn:x", "endpointURL": "https://school.example/inline/"}, "https://school.example/inline"),
        ({"@id": "urn:x", "endpointURL": "file:///etc/passwd"}, None),
        ({"@id": "urn:x", "endpointURL": "https://user@school.example"}, None),
        ("urn:unknown", None),
        (None, None),
        (7, None),
    ],
)
def test_the_service_of_a_dataset_is_named_or_inline(service: object, endpoint: str | None) -> None:
    services = [{"@id": "urn:s", "@type": "DataService", "endpointURL": "https://school.example/s"}]
    dataset = PLAIN | {"distribution": [{"format": "x", "accessService": service}]}
    [read] = read_page(catalog(dataset=[dataset], service=services), SCHOOL, NOON).offerings
    assert read.endpoint == endpoint


def test_a_catalog_that_speaks_for_another_is_refused() -> None:
    for document in (catalog(participantId=MILL), catalog(participantId=None), {"@type": "Dataset"}, {}):
        with pytest.raises(BadInput):
            read_page(document, SCHOOL, NOON)


def nested(participant: str | None, **members: Any) -> dict[str, Any]:
    told = {"participantId": participant} if participant else {}
    service = {"@id": "urn:n", "@type": "DataService", "endpointURL": "https://mill.example/dsp"}
    return {"@type": "Catalog", "@id": "urn:nested", "service": [service]} | told | members


def test_what_a_catalog_tells_of_another_participant_is_hearsay() -> None:
    inner = PLAIN | {"@id": "theirs", "distribution": [{"format": "x", "accessService": "urn:n"}]}
    own = PLAIN | {"@id": "own"}
    of_us = nested(BUREAU, dataset=[PLAIN | {"@id": "forged"}])
    document = catalog(dataset=[PLAIN], catalog=[nested(MILL, dataset=[inner]), nested(None, dataset=[own]), of_us])
    page = read_page(document, SCHOOL, NOON, own_id=BUREAU)
    assert [(one.id, one.provider, one.told_by, one.endpoint) for one in page.offerings] == [
        ("plain", SCHOOL, None, None),
        ("theirs", MILL, SCHOOL, "https://mill.example/dsp"),
        ("own", SCHOOL, None, "https://mill.example/dsp"),
    ]


def test_hearsay_within_hearsay_is_told_by_the_one_who_was_asked() -> None:
    deepest = nested("did:web:third.example", dataset=[PLAIN])
    page = read_page(catalog(catalog=[nested(MILL, catalog=[deepest])]), SCHOOL, NOON)
    assert [(one.provider, one.told_by) for one in page.offerings] == [("did:web:third.example", SCHOOL)]


def test_catalogs_are_read_to_a_bounded_depth() -> None:
    document = nested(None, dataset=[PLAIN | {"@id": "too-deep"}])
    for depth in range(MAX_NESTING, 0, -1):
        document = nested(None, catalog=[document], dataset=[PLAIN | {"@id": f"depth-{depth}"}])
    page = read_page(catalog(catalog=[document]), SCHOOL, NOON)
    assert [one.id for one in page.offerings] == [f"depth-{depth}" for depth in range(1, MAX_NESTING + 1)]
    assert page.skipped == 1


def test_a_catalog_that_is_only_named_is_a_reference() -> None:
    reference = Reference(participant=MILL, endpoint="https://mill.example/dsp")
    written = write_catalog(SCHOOL, ENDPOINT, "School", [], [reference])
    assert read_page(written, SCHOOL, NOON).references == [reference]
    assert read_page(catalog(dataset=[nested(MILL)]), SCHOOL, NOON).references == [reference]
    assert read_page(written, SCHOOL, NOON, own_id=MILL).references == []
    assert read_page(catalog(catalog=[nested(MILL, service=[])]), SCHOOL, NOON).skipped == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Catalog", "Offer", SCHOOL]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "@id @type @value @language permission action format constraint dataset catalog service "  # noqa: SIM905
                "endpointURL participantId hasPolicy distribution accessService".split()
            ),
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


@given(JSON, JSON, JSON)
def test_garbage_in_a_catalog_is_skipped(datasets: object, catalogs: object, services: object) -> None:
    page = read_page(catalog(dataset=datasets, catalog=catalogs, service=services), SCHOOL, NOON)
    assert all(one.provider != SCHOOL or one.told_by is None for one in page.offerings)
