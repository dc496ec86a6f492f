"""How somebody becomes a child's guardian on the pages, what the child sees of it, and the day it grows out of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from skillspace.people.accounts import Account, AccountKind
from skillspace.trust.consent import GrantState
from skillspace.trust.mandate import Capacity, Evidence, Mandate, MandateState, Proof
from tests.unit.portal.pages.person.conftest import Browser, House, _account, _ask
from tests.unit.portal.pages.person.test_deciding import EVERYTHING, child_of, day, state_of

DESK = "/org/guardians"
PAPER = {"type": "civil_register", "issuer": "Invented Register", "reference": "line 7", "dated": "2026-01-02"}


def officer_of(house: House) -> Browser:
    """An officer's browser; the form token stands on the desk."""
    with house.node.database.writing() as work:
        account = _account(house.node, work, "Disa Exempel", kind=AccountKind.STAFF, roles=("officer",))
    return house.browser(account)


def request_form(house: House, child: Account, **more: object) -> dict[str, object]:
    acts = ["view", "refuse", "revoke", "grant"]
    form = {**PAPER, "code": child.id, "act": acts, "custody": "sole", "until": day(house, days=700)}
    return {**form, **more}


def mandate_of(house: House, child: Account) -> Mandate:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.reading() as work:
        return spaces.mandates.mandates.of_principal(work, child.id)[0]


def confirmed(house: House, child: Account, guardian: Account, officer: Browser, **more: object) -> Mandate:
    """Let somebody ask to be a guardian and an officer confirm it, each on their page."""
    asked = house.browser(guardian).post("/you/guardians", request_form(house, child, **more))
    assert asked.headers["location"] == "/you/helpers?done=guardian-asked"
    made = mandate_of(house, child)
    answer = officer.post(f"{DESK}/{made.id}", {**PAPER, "do": "confirm"})
    assert answer.headers["location"] == f"{DESK}/{made.id}?done=guardian-confirm", answer.text[-900:]
    return mandate_of(house, child)


def test_the_whole_way_of_a_guardian_from_asking_to_the_day_the_child_decides_alone(house: House) -> None:
    with house.node.database.writing() as work:
        birthday = work.now.date() + timedelta(days=40)
        child = _account(house.node, work, "Robin Sample", born=birthday.replace(year=birthday.year - 13, day=1))
        ask = _ask(house.node, work, child)
    officer, camille, robin = officer_of(house), house.browser(house.camille), house.browser(child)
    made = confirmed(house, child, house.camille, officer)
    assert made.state is MandateState.ACTIVE
    assert (made.evidence[0].dated, made.evidence[0].checked_at is None) == (date(2026, 1, 2), False)

    yes, path = (
        {"answer": "yes", "kind": "diploma", "until": day(house, days=200)},
        f"/sharing/for/{child.id}/ask/{ask.id}",
    )
    assert camille.post(path, yes).status_code == 403
    asked = robin.get(f"/sharing/ask/{ask.id}").text
    assert "You are asked first. Then your guardian is asked." in asked
    assert "Camille &lt;b&gt;Exemplaire&lt;/b&gt;" in asked
    robin.post(f"/sharing/ask/{ask.id}", {"answer": "yes"})
    assert camille.post(path, yes).headers["location"].endswith("done=granted-for")
    assert "did this for you, as your guardian." in robin.get("/log").text

    clock, spaces = house.node.database.clock, house.node.rooms.spaces
    assert spaces is not None
    house.node.database.clock = lambda: clock() + timedelta(days=41)
    with house.node.database.writing() as work:
        assert spaces.mandates.appointing.tick(work) >= 1
    robin, camille = house.browser(child), house.browser(house.camille)
    assert mandate_of(house, child).state is MandateState.OUTGROWN
    assert camille.get(f"/sharing/for/{child.id}").status_code == 404
    assert state_of(house, ask) is GrantState.GRANTED
    again = [it for it in re.findall(r"/sharing/ask/([\w-]+)", robin.get("/sharing").text) if it != ask.id]
    assert len(set(again)) == 1
    page = robin.get(f"/sharing/ask/{again[0]}").text
    assert "Now it is up to your guardian." not in page
    assert robin.post(f"/sharing/ask/{again[0]}", yes).status_code == 303
    with house.node.database.reading() as work:
        assert spaces.consents.find(work, again[0]).state is GrantState.GRANTED
        assert spaces.mandates.mandates.done_for(work, child.id)[0].actor == child.id


def test_a_request_answers_alike_whatever_age_the_code_s_owner_has_and_names_nobody(house: House) -> None:
    child, _ = child_of(house)
    camille = house.browser(house.camille)
    for code in (child, house.alva):
        answer = camille.post("/you/guardians", request_form(house, code))
        assert answer.headers["location"] == "/you/helpers?done=guardian-asked"
    page = camille.get("/you/helpers").text
    assert "Robin" not in page
    assert "Alva" not in page
    assert page.count("It is being checked.") == 2
    for code in ("account-none", house.staff.id, house.camille.id, ""):
        answer = camille.post("/you/guardians", request_form(house, child, code=code))
        assert answer.status_code == 400
        assert "This is nobody’s code." in answer.text
    again = camille.post("/you/guardians", request_form(house, child))
    assert again.status_code == 400
    assert "You asked this before." in again.text


def test_a_request_that_is_not_whole_says_what_is_missing_and_keeps_what_was_typed(house: House) -> None:
    child, _ = child_of(house)
    camille = house.browser(house.camille)
    wrongs: dict[str, dict[str, object]] = {
        "Choose what shows it.": {"type": "declaration"},
        "Say who gave it out": {"issuer": " "},
        "The day on it cannot be in the future.": {"dated": day(house, days=3)},
        "Choose a last day within five years.": {"until": day(house, days=3000)},
        "Choose at least one thing they may do.": {"act": "erase_account"},
        "Say whether they act alone": {"custody": ""},
    }
    for said, wrong in wrongs.items():
        answer = camille.post("/you/guardians", request_form(house, child, **wrong))
        assert answer.status_code == 400, wrong
        assert said in answer.text, wrong
        assert child.id in answer.text
    assert camille.client.post("/you/guardians", data=request_form(house, child)).status_code == 403
    assert house.browser(child).get("/you/guardians").status_code == 403
    assert house.browser(child).post("/you/guardians", request_form(house, house.alva)).status_code == 403
    assert "Robin" not in house.browser(house.camille).get("/sharing").text


def test_who_asks_can_take_it_back_and_an_adult_who_is_asked_about_says_no(house: House) -> None:
    child, _ = child_of(house)
    camille = house.browser(house.camille)
    camille.post("/you/guardians", request_form(house, child))
    assert "Take it back" in camille.get("/you/helpers").text
    assert camille.post(f"/you/helpers/{mandate_of(house, child).id}/refuse").status_code == 303
    assert mandate_of(house, child).state is MandateState.REFUSED
    camille.post("/you/guardians", request_form(house, house.alva))
    alva = house.browser(house.alva)
    assert "Say no to it" in alva.get("/you/helpers").text
    assert alva.post(f"/you/helpers/{mandate_of(house, house.alva).id}/refuse").status_code == 303


def test_a_child_reads_who_its_guardian_is_since_when_and_what_they_may_do(house: House) -> None:
    child, _ = child_of(house)
    officer, robin = officer_of(house), house.browser(child)
    assert "No grown-up is connected to you here yet." in robin.get("/you").text
    house.browser(house.camille).post("/you/guardians", request_form(house, child))
    assert "says they are your guardian. We check if that is true." in robin.get("/you").text
    made = mandate_of(house, child)
    officer.post(f"{DESK}/{made.id}", {**PAPER, "do": "confirm", "custody": "joint"})
    page = robin.get("/you").text
    assert "is your guardian here, since" in page
    assert "They can say yes, but only after you said yes." in page
    assert "They need a second guardian who says the same." in page
    officer.post(f"{DESK}/{made.id}", {"do": "suspend", "why": "We look at it again."})
    assert "but is paused." in robin.get("/you").text
    assert "Your guardians here" not in house.browser(house.camille).get("/you").text
    for language, title in (("sv", "Dina vårdnadshavare här"), ("fr", "Tes responsables ici")):
        house.language(child, language)
        assert title in robin.get("/you").text


def test_a_child_says_that_something_is_wrong_and_only_it_and_the_officer_read_it(house: House) -> None:
    child, _ = child_of(house)
    officer, robin, camille = officer_of(house), house.browser(child), house.browser(house.camille)
    made = confirmed(house, child, house.camille, officer)
    path = f"/you/guardians/{made.id}/wrong"
    assert "cannot read it" in robin.get(path).text
    assert robin.post(path, {"words": " "}).status_code == 400
    assert robin.client.post(path, data={"words": "help"}).status_code == 403
    assert robin.post(path, {"words": "This is <b>not</b> my parent."}).headers["location"].endswith("worry-told")
    assert robin.post(path, {"words": "Again."}).headers["location"] == path
    for stranger in (camille, house.browser(house.alva)):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"words": "All is well."}).status_code == 404
    for page in ("/you", "/you/helpers", f"/sharing/for/{child.id}", "/log"):
        assert "my parent" not in camille.get(page).text, page
    desk = officer.get(DESK).text
    assert "This is &lt;b&gt;not&lt;/b&gt; my parent." in desk
    worry = re.search(r"/org/guardians/worries/([\w-]+)", desk)
    assert worry is not None
    assert officer.post(f"{DESK}/worries/{worry[1]}", {"words": ""}).status_code == 400
    answered = officer.post(f"{DESK}/worries/{worry[1]}", {"words": "We called your school."})
    assert answered.headers["location"] == f"{DESK}?done=worry-answered"
    assert "We called your school." in robin.get(path).text
    assert "my parent" not in officer.get(DESK).text
    assert "We called your school." in officer.get(f"{DESK}/{made.id}").text


def test_an_officer_sees_names_and_codes_and_nothing_of_what_is_in_a_childs_space(house: House) -> None:
    child, ask = child_of(house)
    officer = officer_of(house)
    made = confirmed(house, child, house.camille, officer)
    for page in (DESK, f"{DESK}/{made.id}"):
        text = officer.get(page).text
        assert child.id in text
        assert ask.id not in text
        assert "Invented University" not in text
    for path in ("/skills", f"/sharing/for/{child.id}", "/you/helpers", "/org/log", "/org/rights", "/org/audit"):
        assert officer.get(path).status_code in (303, 403), path
    assert made.id not in officer.get(f"{DESK}?q=nobody").text
    assert made.id in officer.get(f"{DESK}?q={child.id}").text


def test_an_officer_pauses_lets_go_on_and_ends_with_a_reason_that_both_read(house: House) -> None:
    child, _ = child_of(house)
    officer, camille = officer_of(house), house.browser(house.camille)
    made = confirmed(house, child, house.camille, officer)
    path = f"{DESK}/{made.id}"
    assert officer.post(path, {"do": "end", "why": " "}).status_code == 400
    assert officer.post(path, {"do": "dance", "why": "So."}).status_code == 404
    assert officer.client.post(path, data={"do": "end", "why": "So."}).status_code == 403
    for move, why in (("suspend", "A court looks at it."), ("resume", "The court is done."), ("end", "A ruling.")):
        assert officer.post(path, {"do": move, "why": why}).headers["location"] == f"{path}?done=guardian-{move}"
        assert f"Why: {why}" in camille.get("/you/helpers").text
    page = officer.get(path).text
    assert "It is over; nothing can be done any more." in page
    for told in ("A court looks at it.", "A ruling.", "an officer", "the guardian"):
        assert told in page, told
    assert officer.post(path, {"do": "resume", "why": "Again."}).status_code == 409
    with house.node.database.reading() as work:
        entries = house.node.rooms.journal.journal.entries(work, about=made.id)
    assert next(entry.kind for entry in reversed(entries)) == "mandate.proposed"
    assert "Camille" not in str(entries)
    assert "Robin" not in str(entries)


def test_a_refused_request_says_why_and_comes_to_nothing(house: House) -> None:
    child, _ = child_of(house)
    officer, camille = officer_of(house), house.browser(house.camille)
    camille.post("/you/guardians", request_form(house, child))
    made = mandate_of(house, child)
    told = officer.get(f"{DESK}/{made.id}").text
    assert "Invented Register" in told
    assert "told, not seen yet" in told
    assert officer.post(f"{DESK}/{made.id}", {"do": "refuse", "why": "The paper was another one."}).status_code == 303
    page = camille.get("/you/helpers").text
    assert "Why: The paper was another one." in page
    assert "Robin" not in page
    assert camille.get(f"/sharing/for/{child.id}").status_code == 404
    camille.post("/you/guardians", request_form(house, child))
    assert "Before this one, between the same two" in officer.get(f"{DESK}/{mandate_of(house, child).id}").text


def test_where_the_age_is_unknown_an_officer_records_it_with_evidence_first(house: House) -> None:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    child, _ = child_of(house)
    with house.node.database.writing() as work:
        spaces.mandates.births.erase(work, child.id)
    officer = officer_of(house)
    house.browser(house.camille).post("/you/guardians", request_form(house, child))
    made = mandate_of(house, child)
    assert "The child’s age is not known here yet." in officer.get(f"{DESK}/{made.id}").text
    refused = officer.post(f"{DESK}/{made.id}", {**PAPER, "do": "confirm"})
    assert refused.status_code == 400
    assert "Record it first, with evidence." in refused.text
    born = (house.node.database.clock() - timedelta(days=12 * 366)).date().isoformat()
    form = {**PAPER, "code": child.id, "born": born, "country": "SE"}
    wrongs = ({"born": ""}, {"code": "nobody"}, {"country": "ZZ"}, {"type": "witness"}, {"code": house.staff.id})
    for wrong in (*wrongs, {"born": "1850-01-01"}):
        assert officer.post(f"{DESK}/age", {**form, **wrong}).status_code == 400, wrong
    assert officer.client.post(f"{DESK}/age", data=form).status_code == 403
    assert officer.post(f"{DESK}/age", form).headers["location"] == f"{DESK}?done=age-recorded"
    assert born not in officer.get(f"{DESK}/age?code={child.id}").text
    assert officer.post(f"{DESK}/{made.id}", {**PAPER, "do": "confirm"}).status_code == 303
    assert mandate_of(house, child).state is MandateState.ACTIVE


def test_an_adult_gets_no_guardian_and_a_young_person_who_decides_alone_says_yes_first(house: House) -> None:
    officer, camille = officer_of(house), house.browser(house.camille)
    camille.post("/you/guardians", request_form(house, house.alva))
    answer = officer.post(f"{DESK}/{mandate_of(house, house.alva).id}", {**PAPER, "do": "confirm"})
    assert answer.status_code == 400
    assert "This person decides alone already" in answer.text
    young, _ = child_of(house, years=15)
    camille.post("/you/guardians", request_form(house, young))
    assert officer.post(f"{DESK}/{mandate_of(house, young).id}", {**PAPER, "do": "confirm"}).status_code == 400
    officer.post(f"{DESK}/{mandate_of(house, young).id}", {"do": "refuse", "why": "Ask for looking only."})
    camille.post("/you/guardians", request_form(house, young, act="view"))
    made = mandate_of(house, young)
    assert officer.post(f"{DESK}/{made.id}", {**PAPER, "do": "confirm"}).status_code == 303
    assert "It waits for the young person." in officer.get(DESK).text
    assert house.browser(young).post(f"/you/helpers/{made.id}/accept").status_code == 303
    assert mandate_of(house, young).state is MandateState.ACTIVE


def test_an_officer_appoints_by_two_codes_and_the_guardian_says_yes(house: House) -> None:
    child, _ = child_of(house)
    officer, camille = officer_of(house), house.browser(house.camille)
    form = request_form(house, child) | {"child": child.id, "guardian": house.camille.id}
    for wrong in ({"child": "x"}, {"guardian": child.id}, {"guardian": house.staff.id}, {"issuer": ""}):
        assert officer.post(f"{DESK}/new", {**form, **wrong}).status_code == 400, wrong
    assert officer.client.post(f"{DESK}/new", data=form).status_code == 403
    assert officer.post(f"{DESK}/new", form).headers["location"].endswith("?done=guardian-appoint")
    assert officer.post(f"{DESK}/new", form).status_code == 400
    assert "It waits for the guardian." in officer.get(DESK).text
    assert "Robin Sample" in camille.get("/you/helpers").text
    assert camille.post(f"/you/helpers/{mandate_of(house, child).id}/accept").status_code == 303
    assert "For Robin Sample" in camille.get("/sharing").text


def test_a_child_is_appointed_nobodys_guardian(house: House) -> None:
    child, _ = child_of(house)
    form = request_form(house, child) | {"child": child.id, "guardian": child_of(house)[0].id}
    answer = officer_of(house).post(f"{DESK}/new", form)
    assert answer.status_code == 400
    assert "a guardian who is no child" in answer.text


def test_what_people_agreed_with_a_coach_does_not_exist_for_an_officer(house: House) -> None:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        made = spaces.mandates.appointing.name_agent(
            work,
            principal=house.alva.id,
            agent=house.camille.id,
            capacity=Capacity.COACH,
            scope=EVERYTHING,
            ends=work.now + timedelta(days=9),
        )
    officer = officer_of(house)
    assert officer.get(f"{DESK}/{made.id}").status_code == 404
    assert officer.post(f"{DESK}/{made.id}", {"do": "refuse", "why": "So."}).status_code == 404
    assert made.id not in officer.get(DESK).text


def test_nobody_but_an_officer_of_an_intermediary_reaches_the_desk(house: House) -> None:
    child, _ = child_of(house)
    made = confirmed(house, child, house.camille, officer_of(house))
    with house.node.database.writing() as work:
        dpo = _account(house.node, work, "Dag Exempel", kind=AccountKind.STAFF, roles=("dpo", "auditor", "coach"))
    for path in (DESK, f"{DESK}/new", f"{DESK}/age", f"{DESK}/{made.id}"):
        for who in (house.staff, house.camille, child, dpo):
            assert house.browser(who).get(path).status_code == 403, (path, who.name)
        assert house.browser().get(path).status_code == 303
    for path in (f"{DESK}/new", f"{DESK}/age", f"{DESK}/{made.id}", f"{DESK}/worries/x"):
        for who in (house.staff, house.camille, dpo):
            assert house.browser(who).post(path, {"do": "end", "why": "So."}).status_code == 403, (path, who.name)


@pytest.mark.parametrize("language", ["en", "fr", "sv"])
def test_the_desk_and_the_forms_speak_the_readers_language(house: House, language: str) -> None:
    child, _ = child_of(house)
    with house.node.database.writing() as work:
        officer = _account(house.node, work, "Disa E", kind=AccountKind.STAFF, roles=("officer",), language=language)
    house.language(house.camille, language)
    camille, desk = house.browser(house.camille), house.browser(officer)
    camille.post("/you/guardians", request_form(house, child))
    made = mandate_of(house, child)
    for browser, path in (
        (camille, "/you/guardians"),
        (camille, "/you/helpers"),
        (desk, DESK),
        (desk, f"{DESK}/{made.id}"),
        (desk, f"{DESK}/new"),
        (desk, f"{DESK}/age"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text


def test_evidence_told_in_a_request_does_not_count_as_seen(house: House) -> None:
    child, _ = child_of(house)
    house.browser(house.camille).post("/you/guardians", request_form(house, child))
    told = mandate_of(house, child).evidence
    paper = Evidence(type=Proof.CIVIL_REGISTER, issuer="Invented Register", reference="line 7", dated=date(2026, 1, 2))
    assert told == (paper,)
