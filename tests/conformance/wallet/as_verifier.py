"""Our verifier, and a foreign wallet (OpenID4VP 1.0)."""

from __future__ import annotations

from typing import Any

from skillspace.trust.presentation import Asked, KnownBy, RequestState
from tests.conformance.wallet.stage import BADGE, Stage
from tests.unit.people.wallet.conftest import WELDING

SKILL = WELDING.skills[1]


def by_did(stage: Stage) -> None:
    """A request signed by our DID is answered encrypted, with one skill and nothing else"""
    _one_skill(stage, KnownBy.DID, "decentralized_identifier", "did")


def by_hash(stage: Stage) -> None:
    """A request known by the hash of our certificate (x509_hash) is answered so"""
    _one_skill(stage, KnownBy.CERTIFICATE, "x509_hash", "x5c")


def by_host(stage: Stage) -> None:
    """A request known by the host of our certificate (x509_san_dns) is answered so"""
    _one_skill(stage, KnownBy.HOST, "x509_san_dns", "x5c")


def by_address(stage: Stage) -> None:
    """A request that nobody signed (redirect_uri) is answered in the clear"""
    _one_skill(stage, KnownBy.ADDRESS, "redirect_uri", None)


def _one_skill(stage: Stage, known_by: KnownBy, client: str, signer: str | None) -> None:
    name, _ = stage.take()
    asked = stage.space.ask(known_by=known_by)
    seen = stage.peer("lookAtRequest", link=asked.link)
    assert (seen["client"], seen.get("signer")) == (client, signer)
    assert seen["request"]["client_metadata"]["client_name"] == "Invented Yard"
    _taken(stage.peer("answer", name=name, link=asked.link, skill=SKILL.label))
    shown = stage.answered(asked)
    assert shown.issuer == stage.space.school.trust.did
    assert set(shown.claims) == {"issuer_name", "language", "skills"}
    (skill,) = shown.claims["skills"]
    assert (skill["label"], skill["level"]) == (SKILL.label, SKILL.level)


def badge(stage: Stage) -> None:
    """A badge (jwt_vc_json) is shown in a presentation signed by the key it is about"""
    name, _ = stage.take(BADGE)
    asked = _ask(stage, {"id": "badge", "format": "jwt_vc_json", "meta": {"type_values": [["OpenBadgeCredential"]]}})
    _taken(stage.peer("answer", name=name, link=asked.link))
    assert "OpenBadgeCredential" in stage.answered(asked).types


def refused(stage: Stage) -> None:
    """A no of the wallet's person arrives as a no"""
    asked = stage.space.ask(known_by=KnownBy.ADDRESS)
    _taken(stage.peer("refuse", link=asked.link))
    assert stage.space.answer(asked).state is RequestState.DECLINED


def refused_in_the_clear(stage: Stage) -> None:
    """So does one to a request whose answers are encrypted, which a wallet may say in the clear"""
    asked = stage.space.ask()
    _taken(stage.peer("refuse", link=asked.link))
    assert stage.space.answer(asked).state is RequestState.DECLINED


def replayed(stage: Stage) -> None:
    """What was shown for another request, or to another verifier, is refused, and the request still stands"""
    name, _ = stage.take()
    asked = stage.space.ask()
    for binding in ({"nonce": "of-another-request"}, {"aud": "redirect_uri:https://other.example"}):
        spoilt = stage.peer("answer", name=name, link=asked.link, skill=SKILL.label, changes={"binding": binding})
        assert (spoilt["status"], spoilt["body"]["error"]) == (400, "invalid_request")
    _taken(stage.peer("answer", name=name, link=asked.link, skill=SKILL.label))


def too_little(stage: Stage) -> None:
    """An answer that keeps back what was asked for is refused"""
    name, _ = stage.take()
    asked = stage.space.ask()
    told = stage.peer("answer", name=name, link=asked.link, shown={"title": True})
    assert (told["status"], told["body"]["error"]) == (400, "invalid_request")


def taken_back(stage: Stage) -> None:
    """A credential that was taken back is refused, in words"""
    name, offered = stage.take()
    with stage.space.school.database.writing() as work:
        stage.space.school.rooms.issuance.revoke(work, offered.id)
    stage.space.employer.rooms.presentations._reader.check_selective.__self__.forget()  # type: ignore[attr-defined]
    told = stage.peer("answer", name=name, link=stage.space.ask().link, skill=SKILL.label)
    assert told["status"] == 400
    assert "revoked" in told["body"]["error_description"]


def _taken(told: dict[str, Any]) -> None:
    assert told["status"] == 200, told["body"]


def _ask(stage: Stage, asked: dict[str, Any]) -> Asked:
    with stage.space.employer.database.writing() as work:
        return stage.space.employer.rooms.presentations.ask(work, {"credentials": [asked]}, purpose="Welders")


SCENARIOS = (
    by_did, by_hash, by_host, by_address, badge, refused, refused_in_the_clear, replayed, too_little, taken_back,
)  # fmt: skip
