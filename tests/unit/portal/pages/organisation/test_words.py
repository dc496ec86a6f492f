"""An organisation brings its own words, reviews what they are in ESCO, and translates with them from then on."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from skillspace.market.courses import Course
from skillspace.market.review.publishing import InOwnWords
from skillspace.market.review.room import WORTH_A_LOOK
from skillspace.market.review.store import corrections
from skillspace.market.review.words import MOST_BYTES
from skillspace.market.vacancies import Vacancy, read_vacancy, write_vacancy
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import MatchKind
from skillspace.skills.translation import LinkedMappings, Way
from skillspace.skills.translation.sssom import parse_mapping_set
from tests.unit.portal.pages.organisation.conftest import Office, hold, profile

PATH = "/org/words"
TABLE = """code,label:en,label:sv,broader
1,use spreadsheets software,,
2,quantum basket whispering,,1
3,bookkeeping routines,bokföring,
"""
FORM = {"name": "mine", "version": "2026", "tags": "en,sv", "kind": "skill", "target": "esco"}
SKOS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://firm.example/a> a skos:Concept ; skos:prefLabel "use spreadsheets software"@en .
"""
CASE = json.dumps(
    {
        "CFDocument": {"lastChangeDateTime": "2026-01-01T00:00:00+00:00"},
        "CFItems": [{"uri": "https://firm.example/b", "identifier": "b", "fullStatement": "use spreadsheets software"}],
    }
)
BOMB = """<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><b>&c;</b>"""


def bring(office: Office, content: bytes | str = TABLE, file: str = "words.csv", **form: str) -> tuple[int, str]:
    """Send the form with a file; return the status, and the page or where it leads."""
    answer = office.clients["operator"].post(
        PATH, data={"csrf": office.csrf("operator"), **FORM, **form}, files={"file": (file, content)}
    )
    return answer.status_code, answer.headers.get("location", answer.text)


def settle(office: Office) -> None:
    """Let the node make its proposals."""
    while office.node.worker.run_due():
        pass


def uri_of(office: Office, label: str) -> str:
    return office.rooms.taxonomies.search(label, "en", limit=1)[0].uri


def said(office: Office) -> list[tuple[str, str, str]]:
    """What stands in the book of decisions: (about, concept, says)."""
    with office.rooms.database.reading() as work:
        rows = work.rows(sa.select(corrections).order_by(corrections.c.number))
    return [(row["about"], row["concept"], row["says"]) for row in rows]


def test_words_are_brought_proposed_confirmed_and_translated(office: Office) -> None:
    assert bring(office) == (303, f"{PATH}?done=words-kept")
    assert "Proposals are being made" in office.get(PATH)
    settle(office)
    page = office.get(f"{PATH}/mine")
    assert "“use spreadsheets software”" in page
    assert any(word in page for word in ("likely<", "perhaps<"))
    target = uri_of(office, "use spreadsheets software")
    leads = office.post(f"{PATH}/mine", do="yes", source="urn:mine:1", target=target, relation="exact")
    assert leads == f"{PATH}/mine?done=mapping-yes"
    assert said(office) == [("urn:mine:1", target, "yes")]
    with office.rooms.database.reading() as work:
        translator = office.rooms.review.mappings.translator(work)
    (there,) = translator.translate("mine:1", "esco").mappings[:1]
    assert (there.target, there.relation, there.way) == (target, MatchKind.EXACT, Way.OFFICIAL)
    assert there.confidence > 0.66
    (back,) = (one for one in translator.translate(target, "mine").mappings if one.way is Way.OFFICIAL)
    assert back.target == "urn:mine:1"


def test_what_is_proposed_has_the_relation_and_the_chance_that_the_model_of_translations_tells(office: Office) -> None:
    bring(office)
    settle(office)
    review = office.rooms.review
    opened = review.words.opened()
    model = LinkedMappings(opened, Linker(opened), near=WORTH_A_LOOK, sure=0.0)
    with office.rooms.database.reading() as work:
        one = review.words.one(work, "mine")
        for code in "123":
            concept = review.mappings.concept(work, one, f"urn:mine:{code}")
            told = [
                (uri, relation, pytest.approx(chance, abs=1e-4))
                for uri, relation, chance in model(concept.source, "esco")
            ]
            assert [(it.target, it.relation, it.score) for it in concept.proposed] == told
            assert all(it.version == model.version for it in concept.proposed)
        first = review.mappings.concept(work, one, "urn:mine:1").proposed[0]
    assert (first.target, first.relation) == (uri_of(office, "use spreadsheets software"), MatchKind.EXACT)
    assert '<option value="exact" selected' in office.get(f"{PATH}/mine?concept=urn%3Amine%3A1")


def test_what_is_confirmed_as_the_same_is_called_by_the_organisations_word_on_its_pages(
    office: Office, skill: Callable[[str], str]
) -> None:
    python, sql = skill("Python (computer programming)"), skill("SQL")
    assert bring(office, "code,label:en\n1,snake charming\n2,asking tables\n") == (303, f"{PATH}?done=words-kept")
    settle(office)
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:1", target=python, relation="exact")
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:2", target=sql, relation="broad")
    shared = profile("urn:s:1", (python, "Python", 5), (sql, "SQL", 3))
    office.share("g1", shared, purpose="guidance", kinds=("skills",))
    office.rooms.received.answers["pull g1"] = shared  # type: ignore[attr-defined]
    hold(office, "g1")
    page = office.get("/org/shared/g1", "coach")
    assert "snake charming" in page
    assert "Python (computer programming)" not in page
    assert "SQL" in page
    assert "asking tables" not in page


def test_words_of_an_offer_are_heard_as_what_the_organisations_words_were_mapped_to(
    office: Office, skill: Callable[[str], str]
) -> None:
    python = skill("Python (computer programming)")
    assert bring(office, "code,label:en,alt:en\n1,snake charming,taming snakes\n")[0] == 303
    settle(office)
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:1", target=python, relation="close")
    ad = Vacancy(
        id="1",
        title="Wanted",
        language="en",
        employer="Exempel",
        text="You like snake charming.",
        synthetic=True,
        source="did:web:firm.example",
    )
    heard = office.rooms.review.heard
    with office.rooms.database.reading() as work:
        correct = heard.corrector(work)
    read = correct(ad)
    assert read.skills == ((python, False),)
    other = correct(dataclasses.replace(ad, text="You like charming people."))
    assert other.skills == ()
    with office.rooms.database.writing() as work:
        named = heard.version(work)
        office.rooms.review.words.remove(work, "mine")
        assert heard.version(work) != named
        gone = heard.corrector(work)(ad)
    assert gone.skills == ()


def test_an_offer_is_published_with_own_words_beside_common_skills_and_nothing_else_of_ours(
    office: Office, skill: Callable[[str], str]
) -> None:
    python, sql, english = skill("Python (computer programming)"), skill("SQL"), skill("English")
    table = "code,label:en,label:sv\n1,snake charming,ormtjusning\n2,asking tables,\n3,basket whispering,\n4,talk,\n"
    assert bring(office, table)[0] == 303
    settle(office)
    for code, target, relation in (("1", python, "exact"), ("2", sql, "close"), ("4", english, "broad")):
        office.post(f"{PATH}/mine", do="yes", source=f"urn:mine:{code}", target=target, relation=relation)
    ad = Vacancy(
        id="1",
        title="Wanted",
        language="sv",
        employer="Exempel",
        synthetic=True,
        source="did:web:firm.example",
        skills=(
            (python, False),
            (sql, True),
            (english, True),
            *((f"urn:mine:{code}", True) for code in "1234"),
        ),
        words=((english, "their own"), ("urn:x:not-asked-for", "left out")),
    )
    with office.rooms.database.reading() as work:
        ours = InOwnWords(work, office.rooms.review.mappings)
    told, unknown = ours.vacancy(ad)
    # what is exactly ours is named; what ours nearly is only where ours was asked for by name
    assert told.skills == ((python, True), (sql, True), (english, True))
    assert dict(told.words) == {python: "ormtjusning", sql: "asking tables", english: "their own"}
    assert unknown == ("urn:mine:3", "urn:mine:4")
    assert read_vacancy(write_vacancy(told)) == told
    assert b"mine" not in write_vacancy(told)
    assert ours.vacancy(told) == (told, ())
    plain = Course(
        id="1", title="x", language="en", provider="p", synthetic=True, source="s", skills=(sql, python, "urn:mine:1")
    )
    course, unknown = ours.course(plain)
    assert (course.skills, dict(course.words), unknown) == ((sql, python), {python: "snake charming"}, ())


def test_a_no_and_a_later_yes_stand_beside_each_other_and_nothing_is_overwritten(office: Office) -> None:
    bring(office)
    settle(office)
    target = uri_of(office, "use spreadsheets software")
    office.post(f"{PATH}/mine", do="no", source="urn:mine:1")
    refused = said(office)
    assert {says for _, _, says in refused} == {"no"}
    assert "“use spreadsheets software”" not in office.get(f"{PATH}/mine")
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:1", target=target, relation="close")
    assert said(office) == [*refused, ("urn:mine:1", target, "yes")]
    page = office.get(f"{PATH}/mine?concept=urn%3Amine%3A1")
    assert "What was said of it" in page
    with pytest.raises(sa.exc.IntegrityError, match="is written once"):
        office.write(lambda work: work.update(corrections, sa.true(), says="no"))
    with pytest.raises(sa.exc.IntegrityError, match="is written once"):
        office.write(lambda work: work.delete(corrections, sa.true()))


def test_another_concept_than_the_proposed_ones_is_found_and_chosen(office: Office) -> None:
    bring(office)
    settle(office)
    page = office.get(f"{PATH}/mine?concept=urn%3Amine%3A2&q=spreadsheet")
    assert "found by you" in page
    target = uri_of(office, "use spreadsheets software")
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:2", target=target, relation="broad")
    assert said(office) == [("urn:mine:2", target, "yes")]


def test_the_export_names_reviewers_by_pseudonym_and_reads_as_a_mapping_set(office: Office) -> None:
    bring(office)
    settle(office)
    target = uri_of(office, "use spreadsheets software")
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:1", target=target, relation="narrow")
    answer = office.clients["operator"].get(f"{PATH}/mine/mappings.sssom.tsv")
    assert answer.headers["content-type"].startswith("text/tab-separated-values")
    (row,) = parse_mapping_set(answer.text).rows
    assert (row.subject, row.object, row.relation) == ("urn:mine:1", target, MatchKind.NARROW)
    assert row.justification.endswith("ManualMappingCuration")
    assert row.slots["reviewer_label"].startswith("reviewer-")
    assert row.slots["comment"].startswith("confirmed by 1, last on ")
    assert "Exempel" not in answer.text
    assert office.accounts["operator"].id not in answer.text
    assert "1 of 3 looked at" in office.get(PATH)
    assert "It is narrower" not in office.get(f"{PATH}/mine/decided")


def test_skos_and_case_are_taken_in_like_a_table(office: Office) -> None:
    for file, content in (("words.ttl", SKOS), ("words.json", CASE)):
        assert bring(office, content, file)[0] == 303
        settle(office)
        assert "use spreadsheets software" in office.get(f"{PATH}/mine")


REFUSED: list[tuple[str, bytes | str, dict[str, str], str]] = [
    ("words.csv", "code,label:en\n1,a\n1,b\n", {}, "line 3"),
    ("words.exe", TABLE, {}, "ends in"),
    ("words.csv", b"\xff\xfe\x00", {}, "UTF-8"),
    ("words.csv", b"x" * (MOST_BYTES + 1), {}, "1 to 5 MB"),
    ("words.csv", TABLE, {"name": "esco"}, "taken"),
    ("words.csv", TABLE, {"name": "../../etc"}, "cannot be the name"),
    ("words.csv", TABLE, {"version": "../1"}, "cannot be the version"),
    ("words.csv", TABLE, {"target": "nowhere"}, "no taxonomy"),
    ("words.csv", TABLE, {"kind": "thing"}, "no kind of concept"),
    ("words.json", "[" * 100_000, {}, ""),
    ("words.rdf", BOMB, {}, "entities"),
]


def test_a_file_or_name_that_cannot_be_is_refused_and_leaves_nothing(office: Office) -> None:
    for file, content, form, told in REFUSED:
        status, page = bring(office, content, file, **form)
        assert (file, form, status) == (file, form, 400)
        assert 'role="alert"' in page
        assert told in page
        assert tempfile.gettempdir() not in page
    assert "You have brought no list" in office.get(PATH)
    folder = office.node.settings.folder / "own"
    assert not folder.exists() or not list(folder.rglob("pack.json"))


def test_a_file_name_decides_nothing_but_the_form_and_own_words_stay_in_their_node(office: Office) -> None:
    assert bring(office, file="../../../../words.csv")[0] == 303
    assert [place.parent.name for place in office.node.settings.folder.rglob("pack.json")] == ["mine-2026"]
    # own words are not shared with the other nodes of the machine
    assert "mine" not in [pack.scheme for pack in office.rooms.taxonomies.schemes]
    assert not list(office.node.settings.taxonomies.glob("mine-*"))


def test_a_list_taken_away_leaves_what_was_said(office: Office) -> None:
    bring(office)
    settle(office)
    target = uri_of(office, "use spreadsheets software")
    office.post(f"{PATH}/mine", do="yes", source="urn:mine:1", target=target, relation="exact")
    assert office.post(f"{PATH}/mine/remove") == f"{PATH}?done=words-gone"
    assert said(office) == [("urn:mine:1", target, "yes")]
    assert "You have brought no list" in office.get(PATH)
    assert bring(office)[0] == 303
    settle(office)
    assert "1 of 3 looked at" in office.get(PATH)


def test_a_concept_of_elsewhere_and_a_target_of_elsewhere_are_refused(office: Office) -> None:
    bring(office)
    settle(office)
    csrf = office.csrf("operator")
    target = uri_of(office, "use spreadsheets software")
    for source, there in (("urn:mine:1", "urn:mine:2"), ("urn:mine:1", "nonsense"), (target, target), ("x", target)):
        form = {"csrf": csrf, "do": "yes", "source": source, "target": there, "relation": "exact"}
        assert office.clients["operator"].post(f"{PATH}/mine", data=form).status_code in {400, 404}
    assert said(office) == []


def test_only_who_keeps_the_words_sees_them_and_a_form_with_a_file_needs_the_token(office: Office) -> None:
    bring(office)
    for role in ("recruiter", "dpo", "person"):
        for path in (PATH, f"{PATH}/mine", f"{PATH}/mine/decided", f"{PATH}/mine/mappings.sssom.tsv"):
            assert office.clients[role].get(path).status_code == 403
    answer = office.clients["operator"].post(PATH, data=FORM, files={"file": ("words.csv", TABLE)})
    assert answer.status_code == 403
