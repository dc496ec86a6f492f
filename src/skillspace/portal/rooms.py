"""What pages reach: the rooms of one node, handed over by its composition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from skillspace.exchange import Exchange
from skillspace.exchange.doctor import Examinations
from skillspace.insight import Insight
from skillspace.market import Feeds
from skillspace.market.index import Market, MatchIndexes, OfferFeed
from skillspace.market.matching_service import Buying
from skillspace.market.oversight import Oversight
from skillspace.market.review import ReviewRoom
from skillspace.market.targets import Targets
from skillspace.people.accounts import Accounts, Cookie, Passkeys, Sessions
from skillspace.people.alerts import Alerts, AlertTasks
from skillspace.people.asks import Asks
from skillspace.people.gathering import Gathering
from skillspace.people.holdings import Holdings
from skillspace.people.identifiers import Identifiers
from skillspace.people.learning import Learning
from skillspace.people.leaving import Erasure
from skillspace.people.leaving.download import Download
from skillspace.people.links import Links
from skillspace.people.mailboxes import Mailboxes
from skillspace.people.plan import Plans
from skillspace.people.profile import Profile
from skillspace.people.received import Received
from skillspace.people.recognition import Recognition
from skillspace.people.sharing import Sharing
from skillspace.people.stories import Stories
from skillspace.people.validation import ValidationDesk, Validations
from skillspace.people.wallet import Wallets
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work
from skillspace.trust.agent import AgentRoom
from skillspace.trust.consent import Consent, Consents
from skillspace.trust.consent.govstack import Delegations
from skillspace.trust.contract import ContractRoom
from skillspace.trust.issuance import Issuance
from skillspace.trust.journal import JournalRoom
from skillspace.trust.mandate import MandateRoom
from skillspace.trust.membership import Authority, Directory
from skillspace.trust.presentation import Presentations
from skillspace.trust.register import Registers
from skillspace.trust.rights import RightsRoom
from skillspace.trust.verification import VerificationRoom


class OwnFeed(Protocol):
    """An open offering's file."""

    feed: OfferFeed


@dataclass(frozen=True, kw_only=True)
class WrittenPeer:
    """A peer the operator wrote down by hand: its identifier, name and address, the latter two empty when not given."""

    id: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Spaces:
    """The rooms of an intermediary: people's own spaces, and the market their matches come from."""

    consents: Consents
    mandates: MandateRoom
    agent: AgentRoom
    alerts: Alerts
    alert_tasks: AlertTasks
    delegations: Delegations
    profile: Profile
    links: Links
    identifiers: Identifiers
    mailboxes: Mailboxes
    asks: Asks
    gathering: Gathering
    stories: Stories
    plans: Plans
    sharing: Sharing
    wallets: Wallets
    validations: Validations
    learning: Learning
    erasure: Erasure
    market: Market
    indexes: MatchIndexes
    feeds: Feeds
    partners: Buying

    def everything(self, work: Work, person: str, accounts: Accounts) -> Download:
        """Return all that is kept about a person here: what they take with them, and what access to it means."""
        return Download.read(
            work,
            person,
            accounts=accounts,
            profile=self.profile,
            stories=self.stories,
            plans=self.plans,
            sharing=self.sharing,
            consents=self.consents,
            mandates=self.mandates,
            agent=self.agent,
            alerts=self.alerts,
            delegations=self.delegations,
            links=self.links,
            identifiers=self.identifiers,
            wallets=self.wallets,
            partners=self.partners.export(work, person),
            validations=self.validations.export(work, person),
        )


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """The rooms of any node; `spaces` is None where no people live, `authority` where nobody is admitted."""

    name: str
    data_space: str
    did: str
    address: str
    roles: frozenset[str]
    languages: tuple[str, ...]
    is_demo: bool
    threshold: int
    database: Database
    cookie: Cookie
    accounts: Accounts
    sessions: Sessions
    passkeys: Passkeys
    taxonomies: Taxonomies
    exchange: Exchange
    directory: Directory
    registers: Registers
    journal: JournalRoom
    contracts: ContractRoom
    rights: RightsRoom
    authority: Authority | None
    holdings: Holdings
    recognition: Recognition
    issuance: Issuance
    validation_desk: ValidationDesk
    presentations: Presentations
    verification: VerificationRoom
    received: Received
    consent: Consent
    insight: Insight
    review: ReviewRoom
    oversight: Oversight
    targets: Targets
    spaces: Spaces | None
    #: The file behind one of this node's open offerings, by its name ("vacancies", "courses").
    own_feeds: Callable[[str], OwnFeed]
    examinations: Examinations
    written_peers: tuple[WrittenPeer, ...] = ()
