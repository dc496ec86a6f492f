"""A human decides beside matching: both orders shown, who and why, taken back, and answers to those who ask again."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.oversight.decisions import Decisions
from skillspace.market.oversight.messages import read_explanation
from skillspace.market.vacancies import write_vacancy
from skillspace.trust.identity import Peer
from skillspace.trust.rights import DataSubject, Scope
from skillspace.trust.rights.messages import PartMessage
from tests.unit.portal.pages.organisation.conftest import SPACE, Office, profile
from tests.unit.portal.pages.organisation.test_people import Skill, vacancy

NAMES = ("Alva Exempelsson", "Robin Sample", "Camille Exemplaire")


def opened(office: Office, skill: Skill) -> None:
    """One vacancy; of the three who share, each holds one skill of it less than the one before; the last none."""
    python, sql = skill("Python (computer programming)"), skill("SQL")
    job = vacancy("Developer", (python, True), (sql, True))
    office.rooms.own_feeds("vacancies").feed.publish([job], write_vacancy)
    held = [
        [(python, "Python", 4), (sql, "SQL", 4)],
        [(python, "Python", 4)],
        [(skill("plan menus"), "plan menus", 4)],
    ]
    for number, (name, skills) in enumerate(zip(NAMES, held, strict=True), start=1):
        shared = profile(f"urn:s:{number}", *skills, name=name)
        office.share(f"g{number}", shared, purpose="recruitment", kinds=("skills", "name"))


def order(office: Office) -> list[str]:
    """Return whom the page names under the vacancy, in its order."""
    page = office.get("/org/people", "recruiter")
    return re.findall(r'<h3><a href="/org/shared/g\d">([^<]+)</a></h3>', page)


def decide(office: Office, person: str, move: str, words: str = "Worked here in 2024.", why: str = "known") -> str:
    fields = {"vacancy": "Developer", "person": person, "do": move, "why": why, "words": words}
    return office.post("/org/people", "recruiter", back="/org/people", **fields)


def test_a_human_moves_somebody_up_and_both_orders_stand_there_with_who_and_why(office: Office, skill: Skill) -> None:
    opened(office, skill)
    assert order(office) == ["Alva Exempelsson", "Robin Sample"]
    assert decide(office, "g2", "up").startswith("/org/people?done=")
    page = office.get("/org/people", "recruiter")
    assert order(office) == ["Robin Sample", "Alva Exempelsson"]
    robin = page[page.index('shared/g2">Robin Sample</a></h3>') :]
    assert "Place 2 by matching" in robin[: robin.index("</details>")]
    assert "We know something the profile does not show" in page
    assert "Worked here in 2024." in page
    assert "Recruiter Exempel" in page
    decide(office, "g2", "back", "Was somebody else.")
    assert order(office) == ["Alva Exempelsson", "Robin Sample"]


def test_who_is_set_aside_stays_on_the_page_and_who_is_beyond_matching_can_be_moved_up(
    office: Office, skill: Skill
) -> None:
    opened(office, skill)
    decide(office, "g1", "aside", "Said no on the phone.", "other")
    decide(office, "g3", "up")
    assert order(office) == ["Camille Exemplaire", "Robin Sample", "Alva Exempelsson"]
    page = office.get("/org/people", "recruiter")
    assert "1 person set aside" in page
    assert "Not among the first ten by matching" in page
    lines = office.get("/org/log")
    assert "Person set aside for a vacancy" in lines
    assert "Said no on the phone." not in lines
    assert "Camille Exemplaire" not in lines


def test_a_decision_needs_a_recruiter_words_a_reason_and_somebody_who_still_shares(
    office: Office, skill: Skill
) -> None:
    opened(office, skill)
    csrf = {role: office.csrf(role) for role in ("recruiter", "adviser")}
    good = {"vacancy": "Developer", "person": "g1", "do": "up", "why": "known", "words": "Good."}
    tried = [
        ("adviser", {}, 403),
        ("recruiter", {"words": " "}, 400),
        ("recruiter", {"why": "because"}, 400),
        ("recruiter", {"do": "hire"}, 400),
        ("recruiter", {"person": "g9"}, 404),
        ("recruiter", {"vacancy": "Cook"}, 404),
        ("recruiter", {"do": "back"}, 409),
    ]
    for role, wrong, status in tried:
        sent = {"csrf": csrf[role], **good, **wrong}
        assert office.clients[role].post("/org/people", data=sent).status_code == status, (role, wrong)
    with office.rooms.database.reading() as work:
        assert Decisions(lambda *_: None).of_grants(work, ["g1", "g9"]) == []


def test_a_decision_without_words_comes_back_with_the_fault_beside_the_field_and_what_was_typed(
    office: Office, skill: Skill
) -> None:
    opened(office, skill)
    sent = {"csrf": office.csrf("recruiter"), "back": "/org/people?q=Dev", "vacancy": "Developer"}
    long = "<b>Known</b> " * 60
    refused = office.clients["recruiter"].post(
        "/org/people?q=Dev", data={**sent, "person": "g2", "do": "aside", "why": "mistaken", "words": long}
    )
    assert refused.status_code == 400
    assert "<title>Something is wrong:" in refused.text
    form = refused.text[refused.text.index('name="person" value="g2"') :]
    form = form[: form.index("</form>")]
    assert "Choose a reason, and say in your words why: 500 characters at most." in form
    assert 'value="mistaken" selected' in form
    assert long.replace("<", "&lt;").replace(">", "&gt;") in form
    assert 'aria-invalid="true"' in form
    assert refused.text.count('role="alert"') == 1
    assert 'name="back" value="/org/people?q=Dev"' in refused.text
    other = office.clients["recruiter"].post(
        "/org/people", data={**sent, "person": "g3", "do": "up", "why": "appeal", "words": " "}
    )
    assert 'value="g3" selected' in other.text
    assert 'value="appeal" selected' in other.text


def ask_again(office: Office, grant: str = "g2", right: str = "review") -> str:
    """Let the person of a grant ask that somebody looks again; return where the office answers."""
    asked = {"right": right, "subject": f"urn:s:{grant[1:]}", "asked": "2026-11-20T12:00:00.000Z"}
    scope: dict[str, object] = {"datasets": [], "kinds": ["matching"], "grants": [grant], "corrections": []}
    asked |= {"part": f"part-{right}-1", "words": "Developer: I know SQL."}
    message = PartMessage.model_validate(asked | scope)
    office.write(lambda work: office.rooms.rights.inbox.receive(work, SPACE, message))
    with office.rooms.database.reading() as work:
        return f"/org/rights/{office.rooms.rights.desk.queue(work)[-1].id}"


def test_an_appeal_stands_beside_the_person_and_who_recruits_may_answer_it(office: Office, skill: Skill) -> None:
    opened(office, skill)
    decide(office, "g2", "aside", "No SQL.", "condition")
    path = ask_again(office)
    assert path in office.get("/org/people", "recruiter")
    page = office.get(path, "recruiter")
    assert "Developer: I know SQL." in page
    assert "matching with jobs" in page
    assert "We looked again and it stands" in page
    answer = {"csrf": office.csrf("recruiter"), "do": "answer", "words": ""}
    assert office.clients["recruiter"].post(path, data=answer).status_code == 400
    decide(office, "g2", "up", "Showed us SQL.", "appeal")
    office.post(path, "recruiter", do="answer", words="You are first now.")
    assert path not in office.get("/org/people", "recruiter")


def test_who_recruits_answers_no_other_request(office: Office, skill: Skill) -> None:
    opened(office, skill)
    path = ask_again(office, right="objection")
    assert office.clients["recruiter"].get(path).status_code == 403
    assert office.clients["dpo"].get(path).status_code == 200


ROBIN = DataSubject(intermediary=SPACE, subject="urn:s:2", scope=Scope())


def test_access_brings_what_matching_says_what_was_decided_and_how_it_works(office: Office, skill: Skill) -> None:
    opened(office, skill)
    decide(office, "g2", "aside", "No SQL.", "condition")
    answerer = office.rooms.oversight.answerer()
    with office.rooms.database.reading() as work:
        (held,) = answerer.collect(work, ROBIN)
        nobody = replace(ROBIN, subject="urn:s:9")
        assert list(answerer.collect(work, nobody)) == []
        assert list(answerer.collect(work, replace(ROBIN, scope=Scope(grants=("g1",))))) == []
        assert list(answerer.collect(work, replace(ROBIN, scope=Scope(kinds=("profile",))))) == []
    assert (held.kind, held.title, held.portable) == ("matching", "Developer <wanted>", False)
    assert "no machine decides" in held.logic
    assert isinstance(held.content, dict)
    assert held.content["band"] == "first-three"
    assert [one["words"] for one in held.content["decided"]] == ["No SQL."]
    assert [need.get("validation") for need in held.content["needs"]] == [4, None]
    assert not {"place", "score", "by"} & {*held.content, *held.content["decided"][0]}


def test_an_erasure_takes_the_words_and_a_restriction_ends_the_comparing(office: Office, skill: Skill) -> None:
    opened(office, skill)
    decide(office, "g2", "up", "Worked here.")
    path = ask_again(office, right="restriction")
    office.post(path, "dpo", do="answer", words="")
    oversight = office.rooms.oversight
    with office.rooms.database.writing() as work:
        caller = Peer(did=SPACE, name="Space", roles=frozenset({"intermediary"}))
        found = oversight.explained(work, "g2", caller)
        assert (found.looked_at, [one.needs for one in found.vacancies]) == (0, [[]])
        assert [one.words for one in found.vacancies[0].decided] == ["Worked here."]
        erase = oversight.answerer().erase
        assert erase is not None
        assert erase(work, ROBIN) == {"matching": 1}
        assert [one.words for one in oversight.explained(work, "g2", caller).vacancies[0].decided] == [""]
        with pytest.raises(NotFound):
            oversight.explained(work, "g2", replace(caller, did="did:web:other.example"))


def test_an_explanation_is_read_strictly(office: Office, skill: Skill) -> None:
    opened(office, skill)
    with office.rooms.database.writing() as work:
        caller = Peer(did=SPACE, name="Space", roles=frozenset({"intermediary"}))
        written = office.rooms.oversight.explained(work, "g1", caller).model_dump(mode="json")
    assert read_explanation(written).vacancies[0].band == "first-three"
    for wrong in ({**written, "more": 1}, {**written, "looked_at": -1}, {**written, "vacancies": [{}]}, [], "x"):
        with pytest.raises(BadInput, match="cannot be read"):
            read_explanation(wrong)
