"""A credential counts only while its issuer's list says nothing against it, and the list can be had."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.records.credentials import Model, VerifiedCredential, issue, verify
from skillspace.records.credentials.selective import SelectiveCredential, StatusPlace
from skillspace.records.credentials.selective import issue as issue_selective
from skillspace.records.credentials.selective import verify as verify_selective
from skillspace.records.credentials.shapes import read_selective
from skillspace.records.credentials.status_entries import entry_for
from skillspace.records.credentials.status_list import MIN_BITS, with_bits, write_list
from skillspace.storage.database import Database
from skillspace.trust.status import (
    CredentialRevoked,
    CredentialSuspended,
    Register,
    StatusChecker,
    StatusStale,
    StatusUnknown,
    StatusUnreachable,
)
from skillspace.wire.jose import SigningKey, sign_jwt
from skillspace.wire.outbound import Outbound
from tests.unit.trust.identity.site import Site, running_site
from tests.unit.trust.status.clock import NOON, Clock

ISSUER = "did:web:authority.example"
MEMBER = "did:web:member.example"
KEY = SigningKey.generate(f"{ISSUER}#key-1")


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def checker(clock: Clock) -> Iterator[StatusChecker]:
    outbound = Outbound(loopback=True)
    yield StatusChecker(outbound, resolve, clock)
    outbound.close()


def resolve(issuer: str, kid: str) -> Mapping[str, object]:
    if (issuer, kid) != (ISSUER, KEY.kid):
        raise NotFound(f"{issuer} has no key {kid}.")
    return KEY.public_jwk()


def credential(status: Mapping[str, object] | None, model: Model = "2.0") -> VerifiedCredential:
    token = issue(
        "MembershipCredential",
        {},
        issuer_key=KEY,
        issuer_did=ISSUER,
        subject_did=MEMBER,
        at=NOON,
        model=model,
        status=status,
    )
    return verify(token, resolve, NOON)


def publish(site: Site, indexes: list[int], *, purpose: str = "revocation", at: datetime = NOON, **more: object) -> str:
    address = f"{site.base}/list"
    arguments = {"model": "2.0", "issuer_key": KEY, "issuer_did": ISSUER, "valid_until": at + timedelta(hours=1)}
    token = write_list(
        with_bits(MIN_BITS, indexes),
        address=address,
        purpose=purpose,
        at=at,
        **{**arguments, **more},  # type: ignore[arg-type]
    )
    site.pages["/list"] = token.encode()
    return address


def entry(address: str, index: int = 7, purpose: str = "revocation", **more: object) -> dict[str, object]:
    return entry_for("2.0", address=address, purpose=purpose, index=index) | more


def test_a_credential_without_a_status_stands(checker: StatusChecker) -> None:
    checker.check(credential(None))


def test_a_credential_whose_bit_is_clear_stands(checker: StatusChecker, site: Site) -> None:
    checker.check(credential(entry(publish(site, [6, 8]))))


def test_a_revoked_credential_does_not_stand(checker: StatusChecker, site: Site) -> None:
    with pytest.raises(CredentialRevoked, match="has revoked"):
        checker.check(credential(entry(publish(site, [7]))))


def test_a_suspended_credential_does_not_stand_for_now(checker: StatusChecker, site: Site) -> None:
    address = publish(site, [7], purpose="suspension")
    with pytest.raises(CredentialSuspended, match="for now"):
        checker.check(credential(entry(address, purpose="suspension")))


def test_any_other_value_than_zero_in_several_bits_speaks_against_it(checker: StatusChecker, site: Site) -> None:
    address = publish(site, [7])
    checker.check(credential(entry(address, statusListIndex="2", statusSize=2)))
    with pytest.raises(CredentialRevoked):
        checker.check(credential(entry(address, statusListIndex="3", statusSize=2)))


def test_a_status_that_is_no_matter_of_standing_is_not_looked_at(checker: StatusChecker, site: Site) -> None:
    checker.check(credential(entry(f"{site.base}/nowhere", purpose="refresh")))
    assert site.asked == []


@pytest.mark.parametrize(
    "change",
    [
        {"type": "1EdTechRevocationList"},
        {"statusSize": 9},
        {"statusPurpose": "anything"},
        {"statusPurpose": "suspension"},
        {"type": "StatusList2021Entry"},
        {"statusListIndex": str(MIN_BITS)},
        {"statusListCredential": "ftp://example.org/list"},
        {"statusListCredential": "http://10.0.0.1/list"},
        {"statusListCredential": "not an address"},
    ],
)
def test_what_cannot_be_known_does_not_stand(change: dict[str, object], checker: StatusChecker, site: Site) -> None:
    with pytest.raises(StatusUnknown):
        checker.check(credential(entry(publish(site, []), **change)))


@pytest.mark.parametrize("page", [None, b"", b"{}", b"\xff", b"a.b.c", b"x" * 3_000_000])
def test_a_list_that_is_missing_or_garbage_is_no_yes(page: bytes | None, checker: StatusChecker, site: Site) -> None:
    address = publish(site, [])
    site.pages.pop("/list")
    if page is not None:
        site.pages["/list"] = page
    with pytest.raises(StatusUnknown):
        checker.check(credential(entry(address)))


def test_an_unreachable_list_is_no_yes_and_says_why(checker: StatusChecker) -> None:
    with pytest.raises(StatusUnknown, match="does not answer"):
        checker.check(credential(entry("http://127.0.0.1:9/list")))


def test_the_list_of_another_issuer_is_no_yes(checker: StatusChecker, site: Site) -> None:
    other = SigningKey.generate("did:web:other.example#key-1")
    address = publish(site, [], issuer_did="did:web:other.example", issuer_key=other)
    with pytest.raises(StatusUnknown, match="not trusted"):
        checker.check(credential(entry(address)))


def test_a_revocation_is_seen_within_five_minutes_and_the_list_asked_for_once_till_then(
    checker: StatusChecker, site: Site, clock: Clock
) -> None:
    found = credential(entry(publish(site, [])))
    checker.check(found)
    publish(site, [7])
    clock.at += timedelta(minutes=4)
    checker.check(found)
    assert site.asked == ["/list"]
    clock.at += timedelta(minutes=1)
    with pytest.raises(CredentialRevoked):
        checker.check(found)


def test_a_list_is_not_kept_beyond_its_own_end(checker: StatusChecker, site: Site, clock: Clock) -> None:
    found = credential(entry(publish(site, [], valid_until=NOON + timedelta(minutes=1))))
    checker.check(found)
    clock.at += timedelta(minutes=2)
    with pytest.raises(StatusUnknown, match="ended"):
        checker.check(found)


def test_a_list_that_has_run_out_is_out_of_date_and_not_unknown(checker: StatusChecker, site: Site) -> None:
    address = publish(site, [], at=NOON - timedelta(hours=3), valid_until=NOON - timedelta(hours=2))
    with pytest.raises(StatusStale, match="out of date"):
        checker.check(credential(entry(address)))


def tokens(site: Site, statuses: Mapping[int, int], *, at: datetime = NOON) -> str:
    """Publish a Token Status List of two bits each."""
    packed = bytearray(16)
    for index, status in statuses.items():
        packed[index // 4] |= status << index % 4 * 2
    told = base64.urlsafe_b64encode(zlib.compress(bytes(packed))).rstrip(b"=").decode()
    address = f"{site.base}/tokens"
    claims = {"iss": ISSUER, "sub": address, "iat": int(at.timestamp()), "exp": int(at.timestamp()) + 3600}
    claims["status_list"] = {"bits": 2, "lst": told}
    site.pages["/tokens"] = sign_jwt(claims, KEY, typ="statuslist+jwt").encode()
    return address


def selective(place: StatusPlace) -> tuple[VerifiedCredential, SelectiveCredential]:
    """The same SD-JWT VC as everything is read here, and as wallets show it."""
    text = issue_selective("urn:x", {}, issuer_key=KEY, issuer_did=ISSUER, hidden=(), at=NOON, status=place)
    return read_selective(text, resolve, NOON), verify_selective(text, resolve, NOON)


@pytest.mark.parametrize(
    ("status", "fault"), [(0, None), (1, CredentialRevoked), (2, CredentialSuspended), (3, StatusUnknown)]
)
def test_a_token_status_is_told_apart(
    checker: StatusChecker, site: Site, status: int, fault: type[Exception] | None
) -> None:
    whole, shown = selective(StatusPlace(address=tokens(site, {7: status}), index=7))
    for asked in (lambda: checker.check(whole), lambda: checker.check_selective(shown)):
        with pytest.raises(fault) if fault else nullcontext():
            asked()
    assert site.asked == ["/tokens"]


def test_a_token_status_that_is_nowhere_or_old_says_so(checker: StatusChecker, site: Site, clock: Clock) -> None:
    beyond, _ = selective(StatusPlace(address=tokens(site, {}), index=4000))
    with pytest.raises(StatusUnknown, match="no place"):
        checker.check(beyond)
    found, _ = selective(StatusPlace(address=tokens(site, {}), index=7))
    clock.at += timedelta(hours=2)
    with pytest.raises(StatusStale, match="out of date"):
        checker.check(found)
    silent, _ = selective(StatusPlace(address="http://127.0.0.1:9/tokens", index=7))
    with pytest.raises(StatusUnreachable):
        checker.check(silent)


def test_a_badge_in_its_issuers_revocation_list_was_taken_back(checker: StatusChecker, site: Site) -> None:
    address = f"{site.base}/revoked"
    found = credential({"id": address, "type": "1EdTechRevocationList"})
    site.pages["/revoked"] = json.dumps({"issuer": ISSUER, "revokedCredentials": [{"id": "urn:other"}]}).encode()
    checker.check(found)
    site.pages["/revoked"] = json.dumps({"issuer": ISSUER, "revokedCredentials": [{"id": found.id}]}).encode()
    checker.check(found)
    assert site.asked == ["/revoked"]
    checker.forget()
    with pytest.raises(CredentialRevoked, match="has revoked"):
        checker.check(found)
    site.pages["/revoked"] = b"<html>"
    checker.forget()
    with pytest.raises(StatusUnknown, match="does not count"):
        checker.check(found)


def test_a_list_that_was_missing_is_asked_for_again_soon(checker: StatusChecker, site: Site, clock: Clock) -> None:
    found = credential(entry(f"{site.base}/list"))
    for _ in range(3):
        with pytest.raises(StatusUnknown):
            checker.check(found)
    assert len(site.asked) == 1
    publish(site, [])
    clock.at += timedelta(seconds=11)
    checker.check(found)


def test_only_so_many_lists_are_kept(checker: StatusChecker, site: Site) -> None:
    for number in range(40):
        with pytest.raises(StatusUnknown):
            checker.check(credential(entry(f"{site.base}/{number}")))
    assert len(checker._bits._kept) == 32


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_who_is_revoked_is_refused_and_the_others_are_not(
    model: Model, checker: StatusChecker, site: Site, database: Database
) -> None:
    register = Register(issuer_did=ISSUER, issuer_key=KEY, base=f"{site.base}/status/")
    with database.writing() as work:
        statuses = [register.allocate(work, model) for _ in range(3)]
    bad = int(str(statuses[0]["statusListIndex"]))
    with database.writing() as work:
        register.revoke(work, bad)
        register.revoke(work, bad)
        assert register.is_revoked(work, bad)
        page = register.document(work, model).encode()
    site.pages[register.address(model).removeprefix(site.base)] = page
    assert len(page) < 4000
    for status in statuses[1:]:
        checker.check(credential(status, model))
    with pytest.raises(CredentialRevoked):
        checker.check(credential(statuses[0], model))
