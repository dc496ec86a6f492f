"""The catalog as it is asked for over HTTP: page after page, as its caller may see it."""

from __future__ import annotations

import gzip
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.exchange.catalog import Question, Reference
from skillspace.exchange.catalog.cursor import read_cursor
from skillspace.exchange.catalog.links import next_page
from skillspace.exchange.messages import message
from skillspace.trust.identity import Peer
from tests.unit.exchange.catalog.shops import Shop, Town, ids, offering

SOMEBODY = Peer(did="did:web:somebody.example", name="Somebody", roles=frozenset())
NAMES = [f"d-{number:03d}" for number in range(25)]


@pytest.fixture
def full(school: Shop) -> Shop:
    school.publish(*(offering(name, kinds=("even" if int(name[2:]) % 2 == 0 else "odd",)) for name in NAMES))
    return school


def link(reply: httpx.Response, relation: str) -> str | None:
    renamed = (reply.headers.get("link") or "").replace(f'rel="{relation}"', 'rel="wanted"')
    renamed = renamed.replace('rel="next"', 'rel="other"').replace('rel="wanted"', 'rel="next"')
    return next_page(renamed, str(reply.url))


def walk(bureau: Shop, school: Shop, at: str, relation: str = "next", **asked: object) -> list[list[str]]:
    pages, address = [], at
    while address:
        reply = bureau.ask(school, address, **asked)
        assert reply.status_code == 200, reply.text
        pages.append(ids(reply.json()))
        address = link(reply, relation) or ""
        assert len(pages) < 50
    return pages


def test_pages_follow_one_another_by_link_in_both_directions(full: Shop, bureau: Shop) -> None:
    pages = walk(bureau, full, "/catalog/request?limit=10")
    assert pages == [NAMES[:10], NAMES[10:20], NAMES[20:]]
    first = bureau.ask(full, "/catalog/request?limit=10")
    assert link(first, "previous") is None
    second = bureau.ask(full, link(first, "next") or "")
    third = bureau.ask(full, link(second, "next") or "")
    assert link(third, "next") is None
    assert walk(bureau, full, link(third, "previous") or "", "previous") == [NAMES[10:20], NAMES[:10]]


def test_a_link_carries_the_whole_question(full: Shop, bureau: Shop) -> None:
    asked = {
        "@type": "QuerySpec",
        "limit": 5,
        "sortField": "id",
        "sortOrder": "DESC",
        "filterExpression": [{"operandLeft": "kind", "operator": "=", "operandRight": "even"}],
    }
    first = bureau.ask(full, filter=[asked])
    assert ids(first.json()) == NAMES[::-2][:5]
    address = link(first, "next") or ""
    rest = bureau.ask(full, address)
    assert ids(rest.json()) == ids(bureau.ask(full, address, filter=[asked]).json()) == NAMES[::-2][5:10]
    assert ids(bureau.ask(full, link(rest, "previous") or "").json()) == ids(first.json())
    other = bureau.ask(full, address, filter=[{"operandLeft": "kind", "operator": "=", "operandRight": "odd"}])
    assert (other.status_code, other.json()["code"]) == (400, "CursorMalformed")


def test_offset_and_limit_are_those_of_edc(full: Shop, bureau: Shop) -> None:
    assert ids(bureau.ask(full, filter=[{"offset": 20, "limit": 2_147_483_647}]).json()) == NAMES[20:]
    assert ids(bureau.ask(full, filter=[{"offset": 3, "limit": 2}]).json()) == NAMES[3:5]
    assert "dataset" not in bureau.ask(full, filter=[{"offset": 25}]).json()


NOT_ANSWERED: list[tuple[str, dict[str, Any]]] = [
    ("?limit=0", {}),
    ("?limit=-1", {}),
    ("?limit=ten", {}),
    ("?limit=²", {}),
    ("?page=", {}),
    ("?page=bm9uc2Vuc2U", {}),
    ("", {"filter": [{"kind": "diploma"}]}),
    ("", {"filter": "kind"}),
    ("", {"@type": "DatasetRequestMessage"}),
]


def test_what_cannot_be_answered_is_a_typed_400(full: Shop, bureau: Shop) -> None:
    for at, asked in NOT_ANSWERED:
        reply = bureau.ask(full, f"/catalog/request{at}", **asked)
        assert (reply.status_code, reply.json()["@type"]) == (400, "CatalogError"), at
        assert reply.json()["reason"]
        assert "link" not in reply.headers


def test_pages_are_stable_while_others_publish_and_withdraw(full: Shop, bureau: Shop) -> None:
    first = bureau.ask(full, "/catalog/request?limit=10")
    full.withdraw("d-009", "d-015")
    full.publish(offering("d-0045"), offering("d-0125"), offering("zz"))
    rest = walk(bureau, full, link(first, "next") or "")
    assert [name for page in rest for name in page] == sorted({*NAMES[10:], "d-0125", "zz"} - {"d-015"})
    full.withdraw(*NAMES[10:15], *NAMES[16:], "d-0125", "zz")
    empty = bureau.ask(full, link(first, "next") or "")
    assert "dataset" not in empty.json()
    assert ids(bureau.ask(full, link(empty, "previous") or "").json()) == sorted(["d-0045", *NAMES[:9]])


@settings(max_examples=30, deadline=None)
@given(st.sets(st.text("abcö/-", min_size=1, max_size=4), max_size=12), st.integers(1, 5), st.booleans())
def test_every_dataset_is_on_exactly_one_page(shop: Shop, names: set[str], limit: int, is_descending: bool) -> None:
    shop.publish(*(offering(name) for name in names))
    found, cursor, back = [], None, None
    question = Question(limit=limit, is_descending=is_descending)
    with shop.database.reading() as work:
        while True:
            page = shop.catalog.page(work, SOMEBODY, question, cursor=cursor)
            found += ids(page.document)
            if page.next is None:
                break
            cursor = read_cursor(page.next)
        again = ids(page.document)
        while page.previous is not None:
            back = read_cursor(page.previous)
            page = shop.catalog.page(work, SOMEBODY, question, cursor=back)
            again = ids(page.document) + again
        total = ids(shop.catalog.page(work, SOMEBODY, Question(limit=1000, is_descending=is_descending)).document)
    assert found == again == total == sorted(names, reverse=is_descending)
    shop.withdraw(*names)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Shop(tmp_path_factory.mktemp("shop"), "shop", Town())
    yield made
    made.close()


def test_some_offerings_are_for_some_only_and_for_others_not_there(school: Shop, bureau: Shop, town: Town) -> None:
    school.publish(
        offering("a-all"),
        offering("b-agencies", visible_to=("role:agency",)),
        offering("c-bureau", visible_to=(bureau.did, "role:agency")),
        offering("d-other", visible_to=("did:web:other.example",)),
    )
    assert ids(bureau.ask(school).json()) == ["a-all", "c-bureau"]
    for name, status in {"a-all": 200, "b-agencies": 404, "c-bureau": 200, "d-other": 404, "unknown": 404}.items():
        address = f"{school.server.base}/dsp/2025-1/catalog/datasets/{name}"
        reply = httpx.get(address, headers={"Authorization": bureau.did}, trust_env=False)
        assert reply.status_code == status, name
        if status == 404:
            assert reply.json()["reason"] == [f"There is no dataset {name} in this catalog."]
    town.roles[bureau.did] = frozenset({"agency", "employer"})
    assert ids(bureau.ask(school).json()) == ["a-all", "b-agencies", "c-bureau"]
    assert walk(bureau, school, "/catalog/request?limit=1") == [["a-all"], ["b-agencies"], ["c-bureau"]]
    asked = [{"operandLeft": "id", "operator": "in", "operandRight": ["d-other", "b-agencies"]}]
    assert ids(bureau.ask(school, filter=asked).json()) == ["b-agencies"]
    with school.database.reading() as work:
        stranger = Peer(did="did:web:s.example", name="s", roles=frozenset({"AGENCY", "role:agency", school.did}))
        assert school.catalog.offering_for(work, "b-agencies", stranger) is None
        assert ids(school.catalog.page(work, stranger).document) == ["a-all"]


def test_who_does_not_say_who_it_is_is_told_nothing(full: Shop) -> None:
    reply = httpx.post(f"{full.server.base}/dsp/2025-1/catalog/request", json={}, trust_env=False)
    assert (reply.status_code, reply.json()["@type"]) == (401, "CatalogError")


def test_a_catalog_is_packed_for_those_who_accept_it(full: Shop, bureau: Shop) -> None:
    address = f"{full.server.base}/dsp/2025-1/catalog/request"
    headers = {"Authorization": bureau.did, "Accept-Encoding": "gzip"}
    asked = message("CatalogRequestMessage")
    with httpx.stream("POST", address, json=asked, headers=headers, trust_env=False) as reply:
        raw = b"".join(reply.iter_raw())
        assert reply.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).count(b'"Dataset"') == 25
    assert len(raw) < len(gzip.decompress(raw)) / 8


def test_each_dialect_gives_the_addresses_of_its_own(full: Shop, bureau: Shop) -> None:
    reply = bureau.ask(full, f"{full.server.base}/dsp/2024-1/catalog/request?limit=10", **OLD)
    assert reply.status_code == 200, reply.text
    assert "/dsp/2024-1/catalog/request?page=" in (link(reply, "next") or "")
    assert "/dsp/2025-1" not in reply.text
    assert [one["@id"] for one in reply.json()["dcat:dataset"]] == NAMES[:10]
    full.publish(offering("d-900", formats=("HttpData-PULL", "HttpData-PUSH")))
    dataset = httpx.get(
        f"{full.server.base}/dsp/2025-1/catalog/datasets/d-900", headers={"Authorization": bureau.did}, trust_env=False
    ).json()
    assert [part["format"] for part in dataset["distribution"]] == ["HttpData-PULL", "HttpData-PUSH"]


def test_a_filter_is_understood_in_the_older_dialect_too(full: Shop, bureau: Shop) -> None:
    space = "https://w3id.org/edc/v0.0.1/ns/"
    criteria = [
        {f"{space}operandLeft": "kind", f"{space}operator": "=", f"{space}operandRight": "even"},
        {f"{space}operandLeft": f"{space}id", f"{space}operator": "in", f"{space}operandRight": NAMES[4:9]},
    ]
    asked = {"@type": f"{space}QuerySpec", f"{space}limit": 2, f"{space}filterExpression": criteria}
    reply = bureau.ask(full, f"{full.server.base}/dsp/2024-1/catalog/request", **OLD, **{"dspace:filter": asked})
    assert [one["@id"] for one in reply.json()["dcat:dataset"]] == ["d-004", "d-006"]
    again = bureau.ask(full, link(reply, "next") or "", **OLD)
    assert again.json()["dcat:dataset"][0]["@id"] == "d-008"


OLD = {"@context": "https://w3id.org/dspace/2024/1/context.json", "@type": "dspace:CatalogRequestMessage"}


def test_a_broker_names_the_catalogs_of_others_on_its_first_page(full: Shop, bureau: Shop) -> None:
    other = Reference(participant="did:web:mill.example", endpoint="https://mill.example/dsp/2025-1")
    itself = Reference(participant=full.did, endpoint="https://school.example")
    asker = Reference(participant=bureau.did, endpoint="https://bureau.example")
    full.catalog.broker(lambda _work: [other, itself, asker])
    first = bureau.ask(full, "/catalog/request?limit=20")
    [named] = first.json()["catalog"]
    assert (named["@type"], named["participantId"]) == ("Catalog", "did:web:mill.example")
    assert named["service"][0]["endpointURL"] == "https://mill.example/dsp/2025-1"
    assert "dataset" not in named
    assert "catalog" not in bureau.ask(full, link(first, "next") or "").json()


def test_whoever_knows_the_catalog_is_told_that_it_is_as_it_was(full: Shop, bureau: Shop) -> None:
    header = "skillspace-catalog-digest"
    address = f"{full.server.base}/dsp/2025-1/catalog/request"
    known = bureau.ask(full).headers[header]

    def again() -> httpx.Response:
        headers = {"Authorization": bureau.did, "Skillspace-Catalog-Known": known}
        return httpx.post(address, json=message("CatalogRequestMessage"), headers=headers, trust_env=False)

    assert (again().headers[header], "dataset" in again().json()) == (known, False)
    full.publish(offering("new", visible_to=("did:web:other.example",)))
    assert again().headers[header] != known
    assert len(ids(again().json())) == 25
    bureau.town.roles[bureau.did] = frozenset({"agency"})
    known = bureau.ask(full).headers[header]
    bureau.town.roles[bureau.did] = frozenset()
    assert again().headers[header] != known
