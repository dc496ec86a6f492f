"""Letters come in the person's language, and nothing that is put into one begins a line or a header of its own."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.portal.i18n import LANGUAGES
from skillspace.wire.letters import letter
from skillspace.wire.mail import FolderPostbox

PACKAGES = ("skillspace.people.alerts", "skillspace.people.mailboxes", "skillspace.people.recognition")
FACTS = {"space": "S", "organisation": "O", "sender": "P", "code": "C", "minutes": 15, "count": 2, "address": "A"}


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("language", [*LANGUAGES, "tlh"])
def test_every_letter_is_there_in_every_language_with_all_its_facts(package: str, language: str) -> None:
    written = letter(package, to="a@example.org", language=f"{language}-XX", sender="Invented Space", facts=FACTS)
    assert written.language == (language if language in LANGUAGES else "en")
    assert "%" not in written.subject + written.body
    texts = json.loads((files(package) / "letter.json").read_text(encoding="utf-8"))
    named = {code: {name for name in FACTS if f"%({name})" in "".join(text.values())} for code, text in texts.items()}
    assert set(named) == set(LANGUAGES)
    assert all(names == named["en"] for names in named.values())


@given(name=st.text(max_size=300))
def test_whatever_a_name_holds_it_stays_in_its_line(name: str) -> None:
    written = letter(
        PACKAGES[1], to="a@example.org", language="en", sender=name, facts={**FACTS, "space": name, "code": name}
    )
    assert written.subject.isprintable()
    assert written.sender_name.isprintable()
    plain = letter(PACKAGES[1], to="a@example.org", language="en", sender="", facts={**FACTS, "space": "", "code": ""})
    assert written.body.count("\n") == plain.body.count("\n")


def test_a_letter_with_a_hostile_name_can_be_posted(tmp_path) -> None:  # type: ignore[no-untyped-def]
    name = 'Space"\r\nBcc: all@example.org <x>'
    FolderPostbox("no-reply@example.org", tmp_path).send(
        letter(PACKAGES[0], to="a@example.org", language="sv", sender=name, facts={**FACTS, "space": name})
    )
    (file,) = tmp_path.iterdir()
    headers = file.read_bytes().partition(b"\n\n")[0]
    assert b"\nBcc:" not in headers
