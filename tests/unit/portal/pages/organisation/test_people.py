"""People who said yes: only they are shown, by name only where they gave it, with reasons and for nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from skillspace.market.courses import Course, write_course
from skillspace.market.oversight import Circles
from skillspace.market.review.said import Kind, say
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.people.plan import Goal, GoalNeed, Plan
from skillspace.people.received import ReceivedState
from skillspace.people.received.store import received
from skillspace.skills.corrections import Correction
from skillspace.trust.consent import GrantState
from skillspace.trust.rights.messages import PartMessage
from tests.conftest import NOON
from tests.unit.portal.pages.organisation.conftest import SPACE, Office, hold, profile

Skill = Callable[[str], str]


def vacancy(name: str, *skills: tuple[str, bool]) -> Vacancy:
    return Vacancy(
        id=name, title=f"{name} <wanted>", language="en", employer="Fjällverk Exempel AB", place_name="Luleå",
        skills=skills, synthetic=True, source="did:web:us.example",
    )  # fmt: skip


def course(name: str, *skills: str) -> Course:
    return Course(
        id=name, title=name, language="en", provider="Lärvägen Training", place_name="Umeå", hours=40,
        skills=skills, synthetic=True, source="did:web:us.example",
    )  # fmt: skip


def plan_for(title: str, *needs: str) -> dict[str, object]:
    goal = Goal(
        title=title, occupation=None, offer=None, needs=tuple(GoalNeed(uri=u, is_essential=True) for u in needs)
    )
    return Plan(goal=goal, trainings=()).to_json()


def test_candidates_stand_under_the_vacancy_they_fit_with_reasons(office: Office, skill: Skill) -> None:
    python, sql, english = skill("Python (computer programming)"), skill("SQL"), skill("English")
    developer = vacancy("Developer", (python, True), (sql, True), (english, True))
    cook = vacancy("Cook", (skill("plan menus"), True))
    office.rooms.own_feeds("vacancies").feed.publish([cook, developer], write_vacancy)
    good = profile("urn:s:1", (python, "Python", 5), (sql, "SQL", 3), name="Alva Exempelsson")
    office.share("g1", good, purpose="recruitment", kinds=("skills", "name"))
    office.share("g2", profile("urn:s:2", (python, "Python", 1)), purpose="recruitment", kinds=("skills",))
    page = office.get("/org/people", "recruiter")
    assert "2 people share skills with you." in page
    assert page.index("Developer &lt;wanted&gt;") < page.index("Cook &lt;wanted&gt;")
    fits = page[page.index("Developer &lt;wanted&gt;") :]
    assert fits.index("Alva Exempelsson") < fits.index("Unnamed person ")
    assert "Has 2 of the 3 skills you insist on." in page
    assert "1 of the skills asked for is certified or recognised by law." in page
    assert "Does not show yet: English." in page
    assert "Comes close to: SQL." in page
    assert "made-up ad" in page
    assert "Cook" not in office.get("/org/people?q=develop", "recruiter")


def test_what_reviewers_say_of_an_ads_words_is_heard_at_once(office: Office, skill: Skill) -> None:
    python, sql = skill("Python (computer programming)"), skill("SQL")
    ad = replace(vacancy("Developer", (python, True)), text="You like snake charming and asking tables.")
    office.rooms.own_feeds("vacancies").feed.publish([ad], write_vacancy)
    office.share(
        "g1", profile("urn:s:1", (sql, "SQL", 3), name="Robin"), purpose="recruitment", kinds=("skills", "name")
    )
    assert "Python (computer programming)" in office.get("/org/people", "recruiter")
    for words, concept, is_right in (("snake charming", python, False), ("asking tables", sql, True)):
        spoken = Correction(
            text=words,
            language="en",
            scheme="esco-skill",
            concept=concept,
            is_right=is_right,
            who="reviewer-1",
            when=NOON,
        )
        office.write(lambda work, one=spoken: say(work, one, kind=Kind.LINK, about="q-1"))
    page = office.get("/org/people", "recruiter")
    assert "Robin" in page
    assert "SQL" in page
    assert "Python" not in page


def test_who_stops_is_gone_from_the_next_page(office: Office, skill: Skill) -> None:
    python = skill("Python (computer programming)")
    office.rooms.own_feeds("vacancies").feed.publish([vacancy("Developer", (python, True))], write_vacancy)
    for grant, name in (("g1", "Alva Exempelsson"), ("g2", "Robin Sample"), ("g3", "Camille Exemplaire")):
        shared = profile(f"urn:s:{grant}", (python, "Python", 4), name=name)
        office.share(grant, shared, purpose="recruitment", kinds=("skills", "name"))
    assert "Robin Sample" in office.get("/org/people", "recruiter")
    office.write(
        lambda work: work.update(received, received.c.grant_id == "g2", state=ReceivedState.ENDED.value, profile=None)
    )
    office.write(lambda work: work.update(received, received.c.grant_id == "g3", until=work.now - timedelta(seconds=1)))
    page = office.get("/org/people", "recruiter")
    assert "Alva Exempelsson" in page
    assert "Robin Sample" not in page
    assert "Camille Exemplaire" not in page


def test_what_was_shared_for_guidance_or_training_is_not_used_for_hiring(office: Office, skill: Skill) -> None:
    python = skill("Python (computer programming)")
    office.rooms.own_feeds("vacancies").feed.publish([vacancy("Developer", (python, True))], write_vacancy)
    office.rooms.own_feeds("courses").feed.publish([course("Python for all", python)], write_course)
    names = {"guidance": "Alva Exempelsson", "training-advice": "Robin Sample", "recruitment": "Camille Exemplaire"}
    for purpose, name in names.items():
        shared = profile(f"urn:s:{purpose}", (skill("SQL"), "SQL", 3), (python, "Python", 2), name=name)
        office.share(purpose, shared, purpose=purpose, kinds=("skills", "name"))
    seen = {"recruiter": "recruitment", "adviser": "training-advice", "coach": "guidance"}
    for role, own in seen.items():
        pages = [office.get("/org/shared", role)]
        if role != "coach":
            pages.append(office.get("/org/people", role))
        for purpose, name in names.items():
            assert any(name in page for page in pages) == (purpose == own), (role, purpose)
            if purpose != own:
                assert office.clients[role].get(f"/org/shared/{purpose}").status_code == 404


def test_learners_stand_under_the_course_that_closes_their_gap(office: Office, skill: Skill) -> None:
    python, sql, menus = skill("Python (computer programming)"), skill("SQL"), skill("plan menus")
    office.rooms.own_feeds("courses").feed.publish(
        [course("Menus", menus), course("Databases", sql, python)], write_course
    )
    goal = plan_for("Developer at <sea>", python, sql)
    aimed = profile("urn:s:1", (python, "Python", 3), name="Alva Exempelsson", plan=goal)
    office.share("g1", aimed, purpose="training-advice", kinds=("skills", "name", "plan"))
    aimless = profile("urn:s:2", (python, "Python", 1), name="Robin Sample")
    office.share("g2", aimless, purpose="training-advice", kinds=("skills", "name"))
    page = office.get("/org/people", "adviser")
    assert page.index("Databases") < page.index("Menus")
    assert page.rindex("Alva Exempelsson") < page.rindex("Robin Sample")
    assert "Their goal: Developer at &lt;sea&gt;." in page
    assert "The course closes 1 of the 1 skill they lack for it." in page
    assert "No goal is shared, so this compares their skills with what the course teaches." in page
    assert "Adds: SQL" in page
    assert "40 hours" in page


def test_a_node_without_offers_or_people_teaches_the_next_step(office: Office) -> None:
    assert "Nobody to show yet" in office.get("/org/people", "recruiter")
    assert "Nobody to show yet" in office.get("/org/people", "adviser")
    assert "Nobody shares with you yet" in office.get("/org/shared", "coach")


def test_what_is_kept_for_matching_holds_nobody_who_left(office: Office, skill: Skill) -> None:
    python = skill("Python (computer programming)")
    circles = Circles(office.rooms.received, office.rooms.taxonomies)
    office.share("g1", profile("urn:s:1", (python, "Python", 3)), purpose="recruitment", kinds=("skills",))
    with office.rooms.database.reading() as work:
        assert set(circles.now(work, "recruitment").people) == {"g1"}
        assert circles.now(work, "recruitment") is circles.now(work, "recruitment")
    office.write(lambda work: work.connection.execute(sa.delete(received)))
    with office.rooms.database.reading() as work:
        circle = circles.now(work, "recruitment")
    assert not circle.people
    assert not len(circle.index)


def test_the_end_of_a_share_deletes_what_matching_kept_and_the_receipt_says_so(office: Office, skill: Skill) -> None:
    python = skill("Python (computer programming)")
    office.rooms.own_feeds("vacancies").feed.publish([vacancy("Developer", (python, True))], write_vacancy)
    shared = profile("urn:s:1", (python, "Python", 4), name="Robin Sample")
    office.share("g1", shared, purpose="recruitment", kinds=("skills", "name"))
    hold(office, "g1")
    assert "Robin Sample" in office.get("/org/people", "recruiter")
    ends = office.rooms.consent.held
    with office.rooms.database.writing() as work:
        token = ends.end(work, sender=SPACE, is_intermediary=True, grant="g1", state=GrantState.REVOKED)
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["vc"]["credentialSubject"]["deleted"] == {"profiles": 1, "matches": 1}
    assert "Robin Sample" not in office.get("/org/people", "recruiter")


def test_who_asks_that_nothing_is_used_is_matched_no_more_until_it_may_go_on(office: Office, skill: Skill) -> None:
    python = skill("Python (computer programming)")
    office.rooms.own_feeds("vacancies").feed.publish([vacancy("Developer", (python, True))], write_vacancy)
    for grant, name in (("g1", "Alva Exempelsson"), ("g2", "Robin Sample")):
        shared = profile(f"urn:s:{grant}", (python, "Python", 4), name=name)
        office.share(grant, shared, purpose="recruitment", kinds=("skills", "name"))
    assert "Robin Sample" in office.get("/org/people", "recruiter")
    asked = {"right": "restriction", "subject": "urn:s:g2", "asked": "2026-11-20T12:00:00.000Z", "words": ""}
    nothing_left_out: dict[str, object] = {"datasets": [], "kinds": [], "grants": [], "corrections": []}
    message = PartMessage.model_validate({"part": "part-12345678", **asked, **nothing_left_out})
    office.write(lambda work: office.rooms.rights.inbox.receive(work, SPACE, message))
    desk = office.rooms.rights.desk
    office.write(lambda work: desk.answer(work, desk.queue(work)[0].id, "Dana Exempel"))
    page = office.get("/org/people", "recruiter")
    assert "Alva Exempelsson" in page
    assert "Robin Sample" not in page
    office.write(lambda work: office.rooms.rights.inbox.lifted(work, SPACE, "part-12345678"))
    assert "Robin Sample" in office.get("/org/people", "recruiter")
