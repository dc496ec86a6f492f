"""Whatever tables say: what one concept is to another, the other is to it, read backwards; and files keep it all."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.skills.taxonomy import Correspondence, MatchKind
from skillspace.skills.translation import Extra, Translator, Way
from skillspace.skills.translation.answers import Answerer
from skillspace.skills.translation.sssom import NO_TERM, parse_mapping_set, write_mapping_set
from skillspace.skills.translation.sssom_answers import SssomAnswerer
from tests.unit.skills.taxonomy.small import BAKER, CHEF, COOK, CUISINIER
from tests.unit.skills.translation.conftest import BAGARE, GONE, KOCK

CONCEPTS = {
    "esco": (COOK, CHEF, BAKER, GONE),
    "rome": (CUISINIER, "urn:rome:metier:X1", "urn:rome:metier:X2"),
    "jobtech": (KOCK, BAGARE),
    "onet": ("urn:onet:1", "urn:onet:2"),
}
ALL = [(scheme, uri) for scheme, uris in CONCEPTS.items() for uri in uris]
AUTHORS = ("A French office", "Somebody else")


@st.composite
def statements(draw: st.DrawFn) -> tuple[Correspondence, float | None]:
    """One statement between two schemes, by an author who may contradict others, or themselves."""
    (frm, source), (_, target) = draw(st.tuples(st.sampled_from(ALL), st.sampled_from(ALL)))
    others = [uri for scheme, uri in ALL if scheme != frm]
    target = target if target in others else draw(st.sampled_from(others))
    relation, author = draw(st.sampled_from(list(MatchKind))), draw(st.sampled_from(AUTHORS))
    said = Correspondence(source=source, target=target, relation=relation, author=author, version="1 – 2")
    return said, draw(st.none() | st.sampled_from([0.2, 0.9]))


TABLES = st.lists(statements(), max_size=12)
SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(TABLES)
@SHARED
def test_every_mapping_has_its_inverse_the_other_way(
    kitchen: Translator, table: list[tuple[Correspondence, float | None]]
) -> None:
    translator = Translator(kitchen.taxonomies, extra=Extra(table))
    for frm, source in ALL:
        for to in CONCEPTS:
            for there in translator.translate(source, to, frm=frm).mappings:
                (back,) = (one for one in translator.translate(there.target, frm).mappings if one.target == source)
                assert back.relation is there.relation.inverse
                assert (back.way, back.paths) == (there.way, there.paths)
                assert back.confidence == pytest.approx(there.confidence, abs=0.0011)


@given(TABLES)
@SHARED
def test_many_concepts_may_be_one_and_one_many_each_named_once(
    kitchen: Translator, table: list[tuple[Correspondence, float | None]]
) -> None:
    translator = Translator(kitchen.taxonomies, extra=Extra(table))
    for frm, source in ALL:
        stated = {one.target for one in translator._stated(source)}
        for to in CONCEPTS:
            found = translator.translate(source, to, frm=frm).mappings
            targets = [one.target for one in found]
            assert len(targets) == len(set(targets))
            if frm != to:
                official = {one.target for one in found if one.way is Way.OFFICIAL}
                assert official == {uri for uri in stated if translator.taxonomies.scheme(uri) == to}


@given(TABLES)
@SHARED
def test_answers_as_a_mapping_set_read_back_as_what_was_answered(
    kitchen: Translator, table: list[tuple[Correspondence, float | None]]
) -> None:
    translator = Translator(kitchen.taxonomies, extra=Extra(table))
    answerer = Answerer(translator=translator, frm="rome", to="esco", limit=50)
    written = SssomAnswerer(answerer)
    lines = [json.dumps({"id": uri, "concept": uri}).encode() for uri in CONCEPTS["rome"]]
    text = b"".join([written.head(), *(written.answer(line, 1) for line in lines)]).decode()
    found = parse_mapping_set(text)
    assert parse_mapping_set(write_mapping_set(found)) == found
    assert [(row.subject, row.object, row.relation, row.confidence) for row in found.rows if row.object != NO_TERM] == [
        (uri, one.target, one.relation, one.confidence)
        for uri in CONCEPTS["rome"]
        for one in translator.translate(uri, "esco").mappings
    ]
