"""A yes taken back: the next click is refused and says why, the log shows it, and the copy is gone with proof."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.nodes import until
from tests.processes.demo import Browser, Demo, download

RECEIVED = "SELECT state FROM received_profile WHERE grant_id = ?"


def share(demo: Demo, alva: Browser, node: str, purpose: str, *kinds: str) -> str:
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    where = alva.send("/sharing/give", to=f"{purpose}:{demo.did(node)}", kind=list(kinds), until=day)
    grant = where.removeprefix("/sharing/grants/").partition("/")[0]
    until(lambda: demo.one(node, RECEIVED, grant) == "open", f"{node} has what was shared")
    return grant


def test_the_coachs_next_click_is_refused_and_says_why_and_the_log_shows_it(demo: Demo) -> None:
    alva, kim = demo.browser("person-alva"), demo.browser("staff-kim", "agency")
    grant = share(demo, alva, "agency", "guidance", "skills", "name")
    assert "Alva Exempelsson" in kim.page(f"/org/shared/{grant}")
    refused = "SELECT code FROM consent_use WHERE \"grant\" = ? AND outcome = 'refused'"
    with demo.stuck("agency", "INSERT ON ended_grant"):  # the agency cannot hear of the end before the click
        alva.send(f"/sharing/grants/{grant}/stop")
        answer = kim.get(f"/org/shared/{grant}")
    assert demo.one("orchestrator", refused, grant) == "ConsentRevoked"
    assert answer.status_code == 403
    assert "stopped sharing with you" in answer.text
    until(lambda: demo.one("agency", RECEIVED, grant) == "ended", "the agency hears of the end")
    again = kim.get(f"/org/shared/{grant}")
    assert (again.status_code, "Alva" in again.text) == (403, False)
    lines = [use for use in download(alva)["log"] if use["recipient"] == demo.nodes["agency"].name]
    assert [use["outcome"] for use in lines].count("refused") == 2  # it gets no token, then the agency itself knows
    assert "Arbetslotsen" in alva.page("/log")


def test_the_employers_copy_is_deleted_and_its_receipt_is_there(demo: Demo) -> None:
    alva = demo.browser("person-alva")
    grant = share(demo, alva, "employer", "recruitment", "skills", "name")
    copy = "SELECT profile IS NOT NULL AND profile <> 'null' FROM received_profile WHERE grant_id = ?"
    assert demo.one("employer", copy, grant) == 1
    alva.send(f"/sharing/grants/{grant}/stop")
    receipt = 'SELECT deleted FROM deletion_receipt WHERE "grant" = ? AND organisation = ?'
    until(lambda: demo.one("orchestrator", receipt, grant, demo.did("employer")), "the deletion is confirmed")
    assert json.loads(demo.one("orchestrator", receipt, grant, demo.did("employer")))["profiles"] == 1
    assert demo.one("employer", copy, grant) == 0
    row = demo.rows("employer", "SELECT name, subject, state FROM received_profile WHERE grant_id = ?", grant)[0]
    assert (row["name"], row["subject"], row["state"]) == (None, "", "ended")
    page = alva.page(f"/sharing/grants/{grant}")
    assert "raderad" in page


def test_an_employer_that_was_down_deletes_when_it_is_back(demo: Demo) -> None:
    alva = demo.browser("person-alva")
    grant = share(demo, alva, "employer", "recruitment", "skills")
    demo.kill("employer")
    alva.send(f"/sharing/grants/{grant}/stop")
    receipt = 'SELECT token FROM deletion_receipt WHERE "grant" = ? AND organisation = ?'
    assert demo.one("orchestrator", receipt, grant, demo.did("employer")) is None
    demo.start("employer")
    until(lambda: demo.one("orchestrator", receipt, grant, demo.did("employer")), "the deletion is confirmed")
    assert demo.one("employer", "SELECT subject FROM received_profile WHERE grant_id = ?", grant) == ""
