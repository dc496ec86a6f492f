"""Accreditations in the EU's XML are read with every limit, or refused; fuzz and the published sample."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import SkillspaceError, UnreadableFile
from skillspace.trust.issuers import Matter, Outcome
from skillspace.trust.issuers.elm_list import NAMESPACE, read_elm

AGENTS = """<agentReferences>
<organisation id="urn:school"><legalName language="sv">En skola</legalName>
<legalName language="en">A school</legalName>
<identifier><skos:notation>did:web:school.example</skos:notation></identifier>
<registration><skos:notation>5566778899</skos:notation></registration>
<vatIdentifier><skos:notation>SE556677889901</skos:notation></vatIdentifier></organisation>
<organisation id="urn:agency"><skos:prefLabel language="en">An agency</skos:prefLabel></organisation>
</agentReferences>"""
LIMITS = """<limitField uri="http://data.europa.eu/snb/isced-f/0715"/>
<limitEQFLevel uri="http://data.europa.eu/snb/eqf/4"/><limitCredentialType uri="urn:diploma"/>"""
DAYS = """<issued>2026-01-01T00:00:00Z</issued>
<expiryDate>2027-01-01T00:00:00</expiryDate><valid>2026-02-01T00:00:00Z</valid>"""


def document(limits: str = LIMITS, days: str = DAYS, agents: str = AGENTS, by: str = "urn:agency") -> bytes:
    return f"""<Accreditations xmlns="{NAMESPACE}" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<accreditationReferences><accreditation id="urn:a"><organisation idref="urn:school"/>{limits}
<accreditingAgent idref="{by}"/>{days}</accreditation></accreditationReferences>{agents}</Accreditations>""".encode()


def test_an_accreditation_is_read_with_its_limits_and_its_days() -> None:
    (found,) = read_elm(document())
    assert (found.organisation, found.by) == ("A school", "An agency")
    assert found.names == ("urn:school", "did:web:school.example", "VATSE-556677889901")
    assert (found.levels, found.fields, found.profiles) == ((4,), ("0715",), ("urn:diploma",))
    assert (found.since, found.until) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    matter = Matter(levels=frozenset({4}), fields=frozenset({"0715"}), profiles=frozenset({"urn:diploma"}))
    assert found.covers(matter) is Outcome.YES


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limits": '<limitEQFLevel uri="urn:high"/>'}, "EQF level"),
        ({"limits": '<limitField uri="urn:much"/>'}, "ISCED-F"),
        ({"limits": '<limitMoonPhase uri="urn:full"/>'}, "limitMoonPhase"),
        ({"limits": "<limitEQFLevel/>"}, "without a URI"),
        ({"days": "<expiryDate>soon</expiryDate>"}, "no moment"),
        ({"by": "urn:nobody"}, "by whom"),
        ({"agents": ""}, "of whom"),
    ],
)
def test_what_is_not_understood_is_refused_and_never_left_out(changes: dict[str, str], words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_elm(document(**changes))


def test_another_document_is_no_list() -> None:
    with pytest.raises(UnreadableFile, match="no list of accreditations"):
        read_elm(b"<Accreditations/>")
    with pytest.raises(UnreadableFile, match="holds 0"):
        read_elm(f'<Accreditations xmlns="{NAMESPACE}"/>'.encode())


@given(st.binary(max_size=200), st.integers(0, len(document())))
def test_any_bytes_are_a_list_or_refused(noise: bytes, place: int) -> None:
    for content in (noise, document()[:place] + noise + document()[place:]):
        with suppress(SkillspaceError):
            assert read_elm(content)


@pytest.mark.data
def test_the_published_sample_is_read(real_data: Path) -> None:
    first, second = read_elm((real_data / "records" / "elm_v3" / "xsd" / "ams" / "ams.xml").read_bytes())
    assert (first.levels, first.fields) == ((7,), ("0542", "0921"))
    assert first.places
    assert second.places
    assert first.until == datetime(2023, 8, 19, 10, 51, 20, tzinfo=UTC)
