"""An organisation's own taxonomy: what the layout takes, and how clearly it refuses."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.taxonomy import MatchKind, Need, Taxonomies, add_pack

CARD = 'scheme = "acme"\nversion = "2026"\nlicence = "own"\nstatement = "Acme’s own words."\n'
CONCEPTS = (
    "uri,kind,code,label:en,label:sv,alt:en\n"
    "urn:acme:job:1,occupation,J1,robot keeper,robotskötare,bot keeper|bot minder\n"
    "urn:acme:skill:1,skill,,calm a robot,,\n"
    "urn:acme:skill:2,knowledge,,robot moods,,\n"
)
RELATIONS = (
    "source,relation,target\n"
    "urn:acme:job:1,essential,urn:acme:skill:1|urn:acme:skill:2\n"
    "urn:acme:skill:1,broader,urn:acme:skill:2\n"
    "urn:acme:job:1,broad,http://data.europa.eu/esco/occupation/technician\n"
)


def write(folder: Path, card: str = CARD, concepts: str = CONCEPTS, relations: str = RELATIONS) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (("pack.toml", card), ("concepts.csv", concepts), ("relations.csv", relations)):
        (folder / name).write_text(text, "utf-8")
    return folder


def test_an_own_pack_answers_like_any_other(tmp_path: Path) -> None:
    add_pack(str(write(tmp_path / "acme")), tmp_path, None)
    opened = Taxonomies.open(tmp_path)
    job = opened.concept("acme:J1")
    assert job.labels == {"en": "robot keeper", "sv": "robotskötare"}
    assert job.alternatives == {"en": ("bot keeper", "bot minder")}
    assert [link.need for link in opened.skills_of(job.uri)] == [Need.ESSENTIAL] * 2
    assert opened.search("robotskot", "sv", scheme="acme")[0].uri == job.uri
    (match,) = opened.to_esco("acme:J1")
    assert match.relation is MatchKind.BROAD
    assert opened.correspondences(match.target, "acme")[0].relation is MatchKind.NARROW


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("pack.toml", "scheme = ", "pack.toml"),
        ("pack.toml", 'scheme = "../etc"\nversion = "1"\n', "scheme"),
        ("pack.toml", 'scheme = "acme"\nversion = "1/2"\n', "version"),
        ("pack.toml", "scheme = 3\n", "scheme"),
        ("concepts.csv", "uri,label:en\nurn:a:b,x\n", "'kind' is missing"),
        ("concepts.csv", "uri,kind,label:en\nurn:a:b,job,x\n", "line 2.*'job'"),
        ("concepts.csv", "uri,kind,label:en\nurn:a:b,skill,x\nurn:a:b,skill,y\n", "line 3.*twice"),
        ("concepts.csv", "uri,kind,label:en\nurn:a:b,skill,\n", "line 2.*no label"),
        ("concepts.csv", "uri,kind,label:en\nrobot,skill,x\n", "line 2.*not a URI"),
        ("concepts.csv", "uri,kind,label:en\nurn:a:b,skill,x,y\n", "line 2: 4 cells"),
        ("concepts.csv", 'uri,kind,label:en\nurn:a:b,skill,"x\n', "line"),
        ("relations.csv", "source,relation,target\nurn:acme:job:1,likes,urn:acme:skill:1\n", "line 2.*likes"),
        ("relations.csv", "source,relation,target\nurn:acme:job:9,broader,urn:acme:skill:1\n", "line 2.*job:9"),
        ("relations.csv", "source,relation,target\nurn:acme:job:1,broader,urn:acme:skill:9\n", "line 2.*skill:9"),
        ("relations.csv", "source,relation,target\nurn:acme:job:1,exact,nowhere\n", "line 2.*nowhere"),
    ],
)
def test_a_fault_names_the_file_and_the_line_and_loads_nothing(tmp_path: Path, file: str, text: str, said: str) -> None:
    folder = write(tmp_path / "acme")
    (folder / file).write_text(text, "utf-8")
    with pytest.raises(UnreadableFile, match=f"(?s){file}.*{said}" if said != file else file):
        add_pack(str(folder), tmp_path, None)
    assert Taxonomies.open(tmp_path).schemes == []


@pytest.mark.parametrize("file", ["pack.toml", "concepts.csv", "relations.csv"])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    (write(tmp_path / "acme") / file).unlink()
    with pytest.raises(UnreadableFile, match=f"{file} is missing"):
        add_pack(str(tmp_path / "acme"), tmp_path, None)


def test_a_table_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "acme")
    (folder / "concepts.csv").write_bytes(CONCEPTS.encode("latin-1"))
    with pytest.raises(UnreadableFile, match=r"concepts\.csv is not UTF-8 \(line 2"):
        add_pack(str(folder), tmp_path, None)


def test_an_own_pack_cannot_pass_for_an_official_one(tmp_path: Path) -> None:
    folder = write(tmp_path / "acme", card=CARD.replace("acme", "esco"))
    with pytest.raises(BadInput, match="taken"):
        add_pack(str(folder), tmp_path, None)


def test_a_name_that_is_no_pack_and_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="neither"):
        add_pack("escu", tmp_path, None)
    with pytest.raises(BadInput, match="SKILLSPACE_DATA"):
        add_pack("esco", tmp_path, None)


@settings(deadline=None)  # the first run maps files
@given(st.sampled_from(["pack.toml", "concepts.csv", "relations.csv"]), st.binary(max_size=200), st.booleans())
def test_garbage_is_bad_input_and_nothing_else(file: str, garbage: bytes, is_appended: bool) -> None:
    with TemporaryDirectory() as home:
        folder = write(Path(home) / "acme")
        start = (folder / file).read_bytes() if is_appended else b""
        (folder / file).write_bytes(start + garbage)
        try:
            add_pack(str(folder), Path(home), None)
        except BadInput as fault:
            assert "acme" in fault.message  # noqa: PT017 - a fault is one of two right outcomes
        else:
            assert Taxonomies.open(Path(home)).schemes
