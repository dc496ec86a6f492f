"""A shared profile is read live, each attempt is written down, and a refusal says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import PeerUnreachable, SkillspaceError
from skillspace.people.plan import ChosenTraining, Goal, GoalNeed, Plan
from skillspace.people.received import ReceivedState
from skillspace.people.sharing.document import SharedComment
from skillspace.trust.consent.store import ended
from skillspace.trust.identity import PeerRefused
from tests.conftest import NOON
from tests.unit.people.stopping import stop_use
from tests.unit.portal.pages.organisation.conftest import SPACE, Office, hold, profile

Skill = Callable[[str], str]
HOSTILE = "<script>alert(1)</script>"


def coached(office: Office, skill: Skill, answer: SkillspaceError | None = None, **more: object) -> None:
    python, sql, java = skill("Python (computer programming)"), skill("SQL"), skill("JavaScript")
    chosen = ChosenTraining(id="t1", title="Databases", provider="Lärvägen", place="Umeå", starts=None, skills=(sql,))
    needs = tuple(GoalNeed(uri=uri, is_essential=True) for uri in (python, sql, java))
    plan = Plan(goal=Goal(title=f"Developer {HOSTILE}", occupation=None, offer=None, needs=needs), trainings=(chosen,))
    shared = profile(
        "urn:s:1", (python, "Python", 5), ("urn:x:own", f"own words {HOSTILE}", 1), name=HOSTILE, plan=plan.to_json()
    )
    said = SharedComment(by="Coach Exempel", text=f"Well done {HOSTILE}", at=iso(NOON))
    shared = shared.model_copy(update={"comments": [said]})
    kinds: Any = more.pop("kinds", ("skills", "name", "plan"))
    office.share("g1", shared, purpose="guidance", kinds=kinds, **more)
    hold(office, "g1")
    office.rooms.received.answers["pull g1"] = answer or shared  # type: ignore[attr-defined]


def test_a_coach_reads_skills_plan_and_comments_and_the_look_is_written_down(office: Office, skill: Skill) -> None:
    coached(office, skill)
    assert '<span class="tag">new</span>' in office.get("/org/shared", "coach")
    page = office.get("/org/shared/g1", "coach")
    assert "Python (computer programming)" in page
    assert "own words &lt;script&gt;" in page
    assert "Plan: Developer &lt;script&gt;" in page
    assert "On its way: a training is chosen" in page
    assert "Well done &lt;script&gt;" in page
    assert "not stored here" in page
    assert HOSTILE not in page
    log = office.get("/org/log")
    assert "Profile opened" in log
    assert "Coach Exempel" in log
    assert "script" not in log.split("</head>")[1].split("site.js")[0]
    assert '<span class="tag">new</span>' not in office.get("/org/shared", "coach")


def test_a_plan_shared_without_skills_claims_nothing_about_them(office: Office, skill: Skill) -> None:
    coached(office, skill, kinds=("plan",))
    page = office.get("/org/shared/g1", "coach")
    assert "Still open" not in page
    assert "Databases" in page


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        (PeerRefused("Stopped.", body={"code": "ConsentRevoked"}), 403, "stopped sharing with you"),
        (PeerRefused("Over.", body={"code": "ConsentExpired"}), 403, "ran out"),
        (PeerRefused("No.", body={"code": "PolicyForbids"}), 403, "does not cover this"),
        (PeerRefused("Silent.", body={"code": "IntermediarySilent"}), 503, "nothing is opened"),
        (PeerUnreachable(), 503, "nothing is opened"),
        (PeerRefused("No.", body={"code": ["odd"]}), 403, "does not cover this"),
    ],
)
def test_a_refusal_says_why_and_is_written_down(
    office: Office, skill: Skill, fault: SkillspaceError, status: int, sentence: str
) -> None:
    coached(office, skill, fault)
    answer = office.clients["coach"].get("/org/shared/g1")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "Python" not in answer.text
    assert "Refused" in office.get("/org/log")


def test_a_share_the_person_stopped_opens_nothing_without_asking_anybody(office: Office, skill: Skill) -> None:
    coached(office, skill, state=ReceivedState.ENDED.value, subject="", name=None, reason="The consent was revoked.")

    def end(work: Any) -> None:
        row = {"grant": "g1", "intermediary": SPACE, "state": "revoked", "at": work.now, "receipt": "r"}
        work.insert(ended, row)

    office.write(end)
    answer = office.clients["coach"].get("/org/shared/g1")
    assert answer.status_code == 403
    assert "stopped sharing with you" in answer.text
    assert "Stopped" in office.get("/org/shared", "coach")


def test_a_share_on_its_way_says_so(office: Office, skill: Skill) -> None:
    coached(office, skill, state=ReceivedState.WAITING.value, transfer=None)
    answer = office.clients["coach"].get("/org/shared/g1")
    assert answer.status_code == 409
    assert "still on its way" in answer.text


def test_an_unknown_share_is_not_found(office: Office) -> None:
    assert office.clients["coach"].get("/org/shared/nothing").status_code == 404


def test_a_comment_goes_to_the_person_and_stands_in_the_log(
    office: Office, skill: Skill, monkeypatch: pytest.MonkeyPatch
) -> None:
    coached(office, skill)
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(
        office.rooms.received, "comment", lambda grant, *, by, text: sent.append((grant, by, text)), raising=True
    )
    assert office.post("/org/shared/g1/comments", "coach", text="Shall we talk?") == "/org/shared/g1?done=commented"
    assert sent == [("g1", "Coach Exempel", "Shall we talk?")]
    assert "Comment sent" in office.get("/org/log")


def test_a_comment_the_other_side_refuses_is_not_called_sent(
    office: Office, skill: Skill, monkeypatch: pytest.MonkeyPatch
) -> None:
    coached(office, skill)

    def refuse(*_: object, **__: object) -> None:
        raise PeerRefused("The person stopped this consent.")

    monkeypatch.setattr(office.rooms.received, "comment", refuse)
    answer = office.clients["coach"].post("/org/shared/g1/comments", data={"csrf": office.csrf("coach"), "text": "?"})
    assert answer.status_code == 403
    assert "Comment sent" not in office.get("/org/log")


def test_what_a_person_restricted_is_listed_without_a_name_and_opens_to_nobody(office: Office, skill: Skill) -> None:
    shared = profile("urn:s:1", (skill("SQL"), "SQL", 4), name="Alva Exempelsson")
    office.share("g1", shared, purpose="guidance", kinds=("skills", "name"))
    hold(office, "g1")
    office.rooms.received.answers["pull g1"] = shared  # type: ignore[attr-defined]
    assert "Alva Exempelsson" in office.get("/org/shared", "coach")
    office.write(lambda work: stop_use(work, intermediary=SPACE, subject="urn:s:1"))
    page = office.get("/org/shared", "coach")
    assert "Kept, not used" in page
    assert "Alva Exempelsson" not in page
    assert "Alva Exempelsson" not in office.get("/org/shared?q=alva", "coach")
    answer = office.clients["coach"].get("/org/shared/g1")
    assert answer.status_code == 403
    assert "asked that their data are kept and not used" in answer.text
    assert "Alva Exempelsson" not in answer.text
    data = {"csrf": office.csrf("coach"), "text": "Well done"}
    assert office.clients["coach"].post("/org/shared/g1/comments", data=data).status_code == 403
