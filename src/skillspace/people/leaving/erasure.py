"""Erasing a person: every yes ends, all who hold a copy are told, and what is kept here goes in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.people.accounts import Accounts
from skillspace.people.alerts import Alerts
from skillspace.people.gathering import Gathering
from skillspace.people.links import Links
from skillspace.people.plan import Plans
from skillspace.people.profile import Profile
from skillspace.people.sharing import Sharing
from skillspace.people.stories import Stories
from skillspace.people.validation import Validations
from skillspace.people.wallet import Wallets
from skillspace.storage.database import Work
from skillspace.trust.agent import AgentRoom
from skillspace.trust.consent import Consents
from skillspace.trust.consent.govstack import Delegations
from skillspace.trust.mandate import MandateRoom
from skillspace.trust.rights import RightsRoom


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Knows every room that keeps something of a person at this node."""

    accounts: Accounts
    consents: Consents
    mandates: MandateRoom
    agent: AgentRoom
    alerts: Alerts
    delegations: Delegations
    rights: RightsRoom
    gathering: Gathering
    links: Links
    plans: Plans
    profile: Profile
    sharing: Sharing
    stories: Stories
    validations: Validations
    wallets: Wallets

    def erase(self, work: Work, person: str) -> None:
        """Forget a person. What must outlast them (hashes of the log, orders to others to delete) names nobody."""
        self.accounts.get(work, person)
        self.agent.erase(work, person)
        self.alerts.erase(work, person)
        self.delegations.erase(work, person)
        self.consents.erase(work, person)
        self.mandates.appointing.erase(work, person)
        self.rights.erase(work, person)
        self.sharing.erase(work, person)
        self.plans.erase(work, person)
        self.stories.erase(work, person)
        self.validations.erase(work, person)
        self.wallets.erase(work, person)
        self.gathering.erase(work, person)
        self.profile.erase(work, person)
        self.links.erase(work, person)
        self.accounts.erase(work, person)
