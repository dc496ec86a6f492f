"""Traces of simulators in virtual reality, which send xAPI: how somebody moves and where they look says who they are.

Motion identifies people as fingerprints do, so it stays at the door: of what a simulator adds (extensions) only single
words, numbers and yes or no pass, and only under names that do not speak of body, gaze or motion. Recordings
(attachments) stay behind, times are cut to whole seconds, and actors are pseudonyms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from skillspace.records.traces.source import Origin, Source, Statement
from skillspace.records.traces.trace import Trace
from skillspace.records.traces.xapi import lifted, records

_SPEAKING_OF_BODIES = """
acceleration accelerometer angle angles angular axis biometric biometrics blink blinks body bone bones bpm breath
breathing controller controllers coordinate coordinates eda eeg electrodermal emg emotion euler eye eyes face facial
fatigue finger fingers fixation fixations gait gaze gazes gesture gestures grip gsr gyroscope hand handedness hands
head heading heads headset heart heartrate height hmd hrv imu interpupillary ipd joint joints location look looked
looking mocap motion motions move moved movement movements moves moving orientation orientations path physiological
pitch pointing pos pose poses position positions posture pulse pupil pupils quaternion quaternions reach respiration
roll rot rotation rotations saccade saccades skeleton skin speech steps stress tracker trackers tracking trajectory
transform tremor vector vectors velocity voice wingspan yaw
"""
_BODY = frozenset(_SPEAKING_OF_BODIES.split())
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_AXES = frozenset("xyzw")
LONGEST = 200
"""Letters of a text that passes, at most: a longer one may hold a series."""
MOST = 8
"""Members of an object that passes, at most, and numbers in a text: more may be a series."""
DEEPEST = 3


def read(record: Trace, origin: Origin) -> Iterator[Statement]:
    """Give the statement of a record, without what identifies a body."""
    made = lifted(record, origin)
    if made.pop("attachments", None) is not None:
        record.drop("attachments")
    if "timestamp" in made:
        made["timestamp"] = made["timestamp"][:19] + "Z"
    yield {name: _kept(value, name, record) for name, value in made.items()}


SOURCE = Source(name="vr", title="virtual reality (Unity, xAPI)", read=read, records=records, at_the_door=True)


def is_bodily(name: str) -> bool:
    """Tell whether a name, an IRI as well, speaks of a body, its motion or its gaze."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return not _BODY.isdisjoint(words) or (bool(words) and words[-1] in _AXES)


def _kept(value: Any, path: str, record: Trace) -> Any:
    """Return a part of a statement with what others added sifted, and durations in whole seconds."""
    if isinstance(value, list):
        return [_kept(inner, path, record) for inner in value]
    if not isinstance(value, Mapping):
        return value
    kept: dict[str, Any] = {}
    for name, inner in value.items():
        at = f"{path}.{name}"
        if name == "extensions" and isinstance(inner, Mapping):
            passed = _sifted(inner, at, record, DEEPEST)
            kept.update({name: passed} if passed else {})
        elif name == "duration" and isinstance(inner, str):
            kept[name] = re.sub(r"[.,]\d+S", "S", inner)
        else:
            kept[name] = _kept(inner, at, record)
    return kept


def _sifted(added: Mapping[str, Any], path: str, record: Trace, depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, said in added.items():
        inner = said
        if isinstance(said, Mapping) and depth and len(said) <= MOST and not is_bodily(name):
            inner = _sifted(said, f"{path}.{name}", record, depth - 1)
        elif is_bodily(name) or isinstance(said, list | Mapping) or (isinstance(said, str) and _may_be_a_series(said)):
            record.drop(f"{path}.{name}")
            continue
        if inner != {}:
            kept[name] = inner
    return kept


def _may_be_a_series(said: str) -> bool:
    return len(said) > LONGEST or len(re.findall(r"\d+", said)) > MOST
