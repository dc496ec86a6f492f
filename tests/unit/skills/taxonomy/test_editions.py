"""Several editions of one scheme: which is in use, and what an older one still tells."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from skillspace.kernel.errors import NotFound, UnknownConcept
from skillspace.skills.taxonomy import ConceptKind, Ground, Status, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import Draft
from tests.unit.skills.taxonomy.small import COOK, ESCO, FRYING, draft, small_esco

GRILLER = f"{ESCO}occupation/griller"
SMOKER = f"{ESCO}occupation/smoker"
GONE = f"{ESCO}occupation/gone"


def older() -> Draft:
    """An edition before the small ESCO, with three occupations that it has no more."""
    made = draft("esco", "1.0")
    for uri, label in ((COOK, "cook"), (GRILLER, "griller"), (SMOKER, "smoke house keeper"), (GONE, "gone")):
        made.concept(uri, ConceptKind.OCCUPATION)
        made.label(uri, "en", label, preferred=True)
    made.label(SMOKER, "en", "smoker")
    return made


def newer() -> Draft:
    """The small ESCO, whose cook took over a name."""
    made = small_esco()
    made.label(COOK, "en", "Griller")
    made.label(COOK, "en", "smoker")
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    compile_pack(older(), tmp_path)
    compile_pack(newer(), tmp_path)
    return tmp_path


def test_a_concept_of_an_older_edition_stays_readable_and_is_retired(home: Path) -> None:
    opened = Taxonomies.open(home)
    assert opened.label(GONE, "en") == "gone"
    assert opened.concept(GONE).kind is ConceptKind.OCCUPATION
    assert not opened.has(GONE)
    assert [opened.status(uri) for uri in (COOK, GONE, "urn:x:y")] == [Status.CURRENT, Status.RETIRED, Status.UNKNOWN]


def test_who_took_over_the_name_of_a_retired_concept_follows_it(home: Path) -> None:
    opened = Taxonomies.open(home)
    (follows,) = opened.current(GRILLER)
    assert (follows.uri, follows.ground) == (COOK, Ground.NAME)
    assert [one.ground for one in opened.current(SMOKER)] == [Ground.OTHER_NAME]
    assert opened.current(GONE) == ()
    assert [one.uri for one in opened.current(COOK)] == [COOK]
    with pytest.raises(UnknownConcept):
        opened.current("urn:x:y")


def test_a_name_that_two_living_concepts_share_leads_to_both(tmp_path: Path) -> None:
    compile_pack(older(), tmp_path)
    made = newer()
    made.label(f"{ESCO}occupation/chef", "en", "griller")
    compile_pack(made, tmp_path)
    assert len(Taxonomies.open(tmp_path).current(GRILLER)) == 2


def test_a_name_never_leads_from_an_occupation_to_a_skill(tmp_path: Path) -> None:
    compile_pack(older(), tmp_path)
    made = small_esco()
    made.label(FRYING, "en", "griller")
    compile_pack(made, tmp_path)
    assert Taxonomies.open(tmp_path).current(GRILLER) == ()


def test_what_a_taxonomy_states_goes_before_names_and_is_followed_to_its_end(tmp_path: Path) -> None:
    made = newer()
    for uri in (GRILLER, SMOKER):
        made.concept(uri, ConceptKind.OCCUPATION)
        made.label(uri, "en", "griller", preferred=True)
    made.retire(GRILLER, SMOKER)
    made.retire(SMOKER, f"{ESCO}occupation/baker", GRILLER)
    compile_pack(made, tmp_path)
    opened = Taxonomies.open(tmp_path)
    (follows,) = opened.current(GRILLER)
    assert (follows.uri, follows.ground) == (f"{ESCO}occupation/baker", Ground.STATED)
    assert opened.status(GRILLER) is Status.RETIRED


def test_a_retired_concept_is_not_offered_by_search(tmp_path: Path) -> None:
    made = small_esco()
    made.retire(COOK)
    compile_pack(made, tmp_path)
    opened = Taxonomies.open(tmp_path)
    assert opened.search("cook", "en") == []
    assert opened.has(COOK)


def test_a_partial_edition_steps_back_behind_a_complete_one(tmp_path: Path) -> None:
    compile_pack(small_esco(), tmp_path)
    made = Draft(scheme="esco", version="1.2.0", licence="", statement="", is_partial=True)
    made.concept(GONE, ConceptKind.OCCUPATION)
    compile_pack(made, tmp_path)
    assert [pack.version for pack in Taxonomies.open(tmp_path).schemes] == ["1.1.1"]
    assert [pack.version for pack in Taxonomies.open(tmp_path, versions={"esco": "1.2.0"}).schemes] == ["1.2.0"]
    with pytest.raises(NotFound, match=r"1\.3"):
        Taxonomies.open(tmp_path, versions={"esco": "1.3"})


def test_a_pack_compiled_before_there_were_replacements_opens(home: Path) -> None:
    folder = home / "taxonomies" / "esco-1.1.1"
    card = orjson.loads((folder / "pack.json").read_bytes())
    del card["is_partial"]
    for name in ("retired.npy", *(f"replaced-by.{part}.npy" for part in ("starts", "targets", "marks"))):
        (folder / name).unlink()
        del card["files"][name]
    (folder / "pack.json").write_bytes(orjson.dumps(card))
    opened = Taxonomies.open(home)
    assert opened.status(COOK) is Status.CURRENT
    assert opened.current(GRILLER)[0].uri == COOK


def test_what_is_similar_comes_nearest_first(three_schemes: Taxonomies) -> None:
    assert three_schemes.similar("rome:G1") == [("urn:rome:metier:G2", 1)]
