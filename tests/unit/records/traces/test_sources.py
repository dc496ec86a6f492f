"""Each source becomes statements that a learning record store takes, and what stays behind is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.deidentification import Pseudonyms
from skillspace.records.traces import SOURCES, Origin, Report, convert
from skillspace.records.traces.packages import titles

HOME = "https://learn.example"
ORIGIN = Origin(home=HOME)
ADL = "http://adlnet.gov/expapi/verbs/"


def made(
    name: str, *records: Mapping[str, Any], origin: Origin = ORIGIN, pseudonyms: Pseudonyms | None = None
) -> tuple[list[dict[str, Any]], Report]:
    report = Report()
    return list(convert(records, SOURCES[name], origin, report, pseudonyms)), report


def event(**more: Any) -> dict[str, Any]:
    return {
        "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2",
        "id": "urn:uuid:3a648e68-f00d-4c08-aa59-8738e1884f2c",
        "type": "Event",
        "actor": {"id": "https://learn.example/users/7", "type": "Person"},
        "action": "Viewed",
        "object": {"id": "https://learn.example/pages/2", "type": "Page", "name": "Grain"},
        "eventTime": "2026-03-01T10:15:00.000+01:00",
        **more,
    }


def test_a_caliper_event_keeps_its_id_and_its_time_in_utc() -> None:
    (one,), _ = made("caliper", event())
    assert one["id"] == "3a648e68-f00d-4c08-aa59-8738e1884f2c"
    assert one["timestamp"] == "2026-03-01T09:15:00.000000Z"
    assert one["verb"]["id"] == "http://id.tincanapi.com/verb/viewed"
    assert one["object"]["definition"]["name"] == {"und": "Grain"}


def test_a_caliper_envelope_is_opened_and_what_it_only_describes_is_silent() -> None:
    statements, report = made("caliper", {"sensor": "s", "data": [event(), {"id": HOME, "type": "Person"}]})
    assert (len(statements), report.records, report.silent) == (1, 2, 1)


def test_a_caliper_grade_is_told_of_who_got_it() -> None:
    attempt = {
        "id": "https://learn.example/attempts/1", "type": "Attempt", "assignee": "https://learn.example/users/9",
        "assignable": {"id": "https://learn.example/tests/4", "type": "Assessment"},
    }  # fmt: skip
    score = {"type": "Score", "id": "https://learn.example/scores/1", "scoreGiven": 12, "maxScore": 15}
    (one,), _ = made("caliper", event(type="GradeEvent", action="Graded", object=attempt, generated=score))
    assert one["actor"]["account"]["name"] == "https://learn.example/users/9"
    assert one["context"]["instructor"]["account"]["name"] == "https://learn.example/users/7"
    assert one["object"]["id"] == "https://learn.example/tests/4"
    assert one["result"]["score"] == {"scaled": 0.8, "raw": 12, "min": 0, "max": 15}


def test_what_of_an_event_did_not_travel_is_told_by_field_and_never_by_value() -> None:
    _, report = made("caliper", event(extensions={"shoe": "size 42"}), event(extensions={"shoe": "size 43"}))
    assert report.lost["extensions.shoe"] == 2
    assert "42" not in json.dumps(report.to_json())


def test_a_refused_record_does_not_stop_the_others() -> None:
    statements, report = made("caliper", event(action=None), event())
    assert len(statements) == 1
    assert report.refused[0][0] == "record 1"
    assert "what was done" in report.refused[0][1]


@pytest.mark.parametrize(
    "broken",
    [
        {"actor": {"id": "https://[", "type": "Person"}},
        {
            "type": "GradeEvent",
            "action": "Graded",
            "generated": {"type": "Score", "scoreGiven": 10**400, "maxScore": 1},
        },
    ],
    ids=["an address that is none", "a number that is too large"],
)
def test_a_record_no_one_thought_of_does_not_stop_the_others(broken: dict[str, Any]) -> None:
    _, report = made("caliper", event(**broken), event())
    assert (report.records, report.statements + report.refusals) == (2, 2)


@pytest.mark.parametrize("user", ["9" * 5000, "²", "0", "00", "-1"], ids=["long", "raised", "nobody", "0", "minus"])
def test_whoever_a_log_of_moodle_names_the_other_rows_are_read(user: str) -> None:
    row = {"eventname": "\\core\\event\\course_viewed", "component": "core", "action": "viewed", "courseid": "2"}
    statements, report = made("moodle", {**row, "id": "1", "userid": user}, {**row, "id": "2", "userid": "7"})
    assert report.records == 2
    assert statements[-1]["actor"]["account"]["name"] == "7"


def test_another_context_than_caliper_is_refused() -> None:
    statements, report = made("caliper", event(**{"@context": "https://www.w3.org/ns/activitystreams"}))
    assert (statements, report.refusals) == ([], 1)


RUN_1_2 = {
    "learner": "u7", "sco": "intro", "timestamp": "2026-03-01T10:00:00Z",
    "cmi": {
        "core": {"lesson_status": "passed", "score": {"raw": "85"}, "total_time": "0001:02:03.50"},
        "interactions": [
            {"id": "q1", "type": "choice", "student_response": "a,c", "result": "wrong", "latency": "00:00:09",
             "correct_responses": [{"pattern": "a,b"}]},
        ],
        "suspend_data": "page=3",
    },
}  # fmt: skip


def test_a_run_of_scorm_1_2_becomes_its_outcome_and_its_answers() -> None:
    (run, answer), report = made("scorm", RUN_1_2)
    assert run["verb"]["id"] == f"{ADL}passed"
    assert run["result"] == {
        "score": {"scaled": 0.85, "raw": 85, "min": 0, "max": 100}, "success": True, "duration": "PT3723.5S",
    }  # fmt: skip
    assert answer["verb"]["id"] == f"{ADL}answered"
    assert answer["result"] == {"response": "a[,]c", "success": False, "duration": "PT9S"}
    assert answer["object"]["definition"]["correctResponsesPattern"] == ["a[,]b"]
    assert set(report.lost) == {"cmi.suspend_data"}


def test_a_run_of_scorm_2004_keeps_success_and_completion_apart() -> None:
    (run, goal), _ = made(
        "scorm",
        {
            "learner_id": "u7", "sco": "https://learn.example/sco/2", "cmi.success_status": "failed",
            "cmi.completion_status": "completed", "cmi.score.scaled": "0.4", "cmi.total_time": "PT1H",
            "cmi.objectives.0.id": "goal", "cmi.objectives.0.success_status": "passed",
        },
    )  # fmt: skip
    assert run["verb"]["id"] == f"{ADL}failed"
    assert run["result"] == {"score": {"scaled": 0.4}, "success": False, "completion": True, "duration": "PT1H"}
    assert goal["verb"]["id"] == f"{ADL}passed"
    assert goal["context"]["contextActivities"]["parent"][0]["id"] == "https://learn.example/sco/2"


def test_rows_of_scorm_elements_are_joined_into_runs() -> None:
    rows = [
        {"userid": user, "scoid": "3", "attempt": "1", "element": element, "value": value, "timemodified": "1772360000"}
        for user in ("7", "8")
        for element, value in (("cmi.core.lesson_status", "completed"), ("cmi.core.score.raw", "50"))
    ]
    statements, report = made("scorm", *rows)
    assert [one["actor"]["account"]["name"] for one in statements] == ["7", "8"]
    assert report.records == 2


def test_the_manifest_names_content_objects() -> None:
    manifest = b"""<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"><organizations><organization>
        <item identifier="i1" identifierref="intro"><title>How grain grows</title></item></organization></organizations>
        </manifest>"""
    named = Origin(home=HOME, titles=titles(manifest))
    (run, _), _ = made("scorm", RUN_1_2, origin=named)
    assert run["object"]["definition"]["name"] == {"und": "How grain grows"}


def test_a_matomo_visit_gives_a_statement_an_action_and_leaves_the_address_behind() -> None:
    visit = {
        "idVisit": 4, "userId": "u7", "visitIp": "203.0.113.7", "city": "Lyon",
        "actionDetails": [
            {"type": "action", "url": "https://learn.example/a b", "pageTitle": "Grain", "timeSpent": "12",
             "timestamp": 1772360000},
            {"type": "search", "siteSearchKeyword": "wheat", "timestamp": 1772360100},
        ],
    }  # fmt: skip
    (page, search), report = made("matomo", visit)
    assert page["object"]["id"] == "https://learn.example/a%20b"
    assert page["result"] == {"duration": "PT12S"}
    assert search["context"]["extensions"]["https://matomo.org/xapi/extensions/siteSearchKeyword"] == "wheat"
    assert {"visitIp", "city"} == set(report.lost)


def test_a_row_of_moodles_log_table_becomes_a_statement() -> None:
    row = {
        "id": "12", "eventname": r"\mod_quiz\event\attempt_submitted", "component": "mod_quiz", "action": "submitted",
        "target": "attempt", "contextlevel": "70", "contextinstanceid": "33", "userid": "7", "courseid": "2",
        "relateduserid": "7", "anonymous": "0", "timecreated": "1772360000", "ip": "203.0.113.7",
    }  # fmt: skip
    (one,), report = made("moodle", row)
    assert one["object"]["id"] == f"{HOME}/mod/quiz/view.php?id=33"
    assert one["context"]["contextActivities"]["grouping"][0]["id"] == f"{HOME}/course/view.php?id=2"
    assert one["verb"]["id"] == "http://activitystrea.ms/submit"
    assert report.lost["ip"] == 1


def test_a_row_of_moodles_report_is_read_in_the_zone_and_the_dates_of_its_site() -> None:
    row = {
        "Time": "1/07/26, 14:05:06", "User full name": "Ada Byron", "Affected user": "-",
        "Event context": "Quiz: Grain",
        "Component": "Quiz", "Event name": "Course module viewed", "Origin": "web", "IP address": "203.0.113.7",
        "Description": "The user with id '7' viewed the 'quiz' activity with course module id '33'.",
    }  # fmt: skip
    (one,), report = made("moodle", row, origin=Origin(home=HOME, zone=ZoneInfo("Europe/Stockholm")))
    assert one["timestamp"] == "2026-07-01T12:05:06.000000Z"
    assert one["object"] == {
        "objectType": "Activity", "id": f"{HOME}/mod/quiz/view.php?id=33",
        "definition": {"type": "http://adlnet.gov/expapi/activities/assessment", "name": {"und": "Grain"}},
    }  # fmt: skip
    assert report.lost["User full name"] == 1


def test_what_moodle_itself_did_is_nobodys_deed() -> None:
    statements, report = made("moodle", {"eventname": r"\core\event\cron", "userid": "0", "action": "ran"})
    assert (statements, report.silent) == ([], 1)


def cmi5(verb: str, result: dict[str, Any], **extensions: Any) -> dict[str, Any]:
    base = "https://w3id.org/xapi/cmi5/context"
    return {
        "actor": {"account": {"homePage": HOME, "name": "7"}},
        "verb": {"id": f"{ADL}{verb}"},
        "object": {"id": f"{HOME}/au/1"},
        "result": result,
        "timestamp": "2026-03-01T10:00:00Z",
        "context": {
            "registration": "d0f0c1a2-0a5e-4d5f-9a3e-8d7a4f1f2c33",
            "contextActivities": {"category": [{"id": f"{base}/categories/cmi5"}]},
            "extensions": {f"{base}/extensions/sessionid": "s1", **extensions},
        },
    }


def test_cmi5_passes_what_fits_and_refuses_what_breaks_its_rules() -> None:
    mastery = {"https://w3id.org/xapi/cmi5/context/extensions/masteryscore": 0.8}
    good = cmi5("passed", {"success": True, "duration": "PT5M", "score": {"scaled": 0.9}}, **mastery)
    low = cmi5("passed", {"success": True, "duration": "PT5M", "score": {"scaled": 0.7}}, **mastery)
    silent = cmi5("passed", {"duration": "PT5M"})
    timeless = cmi5("completed", {"completion": True})
    foreign = cmi5("answered", {})
    statements, report = made("cmi5", good, low, silent, timeless, foreign)
    assert len(statements) == 1
    assert [why.split(":")[0] for _, why in report.refused] == [
        "result.score.scaled", "result.success", "result.duration", "verb.id",
    ]  # fmt: skip


def test_cmi5_takes_the_name_of_what_was_launched_from_its_course() -> None:
    named = Origin(home=HOME, titles={f"{HOME}/au/1": "Grain"})
    (one,), _ = made("cmi5", cmi5("initialized", {}), origin=named)
    assert one["object"]["definition"]["name"] == {"und": "Grain"}


def test_cmi5_wants_registration_and_session_in_every_statement() -> None:
    without = cmi5("initialized", {})
    del without["context"]["registration"]
    assert made("cmi5", without)[1].refused[0][1].startswith("context.registration")


def test_a_statement_of_1_0_3_as_a_store_keeps_it_is_lifted_to_2_0() -> None:
    kept = {
        "_id": "5a0e", "hash": "x",
        "statement": {
            "actor": {"mbox": "mailto:ada@learn.example"}, "verb": {"id": f"{ADL}completed"}, "version": "1.0.0",
            "object": {"id": f"{HOME}/1"}, "timestamp": "2026-03-01T10:00:00",
            "context": {"extensions": {"http://learn&46;example/area": 3}},
        },
    }  # fmt: skip
    (one,), report = made("xapi", kept)
    assert one["version"] == "2.0.0"
    assert one["timestamp"] == "2026-03-01T10:00:00.000000Z"
    assert one["context"]["extensions"] == {"http://learn.example/area": 3}
    assert set(report.lost) == {"_id", "hash"}


@given(st.lists(st.dictionaries(st.sampled_from(["type", "actor", "action", "object", "id", "eventTime", "data",
    "sensor", "userid", "eventname", "Event name", "Description", "Time", "element", "value", "learner", "sco",
    "cmi.core.lesson_status", "actionDetails", "userId", "statement", "verb", "context", "result"]),
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12)
        | st.sampled_from(["GradeEvent", "Viewed", HOME, "2026-01-01T00:00:00Z", "passed"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "score", "url",
            "actor", "object", "extensions", "x"]), inner, max_size=3), max_leaves=6), max_size=8), max_size=4),
    st.sampled_from(sorted(SOURCES)))  # fmt: skip
def test_whatever_comes_is_converted_or_refused_and_nothing_is_uncounted(records: list[Any], name: str) -> None:
    report = Report()
    found = list(convert(records, SOURCES[name], ORIGIN, report, Pseudonyms(b"k" * 32)))
    assert report.statements == len(found)
    assert report.silent + report.refusals <= report.records


def test_the_same_records_give_the_same_statements() -> None:
    assert made("scorm", RUN_1_2)[0] == made("scorm", RUN_1_2)[0]


def test_a_source_at_the_door_needs_a_key() -> None:
    with pytest.raises(BadInput, match="key"):
        made("vr", {})
