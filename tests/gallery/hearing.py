"""The rules of a page that is heard, not seen: what a screen reader must be given, page by page.

Links follow WCAG 2.4.9, which is stricter than 2.4.4: what a link or a button does is said by its own name, so two of
the same name on a page do the same. What tells them apart stands in a text that is heard and not seen (`.unseen`).
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from tests.gallery.app import pages
from tests.gallery.browser import open_browser
from tests.gallery.reading import ACTS, FIELDS, Element, Reading, Spoken, read_page

#: Landmarks that say what they are by a name of their own.
_NAMED = ("navigation", "region", "search", "complementary", "figure")
#: How a title begins on which something went wrong.
_WRONG = ("Something is wrong: ", "Un problème\N{NO-BREAK SPACE}: ", "Något är fel: ")
_GROUPS = ("group", "radiogroup", "region", "form", "search", "row")


def hear_pages(address: str, names: Sequence[str], language: str) -> list[str]:
    """What somebody would not be told, or told wrongly, on these pages in this language."""
    findings: list[str] = []
    titles: dict[str, set[str]] = defaultdict(set)
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        session = context.new_cdp_session(page)
        for name in names:
            page.goto(f"{address}/{language}/{name}")
            reading = read_page(page, session)
            titles[reading.title].add(pages(language)[name].TEMPLATE)
            if reading.language != language:
                findings.append(f"{language}/{name}: is said to be in {reading.language!r}")
            findings += [f"{language}/{name}: {found}" for rule in RULES for found in rule(reading)]
        context.close()
    return findings + [
        f"{language}: {title!r} is the title of {them}" for title, them in titles.items() if len(them) > 1
    ]


def title(page: Reading) -> Iterator[str]:
    """The title says the page, then the service."""
    if not re.fullmatch(r"\S.* – Skillspace", page.title):
        yield f"the title is {page.title!r}"
    went_wrong = any(it.role == "alert" for it in page.spoken)
    if went_wrong != page.title.startswith(_WRONG):
        yield f"the title is {page.title!r}, and something went {'wrong' if went_wrong else 'well'}"


def headings(page: Reading) -> Iterator[str]:
    """One first heading, before all others, and no level left out."""
    found = page.of("heading")
    levels = [int(it.more.get("level", 0)) for it in found]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"its headings are {levels}"
    for it, before, level in zip(found[1:], levels, levels[1:], strict=False):
        if level > before + 1:
            yield f"{it} is of level {level} after {before}"
    yield from (f"a heading of level {it.more.get('level')} is empty" for it in found if not it.name)


def landmarks(page: Reading) -> Iterator[str]:
    """One banner, one main part and one foot; the others named, each by a name of its own."""
    for role in ("banner", "main", "contentinfo"):
        if len(page.of(role)) != 1:
            yield f"it has {len(page.of(role))} of {role}"
    for role in _NAMED:
        found = page.of(role)
        names = [it.name for it in found]
        if (len(found) > 1 or role in ("navigation", "region")) and not all(names):
            yield f"one of {len(found)} of {role} has no name"
        yield from (f"two of {role} are called “{name}”" for name in sorted(set(names)) if names.count(name) > 1)


def names(page: Reading) -> Iterator[str]:
    """Whatever can be acted on, or holds the focus, has a name that can be spoken."""
    for it in page.spoken:
        is_focusable = it.more.get("focusable") and it.role not in ("RootWebArea", "main", "alert", "status", "option")
        if (it.role in ACTS or is_focusable) and not re.search(r"\w", it.name):
            yield f"{it} in “{it.parent}” has no name"


def twins(page: Reading) -> Iterator[str]:
    """Links, buttons and fields of the same name do the same."""
    for role, what in (("link", _leads), ("button", _does)):
        found: dict[str, set[str]] = defaultdict(set)
        for it in page.of(role):
            # The head of a column sorts by it, and is told by that; what has no element is made by the browser.
            if it.element is not None and not any(one.role == "columnheader" for one in it.above()):
                found[it.name.casefold()].add(what(it.element, it))
        for name, ends in found.items():
            if len(ends) > 1:
                yield f"{role} “{name}” does {len(ends)} things: {sorted(ends)[:3]}"
    fields: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for it in page.spoken:
        if it.role in FIELDS and it.element is not None:
            around = tuple(group.name for group in it.above() if group.role in _GROUPS and group.name)
            at = it.element.attributes
            fields[(it.role, it.name, *around)].add(f"{at.get('name')}={at.get('value')}#{at.get('id')}")
    yield from (f"{len(them)} of {key} stand beside each other" for key, them in fields.items() if len(them) > 1)


def _leads(_: Element, link: Spoken) -> str:
    return str(link.more.get("url", ""))


def _does(button: Element, _: Spoken) -> str:
    own = button.attributes
    form = button.within("form")
    if form is None:
        return str(own)
    hidden = [
        f"{it.attributes.get('name')}={it.attributes.get('value')}"
        for it in form.all()
        if it.tag == "input" and it.attributes.get("type") == "hidden" and it.attributes.get("name") != "csrf"
    ]
    return " ".join([form.attributes.get("action", ""), own.get("name", ""), own.get("value", ""), *hidden])


def fields(page: Reading) -> Iterator[str]:
    """What is written under a field, and what was wrong with it, is read with it; a wrong field is said to be wrong."""
    described = {key for it in page.root.all() for key in it.attributes.get("aria-describedby", "").split()}
    ids = {it.attributes["id"] for it in page.root.all() if "id" in it.attributes}
    yield from (f"a field is described by {key}, which is not there" for key in sorted(described - ids))
    for it in page.spoken:
        is_described = it.element is not None and it.element.attributes.get("aria-describedby")
        if it.role in ACTS and is_described and not it.description:
            yield f"{it} has an empty description"
    for form in (it for it in page.root.all() if it.tag == "form"):
        yield from _hints(form, described)
        wrong = [it for it in form.all() if it.attributes.get("role") == "alert" and "hidden" not in it.attributes]
        typed = [it for it in form.all() if _is_typed(it)]
        chosen = [it for it in form.all() if it.attributes.get("type") in ("checkbox", "radio")]
        if wrong and len(typed) == 1 and not chosen:
            about = typed[0].attributes
            key = wrong[0].attributes.get("id", "")
            if key not in about.get("aria-describedby", "").split() or about.get("aria-invalid") != "true":
                yield f"the only field, {about.get('name')}, is not said to be wrong by #{key}"


def _is_typed(it: Element) -> bool:
    plain = it.attributes.get("type", "text") not in ("hidden", "checkbox", "radio", "submit", "button")
    return it.tag in ("select", "textarea") or (it.tag == "input" and plain)


def _hints(form: Element, described: set[str]) -> Iterator[str]:
    for parent in form.all():
        for field, after in zip(parent.children, parent.children[1:], strict=False):
            is_hint = _is_typed(field) and after.tag == "p" and "quiet" in after.classes
            if is_hint and after.attributes.get("id", "") not in described:
                yield f"“{after.text()[:60]}” stands under {field.attributes.get('name')} and is not read with it"


def groups(page: Reading) -> Iterator[str]:
    """Choices that belong together stand in a group that says what is chosen."""
    sets: dict[tuple[int, str], list[Spoken]] = defaultdict(list)
    for it in page.of("radio", "checkbox", "switch"):
        if it.element is None:
            continue
        form = it.element.within("form")
        sets[(id(form), it.element.attributes.get("name", ""))].append(it)
    for (_, name), them in sets.items():
        if len(them) > 1 or them[0].role == "radio":
            for it in them:
                if not any(around.role in ("group", "radiogroup") and around.name for around in it.above()):
                    yield f"{it} of {name} stands in no group with a name"
                    break


def tables(page: Reading) -> Iterator[str]:
    """Every table has a name and its columns have heads; a row is told by its head."""
    for it in page.of("table", "grid"):
        inside = list(it.below())
        if not it.name:
            yield f"a table of {len([one for one in inside if one.role == 'row'])} rows has no name"
        heads = [one for one in inside if one.role == "columnheader"]
        if not heads:
            yield f"{it} has no heads of columns"
        yield from (f"{it} has an empty head of a column" for one in heads if not one.name)
        is_code = it.element is not None and "code-lines" in it.element.classes  # lines beside lines have no heads
        if not is_code and not any(one.role == "rowheader" for one in inside):
            yield f"{it} has no heads of rows"
    counts = [it.name for it in page.of("table", "grid") if it.name]
    yield from (f"two tables are called “{name}”" for name in sorted(set(counts)) if counts.count(name) > 1)


def pictures(page: Reading) -> Iterator[str]:
    """A picture is named or hidden, and every figure drawn in it is told in its text or in a table beside it."""
    for it in page.of("image", "img", "graphics-document", "SvgRoot"):
        if not it.name and not (it.description or it.children):
            yield f"a picture in “{it.parent}” has no name"
        if it.element is None or it.element.tag != "svg":
            continue
        figure = it.element.within("figure")
        beside = [one.text() for one in figure.all() if one.tag == "table"] if figure else []
        told = set(re.findall(r"\d+", " ".join([it.name, it.description, *beside])))
        drawn = {number for one in it.element.all() if one.tag == "text" for number in re.findall(r"\d+", one.text())}
        if missing := drawn - told:
            yield f"{it} does not tell {sorted(missing)}"


def messages(page: Reading) -> Iterator[str]:
    """What a page tells about what was just done, or went wrong, is a live region."""
    for it in page.root.all():
        is_told = any(one.attributes.get("role") in ("status", "alert", "log") for one in (*it.above(), *it.children))
        if {"notice", "done"} <= set(it.classes) and not is_told:
            yield f"“{it.text()[:60]}” is not told when it comes"
        if it.attributes.get("id") == "problem" and not is_told:
            yield "what went wrong is not told when it comes"


def apart(page: Reading) -> Iterator[str]:
    """Words that stand apart on the screen are apart in the text too: Orca joins what has no space or pause between."""
    for it in page.spoken:
        for one, after in itertools.pairwise(it.children):
            is_text = one.role == after.role == "StaticText"
            if is_text and re.search(r"[^\s(“«/-]$", one.text) and re.match(r"[\w(“«]", after.text):
                yield f"“{one.text[-40:]}” and “{after.text[:40]}” are read as one word in {it}"


def hidden(page: Reading) -> Iterator[str]:
    """Nothing that is hidden from a screen reader can get the focus."""
    for it in page.root.all():
        can = it.tag in ("a", "button", "select", "textarea", "summary") or "tabindex" in it.attributes
        if can and any(one.attributes.get("aria-hidden") == "true" for one in it.above()):
            yield f"<{it.tag}> “{it.text()[:60]}” is hidden and can get the focus"


RULES: tuple[Callable[[Reading], Iterator[str]], ...] = (
    title,
    headings,
    landmarks,
    names,
    twins,
    fields,
    groups,
    tables,
    pictures,
    messages,
    apart,
    hidden,
)
