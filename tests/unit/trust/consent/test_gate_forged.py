"""The release gate, tried with what is not the caller's: found, replayed, forged, widened, or made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import ConsentMissing, InvalidSignature, SkillspaceError
from skillspace.trust.consent import Grant
from skillspace.trust.consent.errors import (
    UntrustedIntermediary,
    UseRefused,
    WrongDataset,
    WrongRecipient,
)
from skillspace.trust.consent.release.tokens import make_token
from skillspace.trust.contract import Agreement
from skillspace.wire.jose import SigningKey, read_unverified, sign_jwt
from tests.unit.trust.consent.conftest import (
    DIPLOMAS,
    HUB,
    OTHER,
    PROFILES,
    RIVAL,
    SCHOOL,
    WORKS,
    World,
    refusals,
    release,
)

Yes = tuple[Grant, str, Agreement]


def test_another_recipient_cannot_use_a_grant_it_found(world: World, share: Yes) -> None:
    _, token, _ = share
    agreement = world.agree(HUB, OTHER, PROFILES, purposes=["recruit"])
    with pytest.raises(WrongRecipient):
        release(world, HUB, token, OTHER, agreement)
    with world[HUB].database.reading() as work:
        line = world[HUB].consents.log(work, "person-ada")[0]
    assert (line.outcome, line.code, line.recipient) == ("refused", "WrongRecipient", OTHER)


def test_a_grant_opens_only_the_dataset_it_names(world: World, gather: Yes) -> None:
    _, token, _ = gather
    world[SCHOOL].offered["urn:example:other"] = frozenset({"diploma"})
    agreement = world.agree(SCHOOL, HUB, "urn:example:other", purposes=["gather"])
    with pytest.raises(WrongDataset):
        release(world, SCHOOL, token, HUB, agreement)


def test_a_grant_replayed_at_another_provider_is_refused(world: World, gather: Yes) -> None:
    _, token, _ = gather
    world[OTHER].offered[DIPLOMAS] = frozenset({"diploma"})
    agreement = world.agree(OTHER, HUB, DIPLOMAS, purposes=["gather"])
    with pytest.raises(WrongDataset):
        release(world, OTHER, token, HUB, agreement)
    world.settle()
    assert world.outcomes() == ["asked", "granted"]


def _signed(world: World, grant: Grant, *, issuer: str, key: SigningKey, **changes: Any) -> str:
    changed = replace(grant, **changes)
    return make_token(changed, changed.kinds, key=key, own_did=issuer, at=world.clock())


def test_a_forged_signer_is_refused(world: World, gather: Yes) -> None:
    grant, _, agreement = gather
    forged = _signed(world, grant, issuer=HUB, key=SigningKey.generate(f"{HUB}#key-1"))
    with pytest.raises(InvalidSignature):
        release(world, SCHOOL, forged, HUB, agreement)
    assert refusals(world, SCHOOL) == ["InvalidSignature"]
    assert world.calls == []


def test_a_signer_that_is_no_intermediary_is_refused_before_its_key_is_fetched(world: World, gather: Yes) -> None:
    grant, _, agreement = gather
    asked: list[str] = []
    gate = world[SCHOOL].room.gate
    gate._resolve_key = lambda issuer, _kid: asked.append(issuer) or {}  # type: ignore[func-returns-value]
    for issuer in (WORKS, "did:web:stranger.example"):
        with pytest.raises(UntrustedIntermediary):
            release(world, SCHOOL, _signed(world, grant, issuer=issuer, key=world[WORKS].key), HUB, agreement)
    assert asked == []


def test_another_intermediary_cannot_speak_for_a_person_it_does_not_keep(world: World, gather: Yes) -> None:
    grant, _, agreement = gather
    token = _signed(world, grant, issuer=RIVAL, key=world[RIVAL].key)
    with pytest.raises(ConsentMissing, match="There is no consent"):
        release(world, SCHOOL, token, HUB, agreement)


def test_a_grant_that_was_widened_after_signing_is_bounded_by_what_the_person_said(world: World, gather: Yes) -> None:
    grant, _, agreement = gather
    world[SCHOOL].offered[DIPLOMAS] |= {"health"}
    wide = _signed(world, grant, issuer=HUB, key=world[HUB].key, kinds=("diploma", "health"))
    with pytest.raises(ConsentMissing, match="does not cover"):
        release(world, SCHOOL, wide, HUB, agreement)
    longer = _signed(world, grant, issuer=HUB, key=world[HUB].key, until=grant.until + timedelta(days=1))
    with pytest.raises(UseRefused, match="other terms than the person agreed to"):
        release(world, SCHOOL, longer, HUB, agreement)


def test_a_token_whose_terms_were_changed_after_hashing_is_refused(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    claims = dict(read_unverified(token)[1])
    claims["terms"] = claims["terms"] | {"purpose": "train"}  # type: ignore[operator]
    changed = sign_jwt(claims, world[HUB].key, typ="consent-use+jwt")
    with pytest.raises(UseRefused, match="not those of the consent it names"):
        release(world, SCHOOL, changed, HUB, agreement)
    for name, other, fault in (("sub", OTHER, WrongRecipient), ("aud", OTHER, WrongDataset)):
        claims = dict(read_unverified(token)[1]) | {name: other}
        with pytest.raises(fault):
            release(world, SCHOOL, sign_jwt(claims, world[HUB].key, typ="consent-use+jwt"), HUB, agreement)


tokens = st.text(max_size=60) | st.builds("{}.{}.{}".format, *[st.text("eyJhbGciOiJub25lIn0-_", max_size=30)] * 3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=tokens)
def test_garbage_in_place_of_a_grant_is_refused_and_nothing_else_happens(world: World, token: str) -> None:
    agreement = world.agree(SCHOOL, HUB, DIPLOMAS, purposes=["gather"])
    with pytest.raises(SkillspaceError):
        release(world, SCHOOL, token, HUB, agreement)
    assert world.calls == []
