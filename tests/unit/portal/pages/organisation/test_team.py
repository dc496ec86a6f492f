"""Our team and our order of matching: for each purpose only what it allows, and nothing that is not declared."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from skillspace.insight.service import statistics
from skillspace.market.courses import write_course
from skillspace.market.vacancies import write_vacancy
from skillspace.people.received import ReceivedState
from skillspace.people.received.store import received
from skillspace.skills.taxonomy import MatchKind
from tests.unit.portal.pages.organisation.conftest import Office, profile
from tests.unit.portal.pages.organisation.test_people import course, plan_for, vacancy
from tests.unit.portal.pages.organisation.test_words import bring as bring_words

Skill = Callable[[str], str]
CHART = """unit;part_of;role;heads;concept;need
IT;Firm;Developer;1;Python (computer programming);essential
IT;;Developer;;SQL;essential
Kitchen;Firm;Cook;2;plan menus;essential
"""
USUAL = {
    "optional": "40", "rarity": "100", "narrower": "70", "broader": "20", "related": "25", "same_group": "5",
    "proof": "5", "recency": "2", "own": "0", "bonus": "0", "list": "keep",
}  # fmt: skip


def bring(office: Office, content: str = CHART, role: str = "recruiter") -> tuple[int, str]:
    """Send a chart; return the status, and where it leads or the page."""
    form = {"csrf": csrf(office, role)}
    files = {"file": ("roles.csv", content)}
    answer = office.clients[role].post("/org/team", data=form, files=files, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def csrf(office: Office, role: str) -> str:
    """Return the form token, from the page of the team or of the order."""
    page = office.clients[role].get("/org/team" if role != "operator" else "/org/matching").text
    return page.split('name="csrf" value="')[1].split('"')[0]


def declare(office: Office, file: str = "", **form: str) -> tuple[int, str]:
    """Set a policy; return the status, and where it leads or the page."""
    files = {"file": ("list.csv", file)} if file else {"other": ("", "")}
    data = {"csrf": csrf(office, "operator"), **USUAL, **form}
    answer = office.clients["operator"].post("/org/matching", data=data, files=files, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def shared(office: Office, skill: Skill, purpose: str = "recruitment") -> None:
    """Two people: one shows Python, one menus; only the first gives a name."""
    python, menus = skill("Python (computer programming)"), skill("plan menus")
    kinds = ("skills", "name")
    office.share("g1", profile("urn:s:1", (python, "Python", 4), name="Alva <b>"), purpose=purpose, kinds=kinds)
    office.share("g2", profile("urn:s:2", (menus, "menus", 2)), purpose=purpose, kinds=("skills",))


def test_a_recruiter_sees_what_is_covered_by_whom_and_who_fits_where(office: Office, skill: Skill) -> None:
    shared(office, skill)
    assert "Bring a chart of your roles" in office.get("/org/team", "recruiter")
    assert bring(office) == (303, "/org/team?done=chart-kept")
    page = office.get("/org/team", "recruiter")
    assert "the 2 people who share with you cover" in page
    assert "Alva &lt;b&gt;" in page
    assert "Unnamed person" in page
    assert "rests on one person" in page
    assert "Best places" in page
    assert "Still open: Cook." in page
    assert "Does not show yet: SQL." in page
    assert "roles.csv" in page
    assert "Courses that close most" not in page
    assert "Roles people could grow into" not in page
    kitchen = office.get("/org/team?unit=Kitchen", "recruiter")
    assert "<b>Cook</b>" in kitchen
    assert "<b>Developer</b>" not in kitchen
    assert "No role of the chart is in a unit called" in office.get("/org/team?unit=Moon", "recruiter")
    assert "roles.csv" in office.get("/org/log", "operator")


def test_an_adviser_sees_what_people_could_learn_and_no_best_places(office: Office, skill: Skill) -> None:
    shared(office, skill, "training-advice")
    sql = course("Databases", skill("SQL"))
    office.rooms.own_feeds("courses").feed.publish([sql, course("Bread", skill("English"))], write_course)
    assert bring(office, role="adviser")[0] == 303
    page = office.get("/org/team", "adviser")
    assert "Databases" in page
    assert "Bread" not in page
    assert "Brings: SQL." in page
    assert "Roles people could grow into" in page
    assert "A course that helps: Databases." in page
    assert "Best places" not in page
    assert "✓" not in page
    assert "Alva" not in office.get("/org/team", "recruiter")  # nobody said yes to recruitment


def test_who_stops_is_gone_from_the_team_at_once(office: Office, skill: Skill) -> None:
    shared(office, skill)
    bring(office)
    assert "Alva" in office.get("/org/team", "recruiter")
    ended = {"state": ReceivedState.ENDED.value, "profile": None}
    office.write(lambda work: work.change(received, {"grant_id": "g1"}, **ended))
    page = office.get("/org/team", "recruiter")
    assert "Alva" not in page
    assert "the 1 person who shares with you covers" in page


def test_a_chart_that_cannot_be_read_is_refused_with_its_place_and_the_old_one_stays(office: Office) -> None:
    bring(office)
    status, page = bring(office, "role,concept\nBaker,baking of the moon\n")
    assert status == 400
    assert "Line 2, column concept: no taxonomy here has a skill called" in page
    assert "<b>Developer</b>" in page
    assert bring(office, "")[0] == 400
    assert office.post("/org/team/remove", "recruiter") == "/org/team?done=chart-gone"
    assert (
        office.clients["recruiter"].post("/org/team/remove", data={"csrf": csrf(office, "recruiter")}).status_code
        == 404
    )


def test_a_word_of_our_own_stands_for_what_it_was_mapped_to_and_else_for_itself(office: Office, skill: Skill) -> None:
    shared(office, skill)
    assert bring_words(office, "code,label:en\n1,snake charming\n2,basket whispering\n")[0] == 303
    targets, review = office.rooms.targets, office.rooms.review
    with office.rooms.database.writing() as work:
        find, _ = targets.finder(work)
        charming = find("Snake charming")
        assert charming is not None
        ours = review.words.one(work, "mine")
        python = skill("Python (computer programming)")
        review.mappings.accept(work, ours, charming, python, MatchKind.EXACT, account="a")
    assert bring(office, "role,concept\nDeveloper,snake charming\nWeaver,basket whispering\n")[0] == 303
    page = office.get("/org/team", "recruiter")
    assert "<b>Developer</b>: <a href" in page
    assert "snake charming" in page
    assert "basket whispering" in page
    assert "cover 50\u00a0%" in page
    with office.rooms.database.writing() as work:
        review.words.remove(work, "mine")
    assert "no taxonomy here has a skill called" in office.get("/org/team", "recruiter")


def test_a_policy_moves_candidates_and_stands_declared_wherever_it_holds(office: Office, skill: Skill) -> None:
    python, sql, english = skill("Python (computer programming)"), skill("SQL"), skill("English")
    menus = skill("plan menus")
    ad = vacancy("Developer", (python, True), (sql, False), (english, False), (menus, False))
    office.rooms.own_feeds("vacancies").feed.publish([ad], write_vacancy)
    wide = profile("urn:s:1", (sql, "SQL", 3), (english, "English", 3), (menus, "menus", 3), name="Wide Sample")
    kinds = ("skills", "name")
    office.share("g1", wide, purpose="recruitment", kinds=kinds)
    office.share(
        "g2", profile("urn:s:2", (python, "Python", 1), name="Sure Sample"), purpose="recruitment", kinds=kinds
    )
    page = office.get("/org/people", "recruiter")
    cards = page[page.index("Developer") :]
    assert cards.index("Wide Sample") < cards.index("Sure Sample")
    assert "/org/matching" in page
    assert "nobody here changed it" in office.get("/org/matching", "recruiter")
    assert declare(office, must="yes") == (303, "/org/matching?done=policy-set")
    page = office.get("/org/people", "recruiter")
    cards = page[page.index("Developer") :]
    assert cards.index("Sure Sample") < cards.index("Wide Sample")
    told = office.get("/org/matching", "recruiter")
    assert "comes after those who do; nobody is left out" in told
    assert "Put it in force" not in told
    assert "Order of matching set" in office.get("/org/log", "operator")
    assert office.post("/org/matching/usual") == "/org/matching?done=policy-set"
    assert "Nobody is put back for a single skill" in office.get("/org/matching", "adviser")


def test_skills_in_demand_move_courses_and_are_told_with_source_and_day(office: Office, skill: Skill) -> None:
    sql, menus = skill("SQL"), skill("plan menus")
    office.rooms.own_feeds("courses").feed.publish([course("Asking", sql), course("Menus", menus)], write_course)
    both = profile("urn:s:1", (skill("English"), "English", 3), name="Alva", plan=plan_for("Somewhere", sql, menus))
    office.share("g1", both, purpose="training-advice", kinds=("skills", "name", "plan"))

    def first() -> str:
        page = office.get("/org/people", "adviser")
        return min(("Asking", "Menus"), key=lambda name: page.index(f">{name}"))

    before = first()
    other, uri = ("Menus", menus) if before == "Asking" else ("Asking", sql)
    listed = {"name": "Short in the north", "source": "Region Exempel", "day": "2026-10-01"}
    status, where = declare(office, f"concept,share\n{uri},3\n", list="file", bonus="50", **listed)
    assert (status, where) == (303, "/org/matching?done=policy-set")
    assert first() == other
    told = office.get("/org/matching", "adviser")
    for words in ("Short in the north", "Region Exempel", "1 October 2026"):
        assert words in told
    assert declare(office, list="none")[0] == 303
    assert "No list of skills in demand is used." in office.get("/org/matching", "adviser")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"own": "60"}, "write a number from 0 to 50"),
        ({"related": "much"}, "A related skill: write a number from 0 to 90"),
        ({"proof": "nan"}, "write a number from 0 to 10"),
        ({"list": "file"}, "Choose a file first."),
        ({"list": "of:SE332"}, "no statistics of this territory"),
    ],
)
def test_a_policy_out_of_bounds_is_refused_and_nothing_changes(office: Office, form: dict[str, str], said: str) -> None:
    status, page = declare(office, **form)
    assert status == 400
    assert said in page
    assert "nobody here changed it" in page


def test_a_list_is_taken_from_a_territorys_statistics(office: Office, skill: Skill) -> None:
    theme = office.rooms.taxonomies.theme(skill("SQL"))
    row = {
        "territory": "SE332", "concept": theme, "labels": {"en": "Data"}, "supply": 10, "supply_as_of": "2026-10-01",
        "levels": [None] * 6, "demand": 90, "gap": 80, "sentences": {},
    }  # fmt: skip
    content = orjson.dumps({
        "format": "skillspace-statistics-1", "source": "Norrsken", "as_of": "2026-10-01", "threshold": 10,
        "territories": {"SE332": "Norrbotten"}, "rows": [row],
    })  # fmt: skip
    office.write(
        lambda work: work.insert(
            statistics,
            {"source": "x", "content": content, "memory": None, "published": None, "arrived": work.now},
        )
    )
    assert "Take the statistics of Norrbotten" in office.get("/org/matching")
    assert declare(office, list="of:SE332", bonus="20")[0] == 303
    assert "Skills wanted in Norrbotten" in office.get("/org/matching")
    with office.rooms.database.reading() as work:
        listed = office.rooms.targets.policy(work).policy.in_demand
    assert listed is not None
    assert listed.skills[skill("SQL")] == 1.0  # a group in demand stands for the skills in it


def test_the_documentation_tells_what_runs_here_and_follows_the_policy(office: Office, skill: Skill) -> None:
    python = skill("Python (computer programming)")
    office.rooms.own_feeds("vacancies").feed.publish([vacancy("Developer", (python, True))], write_vacancy)
    page = office.get("/org/matching/documents", "recruiter")
    assert 'href="/org/matching/documents"' in office.get("/org/matching", "recruiter")
    assert "Article 14" in page
    assert "<dt>vacancies</dt><dd>1</dd>" in page
    assert "<dt>optional</dt><dd>0.4</dd>" in page
    assert "Nobody is put back for a single skill" in page
    before = office.get("/org/matching/documents.md", "adviser")
    assert declare(office, must="yes", optional="25")[0] == 303
    after = office.clients["operator"].get("/org/matching/documents.md")
    assert after.headers["content-disposition"] == 'attachment; filename="matching.md"'
    assert after.headers["content-type"].startswith("text/markdown")
    assert "| optional | 0.25 |" in after.text
    assert "| optional | 0.25 |" not in before
    assert "comes after those who do" in after.text
    told = office.clients["operator"].get("/org/matching/documents.json").json()
    assert told["running"]["weights"]["optional"] == 0.25
    assert told["running"]["index"] == {"vacancies": 1}
    assert office.rooms.did in told["provider"]
    assert {office.clients["auditor"].get(f"/org/matching/documents{end}").status_code for end in (".md", ".json")} == {
        403
    }
    assert [one["title"] for one in told["sections"]] == [
        line.partition(". ")[2] for line in after.text.splitlines() if line.startswith("## ")
    ]
