"""Verification: a record says yes exactly while the person's yes lives, and only to the organisation it is for."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import SkillspaceError
from skillspace.kernel.ids import new_id
from skillspace.trust.consent import Conditions, Grant
from skillspace.trust.consent.terms import read_grant
from skillspace.wire.canonical import digest
from tests.unit.trust.consent.conftest import HUB, OTHER
from tests.unit.trust.consent.govstack.conftest import ADA, BO, House

LIST = "/service/verification/consent-records/"


def verified(house: House, grant: Grant, who: str = "consumer") -> dict[str, Any]:
    told = house.read(f"/service/verification/consent-record/{grant.id}/", who)
    listed = [one for one in house.read(LIST, who)["consentRecords"] if one["id"] == grant.id]
    for one in (told["consentRecord"], *listed):
        # Whichever of the three a reader looks at, it learns the same.
        assert one["optIn"] is (one["state"] == "signed") is ("signature" in one)
    assert [one["optIn"] for one in listed] == [told["consentRecord"]["optIn"]]
    assert ("revision" in told) is told["consentRecord"]["optIn"]
    return told


def test_a_living_yes_is_signed_and_anyone_with_the_key_can_check_it(house: House) -> None:
    grant = house.granted()
    told = verified(house, grant)
    record, signature = told["consentRecord"], told["consentRecord"]["signature"]
    assert (record["state"], record["individual"]["id"]) == ("signed", grant.subject)
    terms = read_grant(signature["signature"], house.key_of, house.clock(), signer=HUB)
    assert (terms.grant, terms.notice) == (grant.id, record["dataAgreementRevisionHash"])
    payload = json.loads(signature["verificationPayload"])
    assert digest(payload) == signature["verificationPayloadHash"] == terms.hash
    assert told["revision"]["serializedHash"] == terms.hash
    assert signature["verificationSignedBy"] == house.key.kid
    assert "verificationSignedAs" not in signature


def test_a_revoked_consent_never_verifies_as_valid(house: House) -> None:
    grant = house.granted()
    assert verified(house, grant)["consentRecord"]["optIn"] is True
    with house.database.writing() as work:
        house.consents.revoke(work, grant.id, ADA)
    assert verified(house, grant)["consentRecord"]["optIn"] is False
    assert house.read(LIST, "consumer", params={"filterOptIn": "true"})["consentRecords"] == []


def test_a_consent_whose_time_is_over_does_not_verify_though_nobody_has_ended_it_yet(house: House) -> None:
    grant = house.granted(until=house.clock() + timedelta(days=2))
    house.clock.move(days=2)
    with house.database.reading() as work:
        assert house.consents.find(work, grant.id).state == "granted"
    assert verified(house, grant)["consentRecord"]["optIn"] is False
    assert house.read(LIST, "consumer", params={"filterOptIn": "true"})["consentRecords"] == []
    assert len(house.read(LIST, "consumer", params={"filterOptIn": "false"})["consentRecords"]) == 1


def test_a_consent_that_is_used_up_or_out_of_its_hours_or_country_does_not_verify(house: House) -> None:
    used = house.granted(kinds=("skills",), max_uses=1)
    abroad = house.granted(kinds=("plan",), conditions=Conditions(countries=frozenset({"FR"})))
    at_home = house.granted(conditions=Conditions(countries=frozenset({"SE"})))
    with house.database.writing() as work:
        work.connection.exec_driver_sql("UPDATE consent_grant SET used = 1 WHERE max_uses = 1")
    assert verified(house, used)["consentRecord"]["optIn"] is False
    assert verified(house, abroad)["consentRecord"]["optIn"] is False
    assert verified(house, at_home)["consentRecord"]["optIn"] is True


def test_an_organisation_finds_its_own_grants_and_nobody_elses(house: House) -> None:
    grant, others = house.granted(), house.granted(recipient=OTHER)
    assert [one["id"] for one in house.read(LIST, "consumer")["consentRecords"]] == [grant.id]
    for found, who in ((others, "consumer"), (grant, "other-consumer")):
        assert house.call("GET", f"/service/verification/consent-record/{found.id}/", who).status_code == 404
    one_of_them = house.read("/service/verification/data-agreements/", "other-consumer")["dataAgreements"]
    assert [one["controller"]["id"] for one in one_of_them] == [OTHER]


def test_an_organisation_hears_of_no_ask_and_of_no_no(house: House) -> None:
    asked, refused = house.asked(), house.asked(BO)
    with house.database.writing() as work:
        house.consents.refuse(work, refused.id, BO)
    assert house.read(LIST, "consumer")["consentRecords"] == []
    for grant in (asked, refused):
        assert house.call("GET", f"/service/verification/consent-record/{grant.id}/", "consumer").status_code == 404


def test_of_somebody_who_left_nothing_verifies_and_nothing_is_found(house: House) -> None:
    grant = house.granted()
    with house.database.writing() as work:
        house.consents.erase(work, ADA)
    assert house.read(LIST, "consumer")["consentRecords"] == []
    assert house.call("GET", f"/service/verification/consent-record/{grant.id}/", "consumer").status_code == 404
    left = house.read(f"/audit/consent-record/{grant.id}/", "auditor")["consentRecord"]
    assert (left["optIn"], left["state"]) == (False, "unsigned")


def test_filters_find_what_they_name(house: House) -> None:
    of_ada, of_bo = house.granted(kinds=("skills",)), house.granted(BO)
    with house.database.reading() as work:
        series = house.consents.notice(work, of_bo).series
    for wanted, found in (
        ({"filterDataAgreementId": series}, [of_bo.id]),
        ({"filterDataAgreementRevisionId": of_ada.notice_hash}, [of_ada.id]),
        ({"filterIndividualId": of_ada.subject}, [of_ada.id]),
        ({"filterIndividualId": of_ada.subject, "filterDataAgreementId": series}, []),
        ({"filterIndividualId": "person-ada"}, []),
        ({"filterOptIn": "true", "filterIndividualId": of_bo.subject}, [of_bo.id]),
    ):
        assert [one["id"] for one in house.read(LIST, "consumer", params=wanted)["consentRecords"]] == found
    named = house.read(LIST, "consumer", individual=of_ada.subject)["consentRecords"]
    assert [one["id"] for one in named] == [of_ada.id]


MOVES = st.sampled_from(["ask", "yes", "no", "stop", "end", "hour", "month", "sweep", "use"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, min_size=2, max_size=8), max_uses=st.sampled_from([None, 1, 2]))
def test_whatever_happened_a_record_is_signed_exactly_while_its_recipient_would_get_a_token(
    house: House, moves: list[str], max_uses: int | None
) -> None:
    person, grants = new_id("person"), dict[str, Grant]()
    for move in ("ask", "yes", *moves):
        _do(house, person, grants, move, max_uses)
        for grant in grants.values():
            with house.database.writing() as work:
                token, _ = house.desk.token(work, recipient=grant.recipient, grant=grant.id, kinds=())
            answer = house.call("GET", f"/service/verification/consent-record/{grant.id}/", "consumer")
            assert answer.status_code in (200, 404), answer.text
            is_signed = answer.status_code == 200 and answer.json()["consentRecord"]["state"] == "signed"
            assert is_signed is bool(token), (move, answer.text)


def _do(house: House, person: str, grants: dict[str, Grant], move: str, max_uses: int | None) -> None:
    if move in ("hour", "month"):
        house.clock.move(days=0.05 if move == "hour" else 31)
        return
    answers = {
        "yes": house.consents.grant,
        "no": house.consents.refuse,
        "stop": house.consents.revoke,
        "end": house.consents.terminate,
    }
    with house.database.writing() as work:
        if move == "ask":
            facts: dict[str, Any] = {"until": house.clock() + timedelta(days=20), "max_uses": max_uses}
            asked = house.ask(work, person=person, **facts)
            grants[asked.id] = asked
        elif move == "sweep":
            house.consents.expire_due(work)
        elif move == "use":
            living = "state = 'granted' AND used < max_uses"
            work.connection.exec_driver_sql(f"UPDATE consent_grant SET used = used + 1 WHERE {living}")  # noqa: S608
        for grant in grants.values() if move in answers else ():
            with suppress(SkillspaceError):
                answers[move](work, grant.id, person)
