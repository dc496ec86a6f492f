"""The picture and the chart say the same as their data, and stay within their frame."""

from __future__ import annotations

import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.portal.charts import supply_demand_chart
from skillspace.portal.i18n import LANGUAGES, translator
from skillspace.portal.picture import LABEL, MIDDLE, NARROW, NOTE, TITLE, WIDE, skills_picture, theme_picture
from skillspace.portal.signs import match_bar, sign
from skillspace.portal.views.insight import SupplyDemand
from skillspace.portal.views.skills import SkillDot, Theme
from skillspace.portal.words import LEVELS

EN = translator("en")
WIDTHS = [WIDE, MIDDLE, NARROW]
# Long names in three languages, names of one long word, and whatever else may come.
WORDS = (
    "informations- och kommunikationsteknik", "använda verktyg för säkerhetskopiering och återställning", "SQL",
    "gérer les relations avec les parties prenantes de l’entreprise", "Softwareentwicklungslebenszyklusmanagement",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen", "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", "a" * 90,
    "WWWWWWWW MMMMMMMM WWWWWWWW MMMMMMMM WWWWWWWW", "CAD/CAM/CAE-programvara", "情報通信技術を使って仕事をする力",
)  # fmt: skip
labels = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=60)
dots = st.builds(SkillDot, uri=labels, label=labels, level=st.integers(1, 6), has_conflict=st.booleans())
themes = st.lists(
    st.builds(Theme, key=labels, label=labels, skills=st.lists(dots, min_size=1, max_size=9).map(tuple)),
    min_size=1,
    max_size=14,
)
Box = tuple[float, float, float, float]


def crowd(*sizes: int) -> list[Theme]:
    """Themes of these sizes, with names that repeat."""
    return [
        Theme(
            key=f"t{number}",
            label=WORDS[number % len(WORDS)],
            skills=tuple(
                SkillDot(uri=f"u{number}-{n}", label=WORDS[(number + n) % len(WORDS)], level=n % 6 + 1)
                for n in range(size)
            ),
        )
        for number, size in enumerate(sizes)
    ]


def shapes(svg: str, tag: str, role: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg)  # noqa: S314  our own drawing
    return [it for it in root.iter() if it.tag.endswith(tag) and role in it.get("class", "").split()]


def area_boxes(svg: str) -> list[Box]:
    """Left, top, right, bottom of every area."""
    found = []
    for it in shapes(svg, "rect", "area"):
        x, y, width, height = (float(it.attrib[name]) for name in ("x", "y", "width", "height"))
        found.append((x, y, x + width, y + height))
    return found


def text_boxes(svg: str) -> list[Box]:
    """Left, top, right, bottom of every text, as wide as in a wide font."""
    found = []
    for role, size, bold in (("name", TITLE, 1.12), ("label", LABEL, 1.0), ("note", NOTE, 1.0)):
        for it in shapes(svg, "text", role):
            x, y = float(it.attrib["x"]), float(it.attrib["y"])
            width = sum(map(wide_ems, it.text or "")) * size * bold
            found.append((x, y - 0.76 * size, x + width, y + 0.2 * size))
    return found


def wide_ems(character: str) -> float:
    """How wide DejaVu Sans draws a character, in parts of its size, measured or more."""
    if character in "ijl.,:;'’| ":
        return 0.32
    if character in "frt-/()":
        return 0.42
    if character in "mwMWQO…%@" or ord(character) > 0x2FFF:
        return 1.0
    return 0.64 if character.islower() or character.isdigit() else 0.7 if character.isupper() else 0.5


def dot_boxes(svg: str) -> list[Box]:
    """Left, top, right, bottom of every sign."""
    signs = [(float(it.attrib["cx"]), float(it.attrib["cy"])) for it in shapes(svg, "circle", "ground")]
    return [(x - 8, y - 8, x + 8, y + 8) for x, y in signs]


def overlaps(boxes: list[Box]) -> list[tuple[Box, Box]]:
    return [
        (a, b)
        for place, a in enumerate(boxes)
        for b in boxes[:place]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def is_inside(box: Box, frame: Box) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def assert_nothing_touches(svg: str, width: int) -> None:
    """Areas lie in the frame and apart; every text and sign lies in an area and apart from all others."""
    height = float(ElementTree.fromstring(svg).attrib["viewBox"].split()[3])  # noqa: S314  our own drawing
    areas, inner = area_boxes(svg), text_boxes(svg) + dot_boxes(svg)
    assert all(is_inside(box, (0, 0, width + 0.1, height + 0.1)) for box in areas)
    assert overlaps(areas) == []
    assert [box for box in inner if not any(is_inside(box, area) for area in areas)] == []
    assert overlaps(inner) == []


@settings(max_examples=150, deadline=None)
@given(themes, st.sampled_from(WIDTHS))
def test_no_text_or_sign_touches_another_or_leaves_its_area(found: list[Theme], width: int) -> None:
    svg = str(skills_picture(found, EN, key="p", width=width))
    assert len(area_boxes(svg)) == len(found)
    assert len(dot_boxes(svg)) == sum(len(theme.skills) for theme in found)
    assert_nothing_touches(svg, width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "sizes",
    [(1,), (5,), (3, 1, 1), (5, 5, 3, 1, 1, 1), (12, 9, 7, 4, 3, 2, 2, 1), (40,), (46, 2), (120,),
     (30, 22, 16, 12, 10, 8, 6, 5, 4, 3, 1, 1, 1, 1), (1,) * 14],
)  # fmt: skip
def test_small_and_large_profiles_find_room(sizes: tuple[int, ...], width: int) -> None:
    svg = str(skills_picture(crowd(*sizes), EN, key="p", width=width))
    assert len(dot_boxes(svg)) == sum(sizes)
    assert_nothing_touches(svg, width)


@settings(max_examples=30, deadline=None)
@given(st.lists(dots, min_size=1, max_size=30), st.sampled_from(WIDTHS))
def test_a_zoomed_theme_names_every_skill_and_finds_room(found: list[SkillDot], width: int) -> None:
    theme = Theme(key="t", label="T", skills=tuple(found))
    svg = str(theme_picture(theme, EN, key="z", width=width))
    assert len([it for it in shapes(svg, "a", "dot") if any(inner.get("class") == "label" for inner in it)]) == len(
        found
    )
    assert_nothing_touches(svg, width)


def test_a_theme_with_far_more_skills_has_the_larger_area() -> None:
    svg = str(skills_picture(crowd(14, 9, 5, 2, 1), EN, key="p"))
    sizes = [(right - left) * (bottom - top) for left, top, right, bottom in area_boxes(svg)]
    assert sizes[0] == max(sizes)
    assert sum(sizes[:2]) > 2 * sum(sizes[3:])


@pytest.mark.parametrize(("size", "named"), [(12, 12), (40, 40), (120, 12)])
def test_every_skill_has_its_name_until_there_are_too_many_to_read(size: int, named: int) -> None:
    theme = Theme(key="t", label="T", skills=tuple(SkillDot(uri=f"u{n}", label=f"s{n}", level=1) for n in range(size)))
    assert len(shapes(str(skills_picture([theme], EN, key="p")), "text", "label")) == named


def test_the_best_proven_skill_comes_first() -> None:
    skills = tuple(SkillDot(uri=f"u{n}", label=f"s{n}", level=6 if n == 7 else n % 5 + 1) for n in range(12))
    svg = str(skills_picture([Theme(key="t", label="T", skills=skills)], EN, key="p", width=NARROW))
    levels = [skills[int(it.text[1:])].level for it in shapes(svg, "text", "label") if it.text]
    assert levels == sorted(levels, reverse=True)


def test_sources_that_disagree_are_marked_in_shape_and_word() -> None:
    skill = SkillDot(uri="a", label="welding", level=4, has_conflict=True)
    svg = str(skills_picture([Theme(key="t", label="T", skills=(skill,))], EN, key="p"))
    assert "<title>welding: tested, sources disagree</title>" in svg
    assert len(shapes(svg, "g", "conflict")) == 1


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


@pytest.mark.parametrize("width", [760, 340])
@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_and_large_numbers_stay_in_the_chart(language: str, width: int) -> None:
    rows = tuple(
        SupplyDemand(uri=label, label=label, supply=10**place, demand=10**6) for place, label in enumerate(WORDS)
    )
    svg = str(supply_demand_chart(rows, translator(language), key="c", title="T", width=width))
    for it in [*shapes(svg, "text", "label"), *shapes(svg, "text", "value")]:
        size = LABEL if it.get("class") == "label" else NOTE
        x, length = float(it.attrib["x"]), sum(map(wide_ems, it.text or "")) * size
        left = x - length if it.get("text-anchor") == "end" else x
        assert 0 <= left <= left + length <= width


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
