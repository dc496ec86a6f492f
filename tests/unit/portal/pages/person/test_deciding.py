"""The yes in full and deciding together: limits, the look before a stop, children with guardians, helpers, ages."""

from __future__ import annotations

import json
import re
from datetime import time, timedelta
from typing import Any

import pytest

from skillspace.people.accounts import Account, AccountKind
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.trust.consent import Acting, Conditions, Grant, GrantState, subject_for
from skillspace.trust.mandate import ALL, Capacity, Evidence, Proof, Scope
from skillspace.trust.register.record import Duty, Record
from tests.unit.portal.pages.person.conftest import AGENCY, Browser, House, _account, _ask

EVERYTHING = Scope(
    acts=frozenset({ALL}), purposes=frozenset({ALL}), kinds=frozenset({ALL}), recipients=frozenset({ALL})
)


def day(house: House, **ahead: float) -> str:
    return (house.node.database.clock() + timedelta(**ahead)).date().isoformat()


def give(browser: Browser, house: House, **more: object) -> str:
    form = {"to": f"guidance:{AGENCY}", "kind": ["skills", "plan"], "until": day(house, days=30), **more}
    answer = browser.post("/sharing/give", form)
    assert answer.status_code == 303, answer.text[-900:]
    return answer.headers["location"].split("/")[3]


def child_of(house: House, years: int = 12) -> tuple[Account, Grant]:
    """A child of these years, with an ask that waits."""
    born = house.node.database.clock().date().replace(day=1) - timedelta(days=366 * years + 40)
    with house.node.database.writing() as work:
        child = _account(house.node, work, "Robin Sample", born=born)
        return child, _ask(house.node, work, child)


def guard(house: House, child: Account, guardian: Account, *, jointly: bool = False) -> None:
    """Let an officer appoint a guardian, who accepts."""
    spaces = house.node.rooms.spaces
    assert spaces is not None
    seen = Evidence(type=Proof.SCHOOL_REGISTER, issuer="Sample School", reference="r-1")
    with house.node.database.writing() as work:
        officer = _account(house.node, work, f"Officer of {guardian.id}", kind=AccountKind.STAFF, roles=("officer",))
        made = spaces.mandates.appointing.appoint(
            work,
            officer=officer.id,
            principal=child.id,
            agent=guardian.id,
            capacity=Capacity.GUARDIAN,
            scope=EVERYTHING,
            evidence=[seen],
            ends=work.now + timedelta(days=300),
            jointly=jointly,
        )
        spaces.mandates.appointing.accept(work, made.id, guardian.id)


def state_of(house: House, grant: Grant) -> GrantState:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.reading() as work:
        return spaces.consents.find(work, grant.id).state


def test_a_profile_is_shared_skill_by_skill_once_and_on_school_days_only(house: House) -> None:
    browser = house.browser(house.alva)
    labels = [house.node.rooms.taxonomies.label(uri, "en") for uri in house.skills[:2]]
    grant = give(browser, house, skill=house.skills[0], often="1", when="school")
    seen = browser.get(f"/sharing/grants/{grant}/view").text
    assert labels[0] in seen[seen.index('class="mirror"') :]
    assert labels[1] not in seen[seen.index('class="mirror"') :]
    page = browser.get(f"/sharing/grants/{grant}").text
    assert f"Only these: {labels[0]}." in page
    assert "They may look 1 time. 1 is left." in page
    assert "Only on Monday, Tuesday, Wednesday, Thursday, and Friday, from 08:00 to 16:00." in page


def test_a_limit_that_is_not_offered_or_opens_nothing_is_refused_and_nothing_is_shared(house: House) -> None:
    browser = house.browser(house.alva)
    wrongs: tuple[dict[str, object], ...] = (
        {"skill": "urn:not:mine"},
        {"often": "2"},
        {"when": "never"},
        {"when": "own", "day": [], "start": "08:00", "end": "16:00"},
        {"when": "own", "day": "1", "start": "8 o'clock", "end": "16:00"},
        {"where": "EEA"},
    )
    for wrong in wrongs:
        form = {"to": f"guidance:{AGENCY}", "kind": "skills", "until": day(house, days=30), **wrong}
        assert browser.post("/sharing/give", form).status_code == 400, wrong
    assert "Nobody sees anything of yours" in browser.get("/sharing").text


def asked(house: House, **limits: Any) -> Grant:
    """An agency asks Alva for her skills."""
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        return spaces.consents.ask(
            work,
            person=house.alva.id,
            subject=subject_for(house.alva.secret, AGENCY),
            provider=house.node.trust.did,
            provider_name="Invented Space",
            recipient=AGENCY,
            recipient_name="Invented Agency",
            dataset=PROFILE_DATASET,
            purpose="guidance",
            kinds=("skills",),
            until=work.now + timedelta(days=30),
            agreement=None,
            why="",
            **limits,
        )


def test_an_ask_is_answered_with_a_yes_that_holds_only_once_and_on_school_days(house: House) -> None:
    browser, ask = house.browser(house.alva), asked(house, max_uses=3)
    page = browser.get(f"/sharing/ask/{ask.id}").text
    assert "They may look 3 times." in page
    assert re.findall(r'<option value="(\d*)"', page[page.index('id="often"') : page.index('id="when"')]) == ["", "1"]
    form: dict[str, object] = {"answer": "yes", "kind": "skills", "until": day(house, days=9)}
    for wrong in ({"often": "7"}, {"when": "never"}, {"where": "EEA"}):
        assert browser.post(f"/sharing/ask/{ask.id}", form | wrong).status_code == 400
        assert state_of(house, ask) is GrantState.PENDING
    given = browser.post(f"/sharing/ask/{ask.id}", form | {"often": "1", "when": "school"}).headers["location"]
    said = browser.get(given.partition("?")[0]).text
    assert "They may look 1 time." in said
    assert "Only on Monday, Tuesday, Wednesday, Thursday, and Friday, from 08:00 to 16:00." in said


def test_who_answers_an_ask_that_was_asked_anew_meanwhile_reads_the_newer_one_first(house: House) -> None:
    browser, first = house.browser(house.alva), asked(house)
    newer = asked(house, max_uses=1)
    answer = browser.post(f"/sharing/ask/{first.id}", {"answer": "yes", "kind": "skills", "until": day(house, days=9)})
    assert answer.headers["location"] == f"/sharing/ask/{newer.id}?done=ask-changed"
    assert "Read what has changed" in browser.get(answer.headers["location"]).text
    assert browser.get(f"/sharing/ask/{first.id}").headers["location"] == answer.headers["location"]
    assert state_of(house, newer) is GrantState.PENDING
    assert browser.post(f"/sharing/ask/{newer.id}", {"answer": "no"}).headers["location"] == "/sharing?done=declined"
    assert browser.get(f"/sharing/ask/{first.id}").headers["location"] == "/sharing"


def test_what_an_earlier_yes_was_limited_to_still_limits_the_yes_that_renews_it(house: House) -> None:
    school = Conditions(days=frozenset(range(1, 6)), start=time(8), end=time(16))
    ask = asked(house, conditions=school)
    browser = house.browser(house.alva)
    page = browser.get(f"/sharing/ask/{ask.id}").text
    assert "Only on Monday, Tuesday, Wednesday, Thursday, and Friday, from 08:00 to 16:00." in page
    assert 'id="when"' not in page
    browser.post(f"/sharing/ask/{ask.id}", {"answer": "yes", "kind": "skills", "until": day(house, days=9)})
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.reading() as work:
        assert spaces.consents.find(work, ask.id).conditions == school


def test_the_look_before_a_stop_says_what_a_law_keeps_and_the_page_after_it_who_still_holds_a_copy(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(
        name="Invented Agency", country="SE", duties=(Duty(kind="plan", days=90, law={"en": "Sample Act"}),)
    )
    registers = house.node.rooms.registers
    monkeypatch.setattr(registers, "of", lambda _work, did: (1, record) if did == AGENCY else None)
    browser = house.browser(house.alva)
    grant = give(browser, house)
    look = browser.get(f"/sharing/grants/{grant}/stop").text
    assert "Invented Agency sees nothing more." in look
    assert "90 days, because of Sample Act." in look
    assert "They no longer help you with your plan." in look
    assert browser.client.post(f"/sharing/grants/{grant}/stop").status_code == 403
    assert browser.get(f"/sharing/grants/{grant}/view").status_code == 200
    assert browser.post(f"/sharing/grants/{grant}/stop").headers["location"] == "/sharing?done=stopped"
    assert browser.get(f"/sharing/grants/{grant}/stop").headers["location"] == "/sharing"
    after = browser.get(f"/sharing/grants/{grant}").text
    assert "deletion not confirmed yet" in after
    assert "told to delete" in after
    assert "told to delete" in browser.get("/you/data").text


def test_the_receipt_is_taken_along_in_both_forms_by_its_person_alone(house: House) -> None:
    browser = house.browser(house.alva)
    grant = give(browser, house)
    assert json.loads(browser.get(f"/sharing/grants/{grant}/receipt").text)["@type"] == "dpv:ConsentReceipt"
    token = browser.get(f"/sharing/grants/{grant}/receipt.jwt")
    assert token.headers["content-type"].startswith("application/vc+jwt")
    assert token.text.count(".") == 2
    assert browser.get(f"/sharing/grants/{grant}/deletions/0").status_code == 404
    camille = house.browser(house.camille)
    for path in ("receipt", "receipt.jwt", "stop", "deletions/0"):
        assert camille.get(f"/sharing/grants/{grant}/{path}").status_code == 404, path


def test_a_child_is_asked_in_its_own_words_and_its_yes_waits_for_a_guardian(house: House) -> None:
    child, ask = child_of(house)
    browser = house.browser(child)
    page = browser.get(f"/sharing/ask/{ask.id}").text
    assert "No, I do not want this." in page
    assert "Yes, this is fine with me." in page
    assert "No grown-up is connected to you here yet." in page
    assert browser.client.post(f"/sharing/ask/{ask.id}", data={"answer": "yes"}).status_code == 403
    assert browser.post(f"/sharing/ask/{ask.id}", {"answer": "yes"}).status_code == 303
    assert "Now it is up to your guardian." in browser.get(f"/sharing/ask/{ask.id}").text
    assert state_of(house, ask) is GrantState.PENDING
    browser.post(f"/sharing/ask/{ask.id}", {"answer": "no"})
    assert state_of(house, ask) is GrantState.REFUSED


def test_a_guardians_yes_counts_after_the_childs_own_and_the_log_says_who_it_was(house: House) -> None:
    child, ask = child_of(house)
    guard(house, child, house.camille)
    guardian, path = house.browser(house.camille), f"/sharing/for/{child.id}/ask/{ask.id}"
    yes = {"answer": "yes", "kind": "diploma", "until": day(house, days=30)}
    assert "For Robin Sample" in guardian.get("/sharing").text
    before = guardian.get(path).text
    assert "They have not said yes themselves yet." in before
    assert 'value="yes"' not in before
    assert guardian.post(path, yes).status_code == 403
    house.browser(child).post(f"/sharing/ask/{ask.id}", {"answer": "yes"})
    assert 'value="yes"' in guardian.get(path).text
    assert guardian.post(path, {"answer": "yes", "until": day(house, days=30)}).status_code == 400
    assert guardian.client.post(path, data=yes).status_code == 403
    assert guardian.post(path, yes).headers["location"].endswith("done=granted-for")
    assert state_of(house, ask) is GrantState.GRANTED
    log = house.browser(child).get("/log").text
    assert "Camille &lt;b&gt;Exemplaire&lt;/b&gt; did this for you, as your guardian." in log
    assert "A yes for you" in log
    assert "You said yes" not in log[log.index("<main") :].partition("</form>")[2]
    assert guardian.get(f"/sharing/grants/{ask.id}").status_code == 404
    stop = f"/sharing/for/{child.id}/grants/{ask.id}/stop"
    assert guardian.post(stop).headers["location"].endswith("done=stopped")
    assert state_of(house, ask) is GrantState.REVOKED


def test_a_childs_own_no_is_not_overruled(house: House) -> None:
    child, ask = child_of(house)
    guard(house, child, house.camille)
    house.browser(child).post(f"/sharing/ask/{ask.id}", {"answer": "no"})
    yes = {"answer": "yes", "kind": "diploma", "until": day(house, days=30)}
    assert house.browser(house.camille).post(f"/sharing/for/{child.id}/ask/{ask.id}", yes).status_code in (403, 409)
    assert state_of(house, ask) is GrantState.REFUSED


def test_joint_guardians_both_have_to_agree(house: House) -> None:
    child, ask = child_of(house)
    for guardian in (house.camille, house.alva):
        guard(house, child, guardian, jointly=True)
    house.browser(child).post(f"/sharing/ask/{ask.id}", {"answer": "yes"})
    yes, path = (
        {"answer": "yes", "kind": "diploma", "until": day(house, days=30)},
        f"/sharing/for/{child.id}/ask/{ask.id}",
    )
    assert house.browser(house.camille).post(path, yes).headers["location"].endswith("done=agreed")
    assert state_of(house, ask) is GrantState.PENDING
    assert house.browser(house.alva).post(path, yes).headers["location"].endswith("done=granted-for")
    assert state_of(house, ask) is GrantState.GRANTED


def test_a_second_guardian_gives_no_longer_nor_oftener_than_the_first_agreed_to(house: House) -> None:
    child, ask = child_of(house)
    for guardian in (house.camille, house.alva):
        guard(house, child, guardian, jointly=True)
    house.browser(child).post(f"/sharing/ask/{ask.id}", {"answer": "yes"})
    path = f"/sharing/for/{child.id}/ask/{ask.id}"
    week, month = (
        {"answer": "yes", "kind": "diploma", "until": until} for until in (day(house, days=7), day(house, days=30))
    )
    assert house.browser(house.camille).post(path, week).headers["location"].endswith("done=agreed")
    assert house.browser(house.alva).post(path, month).headers["location"].endswith("done=agreed")
    assert state_of(house, ask) is GrantState.PENDING
    assert house.browser(house.alva).post(path, week).headers["location"].endswith("done=granted-for")
    assert state_of(house, ask) is GrantState.GRANTED


def test_nobody_without_a_mandate_sees_a_childs_pages(house: House) -> None:
    child, ask = child_of(house)
    stranger = house.browser(house.camille)
    assert "Robin" not in stranger.get("/sharing").text
    for path in (f"/sharing/for/{child.id}", f"/sharing/for/{child.id}/ask/{ask.id}"):
        assert stranger.get(path).status_code == 404, path
    for path in (f"/sharing/for/{child.id}/ask/{ask.id}", f"/sharing/for/{child.id}/grants/{ask.id}/stop"):
        assert stranger.post(path, {"answer": "no"}).status_code == 404, path
    guard(house, child, house.camille)
    assert stranger.get(f"/sharing/for/{child.id}/ask/{house.ask.id}").status_code == 404


def test_what_a_child_wants_to_share_becomes_an_ask_to_its_guardian(house: House) -> None:
    child, _ = child_of(house)
    browser = house.browser(child)
    form = {"to": f"guidance:{AGENCY}", "kind": "name", "until": day(house, days=30)}
    answer = browser.post("/sharing/give", form)
    assert answer.headers["location"].endswith("done=assented")
    assert "Now it is up to your guardian." in browser.get(answer.headers["location"]).text
    assert "Nobody sees anything of yours" in browser.get("/sharing").text


def test_who_never_told_their_age_tells_it_once_and_then_says_yes(house: House) -> None:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        spaces.mandates.births.erase(work, house.alva.id)
    browser = house.browser(house.alva)
    yes = {"answer": "yes", "kind": "diploma", "until": day(house, days=30)}
    assert browser.post(f"/sharing/ask/{house.ask.id}", yes).headers["location"] == "/you?done=age-first"
    assert "When were you born?" in browser.get("/you").text
    assert browser.post("/you/born", {"born": "long ago"}).status_code == 400
    assert browser.client.post("/you/born", data={"born": "1990-02-03"}).status_code == 403
    assert browser.post("/you/born", {"born": "1990-02-03"}).headers["location"] == "/you?done=born"
    page = browser.get("/you").text
    assert "When were you born?" not in page
    assert "1990" not in page
    assert browser.post("/you/born", {"born": "1970-02-03"}).status_code == 403
    assert browser.post(f"/sharing/ask/{house.ask.id}", yes).status_code == 303
    assert state_of(house, house.ask) is GrantState.GRANTED


def test_a_coach_is_named_by_code_accepts_acts_and_is_ended(house: House) -> None:
    alva, camille = house.browser(house.alva), house.browser(house.camille)
    assert house.camille.id in camille.get("/you/helpers").text
    named = {"capacity": "coach", "act": ["view", "refuse"], "until": day(house, days=60)}
    assert alva.post("/you/helpers", {**named, "code": "nobody"}).status_code == 400
    assert alva.post("/you/helpers", {**named, "code": house.alva.id}).status_code == 400
    assert alva.post("/you/helpers", {**named, "code": house.staff.id}).status_code == 400
    assert alva.post("/you/helpers", {**named, "code": house.camille.id, "capacity": "guardian"}).status_code == 400
    assert alva.post("/you/helpers", {**named, "code": house.camille.id}).status_code == 303
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.reading() as work:
        mandate = spaces.mandates.mandates.of_agent(work, house.camille.id)[0].id
    assert "It waits for you." in camille.get("/you/helpers").text
    assert camille.post(f"/you/helpers/{mandate}/dance").status_code == 404
    assert camille.post(f"/you/helpers/{mandate}/accept").status_code == 303
    assert camille.get(f"/you/helpers/{mandate}/document").text.count(".") == 2
    path = f"/sharing/for/{house.alva.id}/ask/{house.ask.id}"
    page = camille.get(path).text
    assert 'value="no"' in page
    assert 'value="yes"' not in page
    assert camille.post(path, {"answer": "no"}).status_code == 303
    assert "did this for you, as your coach." in alva.get("/log").text
    assert alva.post(f"/you/helpers/{mandate}/end").status_code == 303
    assert camille.get(f"/sharing/for/{house.alva.id}").status_code == 404


def test_a_mandate_between_others_does_not_exist(house: House) -> None:
    child, _ = child_of(house)
    guard(house, child, house.camille)
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.reading() as work:
        mandate = spaces.mandates.mandates.of_principal(work, child.id)[0].id
    alva = house.browser(house.alva)
    assert alva.get(f"/you/helpers/{mandate}/document").status_code == 404
    assert alva.post(f"/you/helpers/{mandate}/end").status_code == 404
    page = house.browser(child).get("/you/helpers").text
    assert "End it" not in page
    assert "You cannot name somebody else yet." in page


def badge(house: House, who: Account) -> int:
    """How many asks the bar says wait for somebody."""
    found = re.search(r'<span class="badge"><span aria-hidden="true">(\d+)<', house.browser(who).get("/you").text)
    return int(found.group(1)) if found else 0


def test_the_bar_counts_the_asks_of_those_one_acts_for_as_well(house: House) -> None:
    before = badge(house, house.camille)
    child, grant = child_of(house)
    assert badge(house, house.camille) == before, "nobody appointed them yet"
    guard(house, child, house.camille)
    assert badge(house, house.camille) == before + 1
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        acting = Acting(actor=house.camille.id, name="Camille", capacity="guardian", mandate="m")
        spaces.consents.refuse(work, grant.id, child.id, acting=acting)
    assert badge(house, house.camille) == before
