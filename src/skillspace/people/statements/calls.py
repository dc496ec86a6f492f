"""A call to the learning record store as it is meant, however it was written (xAPI 1.0.3 part 3 §1.3, §3.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from skillspace.kernel.errors import BadInput
from skillspace.records.statements import NotAStatement, Version

VERSION_HEADER = "x-experience-api-version"
MAX_PARAMETERS = 100
FORM = "application/x-www-form-urlencoded"
_VERSIONS = {Version.V1_0: re.compile(r"1\.0(\.[0-9]{1,3})?"), Version.V2_0: re.compile(r"2\.0(\.[0-9]{1,3})?")}
#: Form fields of the alternate syntax that stand for headers.
_AS_HEADERS = frozenset(
    {
        "authorization",
        "x-experience-api-version",
        "content-type",
        "content-length",
        "if-match",
        "if-none-match",
        "accept-language",
    }
)


class MethodNotAllowed(BadInput):
    """This resource is not used in this way."""

    http_status = 405


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked of which resource. `headers` have their names in small letters."""

    method: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def version(self) -> Version:
        """The version of xAPI that is spoken; raise BadInput where none is named, or none that is known here."""
        named = self.headers.get(VERSION_HEADER, "")
        for version, known in _VERSIONS.items():
            if known.fullmatch(named):
                return version
        raise BadInput("Name the version of xAPI in the header X-Experience-API-Version: 1.0.3 or 2.0.0.")

    @property
    def content_type(self) -> str:
        """What the body says it is."""
        return self.headers.get("content-type", "application/octet-stream")

    @property
    def media_type(self) -> str:
        """What the body says it is, without parameters, in small letters."""
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def reads(self) -> bool:
        """Whether nothing is to be changed."""
        return self.method in ("GET", "HEAD")

    def only(self, allowed: frozenset[str]) -> Mapping[str, str]:
        """Return the parameters; raise BadInput where one is none of these, case and all."""
        if odd := self.parameters.keys() - allowed:
            known = ", ".join(sorted(allowed)) or "none"
            raise BadInput(f"There is no parameter {min(odd)[:40]} here; there is {known}.")
        return self.parameters

    def needed(self, name: str) -> str:
        """Return a parameter that must be there; raise BadInput."""
        value = self.parameters.get(name, "")
        if not value:
            raise BadInput(f"The parameter {name} is missing.")
        if not value.isprintable() or len(value) > 8000:
            raise BadInput(f"{name}: this is too long, or has characters that nobody can see.")
        return value


def read_call(method: str, query: bytes, headers: Mapping[str, str], body: bytes) -> Call:
    """Return what is asked, a POST that stands for another method included (1.0.x); raise BadInput.

    Such a POST carries everything in a form: the parameters, the headers, and the body as `content`.
    """
    parameters = _pairs(query, "the address")
    call = Call(method=method, parameters=parameters, headers=headers, body=body)
    if method != "POST" or "method" not in parameters:
        return call
    if len(parameters) > 1:
        raise NotAStatement("Beside method, a request that stands for another one has everything in its form.")
    if body and call.media_type != FORM:
        raise NotAStatement(f"A request that stands for another one is a form: {FORM}.")
    form = _pairs(body, "the form")
    named = {name.lower(): value for name, value in form.items() if name.lower() in _AS_HEADERS}
    inner = {name: value for name, value in form.items() if name.lower() not in _AS_HEADERS and name != "content"}
    meant = replace(
        call,
        method=parameters["method"].upper(),
        parameters=inner,
        headers={**headers, "content-type": "application/json", **named},
        body=form.get("content", "").encode(),
    )
    if not meant.reads and meant.method != "DELETE" and "content" not in form:
        raise NotAStatement("The form has no content.")
    # From 2.0 on there is no such syntax, and so no parameter of this name.
    return meant if meant.headers.get(VERSION_HEADER, "").startswith("1.") else replace(call, headers=meant.headers)


def _pairs(text: bytes, where: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise NotAStatement(f"The parameters in {where} cannot be read.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAStatement(f"A parameter stands twice in {where}.")
    return found
