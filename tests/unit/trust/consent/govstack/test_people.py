"""In a person's name a program drafts, answers and stops, as far as that person let it, and the log says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.trust.consent import GrantState, check_receipt
from skillspace.trust.consent.govstack import PREFIX, PROGRAM, Act, with_programs
from skillspace.trust.consent.ports import only_the_person
from tests.unit.trust.consent.conftest import OTHER
from tests.unit.trust.consent.govstack.conftest import ADA, BO, HEADER, House

RECORD = "/service/individual/record"
DRAFT = f"{RECORD}/consent-record/draft/"


def series_of(house: House, grant: Any) -> str:
    with house.database.reading() as work:
        return house.consents.notice(work, grant).series


def drafted(house: House, grant: Any, person: str = ADA) -> dict[str, Any]:
    asked = {"individualId": house.individuals[person], "dataAgreementId": series_of(house, grant)}
    answer = house.call("POST", DRAFT, "individual", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def state_of(house: House, grant: Any) -> GrantState:
    with house.database.reading() as work:
        return house.consents.find(work, grant.id).state


def let(house: House, acts: set[Act], days: int = 30) -> None:
    with house.database.writing() as work:
        until = work.now + timedelta(days=days)
        house.delegations.give(work, client="individual", person=ADA, acts=acts, until=until)


def test_a_draft_becomes_a_signed_record_whose_revision_follows_the_ask(house: House) -> None:
    asked = house.asked()
    draft = drafted(house, asked)
    assert (draft["consentRecord"]["id"], draft["consentRecord"]["state"], draft["signature"]["id"]) == (
        *("", "unsigned", ""),
    )
    assert state_of(house, asked) is GrantState.PENDING
    draft["consentRecord"]["optIn"] = True
    answer = house.call("POST", f"{RECORD}/consent-record/", "individual", json=draft)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["consentRecord"]["id"], told["consentRecord"]["state"]) == (asked.id, "signed")
    assert told["consentRecord"]["dataAgreementRevisionHash"] == asked.notice_hash
    assert told["signature"]["verificationSignedAs"] == "delegate"
    with house.database.reading() as work:
        receipt = house.consents.receipt(work, asked.id, "en")
        entries = house.journal.entries(work, kind="grant.", about=asked.id)
    assert check_receipt(receipt, house.key_of)
    assert [entry.kind for entry in entries] == ["grant.granted", "grant.asked"]
    assert told["revision"]["predecessorHash"] not in (None, told["revision"]["serializedHash"])


def test_the_log_says_that_a_program_answered_and_under_which_word(house: House) -> None:
    grant = house.asked()
    path = f"{RECORD}/data-agreement/{series_of(house, grant)}/"
    house.call("POST", path, "individual", params={"individualId": house.individuals[ADA]})
    with house.database.reading() as work:
        line = house.consents.log(work, ADA)[0]
    assert line.outcome == "granted"
    assert line.acting is not None
    assert (line.acting.name, line.acting.capacity, line.acting.mandate) == (
        *("individual", PROGRAM, house.individuals[ADA]),
    )


def test_a_program_withdraws_and_each_change_names_the_revision_before(house: House) -> None:
    grant = house.granted()
    before = house.read(f"{RECORD}/consent-record/", "individual", individual=ADA)["consentRecords"][0]
    path = f"{RECORD}/consent-record/{grant.id}/"
    answer = house.call("PUT", path, "individual", individual=ADA, json={"consentRecord": before | {"optIn": False}})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["consentRecord"]["state"], state_of(house, grant)) == ("unsigned", GrantState.REVOKED)
    again = house.call("PUT", path, "individual", individual=ADA, json={"consentRecord": before | {"optIn": False}})
    assert again.json()["revision"] == answer.json()["revision"]
    back = house.call("PUT", path, "individual", individual=ADA, json={"consentRecord": before | {"optIn": True}})
    assert (back.status_code, state_of(house, grant)) == (409, GrantState.REVOKED)


def test_a_change_to_what_is_already_so_changes_nothing_and_a_yes_answers_an_ask(house: House) -> None:
    asked = house.asked()
    body = {"consentRecord": {"optIn": True, "dataAgreementRevisionHash": asked.notice_hash}}
    path = f"{RECORD}/consent-record/{asked.id}/"
    stale = {"consentRecord": {"optIn": True, "dataAgreementRevisionHash": "0" * 64}}
    assert house.call("PUT", path, "individual", individual=ADA, json=stale).status_code == 409
    first = house.call("PUT", path, "individual", individual=ADA, json=body)
    second = house.call("PUT", path, "individual", individual=ADA, json=body)
    assert first.json()["revision"] == second.json()["revision"]
    assert first.json()["consentRecord"]["state"] == "signed"


def test_a_no_to_a_draft_is_a_no(house: House) -> None:
    asked = house.asked()
    draft = drafted(house, asked)
    answer = house.call("POST", f"{RECORD}/consent-record/", "individual", json=draft)
    assert (answer.status_code, state_of(house, asked)) == (200, GrantState.REFUSED)
    assert "signature" not in answer.json()


def test_another_ask_than_was_drafted_is_not_answered(house: House) -> None:
    asked = house.asked()
    draft = drafted(house, asked)
    with house.database.writing() as work:
        house.consents.terminate(work, asked.id, "a new one follows")
    newer = house.asked(max_uses=3)
    draft["consentRecord"]["optIn"] = True
    answer = house.call("POST", f"{RECORD}/consent-record/", "individual", json=draft)
    assert (answer.status_code, state_of(house, newer)) == (409, GrantState.PENDING)


def test_a_signature_made_elsewhere_is_refused_and_not_quietly_dropped(house: House) -> None:
    asked = house.asked()
    draft = drafted(house, asked)
    draft["consentRecord"]["optIn"] = True
    draft["signature"]["signature"] = "made elsewhere"
    answer = house.call("POST", f"{RECORD}/consent-record/", "individual", json=draft)
    assert (answer.status_code, state_of(house, asked)) == (400, GrantState.PENDING)


def test_a_yes_is_to_the_notice_that_was_read(house: House) -> None:
    asked = house.asked()
    house.now_says(2, 90)
    newer = house.asked(BO)
    path = f"{RECORD}/data-agreement/{series_of(house, asked)}/"
    me = {"individualId": house.individuals[ADA]}
    assert house.call("POST", path, "individual", params=me).status_code == 409
    wrong = house.call("POST", path, "individual", params=me | {"revisionId": newer.notice_hash})
    assert (wrong.status_code, state_of(house, asked)) == (409, GrantState.PENDING)
    old = house.call("POST", path, "individual", params=me | {"revisionId": asked.notice_hash})
    assert (old.status_code, state_of(house, asked)) == (409, GrantState.PENDING)
    again = house.asked()
    assert again.notice_hash == newer.notice_hash
    right = house.call("POST", path, "individual", params=me | {"revisionId": newer.notice_hash})
    assert (right.status_code, state_of(house, again)) == (200, GrantState.GRANTED)


def test_nothing_that_is_not_asked_can_be_agreed_to(house: House) -> None:
    grant = house.granted(BO)
    path = f"{RECORD}/data-agreement/{series_of(house, grant)}/"
    assert house.call("POST", path, "individual", params={"individualId": house.individuals[ADA]}).status_code == 404


def test_another_persons_data_are_not_found(house: House) -> None:
    grant = house.granted(BO)
    series = series_of(house, grant)
    body = {"consentRecord": {"optIn": False}}
    for method, path, rest in (
        ("GET", f"{RECORD}/data-agreement/{series}/", {}),
        ("PUT", f"{RECORD}/consent-record/{grant.id}/", {"json": body}),
    ):
        assert house.call(method, path, "individual", individual=ADA, **rest).status_code == 404
    for path in (f"{RECORD}/consent-record/", f"{RECORD}/data-agreement/{series}/all/"):
        assert house.read(path, "individual", individual=ADA)["consentRecords"] == []
    assert state_of(house, grant) is GrantState.GRANTED


def test_a_persons_name_towards_one_program_opens_nothing_for_another(house: House) -> None:
    grant = house.granted()
    name = house.individuals[ADA]
    for path in (f"{RECORD}/consent-record/", f"/service/individual/{name}/"):
        assert house.call("GET", path, "other-individual", individual=ADA).status_code == 404
    body = {"consentRecord": {"optIn": False}}
    path = f"{RECORD}/consent-record/{grant.id}/"
    assert house.call("PUT", path, "other-individual", individual=ADA, json=body).status_code == 404
    assert house.read("/service/individuals/", "other-individual")["individuals"] == []
    itself = {"Authorization": f"Bearer {house.secrets['individual']}", HEADER: ADA}
    assert house.client.get(f"{PREFIX}{RECORD}/consent-record/", headers=itself).status_code == 404
    for other_name in (grant.subject, "individual-0", grant.id):
        answer = house.call("GET", f"{RECORD}/consent-record/", "individual", individual=other_name)
        assert answer.status_code == 404


def test_a_program_does_no_more_than_the_person_let_it(house: House) -> None:
    asked, granted = house.asked(), house.granted(recipient=OTHER)
    me = {"individualId": house.individuals[ADA]}
    agree = ("POST", f"{RECORD}/data-agreement/{series_of(house, asked)}/", {"params": me})
    stop = ("PUT", f"{RECORD}/consent-record/{granted.id}/", {"json": {"consentRecord": {"optIn": False}}})
    look = ("GET", f"{RECORD}/consent-record/", {})
    draft = ("POST", DRAFT, {"params": me | {"dataAgreementId": series_of(house, asked)}})
    for acts, open_to in (({Act.READ}, [look, draft]), ({Act.NO}, [stop]), ({Act.YES}, [agree])):
        let(house, acts)
        for one in (agree, stop, look, draft):
            if one not in open_to:
                answer = house.call(one[0], one[1], "individual", individual=ADA, **one[2])
                assert answer.status_code == 403, (acts, one)
    assert (state_of(house, asked), state_of(house, granted)) == (GrantState.PENDING, GrantState.GRANTED)


def test_a_word_that_ran_out_or_was_taken_back_opens_nothing(house: House) -> None:
    house.granted()
    path = f"{RECORD}/consent-record/"
    house.clock.move(days=31)
    assert house.call("GET", path, "individual", individual=ADA).status_code == 404
    let(house, {Act.READ})
    assert house.call("GET", path, "individual", individual=ADA).status_code == 200
    with house.database.writing() as work, pytest.raises(NotFound):
        house.delegations.end(work, house.individuals[ADA], BO)
    with house.database.writing() as work:
        house.delegations.end(work, house.individuals[ADA], ADA)
        assert house.delegations.of_person(work, ADA) == []
    assert house.call("GET", path, "individual", individual=ADA).status_code == 404


def test_two_names_for_one_request_or_none_are_refused(house: House) -> None:
    asked = house.asked()
    path = f"{RECORD}/data-agreement/{series_of(house, asked)}/"
    answer = house.call("POST", path, "individual", individual=BO, params={"individualId": house.individuals[ADA]})
    assert answer.status_code == 400
    assert house.call("GET", f"{RECORD}/consent-record/", "individual").status_code == 400
    draft = drafted(house, asked)
    draft["consentRecord"]["individual"]["id"] = house.individuals[BO]
    assert house.call("POST", f"{RECORD}/consent-record/", "individual", individual=ADA, json=draft).status_code == 400


def test_of_each_agreement_the_living_yes_is_the_current_record(house: House) -> None:
    old = house.granted()
    with house.database.writing() as work:
        house.consents.revoke(work, old.id, ADA)
    house.clock.move(days=1)
    living = house.granted()
    house.clock.move(days=1)
    house.asked()
    path = f"{RECORD}/data-agreement/{series_of(house, old)}/"
    assert house.read(path, "individual", individual=ADA)["consentRecord"]["id"] == living.id
    assert len(house.read(path + "all/", "individual", individual=ADA)["consentRecords"]) == 3
    current = house.read(f"{RECORD}/consent-record/", "individual", individual=ADA)["consentRecords"]
    assert [one["id"] for one in current] == [living.id]


def test_whether_the_person_may_is_asked_as_if_they_did_it_themselves(house: House) -> None:
    def never(_work: Any, acting: Any, _act: str, _grant: Any) -> None:
        assert acting.capacity == PROGRAM
        raise Refused("Their guardian decides.")

    grant = house.asked()
    with house.database.writing() as work:
        acting = house.delegations.of_person(work, ADA)[0].acting()
        with pytest.raises(Refused):
            with_programs(never)(work, acting, "grant", grant)
        with pytest.raises(Refused):
            only_the_person(work, acting, "grant", grant)


def test_a_word_is_for_a_program_that_acts_for_people_and_for_a_year_at_most(house: House) -> None:
    with house.database.writing() as work:
        for client, until, fault in (
            ("org", work.now + timedelta(days=1), NotFound),
            ("individual", work.now, BadInput),
            ("individual", work.now + timedelta(days=400), BadInput),
        ):
            with pytest.raises(fault):
                house.delegations.give(work, client=client, person=ADA, acts={Act.READ}, until=until)
        assert house.delegations.erase(work, ADA) == 1
