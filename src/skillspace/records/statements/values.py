"""The values statements are made of, each told from what only looks like it; a fault says where it is and what it is.

xAPI 1.0.3 part 2 §2.2 and §4, and xAPI 2.0 (IEEE 9274.1.1) §4.2.7; IRIs by their syntax alone (RFC 3987).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from skillspace.kernel.errors import BadInput

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f<>\"{}|\\^`]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MAILBOX = re.compile(r"mailto:[^\x00-\x20\x7f@<>\",;]+@[^\x00-\x20\x7f@<>\",;]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}")
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~\-]+"  # noqa: S105 - a token of RFC 9110
_MEDIA_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}(\s*;\s*{_TOKEN}=({_TOKEN}|\"[^\"\x00-\x1f]*\"))*\s*")
#: RFC 5646 §2.1 without the grandfathered tags: language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)",
    re.IGNORECASE,
)
_SINGLETON = re.compile(r"-([0-9a-wy-z])(?=-)", re.IGNORECASE)
#: Tags that are remembered: a store sees the same few all day, but nobody is to fill its memory with odd ones.
_USUAL_TAG, _TAGS_KNOWN = 35, 1024
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
#: Only the smallest part of a duration may have a fraction (ISO 8601:2004 §4.4.3.2).
_EARLY_FRACTION = re.compile(r"[.,][0-9]+[A-Z].*[0-9]")
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?(?:([Zz])|([+\-])(\d\d)(?::?(\d\d))?)?", re.ASCII
)


class NotAStatement(BadInput):
    """What came in is no statement, nor anything else that xAPI defines for this place."""


def wrong(where: str, what: str) -> NotAStatement:
    """Return the fault of a place: `where` it is, by the names of properties, and `what` it should be."""
    return NotAStatement(f"{where}: {what}.")


def text(value: object, where: str) -> str:
    """Return what is text; raise NotAStatement."""
    if type(value) is not str:
        raise wrong(where, "this must be a string")
    return value


def iri(value: object, where: str) -> str:
    """Return what is an IRI with its scheme; raise NotAStatement."""
    if type(value) is not str or _IRI.fullmatch(value) is None:
        raise wrong(where, "this must be an IRI with its scheme, such as https://example.org/verbs/tried")
    return value


def uuid(value: object, where: str) -> str:
    """Return what is a UUID in its usual spelling (RFC 4122); raise NotAStatement."""
    if type(value) is not str or _UUID.fullmatch(value) is None:
        raise wrong(where, "this must be a UUID")
    return value


def mailbox(value: object, where: str) -> str:
    """Return what is ``mailto:`` and an e-mail address; raise NotAStatement."""
    if type(value) is not str or _MAILBOX.fullmatch(value) is None:
        raise wrong(where, "this must be mailto: and an e-mail address")
    return value


def sha1(value: object, where: str) -> str:
    """Return what is a SHA-1 hash in hexadecimal; raise NotAStatement."""
    if type(value) is not str or _SHA1.fullmatch(value) is None:
        raise wrong(where, "this must be a SHA-1 hash, 40 hexadecimal digits")
    return value


def sha2(value: object, where: str) -> str:
    """Return what is a hash of the SHA-2 family in hexadecimal; raise NotAStatement."""
    if type(value) is not str or _SHA2.fullmatch(value) is None:
        raise wrong(where, "this must be a SHA-2 hash in hexadecimal digits")
    return value


def media_type(value: object, where: str) -> str:
    """Return what is an Internet media type; raise NotAStatement."""
    if type(value) is not str or _MEDIA_TYPE.fullmatch(value) is None:
        raise wrong(where, "this must be an Internet media type, such as text/plain")
    return value


def duration(value: object, where: str) -> str:
    """Return what is a duration (ISO 8601:2004 §4.4.3.2); raise NotAStatement."""
    if type(value) is not str or _DURATION.fullmatch(value) is None or _EARLY_FRACTION.search(value):
        raise wrong(where, "this must be an ISO 8601 duration, such as PT4H35M59.14S")
    return value


def language(value: object, where: str) -> str:
    """Return what is a language tag (RFC 5646); raise NotAStatement."""
    if type(value) is not str or not _is_language(value):
        raise wrong(where, "this must be a language tag of RFC 5646, such as sv or fr-CA")
    return value


def moment(value: object, where: str, *, needs_offset: bool = False) -> datetime:
    """Return a timestamp as a moment in UTC; raise NotAStatement.

    RFC 3339, and ISO 8601 without an offset where that is allowed (1.0.x): it is then read as UTC. The offset minus
    zero says that the true one is unknown, and is refused.
    """
    found = _MOMENT.fullmatch(value) if type(value) is str else None
    if found is not None:
        day, clock, fraction, utc, sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        is_unknown = sign == "-" and not offset
        if not is_unknown and (utc or sign or not needs_offset):
            try:
                zone = timezone(-offset if sign == "-" else offset)
                micro = int((fraction or "0")[:6].ljust(6, "0"))
                return datetime.fromisoformat(f"{day}T{clock}").replace(microsecond=micro, tzinfo=zone).astimezone(UTC)
            except (ValueError, OverflowError):
                pass
    raise wrong(where, "this must be a timestamp with its offset, such as 2026-11-22T18:21:02.245Z")


def written(when: datetime) -> str:
    """Return a moment as statements carry it: in UTC, to the microsecond."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def language_map(value: object, where: str) -> None:
    """Check a map from language tags to texts; raise NotAStatement."""
    for tag, words in mapping(value, where).items():
        if type(words) is not str or not _is_language(tag):  # the place is made out only where something is wrong
            language(tag, f"{where}.{tag[:40]}")
            text(words, f"{where}.{tag[:40]}")


def mapping(value: object, where: str) -> dict[str, Any]:
    """Return what is a JSON object; raise NotAStatement."""
    if type(value) is not dict:
        raise wrong(where, "this must be an object")
    return value


def members(value: object, where: str, allowed: frozenset[str]) -> dict[str, Any]:
    """Return an object that has none but these members, case and all; raise NotAStatement naming the other one."""
    found = mapping(value, where)
    if not found.keys() <= allowed:
        odd = min(found.keys() - allowed)
        raise wrong(f"{where}.{odd[:40]}", f"there is no such property here; there is {', '.join(sorted(allowed))}")
    return found


def needed(found: Mapping[str, object], where: str, *names: str) -> None:
    """Raise NotAStatement unless an object has these members."""
    for name in names:
        if name not in found:
            raise wrong(where, f"the property {name} is missing")


def sequence(value: object, where: str) -> list[object]:
    """Return what is an array; raise NotAStatement."""
    if type(value) is not list:
        raise wrong(where, "this must be an array")
    return value


def _is_language(tag: str) -> bool:
    return _is_usual(tag) if len(tag) <= _USUAL_TAG else _is_spelled_right(tag)


def _is_spelled_right(tag: str) -> bool:
    if _LANGUAGE.fullmatch(tag) is None:
        return False
    singles = _SINGLETON.findall(tag.lower().partition("-x-")[0])
    return len(set(singles)) == len(singles)


_is_usual = lru_cache(maxsize=_TAGS_KNOWN)(_is_spelled_right)
