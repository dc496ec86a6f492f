"""Ways and interests as pictures: nothing leaves its frame or touches, and the words say the same."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.portal.i18n import LANGUAGES, translator
from skillspace.portal.journeys import interests_chart, way_title, ways_chart
from skillspace.portal.views.careers import Liking, Way, WayStop
from skillspace.portal.views.common import Match, MatchedSkill
from tests.unit.portal.test_drawings import WORDS, wide_ems

EN = translator("en")
WIDTHS = [760, 320]
titles = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=80)


@st.composite
def stops(draw: st.DrawFn) -> WayStop:
    missing = draw(st.integers(0, 120))
    return WayStop(
        uri="u",
        title=draw(titles),
        effort=draw(st.floats(0, 12)),
        size="a step",
        match=Match(missing=tuple(MatchedSkill(uri=str(n), label="s") for n in range(missing))),
    )


ways = st.lists(
    st.lists(stops(), min_size=1, max_size=3).map(lambda found: Way(stops=tuple(found))), min_size=1, max_size=5
)


@st.composite
def likings(draw: st.DrawFn) -> Liking:
    low, share, high = sorted(draw(st.tuples(*[st.floats(0, 1)] * 3)))
    return Liking(
        letter="R",
        name=draw(st.sampled_from(WORDS[:4])),
        about="",
        share=share,
        low=low,
        high=high,
        is_clear=low > 1 / 6,
    )


def numbers(svg: str, tag: str, name: str, *attributes: str) -> list[tuple[float, ...]]:
    found = [it for it in ElementTree.fromstring(svg).iter(tag) if name in it.attrib.get("class", "").split()]  # noqa: S314
    return [tuple(float(it.attrib[each]) for each in attributes) for it in found]


@settings(max_examples=100, deadline=None)
@given(ways, st.sampled_from(WIDTHS))
def test_stops_lie_in_order_and_apart_within_the_frame(found: list[Way], width: int) -> None:
    svg = str(ways_chart(found, EN, key="k", title="T", width=width))
    height = float(ElementTree.fromstring(svg).attrib["viewBox"].split()[3])  # noqa: S314  our own drawing
    at = numbers(svg, "circle", "stop", "cx", "cy", "r")
    assert len(at) == sum(len(way.stops) for way in found)
    assert all(x - r >= 0 and x + r <= width and y + r <= height for x, y, r in at)
    lanes: dict[float, list[float]] = {}
    for x, y, _ in at:
        lanes.setdefault(y, []).append(x)
    assert len(lanes) == len(found)
    for lane in lanes.values():
        assert all(after - before >= 40 for before, after in zip([13.0, *lane], lane, strict=False))


@settings(max_examples=60, deadline=None)
@given(ways, st.sampled_from(WIDTHS), st.sampled_from(sorted(LANGUAGES)))
def test_what_is_to_be_learnt_stands_between_its_stops(found: list[Way], width: int, language: str) -> None:
    svg = str(ways_chart(found, translator(language), key="k", title="T", width=width))
    boxes: dict[float, list[tuple[float, float]]] = {}
    for it in ElementTree.fromstring(svg).iter("text"):  # noqa: S314  our own drawing
        if it.attrib.get("class") == "value":
            half = sum(map(wide_ems, it.text or "")) * 14 / 2
            x = float(it.attrib["x"])
            boxes.setdefault(float(it.attrib["y"]), []).append((x - half, x + half))
    for row in boxes.values():
        assert all(left[1] <= right[0] for left, right in pairwise(row))


def test_a_way_of_more_effort_is_a_longer_line() -> None:
    short, long = (Way(stops=(WayStop(uri="u", title="t", effort=each, size="", match=Match()),)) for each in (1, 3))
    ends = [x for (x,) in numbers(str(ways_chart([short, long], EN, key="k", title="T")), "circle", "stop", "cx")]
    assert ends[0] < ends[1]


def test_the_words_behind_a_way_name_every_stop_in_order() -> None:
    missing = (MatchedSkill(uri="m", label="m"),)
    way = Way(
        stops=tuple(
            WayStop(uri=each, title=each, effort=1, size="a short step", match=Match(missing=missing))
            for each in ("cook", "baker")
        )
    )
    assert way_title(way, EN) == "Baker, by way of cook"
    said = re.search(r"<desc[^>]*>(.*?)</desc>", str(ways_chart([way], EN, key="k", title="T")))
    assert said is not None
    assert said[1] == (
        "Baker, by way of cook: 1: cook, a short step, learn 1 skill; 2: baker, a short step, learn 1 skill."
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(likings(), min_size=6, max_size=6), st.sampled_from(WIDTHS))
def test_bars_and_ranges_of_interests_stay_within_the_frame(found: list[Liking], width: int) -> None:
    svg = str(interests_chart(found, EN, key="k", title="T", width=width))
    assert all(x + length <= width for x, length in numbers(svg, "rect", "liking", "x", "width"))
    ends = [float(it) for it in re.findall(r'class="range" d="M[\d.]+ [\d.]+H([\d.]+)"', svg)]
    assert len(ends) == 6
    assert all(end <= width for end in ends)
    assert len(numbers(svg, "rect", "clear", "x")) == sum(it.is_clear for it in found)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_title_is_text(width: int) -> None:
    way = Way(stops=(WayStop(uri="u", title="</text><script>", effort=1, size="", match=Match()),))
    assert "<script" not in str(ways_chart([way], EN, key="k", title="<b>", width=width))
