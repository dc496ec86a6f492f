"""A node's answer about an issuer: from its address, the data space, a clearing house, lists and seals together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from skillspace.kernel.errors import PeerUnreachable
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer
from skillspace.trust.identity.document import DidDocument
from skillspace.trust.issuers import IssuerAnswer, Line, Matter, Outcome, Source, TrustedIssuer, TrustedIssuers, Why
from skillspace.trust.issuers.accreditation import Accreditation
from skillspace.trust.issuers.certified import CertifiedKeys
from skillspace.trust.issuers.identity import IdentityLooks
from skillspace.trust.issuers.lists import AccreditationList
from skillspace.trust.issuers.seals import read_seal
from skillspace.trust.issuers.service import IssuerTrust
from skillspace.trust.issuers.store import AccreditationLists
from skillspace.trust.membership import Directory, LegalIdentities
from skillspace.trust.membership.legal import legal_identities
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.trust.issuers.sealing import authority, organisation, sealed

SCHOOL, OWN = "did:web:school.example", "did:web:us.example"
DIPLOMA = Matter(types=frozenset({"Diploma"}), levels=frozenset({4}))


class Dark:
    """Nobody answers."""

    def resolve(self, did: str) -> DidDocument:
        raise PeerUnreachable(f"{did} is dark.")


@dataclass
class Town:
    """A node's database and what it answers about issuers."""

    database: Database
    clock: HeldClock
    directory: Directory
    lists: AccreditationLists
    trust: IssuerTrust

    def answer(self, matter: Matter = DIPLOMA, issuer: str = SCHOOL) -> IssuerAnswer:
        with self.database.reading() as work:
            return self.trust.answer(work, issuer, matter)

    def line(self, source: Source) -> Line:
        (found,) = (line for line in self.answer().lines if line.source is source)
        return found

    def list_members(self, *names: str) -> None:
        peers = [
            Peer(did=OWN, name="Us", roles=frozenset()),
            *(Peer(did=SCHOOL, name=n, roles=frozenset()) for n in names),
        ]
        with self.database.writing() as work:
            self.directory.replace(work, peers)

    def accredit(self, name: str, **limits: tuple[object, ...]) -> None:
        facts = {"names": (name,), "organisation": "A school", "by": "Us", **limits}
        content = (Accreditation.model_validate(facts),)
        with self.database.writing() as work:
            found = AccreditationList(
                signer=OWN,
                name="x",
                issued=work.now,
                until=work.now + timedelta(days=9),
                accreditations=content,
                digest="",
            )
            self.lists.take(work, found)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    clock = HeldClock()
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    directory = Directory(authority="did:web:authority.example", peers=None)  # type: ignore[arg-type]
    lists = AccreditationLists([], own_did=OWN, own_name="Us")
    trust = IssuerTrust(
        data_space="Demo space",
        looks=IdentityLooks(Dark(), clock),  # type: ignore[arg-type]
        certified=CertifiedKeys(lambda _did, _kid: {}, (), clock),
        listed=TrustedIssuers([TrustedIssuer(did=SCHOOL, types=("Diploma",))]),
        lists=lists,
        members=directory,
        legal=LegalIdentities(resolve_key=None, trust=None, check_status=None),  # type: ignore[arg-type]
    )
    yield Town(database=database, clock=clock, directory=directory, lists=lists, trust=trust)
    database.close()


def test_every_source_has_its_own_line(town: Town) -> None:
    found = town.answer()
    assert [line.source for line in found.lines] == [
        Source.DID,
        Source.MEMBERSHIP,
        Source.GAIAX,
        Source.LISTED,
        Source.ACCREDITATION,
    ]
    assert (found.identity, found.accreditation) == (Outcome.UNKNOWN, Outcome.YES)
    assert town.line(Source.MEMBERSHIP).why is Why.NO_LIST


def test_a_member_is_known_by_the_authority_s_list_while_that_is_fresh(town: Town) -> None:
    town.list_members("A school")
    line = town.line(Source.MEMBERSHIP)
    assert (line.outcome, line.by, line.detail, line.checked) == (Outcome.YES, "Demo space", "A school", NOON)
    assert town.answer().identity is Outcome.YES
    town.clock.move(days=2)
    line = town.line(Source.MEMBERSHIP)
    assert (line.outcome, line.why, line.last) == (Outcome.UNREACHABLE, Why.COPY_OLD, Outcome.YES)
    assert town.answer().identity is Outcome.UNREACHABLE


def test_who_is_not_on_the_list_is_no_member(town: Town) -> None:
    town.list_members()
    assert (town.line(Source.MEMBERSHIP).outcome, town.line(Source.MEMBERSHIP).why) == (Outcome.NO, Why.NO_MEMBER)


def test_an_address_that_is_silent_is_told_as_that(town: Town) -> None:
    town.trust.look(SCHOOL)
    assert town.line(Source.DID).why is Why.SILENT
    assert town.answer().identity is Outcome.UNREACHABLE


def test_the_operator_s_list_counts_for_its_types_alone(town: Town) -> None:
    assert town.line(Source.LISTED).why is Why.LISTED
    other = town.answer(Matter(types=frozenset({"Diploma", "Licence"})))
    assert [line.why for line in other.lines if line.source is Source.LISTED] == [Why.LISTED_OTHERWISE]
    assert other.accreditation is Outcome.NO


def test_what_a_clearing_house_confirmed_counts_until_its_end_and_gives_the_number_lists_know(town: Town) -> None:
    town.accredit("VATSE-556677889901", levels=(4,))
    assert town.line(Source.ACCREDITATION).why is Why.NO_ACCREDITATION
    facts = {
        "did": SCHOOL,
        "tokens": None,
        "name": "A school AB",
        "country": "SE",
        "numbers": {"VatID": "SE556677889901"},
    }
    facts |= {"level": "SC", "issuer": "did:web:house.example", "until": NOON + timedelta(days=1), "why": None}
    with town.database.writing() as work:
        work.insert(legal_identities, facts | {"shown": work.now})
    line = town.line(Source.GAIAX)
    assert (line.outcome, line.by, line.detail) == (Outcome.YES, "did:web:house.example", "A school AB")
    assert town.line(Source.ACCREDITATION).why is Why.ACCREDITED
    town.clock.move(days=2)
    assert town.line(Source.GAIAX).why is Why.LEGAL_ENDED
    # A number nobody vouches for any more opens no list.
    assert town.line(Source.ACCREDITATION).why is Why.NO_ACCREDITATION


def test_who_is_certified_to_be_at_a_host_is_who_its_did_names(town: Town) -> None:
    town.list_members("A school")
    town.accredit(SCHOOL, levels=(4,))

    def whys(issuer: str) -> dict[Source, Why]:
        return {line.source: line.why for line in town.answer(issuer=issuer).lines}

    known = {Source.MEMBERSHIP: Why.MEMBER, Source.LISTED: Why.LISTED, Source.ACCREDITATION: Why.ACCREDITED}
    assert whys("https://school.example").items() >= known.items()
    unknown = {
        Source.MEMBERSHIP: Why.NO_MEMBER, Source.LISTED: Why.NOT_LISTED, Source.ACCREDITATION: Why.NO_ACCREDITATION,
    }  # fmt: skip
    for another in (
        "https://school.example:8443",
        "https://school.example/a",
        "http://school.example",
        "https://a.example",
    ):
        assert whys(another).items() >= unknown.items(), another


def test_under_a_seal_only_the_seal_says_who_it_is(town: Town) -> None:
    town.list_members("A school")
    town.accredit("VATSE-556677889901")
    house = authority()
    document = sealed(organisation(house))
    with town.database.reading() as work:
        known = town.trust.sealed(work, read_seal(document, [house.certificate], NOON), DIPLOMA)
        unknown = town.trust.sealed(work, read_seal(document, [], NOON), DIPLOMA)
    assert [line.source for line in known.lines] == [Source.SEAL, Source.ACCREDITATION]
    assert (known.identity, known.accreditation, known.issuer) == (Outcome.YES, Outcome.YES, "VATSE-556677889901")
    assert (unknown.identity, unknown.accreditation) == (Outcome.UNKNOWN, Outcome.NO)
