"""From offer to credential and back: issuer and holder as two organisations that only know each other's addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.storage.tasks import tasks
from skillspace.trust.claims import offer_later
from skillspace.trust.claims.issuer import MAX_OPEN, TooManyRequests
from skillspace.trust.claims.messages import (
    DCP_CONTEXT,
    VC11,
    VC20,
    CredentialMessage,
    CredentialOffer,
    CredentialRequest,
)
from skillspace.trust.claims.store import held, issuances, issued, requests
from skillspace.trust.claims.tasks import RENEW
from skillspace.trust.status import CredentialRevoked
from tests.unit.trust.claims.parties import BADGE, DIPLOMA, Party, Time, Web


def offer(issuer: Party, to: Party, *types: str) -> None:
    with issuer.database.writing() as work:
        offer_later(work, to.did, list(types), "issuance")


def settle(*parties: Party) -> None:
    for _ in range(4):
        for party in parties:
            party.worker.run_due()


def holdings(party: Party) -> dict[str, str]:
    with party.database.reading() as work:
        return {row["type"]: row["model"] for row in work.rows(sa.select(held))}


def all_of(party: Party, table: sa.Table) -> list[Any]:
    with party.database.reading() as work:
        return list(work.rows(sa.select(table)))


def ask(party: Party, issuer: Party, profile: str = VC11, kind: str = DIPLOMA) -> str:
    """Ask as a person with a wallet would: by what the issuer's metadata say."""
    objects = issuer.issuer.metadata()["credentialsSupported"]
    name = next(each["id"] for each in objects if each["credentialType"] == kind and each["profile"] == profile)
    with party.database.writing() as work:
        return party.wallet.request(work, issuer.did, [(name, kind)])


def delivery(holder_pid: str | None, *credentials: tuple[str, str], **more: object) -> CredentialMessage:
    containers = [{"credentialType": kind, "payload": token, "format": "VC1_0_JWT"} for kind, token in credentials]
    content: dict[str, object] = {"@context": [DCP_CONTEXT], "type": "CredentialMessage", "issuerPid": "i-1"}
    content |= {"holderPid": holder_pid, "status": "ISSUED", "credentials": containers}
    return CredentialMessage.model_validate(content | more)


def made(issuer: Party, about: Party, kind: str = DIPLOMA, profile: str = VC11) -> str:
    issuer.entitled.setdefault(about.did, issuer.time() + timedelta(days=1))
    with issuer.database.writing() as work:
        return issuer.issuer.issue(work, about.did, kind, profile)


def test_an_offer_becomes_credentials_that_the_holder_keeps(university: Party, holder: Party) -> None:
    offer(university, holder, DIPLOMA, BADGE)
    settle(university, holder)
    assert holdings(holder) == {DIPLOMA: "1.1", BADGE: "1.1"}
    assert [row["state"] for row in all_of(holder, requests)] == ["issued"]
    assert [row["state"] for row in all_of(university, issuances)] == ["ISSUED"]
    assert all_of(university, tasks) == [] or all(row["name"].startswith("event:") for row in all_of(university, tasks))


def test_what_was_delivered_is_not_kept_with_the_request(university: Party, holder: Party) -> None:
    offer(university, holder, DIPLOMA)
    settle(university, holder)
    assert [(row["message"], row["access_token"]) for row in all_of(university, issuances)] == [(None, None)]


@pytest.mark.parametrize(("profile", "model"), [(VC11, "1.1"), (VC20, "2.0")])
def test_both_profiles_are_issued_and_kept(university: Party, holder: Party, profile: str, model: str) -> None:
    ask(holder, university, profile)
    settle(holder, university)
    assert holdings(holder) == {DIPLOMA: model}


def test_who_has_earned_nothing_hears_so_and_why(university: Party, holder: Party) -> None:
    university.entitled.clear()
    ask(holder, university)
    settle(holder, university)
    [row] = all_of(holder, requests)
    assert (row["state"], row["reason"]) == ("rejected", f"{holder.did} has earned nothing here.")
    assert [row["state"] for row in all_of(university, issuances)] == ["REJECTED"]
    assert holdings(holder) == {}


def test_an_offer_of_an_issuer_nobody_trusts_is_refused(shop: Party, holder: Party) -> None:
    message = CredentialOffer.model_validate(shop.issuer.offer([DIPLOMA], "issuance"))
    with pytest.raises(Refused, match="not trusted"), holder.database.writing() as work:
        holder.wallet.offered(work, shop.did, message)


def test_nobody_offers_in_anothers_name(university: Party, shop: Party, holder: Party) -> None:
    message = CredentialOffer.model_validate(university.issuer.offer([DIPLOMA], "issuance"))
    with pytest.raises(Refused, match="in the name of"), holder.database.writing() as work:
        holder.wallet.offered(work, shop.did, message)


def test_of_an_offer_only_what_the_issuer_is_trusted_for_is_asked_for(university: Party, verifier: Party) -> None:
    university.entitled[verifier.did] = university.time() + timedelta(days=1)
    offer(university, verifier, DIPLOMA, BADGE)
    settle(university, verifier)
    assert holdings(verifier) == {DIPLOMA: "1.1"}


def test_an_offer_of_things_the_metadata_do_not_name_leads_to_nothing(university: Party, holder: Party) -> None:
    content = {"@context": [DCP_CONTEXT], "type": "CredentialOfferMessage", "issuer": university.did}
    message = CredentialOffer.model_validate(content | {"credentials": [{"id": "made-up"}]})
    with holder.database.writing() as work:
        holder.wallet.offered(work, university.did, message)
    settle(holder, university)
    assert all_of(holder, requests) == []


def test_a_request_to_an_issuer_not_trusted_for_the_type_is_never_made(university: Party, verifier: Party) -> None:
    with pytest.raises(Refused, match="not trusted here to issue BadgeCredential"):
        ask(verifier, university, kind=BADGE)


def test_a_holder_that_sleeps_gets_its_credentials_when_it_wakes(university: Party, holder: Party, web: Web) -> None:
    sleeping = web.hosts.pop("holder.example")
    offer(university, holder, DIPLOMA)
    settle(university)
    web.hosts["holder.example"] = sleeping
    university.resolver._kept.clear()
    university.time.goes_on(minutes=5)
    settle(university, holder)
    assert holdings(holder) == {DIPLOMA: "1.1"}


def test_a_credential_that_ends_soon_is_asked_for_anew_by_its_holder(
    university: Party, holder: Party, time: Time
) -> None:
    with holder.database.writing() as work:
        holder.wallet.keep(work, university.did, made(university, holder))
        assert holder.wallet.renew(work, timedelta(days=15)) == 0
    university.entitled[holder.did] = time() + timedelta(days=60)
    time.goes_on(days=20)
    with holder.database.writing() as work:
        work.enqueue(RENEW, {}, key=RENEW)
    settle(holder, university)
    [row] = all_of(holder, held)
    assert (row["expires"] - time()).days == 40


def test_credentials_nobody_asked_for_are_refused(university: Party, holder: Party) -> None:
    token = made(university, holder)
    with pytest.raises(NotFound), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery("urn:uuid:unknown", (DIPLOMA, token)))
    with pytest.raises(BadInput, match="holderPid"), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery(None, (DIPLOMA, token)))


def test_another_than_the_one_we_asked_delivers_nothing(university: Party, holder: Party, shop: Party) -> None:
    pid, token = ask(holder, university), made(university, holder)
    with pytest.raises(NotFound), holder.database.writing() as work:
        holder.wallet.store(work, shop.did, delivery(pid, (DIPLOMA, token)))


def test_a_type_we_did_not_ask_for_is_refused(university: Party, holder: Party) -> None:
    pid, token = ask(holder, university), made(university, holder, BADGE)
    with pytest.raises(Refused, match="was asked for"), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery(pid, (BADGE, token)))
    with pytest.raises(BadInput, match="was expected"), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery(pid, (DIPLOMA, token)))


def test_a_credential_about_somebody_else_is_refused_and_nothing_is_kept(
    university: Party, holder: Party, shop: Party
) -> None:
    pid, own, foreign = ask(holder, university), made(university, holder), made(university, shop)
    with pytest.raises(Refused, match="about itself"), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery(pid, (DIPLOMA, own), (DIPLOMA, foreign)))
    assert holdings(holder) == {}


def test_a_credential_that_the_sender_did_not_sign_is_refused(university: Party, holder: Party, shop: Party) -> None:
    pid, forged = ask(holder, university), made(shop, holder)
    with pytest.raises(Refused), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery(pid, (DIPLOMA, forged)))


def test_another_format_or_an_empty_delivery_is_refused(university: Party, holder: Party) -> None:
    pid, token = ask(holder, university), made(university, holder)
    message = delivery(pid, (DIPLOMA, token))
    other = message.credentials[0].model_copy(update={"format": "json-ld"})
    for bad in (message.model_copy(update={"credentials": [other]}), delivery(pid)):
        with pytest.raises(BadInput), holder.database.writing() as work:
            holder.wallet.store(work, university.did, bad)


def test_a_repeated_delivery_replaces_and_breaks_nothing(university: Party, holder: Party) -> None:
    pid = ask(holder, university)
    for _ in range(2):
        with holder.database.writing() as work:
            assert holder.wallet.store(work, university.did, delivery(pid, (DIPLOMA, made(university, holder)))) == 1
    assert holdings(holder) == {DIPLOMA: "1.1"}


def test_an_ended_credential_is_not_kept(university: Party, holder: Party, time: Time) -> None:
    pid, token = ask(holder, university), made(university, holder)
    time.goes_on(days=31)
    with pytest.raises(Refused, match="ended"), holder.database.writing() as work:
        holder.wallet.store(work, university.did, delivery(pid, (DIPLOMA, token)))


def request(issuer: Party, *ids: str) -> CredentialRequest:
    wanted = [{"id": name} for name in ids] or [{"id": issuer.issuer.metadata()["credentialsSupported"][0]["id"]}]
    content = {"@context": [DCP_CONTEXT], "type": "CredentialRequestMessage", "holderPid": "mine"}
    return CredentialRequest.model_validate(content | {"credentials": wanted})


def test_what_the_metadata_name_stays_the_same(university: Party) -> None:
    first, second = university.issuer.metadata(), university.issuer.metadata()
    assert first == second
    kinds = {(each["credentialType"], each["profile"]) for each in first["credentialsSupported"]}
    assert kinds == {(DIPLOMA, VC11), (DIPLOMA, VC20), (BADGE, VC11), (BADGE, VC20)}


def test_an_identifier_that_is_not_in_the_metadata_is_refused(university: Party, holder: Party) -> None:
    with pytest.raises(BadInput, match="metadata"), university.database.writing() as work:
        university.issuer.requested(work, holder.did, None, request(university, "made-up"))


def test_the_status_of_a_request_is_told_to_who_made_it_alone(university: Party, holder: Party, shop: Party) -> None:
    with university.database.writing() as work:
        pid = university.issuer.requested(work, holder.did, None, request(university))
    with university.database.reading() as work:
        assert university.issuer.status(work, holder.did, pid)["status"] == "RECEIVED"
        with pytest.raises(NotFound):
            university.issuer.status(work, shop.did, pid)


def test_a_holder_has_so_many_requests_open_at_most(university: Party, holder: Party, shop: Party) -> None:
    with university.database.writing() as work:
        for _ in range(MAX_OPEN):
            university.issuer.requested(work, holder.did, None, request(university))
        with pytest.raises(TooManyRequests):
            university.issuer.requested(work, holder.did, None, request(university))
        university.issuer.requested(work, shop.did, None, request(university))


def test_a_request_is_answered_whole_or_not_at_all(university: Party, holder: Party) -> None:
    university.entitled.clear()
    ids = [each["id"] for each in university.issuer.metadata()["credentialsSupported"]]
    with university.database.writing() as work:
        pid = university.issuer.requested(work, holder.did, None, request(university, *ids))
        university.issuer.decide(work, pid)
    assert all_of(university, issued) == []


def test_deciding_twice_makes_no_second_credential(university: Party, holder: Party) -> None:
    with university.database.writing() as work:
        pid = university.issuer.requested(work, holder.did, None, request(university))
        university.issuer.decide(work, pid)
        university.issuer.decide(work, pid)
    assert len(all_of(university, issued)) == 1


def test_revoking_takes_back_every_credential_of_the_type_and_no_other(university: Party, holder: Party) -> None:
    for kind in (DIPLOMA, DIPLOMA, BADGE):
        made(university, holder, kind)
    with university.database.writing() as work:
        assert university.issuer.revoke(work, holder.did, DIPLOMA) == 2
        assert university.issuer.revoke(work, holder.did, DIPLOMA) == 0
    taken = {row["type"]: row["revoked"] is not None for row in all_of(university, issued)}
    assert taken == {DIPLOMA: True, BADGE: False}


def test_a_revoked_credential_no_longer_counts_in_either_profile(
    university: Party, holder: Party, verifier: Party
) -> None:
    for profile in (VC11, VC20):
        token = made(university, holder, DIPLOMA, profile)
        with holder.database.writing() as work:
            holder.wallet.keep(work, university.did, token)
        caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA))
        assert verifier.verifier.credentials(caller, [DIPLOMA])
        with university.database.writing() as work:
            university.issuer.revoke(work, holder.did, DIPLOMA)
        verifier.time.goes_on(minutes=6)
        caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA))
        with pytest.raises(CredentialRevoked):
            verifier.verifier.credentials(caller, [DIPLOMA])
