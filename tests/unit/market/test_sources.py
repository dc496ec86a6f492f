"""Readers of foreign formats: whatever comes in, the answer is an offer or a clear refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.market.courses.swedish import read_swedish_courses
from skillspace.market.courses.university import read_university_courses
from skillspace.market.linking import LabelLink
from skillspace.market.vacancies.eures import eures_vacancy
from skillspace.market.vacancies.skillspan import read_skillspan
from skillspace.market.vacancies.workindenmark import read_workindenmark
from skillspace.skills.taxonomy import Taxonomies

ODD = b'{"8332": [{"utbildningsnamn": 1, "url": 2, "ort": 3}]}'
POSITION = """<PositionOpening xmlns="http://www.hr-xml.org/3"><DocumentID>7</DocumentID>
<PositionProfile languageCode="sv"><PositionTitle>Kock</PositionTitle>
<PositionLocation><Address><o:CityName xmlns:o="http://www.openapplications.org/oagis/9">LULEÅ</o:CityName>
<CountryCode>SE</CountryCode></Address></PositionLocation>
<PostingInstruction><ApplicationMethod><Instructions>https://example.org/7 eller ring</Instructions>
</ApplicationMethod></PostingInstruction>
<PositionFormattedDescription><Content>&lt;p&gt;Kontakta Eva Exempel, eva@example.org&lt;/p&gt;</Content>
</PositionFormattedDescription><ApplicationCloseDate>soon</ApplicationCloseDate></PositionProfile></PositionOpening>"""


def test_an_exported_ad_keeps_its_way_back_and_loses_its_contacts(starter: Taxonomies) -> None:
    vacancy = eures_vacancy(POSITION.encode(), "NAV", starter, LabelLink(starter))
    assert (vacancy.title, vacancy.place_code, vacancy.url) == ("Kock", "SE-2580", "https://example.org/7")
    assert vacancy.text == "Kontakta […], […]"
    assert vacancy.closes is None


def test_a_document_type_is_refused_before_it_is_read(starter: Taxonomies) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><PositionOpening>&a;</PositionOpening>'
    with pytest.raises(BadInput, match="document type"):
        eures_vacancy(bomb, "NAV", starter, LabelLink(starter))


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_garbage_for_an_ad_is_bad_input(starter: Taxonomies, content: bytes) -> None:
    with pytest.raises(BadInput):
        eures_vacancy(content, "NAV", starter, LabelLink(starter))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"JobPostingsExtended": [1]}', b'{"8332": [{}]}', ODD]
)
def test_files_of_another_shape_are_unreadable_and_named(starter: Taxonomies, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(content)
    link = LabelLink(starter)
    with pytest.raises(UnreadableFile, match=r"export\.json"):
        list(read_workindenmark(path, "s", starter, link))
    if content != b"{}":
        with pytest.raises(UnreadableFile, match=r"export\.json"):
            read_swedish_courses(path, starter, link)
    if content:
        with pytest.raises(UnreadableFile, match=r"export\.json, line 1"):
            list(read_skillspan(path, "s", starter, link))


def test_a_missing_table_of_courses_is_named(starter: Taxonomies, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Skill\.csv"):
        read_university_courses(tmp_path, starter)
    (tmp_path / "Skill.csv").write_text("skill_id,other\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no column skill_url"):
        read_university_courses(tmp_path, starter)
