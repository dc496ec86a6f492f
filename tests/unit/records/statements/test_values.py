"""The values statements are made of: whatever is written is read again, and nothing else passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.records.statements.values import NotAStatement, duration, iri, language, moment, uuid, written

ZONES = st.integers(-14 * 60, 14 * 60).filter(bool).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.one_of(st.just(UTC), ZONES))  # noqa: DTZ001
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def fault_of(call: Callable[..., object], *given: object) -> NotAStatement | None:
    """Return what a call refuses with, or None where it does not."""
    try:
        call(*given)
    except NotAStatement as fault:
        return fault
    return None


@given(MOMENTS)
def test_a_moment_that_was_written_is_read_again(when: datetime) -> None:
    assert moment(written(when), "x") == when
    assert moment(when.isoformat(), "x", needs_offset=True) == when
    assert moment(when.isoformat(" "), "x") == when


@given(MOMENTS)
def test_moments_in_utc_are_in_order_as_text(when: datetime) -> None:
    later = when + timedelta(microseconds=1)
    assert written(when) < written(later)


def test_without_an_offset_a_moment_is_in_utc_or_refused() -> None:
    assert moment("2026-11-22T18:21:02", "x") == datetime(2026, 11, 22, 18, 21, 2, tzinfo=UTC)
    with pytest.raises(NotAStatement, match="x: this must be a timestamp"):
        moment("2026-11-22T18:21:02", "x", needs_offset=True)


@given(st.uuids())
def test_every_uuid_is_one(number: object) -> None:
    assert uuid(str(number), "x") == str(number)
    assert uuid(str(number).upper(), "x") == str(number).upper()


@given(st.text())
def test_text_without_a_scheme_is_no_iri(words: str) -> None:
    with pytest.raises(NotAStatement):
        iri(words.replace(":", ""), "x")


@given(st.tuples(*(st.integers(0, 999) for _ in range(6))).filter(any))
def test_a_duration_in_its_parts_is_one(parts: tuple[int, ...]) -> None:
    day = "".join(f"{number}{unit}" for number, unit in zip(parts[:3], "YMD", strict=True) if number)
    clock = "".join(f"{number}{unit}" for number, unit in zip(parts[3:], "HMS", strict=True) if number)
    text = f"P{day}{'T' if clock else ''}{clock}"
    assert duration(text, "x") == text


@pytest.mark.parametrize("check", [iri, uuid, duration, language, moment])
@given(value=JSON)
def test_whatever_comes_is_taken_or_refused_in_words(check: Callable[..., object], value: object) -> None:
    fault = fault_of(check, value, "place")
    assert fault is None or (fault.message.startswith("place: ") and fault.http_status == 400)
