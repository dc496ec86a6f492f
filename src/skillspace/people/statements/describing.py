"""The learning record store in the words of OpenAPI, loosely where xAPI's own rules say more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.people.statements.calls import VERSION_HEADER
from skillspace.people.statements.query import PAGE, Format
from skillspace.people.statements.resources import PATH
from skillspace.records.statements import MAX_STATEMENTS, Version

Schema = Mapping[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_IRI: Schema = {"type": "string", "format": "uri"}
_UUID: Schema = {"type": "string", "format": "uuid"}
_TRUTH: Schema = {"type": "boolean"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MAPS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_ACCOUNT: Schema = {
    "type": "object",
    "properties": {"homePage": _IRI, "name": {"type": "string"}},
    "required": ["homePage", "name"],
    "additionalProperties": False,
}
_KNOWN_BY: Mapping[str, Schema] = {
    "mbox": {"type": "string", "pattern": "^mailto:[a-z]{1,20}@example[.]org$"},
    "mbox_sha1sum": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
    "openid": _IRI,
    "account": _ACCOUNT,
}
_AGENT: Schema = {
    "oneOf": [
        {
            "type": "object",
            "properties": {"objectType": {"const": "Agent"}, "name": {"type": "string"}, identifier: schema},
            "required": [identifier],
            "additionalProperties": False,
        }
        for identifier, schema in _KNOWN_BY.items()
    ]
}
_ACTIVITY: Schema = {
    "type": "object",
    "properties": {
        "objectType": {"enum": ["Activity", "Agent", "Group", "StatementRef", "SubStatement"]},
        "id": _IRI,
        "definition": {"type": "object", "properties": {"name": _MAPS, "description": _MAPS, "type": _IRI}},
    },
}
_STATEMENT: Schema = {
    "type": "object",
    "required": ["actor", "verb", "object"],
    "properties": {
        "id": _UUID,
        "actor": _AGENT,
        "verb": {"type": "object", "required": ["id"], "properties": {"id": _IRI, "display": _MAPS}},
        "object": _ACTIVITY,
        "result": {"type": "object"},
        "context": {"type": "object", "properties": {"registration": _UUID, "instructor": _AGENT}},
        "timestamp": _MOMENT,
        "attachments": {"type": "array", "items": {"type": "object"}},
    },
}
_UNNAMED: Schema = {
    **_STATEMENT,
    "properties": {name: schema for name, schema in _STATEMENT["properties"].items() if name != "id"},
    "additionalProperties": False,
}
_ONE: Schema = {"application/json": {"schema": _UNNAMED}}
_SEVERAL: Schema = {
    "application/json": {
        "schema": {"oneOf": [_STATEMENT, {"type": "array", "items": _STATEMENT, "maxItems": MAX_STATEMENTS}]}
    }
}
_DOCUMENT: Schema = {"application/json": {"schema": {"type": "object"}}, "application/octet-stream": {"schema": {}}}


def _parameter(name: str, schema: Schema, *, is_needed: bool = False, where: str = "query") -> dict[str, Any]:
    told = {"content": {"application/json": {"schema": schema}}} if schema is _AGENT else {"schema": schema}
    return {"name": name, "in": where, "required": is_needed, **told}


def _needed(**named: Schema) -> list[dict[str, Any]]:
    return [_parameter(name, schema, is_needed=True) for name, schema in named.items()]


def _asked(**named: Schema) -> list[dict[str, Any]]:
    return [_parameter(name, schema) for name, schema in named.items()]


_VERSIONED = [_parameter(VERSION_HEADER, {"enum": [one.value for one in Version]}, is_needed=True, where="header")]
_MATCHED = [_parameter(name, {"type": "string"}, where="header") for name in ("If-Match", "If-None-Match")]
_QUESTION = _asked(
    statementId=_UUID,
    voidedStatementId=_UUID,
    agent=_AGENT,
    verb=_IRI,
    activity=_IRI,
    registration=_UUID,
    related_activities=_TRUTH,
    related_agents=_TRUTH,
    since=_MOMENT,
    until=_MOMENT,
    limit={"type": "integer", "minimum": 0, "maximum": PAGE},
    format={"enum": [one.value for one in Format]},
    attachments=_TRUTH,
    ascending=_TRUTH,
)
#: Each kind of document: by what it is found, by what it may be found besides, and what its own name is called.
_KEPT: Mapping[str, tuple[Mapping[str, Schema], Mapping[str, Schema], str]] = {
    "activities/state": ({"activityId": _IRI, "agent": _AGENT}, {"registration": _UUID}, "stateId"),
    "activities/profile": ({"activityId": _IRI}, {}, "profileId"),
    "agents/profile": ({"agent": _AGENT}, {}, "profileId"),
}


def described() -> dict[str, Any]:
    """Return the paths of the record store, as OpenAPI writes them."""
    found: dict[str, Any] = {
        "about": {"get": _operation("Say which versions are spoken", [])},
        "statements": {
            "get": _operation("Find statements", [*_VERSIONED, *_QUESTION]),
            "put": _operation("Store a statement", [*_VERSIONED, *_needed(statementId=_UUID)], _ONE),
            "post": _operation("Store statements", [*_VERSIONED], _SEVERAL),
        },
        "activities": {"get": _operation("Describe an activity", [*_VERSIONED, *_needed(activityId=_IRI)])},
        "agents": {"get": _operation("Describe an agent", [*_VERSIONED, *_needed(agent=_AGENT)])},
    }
    for resource, (needed, besides, own) in _KEPT.items():
        place = [*_VERSIONED, *_needed(**needed), *_asked(**besides)]
        one = [*place, *_needed(**{own: _TEXT})]
        found[resource] = {
            "get": _operation("Get one, or the names of all", [*place, *_asked(**{own: _TEXT}, since=_MOMENT)]),
            "put": _operation("Put a document", [*one, *_MATCHED], _DOCUMENT),
            "post": _operation("Merge into a document", [*one, *_MATCHED], _DOCUMENT),
            "delete": _operation("Take a document away", [*one, *_MATCHED]),
        }
    return {f"{PATH}/{resource}": operations for resource, operations in found.items()}


def _operation(summary: str, parameters: list[dict[str, Any]], body: Schema | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "tags": ["Learning records (xAPI)"],
        "summary": summary,
        "parameters": parameters,
        "responses": {"default": {"description": "As xAPI says; faults are plain text."}},
    }
    return told if body is None else told | {"requestBody": {"required": True, "content": body}}
