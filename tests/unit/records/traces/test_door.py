"""Nobody who comes through the door is who they were, and nothing that says how they move comes in."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skillspace.records.deidentification import Pseudonyms
from skillspace.records.traces import SOURCES, Origin, Report, convert
from skillspace.records.traces.vr import is_bodily

KEY, OTHER = Pseudonyms(b"k" * 32), Pseudonyms(b"o" * 32)
SIM = "https://sim.example/ext"


def deed(**more: Any) -> dict[str, Any]:
    return {
        "actor": {"mbox": "mailto:ada.byron@sim.example", "name": "Ada Byron"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://sim.example/welding/1", "definition": {"name": {"en": "Weld of Ada Byron"}}},
        "timestamp": "2026-03-01T10:00:00.123Z",
        **more,
    }


def through(record: dict[str, Any], pseudonyms: Pseudonyms = KEY, source: str = "vr") -> tuple[dict[str, Any], Report]:
    report = Report()
    (one,) = convert([record], SOURCES[source], Origin(home="https://sim.example"), report, pseudonyms)
    return one, report


def test_the_actor_is_a_pseudonym_and_their_name_stands_nowhere() -> None:
    one, _ = through(deed(authority={"mbox": "mailto:api@sim.example"}))
    assert one["actor"]["account"]["name"].startswith("person-")
    assert one["object"]["definition"]["name"]["en"] == f"Weld of {one['actor']['account']['name']}"
    assert "ada" not in json.dumps(one).lower()
    assert "authority" not in one


def test_one_person_has_one_pseudonym_under_one_key_and_another_under_another() -> None:
    first, again, elsewhere = through(deed())[0], through(deed())[0], through(deed(), OTHER)[0]
    assert first["actor"] == again["actor"] != elsewhere["actor"]


def test_an_identifier_inside_an_address_is_replaced_there_and_the_address_stays_one() -> None:
    who = {"account": {"homePage": "https://sim.example", "name": "https://sim.example/users/554433"}}
    one, _ = through(deed(actor=who, object={"id": "https://sim.example/users/554433/runs/1"}), source="xapi")
    assert "554433" not in json.dumps(one)
    assert one["object"]["id"].startswith("urn:pseudonyms:person-")


def test_everybody_else_in_a_statement_becomes_a_pseudonym_too() -> None:
    bob = {"mbox": "mailto:bob.stone@sim.example", "name": "Bob Stone"}
    context = {
        "instructor": bob,
        "team": {"objectType": "Group", "name": "Team Bob Stone", "member": [bob]},
        "contextAgents": [{"objectType": "contextAgent", "agent": bob}],
    }
    one, _ = through(deed(context=context))
    assert "bob" not in json.dumps(one).lower()
    assert one["context"]["team"]["member"][0]["account"] == one["context"]["instructor"]["account"]


def test_motion_gaze_and_recordings_stay_at_the_door_and_are_told() -> None:
    added = {
        f"{SIM}/headPosition": "up", f"{SIM}/gaze-target": "torch", f"{SIM}/heart_rate": 71,
        f"{SIM}/samples": [1, 2, 3],
        f"{SIM}/note": "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0", f"{SIM}/level": 3,
        f"{SIM}/sensors/torch": {"score": {"min": 0.5, "target": 0.8}, "x": 0.2, "rotation": 4},
    }  # fmt: skip
    recording = {
        "usageType": f"{SIM}/recording", "display": {"en": "run"}, "contentType": "video/mp4", "length": 3,
        "sha2": "0" * 64,
    }  # fmt: skip
    one, report = through(deed(context={"extensions": added}, attachments=[recording]))
    assert one["context"]["extensions"] == {
        f"{SIM}/level": 3, f"{SIM}/sensors/torch": {"score": {"min": 0.5, "target": 0.8}},
    }  # fmt: skip
    assert "attachments" not in one
    assert report.lost.keys() >= {"attachments", f"context.extensions.{SIM}/headPosition"}


def test_times_of_simulators_are_cut_to_seconds() -> None:
    one, _ = through(deed(result={"duration": "PT4M35.99S"}))
    assert one["timestamp"] == "2026-03-01T10:00:00.000000Z"
    assert one["result"]["duration"] == "PT4M35S"


def test_names_that_speak_of_bodies_are_known_in_any_spelling() -> None:
    assert all(map(is_bodily, ["headPose", "https://s.example/eye-tracking", "LEFT_HAND", "HMD", "positionX", "a/y"]))
    assert not any(map(is_bodily, ["https://w3id.org/xapi/video/extensions/length", "severity", "compute_method"]))


names = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd")), min_size=4, max_size=12)


@given(names, names, st.text(max_size=20))
def test_no_account_name_comes_through_the_door(name: str, other: str, around: str) -> None:
    who = {"account": {"homePage": "https://sim.example", "name": name}, "name": other}
    said = f"{around} {name}/{other} {around}"
    record = deed(actor=who, result={"response": said}, object={"id": "https://a.b/1"})
    one, _ = through(record, source="xapi")
    kept = one["result"]["response"].replace(around, "").casefold()
    assert name.casefold() not in kept.split("/")
    assert one["actor"]["account"]["name"] != name


def test_a_user_name_that_is_a_word_of_xapi_leaves_verbs_and_types_alone() -> None:
    kind = {"type": "http://adlnet.gov/expapi/activities/assessment", "name": {"en": "assessment of completed"}}
    who = {"account": {"homePage": "https://sim.example", "name": "completed"}}
    one, _ = through(deed(actor=who, object={"id": "https://sim.example/1", "definition": kind}), source="xapi")
    assert one["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed"
    assert one["object"]["definition"]["name"]["en"] == f"assessment of {one['actor']['account']['name']}"


def test_a_statement_as_unity_sends_it_comes_through_with_its_scores() -> None:
    run = "https://sim.example/simulations/s-1/exercise/weld"
    record = deed(
        object={"id": run, "definition": {"name": {"en-US": "Weld"}, "description": {}}},
        result={"success": True, "score": {"scaled": 1.0}, "extensions": {
            "http://id.tincanapi.com/extension/severity": "error",
            f"{run}/sensors/speed": {"score": {"min": 0.5, "target": 0.8, "max": 1}, "name": {"en-US": "Speed"}}}},
        timestamp="", version="1.0.0",
    )  # fmt: skip
    one, report = through(record)
    assert one["result"]["extensions"][f"{run}/sensors/speed"]["score"] == {"min": 0.5, "target": 0.8, "max": 1}
    assert "timestamp" not in one
    assert not [path for path in report.lost if path.startswith("result")]
