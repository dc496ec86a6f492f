"""Documents are fetched when needed, kept for a while, and never more than so many of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, PeerUnreachable
from skillspace.trust.identity import DidResolver, did_document, did_of_address
from skillspace.trust.identity import resolver as module
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound
from tests.unit.trust.identity.site import Site, running_site

PLACE = "/.well-known/did.json"


class Seconds:
    """A clock of seconds that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr(module, "time", seconds)
    return seconds


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def resolver(seconds: Seconds) -> Iterator[DidResolver]:
    outbound = Outbound(loopback=True)
    yield DidResolver(outbound, loopback=True)
    outbound.close()


def publish(site: Site, number: int = 1) -> SigningKey:
    did = did_of_address(site.base)
    key = SigningKey.generate(f"{did}#key-{number}")
    site.publish(PLACE, did_document(did, [key], {}))
    return key


def test_a_document_is_asked_for_once_in_five_minutes(site: Site, resolver: DidResolver, seconds: Seconds) -> None:
    key = publish(site)
    for _ in range(3):
        assert resolver.key(did_of_address(site.base), key.kid) == key.public_jwk()
    assert site.asked == [PLACE]
    seconds.at += 301
    resolver.key(did_of_address(site.base), key.kid)
    assert site.asked == [PLACE, PLACE]


def test_a_new_key_is_found_by_looking_again_but_not_all_the_time(
    site: Site, resolver: DidResolver, seconds: Seconds
) -> None:
    old = publish(site)
    did = did_of_address(site.base)
    resolver.key(did, old.kid)
    new = publish(site, 2)
    with pytest.raises(InvalidSignature):
        resolver.key(did, new.kid)
    seconds.at += 3
    assert resolver.key(did, new.kid) == new.public_jwk()
    with pytest.raises(InvalidSignature):
        resolver.key(did, old.kid)
    for _ in range(20):
        with pytest.raises(InvalidSignature):
            resolver.key(did, f"{did}#never")
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("page", "fault"), [(b"missing", NotFound), (None, PeerUnreachable), (b"{}", BadInput), (b"not json", BadInput)]
)
def test_a_failure_is_remembered_for_a_moment_only(
    page: bytes | None, fault: type[Exception], site: Site, resolver: DidResolver, seconds: Seconds
) -> None:
    if page != b"missing":
        site.pages[PLACE] = page
    for _ in range(5):
        with pytest.raises(fault):
            resolver.resolve(did_of_address(site.base))
    assert len(site.asked) == 1
    publish(site)
    seconds.at += 3
    assert resolver.resolve(did_of_address(site.base)).keys


def test_only_so_many_documents_are_kept(site: Site, resolver: DidResolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    for number in range(9):
        with pytest.raises(NotFound):
            resolver.resolve(f"{did_of_address(site.base)}:{number}")
    assert len(resolver._kept) == 3


def test_whoever_is_asked_for_stays_when_strangers_come(
    site: Site, resolver: DidResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    publish(site)
    for number in range(9):
        resolver.resolve(did_of_address(site.base))
        with pytest.raises(NotFound):
            resolver.resolve(f"{did_of_address(site.base)}:{number}")
    assert site.asked.count(PLACE) == 1


def test_a_document_of_somebody_else_is_refused(site: Site, resolver: DidResolver) -> None:
    site.publish(PLACE, did_document("did:web:someone.else", [SigningKey.generate("did:web:someone.else#k")], {}))
    with pytest.raises(BadInput, match="not its DID document"):
        resolver.resolve(did_of_address(site.base))


@pytest.mark.parametrize("did", ["did:ion:abc", "did:web:" + "a" * 500, "https://example.org", "", "did:web:a%2Fb"])
def test_another_method_or_a_did_too_long_is_refused(did: str, resolver: DidResolver) -> None:
    with pytest.raises(BadInput):
        resolver.resolve(did)


def test_a_key_name_of_somebody_else_is_refused_before_anything_is_fetched(site: Site, resolver: DidResolver) -> None:
    with pytest.raises(InvalidSignature, match="does not belong"):
        resolver.key(did_of_address(site.base), "did:web:someone.else#key-1")
    assert site.asked == []
