"""Every real sample there is: read as what it is, or refused for a reason a person understands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from skillspace.kernel.errors import SkillspaceError
from skillspace.records.formats import WritingFormat, named, read_all
from skillspace.records.formats.loss import unwritten
from skillspace.records.formats.suite import NOON, no_keys
from skillspace.records.model import Record

#: How many documents of each folder are read, as which format, and how many are refused.
READ = {
    ("dc4eu_eaa", "elm"): 15,
    ("dc4eu_eaa", "profession"): 5,
    ("elm_v3", "elm"): 6,
    ("elm_v3", "elm2"): 1,
    ("emrex_elmo", "elmo"): 1,
    ("finland_ehoks", "school"): 1,
    ("finland_jod_profile", "jod"): 1,
    ("finland_koski_records", "school"): 68,
    ("mac_jsonresume", "json_resume"): 1,
    ("mac_jsonresume", "mac"): 1,
    ("openbadges_clr_lerrs", "clr"): 5,
    ("openbadges_clr_lerrs", "ler_rs"): 4,
    ("openbadges_clr_lerrs", "openbadges"): 14,
    ("xapi_conformance_templates", "xapi"): 11,
    ("xapi_datasim", "xapi"): 2,
    ("xapi_jisc", "xapi"): 10,
}
#: What is no record: schemas, code sets, frameworks, courses, keys, events of other standards, and broken samples.
REFUSED = {
    "caliper_fixtures": 80,
    "case_frameworks": 3,
    "cmi5": 4,
    "dc4eu_eaa": 16,
    "elm_v3": 8,
    "emrex_elmo": 1,
    "finland_ehoks": 1,
    "finland_koski_codesets": 4,
    "mac_jsonresume": 3,
    "openbadges_clr_lerrs": 62,
    "oulad_learning_records": 3,
    "xapi_conformance_templates": 11,
    "xapi_datasim": 2,
    "xapi_jisc": 24,
    "xapi_lrsql_bench": 1,
    "xapi_ralph_fun_mooc": 1,
}


def documents(folder: Path) -> list[Path]:
    """All files but licences and the word on where they are from."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if path.name != "SOURCE.txt" and "license" not in path.name.lower()]


@pytest.fixture(scope="module")
def outcomes(real_data: Path) -> dict[Path, tuple[Record, ...] | SkillspaceError]:
    found: dict[Path, tuple[Record, ...] | SkillspaceError] = {}
    for path in documents(real_data / "records"):
        try:
            found[path] = read_all(path.read_bytes(), resolve_key=no_keys, at=NOON)
        except SkillspaceError as fault:
            found[path] = fault
    return found


@pytest.mark.data
def test_every_sample_is_read_as_what_it_is_or_refused_for_a_reason(
    real_data: Path, outcomes: dict[Path, tuple[Record, ...] | SkillspaceError]
) -> None:
    folder = real_data / "records"
    read = Counter(
        (path.relative_to(folder).parts[0], found[0].format)
        for path, found in outcomes.items()
        if isinstance(found, tuple)
    )
    refused = Counter(
        path.relative_to(folder).parts[0] for path, found in outcomes.items() if not isinstance(found, tuple)
    )
    assert dict(read) == READ
    assert dict(refused) == REFUSED


@pytest.mark.data
def test_a_refusal_is_a_sentence_and_never_only_a_place(
    outcomes: dict[Path, tuple[Record, ...] | SkillspaceError],
) -> None:
    for path, found in outcomes.items():
        if isinstance(found, SkillspaceError):
            assert len(found.message) > 20, path
            assert found.message.endswith("."), path


@pytest.mark.data
@pytest.mark.parametrize("name", ["json_resume", "europass", "europass_passport", "ler_rs", "schema_org", "table"])
def test_a_real_record_survives_a_second_journey_as_it_survived_the_first(
    name: str, outcomes: dict[Path, tuple[Record, ...] | SkillspaceError]
) -> None:
    target = named(name)
    assert isinstance(target, WritingFormat)
    for path, found in outcomes.items():
        for record in found if isinstance(found, tuple) else ():
            if not record.assertions:
                continue
            (once,) = read_all(target.write_record(record), resolve_key=no_keys, at=NOON, hint=name)
            (twice,) = read_all(target.write_record(once), resolve_key=no_keys, at=NOON, hint=name)
            assert unwritten(once, twice) == (), path
            if name == "table":
                assert [a.label for a in once.assertions] == [a.label for a in record.assertions], path
