"""Sharing: nothing without a contract, nothing beside the kinds allowed, and comments only from whom it is for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from skillspace.exchange import PullRequest
from skillspace.kernel.errors import BadInput, ConsentMissing, NotFound, Refused
from skillspace.people.plan import Goal
from skillspace.people.sharing import PROFILE_DATASET, ProfileSource, SharedProfile
from skillspace.people.sharing.api import router
from skillspace.people.sharing.document import read_profile
from skillspace.people.sharing.service import KINDS, MAX_COMMENT, MOST_COMMENTS
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant
from tests.small_space import HeldClock
from tests.unit.people.houses import AGENCY, EMPLOYER, House, house, profile_offering
from tests.unit.people.wire import application

GOAL = Goal(title="A goal of one's own", occupation=None, offer=None, needs=())


@pytest.fixture
def home(tmp_path: Path, starter_taxonomies: Path, clock: HeldClock) -> Iterator[House]:
    with house(tmp_path, starter_taxonomies, clock) as made:
        with made.node.database.writing() as work:
            made.spaces.plans.aim(work, made.alva.id, GOAL)
        yield made


def shown(home: House, grant: Grant) -> str:
    """A token for one use, as the recipient gets it."""
    desk = home.node.consent.desk
    assert desk is not None
    with home.node.database.writing() as work:
        return desk.token(work, recipient=grant.recipient, grant=grant.id, kinds=())[0]


def pulled(home: House, grant: Grant) -> SharedProfile:
    """Pull under a grant as the agency would, through the gate."""
    token = shown(home, grant)
    source = ProfileSource(gate=home.node.consent.gate, sharing=home.spaces.sharing)
    request = PullRequest(
        dataset=PROFILE_DATASET, agreement=home.agreement, consumer=AGENCY.did, grant=token, transfer="urn:uuid:t1"
    )
    return read_profile(b"".join(source.open(request).chunks))


@pytest.fixture(autouse=True)
def _offered(home: House) -> None:
    with home.node.database.writing() as work:
        home.node.exchange.catalog.publish(work, profile_offering(work))


def test_without_a_contract_nothing_can_be_shared(home: House) -> None:
    with home.node.database.writing() as work, pytest.raises(Refused, match="no contract"):
        home.agreement = None  # type: ignore[assignment]
        home.share(work, "skills")


def test_only_what_a_profile_has_can_be_shared(home: House) -> None:
    with home.node.database.writing() as work, pytest.raises(BadInput, match="diary"):
        home.share(work, "skills", "diary")


@pytest.mark.parametrize("kinds", [kinds for size in (1, 2, 3) for kinds in combinations(KINDS, size)], ids="+".join)
def test_what_was_not_allowed_is_absent_to_the_letter(home: House, kinds: tuple[str, ...]) -> None:
    with home.node.database.writing() as work:
        grant = home.share(work, *kinds)
    profile = pulled(home, grant)
    text = profile.model_dump_json()
    assert (home.alva.name in text) is ("name" in kinds)
    assert (GOAL.title in text) is ("plan" in kinds)
    assert bool(profile.skills) is ("skills" in kinds)
    assert home.alva.id not in text
    assert profile.subject == grant.subject


def test_the_preview_is_what_is_released(home: House) -> None:
    with home.node.database.writing() as work:
        grant = home.share(work, "skills", "plan")
        shown = home.spaces.sharing.document(
            work, person=home.alva.id, subject=grant.subject, kinds=grant.kinds, grant=grant.id
        )
    assert pulled(home, grant).model_dump_json() == shown.model_dump_json()


def test_what_cannot_be_narrowed_does_not_leave_whole(home: House) -> None:
    with home.node.database.writing() as work:
        whole = home.share(work, "skills", "plan")
        home.spaces.consents.revoke(work, whole.id, home.alva.id)
        again = {name: getattr(whole, name) for name in ("subject", "provider", "provider_name", "recipient_name")}
        again |= {"person": home.alva.id, "recipient": AGENCY.did, "dataset": PROFILE_DATASET, "why": ""}
        again |= {"purpose": whole.purpose, "kinds": ("plan",), "until": whole.until, "agreement": whole.agreement}
        asked = home.spaces.consents.ask(work, items={"plan": ("one step",)}, **again)
        grant = home.spaces.consents.grant(work, asked.id, home.alva.id)
    with pytest.raises(ConsentMissing, match="plan"):
        pulled(home, grant)


def test_without_a_grant_no_profile_leaves(home: House) -> None:
    source = ProfileSource(gate=home.node.consent.gate, sharing=home.spaces.sharing)
    request = PullRequest(
        dataset=PROFILE_DATASET, agreement=home.agreement, consumer=AGENCY.did, grant=None, transfer="urn:uuid:t1"
    )
    with pytest.raises(ConsentMissing):
        source.open(request)


def test_a_revoked_yes_stops_the_next_pull(home: House) -> None:
    with home.node.database.writing() as work:
        grant = home.share(work, "skills")
    pulled(home, grant)
    token = shown(home, grant)
    with home.node.database.writing() as work:
        home.spaces.consents.revoke(work, grant.id, home.alva.id)
    source = ProfileSource(gate=home.node.consent.gate, sharing=home.spaces.sharing)
    request = PullRequest(
        dataset=PROFILE_DATASET, agreement=home.agreement, consumer=AGENCY.did, grant=token, transfer="urn:uuid:t1"
    )
    with pytest.raises(ConsentMissing, match="stopped by the person"):
        source.open(request)


def test_a_comment_reaches_the_person_and_those_who_see_the_profile(home: House) -> None:
    with home.node.database.writing() as work:
        grant, other = home.share(work, "plan"), home.share(work, "plan", purpose="recruitment")
        made = home.spaces.sharing.comment(work, grant_id=grant.id, peer=AGENCY, by=" Kim  Coach ", text=" Well done. ")
    assert (made.by, made.text, made.person, made.organisation) == (
        "Kim Coach",
        "Well done.",
        home.alva.id,
        AGENCY.name,
    )
    assert [each.text for each in pulled(home, grant).comments] == ["Well done."]
    assert pulled(home, other).comments == []


def test_only_the_recipient_of_a_living_yes_may_comment(home: House) -> None:
    def remark(work: Work, grant: Grant, text: str = "Hello") -> None:
        home.spaces.sharing.comment(work, grant_id=grant.id, peer=AGENCY, by="Kim", text=text)

    with home.node.database.writing() as work:
        grant = home.share(work, "plan")
        with pytest.raises(NotFound):
            home.spaces.sharing.comment(work, grant_id=grant.id, peer=EMPLOYER, by="Egil", text="Hello")
        for text in ("", "  ", "x" * (MAX_COMMENT + 1)):
            with pytest.raises(BadInput):
                remark(work, grant, text)
        home.spaces.consents.revoke(work, grant.id, home.alva.id)
        with pytest.raises(ConsentMissing):
            remark(work, grant)
        assert home.spaces.sharing.comments_on(work, person=home.alva.id) == []


def test_an_organisation_that_comments_without_end_stops_nobodys_profile(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillspace.people.sharing.service.MOST_COMMENTS", 3)
    with home.node.database.writing() as work:
        grant = home.share(work, "plan")
        for number in range(3):
            home.spaces.sharing.comment(work, grant_id=grant.id, peer=AGENCY, by="Kim", text=f"Remark {number}")
        with pytest.raises(Refused, match="comments"):
            home.spaces.sharing.comment(work, grant_id=grant.id, peer=AGENCY, by="Kim", text="One more")
    assert len(pulled(home, grant).comments) == 3


def test_as_many_comments_as_may_be_made_can_be_shown(home: House) -> None:
    with home.node.database.writing() as work:
        grant = home.share(work, "plan")
        for number in range(MOST_COMMENTS):
            home.spaces.sharing.comment(work, grant_id=grant.id, peer=AGENCY, by="Kim", text=f"Remark {number}")
    assert len(pulled(home, grant).comments) == MOST_COMMENTS


@pytest.mark.parametrize(
    "body",
    [{}, {"by": "Kim"}, {"by": "Kim", "text": ""}, {"by": "Kim", "text": "x", "grant": "y"}, {"by": 1, "text": "x"}],
)
def test_the_door_for_comments_takes_nothing_else(home: House, body: dict[str, object]) -> None:
    app = application(router(home.spaces.sharing, lambda _header: AGENCY, home.node.database))
    assert TestClient(app).post("/people/shares/grant-1/comments", json=body).status_code == 422
