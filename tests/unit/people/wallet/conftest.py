"""A data space of three real nodes: a school that issues, an intermediary with wallets, an employer that asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from skillspace.kernel.clock import now
from skillspace.node.composition import Node
from skillspace.node.encryption import TlsTerms
from skillspace.node.keys import read_key
from skillspace.node.settings import Settings
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.wallet import Showing, Wallets
from skillspace.records.achievement import Achievement
from skillspace.records.formats.credentials.sd_jwt import VCT
from skillspace.records.formats.issuing import SkillClaim
from skillspace.trust.issuance import Offered
from skillspace.trust.presentation import Asked, KnownBy, RequestStatus, skills_query
from tests.certificates import TLS, Authority, authority, lay_tls, pem
from tests.nodes import acquaint, admit, make_node, running, until

ESCO = "http://data.europa.eu/esco/skill/"
WELDING = Achievement(
    id="urn:uuid:7b0d1c5e-0000-4000-8000-000000000001",
    title="Welding, part two",
    criteria="A test piece under supervision.",
    awarded=date(2026, 6, 1),
    eqf=4,
    skills=(
        SkillClaim(label="MIG welding", concept=f"{ESCO}mig", level="4", level_scheme="workshop scale"),
        SkillClaim(label="reading drawings", concept=f"{ESCO}drawings", level="3", level_scheme="workshop scale"),
        SkillClaim(label="TIG welding", concept=f"{ESCO}tig"),
    ),
)


class Space:
    """Three nodes that know each other, and one person."""

    def __init__(self, nodes: list[Node]) -> None:
        self.hub, self.school, self.employer = nodes
        admit(self.hub, self.school, self.employer)
        acquaint(*nodes)
        assert self.hub.rooms.spaces is not None
        self.wallets: Wallets = self.hub.rooms.spaces.wallets
        self.person = self.account("Alva", date(1995, 1, 1))

    def account(self, name: str, born: date) -> Account:
        with self.hub.database.writing() as work:
            return self.hub.rooms.accounts.make(work, name=name, kind=AccountKind.PERSON, born=born)

    def offer(self, *, with_pin: bool = False, is_undecided: bool = False) -> Offered:
        with self.school.database.writing() as work:
            return self.school.rooms.issuance.offer(
                work, WELDING, about="student-7", with_pin=with_pin, is_undecided=is_undecided
            )

    def offer_state(self, offered: Offered) -> str:
        with self.school.database.reading() as work:
            return self.school.rooms.issuance.find(work, offered.id).state.value

    def take(self, offered: Offered) -> str:
        name = self.wallets.take(self.person.id, offered.link, offered.pin)
        until(lambda: self.intake_state(name) in ("told", "failed"), "the credential is taken in")
        return name

    def intake_state(self, name: str) -> str:
        with self.hub.database.reading() as work:
            return self.wallets.intake(work, self.person.id, name).state.value

    def ask(self, *concepts: str, known_by: KnownBy = KnownBy.DID) -> Asked:
        with self.employer.database.writing() as work:
            return self.employer.rooms.presentations.ask(
                work, skills_query(concepts), purpose="Welders for the yard", known_by=known_by
            )

    def answer(self, asked: Asked) -> RequestStatus:
        with self.employer.database.reading() as work:
            return self.employer.rooms.presentations.find(work, asked.id)

    def showing(self, name: str) -> Showing:
        with self.hub.database.reading() as work:
            return self.wallets.showing(work, self.person.id, name)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    with three_nodes(tmp_path_factory.mktemp("space"), authority(at=now())) as made:
        yield made


@contextmanager
def three_nodes(
    folder: Path, relied_on: Authority, *, hosts: Sequence[str] = (), believed: Sequence[str] = (), **of_school: object
) -> Iterator[Space]:
    """Run the three nodes until the end of the block; all certificates are by `relied_on`, and for `hosts` as well.

    The employer believes what those at the addresses `believed` say was achieved, besides members.
    """
    none = str(folder / "none")
    hub = make_node(folder / "hub", "Invented Space", "authority", "intermediary", taxonomies=none)
    school = make_node(folder / "school", "Invented School", "school", authority=hub.did, taxonomies=none, **of_school)
    trusted = [{"did": address, "types": [VCT]} for address in believed]
    employer = make_node(
        folder / "employer", "Invented Yard", "employer",
        authority=hub.did, taxonomies=none, trusted_issuers=trusted,
    )  # fmt: skip
    school, employer = (_certified(each, relied_on, hosts) for each in (school, employer))
    hub, employer = (_relying(each, relied_on) for each in (hub, employer))
    with running(hub, school, employer) as nodes:
        yield Space(nodes)


@contextmanager
def encrypted_office(folder: Path, relied_on: Authority) -> Iterator[Node]:
    """Run an office that is reached over HTTPS, and that wallets know by its certificate alone."""
    settings = make_node(folder, "Invented Office", "authority", "school", taxonomies=str(folder / "none"))
    address = settings.address.replace("http:", "https:")
    settings = _certified(settings.model_copy(update={"address": address}), relied_on, [settings.host_name])
    lay_tls(folder, relied_on, settings.host_name)
    with running(settings.model_copy(update={"tls": TlsTerms(**TLS)})) as (office,):
        yield office


def offer_of(office: Node, **how: object) -> Offered:
    """Return an office's offer to whoever knows it by its certificate."""
    with office.database.writing() as work:
        return office.rooms.issuance.offer(work, WELDING, about="student-9", by_certificate=True, **how)  # type: ignore[arg-type]


def _relying(settings: Settings, on: Authority) -> Settings:
    """A node for which an authority's certificates count."""
    (settings.folder / "anchors.pem").write_bytes(pem(on.certificate))
    return settings.model_copy(update={"seal_anchors": "anchors.pem"})


def _certified(settings: Settings, by: Authority, hosts: Sequence[str]) -> Settings:
    """A node that has a certificate for its key."""
    chain = by.give(
        read_key(settings.folder), hosts=hosts, addresses=[settings.address], organisation=settings.name, at=now()
    )
    (settings.folder / "chain.pem").write_bytes(pem(*chain))
    return settings.model_copy(update={"certificate_chain": "chain.pem"})
