"""From a school to a wallet to an employer, over real HTTP: one skill goes, after a yes, and nothing besides."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2 as httpx
import pytest

from skillspace.kernel.errors import BadInput, MoveNotAllowed, NotFound, PeerUnreachable, Refused, Unavailable
from skillspace.kernel.pace import Pace
from skillspace.people.wallet import (
    NotAnOffer,
    NotARequest,
    OfferRefused,
    Selection,
    TooManyLinks,
    Verifiers,
    tasks,
)
from skillspace.people.wallet.service import MOST_LINKS
from skillspace.records.credentials.token_status import MAX_LIST_BYTES
from skillspace.records.model import Standing, ValidationLevel
from skillspace.trust.issuance import GRANT
from skillspace.trust.issuance.store import offers
from skillspace.trust.presentation import KnownBy, RequestState
from skillspace.wire.jose import read_unverified
from skillspace.wire.outbound import Reply
from tests.nodes import until
from tests.unit.people.wallet.conftest import ESCO, WELDING, Space


@pytest.fixture(autouse=True)
def unhurried(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a minute's links of its own."""
    monkeypatch.setattr(space.wallets, "_pace", Pace(MOST_LINKS, timedelta(minutes=1)))


def test_a_credential_is_looked_at_taken_in_and_kept(space: Space) -> None:
    offered = space.offer(with_pin=True)
    seen = space.wallets.look_at_offer(space.person.id, offered.link)
    assert (seen.issuer_name, seen.title, seen.needs_pin) == ("Invented School", "Achievement", True)
    name = space.take(offered)
    assert space.intake_state(name) == "told"
    with space.hub.database.reading() as work:
        card = space.wallets.card(work, space.person.id, name)
    assert (card.title, card.issuer, card.issuer_name) == (WELDING.title, space.school.trust.did, "Invented School")
    assert [skill["label"] for skill in card.claims["skills"]] == [skill.label for skill in WELDING.skills]
    until(lambda: space.offer_state(offered) == "accepted", "the school hears that it was kept")


def test_what_a_card_says_counts_among_the_skills_as_long_as_the_card_is_kept(space: Space) -> None:
    other = space.account("Noor", date(1991, 1, 1))
    spaces = space.hub.rooms.spaces
    assert spaces is not None
    name = space.wallets.take(other.id, space.offer().link)

    def told() -> bool:
        with space.hub.database.reading() as work:
            return space.wallets.intake(work, other.id, name).state == "told"

    until(told, "the credential is taken in")
    with space.hub.database.reading() as work:
        (record,) = spaces.profile.records(work, other.id)
        skills = spaces.profile.skills(work, other.id, "en")
    assert (record.record_id, record.source, record.problem) == (name, space.school.trust.did, None)
    assert record.record is not None
    assert record.record.standing is Standing.STANDS
    assert {skill.label for skill in skills} == {skill.label for skill in WELDING.skills}
    assert {skill.validation for skill in skills} == {ValidationLevel.CERTIFIED}
    with space.hub.database.writing() as work:
        space.wallets.remove(work, other.id, name)
        assert spaces.profile.records(work, other.id) == []
        assert spaces.profile.skills(work, other.id, "en") == ()


def test_who_has_to_sign_in_goes_there_and_comes_back_once(space: Space) -> None:
    offered = space.offer(with_pin=True)
    told = json.loads(parse_qs(urlsplit(offered.link).query)["credential_offer"][0])
    del told["grants"][GRANT]
    link = f"openid-credential-offer://?{urlencode({'credential_offer': json.dumps(told)})}"
    assert space.wallets.look_at_offer(space.person.id, link).needs_sign_in
    with pytest.raises(OfferRefused, match="sign in"):
        space.wallets.take(space.person.id, link)
    address = space.wallets.sign_in(space.person.id, link)
    page = httpx.get(address)
    assert page.status_code == 200
    assert WELDING.title in page.text
    form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    place = address.partition("?")[0]
    wrong = httpx.post(place, data=form | {"do": "yes", "pin": "wrong!"})
    assert (wrong.status_code, "not the one that came" in wrong.text) == (400, True)
    allowed = httpx.post(place, data=form | {"do": "yes", "pin": offered.pin})
    found = re.search(r'href="([^"]+/you/cards/signed-in[^"]+)"', allowed.text)
    assert found is not None
    back = unescape(found[1])
    assert back.startswith(f"{space.hub.settings.address}/you/cards/signed-in?")
    answer = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    with pytest.raises(NotFound):
        space.wallets.signed_in(space.account("Robin", date(1990, 1, 1)).id, answer)
    name = space.wallets.signed_in(space.person.id, answer)
    until(lambda: space.intake_state(name) == "told", "the credential is taken in")
    with pytest.raises(NotFound):
        space.wallets.signed_in(space.person.id, answer)
    assert httpx.get(address).status_code == 404


def test_whoever_was_sent_back_by_another_takes_nothing(space: Space) -> None:
    offered = space.offer()
    told = json.loads(parse_qs(urlsplit(offered.link).query)["credential_offer"][0])
    del told["grants"][GRANT]
    link = f"openid-credential-offer://?{urlencode({'credential_offer': json.dumps(told)})}"
    for changes in ({"iss": "https://other.example"}, {"iss": None}, {"error": "access_denied"}, {"code": None}):
        address = space.wallets.sign_in(space.person.id, link)
        form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        allowed = httpx.post(address.partition("?")[0], data=form | {"do": "yes"})
        found = re.search(r'href="([^"]+/you/cards/signed-in[^"]+)"', allowed.text)
        assert found is not None
        answer = {name: values[0] for name, values in parse_qs(urlsplit(unescape(found[1])).query).items()}
        given = {name: value for name, value in (answer | changes).items() if value is not None}
        with pytest.raises(OfferRefused):
            space.wallets.signed_in(space.person.id, given)


def test_only_so_many_links_are_opened_in_a_minute(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space.wallets, "_pace", Pace(2, timedelta(minutes=1)))
    other = space.account("Robin", date(1990, 1, 1))
    for _ in range(2):
        with pytest.raises(NotAnOffer):
            space.wallets.look_at_offer(other.id, "https://example.org/?a=b")
    with pytest.raises(TooManyLinks):
        space.wallets.look_at_offer(other.id, "https://example.org/?a=b")
    with pytest.raises(TooManyLinks):
        space.wallets.look_at_request(other.id, "openid4vp://?client_id=x")
    with pytest.raises(NotAnOffer):
        space.wallets.look_at_offer(space.person.id, "https://example.org/?a=b")


def test_what_a_certified_school_gives_by_its_did_brings_no_certificate_beside(space: Space) -> None:
    name = space.take(space.offer())
    with space.hub.database.reading() as work:
        card = space.wallets.card(work, space.person.id, name).token.partition("~")[0]
    statuses = httpx.get(f"{space.school.settings.address}/openid4vci/status/tokens").text
    for token in (card, statuses):
        header, claims = read_unverified(token, max_bytes=MAX_LIST_BYTES)
        assert (claims["iss"], header["kid"]) == (space.school.trust.did, space.school.trust.key.kid)
        assert "x5c" not in header


def test_what_a_wallet_takes_is_bound_to_a_key_of_its_own(space: Space) -> None:
    offered = [space.offer(), space.offer()]
    for each in offered:
        space.take(each)
    with space.school.database.reading() as work:
        keys = [work.where(offers, id=each.id) for each in offered]
    held = {row["token_key"] for row in keys if row is not None}
    assert len(held) == 2
    assert None not in held


def test_an_offer_is_taken_once(space: Space) -> None:
    offered = space.offer()
    space.take(offered)
    with pytest.raises(OfferRefused, match="was used"):
        space.wallets.take(space.person.id, offered.link)


def test_a_wrong_code_takes_nothing(space: Space) -> None:
    offered = space.offer(with_pin=True)
    with pytest.raises(OfferRefused, match="wrong"):
        space.wallets.take(space.person.id, offered.link, "000000" if offered.pin != "000000" else "111111")
    with pytest.raises(OfferRefused, match="another way"):
        space.wallets.take(space.person.id, offered.link)


@pytest.mark.parametrize("known_by", [KnownBy.DID, KnownBy.ADDRESS, KnownBy.CERTIFICATE])
def test_one_chosen_skill_goes_to_whoever_asked_and_nothing_else(space: Space, known_by: KnownBy) -> None:
    card = space.take(space.offer())
    asked = space.ask(known_by=known_by)
    name = space.wallets.look_at_request(space.person.id, asked.link)
    request = space.showing(name)
    assert request.purpose == "Welders for the yard"
    assert request.is_signed is (known_by is not KnownBy.ADDRESS)
    assert request.authority == ("Invented Trust Services" if known_by is KnownBy.CERTIFICATE else "")
    is_named = known_by is not KnownBy.ADDRESS
    assert request.verifier_name == ("Invented Yard" if is_named else space.employer.settings.address[7:])
    with space.hub.database.reading() as work:
        (question,) = space.wallets.questions(work, space.person.id, name)
    candidate = next(each for each in question.candidates if each.card.id == card)
    assert [choice.value["label"] for choice in candidate.choices] == [skill.label for skill in WELDING.skills]
    assert dict(candidate.always) == {"issuer_name": "Invented School", "language": "en"}
    chosen = [Selection(question=question.id, card=card, places=(candidate.choices[1].place,))]
    with space.hub.database.writing() as work:
        space.wallets.show(work, space.person.id, name, chosen)
    until(lambda: space.showing(name).state == "shown", "the answer arrives")
    answer = space.answer(asked)
    assert answer.state is RequestState.ANSWERED
    assert answer.shown is not None
    (shown,) = answer.shown
    assert shown.issuer == space.school.trust.did
    assert shown.claims["skills"] == [
        {
            "label": "reading drawings",
            "concept": f"{ESCO}drawings",
            "language": "en",
            "level": "3",
            "level_scheme": "workshop scale",
        }
    ]
    assert set(shown.claims) == {"issuer_name", "language", "skills"}
    told = space.showing(name).told
    assert told is not None
    assert told[0]["claims"] == dict(shown.claims)


@pytest.mark.parametrize(
    ("told", "back"),
    [
        ('{"redirect_uri": "https://yard.example/go#response_code=x"}', "https://yard.example/go#response_code=x"),
        ('{"redirect_uri": "http://yard.example/go"}', None),
        ('{"redirect_uri": "javascript:alert(1)"}', None),
        ('{"redirect_uri": "https://yard.example/\\n"}', None),
        ('{"redirect_uri": 7}', None),
        ("{}", None),
        ("thanks", None),
    ],
)
def test_where_whoever_asked_wants_the_person_to_go_on_is_kept_for_them(
    space: Space, monkeypatch: pytest.MonkeyPatch, told: str, back: str | None
) -> None:
    monkeypatch.setattr(Verifiers, "post", lambda *_: Reply(status=200, headers={}, body=told.encode()))
    card = space.take(space.offer())
    name = space.wallets.look_at_request(space.person.id, space.ask().link)
    with space.hub.database.writing() as work:
        chosen = [Selection(question="achievement", card=card, places=(("skills", 0),))]
        space.wallets.show(work, space.person.id, name, chosen)
    until(lambda: space.showing(name).state == "shown", "the answer arrives")
    assert space.showing(name).back == back


def test_a_skill_asked_for_by_name_is_the_only_choice(space: Space) -> None:
    card = space.take(space.offer())
    name = space.wallets.look_at_request(space.person.id, space.ask(f"{ESCO}tig").link)
    with space.hub.database.reading() as work:
        (question,) = space.wallets.questions(work, space.person.id, name)
        candidate = next(each for each in question.candidates if each.card.id == card)
        assert [choice.value["label"] for choice in candidate.choices] == ["TIG welding"]
        for places in [(("skills", 0),), (("title",),), ()]:
            with pytest.raises(BadInput):
                space.wallets.preview(
                    work, space.person.id, name, [Selection(question=question.id, card=card, places=places)]
                )


def test_a_request_is_answered_once_and_kept_once(space: Space) -> None:
    card = space.take(space.offer())
    asked = space.ask()
    name = space.wallets.look_at_request(space.person.id, asked.link)
    assert space.wallets.look_at_request(space.person.id, asked.link) == name
    chosen = [Selection(question="achievement", card=card, places=(("skills", 0),))]
    with space.hub.database.writing() as work:
        space.wallets.show(work, space.person.id, name, chosen)
    with space.hub.database.writing() as work, pytest.raises(MoveNotAllowed):
        space.wallets.show(work, space.person.id, name, chosen)
    until(lambda: space.showing(name).state == "shown", "the answer arrives")
    with pytest.raises(NotARequest, match="not there any more"):
        space.wallets.look_at_request(space.account("Robin", date(1990, 1, 1)).id, asked.link)


def test_a_no_is_told_and_nothing_goes(space: Space) -> None:
    asked = space.ask()
    name = space.wallets.look_at_request(space.person.id, asked.link)
    with space.hub.database.writing() as work:
        space.wallets.refuse(work, space.person.id, name)
    until(lambda: space.answer(asked).state is RequestState.DECLINED, "the no arrives")
    until(lambda: space.showing(name).state == "refused", "the no is known to have arrived")
    assert space.answer(asked).shown is None


def test_a_credential_that_its_school_took_back_is_refused(space: Space) -> None:
    offered = space.offer()
    card = space.take(offered)
    until(lambda: space.offer_state(offered) == "accepted", "the school hears that it was kept")
    with space.school.database.writing() as work:
        space.school.rooms.issuance.revoke(work, offered.id)
    space.employer.rooms.presentations._reader.check_selective.__self__.forget()  # type: ignore[attr-defined]
    name = space.wallets.look_at_request(space.person.id, space.ask().link)
    chosen = [Selection(question="achievement", card=card, places=(("skills", 0),))]
    with space.hub.database.writing() as work:
        space.wallets.show(work, space.person.id, name, chosen)
    until(lambda: space.showing(name).state == "failed", "the refusal arrives")
    assert "revoked" in str(space.showing(name).reason)


def test_a_child_shows_nothing_alone(space: Space) -> None:
    child = space.account("Ceder", date(2020, 1, 1))
    name = space.wallets.look_at_request(child.id, space.ask().link)
    with space.hub.database.writing() as work, pytest.raises(Refused, match="guardian"):
        space.wallets.show(work, child.id, name, [])


def test_nobody_sees_or_shows_anothers_cards(space: Space) -> None:
    card = space.take(space.offer())
    other = space.account("Robin", date(1990, 1, 1))
    name = space.wallets.look_at_request(other.id, space.ask().link)
    with space.hub.database.writing() as work:
        for attempt in (
            lambda: space.wallets.card(work, other.id, card),
            lambda: space.wallets.remove(work, other.id, card),
            lambda: space.wallets.showing(work, space.person.id, name),
            lambda: space.wallets.show(
                work, other.id, name, [Selection(question="achievement", card=card, places=(("skills", 0),))]
            ),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_an_erased_person_leaves_no_wallet(space: Space) -> None:
    other = space.account("Robin", date(1990, 1, 1))
    name = space.wallets.take(other.id, space.offer().link)
    space.wallets.look_at_request(other.id, space.ask().link)

    def kept() -> bool:
        with space.hub.database.reading() as work:
            return space.wallets.intake(work, other.id, name).state == "told"

    until(kept, "the credential is taken in")
    assert space.hub.rooms.spaces is not None
    with space.hub.database.writing() as work:
        assert len(space.wallets.export(work, other.id)["cards"]) == 1
        space.hub.rooms.spaces.erasure.erase(work, other.id)
        assert space.wallets.export(work, other.id) == {"cards": [], "shown": []}


def test_an_answer_of_the_issuer_that_was_lost_is_asked_for_again(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issuer issued, and the node fell before it kept the card: the same key gets the same place once more."""
    usual, falls = tasks.read_card, iter([True])

    def falling(*given: Any, **more: Any) -> Any:
        if next(falls, False):
            raise Unavailable("The node fell.")
        return usual(*given, **more)

    monkeypatch.setattr(tasks, "read_card", falling)
    offered = space.offer()
    name = space.take(offered)
    assert space.intake_state(name) == "told"
    with space.school.database.reading() as work:
        row = work.where(offers, id=offered.id)
    assert row is not None
    assert list(row["places"]) == ["achievement-sd-jwt"]
    assert len(row["notices"]) == 2


def test_an_answer_that_may_have_arrived_is_sent_again_to_the_letter(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verifier took the answer, and the node fell before it knew: it is sent again, and counts once."""
    card = space.take(space.offer())
    usual, falls, sent = Verifiers.post, iter([True]), []

    def falling(verifiers: Verifiers, address: str, form: Mapping[str, str]) -> Any:
        sent.append(dict(form))
        reply = usual(verifiers, address, form)
        if next(falls, False):
            raise PeerUnreachable("Our answer was lost.")
        return reply

    monkeypatch.setattr(Verifiers, "post", falling)
    asked = space.ask()
    name = space.wallets.look_at_request(space.person.id, asked.link)
    with space.hub.database.writing() as work:
        chosen = [Selection(question="achievement", card=card, places=(("skills", 0),))]
        space.wallets.show(work, space.person.id, name, chosen)
    until(lambda: space.showing(name).state == "shown", "the answer arrives")
    assert sent[0] == sent[1]
    assert space.answer(asked).state is RequestState.ANSWERED
