"""The command that converts records: what it writes, what it says was lost, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skillspace.cli import convert, formats
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.records.credentials.selective import issue, read_token, reveal, show
from skillspace.records.formats import FORMATS, KINDS, read
from skillspace.records.formats.credentials import openbadges
from skillspace.records.formats.credentials.sd_jwt import VCT
from skillspace.records.formats.cv import json_resume
from skillspace.records.formats.issuing import Issuer
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.trust.identity import did_document
from skillspace.wire.jose import SigningKey, read_unverified
from tests.unit.records.formats.files.test_baking import SVG, picture
from tests.unit.records.formats.samples import SAMPLES
from tests.unit.records.formats.test_every_format import Recipe

Say = Callable[..., Result]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(convert.app, [*map(str, words)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def resume(tmp_path: Path) -> Path:
    file = tmp_path / "resume.json"
    file.write_bytes(json_resume.write_record(FULL))
    return file


def test_a_cv_goes_from_one_format_to_another_and_what_stayed_behind_is_told(
    say: Say, resume: Path, tmp_path: Path
) -> None:
    out, loss = tmp_path / "cv.xml", tmp_path / "loss.json"
    answer = say(resume, "--to", "europass", "--out", out, "--loss", loss)
    assert answer.exit_code == 0
    record = read(out.read_bytes(), resolve_key=no_keys, at=NOON)
    assert (record.format, record.person and record.person.name) == ("europass", "Elin Example")
    assert "json_resume → europass" in answer.stderr
    assert "What europass has no room for" in answer.stderr
    assert "a skill: level" in answer.stderr
    report = json.loads(loss.read_text())
    assert (report["from"], report["to"], report["not_read"]) == ("json_resume", "europass", [])
    assert {
        "path": "assertions.level",
        "what": "a skill: level",
        "count": 2,
        "examples": ["EQF 6", "B"],
    } in report["not_written"]


def test_without_a_place_it_goes_to_standard_output_and_nothing_else_does(say: Say, resume: Path) -> None:
    answer = say(resume, "--to", "json_resume")
    assert json.loads(answer.stdout) == json.loads(resume.read_bytes())
    assert "What json_resume has no room for: nothing." in answer.stderr


@pytest.mark.parametrize("image", [SVG, picture()], ids=["svg", "png"])
def test_a_badge_is_baked_into_a_picture(say: Say, resume: Path, tmp_path: Path, image: bytes) -> None:
    plain, out, badge = tmp_path / "plain", tmp_path / "out", tmp_path / "badge.json"
    plain.write_bytes(image)
    badge.write_bytes(SAMPLES["openbadges2"])
    say(badge, "--to", "openbadges", "--picture", plain, "--out", out)
    record = read(out.read_bytes(), resolve_key=no_keys, at=NOON)
    assert [a.concept for a in record.assertions] == ["http://data.europa.eu/esco/skill/1"]
    with pytest.raises(BadInput, match="Only an Open Badge"):
        say(resume, "--to", "elmo", "--picture", plain)


def test_a_record_may_be_called_what_it_is_and_is_written_so_where_it_holds_enough(say: Say, tmp_path: Path) -> None:
    transcript = tmp_path / "transcript.xml"
    transcript.write_bytes(SAMPLES["elmo"])
    for kind, named in (("transcript", True), ("micro_credential", False)):
        answer = say(transcript, "--to", "elm", "--as", kind)
        types = json.loads(answer.stdout)["type"]
        assert ("EuropeanHigherEducationTranscriptOfRecords" in types) == named
        assert ("the record: kind" in answer.stderr) == (not named)
        assert ("What elm asks of a micro credential and this record lacks" in answer.stderr) == (not named)
        assert ("how quality is assured" in answer.stderr) == (not named)
    with pytest.raises(BadInput, match=r"sort 'certificate'; known are .*micro_credential"):
        say(transcript, "--to", "elm", "--as", "certificate")


def test_of_several_records_one_is_asked_for(say: Say, tmp_path: Path) -> None:
    grades = tmp_path / "grades.csv"
    grades.write_bytes(SAMPLES["moodle"])
    with pytest.raises(BadInput, match="holds 2 records; say which"):
        say(grades, "--to", "table")
    answer = say(grades, "--to", "table", "--record", "2")
    assert "Nils Example" in answer.stdout
    assert "Elin" not in answer.stderr, "what another record holds is not lost"
    with pytest.raises(BadInput, match="no number 3"):
        say(grades, "--to", "table", "--record", "3")


def test_a_csv_is_read_by_a_mapping(say: Say, tmp_path: Path) -> None:
    table, mapping = tmp_path / "kurser.csv", tmp_path / "mapping.toml"
    table.write_text("Person;Kurs;Betyg\n7;Bakning;A\n7;Jäsning;B\n", encoding="utf-8")
    mapping.write_text(
        'kind = "school_record"\n[columns]\nsubject = "Person"\nskill = "Kurs"\nlevel = "Betyg"\n'
        '[always]\nlevel_scheme = "A to F"\nlanguage = "sv"\nissuer_name = "Skolan"\n',
        encoding="utf-8",
    )
    resume = json.loads(say(table, "--mapping", mapping, "--to", "json_resume").stdout)
    assert resume["skills"] == [{"name": "Bakning", "level": "A"}, {"name": "Jäsning", "level": "B"}]


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ("not toml", "neither TOML nor JSON"),
        ('[columns]\nskill = "a"\n', "subject"),
        ('[columns]\nsubject = "a"\nskill = "b"\nheight = "c"\n', "height"),
        ('kind = "poem"\n[columns]\nsubject = "a"\nskill = "b"\n', "kind"),
        ("columns = 1\n", "columns"),
        ('[columns]\nsubject = "a"\nskill = "b"\nlevel = "not there"\n', "not there"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_its_fault(say: Say, tmp_path: Path, mapping: str, why: str) -> None:
    table, file = tmp_path / "t.csv", tmp_path / "m.toml"
    table.write_text("a,b\n1,2\n")
    file.write_text(mapping)
    with pytest.raises(BadInput, match=why):
        say(table, "--mapping", file, "--to", "table")


def test_what_cannot_be_done_is_said(say: Say, resume: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can be read and not written; to be had are"):
        say(resume, "--to", "xapi")
    with pytest.raises(BadInput, match="No format is called 'word'"):
        say(resume, "--to", "word")
    with pytest.raises(UnreadableFile, match="No such file"):
        say(tmp_path / "absent.json", "--to", "table")
    with (tmp_path / "large.json").open("wb") as large:
        large.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(UnreadableFile, match="larger than"):
        say(tmp_path / "large.json", "--to", "table")
    with pytest.raises(BadInput, match="cannot be written"):
        say(resume, "--to", "table", "--out", tmp_path)


def test_all_formats_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    answer = CliRunner().invoke(formats.app, [])
    assert all(each.FORMAT in answer.stdout and each.TITLE in answer.stdout for each in FORMATS)
    assert all(kind in answer.stdout for kind in KINDS)


def test_a_signed_record_is_converted_where_its_issuers_key_is_given(say: Say, tmp_path: Path) -> None:
    key = SigningKey.generate("did:web:university.example#key-1")
    did = "did:web:university.example"
    method = {"id": key.kid, "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": key.public_jwk()}
    document = {"id": did, "verificationMethod": [method], "assertionMethod": [key.kid]}
    signed, issuer = tmp_path / "badge.jwt", tmp_path / "did.json"
    badge = openbadges.Badge(name="Rye", description="Rye.", criteria="Loaves.")
    who = Issuer(did=did, name="University", key=key)
    signed.write_bytes(openbadges.write(badge, issuer=who, subject_did="did:web:p.example", issued=NOON))
    issuer.write_text(json.dumps(document))
    answer = say(signed, "--to", "json_resume", "--issuer", issuer)
    assert json.loads(answer.stdout)["skills"] == [{"name": "Rye"}]
    assert "issuer's signature" in answer.stderr
    with pytest.raises(NotFound, match="--issuer"):
        say(signed, "--to", "json_resume")
    issuer.write_text("[]")
    with pytest.raises(UnreadableFile, match="no DID document"):
        say(signed, "--to", "json_resume", "--issuer", issuer)


def test_an_sd_jwt_is_found_out_and_only_what_it_discloses_travels(say: Say, tmp_path: Path) -> None:
    did = "did:web:school.example"
    key = SigningKey.generate(f"{did}#key-1")
    keys = tmp_path / "did.json"
    keys.write_text(json.dumps(did_document(did, [key], {})), encoding="utf-8")
    skills = [{"label": "bake bread"}, {"label": "secret skill"}]
    claims = {"issuer_name": "School", "title": "Baking", "skills": skills}
    text = issue(VCT, claims, issuer_key=key, issuer_did=did, hidden=[("title",), ("skills", None)], at=now())
    token = read_token(text)
    places = reveal(read_unverified(token.issued)[1], token.disclosures)
    card = tmp_path / "card"
    card.write_text(f"{show(token, places, [('skills', 0)])}\n", encoding="utf-8")
    answer = say(card, "--to", "json_resume", "--issuer", keys)
    assert answer.exit_code == 0
    assert "sd_jwt → json_resume" in answer.stderr
    assert "bake bread" in answer.stdout
    assert "secret skill" not in answer.stdout + answer.stderr
    with pytest.raises(NotFound, match="--issuer"):
        say(card, "--to", "json_resume")


def test_a_format_that_a_package_brings_is_known(say: Say, resume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Brought:
        def load(self) -> Recipe:
            return Recipe()

    monkeypatch.setattr(metadata, "entry_points", lambda group: [Brought()] if group == "skillspace.formats" else [])
    assert json.loads(say(resume, "--to", "recipe").stdout) == {"recipe": "Keeper of lights", "extra": 1}
