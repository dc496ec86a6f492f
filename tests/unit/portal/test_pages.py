"""Every page of the gallery, in every language, keeps the rules a page must keep."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from skillspace.portal.i18n import LANGUAGES, translator
from skillspace.portal.render import SECURITY_HEADERS, render
from skillspace.portal.views.account import ErrorPage
from skillspace.portal.views.common import Listing, Match, MatchedSkill, Place, SkillTag
from skillspace.portal.views.insight import SharedProfilePage, StatisticsPage
from skillspace.portal.views.opportunities import JobPage, OpportunitiesPage, TrainingPage
from skillspace.portal.views.sharing import AskPage, SharingPage
from skillspace.portal.views.skills import SkillPage, SkillsPage
from tests.gallery.app import pages

STATIC = files("skillspace.portal") / "static"
EMPTY = {"input", "link", "meta", "br", "path", "circle", "rect"}


class Reading(HTMLParser):
    """What one page holds: its tags with attributes, its ids, its headings, the forms that post."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.posts: list[list[str]] = []
        self.open: list[str] = []
        self.badly_closed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in EMPTY:
            self.open.append(tag)
        if tag == "form" and found.get("method") == "post":
            self.posts.append([])
        if tag == "input" and "form" in self.open and self.posts:
            self.posts[-1].append(found.get("name") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.badly_closed.append(tag)


@pytest.fixture(scope="module")
def readings() -> dict[tuple[str, str], Reading]:
    """Every page in every language, read."""
    return {
        (language, name): Reading(render(page, translator(language)))
        for language in LANGUAGES
        for name, page in pages(language).items()
    }


def test_every_page_is_well_formed_with_one_main_heading_and_a_language(
    readings: dict[tuple[str, str], Reading],
) -> None:
    for (language, name), reading in readings.items():
        tags = [tag for tag, _ in reading.tags]
        assert (name, reading.badly_closed, reading.open) == (name, [], [])
        assert (name, tags.count("h1"), tags.count("main")) == (name, 1, 1)
        assert dict(reading.tags)["html"]["lang"] == language


def test_no_page_carries_inline_style_or_script_or_asks_another_host(
    readings: dict[tuple[str, str], Reading],
) -> None:
    for (_, name), reading in readings.items():
        for tag, attributes in reading.tags:
            assert "style" not in attributes, name
            assert not [key for key in attributes if key.startswith("on")], name
            assert tag != "style"
            assert tag != "script" or attributes.get("src"), name
            for key in ("src", "action") + (("href",) if tag == "link" else ()):
                assert (attributes.get(key) or "/").startswith("/"), (name, tag, attributes)


def test_every_form_that_posts_carries_the_token(readings: dict[tuple[str, str], Reading]) -> None:
    for (_, name), reading in readings.items():
        for fields in reading.posts:
            assert "csrf" in fields, name


def test_no_id_stands_twice_on_a_page(readings: dict[tuple[str, str], Reading]) -> None:
    for (_, name), reading in readings.items():
        ids = [attributes["id"] for _, attributes in reading.tags if "id" in attributes]
        assert sorted(ids) == sorted(set(ids)), name  # type: ignore[type-var]


def test_names_from_outside_are_escaped() -> None:
    evil = '<script>alert("x")</script>'
    page = pages("en")["ask"]
    assert isinstance(page, AskPage)
    html = render(replace(page, place=Place(name=evil), why=evil, if_no=evil, problem=evil), translator("en"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_skill_names_are_escaped_inside_the_picture() -> None:
    page = pages("en")["skills"]
    assert isinstance(page, SkillsPage)
    theme = page.themes[0]
    evil = replace(theme.skills[0], label="</text><script>", uri='"><script>')
    html = render(replace(page, themes=(replace(theme, label="<b>", skills=(evil,)),)), translator("en"))
    assert html.count("<script") == 1
    assert "<b>" not in html


def test_a_match_is_never_a_bare_percentage() -> None:
    text = re.sub(r"<[^>]+>", " ", render(pages("en")["jobs"], translator("en")))
    assert "%" not in text


def test_a_made_up_ad_says_so_on_its_card_and_its_page() -> None:
    page = pages("en")["jobs"]
    assert isinstance(page, OpportunitiesPage)
    made_up = sum(job.is_synthetic for job in page.jobs)
    assert render(page, translator("en")).count("made-up ad") == made_up
    assert "This ad is made up" in render(pages("en")["job"], translator("en"))


def test_a_consent_ask_starts_with_what_the_view_model_says_and_yes_and_no_look_alike() -> None:
    page = pages("en")["ask"]
    assert isinstance(page, AskPage)
    html = render(page, translator("en"))
    assert html.count('role="switch"') == len(page.kinds)
    assert not re.search('name="kind"[^>]* checked', html)
    buttons = re.findall(r'<button class="([^"]*)" name="answer" value="(yes|no)"', html)
    assert {value for _, value in buttons} == {"yes", "no"}
    assert len({look for look, _ in buttons}) == 1


def test_the_comment_box_is_there_only_where_comments_are_allowed() -> None:
    page = pages("en")["org-shared-profile"]
    assert isinstance(page, SharedProfilePage)
    assert "<textarea" in render(page, translator("en"))
    assert "<textarea" not in render(replace(page, can_comment=False), translator("en"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 503])
def test_every_refusal_has_a_page_that_says_what_happened_and_where_to_go(status: int) -> None:
    chrome = pages("en")["error-404"].chrome
    html = render(ErrorPage(chrome=chrome, status=status, reason="Because of this."), translator("en"))
    assert "Because of this." in html
    assert 'class="button" href="/"' in html


def test_a_training_that_adds_sixty_skills_shows_eight_and_says_how_many_more() -> None:
    page = pages("en")["training"]
    assert isinstance(page, TrainingPage)
    adds = tuple(SkillTag(uri=f"https://example.org/{n}", label=f"skill {n}") for n in range(60))
    html = render(replace(page, training=replace(page.training, adds=adds)), translator("en"))
    shown, _, hidden = html.partition("and 52 more")
    assert ("skill 7<" in shown, "skill 8<" in shown) == (True, False)
    assert "skill 59<" in hidden


def test_a_match_lists_twelve_skills_of_a_part_and_keeps_the_others_one_click_away() -> None:
    page = pages("en")["job"]
    assert isinstance(page, JobPage)
    missing = tuple(MatchedSkill(uri=f"https://example.org/{n}", label=f"skill {n}") for n in range(15))
    html = render(replace(page, job=replace(page.job, match=Match(missing=missing))), translator("en"))
    shown, _, hidden = html.partition("and 3 more")
    assert ("skill 11</a>" in shown, "skill 12</a>" in shown) == (True, False)
    assert "skill 14</a>" in hidden


@pytest.mark.parametrize(
    ("name", "where", "shown"),
    [("Sample Works, Ale", "Ale, Sample County", "Sample Works"), ("Sample Works, Ale", "Nacka", "Sample Works, Ale")],
)
def test_an_employer_is_named_without_the_town_beside_it(name: str, where: str, shown: str) -> None:
    page = pages("en")["job"]
    assert isinstance(page, JobPage)
    html = render(replace(page, job=replace(page.job, place=Place(name=name), where=where)), translator("en"))
    assert f"</span> {shown}</span> · {where}</p>" in html


def test_a_skill_counts_places_apart_from_the_records_they_sent() -> None:
    page = pages("en")["skill"]
    assert isinstance(page, SkillPage)
    first = page.assertions[0]
    twice = (replace(first, record_id="a"), replace(first, record_id="b"))
    html = render(replace(page, assertions=twice), translator("en"))
    assert '1 place says so<span class="count">, 2 records</span>' in html


def test_who_may_see_and_who_sends_stand_apart() -> None:
    page = pages("en")["sharing"]
    assert isinstance(page, SharingPage)
    seen, sent = (replace(page.grants[0], id=name, is_gather=name == "sent") for name in ("seen", "sent"))
    html = render(replace(page, grants=(sent, seen)), translator("en"))
    assert html.index("/sharing/grants/seen") < html.index("Who sends you what") < html.index("/sharing/grants/sent")


@pytest.mark.parametrize("is_synthetic", [True, False])
def test_statistics_say_when_invented_people_are_counted(is_synthetic: bool) -> None:
    page = pages("en")["org-statistics"]
    assert isinstance(page, StatisticsPage)
    page = replace(page, chrome=replace(page.chrome, is_demo=False), is_synthetic=is_synthetic)
    assert ("invented inhabitants" in render(page, translator("en"))) == is_synthetic


def test_sorting_a_table_again_turns_it_round_and_keeps_the_search() -> None:
    listing = Listing(path="/org/log", total=9, sort="at", query="a b", kept=(("state", "FAILED"),))
    assert listing.href(sort="at") == "/org/log?state=FAILED&q=a+b&sort=at&down=1"
    assert listing.href(sort="who") == "/org/log?state=FAILED&q=a+b&sort=who"
    assert listing.href(page=3) == "/org/log?state=FAILED&q=a+b&sort=at&page=3"


def test_the_first_page_is_small() -> None:
    styles = [(STATIC / name).read_bytes() for name in ("tokens.css", "site.css")]
    scripts = [(STATIC / name).read_bytes() for name in ("site.js", "passkey.js", "mark.svg")]
    page = render(pages("fr")["skills"], translator("fr")).encode()
    assert sum(map(len, styles)) < 30_000
    assert sum(len(gzip.compress(part)) for part in [*styles, *scripts, page]) < 100_000


def test_pages_forbid_scripts_from_elsewhere_and_frames() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_gallery_shows_every_template() -> None:
    frames = {"base.html", "person.html", "organisation.html"}
    frames |= {"parts.html", "connector_parts.html", "contract_parts.html", "agent_parts.html", "limits_parts.html"}
    frames |= {"verify_parts.html", "review_parts.html", "paths_parts.html", "skill_parts.html"}
    frames |= {"learning_parts.html", "validation_parts.html"}
    shown = {page.TEMPLATE for page in pages("en").values()} | frames
    assert shown == {it.name for it in (files("skillspace.portal") / "templates").iterdir()}
