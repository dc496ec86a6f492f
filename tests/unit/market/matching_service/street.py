"""A seller of matching and a hub where people live, both real nodes: for tests of matching bought and sold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

from skillspace.market.matching_service import MATCHING_DATASET, Asked, AskedState
from skillspace.node.composition import Node
from skillspace.node.settings import Settings
from skillspace.people.accounts import Account, AccountKind
from skillspace.portal.rooms import Spaces
from skillspace.skills.matching import Collection, Columns
from skillspace.skills.matching.matcher import keep_trainings
from skillspace.skills.matching.offer_lines import read_offer
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from skillspace.trust.consent import Grant
from tests.nodes import acquaint, admit, make_node, running, until
from tests.unit.people.houses import diploma


@dataclass
class Street:
    """The DID of a seller of matching, and a hub where Alva lives."""

    seller: str
    hub: Node
    alva: Account

    @property
    def spaces(self) -> Spaces:
        assert self.hub.rooms.spaces is not None
        return self.hub.rooms.spaces

    def ask(self) -> Grant:
        """Put before Alva whether the seller may be asked."""
        with self.hub.database.writing() as work:
            return self.spaces.partners.propose(work, self.alva.id, self.seller)

    def allow(self, *kinds: str) -> Grant:
        """Let Alva say yes to it."""
        grant = self.ask()
        with self.hub.database.writing() as work:
            return self.spaces.consents.grant(work, grant.id, self.alva.id, kinds=kinds or ("skills", "region"))

    def asked(self) -> Asked | None:
        with self.hub.database.reading() as work:
            return next(iter(self.spaces.partners.of_person(work, self.alva.id)), None)

    def settled(self) -> Asked:
        """Wait until what was asked is answered or given up."""
        until(lambda: (one := self.asked()) and one.state is not AskedState.ASKING, "the partner is heard or given up")
        found = self.asked()
        assert found is not None
        return found

    def again(self, grant: Grant) -> Asked:
        with self.hub.database.writing() as work:
            self.spaces.partners.again(work, grant.id, self.alva.id)
        return self.settled()

    def outcomes(self, grant: Grant) -> list[str]:
        with self.hub.database.reading() as work:
            return [use.outcome for use in self.spaces.consents.uses_of(work, grant)]

    def address(self) -> dict[str, Any]:
        """Return where the hub asks, and its token."""
        with self.hub.database.reading() as work:
            found = [one for one in self.hub.exchange.transfers.transfers(work) if one.dataset == MATCHING_DATASET]
        assert found[0].address is not None
        return dict(found[0].address)

    def send(self, body: object, *, token: str | None = None, place: str = "/match") -> httpx.Response:
        address = self.address()
        headers = {"Authorization": f"Bearer {token or address['token']}"}
        with httpx.Client(trust_env=False) as client:
            return client.post(address["endpoint"] + place, headers=headers, json=body)


def offers_in(folder: Path, home: Path) -> Path:
    """Build an index of three invented jobs over the starter pack."""
    taxonomies = Taxonomies.open(home)
    skills = sorted(taxonomies.concepts(kinds=SKILL_KINDS))
    said = [
        {"id": "https://jobs.example/1", "title": "Inventor", "skills": skills[:3]},
        {"id": "job-2", "title": "Somebody else", "skills": skills[3:6]},
        {"id": "job-3", "title": "Helper of inventors", "skills": skills[2:4]},
    ]
    pieces = [Columns.of([read_offer(json.dumps(one).encode(), 1) for one in said])]
    Collection.build(folder, keep_trainings(folder, pieces, taxonomies), taxonomies)
    return folder


def made(folder: Path, taxonomies: Path) -> tuple[Settings, Settings]:
    """Make the folders of a seller, which keeps the data space, and of a hub that buys from it."""
    more = {"taxonomies": str(taxonomies), "crawl_seconds": 3600.0}
    terms = {"offers": str(offers_in(folder / "offers", taxonomies.parent)), "price": "0.02 EUR a question"}
    seller = make_node(folder / "seller", "Invented Matchers", "authority", "edtech", matching=terms, **more)
    bought = {"buys_matching_from": [seller.did], "authority": seller.did}
    return seller, make_node(folder / "hub", "Invented Space", "intermediary", **bought, **more)


@contextmanager
def trading(seller: Settings, hub: Settings) -> Iterator[tuple[Node, Node]]:
    """Run both, from the moment on that each has its agreement with the other."""
    with running(seller, hub) as (at_seller, at_hub):
        admit(at_seller, at_hub)
        acquaint(at_seller, at_hub)
        spaces = at_hub.rooms.spaces
        assert spaces is not None

        def is_ready() -> object:
            with at_hub.database.reading() as work:
                return spaces.partners.partners(work)

        until(is_ready, "the two have both agreements")
        yield at_seller, at_hub


def with_alva(seller: str, hub: Node) -> Street:
    """Return the street with a new Alva, who was asked nothing yet."""
    with hub.database.writing() as work:
        alva = hub.rooms.accounts.make(
            work, name="Alva Exempelsson", kind=AccountKind.PERSON, language="en", territory="SE-0180", is_demo=True
        )
    street = Street(seller=seller, hub=hub, alva=alva)
    with hub.database.writing() as work:
        street.spaces.profile.keep(work, diploma(alva, hub))
    return street
