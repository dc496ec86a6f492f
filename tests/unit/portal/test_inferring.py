"""What is drawn of weeks and chances holds for every date and number another node may send."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from skillspace.portal.i18n import translator
from skillspace.portal.pages.inferring import WEEKS, in_hundred, week_lines

NUMBERS = st.dictionaries(st.sampled_from(["said", "estimated"]), st.floats(-1e9, 1e9))


@given(st.dictionaries(st.dates(), NUMBERS, max_size=20))
def test_the_last_weeks_are_drawn_without_a_gap_and_never_more_than_fit(found: dict[dt.date, dict[str, float]]) -> None:
    lines = week_lines(found)
    assert len(lines) <= WEEKS
    assert bool(lines) is bool(found)
    assert all(later.day - one.day == dt.timedelta(weeks=1) for one, later in pairwise(lines))
    assert all(one.said >= 0 and one.estimated >= 0 for one in lines)
    assert all(min(found) <= one.day <= max(found) for one in lines)


@given(st.floats(0, 1))
def test_what_is_not_certain_never_reads_as_if_it_were(share: float) -> None:
    said = in_hundred(share, translator("en"))
    assert (said == "100") is (share == 1)
    assert (said == "0") is (share == 0)
