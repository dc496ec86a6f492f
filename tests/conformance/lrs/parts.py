"""Parts of statements to put together and to break: each as small as it can be and still hold every property."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

VERB = {"id": "https://example.org/verbs/tried", "display": {"en-GB": "tried", "en-US": "tried out", "sv": "provade"}}
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided", "display": {"en": "voided"}}
AGENTS: dict[str, Json] = {
    "mbox": {"objectType": "Agent", "name": "Alva Exempelsson", "mbox": "mailto:alva@example.org"},
    "mbox_sha1sum": {"objectType": "Agent", "mbox_sha1sum": "9c1185a5c5e9fc54612808977ee8f548b2258d31"},
    "openid": {"objectType": "Agent", "openid": "https://id.example.org/alva"},
    "account": {"objectType": "Agent", "account": {"homePage": "https://school.example.org", "name": "s1"}},
}
MEMBERS = [AGENTS["account"], {"mbox": "mailto:camille@example.org"}]
ANONYMOUS: Json = {"objectType": "Group", "name": "Us two", "member": MEMBERS}
GROUPS: dict[str, Json] = {name: {**agent, "objectType": "Group", "member": MEMBERS} for name, agent in AGENTS.items()}
EXTENSIONS = {"https://example.org/extensions/room": {"name": "B 12", "seats": [1, 2, None]}}
DEFINITION: Json = {
    "name": {"en-GB": "A lesson", "sv": "En lektion"},
    "description": {"en-GB": "About bread", "sv": "Om bröd"},
    "type": "http://adlnet.gov/expapi/activities/lesson",
    "moreInfo": "https://example.org/lessons/1",
    "extensions": EXTENSIONS,
}
ACTIVITY: Json = {"objectType": "Activity", "id": "https://example.org/lessons/1", "definition": DEFINITION}
REFERENCE: Json = {"objectType": "StatementRef", "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"}
SCORE: Json = {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}
RESULT: Json = {
    "score": SCORE,
    "success": True,
    "completion": True,
    "response": "yeast",
    "duration": "PT1H30M",
    "extensions": EXTENSIONS,
}
COMPONENTS = [{"id": "a", "description": {"en": "first"}}, {"id": "b", "description": {"sr-Latn-RS": "drugi"}}]
#: Each kind of interaction with what belongs to it.
INTERACTIONS: dict[str, Json] = {
    "true-false": {"correctResponsesPattern": ["true"]},
    "choice": {"correctResponsesPattern": ["a[,]b"], "choices": COMPONENTS},
    "fill-in": {"correctResponsesPattern": ["yeast"]},
    "long-fill-in": {"correctResponsesPattern": ["{case_matters=false}yeast and time"]},
    "matching": {"correctResponsesPattern": ["a[.]b"], "source": COMPONENTS, "target": COMPONENTS},
    "performance": {"correctResponsesPattern": ["a[.]1:"], "steps": COMPONENTS},
    "sequencing": {"correctResponsesPattern": ["a[,]b"], "choices": COMPONENTS},
    "likert": {"correctResponsesPattern": ["b"], "scale": COMPONENTS},
    "numeric": {"correctResponsesPattern": ["4[:]"]},
    "other": {"correctResponsesPattern": ["(35.9,-86.8)"]},
}
CONTEXT: Json = {
    "registration": "16fd2706-8baf-433b-82eb-8c7fada847da",
    "instructor": AGENTS["openid"],
    "team": GROUPS["mbox"],
    "contextActivities": {"category": {"id": "https://example.org/courses/1"}},
    "revision": "2",
    "platform": "a tool",
    "language": "sv-SE",
    "statement": REFERENCE,
    "extensions": EXTENSIONS,
}
ATTACHMENT: Json = {
    "usageType": "https://example.org/uses/paper",
    "display": {"en": "A paper", "es": "Un papel"},
    "description": {"en": "What was written"},
    "contentType": "text/plain; charset=ascii",
    "length": 27,
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
    "fileUrl": "https://example.org/papers/1",
}
STATEMENT: Json = {"actor": AGENTS["mbox"], "verb": VERB, "object": ACTIVITY}

Change = Callable[[Json], object]


def whole() -> Json:
    """A statement with everything."""
    return copy.deepcopy({**STATEMENT, "result": RESULT, "context": CONTEXT, "attachments": [ATTACHMENT]})


def plain() -> Json:
    """A statement with what it must have."""
    return copy.deepcopy(STATEMENT)


def put(path: str, value: object) -> Change:
    """A change: this value at this place, the objects before it made where they are missing."""

    def change(statement: Json) -> None:
        *steps, last = path.split("/")
        place = statement
        for step in steps:
            place = place.setdefault(step, {}) if not isinstance(place, list) else place[int(step)]
        place[last] = copy.deepcopy(value)

    return change


def drop(path: str) -> Change:
    """A change: nothing at this place."""

    def change(statement: Json) -> None:
        *steps, last = path.split("/")
        place: Any = statement
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        del place[last]

    return change


def within(statement: Json) -> Json:
    """The same deed as a statement within a statement."""
    inner = {name: value for name, value in statement.items() if name not in ("id", "stored", "authority", "version")}
    return {**plain(), "object": {**inner, "objectType": "SubStatement"}}
