"""What a request asks of a table never breaks it, and terms of any policy are put into words or shown as written."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.portal.i18n import translator
from skillspace.portal.pages.organisation.tables import FORMULA, PAGE, Wanted, as_csv, part_of, wanted
from skillspace.portal.pages.organisation.terms import changed_terms, side_by_side
from skillspace.portal.pages.organisation.terms_form import terms_form
from skillspace.portal.pages.organisation.wording import in_one_line, pseudonym, purposes_in, terms_of, until_of
from skillspace.trust.policy import offer_rules

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)
OPERANDS = st.sampled_from(["purpose", "dateTime", "elapsedTime", "https://w3id.org/skillspace/policy#recipientRole"])
CONSTRAINT = st.fixed_dictionaries(
    {}, optional={"leftOperand": OPERANDS | JSON, "operator": st.sampled_from(["lt", "isAnyOf", "eq"]) | JSON,
                  "rightOperand": JSON}
)  # fmt: skip
RULES = st.lists(st.fixed_dictionaries({}, optional={"action": JSON, "constraint": st.lists(CONSTRAINT) | JSON}))
POLICY = st.fixed_dictionaries({}, optional=dict.fromkeys(("permission", "prohibition", "obligation"), RULES | JSON))


class Asking:
    """A visit that only answers what the query string says."""

    def __init__(self, **query: str) -> None:
        self.query = query

    def asked(self, name: str, default: str = "") -> str:
        return self.query.get(name, default)


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_is_asked_of_a_table_gives_a_part_of_it(words: str, sort: str, page: str, down: str) -> None:
    visit: Any = Asking(q=words, sort=sort, page=page, down=down)
    asked = wanted(visit, "/org/x", ("name",), sort="name")
    total, shown = part_of(["b", "a"], asked, keys={"name": str}, text=str)
    assert 0 <= len(shown) <= total <= 2
    assert asked.page >= 1
    assert asked.listing(total, export=True).href().startswith("/org/x")


@pytest.mark.parametrize("page", ["0", "-1", "²", "1e3", "", "nine"])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    visit: Any = Asking(page=page)
    assert wanted(visit, "/x", (), sort="").page == 1


def test_rows_are_cut_into_pages_that_lose_none() -> None:
    rows = [f"{number:04d}" for number in range(2 * PAGE + 1)]
    seen: list[str] = []
    for page in (1, 2, 3):
        visit: Any = Asking(page=str(page))
        asked = wanted(visit, "/x", (), sort="name", is_down=True)
        total, shown = part_of(rows, asked, keys={"name": str}, text=str)
        assert asked.listing(total).pages == 3
        seen += shown
    assert seen == rows[::-1]


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_a_csv_file_reads_back_and_no_cell_begins_a_formula(rows: list[list[str]]) -> None:
    body = bytes(as_csv("x", ("a", "b"), rows).body).decode()
    back = list(csv.reader(io.StringIO(body, newline="")))[1:]
    assert len(back) == len(rows)
    for written, read in zip(rows, back, strict=True):
        for before, after in zip(written, read, strict=True):
            assert after.removeprefix("'") == before.removeprefix("'") or after == before
            assert not after.startswith(FORMULA)


def test_terms_are_said_in_three_languages() -> None:
    until = datetime(2027, 6, 30, tzinfo=UTC)
    policy = offer_rules(purposes=["recruitment", "guidance"], roles=["employer"], until=until, keep_days=180)
    said = {language: in_one_line(policy, translator(language)) for language in ("en", "fr", "sv")}
    assert said["en"].startswith("Only for: guidance and recruitment. ")
    assert "30 June 2027" in said["en"]
    assert "180 days" in said["en"]
    assert "orientation et recrutement" in said["fr"]
    assert "vägledning och rekrytering" in said["sv"]
    assert until_of(policy) == until
    assert purposes_in(policy, translator("en")) == "guidance and recruitment"


def test_a_condition_nobody_gave_words_is_shown_as_written() -> None:
    constraint = {"leftOperand": "urn:x:mood", "operator": "eq", "rightOperand": "good"}
    policy = {"permission": [{"action": "use", "constraint": [constraint]}]}
    assert "urn:x:mood" in in_one_line(policy, translator("en"))
    nested = {"permission": [{"action": "use", "constraint": [{"or": [constraint, constraint]}]}]}
    assert "urn:x:mood" in in_one_line(nested, translator("en"))


@given(POLICY)
def test_no_policy_breaks_the_page(policy: dict[str, Any]) -> None:
    assert all(isinstance(sentence, str) and sentence for sentence in terms_of(policy, translator("en")))
    until_of(policy)
    purposes_in(policy, translator("sv"))
    words = translator("fr")
    changed_terms(policy, {}, words)
    side_by_side({}, policy)
    terms_form(policy, words)


@given(st.text(), st.text())
def test_a_pseudonym_is_stable_and_says_nothing_of_its_subject(one: str, other: str) -> None:
    words = translator("en")
    assert pseudonym(one, words) == pseudonym(one, words)
    assert len(pseudonym(other, words)) == len(pseudonym(one, words))


def test_the_listing_says_which_page_of_how_many() -> None:
    asked = Wanted(path="/x", words="", sort="", is_down=False, page=2, is_csv=False)
    assert (asked.offset, asked.limit) == (PAGE, PAGE)
    assert asked.listing(PAGE + 1).pages == 2
