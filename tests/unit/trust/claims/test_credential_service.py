"""The credential service shows its credentials to whom this node called, and no more than it allowed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, InvalidSignature, Refused
from skillspace.records.credentials import verify_presentation
from skillspace.trust.claims.access import AccessRefused
from skillspace.trust.claims.credential_service import NotSupported
from skillspace.trust.claims.messages import DCP_CONTEXT, VC11, VC20, PresentationQuery
from skillspace.trust.claims.scopes import ID_ALIAS, TYPE_ALIAS, Scope, of_type
from skillspace.trust.claims.store import held
from skillspace.wire.jose import SigningKey, TokenExpired, read_unverified, sign_jwt
from tests.unit.trust.claims.parties import BADGE, DIPLOMA, Party

DEFINITION = {"id": "any", "input_descriptors": [{"id": "one", "constraints": {}}]}


def query(*scopes: str, **more: object) -> PresentationQuery:
    content: dict[str, object] = {"@context": [DCP_CONTEXT], "type": "PresentationQueryMessage"}
    return PresentationQuery.model_validate(content | ({"scope": list(scopes)} if scopes else {}) | more)


def scope(kind: str) -> str:
    return str(of_type(kind))


def keep(university: Party, holder: Party, *kinds: str, profile: str = VC11) -> None:
    for kind in kinds:
        with university.database.writing() as work:
            token = university.issuer.issue(work, holder.did, kind, profile)
        with holder.database.writing() as work:
            holder.wallet.keep(work, university.did, token)


def shown(holder: Party, verifier: Party, opened: tuple[str, ...], asks: PresentationQuery) -> list[list[str]]:
    """The types in each presentation that the verifier gets, checked as it would check them."""
    access = holder.wallet.access.issue(verifier.did, [of_type(kind) for kind in opened])
    with holder.database.reading() as work:
        answer = holder.wallet.present(work, verifier.did, access, asks)
    return [
        [each.types[-1] for each in verify_presentation(token, verifier.resolver.key, verifier.time(), verifier.did)]
        for token in answer["presentation"]
    ]


def test_only_what_is_asked_for_is_shown(university: Party, holder: Party, verifier: Party) -> None:
    keep(university, holder, DIPLOMA, BADGE)
    assert shown(holder, verifier, (DIPLOMA, BADGE), query(scope(BADGE))) == [[BADGE]]


def test_a_scope_of_two_parts_is_understood(university: Party, holder: Party, verifier: Party) -> None:
    keep(university, holder, DIPLOMA)
    assert shown(holder, verifier, (DIPLOMA,), query(f"{TYPE_ALIAS}:{DIPLOMA}")) == [[DIPLOMA]]


def test_of_what_is_allowed_and_not_held_there_is_simply_less(
    university: Party, holder: Party, verifier: Party
) -> None:
    keep(university, holder, DIPLOMA)
    assert shown(holder, verifier, (DIPLOMA, BADGE), query(scope(DIPLOMA), scope(BADGE))) == [[DIPLOMA]]
    assert shown(holder, verifier, (BADGE,), query(scope(BADGE))) == []


def test_what_the_access_token_does_not_open_is_refused(university: Party, holder: Party, verifier: Party) -> None:
    keep(university, holder, DIPLOMA, BADGE)
    with pytest.raises(AccessRefused, match=BADGE):
        shown(holder, verifier, (DIPLOMA,), query(scope(DIPLOMA), scope(BADGE)))


def test_a_credential_is_found_by_its_identifier(university: Party, holder: Party, verifier: Party) -> None:
    keep(university, holder, DIPLOMA, BADGE)
    with holder.database.reading() as work:
        wanted = str(work.rows(_ids(DIPLOMA))[0]["credential_id"])
        access = holder.wallet.access.issue(verifier.did, [Scope(alias=ID_ALIAS, name=wanted)])
        answer = holder.wallet.present(work, verifier.did, access, query(f"{ID_ALIAS}:{wanted}"))
    [token] = answer["presentation"]
    [found] = verify_presentation(token, verifier.resolver.key, verifier.time(), verifier.did)
    assert found.id == wanted


def test_credentials_of_two_data_models_come_in_two_presentations(
    university: Party, holder: Party, verifier: Party
) -> None:
    keep(university, holder, DIPLOMA)
    keep(university, holder, BADGE, profile=VC20)
    found = shown(holder, verifier, (DIPLOMA, BADGE), query(scope(DIPLOMA), scope(BADGE)))
    assert found == [[DIPLOMA], [BADGE]]


@pytest.mark.parametrize(
    ("asks", "fault"),
    [
        (query(), BadInput),
        (query(scope=[]), BadInput),
        (query(scope(DIPLOMA), presentationDefinition=DEFINITION), BadInput),
        (query(presentationDefinition={}), BadInput),
        (query(presentationDefinition={"id": "any"}), BadInput),
        (query(presentationDefinition=DEFINITION), NotSupported),
        (query("something:else"), BadInput),
    ],
)
def test_a_query_asks_by_scope_and_by_nothing_else(
    holder: Party, verifier: Party, asks: PresentationQuery, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        shown(holder, verifier, (DIPLOMA,), asks)


def test_not_supporting_definitions_is_said_as_the_protocol_wants_it() -> None:
    assert NotSupported().http_status == 501


def asks(holder: Party, caller: str, token: str | None) -> dict[str, Any]:
    with holder.database.reading() as work:
        return holder.wallet.present(work, caller, token, query(scope(DIPLOMA)))


def test_without_one_nothing_is_shown(holder: Party, verifier: Party) -> None:
    with pytest.raises(AccessRefused, match="no access token"):
        asks(holder, verifier.did, None)


def test_it_is_for_the_one_we_called(holder: Party, verifier: Party, shop: Party) -> None:
    with pytest.raises(AccessRefused, match="not made for this caller"):
        asks(holder, shop.did, holder.wallet.access_token(verifier.did))


def test_it_ends_after_five_minutes(holder: Party, verifier: Party) -> None:
    token = holder.wallet.access_token(verifier.did)
    holder.time.goes_on(minutes=6)
    with pytest.raises(TokenExpired):
        asks(holder, verifier.did, token)


def test_one_that_somebody_else_signed_opens_nothing(holder: Party, verifier: Party) -> None:
    _, claims = read_unverified(holder.wallet.access_token(verifier.did))
    forged = sign_jwt(claims, SigningKey.generate(holder.key.kid))
    with pytest.raises(InvalidSignature):
        asks(holder, verifier.did, forged)


def test_no_other_token_of_ours_opens_anything(holder: Party, verifier: Party) -> None:
    holder.entitled[verifier.did] = holder.time() + timedelta(days=1)
    with holder.database.writing() as work:
        credential = holder.issuer.issue(work, verifier.did, DIPLOMA, VC11)
    for token in (holder.tokens.issue(verifier.did), credential):
        with pytest.raises(Refused):
            asks(holder, verifier.did, token)


@pytest.mark.parametrize("token", ["", "faketoken", "a.b.c", "x" * 70_000])
def test_garbage_opens_nothing(holder: Party, verifier: Party, token: str) -> None:
    with pytest.raises(BadInput):
        asks(holder, verifier.did, token)


def test_it_opens_only_what_this_node_shows_to_all(holder: Party, verifier: Party) -> None:
    token = holder.wallet.access_token(verifier.did)
    assert holder.wallet.access.check(verifier.did, token) == {of_type(DIPLOMA)}


def _ids(kind: str) -> Any:
    return sa.select(held.c.credential_id).where(held.c.type == kind)
