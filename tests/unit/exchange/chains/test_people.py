"""Chains of data about people: a yes for every hop, of the same person, alive to the end, and nothing left after it."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.trust.consent.errors import Restricted
from tests.unit.exchange.chains.village import Village, did

HOPS = ("school", "mill", "works")


def asked(village: Village, *names: str, grants: dict[str, str]) -> str:
    """Run a chain about people; return its id."""
    chain = village.ask(*names, grants=grants)
    village.settle()
    return chain


def pulled(village: Village) -> list[str]:
    """Who got data of whom."""
    found = [request for request, reply in village.network.said if "/data/" in request.url and reply.status == 200]
    return [f"{one.url.split('/')[2].split('.')[0]}>{one.sender.split('.')[0]}" for one in found]


def test_a_yes_for_every_hop_lets_a_persons_data_through(village: Village) -> None:
    village.personal()
    grants = village.grants("Ada", "school", "mill", "press", "works")
    chain = asked(village, "school", "mill", "press", "works", grants=grants)
    assert (village.chain(chain).state, village.chain(chain).reason) == ("done", None)
    assert len(village.result(chain)) == 50
    for name in ("school", "mill", "press"):
        with village[name].database.reading() as work:
            assert [one.outcome for one in village[name].consent.gate.decisions(work)] == ["released"], name
    village.nothing_is_open(chain)


@pytest.mark.parametrize("missing", ["mill", "works"])
def test_without_a_yes_for_one_hop_nothing_moves_and_the_hop_is_named(village: Village, missing: str) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    del grants[missing]
    chain = asked(village, *HOPS, grants=grants)
    assert village.chain(chain).state == "failed"
    reason = str(village.chain(chain).reason)
    assert reason.startswith(f"{missing}: ")
    assert "about people, and no consent is named" in reason
    assert pulled(village) == []
    village.nothing_is_open(chain)


def test_a_yes_for_other_data_or_another_hop_is_none(village: Village) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    elsewhere = village.grants("Ada", "school", "works")
    chain = asked(village, *HOPS, grants=grants | {"works": elsewhere["works"]})
    assert str(village.chain(chain).reason).startswith("works: The consent is about marks of another hop")
    assert pulled(village) == []


def test_two_peoples_yes_cannot_be_mixed(village: Village) -> None:
    village.personal()
    adas = village.grants("Ada", *HOPS)
    bobs = village.grants("Bob", *HOPS)
    chain = asked(village, *HOPS, grants={"mill": adas["mill"], "works": bobs["works"]})
    assert village.chain(chain).state == "failed"
    assert "one person's" in str(village.chain(chain).reason)
    assert pulled(village) == ["school>mill"]
    village.nothing_is_open(chain)


def test_a_service_that_is_not_offered_for_people_gets_nothing_about_them(village: Village) -> None:
    village.personal()
    village["mill"].publish("mill-service", personal=False)
    grants = village.grants("Ada", "school", "mill")
    chain = asked(village, *HOPS, grants=grants)
    assert (
        str(village.chain(chain).reason) == "mill: This service is not offered for data about people, so it gets none."
    )
    assert pulled(village) == []


def test_a_yes_that_is_stopped_before_the_chain_ends_it_before_anything_moves(village: Village) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    village.revoke("Ada", grants["works"])
    village.settle()
    chain = asked(village, *HOPS, grants=grants)
    assert str(village.chain(chain).reason).startswith("works: No consent")
    assert pulled(village) == []


@pytest.mark.parametrize("whose", ["mill", "works"])
@pytest.mark.parametrize("when", ["agreed", "fetched", "processed"])
def test_a_yes_stopped_in_the_middle_ends_the_chain_and_deletes_everywhere(
    village: Village, whose: str, when: str
) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    chain = village.ask(*HOPS, grants=grants)
    for _ in village.steps():
        if village.states(chain).get("mill") == when:
            break
    village.revoke("Ada", grants[whose])
    village.settle()
    found = village.chain(chain)
    assert found.state == "failed", found
    assert village.states(chain).get("works", "ended") in ("failed", "ended")
    village.nothing_is_open(chain)
    assert not any(node.files() for node in village.nodes.values())


def test_a_kept_result_goes_when_its_yes_ends_and_the_receipt_says_so(village: Village) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    chain = asked(village, *HOPS, grants=grants)
    assert village.result(chain)
    village.revoke("Ada", grants["works"])
    village.settle()
    with village["works"].database.reading() as work, pytest.raises(NotFound):
        village["works"].chains.result(work, chain)
    assert village["works"].files() == []
    consents = village["hub"].consent.consents
    assert consents is not None
    with village["hub"].database.reading() as work:
        receipts = consents.receipts_of(work, consents.find(work, grants["works"]))
    assert {receipt.organisation: receipt.deleted.get("chains") for receipt in receipts} == {
        did("works"): 1,
        did("mill"): None,
    }


def test_an_intermediary_tells_only_the_hop_between_whose_consents_they_are(village: Village) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    hub = village["hub"]
    for caller, outcome in (("mill", True), ("works", None), ("school", None)):
        with hub.database.reading() as work:
            if outcome:
                assert hub.chains._bonds.answer(work, did(caller), taken=grants["mill"], given=grants["works"])
            else:
                with pytest.raises(NotFound):
                    hub.chains._bonds.answer(work, did(caller), taken=grants["mill"], given=grants["works"])


def test_a_result_about_people_is_never_sent_back_in_a_message(village: Village) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    chain = village.ask(*HOPS, grants=grants, wants_result=True)
    village.settle()
    assert "not sent back" in str(village.chain(chain).reason)
    assert pulled(village) == []


def _restrict(monkeypatch: pytest.MonkeyPatch, village: Village, *names: str) -> None:
    """Let the person say at these nodes that their data are kept and not used."""
    for name in names:
        monkeypatch.setattr(village[name].consent.uses, "_why_restricted", lambda *_: "Kept and not used (Art. 18).")


def test_a_result_is_not_read_while_the_person_wants_it_kept_and_not_used(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.personal()
    chain = asked(village, *HOPS, grants=village.grants("Ada", *HOPS))
    assert village.result(chain)
    with monkeypatch.context() as patched:
        _restrict(patched, village, "works")
        with pytest.raises(Restricted, match="Kept and not used"):
            village.result(chain)
    assert village.result(chain)


def test_a_service_does_not_begin_on_data_that_were_restricted_after_they_came(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.personal()
    grants = village.grants("Ada", *HOPS)
    uses = village["mill"].consent.uses
    monkeypatch.setattr(uses, "check_copies", lambda *_: _raise(Restricted("Kept and not used (Art. 18).")))
    chain = asked(village, *HOPS, grants=grants)
    assert village.chain(chain).state == "failed"
    assert "Kept and not used" in str(village.chain(chain).reason)
    village.nothing_is_open(chain)


def _raise(fault: Exception) -> None:
    raise fault
