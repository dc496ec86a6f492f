"""The picture and the chart say the same as their data, and stay within their frame."""

from __future__ import annotations

import math
import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.portal.charts import supply_demand_chart
from skillspace.portal.i18n import LANGUAGES, translator
from skillspace.portal.picture import NARROW, WIDE, skills_picture, theme_picture
from skillspace.portal.signs import match_bar, sign
from skillspace.portal.views.insight import SupplyDemand
from skillspace.portal.views.skills import SkillDot, Theme
from skillspace.portal.words import LEVELS

EN = translator("en")
labels = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
dots = st.builds(SkillDot, uri=labels, label=labels, level=st.integers(1, 6))
themes = st.lists(
    st.builds(Theme, key=labels, label=labels, skills=st.lists(dots, min_size=1, max_size=40).map(tuple)),
    min_size=1,
    max_size=12,
)


def areas_and_dots(svg: str) -> tuple[list[tuple[float, float, float]], list[tuple[float, float]]]:
    """Where the areas (x, y, radius) and the dots (x, y) of a picture are."""
    root = ElementTree.fromstring(svg)  # noqa: S314  our own drawing
    circles = [it.attrib for it in root.iter() if it.tag.endswith("circle")]
    areas = [it for it in circles if it.get("class") == "area"]
    ground = [it for it in circles if it.get("class") == "ground"]
    return (
        [(float(it["cx"]), float(it["cy"]), float(it["r"])) for it in areas],
        [(float(it["cx"]), float(it["cy"])) for it in ground],
    )


@settings(max_examples=60, deadline=None)
@given(themes, st.sampled_from([WIDE, NARROW]))
def test_every_skill_is_a_dot_inside_its_area_and_inside_the_frame(found: list[Theme], width: int) -> None:
    areas, placed = areas_and_dots(str(skills_picture(found, EN, key="p", width=width)))
    assert len(areas) == len(found)
    assert len(placed) == sum(len(theme.skills) for theme in found)
    assert all(x - r >= 0 and x + r <= width for x, _, r in areas)
    assert all(any(math.dist((x, y), area[:2]) <= area[2] for area in areas) for x, y in placed)


def test_dots_do_not_cover_each_other() -> None:
    crowd = tuple(SkillDot(uri=f"u{number}", label=f"s{number}", level=number % 6 + 1) for number in range(60))
    _, placed = areas_and_dots(str(skills_picture([Theme(key="t", label="T", skills=crowd)], EN, key="p")))
    nearest = min(math.dist(a, b) for place, a in enumerate(placed) for b in placed[:place])
    assert nearest >= 18


def test_the_best_proven_skill_lies_nearer_the_centre_than_the_least() -> None:
    skills = tuple(SkillDot(uri=f"u{n}", label=f"s{n}", level=6 if n == 7 else 1) for n in range(12))
    areas, placed = areas_and_dots(str(skills_picture([Theme(key="t", label="T", skills=skills)], EN, key="p")))
    reach = [math.dist(dot, areas[0][:2]) for dot in placed]
    assert reach[0] < sum(reach) / len(reach)


def test_the_picture_says_in_words_what_it_shows() -> None:
    skills = (SkillDot(uri="a", label="a", level=5), SkillDot(uri="b", label="b", level=1))
    svg = str(skills_picture([Theme(key="t", label="Languages", skills=skills)], EN, key="p"))
    assert "Languages: certified 1 and said by you 1." in svg
    assert "<title>a: certified</title>" in svg


def test_a_picture_on_its_own_carries_its_colours_and_no_style() -> None:
    skills = (SkillDot(uri="a", label="a", level=5),)
    svg = str(skills_picture([Theme(key="t", label="T", skills=skills)], EN, key="p", is_alone=True))
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  our own drawing
    assert 'color="#' in svg
    assert "style" not in svg


@settings(max_examples=40, deadline=None)
@given(st.lists(dots, min_size=1, max_size=30))
def test_a_zoomed_theme_names_every_skill(found: list[SkillDot]) -> None:
    theme = Theme(key="t", label="T", skills=tuple(found))
    root = ElementTree.fromstring(str(theme_picture(theme, EN, key="z")))  # noqa: S314  our own drawing
    assert len([it for it in root.iter() if it.get("class") == "label"]) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_six_signs_are_six_shapes_with_six_words(language: str) -> None:
    words = translator(language)
    assert len({re.sub(r"l\d", "", str(sign(level))) for level in LEVELS}) == 6
    assert len({words.gettext(level.word) for level in LEVELS.values()}) == 6


def test_a_match_bar_has_a_block_for_every_skill() -> None:
    bar = str(match_bar(5, 1, 2, "5 of 8"))
    assert (bar.count('"rail"'), bar.count('"have"'), bar.count('"close"')) == (8, 5, 1)
    assert 'aria-label="5 of 8"' in bar


@pytest.mark.parametrize("width", [760, 340])
def test_a_count_too_small_to_show_is_a_dash_everywhere(width: int) -> None:
    rows = (SupplyDemand(uri="u", label="welding", supply=None, demand=74),)
    svg = str(supply_demand_chart(rows, EN, key="c", title="T", width=width))
    assert "– people" in svg
    assert "welding: people too few to show, jobs 74." in svg
    assert "None" not in svg


def test_a_longer_bar_means_more() -> None:
    rows = (
        SupplyDemand(uri="u", label="a", supply=10, demand=20),
        SupplyDemand(uri="v", label="b", supply=0, demand=40),
    )
    svg = str(supply_demand_chart(rows, EN, key="c", title="T"))
    lengths = [float(found) for found in re.findall(r'<rect class="demand"[^>]* width="([\d.]+)"', svg)]
    assert lengths[1] == pytest.approx(2 * lengths[0])


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "action", "trust", "amber", "red") for ground in ("paper", "surface")),
    *((ink, "sunken") for ink in ("ink", "ink-2", "action", "trust")),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("action", "action-soft"),
    ("amber", "amber-soft"),
    ("red", "red-soft"),
    ("trust", "trust-soft"),
    ("ink", "amber-soft"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(scheme: str, ink: str, ground: str) -> None:
    light, dark = (files("skillspace.portal") / "static" / "tokens.css").read_text().split("@media")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark))
    bright, dim = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5
