"""What a person does in their rooms: telling, answering, planning, sharing, stopping, taking along, leaving."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import PeerUnreachable
from skillspace.people.links import Link
from skillspace.trust.identity import PeerRefused
from tests.unit.portal.pages.person.conftest import AGENCY, UNIVERSITY, Browser, House

#: How many questions a page may ask its database: none asks more when there is more to show.
QUESTIONS = 20


def job_of(browser: Browser) -> str:
    found = re.search(r"/opportunities/jobs/(job-[0-9a-f]+)", browser.get("/opportunities").text)
    assert found is not None
    return found[1]


def training_of(browser: Browser) -> str:
    found = re.search(
        r"/opportunities/trainings/(training-[0-9a-f]+)", browser.get("/opportunities?tab=trainings").text
    )
    assert found is not None
    return found[1]


def day(house: House, **ahead: float) -> str:
    return (house.node.database.clock() + timedelta(**ahead)).date().isoformat()


def test_skills_are_filtered_by_level_source_and_theme(house: House) -> None:
    browser = house.browser(house.alva)
    assert "4 skills from 1 place" in browser.get("/skills").text
    certified = browser.get("/skills?view=list&level=5").text
    assert certified.count('class="row-main"') == 3
    assert browser.get(f"/skills?view=list&source={UNIVERSITY}").text.count('class="row-main"') == 4
    assert "No skill fits these filters" in browser.get("/skills?level=6").text
    picture = browser.get("/skills/picture.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")


def test_a_skill_shows_who_says_so_on_what_and_what_would_prove_it_better(house: House) -> None:
    browser = house.browser(house.alva)
    page = browser.get("/skill?uri=" + house.skills[0]).text
    assert "Invented University" in page
    assert f"/records/{house.record}" in page
    assert "What would prove it better" in page
    assert "Take a test with Invented Tests." in page
    unknown = browser.get("/skill?uri=" + house.skills[5]).text
    assert "not among yours yet" in unknown


def test_a_record_shows_its_checks_and_comes_back_byte_for_byte_as_a_file(house: House) -> None:
    browser = house.browser(house.alva)
    page = browser.get(f"/records/{house.record}").text
    assert "The signature is right" in page
    assert "Who signed is a member of this data space" in page
    assert "<script>" + house.alva.id not in page
    original = browser.get(f"/records/{house.record}/original")
    assert original.content == f"<script>{house.alva.id}</script>".encode()
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment")


def test_a_story_becomes_skills_only_by_a_yes_and_goes_with_them(house: House) -> None:
    browser = house.browser(house.camille)
    label = house.node.rooms.taxonomies.label(house.skills[0], "en")
    told = browser.post("/stories/new", {"text": f"In the summer I had to {label}, and I liked it."})
    assert told.status_code == 303
    place = told.headers["location"]
    page = browser.get(place).text
    assert f"<mark>{label}" in page
    number = re.search(r'name="skill-(\d+)" value="' + re.escape(house.skills[0]), page)
    assert number is not None
    answers = {f"skill-{number[1]}": house.skills[0], f"answer-{number[1]}": "yes"}
    assert browser.post(place, answers).headers["location"] == "/skills?done=story"
    page = browser.get("/skill?uri=" + house.skills[0]).text
    assert "said by you" in page
    assert label in page
    assert browser.post(f"{place}/delete").status_code == 303
    assert "not among yours yet" in browser.get("/skill?uri=" + house.skills[0]).text
    assert browser.get(place).status_code == 404


def test_a_story_without_words_comes_back_with_the_reason(house: House) -> None:
    answer = house.browser(house.alva).post("/stories/new", {"text": "  "})
    assert answer.status_code == 400
    assert "A story has between 1 and 4,000 characters." in answer.text


def test_jobs_come_with_reasons_a_mark_for_invented_ads_and_a_closing_training(house: House) -> None:
    browser = house.browser(house.alva)
    page = browser.get("/opportunities").text
    assert "made-up ad" in page
    assert "skills it insists on" in page
    assert "Sample Works" in page
    assert "show=40" in page
    assert browser.get("/opportunities?show=40").text.count("/opportunities/jobs/") == 25
    assert browser.get("/opportunities?where=SE").text.count("/opportunities/jobs/") == 0
    assert browser.get("/opportunities?where=XX1&show=40").text.count("/opportunities/jobs/") == 25
    job = browser.get(f"/opportunities/jobs/{job_of(browser)}")
    assert job.status_code == 200
    assert browser.get(f"/opportunities/trainings/{job_of(browser)}").status_code == 404
    assert browser.get(f"/opportunities/trainings/{training_of(browser)}").status_code == 200


def test_a_job_says_what_its_employer_calls_a_skill_beside_the_usual_name(house: House) -> None:
    browser = house.browser(house.alva)
    page = browser.get(f"/opportunities/jobs/{job_of(browser)}").text
    assert page.count("they call it “our &lt;b&gt;own&lt;/b&gt; word”") == 1
    assert "<b>own</b>" not in page


def test_without_an_index_the_page_asks_for_patience(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    monkeypatch.setattr(type(spaces.indexes), "jobs", None)
    assert "data-reload" in house.browser(house.alva).get("/opportunities").text


def test_a_plan_leads_from_a_goal_to_chosen_trainings_and_back(house: House) -> None:
    browser = house.browser(house.alva)
    training = training_of(browser)
    assert browser.post("/plan", {"do": "choose", "training": training}).headers["location"] == "/plan?done=no-goal"
    trial = browser.get("/plan?goal=" + job_of(browser)).text
    assert "You are only trying this out" in trial
    assert browser.post("/plan", {"do": "goal", "goal": job_of(browser)}).status_code == 303
    assert "Opening" in browser.get("/plan").text
    assert browser.post("/plan", {"do": "choose", "training": training}).headers["location"] == "/plan?done=chosen"
    assert "Trainings you chose" in browser.get("/plan").text
    assert "in your plan" in browser.get(f"/opportunities/trainings/{training}").text
    browser.post("/plan", {"do": "drop", "training": training})
    assert "Trainings you chose" not in browser.get("/plan").text
    assert browser.post("/plan", {"do": "goal", "goal": house.skills[0]}).status_code == 400
    assert browser.get("/plan?search=nurse").status_code == 200


def test_an_ask_is_answered_with_less_than_was_asked_and_kept_with_a_receipt(house: House) -> None:
    browser = house.browser(house.alva)
    path = f"/sharing/ask/{house.ask.id}"
    page = browser.get(path).text
    assert "May they come into your space?" in page
    assert " checked>" not in page
    assert "Integritetsskyddsmyndigheten" in page
    nothing = browser.post(path, {"answer": "yes", "until": day(house, days=30)})
    assert nothing.status_code == 400
    late = {"answer": "yes", "kind": "diploma", "until": "not a day"}
    assert browser.post(path, late).status_code == 400
    yes = browser.post(path, {"answer": "yes", "kind": "diploma", "until": day(house, days=30)})
    assert yes.headers["location"] == f"/sharing/grants/{house.ask.id}?done=granted"
    page = browser.get(f"/sharing/grants/{house.ask.id}").text
    assert "diplomas" in page.lower()
    assert browser.get(path).headers["location"] == f"/sharing/grants/{house.ask.id}"
    receipt = browser.get(f"/sharing/grants/{house.ask.id}/receipt")
    assert json.loads(receipt.text)["@type"] == "dpv:ConsentReceipt"
    assert "You said yes" in browser.get("/log").text
    assert browser.post(f"/sharing/grants/{house.ask.id}/stop").headers["location"] == "/sharing?done=stopped"
    assert browser.post(f"/sharing/grants/{house.ask.id}/stop").status_code == 409
    assert "You stopped it" in browser.get("/log?outcome=stopped").text


def test_a_no_is_kept_and_shares_nothing(house: House) -> None:
    browser = house.browser(house.alva)
    no = browser.post(f"/sharing/ask/{house.ask.id}", {"answer": "no"})
    assert no.headers["location"] == "/sharing?done=declined"
    assert "You said no" in browser.get("/log").text
    assert browser.get(f"/sharing/grants/{house.ask.id}/receipt").status_code == 403


def test_after_a_yes_the_way_of_the_records_is_shown_until_they_arrive(house: House) -> None:
    browser = house.browser(house.alva)
    browser.post(f"/sharing/ask/{house.ask.id}", {"answer": "yes", "kind": "diploma", "until": day(house, days=30)})
    while house.node.worker.run_due():
        pass
    page = browser.get(f"/sharing/grants/{house.ask.id}").text
    assert "data-reload" in page
    assert "The contract between the two organisations is being settled." in page


def test_a_profile_is_shared_seen_as_the_other_side_sees_it_and_stopped(house: House) -> None:
    browser = house.browser(house.alva)
    form = browser.get("/sharing/give").text
    to = f"guidance:{AGENCY}"
    assert to in form
    wrong = {"to": to, "kind": "skills", "until": day(house, days=900)}
    assert browser.post("/sharing/give", wrong).status_code == 400
    stranger = wrong | {"to": f"guidance:{UNIVERSITY}", "until": day(house, days=30)}
    assert browser.post("/sharing/give", stranger).status_code == 400
    given = browser.post("/sharing/give", {"to": to, "kind": ["skills", "plan"], "until": day(house, days=30)})
    place = given.headers["location"].partition("?")[0]
    seen = browser.get(place).text
    main = seen[seen.index('class="mirror"') : seen.index("</main>")]
    assert house.node.rooms.taxonomies.label(house.skills[0], "en") in main
    assert "Alva" not in main
    assert "Invented Agency" in browser.get("/plan").text or "agency" in browser.get("/sharing").text.lower()
    assert browser.post(place.replace("/view", "/stop")).status_code == 303
    assert browser.get(place).status_code == 303


def test_connecting_shows_the_organisations_own_reason_in_the_persons_language(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = house.browser(house.alva)
    spaces = house.node.rooms.spaces
    assert spaces is not None
    for fault, sentence in (
        (PeerRefused("This code …", body={"code": "WrongCode"}), "This code is not right"),
        (PeerUnreachable(), "does not answer at the moment"),
    ):

        def refuse(*_: object, fault: Exception = fault) -> Link:
            raise fault

        monkeypatch.setattr(spaces.links, "connect", refuse)
        answer = browser.post("/you/connect", {"organisation": UNIVERSITY, "code": "K7QF-2MXA"})
        assert answer.status_code == 400
        assert sentence in answer.text
        assert "K7QF-2MXA" in answer.text
    assert browser.post("/you/connect", {"organisation": "did:web:stranger", "code": "x"}).status_code == 400


def test_the_language_changes_for_the_account_and_at_the_door(house: House) -> None:
    browser = house.browser(house.alva)
    changed = browser.post("/you/language", {"language": "sv", "next": "/plan"})
    assert changed.headers["location"] == "/plan"
    assert '<html lang="sv">' in browser.get("/skills").text
    assert browser.post("/you/language", {"language": "tlh"}).status_code == 400
    stranger = house.browser()
    assert '<html lang="fr">' in stranger.get("/sign-in", **{"accept-language": "fr-FR,en;q=0.5"}).text
    stranger.client.post("/you/language", data={"language": "sv", "next": "//elsewhere.example"})
    assert '<html lang="sv">' in stranger.get("/sign-in").text


@pytest.mark.parametrize("next_page", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "/\nx"])
def test_signing_in_never_leads_to_another_site(house: House, next_page: str) -> None:
    browser = house.browser()
    answer = browser.client.post("/sign-in", data={"account": house.alva.id, "next": next_page})
    assert answer.headers["location"] == "/skills"


def test_a_sign_in_is_a_new_session_and_a_sign_out_ends_it(house: House) -> None:
    browser = house.browser(house.alva)
    cookie = house.node.rooms.cookie.name
    before = browser.client.cookies[cookie]
    browser.post("/sign-in", {"account": house.alva.id})
    assert browser.client.cookies[cookie] != before
    kept = browser.client.cookies[cookie]
    assert browser.post("/sign-out").headers["location"] == "/sign-in?done=signed-out"
    browser.client.cookies.set(cookie, kept)
    assert browser.get("/skills").status_code == 303


def test_the_door_lists_invented_people_and_opens_for_nobody_else(house: House) -> None:
    page = house.browser().get("/sign-in").text
    assert "Alva Exempelsson" in page
    assert house.browser().client.post("/sign-in", data={"account": "account-nobody"}).status_code == 403


def test_passkey_options_are_json_for_the_door_and_for_one_more_device(house: House) -> None:
    door = house.browser().client.post("/sign-in/passkey/options", json={})
    assert json.loads(door.text)["challenge"]
    browser = house.browser(house.alva)
    assert browser.client.post("/you/passkeys/options", json={}).status_code == 403
    more = browser.client.post("/you/passkeys/options", json={}, headers={"X-CSRF": browser.csrf()})
    assert json.loads(more.text)["user"]["name"] == "Alva Exempelsson"
    newcomer = house.browser().client.post("/sign-up/options", json={"name": "Robin Sample", "born": "2001-02-03"})
    assert json.loads(newcomer.text)["user"]["name"] == "Robin Sample"
    assert (
        house.browser()
        .client.post("/sign-up/options", content="[", headers={"content-type": "application/json"})
        .status_code
        == 400
    )


def test_an_invitation_opens_the_account_once(house: House) -> None:
    with house.node.database.writing() as work:
        token = house.node.rooms.accounts.invite(work, house.staff.id)
    browser = house.browser()
    assert token in browser.get(f"/welcome?token={token}").text
    assert browser.client.post("/welcome", data={"token": token}).headers["location"] == "/you"
    assert "Oona Orkester" in browser.get("/you").text
    assert house.browser().client.post("/welcome", data={"token": token}).status_code == 403


def test_everything_can_be_taken_along_for_machines_and_on_paper(house: House) -> None:
    browser = house.browser(house.alva)
    data = browser.get("/you/download.jsonld")
    assert json.loads(data.text)["name"] == "Alva Exempelsson"
    paper = browser.get("/you/download.pdf")
    assert io.BytesIO(paper.content).read(5) == b"%PDF-"


def test_erasing_needs_a_tick_and_leaves_nothing(house: House) -> None:
    browser = house.browser(house.alva)
    assert browser.post("/you/erase").headers["location"] == "/you/erase"
    gone = browser.post("/you/erase", {"confirm": "yes"})
    assert gone.headers["location"] == "/you/erased"
    assert "Everything is erased" in browser.get("/you/erased").text
    assert browser.get("/skills").status_code == 303
    with house.node.database.reading() as work:
        spaces = house.node.rooms.spaces
        assert spaces is not None
        assert spaces.profile.records(work, house.alva.id) == []


def test_static_files_are_kept_by_browsers_and_nothing_else_is_served(house: House) -> None:
    browser = house.browser()
    style = browser.get("/static/site.css")
    assert style.headers["cache-control"].startswith("public")
    assert browser.get("/static/site.css", **{"if-none-match": style.headers["etag"]}).status_code == 304
    for name in ("..%2Frender.py", "%2e%2e/rooms.py", "nothing.css"):
        assert browser.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/skills", "/opportunities", "/opportunities?tab=trainings", "/plan", "/sharing"])
def test_a_page_asks_the_database_few_questions(house: House, path: str) -> None:
    browser, asked = house.browser(house.alva), list[str]()
    browser.get(path)
    sa.event.listen(house.node.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert browser.get(path).status_code == 200
    assert len(asked) <= QUESTIONS, asked
