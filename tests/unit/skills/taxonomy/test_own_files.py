"""An organisation's own taxonomy from one file: the same answers from every form, and nothing half-added."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from skillspace.cli.taxonomy import app
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.taxonomy import Ground, MatchKind, Own, Status, Taxonomies, add_pack

ESCO = "http://data.europa.eu/esco/skill/bake"
TABLE = (
    "code,label:sv,label:en,alt:sv,broader,exact,replaced_by,description\n"
    f"B,baka,bake,grädda|gräddning,,{ESCO},,Att baka.\n"
    "B1,baka bröd,bake bread,,B,,,\n"
    "B2,baka limpa,bake loaves,,B,,B1,\n"
)
TURTLE = f"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@base <urn:mine:> .
<urn:mine:B> a skos:Concept ; skos:notation "B" ; skos:prefLabel "baka"@sv, "bake"@en ;
  skos:altLabel "grädda"@sv, "gräddning"@sv ; skos:definition "Att baka."@sv ; skos:exactMatch <{ESCO}> .
<urn:mine:B1> a skos:Concept ; skos:notation "B1" ; skos:prefLabel "baka bröd"@sv, "bake bread"@en ;
  skos:broader <urn:mine:B> .
<urn:mine:B2> a skos:Concept ; skos:notation "B2" ; skos:prefLabel "baka limpa"@sv, "bake loaves"@en ;
  skos:broader <urn:mine:B> ; dct:isReplacedBy <urn:mine:B1> .
"""
CONTEXT = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "label": {"@id": "skos:prefLabel", "@container": "@language"},
    "alt": {"@id": "skos:altLabel", "@container": "@language"},
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "exact": {"@id": "skos:exactMatch", "@type": "@id"},
    "instead": {"@id": "http://purl.org/dc/terms/isReplacedBy", "@type": "@id"},
}
LINKED = [
    {
        "@id": "urn:mine:B",
        "skos:notation": "B",
        "label": {"sv": "baka", "en": "bake"},
        "alt": {"sv": ["grädda", "gräddning"]},
        "exact": ESCO,
        "skos:definition": {"@value": "Att baka.", "@language": "sv"},
    },
    {
        "@id": "urn:mine:B1",
        "skos:notation": "B1",
        "label": {"sv": "baka bröd", "en": "bake bread"},
        "broader": "urn:mine:B",
    },
    {
        "@id": "urn:mine:B2",
        "skos:notation": "B2",
        "label": {"sv": "baka limpa", "en": "bake loaves"},
        "broader": "urn:mine:B",
        "instead": "urn:mine:B1",
    },
]
JSON_LD = json.dumps({"@context": CONTEXT, "@graph": [{"@type": "skos:Concept", **one} for one in LINKED]})
RDF_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
  xmlns:dct="http://purl.org/dc/terms/">
<skos:Concept rdf:about="urn:mine:B"><skos:notation>B</skos:notation><skos:prefLabel xml:lang="sv">baka</skos:prefLabel>
<skos:prefLabel xml:lang="en">bake</skos:prefLabel><skos:altLabel xml:lang="sv">grädda</skos:altLabel>
<skos:altLabel xml:lang="sv">gräddning</skos:altLabel><skos:definition xml:lang="sv">Att baka.</skos:definition>
<skos:exactMatch rdf:resource="{ESCO}"/></skos:Concept>
<skos:Concept rdf:about="urn:mine:B1"><skos:notation>B1</skos:notation>
<skos:prefLabel xml:lang="sv">baka bröd</skos:prefLabel>
<skos:prefLabel xml:lang="en">bake bread</skos:prefLabel><skos:broader rdf:resource="urn:mine:B"/></skos:Concept>
<skos:Concept rdf:about="urn:mine:B2"><skos:notation>B2</skos:notation>
<skos:prefLabel xml:lang="sv">baka limpa</skos:prefLabel>
<skos:prefLabel xml:lang="en">bake loaves</skos:prefLabel><skos:broader rdf:resource="urn:mine:B"/>
<dct:isReplacedBy rdf:resource="urn:mine:B1"/></skos:Concept></rdf:RDF>
"""
FORMS = {
    "csv": TABLE,
    "tsv": TABLE.replace(",", "\t"),
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "rdf": RDF_XML,
    "json": JSON_LD,
}


def package() -> dict[str, object]:
    """A CASE package of the same three items, in Swedish."""
    names = {"B": "baka", "B1": "baka bröd", "B2": "baka limpa"}
    items = [
        {
            "identifier": code,
            "uri": f"urn:mine:{code}",
            "fullStatement": name,
            "humanCodingScheme": code,
            "language": "sv",
        }
        for code, name in names.items()
    ]

    def link(sort: str, source: str, target: str) -> dict[str, object]:
        ends = ({"identifier": end, "uri": end if ":" in end else f"urn:mine:{end}"} for end in (source, target))
        return dict(zip(("associationType", "originNodeURI", "destinationNodeURI"), (sort, *ends), strict=True))

    links = [("isChildOf", "B", "doc"), ("isChildOf", "B1", "B"), ("isChildOf", "B2", "B"), ("replacedBy", "B2", "B1")]
    return {
        "CFDocument": {"identifier": "doc", "title": "Mine"},
        "CFItems": items,
        "CFAssociations": [link(*ends) for ends in [*links, ("exactMatchOf", "B", ESCO), ("precedes", "B", "B1")]],
    }


def added(home: Path, form: str, text: str, own: Own | None = None) -> Taxonomies:
    file = home / f"mine.{form}"
    file.write_text(text, "utf-8")
    add_pack(str(file), home, None, own=own or Own(name="mine", languages=("sv", "en")))
    return Taxonomies.open(home)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_taxonomy(tmp_path: Path, form: str) -> None:
    opened = added(tmp_path, form, FORMS[form])
    bake = opened.concept("mine:B")
    assert (bake.uri, bake.labels, bake.description) == ("urn:mine:B", {"sv": "baka", "en": "bake"}, "Att baka.")
    assert bake.alternatives == {"sv": ("grädda", "gräddning")}
    assert opened.narrower("mine:B") == ["urn:mine:B1", "urn:mine:B2"]
    assert [(one.target, one.relation) for one in opened.correspondences("mine:B", "esco")] == [(ESCO, MatchKind.EXACT)]
    assert opened.status("mine:B2") is Status.RETIRED
    assert [(one.uri, one.ground) for one in opened.current("mine:B2")] == [("urn:mine:B1", Ground.STATED)]
    assert opened.search("baka brö", "sv", scheme="mine")[0].uri == "urn:mine:B1"


def test_a_case_package_is_a_scheme_like_any_other(tmp_path: Path) -> None:
    opened = added(tmp_path, "json", json.dumps(package()))
    assert opened.concept("mine:B1").labels == {"sv": "baka bröd"}
    assert opened.broader("mine:B1") == ["urn:mine:B"]
    assert opened.current("mine:B2")[0].uri == "urn:mine:B1"
    assert opened.to_esco("mine:B")[0].target == ESCO
    assert opened.unknown("mine") == {"associations 'precedes'": 1}


def test_only_the_languages_asked_for_are_read(tmp_path: Path) -> None:
    for form in ("csv", "ttl"):
        opened = added(tmp_path, form, FORMS[form], Own(name="mine", languages=("sv",)))
        assert opened.concept("mine:B").labels == {"sv": "baka"}


def test_words_without_a_language_are_in_the_first_one(tmp_path: Path) -> None:
    opened = added(tmp_path, "csv", "code;label\n1;böna\n", Own(name="mine", languages=("sv", "en")))
    assert opened.label("mine:1", "sv") == "böna"


def test_a_new_edition_stands_beside_the_old_one(tmp_path: Path) -> None:
    added(tmp_path, "csv", "code,label\n1,stir\n2,knead dough\n", Own(name="mine", version="1"))
    opened = added(tmp_path, "csv", "code,label,alt\n1,stir,knead dough\n", Own(name="mine", version="2"))
    assert opened.status("urn:mine:2") is Status.RETIRED
    assert [one.uri for one in opened.current("urn:mine:2")] == ["urn:mine:1"]


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("csv", "code,lable\n1,x\n", "line 1: 'lable' is no column"),
        ("csv", "label\nx\n", "line 1: there is neither"),
        ("csv", "code,label\n1,x\n1,y\n", "line 3.*twice"),
        ("csv", "code,label\n,x\n", "line 2: '' is not a URI"),
        ("csv", "code,label\n1,\n", "line 2.*no label"),
        ("csv", "code,label,kind\n1,x,job\n", "line 2: 'job' is no kind"),
        ("csv", "code,label,broader\n1,x,2\n", "line 2: broader '2'"),
        ("csv", "code,label,exact\n1,x,2\n", "line 2: exact '2'"),
        ("csv", "code,label,status\n1,x,dead\n", "line 2: the status 'dead'"),
        ("csv", "code,label,status,replaced_by\n1,x,current,2\n2,y,,\n", "line 2.*cannot be current"),
        ("csv", f"uri,label\n{ESCO},x\n", "line 2.*belongs to a published taxonomy"),
        ("csv", "uri,code,label\nurn:a:1,1,x\nurn:a:2,1,y\n", "line 3: the code '1' is there twice"),
        ("ttl", "<urn:a:b> a <urn:c:d> .\n<urn:a:b> <urn:e:f> .\n", "line 2"),
        ("ttl", TURTLE.replace('"bake"@en', '"bake"@sv'), "urn:mine:B has two preferred labels in 'sv'"),
        ("ttl", TURTLE.replace("urn:mine:B2", "mailto:b2"), "'mailto:b2' has no http or urn URI"),
        ("jsonld", '{"@context": "https://example.org/context.jsonld"}', "context"),
        ("jsonld", '{"@context":\n{', "JSON_LD|JSON-LD"),
        ("json", "{\n\n[", "line 3"),
        ("rdf", RDF_XML.replace("</rdf:RDF>", ""), "RDF"),
        ("json", json.dumps({"CFItems": []}), "CFDocument"),
        ("json", json.dumps({"CFDocument": {}, "CFItems": [3]}), r"CFItems\[0\]"),
        ("json", json.dumps({"CFDocument": {}, "CFItems": [{"uri": "urn:a:b"}]}), r"CFItems\[0\]: urn:a:b has no full"),
        ("json", json.dumps({**package(), "CFAssociations": [{"associationType": "x"}]}), r"CFAssociations\[0\]"),
    ],
)
def test_a_fault_names_the_place_and_adds_nothing(tmp_path: Path, form: str, text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=f"(?s)mine.{form}.*({said})"):
        added(tmp_path, form, text)
    assert Taxonomies.open(tmp_path).schemes == []


@pytest.mark.parametrize(("form", "text"), [("csv", "code,label\n"), ("ttl", ""), ("jsonld", "{}"), ("txt", "x")])
def test_a_file_without_concepts_is_refused(tmp_path: Path, form: str, text: str) -> None:
    with pytest.raises(BadInput, match="mine"):
        added(tmp_path, form, text)


@pytest.mark.parametrize("name", ["esco", "../up", "Mine", "all", ""])
def test_a_name_that_is_taken_or_no_name_is_refused(tmp_path: Path, name: str) -> None:
    own = Own(name=name or None, version="1" if name else "1/2")
    with pytest.raises(BadInput):
        added(tmp_path, "csv", TABLE, own)


def test_an_entity_bomb_is_refused_and_not_unfolded(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "x" * 50}">' for n in range(12))
    text = RDF_XML.replace("<rdf:RDF", f"<!DOCTYPE rdf:RDF [{bomb}]>\n<rdf:RDF").replace(">baka<", ">&e11;<")
    with pytest.raises(BadInput):
        added(tmp_path, "rdf", text)


def test_entities_that_only_shorten_names_are_fine(tmp_path: Path) -> None:
    start = '<!DOCTYPE rdf:RDF [<!ENTITY mine "urn:mine:">]>\n<rdf:RDF'
    text = (
        RDF_XML.replace("<rdf:RDF", start)
        .replace("urn:mine:", "&mine;")
        .replace('ENTITY mine "&mine;"', 'ENTITY mine "urn:mine:"')
    )
    assert added(tmp_path, "rdf", text).has("urn:mine:B1")


def test_concepts_of_a_published_taxonomy_stay_where_they_are(tmp_path: Path) -> None:
    more = f'<{ESCO}> a skos:Concept ; skos:prefLabel "not yours"@en .\n'
    opened = added(tmp_path, "ttl", TURTLE + more)
    assert not opened.has(ESCO)
    assert opened.unknown("mine") == {"concepts of published taxonomies": 1}


def test_the_command_adds_a_file_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLSPACE_HOME", str(tmp_path))
    (tmp_path / "words.csv").write_text(TABLE, "utf-8")
    words = ["add", str(tmp_path / "words.csv"), "--name", "mine", "--languages", "sv", "--version", "2026"]
    result = CliRunner().invoke(app, words)
    assert result.exception is None
    assert "Added mine 2026: 3 concepts" in result.output
    refused = CliRunner().invoke(app, ["add", "starter", "--name", "mine"])
    assert isinstance(refused.exception, BadInput)


@settings(deadline=None, max_examples=60)  # each example compiles a pack
@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=120), st.integers(0, 1500), st.booleans())
def test_garbage_in_any_form_is_bad_input_and_nothing_else(form: str, garbage: bytes, place: int, whole: bool) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        text = b"" if whole else FORMS[form].encode()
        (home / f"mine.{form}").write_bytes(text[:place] + garbage + text[place:])
        try:
            add_pack(str(home / f"mine.{form}"), home, None, own=Own(name="mine"))
        except BadInput as fault:
            assert "mine" in fault.message or form in fault.message  # noqa: PT017 - one of two right outcomes
            assert Taxonomies.open(home).schemes == []
        else:
            assert Taxonomies.open(home).schemes


json_values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(["CFDocument", "CFItems", "CFAssociations"]),
    st.sampled_from(["uri", "fullStatement", "identifier", "associationType", "originNodeURI", "language", ""]),
    json_values,
)
def test_a_case_package_with_one_odd_member_is_read_or_refused(member: str, name: str, value: object) -> None:
    with TemporaryDirectory() as folder:
        home, odd = Path(folder), package()
        target = odd[member][0] if isinstance(odd[member], list) else odd[member]  # type: ignore[index]
        if name:
            target[name] = value
        else:
            odd[member] = value
        (home / "mine.json").write_text(json.dumps(odd), "utf-8")
        try:
            add_pack(str(home / "mine.json"), home, None, own=Own(name="mine"))
        except BadInput:
            assert Taxonomies.open(home).schemes == []
