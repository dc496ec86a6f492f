"""Every offered operation, called with what its description allows: what comes back is what it promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from skillspace.trust.consent.govstack import PREFIX
from tests.unit.trust.consent.conftest import HUB, WORKS
from tests.unit.trust.consent.govstack.conftest import ADA, BO, House
from tests.unit.trust.consent.govstack.described import ANSWERS, described
from tests.unit.trust.consent.govstack.test_people import series_of

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


#: Identifiers there are, by the name of the parameter they fit; the person, by the one program that acts for them.
Known = Mapping[str, Sequence[str]]


def every_call(house: House, secret: Callable[[str], str], *, examples: int, known: Known) -> Counter[tuple[str, int]]:
    """Call each operation with examples, check the answers against the description, and count them by status."""
    house.app.openapi = described  # type: ignore[method-assign]
    schema = schemathesis.openapi.from_asgi("/openapi.json", house.app)
    counted: Counter[tuple[str, int]] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        house.asked(kinds=("skills",))  # the one before may have answered it

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), data=st.data())
        def called(case: Case, data: st.DataObject) -> None:
            _point_at_something(case, data, known)
            case.headers["Authorization"] = secret(case.path)
            answer = case.call()
            case.validate_response(answer, checks=list(CHECKS))
            counted[f"{case.method} {case.path}".replace(PREFIX, ""), answer.status_code] += 1

        called()
    return counted


def _point_at_something(case: Case, data: st.DataObject, known: Known) -> None:
    """Three times out of four, let a request be about things that are there."""
    if data.draw(st.integers(0, 3)) == 0:
        return
    for part in (case.path_parameters, case.query, case.headers):
        for name in sorted(set(part or ()) & set(known)):
            part[name] = data.draw(st.sampled_from(known[name]))
    for page in sorted({"offset", "limit"} & set(case.query or ())):
        case.query[page] = data.draw(st.integers(1, 2))


def filled(house: House) -> Known:
    """Fill the house with something of every kind, and return the identifiers there are."""
    grants = [
        house.granted(),
        house.granted(BO, kinds=("plan",)),
        house.asked(BO),
        house.asked(kinds=("skills",)),
    ]
    with house.database.writing() as work:
        house.consents.revoke(work, grants[1].id, BO)
    person = [house.individuals[ADA]]
    notices = sorted({grant.notice_hash for grant in grants})
    agreements = sorted({series_of(house, grant) for grant in grants})
    return {
        "consentRecordId": [grant.id for grant in grants],
        **dict.fromkeys(("dataAgreementId", "filterDataAgreementId"), agreements),
        **dict.fromkeys(("revisionId", "filterDataAgreementRevisionId"), notices),
        **dict.fromkeys(("individualId", "X-ConsentBB-IndividualId"), person),
        "filterIndividualId": [grant.subject for grant in grants],
        "policyId": [HUB, WORKS],
    }


MANY = 40


def scope_of(path: str) -> str:
    parts = {"/config/": "org", "/audit/": "auditor", "/verification/": "consumer"}
    return next((who for part, who in parts.items() if part in path), "individual")


@pytest.mark.parametrize("examples", [7, pytest.param(MANY, marks=pytest.mark.slow)])
def test_every_answer_is_as_described_and_every_operation_also_succeeds(house: House, examples: int) -> None:
    known = filled(house)
    counted = every_call(house, lambda path: f"Bearer {house.secrets[scope_of(path)]}", examples=examples, known=known)
    succeeded = {name for name, status in counted if status == 200}
    # An answer to a draft is five values that fit each other, which chance does not find; its own tests give them.
    if examples < MANY:
        return  # a few examples find what breaks, not always what succeeds
    assert set(ANSWERS) - succeeded <= {"POST /service/individual/record/consent-record/"}


def test_a_stranger_gets_nothing_from_any_operation(house: House) -> None:
    known = filled(house)
    counted = every_call(house, lambda _path: "Bearer " + "x" * 43, examples=5, known=known)
    assert {status for _, status in counted} == {401}
