"""The diff of two editions: nothing where nothing changed, and a way that leads from one to the other."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.diff import Content, Entry, Link, applied, compare, compare_packs, content_of
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from tests.unit.skills.taxonomy.small import BAKER, CHEF, COOK, ESCO, FRYING, draft, small_esco

LANGUAGES, RELATIONS = ("en", "sv"), ("broader", "related", "essential")
URIS = [f"urn:made:{letter}" for letter in "abcdefg"]


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Small editions over the same seven URIs, so that two of them share some."""
    words = st.one_of(st.none(), st.sampled_from(["bake", "fry", "boil"]))
    entries = {
        uri: Entry(
            uri=uri,
            kind=draw(st.sampled_from(ConceptKind)),
            code=draw(words),
            labels={tag: text for tag in LANGUAGES if (text := draw(words))},
            is_retired=draw(st.booleans()),
        )
        for uri in draw(st.sets(st.sampled_from(URIS)))
    }
    ends = st.sampled_from(sorted(entries) or URIS)
    links = draw(st.frozensets(st.builds(Link, ends, st.sampled_from(RELATIONS), ends), max_size=8))
    return Content(
        name="made-1",
        languages=frozenset(LANGUAGES),
        relations=frozenset(RELATIONS),
        coded=frozenset(ConceptKind),
        concepts=entries,
        links=links,
    )


@given(contents())
def test_an_edition_does_not_differ_from_itself(one: Content) -> None:
    found = compare(one, one)
    assert set(found.counts().values()) == {0}
    assert (found.added, found.retired, found.changed, found.moved) == ((), (), (), ())


@given(contents(), contents())
def test_what_a_diff_says_leads_from_one_edition_to_the_other(old: Content, new: Content) -> None:
    assert applied(compare(old, new), old) == new


@given(contents(), contents())
def test_the_way_back_undoes_the_way_there(old: Content, new: Content) -> None:
    there, back = compare(old, new), compare(new, old)
    assert set(there.links_added) == set(back.links_removed)
    assert {entry.uri for entry in there.added} == {one.entry.uri for one in back.retired if not one.is_listed}
    assert {(one.uri, one.before, one.after) for one in there.moved} == {
        (one.uri, one.after, one.before) for one in back.moved
    }


def drafted(content: Content) -> Draft:
    """The draft that says what an edition holds."""
    made = draft("made", "1")
    for entry in content.concepts.values():
        made.concept(entry.uri, entry.kind, code=entry.code)
        for language, text in entry.labels.items():
            made.label(entry.uri, language, text, preferred=True)
        if entry.is_retired:
            made.retire(entry.uri)
    for link in content.links:
        if link.relation == "essential":
            made.need(link.source, link.target, Need.ESSENTIAL)
        else:
            made.link(LinkKind(link.relation), link.source, link.target)
    return made


@settings(deadline=None, max_examples=40)  # each example compiles a pack
@given(contents())
def test_a_compiled_pack_says_what_its_draft_said(content: Content) -> None:
    with TemporaryDirectory() as folder:
        compile_pack(drafted(content), Path(folder))
        read = content_of(Taxonomies.open(Path(folder)).editions.named("made-1"))
    assert read.concepts == content.concepts
    known = {link for link in content.links if {link.source, link.target} <= content.concepts.keys()}
    related = {tuple(sorted((link.source, link.target))) for link in known if link.relation == "related"}
    assert {(link.source, link.target) for link in read.links if link.relation == "related"} == {
        ends for ends in related if ends[0] != ends[1]
    }
    assert {link for link in read.links if link.relation != "related"} == {
        link for link in known if link.relation != "related"
    }


def test_every_sort_of_change_is_seen(tmp_path: Path) -> None:
    compile_pack(small_esco(), tmp_path)
    made = draft("esco", "1.2.0")
    for uri, label in ((COOK, "head cook"), (CHEF, "chef"), (f"{ESCO}occupation/grocer", "grocer")):
        made.concept(uri, ConceptKind.OCCUPATION)
        made.label(uri, "en", label, preferred=True)
    made.label(CHEF, "en", "baker")
    made.concept(FRYING, ConceptKind.KNOWLEDGE)
    compile_pack(made, tmp_path)
    editions = Taxonomies.open(tmp_path).editions
    found = compare_packs(editions.named("esco-1.1.1"), editions.named("esco-1.2.0"))
    assert [entry.name for entry in found.added] == ["grocer"]
    follows = {one.entry.uri: [other.uri for other in one.replaced_by] for one in found.retired}
    assert follows[BAKER] == [CHEF]
    assert ("label:en", "cook", "head cook") in {(one.property, one.before, one.after) for one in found.changed}
    assert ("kind", "skill", "knowledge") in {(one.property, one.before, one.after) for one in found.changed}
    # the newer edition has no relations at all: that is said, not counted as loss
    assert set(found.not_compared) == {"broader", "essential", "optional", "related"}
    assert found.links_removed == ()


def test_editions_of_two_schemes_are_not_compared(three_schemes: Taxonomies) -> None:
    editions = three_schemes.editions
    with pytest.raises(BadInput, match="two taxonomies"):
        compare_packs(editions.named("esco-1.1.1"), editions.named("rome-4.60"))


def test_a_pack_is_read_as_it_was_written(three_schemes: Taxonomies) -> None:
    content = content_of(three_schemes.editions.named("esco-1.1.1"))
    assert Link(COOK, "optional", FRYING) in content.links
    assert content.concepts[COOK].name == "cook"
