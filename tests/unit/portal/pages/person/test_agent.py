"""Your agent in the browser: told in words or by choosing, looked at first, answering, and undone."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from skillspace.trust.consent import GrantState
from tests.unit.portal.pages.person.agents import ALWAYS, asked, decision, move, spaces_of, tell, wishes
from tests.unit.portal.pages.person.conftest import AGENCY, UNIVERSITY, House, _account, _ask


def test_words_become_a_proposal_that_decides_nothing_until_the_person_says_so(house: House) -> None:
    browser = house.browser(house.alva)
    assert "Nothing yet. Until you tell it something" in browser.get("/you/agent").text
    wish = tell(browser)
    page = browser.get(f"/you/agent/wishes/{wish}").text
    assert "Always show your skills and how they are proven to Invented Agency" in page
    assert f"You said: “{ALWAYS}”" in page
    assert "You can undo each answer for 14 days." in page
    assert asked(house).state is GrantState.PENDING
    assert "Does not count yet" in browser.get("/you/agent").text
    assert move(browser, wish, "activate") == "/you/agent?done=wish-counts"
    assert asked(house).state is GrantState.GRANTED


def test_a_proposal_that_is_dropped_is_gone_for_good(house: House) -> None:
    browser = house.browser(house.alva)
    wish = tell(browser)
    assert move(browser, wish, "end") == "/you/agent?done=wish-gone"
    assert wishes(house) == []
    assert browser.get(f"/you/agent/wishes/{wish}").status_code == 400
    assert move(browser, wish, "activate") == "409"
    assert move(browser, wish, "delete") == "404"
    assert asked(house).state is GrantState.PENDING


def test_what_is_not_understood_is_said_and_nothing_is_kept(house: House) -> None:
    browser = house.browser(house.alva)
    for words, missed in (
        ("Please do something nice", "I do not understand"),
        ("Never show my unicorns to employers", "unicorns"),
        ("Should I share my skills with schools?", "That is a question."),
        ("<script>alert(1)</script>", "I do not understand"),
        ("", "Write what should happen."),
        ("x" * 501, "That is too long."),
    ):
        answer = browser.post("/you/agent", {"words": words})
        assert answer.status_code == 400
        assert missed in answer.text
        assert "choose from a form" in answer.text
        assert 'href="/you/agent/choose"' in answer.text
        assert "<script>alert" not in answer.text
    assert wishes(house) == []


def test_every_example_on_the_page_is_understood_in_its_language(house: House) -> None:
    for language, told in (
        ("sv", "Alltid visa"),
        ("fr", "Ne jamais montrer"),
        ("en", "Ask you before showing anything to anybody, on Saturdays and Sundays."),
    ):
        house.language(house.alva, language)
        browser = house.browser(house.alva)
        shown = re.findall(r'<ul class="examples">(.*?)</ul>', browser.get("/you/agent").text, re.DOTALL)[0]
        examples = [unescape(text).strip("“”«»\u202f\u00a0 ") for text in re.findall("<li>(.*?)</li>", shown)]
        assert len(examples) == 3
        found = [tell(browser, example) for example in examples]
        assert any(told in browser.get(f"/you/agent/wishes/{wish}").text for wish in found)


def test_the_look_before_shows_what_the_last_ninety_days_would_have_been(house: House) -> None:
    spaces = spaces_of(house)
    browser = house.browser(house.alva)
    first, second = asked(house), asked(house, "skills", "plan")
    with house.node.database.writing() as work:
        spaces.consents.grant(work, first.id, house.alva.id)
        spaces.consents.refuse(work, second.id, house.alva.id)
    page = browser.get(f"/you/agent/wishes/{tell(browser, 'Never show my skills to Invented Agency.')}").text
    assert "3 asks came." in page
    assert "It would have said no to 1." in page
    assert "1 would have ended otherwise." in page
    assert "You said yes. It would have said no." in page
    assert '<svg class="chart rehearsal"' in page
    assert spaces.consents.find is not None
    assert wishes(house)[0].state == "proposed"
    quiet = browser.get(f"/you/agent/wishes/{tell(browser, 'Never show my plan to schools.')}").text
    assert "Nothing would have been different." in quiet
    none = house.browser(house.camille)
    assert "Nobody asked you anything" in none.get(f"/you/agent/wishes/{tell(none)}").text


def test_an_answer_of_the_agent_shows_everywhere_with_its_reason_and_is_undone_there(house: House) -> None:
    browser = house.browser(house.alva)
    move(browser, tell(browser), "activate")
    grant = asked(house)
    why = "You said that this may always happen."
    for path in ("/you/agent", "/sharing", f"/sharing/grants/{grant.id}", "/log"):
        page = browser.get(path).text
        assert why in page, path
        undo = f"/you/agent/decisions/{decision(house, grant).id}/undo"
        assert (undo in page) is (path != "/log"), path
    assert "Your agent did this, as you told it to." in browser.get("/log").text
    assert browser.client.post(undo).status_code == 403, "a form without the session's token undoes nothing"
    assert house.browser(house.camille).post(undo).status_code == 404
    assert browser.post(undo).headers["location"] == "/you/agent?done=undone-yes"
    with house.node.database.reading() as work:
        assert spaces_of(house).consents.find(work, grant.id).state is GrantState.REVOKED
    assert browser.post(undo).status_code == 409
    again = asked(house, dataset=grant.dataset)
    assert again.state is GrantState.PENDING, "what was taken back is never decided the same way again"
    assert "Your agent said yes, and you undid it." in browser.get(f"/sharing/grants/{grant.id}").text


def test_who_really_answered_is_the_agent_and_not_the_person(house: House) -> None:
    browser = house.browser(house.alva)
    wish = tell(browser)
    move(browser, wish, "activate")
    grant = asked(house)
    with house.node.database.reading() as work:
        done = spaces_of(house).mandates.mandates.done_for(work, house.alva.id)[0]
    assert (done.about, done.act, done.capacity, done.mandate) == (grant.id, "grant", "agent", wish)


def test_undoing_a_no_puts_the_ask_before_the_person_again(house: House) -> None:
    browser = house.browser(house.alva)
    move(browser, tell(browser, "Never show my plan to Invented Agency."), "activate")
    grant = asked(house, "plan")
    assert grant.state is GrantState.REFUSED
    answer = browser.post(f"/you/agent/decisions/{decision(house, grant).id}/undo")
    again = answer.headers["location"]
    assert again.startswith("/sharing/ask/")
    assert again.endswith("?done=undone-no")
    assert "wants to see some of your data" in browser.get(again).text


def test_an_ask_that_fits_in_part_says_so_and_switches_nothing_on_by_itself(house: House) -> None:
    browser = house.browser(house.alva)
    move(browser, tell(browser), "activate")
    ask = asked(house, "skills", "plan")
    assert ask.state is GrantState.PENDING
    assert "Your agent left it to you: It is for more than you said yes to" in browser.get("/sharing").text
    page = browser.get(f"/sharing/ask/{ask.id}").text
    assert "fits what you told your agent" in page
    assert 'role="switch" checked' not in page
    fitting = browser.get(f"/sharing/ask/{ask.id}?fit=agent").text
    assert re.search(r'value="skills" role="switch" checked', fitting)
    assert not re.search(r'value="plan" role="switch" checked', fitting)


def test_an_ask_nobody_wished_anything_about_says_nothing_of_an_agent(house: House) -> None:
    ask = asked(house)
    page = house.browser(house.alva).get(f"/sharing/ask/{ask.id}").text
    assert "Your agent" not in page


def test_a_wish_is_paused_goes_on_and_ends(house: House) -> None:
    browser = house.browser(house.alva)
    wish = tell(browser)
    move(browser, wish, "activate")
    assert move(browser, wish, "pause") == "/you/agent?done=wish-paused"
    assert asked(house).state is GrantState.PENDING
    assert "Let it go on" in browser.get("/you/agent").text
    assert move(browser, wish, "resume") == "/you/agent?done=wish-counts"
    assert asked(house).state is GrantState.GRANTED
    move(browser, wish, "end")
    assert asked(house).state is GrantState.PENDING


def test_a_wish_that_paused_itself_says_why(house: House) -> None:
    browser = house.browser(house.alva)
    move(browser, tell(browser), "activate")
    for _ in range(2):
        grant = asked(house)
        browser.post(f"/you/agent/decisions/{decision(house, grant).id}/undo")
    assert "It paused itself: you undid what it did twice." in browser.get("/you/agent").text


def test_choosing_makes_the_same_wish_that_words_do(house: House) -> None:
    browser = house.browser(house.alva)
    form = {
        "effect": "always",
        "direction": "share",
        "kind": "skills",
        "member": AGENCY,
        "purpose": "guidance",
        "lasts": "30",
    }
    chosen = browser.post("/you/agent/choose", form).headers["location"].rpartition("/")[2]
    assert chosen == tell(browser)


def test_everything_the_form_offers_is_kept_as_it_was_chosen(house: House) -> None:
    browser = house.browser(house.alva)
    form = {
        "effect": "never",
        "direction": "share",
        "kind": ["category:proofs", "plan"],
        "role": ["employer", "agency"],
        "purpose": ["recruitment", "guidance"],
        "when": "own",
        "day": ["6", "7"],
        "start": "22:00",
        "end": "06:00",
        "where": "EEA",
        "until": (house.node.database.clock() + timedelta(days=40)).date().isoformat(),
    }
    page = browser.get(browser.post("/you/agent/choose", form).headers["location"]).text
    for part in (
        "Never show",
        "your certificates",
        "your plan",
        "employers",
        "employment agencies",
        "on Saturdays and Sundays",
        "between 22:00 and 06:00",
        "in the EU and EEA",
        "It is about: badges, diplomas, and proof of jobs.",
    ):
        assert part in page, part
    wish = wishes(house)[0].wish
    assert wish.purposes == {"recruit", "recruitment", "coach", "guidance"}
    assert wish.until is not None


def test_a_form_with_what_it_does_not_offer_is_refused_and_nothing_is_kept(house: House) -> None:
    browser = house.browser(house.alva)
    wrongs: tuple[dict[str, object], ...] = (
        {},
        {"effect": "sometimes"},
        {"effect": "always"},
        {"effect": "always", "kind": "skills"},
        {"effect": "never", "kind": "everything"},
        {"effect": "never", "role": "authority"},
        {"effect": "never", "member": "did:web:nobody.example"},
        {"effect": "never", "purpose": "fun"},
        {"effect": "never", "until": "2020-01-01"},
        {"effect": "never", "until": "tomorrow"},
        {"effect": "never", "where": "sweden"},
        {"effect": "never", "where": "a1"},
        {"effect": "never", "when": "own", "day": []},
        {"effect": "always", "kind": "skills", "role": "school", "lasts": "1000"},
        {"effect": "never", "direction": "sideways"},
    )
    for wrong in wrongs:
        answer = browser.post("/you/agent/choose", {"direction": "share", **wrong})
        assert answer.status_code == 400, wrong
        assert "Choose what shall happen." in answer.text
    assert wishes(house) == []


def test_a_childs_agent_page_says_that_it_only_ever_says_no(house: House) -> None:
    born = house.node.database.clock().date() - timedelta(days=366 * 11)
    with house.node.database.writing() as work:
        child = _account(house.node, work, "Robin Sample", born=born)
    browser = house.browser(child)
    assert "never yes" in browser.get("/you/agent").text
    wish = tell(browser)
    assert "never yes" in browser.get(f"/you/agent/wishes/{wish}").text
    move(browser, wish, "activate")
    assert asked(house, person=child).state is GrantState.PENDING


def test_nobody_sees_or_moves_a_wish_of_another(house: House) -> None:
    wish = tell(house.browser(house.alva))
    camille = house.browser(house.camille)
    assert camille.get(f"/you/agent/wishes/{wish}").status_code == 404
    for step in ("activate", "pause", "resume", "end"):
        assert move(camille, wish, step) == "404"
    assert ALWAYS not in camille.get("/you/agent").text
    assert wishes(house)[0].state == "proposed"


def test_an_organisation_is_meant_by_its_name_only_where_one_alone_has_it(house: House) -> None:
    browser = house.browser(house.alva)
    with house.node.database.writing() as work:
        peers = house.node.rooms.directory.peers(work)
        twin = type(peers[0])(did="did:web:twin.example", name="Invented Agency", roles=frozenset({"agency"}))
        house.node.rooms.directory.replace(work, [*peers, twin])
    answer = browser.post("/you/agent", {"words": ALWAYS})
    assert answer.status_code == 400
    assert "Invented Agency" in browser.get("/you/agent/choose").text


def test_a_gathering_is_wished_for_by_naming_who_has_the_records(house: House) -> None:
    browser = house.browser(house.alva)
    move(browser, tell(browser, "Always fetch my diplomas and badges from Invented University."), "activate")
    with house.node.database.writing() as work:
        spaces = spaces_of(house)
        spaces.consents.refuse(work, house.ask.id, house.alva.id)
        made = _ask(house.node, work, house.alva)
        spaces.agent.agent.on_ask(work, made)
        assert made.provider == UNIVERSITY
        assert spaces.consents.find(work, made.id).state is GrantState.GRANTED
