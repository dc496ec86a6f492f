"""The verifier believes what a caller shows only when presentation, issuer, time and status all hold (DCP 1.0 §5.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, PeerUnreachable, SkillspaceError
from skillspace.records import credentials
from skillspace.records.credentials import (
    CredentialExpired,
    CredentialNotYetValid,
    Model,
    UntrustedIssuer,
    WrongAudience,
    WrongHolder,
)
from skillspace.trust.claims import NotPresented
from skillspace.trust.claims.messages import VC11, VC20
from skillspace.trust.claims.store import held
from skillspace.trust.identity.tokens import Caller
from skillspace.trust.status import StatusUnreachable
from skillspace.wire.jose import SigningKey, TokenExpired
from tests.unit.trust.claims.parties import BADGE, DIPLOMA, Party, Web
from tests.unit.trust.claims.showing import answers, asked, earned, plain, shows


@pytest.mark.parametrize("profile", [VC11, VC20])
def test_a_caller_shows_what_it_was_asked_for(university: Party, holder: Party, verifier: Party, profile: str) -> None:
    earned(university, holder, DIPLOMA, profile)
    caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA))
    [shown] = verifier.verifier.credentials(caller, [DIPLOMA])
    assert (shown.subject["title"], shown.issuer, shown.subject_id) == (
        "Invented diploma",
        university.did,
        holder.did,
    )


def test_the_query_names_scopes_in_three_parts(university: Party, holder: Party, verifier: Party) -> None:
    earned(university, holder)
    verifier.verifier.credentials(verifier.verifier.caller(holder.authorization(verifier, DIPLOMA)), [DIPLOMA])
    [query] = [body for method, url, body in holder.web.said if method == "POST" and url.endswith("/query")]
    assert query["scope"] == [f"org.eclipse.dspace.dcp.vc.type:{DIPLOMA}:read"]


def test_without_an_access_token_nothing_can_be_asked(verifier: Party) -> None:
    with pytest.raises(NotPresented, match="no access token"):
        verifier.verifier.credentials(Caller(did="did:web:holder.example", access_token=None), [DIPLOMA])


def test_a_caller_that_holds_nothing_shows_nothing(holder: Party, verifier: Party) -> None:
    caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA))
    with pytest.raises(NotPresented, match=DIPLOMA):
        verifier.verifier.credentials(caller, [DIPLOMA])


def test_every_type_asked_for_must_be_there(university: Party, holder: Party, verifier: Party) -> None:
    verifier.trusts(university, BADGE)
    earned(university, holder)
    caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA, BADGE))
    with pytest.raises(NotPresented, match=BADGE):
        verifier.verifier.credentials(caller, [DIPLOMA, BADGE])


def test_more_than_was_asked_for_is_borne(university: Party, holder: Party, verifier: Party) -> None:
    verifier.trusts(university, BADGE)
    shows(holder, verifier, earned(university, holder), earned(university, holder, BADGE))
    assert asked(verifier) == [DIPLOMA, BADGE]


def test_an_issuer_trusted_for_one_type_is_not_believed_about_another(
    university: Party, holder: Party, verifier: Party
) -> None:
    shows(holder, verifier, earned(university, holder, BADGE))
    with pytest.raises(UntrustedIssuer):
        asked(verifier, (BADGE,))


def test_a_diploma_the_caller_wrote_itself_is_refused(holder: Party, verifier: Party) -> None:
    shows(holder, verifier, plain(holder, holder.did))
    with pytest.raises(UntrustedIssuer):
        asked(verifier)


def test_a_diploma_in_the_issuers_name_by_another_key_is_refused(
    university: Party, holder: Party, verifier: Party
) -> None:
    for key in (SigningKey.generate(university.key.kid), holder.key):
        shows(holder, verifier, plain(university, holder.did, key=key))
        with pytest.raises(InvalidSignature):
            asked(verifier)


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_diploma_of_somebody_else_is_refused(
    university: Party, holder: Party, verifier: Party, shop: Party, model: Model
) -> None:
    shows(holder, verifier, plain(university, shop.did, model=model), model=model)
    with pytest.raises(WrongHolder):
        asked(verifier)


def test_a_presentation_that_somebody_else_made_is_refused(
    university: Party, holder: Party, verifier: Party, shop: Party
) -> None:
    token = plain(university, shop.did)
    shows(holder, verifier, token, holder_key=shop.key, holder_did=shop.did)
    with pytest.raises(NotPresented, match=r"shop\.example made"):
        asked(verifier)


def test_a_presentation_for_somebody_else_is_refused(
    university: Party, holder: Party, verifier: Party, shop: Party
) -> None:
    shows(holder, verifier, plain(university, holder.did), audience=shop.did)
    with pytest.raises(WrongAudience):
        asked(verifier)


def test_an_old_presentation_is_refused(university: Party, holder: Party, verifier: Party) -> None:
    shows(holder, verifier, plain(university, holder.did))
    verifier.time.goes_on(minutes=6)
    with pytest.raises(TokenExpired):
        asked(verifier)


@pytest.mark.parametrize(
    ("period", "fault"),
    [
        (lambda at: {"at": at - timedelta(days=2), "valid_until": at - timedelta(days=1)}, CredentialExpired),
        (lambda at: {"at": at + timedelta(days=1), "valid_until": at + timedelta(days=2)}, CredentialNotYetValid),
    ],
)
@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_diploma_outside_its_time_is_refused(
    university: Party,
    holder: Party,
    verifier: Party,
    period: Callable[[datetime], dict[str, datetime]],
    fault: type[Exception],
    model: Model,
) -> None:
    shows(holder, verifier, plain(university, holder.did, model=model, **period(university.time())), model=model)
    with pytest.raises(fault):
        asked(verifier)


def test_a_mixture_of_data_models_is_refused(university: Party, holder: Party, verifier: Party) -> None:
    tokens = [plain(university, holder.did, model=model) for model in ("1.1", "2.0")]
    shows(holder, verifier, *tokens)
    with pytest.raises(BadInput):
        asked(verifier)


def test_the_signature_of_a_presentation_is_checked(university: Party, holder: Party, verifier: Party) -> None:
    shows(holder, verifier, plain(university, holder.did), holder_key=SigningKey.generate(holder.key.kid))
    with pytest.raises(InvalidSignature):
        asked(verifier)


def test_when_nobody_tells_the_status_the_caller_may_come_again(
    university: Party, holder: Party, verifier: Party, web: Web
) -> None:
    shows(holder, verifier, earned(university, holder))
    verifier.resolver.resolve(university.did)
    del web.hosts["university.example"]
    with pytest.raises(StatusUnreachable) as fault:
        asked(verifier)
    assert fault.value.http_status == 503


def test_a_credential_service_that_is_down_is_no_refusal(holder: Party, verifier: Party, web: Web) -> None:
    verifier.resolver.resolve(holder.did)
    del web.hosts["holder.example"]
    with pytest.raises(PeerUnreachable):
        asked(verifier)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"presentation": []},
        {"presentation": "x"},
        {"presentation": [7]},
        {"presentation": [None]},
        {"presentation": ["a.b.c"]},
        {"presentation": [{"type": "EnvelopedVerifiablePresentation"}]},
        {"presentation": ["x"] * 11},
        [],
        "x",
    ],
)
def test_an_answer_that_is_no_presentation_is_refused(holder: Party, verifier: Party, answer: object) -> None:
    answers(holder, answer)
    with pytest.raises((BadInput, NotPresented)):
        asked(verifier)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_a_credential_service_answers_breaks_nothing(holder: Party, verifier: Party, content: object) -> None:
    answers(holder, {"presentation": [content]})
    with pytest.raises(SkillspaceError) as refusal:
        asked(verifier)
    assert refusal.value.http_status < 500


def test_a_credential_with_another_context_is_read_by_its_encoding(
    university: Party, holder: Party, verifier: Party
) -> None:
    at, document = university.time(), {"@context": "urn:uuid:1", "id": "urn:uuid:1", "type": [DIPLOMA]}
    document |= {"issuer": university.did, "credentialSubject": {"id": holder.did}}
    shows(holder, verifier, credentials.seal(document, issuer_key=university.key, issued=at))
    assert asked(verifier) == [DIPLOMA]


def test_a_holder_shows_no_ended_credential(university: Party, holder: Party, verifier: Party) -> None:
    earned(university, holder)
    holder.time.goes_on(days=31)
    caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA))
    with pytest.raises(NotPresented):
        verifier.verifier.credentials(caller, [DIPLOMA])
    with holder.database.reading() as work:
        assert len(work.rows(sa.select(held))) == 1
