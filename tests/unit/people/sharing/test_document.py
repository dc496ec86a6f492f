"""The shared profile on the wire: read strictly, and never anything but BadInput for what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.people.sharing.document import SharedComment, SharedProfile, SharedSkill, read_profile

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
skills = st.builds(
    SharedSkill,
    uri=words,
    label=words,
    theme=words,
    theme_label=words,
    validation=st.integers(1, 6),
    level=st.none() | words,
    sources=st.lists(words, max_size=3),
    since=st.dates().map(lambda day: day.isoformat()),
)
profiles = st.builds(
    SharedProfile,
    subject=words,
    language=st.sampled_from(["sv", "fr"]),
    made=st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    name=st.none() | words,
    skills=st.lists(skills, max_size=3),
    plan=st.none(),
    comments=st.lists(st.builds(SharedComment, by=words, text=words, at=words), max_size=2),
)
GOOD = {"subject": "urn:x:1", "language": "sv", "made": "2026-11-21T12:00:00.000Z"}
SKILL = {"uri": "urn:x", "label": "x", "validation": 2, "since": "2026-01-01"}


@given(profiles)
def test_a_profile_reads_back_as_it_was_written(profile: SharedProfile) -> None:
    assert read_profile(profile.model_dump_json(exclude_none=True).encode()) == profile


@pytest.mark.parametrize(
    "change",
    [
        {"subject": None},
        {"made": "yesterday"},
        {"surname": "Exempelsson"},
        {"skills": [SKILL | {"validation": 7}]},
        {"skills": [SKILL | {"validation": "2"}]},
        {"skills": [SKILL | {"since": "2026-13-01"}]},
        {"skills": [SKILL] * 2001},
        {"name": "x" * 201},
        {"comments": [{"by": "x", "text": "y"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_profile_of_another_shape_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_profile(json.dumps(GOOD | change).encode())


@given(st.one_of(st.binary(max_size=100), st.text(max_size=100).map(lambda text: json.dumps(text).encode())))
def test_garbage_is_bad_input_and_nothing_else(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_profile(body)


def test_json_nested_without_end_is_bad_input() -> None:
    with pytest.raises(BadInput):
        read_profile(b"[" * 100_000)


def test_a_plan_that_is_none_is_bad_input_when_it_is_read() -> None:
    profile = read_profile(json.dumps(GOOD | {"plan": {"goal": "to be happy"}}).encode())
    with pytest.raises(BadInput, match="plan"):
        profile.plan_read()
    assert read_profile(json.dumps(GOOD).encode()).plan_read() is None
