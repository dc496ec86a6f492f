"""Policies and data agreements: records and notices, version by version, each naming the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import quote

import pytest

from skillspace.trust.consent.store import grants, notices
from skillspace.trust.register import Processing, Record
from skillspace.wire.canonical import digest
from tests.unit.trust.consent.conftest import HUB, OTHER, WORKS
from tests.unit.trust.consent.govstack.conftest import BO, House


def test_a_data_agreement_is_the_series_of_a_notice_and_its_revision_is_the_notice_to_the_letter(house: House) -> None:
    grant = house.granted()
    with house.database.reading() as work:
        notice = house.consents.notice(work, grant)
    told = house.read(f"/config/data-agreement/{notice.series}/", "org")
    agreement, revision = told["dataAgreement"], told["revision"]
    assert agreement["id"] == notice.series
    assert agreement["controller"] == {"id": WORKS, "name": "Invented Works", "url": WORKS}
    assert (agreement["lawfulBasis"], agreement["policy"]["id"]) == ("consent", WORKS)
    assert revision["serializedHash"] == grant.notice_hash
    assert hashlib.sha256(revision["serializedSnapshot"].encode()).hexdigest() == grant.notice_hash
    assert json.loads(revision["serializedSnapshot"])["controller"] == WORKS
    assert "predecessorHash" not in revision


def test_a_changed_notice_shows_as_a_new_revision_with_its_predecessors_hash(house: House) -> None:
    first = house.granted()
    house.now_says(2, 90)
    second = house.asked(BO)
    with house.database.reading() as work:
        series = house.consents.notice(work, first).series
    told = house.read(f"/service/data-agreement/{series}/", "consumer")
    assert told["revision"]["serializedHash"] == second.notice_hash != first.notice_hash
    assert told["revision"]["predecessorHash"] == first.notice_hash
    assert told["dataAgreement"]["version"].endswith(".2")
    # The record of the first yes still names the notice that was read.
    record = house.read(f"/service/verification/consent-record/{first.id}/", "consumer")["consentRecord"]
    assert record["dataAgreementRevisionHash"] == first.notice_hash
    assert record["dataAgreement"]["version"].endswith(".1")


def test_a_policy_is_a_record_and_its_revisions_are_chained_by_their_hashes(house: House) -> None:
    for days in (10, 20, 30):
        record = Record(name="Invented Hub", country="SE", processings=(Processing(purpose="x", keeps_days=days),))
        with house.database.writing() as work:
            house.registers.write(work, record, by="operator")
    path = f"/config/policy/{quote(HUB, safe='')}/"
    revisions = house.read(path + "revisions/", "org")["revisions"]
    assert [one["predecessorHash"] for one in revisions[:2]] == [one["serializedHash"] for one in revisions[1:]]
    assert "predecessorHash" not in revisions[2]
    for one in revisions:
        assert hashlib.sha256(one["serializedSnapshot"].encode()).hexdigest() == one["serializedHash"] == one["id"]
        found = house.read(path, "org", params={"revisionId": one["id"]})
        assert found["revision"] == one
        assert found["policy"]["url"].endswith(f"/?revisionId={one['id']}")
    assert house.read(path, "org")["policy"]["dataRetentionPeriodDays"] == 30
    assert house.call("GET", path, "org", params={"revisionId": "0" * 64}).status_code == 404


def test_lists_come_in_pages_and_each_thing_is_on_one_of_them(house: House) -> None:
    for kinds in (("skills",), ("plan",), ("skills", "plan")):
        house.granted(kinds=kinds)
    house.granted(recipient=OTHER)
    for path, who, member, count in (
        ("/config/data-agreements/", "org", "dataAgreements", 4),
        ("/audit/data-agreements/", "auditor", "dataAgreements", 4),
        ("/service/verification/data-agreements/", "consumer", "dataAgreements", 3),
        ("/service/verification/consent-records/", "consumer", "consentRecords", 3),
        ("/audit/consent-records/", "auditor", "consentRecords", 4),
        ("/config/policies/", "org", "policies", 2),
        ("/service/individuals/", "individual", "individuals", 2),
    ):
        pages = [house.read(path, who, params={"offset": at, "limit": 1})[member] for at in range(count + 1)]
        assert [len(page) for page in pages] == [1] * count + [0]
        assert len({page[0]["id"] for page in pages[:-1]}) == count
        assert [page[0]["id"] for page in pages[:-1]] == [one["id"] for one in house.read(path, who)[member]]


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": 10**30}, {"limit": "x"}])
def test_a_page_that_cannot_be_is_refused(house: House, asked: dict[str, object]) -> None:
    assert house.call("GET", "/audit/consent-records/", "auditor", params=asked).status_code == 400


def test_a_filter_that_nobody_reads_is_refused_rather_than_ignored(house: House) -> None:
    path = "/service/verification/consent-records/"
    answer = house.call("GET", path, "consumer", params={"filterFoundationalId": "19121212-1212"})
    assert (answer.status_code, answer.json()["code"]) == (400, "BadInput")


def test_what_is_not_there_is_not_found(house: House) -> None:
    for path, who in (
        ("/config/policy/did:web:nobody.example/", "org"),
        ("/config/policy/did:web:nobody.example/revisions/", "org"),
        (f"/config/data-agreement/{'0' * 64}/", "org"),
        ("/service/policy/x/", "consumer"),
        ("/audit/consent-record/grant-x/", "auditor"),
        ("/audit/data-agreement/x/", "auditor"),
    ):
        assert house.call("GET", path, who).status_code == 404, path


def test_a_notice_that_was_tampered_with_is_not_shown(house: House) -> None:
    grant = house.granted()
    with house.database.writing() as work:
        series = house.consents.notice(work, grant).series
        work.connection.exec_driver_sql("UPDATE privacy_notice SET content = json_set(content, '$.purpose', 'sell')")
    assert house.call("GET", f"/config/data-agreement/{series}/", "org").status_code == 400


def test_an_auditor_sees_every_record_and_no_person(house: House) -> None:
    grant = house.granted()
    answer = house.call("GET", f"/audit/consent-record/{grant.id}/", "auditor")
    assert answer.json()["consentRecord"]["state"] == "signed"
    everything = answer.text + house.call("GET", "/audit/consent-records/", "auditor").text
    assert "person-ada" not in everything
    assert grant.subject not in everything
    assert "individual" not in answer.json()["consentRecord"]


def test_a_notice_from_before_there_were_series_is_an_agreement_of_its_own(house: House) -> None:
    grant = house.granted()
    with house.database.writing() as work:
        notice = house.consents.notice(work, grant)
        later = ("series", "number", "previous", "record_version", "facts")
        content = {name: value for name, value in notice.content().items() if name not in later}
        old = digest(content)
        row = {"hash": old, "version": notice.version, "series": "", "number": 0, "content": content}
        work.insert(notices, row | {"made": work.now})
        work.update(grants, grants.c.id == grant.id, notice_hash=old)
    told = house.read(f"/config/data-agreement/{old}/", "org")
    assert hashlib.sha256(told["revision"]["serializedSnapshot"].encode()).hexdigest() == old
    record = house.read(f"/service/verification/consent-record/{grant.id}/", "consumer")["consentRecord"]
    assert record["dataAgreement"]["id"] == record["dataAgreementRevisionHash"] == old
    named = {"filterDataAgreementId": old}
    assert len(house.read("/service/verification/consent-records/", "consumer", params=named)["consentRecords"]) == 1
